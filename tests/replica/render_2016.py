"""Article pages of template 2016: the old CMS before its redesign, as scrapers of the time describe it."""

from __future__ import annotations

from . import furniture
from .article import SITE, Block, BlockKind, ReplicaArticle
from .markup import attribute, editor, long_date, text
from .sections import SectionSpec


def article(item: ReplicaArticle, spec: SectionSpec, *, chrome: furniture.Chrome) -> str:
    """An article page: ``h1.title``, lead and body by their ids, the byline as last paragraph."""
    body = "".join(_block(block) for block in item.blocks)
    related = "".join(
        f'<li><h3><a href="{attribute(url.removeprefix(SITE))}">{text(item.titles.get(url, ""))}</a></h3></li>\n'
        for url in item.related
    )
    tags = "".join(f'<a href="/tags/{attribute(tag)}.htm">{text(tag)}</a>, ' for tag in item.tags)
    return (
        '<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml">\n<head>'
        f'<meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>{text(item.headline)} | baotintuc.vn</title>'
        f'<meta name="description" content="{attribute(item.lead)}" /><meta property="og:type" content="article" />'
        f'<meta property="og:title" content="{attribute(item.headline)}" /><meta property="og:url" content="{item.url}" />'
        f'<meta property="article:published_time" content="{item.published_at.isoformat()}" />'
        f'<meta property="article:section" content="{attribute(spec.name)}" /><link rel="canonical" href="{item.url}" /></head>\n<body>\n'
        f'<form method="post" action="./Details.aspx?n={item.id}" id="form1">\n{furniture.hidden_inputs(item.id, spec)}{chrome.header}'
        f'<div class="newsdetail">\n<div class="cate"><a href="{spec.old_path}">{text(spec.name)}</a></div>\n'
        f'<h1 class="title">{text(item.headline)}</h1>\n<div class="date">{long_date(item.published_at)}</div>\n'
        f'<h2 id="plhMain_NewsDetail1_divSapoLive" class="sapo">{text(item.lead)}</h2>\n'
        f'<div id="plhMain_NewsDetail1_divContentLive" class="content-btt">\n{body}<p style="text-align: right;" class="author"><strong>'
        f'{text(item.byline or "")}</strong></p>\n</div>\n<ul class="listspecial">\n{related}</ul>\n'
        f'<div class="tags">{tags}</div>\n</div>\n{chrome.right_bar}{chrome.footer}</form>\n</body>\n</html>\n'
    )


def _block(block: Block) -> str:
    if block.kind is BlockKind.PHOTO:
        assert block.photo
        return (
            f'<table class="picture"><tbody><tr><td><img alt="" src="{attribute(block.photo.url)}" /></td></tr>\n'
            f'<tr><td class="caption">{editor(block.photo.caption_raw or "")}</td></tr></tbody></table>\n'
        )
    if block.kind is BlockKind.VIDEO:
        assert block.video
        return f'<p><iframe src="{SITE}/Player.aspx?fileId={block.video.url}&fileImg={block.video.poster}"></iframe></p>\n'
    return "".join(f"<p>{editor(one)}</p>\n" for one in block.paragraphs)
