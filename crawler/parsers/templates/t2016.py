"""Template 2016: the design until about 2020, known from scrapers only."""

from __future__ import annotations

from typing import Final

from crawler.parsers.templates.base import (
    ADVERTISEMENTS,
    OWN_AUTHOR,
    OWN_AUTHOR_BLOCK,
    QUOTED_AUTHOR,
    Template,
)

_CLASS: Final = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"
_BODY: Final = f"self::*[@id='plhMain_NewsDetail1_divContentLive' or {_CLASS.format('content-btt')}]"
_CHILD: Final = f"xpath:./div[{_CLASS}]"
_REGION: Final = f"ancestor::*[self::div[{_CLASS.format('newsdetail')}] or @id='plhMain_NewsDetail1']"
# From the body backwards, once: to look back from each of thousands of dates takes a minute.
_BEFORE_BODY: Final = (
    f"xpath:(.//*[{_BODY}])[1]/preceding::*[{_CLASS}][{_REGION}]"
    "[not(ancestor::ul or ancestor::ol or ancestor::li or ancestor::table or ancestor::a)]"
)

TEMPLATE_2016: Final = Template(
    name="2016",
    marks=(
        "h2#plhMain_NewsDetail1_divSapoLive",
        "#plhMain_NewsDetail1_divContentLive, .content-btt, .newsdetail h1",
    ),
    region=("div.newsdetail", "#plhMain_NewsDetail1"),
    headline=("h1.title", ".newsdetail h1", "h1"),
    lead=("h2#plhMain_NewsDetail1_divSapoLive", "#plhMain_NewsDetail1_divSapoLive", "h2.sapo", ".sapo"),
    # A child of the region: the clock of the header and the cards of other articles have a ".date" too.
    published=("div.date span.txt", _CHILD.format("date")),
    published_else=(_BEFORE_BODY.format("date"), _BEFORE_BODY.format("time")),
    byline=(OWN_AUTHOR_BLOCK, OWN_AUTHOR),
    section=("h4.cate > a", ".breadcrumb a:last-of-type", ".cate a"),
    section_id_input="hidCatId",
    page_id_input="hdNewsId",
    tags=("#plhMain_NewsDetail1_divTags a", "div.keysword a", ".tags a"),
    related=(
        "#plhMain_NewsDetail1_divRelation a[href], ul.list-concern a[href], .relation a[href],"
        " ul.listspecial a[href]"
    ),
    body=("#plhMain_NewsDetail1_divContentLive", ".content-btt"),
    drop=(
        "zone, .share, .likeshare, .fb-like, .relation, .list-concern, .keysword, .tags, .widget, .boxdata,"
        " .btt-bottom, .gliaplayer-container",
        "[id^=admzone], iframe[src*='Comment.aspx']",
        ADVERTISEMENTS,
    ),
    notice=(OWN_AUTHOR_BLOCK,),
    mute="noscript, #plhMain_NewsDetail1_divSapoLive",
    frame="table.picture, table.image, div.picture, div.image",
    caption="figcaption, td.caption, .pCaption, p.caption, div.caption",
    line=QUOTED_AUTHOR,
    live_input="hdLive",
)
