"""A page design that no selector knows, for the night of a redesign: new class names, sane metadata."""

from __future__ import annotations

from collections.abc import Sequence

from .article import SITE, BlockKind, ReplicaArticle
from .markup import attribute, json_string, text
from .newsroom import Plan
from .sections import SectionSpec


def article(item: ReplicaArticle, spec: SectionSpec, *, newest: Sequence[Plan]) -> str:
    """An article page in the unknown design; metadata and JSON-LD still tell the truth."""
    published = item.published_at.isoformat()
    modified = (item.modified_at or item.published_at).isoformat()
    author = ", ".join(c.name for c in item.contributors if c.name)
    body = "".join(_block(item, index) for index in range(len(item.blocks)))
    aside = "".join(
        f'<li><a href="{attribute(plan.path)}">{text(plan.headline)}</a></li>\n' for plan in newest
    )
    return (
        '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{text(item.headline)}</title>\n"
        f'<link rel="canonical" href="{item.url}">\n<meta name="description" content="{attribute(item.lead)}">\n'
        f'<meta property="og:type" content="article">\n<meta property="og:title" content="{attribute(item.headline)}">\n'
        f'<meta property="og:description" content="{attribute(item.lead)}">\n<meta property="og:url" content="{item.url}">\n'
        f'<meta property="article:published_time" content="{published}">\n<meta property="article:modified_time" content="{modified}">\n'
        f'<meta property="article:section" content="{attribute(spec.name)}">\n'
        + "".join(f'<meta property="article:tag" content="{attribute(tag)}">\n' for tag in item.tags)
        + '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
        f'"headline":{json_string(item.headline)},"description":{json_string(item.lead)},"datePublished":"{published}",'
        f'"dateModified":"{modified}","articleSection":{json_string(spec.name)},"mainEntityOfPage":"{item.url}",'
        f'"author":{{"@type":"Person","name":{json_string(author)}}},"publisher":{{"@type":"Organization","name":"Báo Tin tức"}}}}</script>\n'
        f'</head>\n<body>\n<nav class="x-nav"><a href="{SITE}/">Trang chủ</a> <a href="{SITE}{spec.new_path}">{text(spec.name)}</a></nav>\n'
        f'<main class="x-story">\n<header class="x-story-top"><h1 class="x-hed">{text(item.headline)}</h1>\n'
        f'<p class="x-dek">{text(item.lead)}</p>\n<time class="x-when" datetime="{published}">{item.published_at:%H:%M, %d/%m/%Y}</time></header>\n'
        f'<article class="x-text">\n{body}</article>\n<p class="x-by">{text(item.byline or "")}</p>\n</main>\n'
        f'<aside class="x-more"><ul>\n{aside}</ul></aside>\n<footer class="x-foot">Bản sao dùng để thử nghiệm.</footer>\n</body>\n</html>\n'
    )


def _block(item: ReplicaArticle, index: int) -> str:
    block = item.blocks[index]
    if block.kind is BlockKind.PHOTO:
        assert block.photo
        return f'<figure class="x-pic"><img src="{attribute(block.photo.url)}" alt=""><figcaption>{text(block.photo.caption_raw or "")}</figcaption></figure>\n'
    if block.kind is BlockKind.VIDEO:
        assert block.video
        return f'<video class="x-clip" src="{attribute(block.video.url)}" poster="{attribute(block.video.poster or "")}"></video>\n'
    return "".join(f"<p>{text(one)}</p>\n" for one in block.paragraphs)
