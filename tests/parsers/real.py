"""The real pages beside the repository, read as the parser and the reference read them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from crawler.items import Article
from crawler.parsers import parse_article
from crawler.site.urls import canonical
from tests.conftest import SHARED_SITE

FIELDS: Final = (
    "url",
    "headline",
    "lead",
    "published_at",
    "section",
    "byline",
    "contributors",
    "tags",
    "photos",
    "paragraphs",
    "related",
    "videos",
)


@cache
def expected() -> dict[str, dict[str, Any]]:
    """What the real pages say, by article id; empty where they are not at hand."""
    path = SHARED_SITE / "real" / "expected.json"
    if not path.exists():
        return {}
    pages: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return pages


def page(id_: str) -> bytes:
    """The bytes of a real page."""
    return gzip.decompress((SHARED_SITE / "real" / "pages" / f"{id_}.html.gz").read_bytes())


@cache
def article(id_: str) -> Article:
    """A real page as the parser reads it."""
    return parse_article(page(id_), expected()[id_]["url"])


_FORMS: Final[dict[str, Callable[[Article], Any]]] = {
    "published_at": lambda article: article.published_at.isoformat() if article.published_at else None,
    "section": lambda article: article.section.name if article.section else None,
    "contributors": lambda article: [
        {name: getattr(one, name) for name in ("name", "role", "agency")} for one in article.contributors
    ],
    "photos": lambda article: [
        {name: getattr(one, name) for name in ("url", "caption_raw", "caption", "credit")}
        for one in article.photos
    ],
    "paragraphs": lambda article: (article.body or "").split("\n\n"),
    "videos": lambda article: [(video.url, video.poster) for video in article.videos],
    "tags": lambda article: list(article.tags),
    "related": lambda article: list(article.related),
}


def read(article: Article, field: str) -> Any:
    """A field of an article in the form of the reference."""
    form = _FORMS.get(field)
    return form(article) if form else getattr(article, field)


def reference(id_: str, field: str) -> Any:
    """What the reference says, addresses in full: related as canonical URLs, videos taken apart."""
    value = expected()[id_][field]
    if field == "related":
        return [canonical(path) for path in value]
    if field == "videos":
        return [_file_and_picture(address) for address in value]
    return value


def _file_and_picture(player: str) -> tuple[str, str]:
    """The file and the picture that the address of the site's player names."""
    parts = dict(part.split("=", 1) for part in player.partition("?")[2].split("&") if "=" in part)
    return parts["fileId"], parts["fileImg"]
