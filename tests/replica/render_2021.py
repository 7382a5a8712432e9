"""Pages of the old CMS: articles of template 2021, listings, home. Structure as the site had it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote

from crawler.items import Kind

from . import furniture
from .article import SITE, Block, BlockKind, ReplicaArticle
from .markup import alt, attribute, editor, json_string, long_date, text
from .newsroom import Plan
from .sections import SectionSpec


def article(item: ReplicaArticle, spec: SectionSpec, *, chrome: furniture.Chrome) -> str:
    """An article page of template 2021."""
    return "".join(
        (
            _head(item, spec),
            f'<body>\n<div id="fb-root"></div>\n<form method="post" action="./Details.aspx?CatUrl={spec.slug}&amp;n={item.id}'
            f'&amp;PageType=2&amp;NewsUrl={item.slug}" id="form1">\n',
            furniture.hidden_inputs(item.id, spec),
            chrome.header,
            '<div class="detail-content w1040">\n<input type="hidden" id="lastDate" value="" />\n',
            furniture.section_bar(spec),
            '<div class="detail-content_wrapper">\n<div class="detail-left">\n<div class="breadcrumb">\n\n</div>\n',
            _title(item, spec),
            _content(item, chrome),
            furniture.likeshare(item.url, label="Chia sẻ: "),
            _tags(item),
            furniture.AD_BOTTOM,
            f'<iframe src="https://s1.baotintuc.vn/Comment.aspx?n={item.id}" frameborder="0" scrolling="no" width="100%" '
            'height="238px" id="ifComment"></iframe>\n',
            chrome.boxdata,
            '</div>\n<div class="right-bar">\n',
            chrome.right_bar,
            "</div>\n</div>\n</div>\n",
            f'<input type="hidden" id="hdLive" value="{int(item.kind is Kind.LIVE)}" />\n',
            chrome.content_bottom,
            chrome.footer,
            "</form>\n</body>\n</html>\n",
        )
    )


def _head(item: ReplicaArticle, spec: SectionSpec) -> str:
    headline, lead = attribute(item.headline), attribute(item.lead)
    published = item.published_at.isoformat()
    image = attribute(item.photos[0].url if item.photos else furniture.AVATAR)
    words = ", ".join(item.tags)
    metas = (
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />'
        f"<title>{text(item.headline)}  | baotintuc.vn</title>"
        f'<meta name="news_keywords" content="{attribute(words)}" /><meta name="description" content="{lead}" />'
        '<meta name="robots" content="index, follow" /><meta name="copyright" content="Copyright © 2020 by baotintuc.vn" />'
        '<meta name="GENERATOR" content="baotintuc.vn" /><meta name="author" content="baotintuc.vn" />'
        f'<meta itemprop="datePublished" content="{published}" /><meta itemprop="headline" content="{headline}" />'
        f'<meta property="og:type" content="article" /><meta property="og:url" content="{item.url}" />'
        f'<meta property="og:image" content="{image}" /><meta property = "og:image:width" content = "460" />'
        f'<meta property="og:title" content="{headline}" /><meta property="og:description" content="{lead}" />'
        f'<meta property="article:published_time" itemprop="datePublished" content="{published}" />'
        f'<meta property="article:section" content="{attribute(spec.name)}" /><meta name = "twitter: image" content = "{image}" />'
        f'<meta property="dable:item_id" content="{item.id}" />'
        + "".join(f'<meta property="article:tag" content="{attribute(tag)}"/>' for tag in item.tags)
    )
    return (
        '\n<!DOCTYPE html>\n<html lang="vi" xmlns="http://www.w3.org/1999/xhtml">\n'
        '<head id="Head1" prefix="og: http://ogp.me/ns# article: http://ogp.me/ns/article#">'
        f"{metas}\n{furniture.HEAD_SCRIPTS}{_json_ld(item, spec)}"
        f'<link rel="canonical" href="{item.url}" /></head>\n'
    )


def _json_ld(item: ReplicaArticle, spec: SectionSpec) -> str:
    """The metadata blocks; one article in ten has a raw line break in a string, so no valid JSON."""
    lead = json_string(item.lead)
    if int(item.id[-2:]) % 10 == 0:
        lead = lead[:-1] + '\n\t"'
    author = "".join(c.name or "" for c in item.contributors) + (item.contributors[0].agency or "")
    published = item.published_at.isoformat()
    return (
        '<script type="application/ld+json">\n{\n"@context": "http://schema.org",\n"@type": "NewsArticle",\n'
        f'"datePublished": "{published}",\n"mainEntityOfPage":{{\n"@type":"WebPage",\n"@id":"{item.url}"\n}},\n'
        f'"headline": {json_string(item.headline + " ")},\n"description": {lead},\n"dateModified": "{published}",\n'
        f'"author": {{\n"@type": "Person",\n"name": {json_string(author)}\n}},\n'
        '"publisher": {\n"@type": "Organization",\n"name": "baotintuc.vn"\n}\n}\n</script>\n'
        '<script type="application/ld+json">\n{\n"@context": "http://schema.org",\n"@type": "BreadcrumbList",\n'
        '"itemListElement": [\n{\n"@type": "ListItem",\n"position": 1,\n"item": {\n'
        f'"@id": "{SITE}",\n"name": "Trang chủ"\n}}\n}},{{\n"@type": "ListItem",\n"position": 2,\n"item": {{\n'
        f'"@id": "{SITE}{spec.old_path}",\n"name": {json_string(spec.name)}\n}}\n}}\n]\n}}\n</script>\n'
    )


def _title(item: ReplicaArticle, spec: SectionSpec) -> str:
    return (
        f'<h1 class="detail-title">\n            {text(item.headline)} \n        </h1>\n<div class="action-link">\n<div class="date">\n'
        f'<span class="txt">\n                    {long_date(item.published_at)}</span>&nbsp;|&nbsp;\n<h4 class="cate">\n'
        f'<a href="{spec.old_path}" title="{attribute(spec.name)}"><strong>{text(spec.name)}</strong></a>\n</h4>\n</div>\n'
        f'<div class="link">\n{furniture.likeshare(item.url)}{furniture.share_links(item)}</div>\n</div>\n'
    )


def _content(item: ReplicaArticle, chrome: furniture.Chrome) -> str:
    concerns = "".join(
        f'<li class="item">\n<h4>\n<a href="{attribute(url.removeprefix(SITE))}" title="{attribute(item.titles.get(url, ""))}">\n'
        f"{text(item.titles.get(url, ''))}\n</a>\n</h4>\n</li>\n"
        for url in item.related
    )
    relation = (
        f'<ul id="plhMain_NewsDetail1_divRelation" class="list-concern">\n{concerns}</ul>\n'
        if concerns
        else ""
    )
    return (
        f'<div class="content">\n<h2 class="sapo">\n            {text(item.lead)}\n</h2>\n{relation}<div class="content_wrapper">\n'
        f'<div id="plhMain_NewsDetail1_divSharelink" class="share share-sticky">\n{furniture.share_links(item)}{chrome.weight}</div>\n'
        f'<div class="boxdetail">\n<div class="contents">\n{body(item.blocks, item)}</div>\n'
        f'<div class="author">\n{_byline(item.byline)}\n</div>\n{_widget(item)}</div>\n</div>\n'
    )


def body(blocks: Sequence[Block], item: ReplicaArticle) -> str:
    """The body in its two halves with the advertisements between them."""
    middle = max(1, (len(blocks) + 1) // 2)
    first = "".join(_block(block, item) for block in blocks[:middle])
    end = "".join(_block(block, item) for block in blocks[middle:])
    return f'<div id="divfirst">{first}</div>{furniture.AD_MIDDLE}<div id="divend">{end}</div>\n'


def _block(block: Block, item: ReplicaArticle) -> str:
    if block.kind is BlockKind.VIDEO:
        return _video(block, item)
    return _BLOCKS[block.kind](block)


def _paragraphs(block: Block) -> str:
    return "".join(f"<p>{editor(one)}</p>\n" for one in block.texts)


def _subhead(block: Block) -> str:
    return f"<p><strong>{editor(block.texts[0])}</strong></p>\n"


def _quote(block: Block) -> str:
    return f"<blockquote>\n{_paragraphs(block)}</blockquote>\n"


def bullets(block: Block) -> str:
    """A list."""
    return "<ul>\n" + "".join(f"<li>{editor(one)}</li>\n" for one in block.texts) + "</ul>\n"


def _entry(block: Block) -> str:
    moment, said = block.texts
    return f"<p><strong>{editor(moment)}</strong></p>\n<p>{editor(said)}</p>\n"


def table(block: Block) -> str:
    """A plain table."""
    rows = (
        "<tr>" + "".join(f"<td>{editor(cell)}</td>" for cell in row.split("\t")) + "</tr>\n"
        for row in block.texts
    )
    body = "".join(rows)
    return f'<table border="1" cellpadding="1" style="width:500px">\n<tbody>\n{body}</tbody>\n</table>\n'


def _figure(block: Block) -> str:
    assert block.photo
    caption = editor(block.photo.caption_raw or "")
    return (
        '<div style="text-align:center">\n<figure class="image" style="display:inline-block">'
        f'<img alt="Chú thích ảnh" src="{attribute(block.photo.url)}">\n<figcaption>{caption}</figcaption>\n</figure>\n</div>\n'
    )


_BLOCKS: Final[dict[BlockKind, Callable[[Block], str]]] = {
    BlockKind.PARAGRAPH: _paragraphs,
    BlockKind.SUBHEAD: _subhead,
    BlockKind.QUOTE: _quote,
    BlockKind.LIST: bullets,
    BlockKind.TABLE: table,
    BlockKind.ENTRY: _entry,
    BlockKind.PHOTO: _figure,
}


def _video(block: Block, item: ReplicaArticle) -> str:
    assert block.video
    return (
        f'<p>\n<iframe id="divVideo_2" src="{SITE}/Player.aspx?vid=divVideo_2&fileId={block.video.url}&fileImg={block.video.poster}'
        f'&width=636&height=380&newsId={item.id}&refUrl={SITE}&isWebsite=True&title={attribute(item.headline)}" frameborder="0" '
        'scrolling="no" width="636" height="380" allowfullscreen=""></iframe>\n</p>\n'
    )


def _byline(printed: str | None) -> str:
    name, bracket, agency = (printed or "").rpartition(" (")
    if not bracket:
        return f"<strong>{text(printed or '')}</strong>"
    return f"<strong>{text(name)}</strong><i> ({text(agency)}</i>"


def _widget(item: ReplicaArticle) -> str:
    if not item.widget:
        return ""
    path, title = attribute(item.widget.removeprefix(SITE)), item.titles.get(item.widget, "")
    return (
        f'<div class="widget">\n<a href="{path}" title="{attribute(title)}" class="widget_thumb">\n'
        f'<img src="{furniture.thumbnail(item.id)}" alt="{alt(title)}" />\n</a>\n<div class="widget_info">\n'
        f'<a href="{path}" class="info-title">\n{text(title)}\n</a>\n<p class="des">Xem lại bài đã đăng về chuyện này.\n</p>\n</div>\n</div>\n'
    )


def _tags(item: ReplicaArticle) -> str:
    links = " ".join(
        f'<li><a href="{tag_path(tag)}" title="{attribute(tag)}"><strong>{" " if n else ""}{text(tag)},</strong></a></li>'
        for n, tag in enumerate(item.tags)
    )
    return (
        '<div id="plhMain_NewsDetail1_divTags" class="keysword">\n<span class="kewsword-txt">Từ khóa: </span>\n'
        f"<ul>\n{links}\n</ul>\n</div>\n"
    )


def tag_path(tag: str) -> str:
    """Path of a tag's listing in the old CMS."""
    return f"/tags/{quote(tag.lower().replace(' ', '+'), safe='+')}.htm"


# --- listings -----------------------------------------------------------------------------------


def listing(
    title: str,
    path: str,
    plans: Sequence[Plan],
    pager: str,
    *,
    bar: str,
    chrome: furniture.Chrome,
    further: bool = False,
) -> str:
    """A listing page: one in focus, three in the list, the rest newest; a pager.

    ``further`` pages have the newest list only.
    """
    focus, three, rest = (plans[:0], plans[:0], plans) if further else (plans[:1], plans[1:4], plans[4:])
    return (
        furniture.listing_head(title, path)
        + '<body>\n<form method="post" action="./List.aspx" id="form1">\n'
        + chrome.header
        + f'<div class="list-content w1040">\n{bar}<div class="lc-top">\n<div class="lct-left">\n'
        + '<div id="plhMain_ctl00_divFocus" class="newsest">\n'
        + "".join(_card(plan, "h2") for plan in focus)
        + '</div>\n<ul class="list-ul">\n'
        + "".join(f'<li class="item">\n{_small_card(plan)}</li>\n' for plan in three)
        + f'</ul>\n</div>\n<div class="lct-right">\n{furniture.AD_ZONE}</div>\n</div>\n<div class="lc-bottom">\n<div class="lcb-left">\n'
        + '<h2><span class="txt">tin mới</span></h2>\n<ul class="list-newsest">\n'
        + "".join(
            f'<li class="item">\n{_card(plan, "h3")}<ul class="ul-relation">\n</ul>\n</li>\n' for plan in rest
        )
        + f'</ul>\n{pager}</div>\n<div class="right-bar">\n{chrome.right_bar}</div>\n</div>\n</div>\n'
        + chrome.content_bottom
        + chrome.footer
        + "</form>\n</body>\n</html>\n"
    )


def _card(plan: Plan, level: str) -> str:
    path, title = attribute(plan.path), attribute(plan.headline)
    return (
        f'{_thumb(plan)}<div class="item-info">\n<a href="{path}" title="{title}" class="title">\n<{level}>{text(plan.headline)} </{level}>\n</a>\n'
        f'<p class="des">\n{text(plan.lead)}\n</p>\n</div>\n'
    )


def _small_card(plan: Plan) -> str:
    return (
        f'{_thumb(plan)}<a href="{attribute(plan.path)}" title="{attribute(plan.headline)}" class="title">\n'
        f"<h3>{text(plan.headline)}</h3>\n</a>\n"
    )


def _thumb(plan: Plan) -> str:
    return (
        f'<a href="{attribute(plan.path)}" title="{attribute(plan.headline)}" class="thumb">\n'
        f'<img src="{furniture.thumbnail(plan.id)}" alt="{alt(plan.headline)}" />\n</a>\n'
    )


def pager(spec: SectionSpec, number: int, last: int) -> str:
    """The pager: six numbers and "Tiếp"; nothing where there is one page only."""
    start = max(1, min(number - 2, last - 5))
    numbers = range(start, min(last, start + 5) + 1)
    items = [_page_link(spec, n, str(n), current=n == number) for n in numbers]
    if number < last:
        items.append(_page_link(spec, number + 1, "Tiếp", current=False))
    return f'<ul class="list-pagination">\n{"".join(items)}\n</ul>\n'


def _page_link(spec: SectionSpec, number: int, label: str, *, current: bool) -> str:
    href = ' class="active" href="javascript:void(0)"' if current else f' href="{spec.old_page(number)}"'
    return f'<li class="pagination-item"><a{href}>{label}</a></li>'


def search_page(title: str, path: str, plans: Sequence[Plan], pager: str, *, chrome: furniture.Chrome) -> str:
    """Results of the old search and of a tag."""
    items = "".join(f'<li class="item">\n{_card(plan, "h3")}</li>\n' for plan in plans)
    return (
        furniture.listing_head(title, path)
        + f'<body>\n<form method="post" action="./Search.aspx" id="form1">\n{chrome.header}<div class="list-content w1040">\n'
        + f'<div id="search_result">\n<ul class="list-newsest">\n{items}</ul>\n{pager}</div>\n</div>\n{chrome.footer}</form>\n</body>\n</html>\n'
    )


def print_view(item: ReplicaArticle) -> str:
    """The print view: headline, lead and text, hardly any furniture."""
    paragraphs = "".join(f"<p>{editor(one)}</p>\n" for one in item.paragraphs)
    return (
        f'<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8" /><title>{text(item.headline)}</title>'
        f'<link rel="canonical" href="{item.url}" /><meta name="robots" content="noindex" /></head>\n<body onload="window.print()">\n'
        f'<div class="print"><h1>{text(item.headline)}</h1>\n<p class="sapo">{text(item.lead)}</p>\n{paragraphs}</div>\n</body>\n</html>\n'
    )
