"""Template 2026: the platform the site has run on since September 2026, variants of sister sites included."""

from __future__ import annotations

from typing import Final

from crawler.items import Kind
from crawler.parsers.templates.base import ADVERTISEMENTS, Template

TEMPLATE_2026: Final = Template(
    name="2026",
    marks=("h1.article__title, h1.cms-title", "div.article__body, div.cms-body"),
    region=("div.article", "article.article"),
    headline=("h1.cms-title", "h1.article__title", ".article__title"),
    lead=(".cms-desc", ".article__sapo"),
    lead_without=".prefix-sapo",
    lead_prefixes=("TPO", "PLO", "NDO", "SGGPO"),
    # Never a bare "time": the cards of other articles have one too.
    published=(
        "meta.cms-date[content]",
        ".article__meta time[datetime], .article__header time[datetime], time.article__time[datetime]",
    ),
    byline=(
        ".article__source .author",
        ".article__author .name",
        ".cms-author a.name",
        ".cms-author",
        ".wrap-author .author",
        ".article__author",
    ),
    byline_places=".article__source, .article__author, .cms-author, .wrap-author",
    byline_source=(".article__source .source .name", ".article__source .name", ".article__author-source"),
    section=(".breadcrumb .main a:last-of-type",),
    section_id_script="adsZone",
    page_id=".wrap-comment[data-id]",
    page_id_script="objectId",
    tags=(
        ".article__tag a[href*='-tag']:not([href*='/region/']), .article__tag a[href*='tu-khoa']",
        ".article__tag a:not([href*='/region/'])",
    ),
    related=(
        ".article-relate .story__heading a[href], .related-news .story__heading a[href],"
        " .article-relate a.cms-link[href], .related-news a.cms-link[href]"
    ),
    body=("[itemprop=articleBody]", ".cms-body", ".article__body"),
    drop=(
        ".sda_middle, .rennab, .ads_middle, .banner, .related-topic, related-content, article.story,"
        " .hidden-player, .tts-player, .audio, .box-podcast, .auto-update-content",
        "[id^=sdaWeb_], [id^=sdaMobile_], [id^=adsWeb_], [id^=adsMobile_], iframe[src*='googletagmanager']",
        # What stands in the body of an older article that was taken over as it was.
        "zone, object.ads, .gliaplayer-container, .widget, .boxdata, .likeshare, .share, .fb-like,"
        " .btt-bottom, .list-concern, .keysword",
        "[id^=admzone], iframe[src*='Comment.aspx']",
        ADVERTISEMENTS,
    ),
    notice=(
        ".author.cms-author",
        ".article__meta, .article__author, .article__source, .source-toggle, .article__tag,"
        " .article__social, .social, .wrap-social, .google-news, .box-share, .social-share,"
        " .audio-social, .features, .wrap-comment, .sticky-notification",
    ),
    mute=".article__sapo, .article__title, .story__summary, .poll-box",
    box=".related-news, .article-relate",
    # The same block twice: one of them is enough.
    wide="xpath:.//*[@data-display='desktop'][not(ancestor::*[@data-display])]",
    narrow="xpath:.//*[@data-display='mobile'][not(ancestor::*[@data-display])]",
    keyword="a.cms-relate",
    frame=(
        "table.picture, table.video, div.picture, [class*='layout-image-'], .twentytwenty-container,"
        " table.article__avatar"
    ),
    caption="figcaption, td.caption, .pCaption, p.caption, div.caption",
    line="blockquote .author, [class*='uote'] .author, .interview-zone .meta .time",
    opening=(
        "figure.article__avatar, table.article__avatar, div.article__avatar, .article__avatar,"
        " .longform-page figure.full-width, .longform-page table.max-width"
    ),
    image_attributes=("data-large-src", "data-original", "data-src", "src"),
    caption_attributes=("cms-photo-caption", "title", "alt"),
    same_photo_by_name=True,
    kinds=(
        (Kind.LIVE, ".live-zone"),
        (Kind.VIDEO, "body.video-page, body.shortvideo-detail, body.video-detail"),
        (Kind.INFOGRAPHIC, "body.infographic-page, .infographic-page"),
        (Kind.LONGFORM, "body.longform-page, .longform-page"),
        (Kind.PHOTO, "body.lens-page, body.photo-page, body.photo-detail"),
    ),
    kind_script="articleType",
    kind_words={
        "video": Kind.VIDEO,
        "photo": Kind.PHOTO,
        "lens": Kind.PHOTO,
        "infographic": Kind.INFOGRAPHIC,
        "infographics": Kind.INFOGRAPHIC,
        "longform": Kind.LONGFORM,
        "live": Kind.LIVE,
    },
)
