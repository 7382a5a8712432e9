"""Pages of the new CMS: articles of template 2026, listings, home, the load-more answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final
from zlib import crc32

from crawler.items import Kind, Photo

from .article import SITE, Block, BlockKind, ReplicaArticle
from .markup import PIXEL, attribute, json_string, text
from .newsroom import Plan
from .prose import slugify
from .render_2021 import bullets, table
from .sections import KIND_SECTIONS, SectionSpec

BODY_CLASS: Final = {
    Kind.TEXT: "normal-page",
    Kind.PHOTO: "lens-page",
    Kind.VIDEO: "video-page",
    Kind.INFOGRAPHIC: "infographic-page",
    Kind.LONGFORM: "longform-page",
    Kind.LIVE: "live-page",
}


def article(
    item: ReplicaArticle,
    spec: SectionSpec,
    *,
    sections: Sequence[SectionSpec],
    newest: Sequence[Plan],
    weight: str,
) -> str:
    """An article page of template 2026."""
    return "".join(
        (
            _head(item, spec),
            f'<body class=" {BODY_CLASS[item.kind]} ">\n',
            _header(sections),
            '<div class="site-body">\n<div class="container">\n',
            _slot("SdaArticleTop"),
            '<div class="article">\n',
            _breadcrumb(spec),
            _title(item),
            weight,
            _lead(item),
            _avatar(item),
            _body(item),
            _tags(item),
            _related(item),
            f'<div class="wrap-comment" id="comment{item.id}" data-id="{item.id}" data-type="20"></div>\n{_slot("SdaArticleAfterComment")}</div>\n',
            _sidebar(newest[:6]),
            "</div>\n</div>\n",
            _footer(),
            "</body>\n</html>\n",
        )
    )


def _slot(name: str) -> str:
    return f'<div id="sdaWeb_{name}" class="rennab " data-platform="1" data-position="Web_{name}" style="display:none">\n</div>\n'


def _middle(number: int) -> str:
    name = f"SdaArticleMiddle{number or ''}"
    return f'<div class="sda_middle">\n<div id="sdaWeb_{name}" class="rennab fyi" data-platform="1" data-position="Web_{name}"></div>\n</div>\n'


def _head(item: ReplicaArticle, spec: SectionSpec) -> str:
    published = item.published_at.isoformat()
    modified = (item.modified_at or item.published_at).isoformat()
    headline, lead = attribute(item.headline), attribute(item.lead)
    author = ", ".join(c.name for c in item.contributors if c.name)
    words = attribute(",".join(item.tags))
    image = attribute(item.photos[0].url if item.photos else f"{SITE}/images/avatar.jpg")
    metas = (
        f'<title>{text(item.headline)}</title>\n<meta name="description" content="{lead}"/>\n<meta name="keywords" content="{words}"/>\n'
        f'<meta name="news_keywords" content="{words}"/>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n'
        '<meta http-equiv="refresh" content="1800" />\n'
        f"<script> var cmsConfig = {{ domainDesktop: '{SITE}', domainApi: 'https://api.baotintuc.vn', siteId: 0, pageType: 1, "
        f"objectId: {item.id}, adsZone: {spec.id}, allowAds: true }}; </script>\n"
        '<meta name="author" content="Báo Tin tức và Dân tộc" />\n<meta name="robots" content="index, follow, max-image-preview:large" />\n'
        f'<link rel="canonical" href="{item.url}" />\n<meta property="og:type" content="article"/>\n<meta property="og:url" content="{item.url}"/>\n'
        f'<meta property="og:image" content="{image}"/>\n<meta property="og:title" content="{headline}"/>\n'
        f'<meta property="og:description" content="{lead}"/>\n<meta property="article:tag" content="{words}"/>\n'
        f'<meta property="article:section" content="{attribute(spec.name)}" />\n'
        f'<meta property="article:published_time" content="{published}"/>\n<meta property="article:modified_time" content="{modified}"/>\n'
    )
    return (
        f'<!DOCTYPE html> <html lang="vi" class="btt "> <head>\n{metas}'
        '<script type="application/ld+json"> { "@context":"http://schema.org", "@type":"BreadcrumbList", "itemListElement":[ '
        f'{{ "@type":"ListItem", "position":1, "item":{{ "@id":"{SITE}{spec.new_path}", "name":{json_string(spec.name)} }} }} ] }} </script>\n'
        '<script type="application/ld+json"> { "@context": "http://schema.org", "@type": "NewsArticle", '
        f'"mainEntityOfPage":{{ "@type":"WebPage", "@id":"{item.url}" }}, "headline": {json_string(attribute(item.headline))}, '
        f'"description": {json_string(attribute(item.lead))}, "datePublished": "{published}", "dateModified": "{modified}", '
        f'"author": {{ "@type": "Person", "name": {json_string(author)} }} }} </script>\n{_video_ld(item)}'
        "<script> window.dataLayer = window.dataLayer || []; dataLayer.push({ 'event': 'Pageview', "
        f"'articleId': '{item.id}', 'articleCategory': {_js(spec.name)}, 'articleAuthor': {_js(author)}, 'articleType': 'detail\\-normal' }}); </script>\n"
        "</head>\n"
    )


def _js(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("-", "\\-") + "'"


def _video_ld(item: ReplicaArticle) -> str:
    if not item.videos:
        return ""
    video = item.videos[0]
    return (
        '<script type="application/ld+json"> { "@context": "http://schema.org", "@type": "VideoObject", '
        f'"name": {json_string(item.headline)}, "contentUrl": "{video.url}", "thumbnailUrl": "{video.poster}", '
        f'"uploadDate": "{item.published_at.isoformat()}", "duration": "PT00H03M44S" }} </script>\n'
    )


def _header(sections: Sequence[SectionSpec]) -> str:
    links = "".join(
        f'<li>\n<a href="{SITE}{spec.new_path}" title="{attribute(spec.name)}">{text(spec.name)}</a>\n</li>\n'
        for spec in (*sections, *KIND_SECTIONS.values())
    )
    return (
        '<div id="sdaWeb_SdaMasthead" class="rennab rennab-top" data-platform="1" data-position="Web_SdaMasthead"></div>\n'
        '<header class=" site-header">\n<div class="sticky">\n<a class="small-logo" href="/" title="Trang chủ">Trang chủ</a>\n'
        f'<ul class="menu">\n{links}</ul>\n<div class="search-wrapper"><input type="text" class="search txtsearch" placeholder="Nhập từ khóa"></div>\n'
        f'<a class="rss" href="{SITE}/rss.html" title="RSS">RSS</a>\n</div>\n</header>\n'
    )


def _footer() -> str:
    return (
        '<footer class="site-footer">\n<p>Bản sao dùng để thử nghiệm phần mềm.</p>\n<p>Mọi bài viết ở đây không phải tin thật.</p>\n</footer>\n'
        '<script src="https://common.mcms.one/v4/web/js/main.js"></script>\n'
    )


def _breadcrumb(spec: SectionSpec) -> str:
    return (
        f'<div class="breadcrumb breadcrumb-detail">\n<h2 class="main">\n<a href="{SITE}{spec.new_path}" title="{attribute(spec.name)}" '
        f'class="active">{text(spec.name)}</a>\n</h2>\n<div class="audio-social">\n<div class="audio audio-player" id="tts">\n'
        '<div style="display: none" class="hidden-player" data-src="https://cdn.baotintuc.vn/audios/tts-1.m4a" data-index="0">'
        '<video class="player"><source data-src="https://cdn.baotintuc.vn/audios/tts-1.m4a"></video></div>\n</div>\n</div>\n</div>\n'
    )


def _title(item: ReplicaArticle) -> str:
    published = item.published_at
    return (
        f'<div class="article__header">\n<h1 class="article__title cms-title "> {text(item.headline)} </h1>\n<div class="article__meta">\n'
        f'<time class="time" datetime="{published.isoformat()}" data-time="{int(published.timestamp())}" data-friendly="false">'
        f"{published:%d/%m/%Y %H:%M}</time>\n"
        f'<meta class="cms-date" itemprop="datePublished" content="{published.isoformat()}">\n</div>\n</div>\n'
        f'<div class="features article__social box-share social-share">\n<a href="javascript:void(0);" class="item fb" data-href="{item.url}" '
        'data-rel="facebook" title="Facebook">Facebook</a>\n'
        f'<a href="javascript:void(0);" class="print sendprint" title="In" data-href="/print-{item.id}.html">Bản in</a>\n</div>\n'
    )


def _lead(item: ReplicaArticle) -> str:
    return f'<div class="article__sapo cms-desc">\n<p>{text(item.lead)}</p>\n</div>\n{_slot("SdaArticleAfterSapo")}'


def _split_avatar(item: ReplicaArticle) -> tuple[Block | None, tuple[Block, ...]]:
    """The block that stands above the body (a leading photo or video), and the rest."""
    if item.blocks and item.blocks[0].kind is BlockKind.VIDEO:
        return item.blocks[0], item.blocks[1:]
    if item.blocks and item.blocks[0].photo and item.kind is Kind.TEXT and int(item.id) % 2:
        return item.blocks[0], item.blocks[1:]
    return None, item.blocks


def _avatar(item: ReplicaArticle) -> str:
    block, _ = _split_avatar(item)
    if block and block.video:
        return (
            f'<div class="article__avatar"><video controls="true" preload="auto" class="video_player" width="800" height="460" '
            f'poster="{attribute(block.video.poster or "")}"><source src="{attribute(block.video.url)}" type="application/x-mpegURL"></video></div>\n'
        )
    if block and block.photo:
        caption = (
            f"<figcaption>{text(block.photo.caption_raw)}</figcaption>" if block.photo.caption_raw else ""
        )
        return (
            f'<figure class="article__avatar full-width"><img class="cms-photo" src="{attribute(block.photo.url)}" '
            f'alt="{_file(block.photo)}">{caption}</figure>\n'
        )
    return ""


def _file(photo: Photo) -> str:
    return attribute(photo.url.rsplit("/", 1)[-1].removesuffix(".webp"))


def _body(item: ReplicaArticle) -> str:
    _, blocks = _split_avatar(item)
    parts: list[str] = []
    for position, block in enumerate(blocks):
        parts.append(_block(block, position))
        if position % 4 == 2:
            parts.append(_middle(position // 4))
        if position == len(blocks) // 2 and item.related:
            parts.append(_relate_box(item))
    inner = "".join(parts)
    if item.kind is Kind.LIVE:
        inner = (
            '<div class="live-zone">\n<div class="auto-update-content">Tự động cập nhật sau 30 giây</div>\n'
            f'<div class="wrap-item">\n{inner}</div>\n</div>\n'
        )
    return f'<div class="article__body zce-content-body cms-body " itemprop="articleBody">\n{inner}{_source(item)}{_slot("SdaArticleAfterBody")}</div>\n'


def _block(block: Block, position: int) -> str:
    if block.kind is BlockKind.PARAGRAPH:
        return f'<p style="text-align: justify;">{_inline(block.texts[0], position)}</p>\n'
    if block.kind is BlockKind.SUBHEAD:
        return f'<h2 id="tocid_{position}">{text(block.texts[0])}</h2>\n'
    return _BLOCKS[block.kind](block)


def _quote(block: Block) -> str:
    return f"<blockquote>\n<p>{text(block.texts[0])}</p>\n</blockquote>\n"


def _entry(block: Block) -> str:
    moment, said = block.texts
    return (
        f'<div class="item">\n<div class="meta"><time>{text(moment)}</time></div>\n'
        f'<div class="wrap-content"><div class="content">\n<p>{text(said)}</p>\n</div></div>\n</div>\n'
    )


def _inline(value: str, position: int) -> str:
    """A paragraph; in some of them a word is a link to another page of the site."""
    words = value.split(" ")
    if position % 3 != 1 or len(words) < 12:
        return text(value)
    link = f'<a href="{SITE}/kinh-te/" target="_blank" class="cms-relate">{text(" ".join(words[5:8]))}</a>'
    return f"{text(' '.join(words[:5]))} {link} {text(' '.join(words[8:]))}"


def _figure(block: Block) -> str:
    assert block.photo
    photo = block.photo
    number = crc32(photo.url.encode())
    small = photo.url.replace("/images/", f"/images/{sha256(photo.url.encode()).hexdigest()[:32]}")
    caption = f"<figcaption> {text(photo.caption_raw)} </figcaption>\n" if photo.caption_raw else ""
    return (
        f'<figure>\n<img src="{PIXEL}" id="{number}" alt="{_file(photo)}" data-width="1536" data-height="1024" data-image-id="{number}" '
        f'class="lazyload cms-photo" data-large-src="{attribute(photo.url)}" data-src="{attribute(small)}" '
        f'title="{attribute(photo.caption_raw or "")}">\n'
        f'<noscript><img class="image-fallback" src="{attribute(small)}" alt="{_file(photo)}"></noscript>\n{caption}</figure>\n'
    )


_BLOCKS: Final[dict[BlockKind, Callable[[Block], str]]] = {
    BlockKind.QUOTE: _quote,
    BlockKind.LIST: bullets,
    BlockKind.TABLE: table,
    BlockKind.ENTRY: _entry,
    BlockKind.PHOTO: _figure,
}


def _source(item: ReplicaArticle) -> str:
    if item.byline is None:
        return ""
    if int(item.id) % 3:
        return f'<div class="article__source">\n<div class="source">\n<span class="author name">{text(item.byline)}</span>\n</div>\n</div>\n'
    return f'<div class="article__author">\n<p class="name">{text(item.byline)}</p>\n</div>\n'


def _relate_box(item: ReplicaArticle) -> str:
    url = item.related[0]
    return f'<div class="article-relate" data-source="related-news">\n{_story(url, item.titles.get(url, ""), "2", thumb=True)}</div>\n'


def _story(url: str, title: str, level: str, *, thumb: bool) -> str:
    number = url.rsplit("post", 1)[-1].removesuffix(".html")
    picture = (
        f'<figure class="story__thumb">\n<a class="cms-link" href="{attribute(url)}" title="{attribute(title)}">\n<img class="lazyload" src="{PIXEL}" '
        f'data-src="https://media.baotintuc.vn/images/{number}/avatar.jpg.webp" alt="{attribute(title)}">\n'
        f'<noscript><img src="https://media.baotintuc.vn/images/{number}/avatar.jpg.webp" alt="" class="image-fallback"></noscript>\n</a>\n</figure>\n'
        if thumb
        else ""
    )
    return (
        f'<article class="story">\n{picture}<h{level} class="story__heading" data-tracking="{number}">\n'
        f'<a class=" cms-link" href="{attribute(url)}" title="{attribute(title)}"> {text(title)} </a>\n</h{level}>\n</article>\n'
    )


def _tags(item: ReplicaArticle) -> str:
    links = "".join(
        f'<a class="active" href="{SITE}{tag_path(tag)}" title="{attribute(tag)}">#{text(tag)}</a>\n'
        for tag in item.tags
    )
    return f'<div class="article__tag">\n{links}</div>\n{_slot("SdaArticleAfterTag")}'


def tag_path(tag: str) -> str:
    """Path of a tag's listing in the new CMS."""
    return f"/tag/{slugify(tag)}-tag{crc32(tag.encode()) % 90_000 + 1_000}.html"


def _related(item: ReplicaArticle) -> str:
    if not item.related:
        return ""
    stories = "".join(_story(url, item.titles.get(url, ""), "2", thumb=False) for url in item.related)
    return (
        '<div class="related-news">\n<h3 class="box-heading">\n<span class="title">Tin liên quan</span>\n</h3>\n'
        f'<div class="box-content" data-source="related-news">\n{stories}</div>\n</div>\n'
    )


def _sidebar(plans: Sequence[Plan]) -> str:
    cards = "".join(_card(plan, timed=True) for plan in plans)
    return f'<div class="sub-col sidebar-right">\n<div class="timeline" data-source="mostread-news">\n{cards}</div>\n</div>\n'


# --- listings -----------------------------------------------------------------------------------


def _card(plan: Plan, *, timed: bool) -> str:
    url, title = attribute(SITE + plan.path), attribute(plan.headline)
    picture = f"https://media.baotintuc.vn/images/{plan.id}/avatar.jpg.webp"
    moment = plan.published_at
    time = (
        f'<time class="time" datetime="{moment.isoformat()}" data-time="{int(moment.timestamp())}">{moment:%d/%m/%Y %H:%M}</time>\n'
        if timed
        else ""
    )
    return (
        f'<article class="story" data-id="{plan.id}">\n<figure class="story__thumb">\n<a class="cms-link" href="{url}" title="{title}">\n'
        f'<img class="lazyload" src="{PIXEL}" data-src="{picture}" alt="{title}">\n'
        f'<noscript><img src="{picture}" alt="{title}" class="image-fallback"></noscript>\n</a>\n</figure>\n'
        f'<h2 class="story__heading" data-tracking="{plan.id}">\n<a class="cms-link " href="{url}" title="{title}"> {text(plan.headline)} </a>\n</h2>\n'
        f'<div class="story__meta">{time}</div>\n<div class="story__summary story__shorten">\n<p>{text(plan.lead[:120])}...</p>\n</div>\n</article>\n'
    )


def listing(
    title: str,
    path: str,
    plans: Sequence[Plan],
    *,
    zone: int | None,
    feed: str | None,
    sections: Sequence[SectionSpec],
    more: bool,
) -> str:
    """A listing page: one in focus, a feature, the list, and the button for more; the first card twice."""
    focus = "".join(_card(plan, timed=False) for plan in plans[:1])
    rest = "".join(_card(plan, timed=True) for plan in plans)
    button = (
        f'<button type="button" class="control__loadmore" data-zone="{zone}" data-page="1">Xem thêm</button>\n'
        if more
        else ""
    )
    alternate = f'<link rel="alternate" type="application/rss+xml" href="{SITE}{feed}" />\n' if feed else ""
    return (
        f'<!DOCTYPE html> <html lang="vi" class="btt "> <head>\n<title>{text(title)}</title>\n<meta http-equiv="Content-Type" '
        f'content="text/html; charset=utf-8" />\n<link rel="canonical" href="{SITE}{path}" />\n{alternate}'
        f'<meta property="og:type" content="website"/>\n<meta property="og:url" content="{SITE}{path}"/>\n'
        f"<script> var cmsConfig = {{ domainDesktop: '{SITE}', domainApi: 'https://api.baotintuc.vn', pageType: 2, adsZone: {zone or 0} }}; </script>\n"
        f'</head>\n<body class="zone-page">\n{_header(sections)}<div class="site-body">\n<div class="container">\n'
        f'<div class="breadcrumb"><h2 class="main"><a href="{SITE}{path}">{text(title)}</a></h2></div>\n'
        f'<div class="focus">\n{focus}</div>\n<div class="timeline content-list" id="content-list" data-source="recommendation-{zone or 0}">\n{rest}</div>\n'
        f"{button}</div>\n</div>\n{_footer()}</body>\n</html>\n"
    )


def more(plans: Sequence[Plan], *, load_more: bool) -> bytes:
    """The load-more answer: JSON."""
    contents = [
        {
            "content_id": int(plan.id),
            "title": plan.headline,
            "sub_title": "",
            "description": f"<p>{text(plan.lead)}</p>",
            "date": int(plan.published_at.timestamp()),
            "update_time": int(plan.published_at.timestamp()),
            "url": plan.path,
            "avatar_url": f"https://media.baotintuc.vn/images/{plan.id}/avatar.jpg.webp",
            "avatar_description": "",
            "source": "",
            "zone": {"zone_id": plan.spec.id, "name": plan.spec.name},
        }
        for plan in plans
    ]
    answer = {"error_code": 0, "error_message": "", "data": {"contents": contents, "load_more": load_more}}
    return json.dumps(answer, ensure_ascii=False).encode()


def print_view(item: ReplicaArticle) -> str:
    """The print view."""
    paragraphs = "".join(f"<p>{text(one)}</p>\n" for one in item.paragraphs)
    return (
        f'<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"><title>{text(item.headline)}</title><link rel="canonical" href="{item.url}">'
        f'</head>\n<body class="print-page">\n<h1>{text(item.headline)}</h1>\n<p>{text(item.lead)}</p>\n{paragraphs}</body>\n</html>\n'
    )
