"""Links to other articles that stand alone: a paragraph, list item or table made of nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from crawler.parsers.body.roles import KEYWORD, ROLE
from crawler.parsers.body.tags import MEDIA, SILENT, spaced_text, tags_in
from crawler.parsers.text import clean
from crawler.site import urls

_LEADS_ON: Final = re.compile(
    r"(?:xem thêm|đọc thêm|tin liên quan|bài liên quan|có thể bạn quan tâm|mời bạn đọc)?", re.IGNORECASE
)
_LONGEST: Final = 40  # characters that lead on
_BULLETS: Final = " \t\n\r\xa0>»›→-–—•*:;,|."


def only_leads_on(text: str) -> bool:
    """Whether a line only announces the links below it (``Xem thêm:``)."""
    return bool(_LEADS_ON.fullmatch(text.strip(_BULLETS))) and any(map(str.isalnum, text))


class Links(NamedTuple):
    """The other articles that links lead to; ``alone``: it is one link, with no word beside it."""

    urls: list[str]
    alone: bool


def links_out(tag: Tag, base: str, own_id: str) -> Links | None:
    """The other articles of the site that a tag made of nothing but links leads to.

    A picture belongs to the link that it stands in, and that one must be a link in words too. None
    where anything else is in the tag, or a link that is a word of the article.
    """
    anchors: list[Tag] = []
    rest = ""
    for piece in _pieces(tag):
        if isinstance(piece, Tag) and (piece.name != "a" or piece.attrs.get(ROLE) == KEYWORD):
            return None
        if isinstance(piece, Tag):
            anchors.append(piece)
            continue
        rest += piece
        if len(rest) > _LONGEST and len(rest := f"{clean(rest)} ".lstrip(_BULLETS)) > _LONGEST:
            return None
    if not anchors or not _LEADS_ON.fullmatch(clean(rest).strip(_BULLETS)):
        return None
    found = _articles(anchors, base, own_id)
    return Links(found, len(anchors) == 1 and not rest.strip()) if found else None


def _articles(anchors: list[Tag], base: str, own_id: str) -> list[str]:
    found: list[str] = []
    in_words: set[str] = set()
    for anchor in anchors:
        known = urls.read(str(anchor["href"]), base)
        if not known or known.kind is not urls.UrlKind.ARTICLE or known.id == own_id:
            return []
        found.append(known.url)
        if spaced_text(anchor):
            in_words.add(known.url)
        elif not tags_in(anchor, "img"):
            return []
    return list(dict.fromkeys(found)) if in_words.issuperset(found) else []


def _pieces(tag: Tag) -> Iterator[Tag | str]:
    """The outermost links of a tag, the pictures and players outside of them, and its other strings."""
    pending: list[PageElement] = [*reversed(tag.contents)]
    while pending:
        node = pending.pop()
        if isinstance(node, NavigableString):
            yield str(node)
        elif isinstance(node, Tag) and ((node.name == "a" and node.attrs.get("href")) or node.name in MEDIA):
            yield node
        elif isinstance(node, Tag) and node.name not in SILENT:
            pending.extend(reversed(node.contents))
            yield " "
