"""Template 2021: the design of the ASP.NET site until September 2026, its archive ever since."""

from __future__ import annotations

from typing import Final

from crawler.parsers.templates.base import (
    ADVERTISEMENTS,
    OWN_AUTHOR_BLOCK,
    OWN_AUTHOR_IN_BODY,
    QUOTED_AUTHOR,
    Template,
)

TEMPLATE_2021: Final = Template(
    name="2021",
    marks=("h1.detail-title", "div.boxdetail, div.detail-left"),
    region=("div.detail-left", "div.detail-content"),
    headline=("h1.detail-title",),
    lead=("h2.sapo", "div.sapo", "#plhMain_NewsDetail1_divSapoLive"),
    published=("div.date span.txt",),
    byline=("div.boxdetail > div.author", OWN_AUTHOR_IN_BODY),
    section=("h4.cate > a", "div.date .cate a"),
    section_id_input="hidCatId",
    page_id_input="hdNewsId",
    tags=("div#plhMain_NewsDetail1_divTags a", "div.keysword a", "#plhMain_NewsDetail1_divTags a"),
    tags_as_stated=True,  # the printed ones begin with a capital letter
    related="ul#plhMain_NewsDetail1_divRelation a[href], ul.list-concern a[href]",
    body=(
        "div.boxdetail > div.contents",
        "#plhMain_NewsDetail1_divContentLive",
        "div.boxdetail .contents",
        "div.boxdetail",
    ),
    drop=(
        "zone, object.ads, .gliaplayer-container, .widget, .boxdata, .right-bar, .content_bottom, .likeshare,"
        " .share, .btt-bottom, .list-concern, .keysword, .fb-like",
        "[id^=admzone], iframe[src*='Comment.aspx']",
        ADVERTISEMENTS,
    ),
    notice=(OWN_AUTHOR_BLOCK,),
    mute="noscript",
    frame="table.picture, table.image, div.picture, div.image",
    caption="figcaption, td.caption, .pCaption, p.caption, div.caption",
    line=QUOTED_AUTHOR,
    live_input="hdLive",
)
