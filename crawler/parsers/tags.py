"""Tags of the body, and what they say: walks that never look at a tag twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from crawler.parsers.text import clean

# fmt: off
INLINE: Final = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})
# fmt: on
SILENT: Final = frozenset(
    {"script", "style", "template", "noscript", "audio", "head", "title", "meta", "link", "button", "select"}
    | {"textarea", "option", "datalist"}
)
"""What is there and says nothing; a ``noscript`` may hold the twin of a lazy picture."""

PLAYERS: Final = frozenset({"iframe", "video", "embed"})
MEDIA: Final = PLAYERS | {"img"}
_MUTE: Final = SILENT | {"video", "iframe"}
_NO_BREAK: Final = INLINE | {"img", "embed", "source", "track", "svg"}


def tags_in(tag: Tag, *names: str) -> list[Tag]:
    """All tags below a tag, in document order, of these names where any are given.

    Does what ``find_all`` does without its matching rules, which cost as much as all the rest.
    """
    found = []
    pending = list(reversed(tag.contents))
    while pending:
        node = pending.pop()
        if isinstance(node, Tag):
            if not names or node.name in names:
                found.append(node)
            pending.extend(reversed(node.contents))
    return found


def blocks_of(tag: Tag) -> list[str]:
    """The visible texts of a tag, one for what stands on lines of its own; line breaks are blanks."""
    blocks: list[list[str]] = [[]]
    for piece in _pieces(tag):
        blocks.append([]) if piece is None else blocks[-1].append(piece)
    return [text for block in blocks if block and (text := clean("".join(block)))]


def spaced_text(tag: Tag) -> str:
    """The visible text of a tag on one line; what stands on lines of its own is kept a space apart."""
    return clean("".join(" " if piece is None else piece for piece in _pieces(tag)))


def _pieces(tag: Tag) -> Iterator[str | None]:
    """The visible strings in a tag, and None where a line of its own begins or ends."""
    pending: list[PageElement | None] = [*reversed(tag.contents)]
    while pending:
        node = pending.pop()
        if node is None:
            yield None
        elif isinstance(node, NavigableString):
            yield node
        elif isinstance(node, Tag) and node.name == "br":
            yield " "
        elif isinstance(node, Tag) and node.name not in _MUTE:
            apart = [] if node.name in _NO_BREAK else [None]
            pending.extend([*apart, *reversed(node.contents), *apart])


def attributes_of(tag: Tag) -> dict[str, str]:
    """The attributes of a tag, as text."""
    return {name: str(value) for name, value in tag.attrs.items()}
