"""What stands around the articles of the old CMS: header, menu, advertisements, boxes, footer.

Structure as the site has it, words our own. None of it belongs to an article.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from .article import SITE, ReplicaArticle
from .markup import alt, attribute, text
from .newsroom import Plan
from .sections import KIND_SECTIONS, SectionSpec

AVATAR: Final = "https://cdnmedia.baotintuc.vn/Upload/Publish/avata-tinong/avata-tinnong.jpg"

HEAD_SCRIPTS: Final = """<link rel="shortcut icon" href="/Images/icon.gif" type="image/x-icon" />
<link rel="stylesheet" type="text/css" href="https://cdnstatic.baotintuc.vn/web_css/main.min1.css?v=1" />
<script type="text/javascript" src="https://cdnstatic.baotintuc.vn/web_js/jquery.min.js"></script>
<script>
window.dataLayer = window.dataLayer || [];
function gtag(){dataLayer.push(arguments);}
gtag('js', new Date());
</script>
<style type="text/css">
.icon_8 {background-image:url(/Images/icon_8.png);background-size:16px;display:inline-block}
@media (max-width: 1024px) { #divwebleffix { display: none; } }
</style>
<script type="text/javascript">
if ($(window).width() < 1024) { $('#divwebleffix').css('display', 'none'); }
</script>
"""

AD_ZONE: Final = (
    '<!--Web-Cate-right01: AllowCatAds: -1: AdsPosition: Web-cat-01--><zone id="483788"></zone>\n'
    '<script>\narfAsync.push("483788");\n</script>\n<div id="admzone483788"></div>\n'
)
AD_MIDDLE: Final = (
    '<ins class="982a9496" data-key="d20c57ab"></ins>\n<div class="gliaplayer-container" data-slot="baotintuc_desktop"></div>\n'
    '<script src="https://player.gliacloud.com/player/baotintuc_desktop" async></script>\n'
    "<!-- Google Tag Manager (noscript) -->\n"
    '<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-0" height="0" width="0" '
    'style="display:none;visibility:hidden"></iframe></noscript>\n<!-- End Google Tag Manager (noscript) -->'
)
AD_BOTTOM: Final = (
    '<div class="btt-bottom">\n<div class="btt-center">\n<zone id="kvm7t0yr"></zone>\n<script>\narfAsync.push("kvm7t0yr");\n'
    '</script>\n</div>\n</div>\n<div class="btt-bottom pt10">\n<div id="M896063ScriptRootC1487143"></div>\n</div>\n'
)
EVENTS: Final = (
    ("chinh-quyen-hai-cap-o-co-so", 701, "Chính quyền hai cấp ở cơ sở"),
    ("ung-pho-thien-tai-mua-mua-lu", 702, "Ứng phó thiên tai mùa mưa lũ"),
    ("mua-tuyen-sinh-moi", 703, "Mùa tuyển sinh mới"),
)


@dataclass(frozen=True, slots=True)
class Chrome:
    """The parts around the content, made once for many pages."""

    header: str
    right_bar: str
    boxdata: str
    content_bottom: str
    footer: str
    weight: str = ""


def chrome(
    sections: Sequence[SectionSpec], newest: Sequence[Plan], *, real_weight: bool, both: bool = True
) -> Chrome:
    """The furniture of the old CMS for a site with these sections and newest articles."""
    header = _header(sections, both=both)
    return Chrome(
        header=header + drawings(150) if real_weight else header,
        right_bar=AD_ZONE + boxnews("tin đọc nhiều nhất", newest[: 20 if real_weight else 5]),
        boxdata=_boxdata(newest[5 : 25 if real_weight else 9]),
        content_bottom=_content_bottom(newest[9 : 40 if real_weight else 14]),
        footer=_footer(sections),
        weight=inline_images(190_000) if real_weight else inline_images(300),
    )


def drawings(count: int) -> str:
    """Icons drawn in place, as the real header has them: most of the tags of a real page."""
    icon = (
        '<span class="icon"><svg xmlns="http://www.w3.org/2000/svg" width="17.071" height="17.071" viewBox="0 0 17.071 17.071">'
        '<path data-name="Path" d="M0,0H17.071V17.071H0Z" fill="none" /></svg></span>\n'
    )
    return f'<div class="toolbar-icons">\n{icon * count}</div>\n'


def inline_images(size: int) -> str:
    """Share icons as inline base64 images, about ``size`` characters together."""
    icons, made = [], 0
    number = 0
    while made < size:
        blob = sha256(str(number).encode()).digest() * (min(size, 24_000) // 45 + 1)
        icon = base64.b64encode(b"\x89PNG\r\n\x1a\n" + blob).decode()
        icons.append(
            '<a href="javascript:void(0)" rel="nofollow"><svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">'
            f'<image width="24" height="24" xlink:href="data:image/png;base64,{icon}" /></svg></a>\n'
        )
        made += len(icon)
        number += 1
    return "".join(icons)


def hidden_inputs(id_: str, spec: SectionSpec) -> str:
    """The form's hidden fields; a top section is its own parent there."""
    state = base64.b64encode(sha256(id_.encode()).digest() * 2).decode()
    fields = (
        ("hidParentId", str(spec.parent or spec.id)),
        ("hidCatId", str(spec.id)),
        ("catAllowAds", str(spec.parent or spec.id)),
        ("hdNewsId", id_),
        ("__VIEWSTATE", state),
    )
    inputs = "".join(
        f'<input type="hidden" name="{name}" id="{name}" value="{value}" />\n' for name, value in fields
    )
    return f'<div class="aspNetHidden">\n{inputs}</div>\n'


def _header(sections: Sequence[SectionSpec], *, both: bool) -> str:
    tops = [spec for spec in sections if not spec.parent]
    orphans = [spec for spec in sections if spec.parent and spec.parent not in {t.id for t in tops}]
    items = "".join(_menu_item(spec, sections, both) for spec in (*tops, *orphans))
    more = "".join(
        f'<li><a href="{spec.old_path}" title="{attribute(spec.name)}">{text(spec.name.upper())}</a></li>\n'
        for spec in KIND_SECTIONS.values()
    )
    events = "".join(
        f'<div class="swiper-slide"><a href="/dong-su-kien/{slug}-e{number}.htm" title="{name}">{name}</a></div>\n'
        for slug, number, name in EVENTS
    )
    return (
        '<div class="header">\n<div class="header_wrapper">\n<div class="toolbar">\n<ul>\n'
        '<li><span class="txt">Email: toasoan@example.invalid</span></li>\n'
        '<li><a href="/rss.htm" class="actionlink"><span class="txt">Rss</span></a></li>\n</ul>\n'
        '<div class="input-search"><input type="text" id="searchkey" placeholder="Từ khóa tìm kiếm"></div>\n</div>\n'
        '<div class="headerlogo"><a href="/" class="logo"></a></div>\n<div class="navbar" id="menu">\n<div class="navbar_wrapper w1040">\n'
        f'<a href="/" class="iconhome"><img src="/web_images/home.svg" alt="Báo tin tức" /></a>\n<ul class="list-navbar">\n{items}'
        f'<li class="nav-item"><a href="javascript:void(0)" class="show-more-mn" rel="nofollow"></a>\n<ul class="menu_list">\n{more}</ul>\n</li>\n'
        f'</ul>\n</div>\n</div>\n<div class="threadbar"><div class="swiper toppic-dsk-sw"><div class="swiper-wrapper">\n{events}</div></div></div>\n'
        '</div>\n</div>\n<script>\n$(window).load(function () { $("#menu").sticky({ topSpacing: 0 }); });\n</script>\n'
    )


def _menu_item(spec: SectionSpec, sections: Sequence[SectionSpec], both: bool) -> str:
    children = [child for child in sections if child.parent == spec.id]
    rows = "".join(
        f'<li>\n<a title="{attribute(child.name)}" href="{child.old_path}">\n<span class="txt">{text(child.name)}\n</span>\n</a>\n</li>\n'
        for child in children
    )
    if both:
        rows += f'<li>\n<a title="{attribute(spec.name)}" href="{SITE}{spec.new_path}">\n<span class="txt">Giao diện mới\n</span>\n</a>\n</li>\n'
    return (
        f'<li class="nav-item">\n<a href="{spec.old_path}" title="{attribute(spec.name)}" id="menu_{spec.id}">{text(spec.name)}</a>\n'
        f'<ul class="droplist-info">\n{rows}</ul>\n</li>\n'
    )


def section_bar(spec: SectionSpec) -> str:
    """The bar with the section's name above an article or listing."""
    return (
        '<div class="lc-bar">\n<div class="ccr_threadbar">\n'
        f'<a href="{spec.old_path}" class="threadbar_topic" title="{attribute(spec.name)}">{text(spec.name)}</a>\n'
        '<ul class="threadbar_list">\n</ul>\n</div>\n</div>\n'
    )


def likeshare(url: str, label: str = "") -> str:
    """A block of share buttons."""
    return (
        f'<div class="likeshare" style="margin: 8px 0;">\n{label}<div class="fb-like" data-href="{url}" data-width="" '
        'data-layout="button_count" data-action="like" data-share="true"></div>\n</div>\n'
    )


def share_links(item: ReplicaArticle) -> str:
    """Share links and the link to the print view."""
    return (
        '<a href="javascript:void(0)" rel="nofollow" onclick="return shareFace();"><svg width="24" height="24"></svg></a>\n'
        f'<a href="https://twitter.com/intent/tweet?source=webclient&text={item.url}" rel="nofollow"><svg width="24" height="24"></svg></a>\n'
        f'<a href="/{item.slug}-n{item.id}.htm" rel="nofollow" target="_blank"><svg width="24" height="24"></svg></a>\n'
    )


def thumbnail(id_: str) -> str:
    """The address of an article's thumbnail."""
    name = sha256(id_.encode()).hexdigest()[:22]
    return f"https://cdnthumb.baotintuc.vn/ha_w/260/https@@$$media.baotintuc.vn/Upload/{name}/files/avata.jpg"


def boxnews(title: str, plans: Iterable[Plan]) -> str:
    """A side box with a list of articles."""
    items = "".join(
        f'<li class="boxnews-item">\n<a href="{attribute(plan.path)}" class="item_thumb">\n<img src="{thumbnail(plan.id)}" '
        f'alt="{alt(plan.headline)}" />\n</a>\n<a href="{attribute(plan.path)}" title="{attribute(plan.headline)}" class="item_title">\n'
        f"<h4>{text(plan.headline)}</h4>\n</a>\n</li>\n"
        for plan in plans
    )
    return f'<div class="boxnews">\n<h2>{title}</h2>\n<ul class="list-boxnews">\n{items}</ul>\n</div>\n'


def _boxdata(plans: Iterable[Plan]) -> str:
    items = "".join(
        f'<li class="item-cb">\n<a href="{attribute(plan.path)}" class="item_title">\n{text(plan.headline)}\n</a>\n</li>\n'
        for plan in plans
    )
    return (
        '<div class="boxdata">\n<div class="cb-container">\n<h2><a href="/anh.htm" class="topic-link"><span class="link-txt">Ảnh</span></a></h2>\n'
        f'<ul class="list-cb">\n{items}</ul>\n</div>\n</div>\n'
    )


def _content_bottom(plans: Iterable[Plan]) -> str:
    items = "".join(
        f'<li class="item-cb">\n<a href="{attribute(plan.path)}" class="item_title">\n{text(plan.headline)}\n</a>\n'
        f"<p>{text(plan.lead)}</p>\n</li>\n"
        for plan in plans
    )
    return (
        '<div class="content_bottom">\n<div class="cb-container fw">\n<h2><span class="link-txt">Tin cùng chuyên mục</span></h2>\n'
        f'<ul class="list-cb">\n{items}</ul>\n</div>\n</div>\n'
    )


def _footer(sections: Sequence[SectionSpec]) -> str:
    items = "".join(
        f'<li class="nav-item">\n<a href="{spec.old_path}" title="{attribute(spec.name)}">{text(spec.name)}</a>\n</li>\n'
        for spec in sections
        if not spec.parent
    )
    return (
        f'<div class="footer">\n<ul class="list-navbar-footer">\n{items}</ul>\n<div class="footer-info w1040">\n'
        "<h2>BẢN SAO DÙNG ĐỂ THỬ NGHIỆM</h2>\n<p>Mọi bài viết ở đây đều do máy viết ra để thử phần mềm, không phải tin thật.</p>\n"
        '</div>\n</div>\n<div id="divpopup01">\n<zone id="26576"></zone>\n</div>\n<div id="scroll_top"></div>\n'
    )


def listing_head(title: str, path: str) -> str:
    """Head of a listing page; its ``og:url`` is the home page, as on the real ones."""
    return (
        '\n<!DOCTYPE html>\n<html lang="vi" xmlns="http://www.w3.org/1999/xhtml">\n<head id="Head1">'
        f'<meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>{text(title)} | baotintuc.vn</title>'
        f'<meta property="og:type" content="website" /><meta property="og:url" content="{SITE}" />'
        f'<meta property="og:title" content="{attribute(title)}" />\n{HEAD_SCRIPTS}<link rel="canonical" href="{SITE}{path}" /></head>\n'
    )
