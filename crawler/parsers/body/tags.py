"""Tags of the body, and what they say: walks that never look at a tag twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from crawler.parsers.text import clean

# fmt: off
BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "col", "colgroup", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main",
    "marquee", "menu", "nav", "noembed", "noframes", "ol", "p", "plaintext", "pre", "search", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp",
    "applet", "canvas", "map", "object", "picture",  # what holds a picture, or the words in its place
    "foreignobject", "text",  # words in a drawing
})
# fmt: on
"""What stands on lines of its own. Any other tag is inline, as HTML has it: also one that nobody knows,
as Word (``st1:city``) and spelling checkers (``g``) leave them amid a sentence."""

SILENT: Final = frozenset(
    {"script", "style", "template", "noscript", "audio", "head", "title", "meta", "link", "button", "select"}
    | {"textarea", "option", "datalist"}
)
"""What is there and says nothing; a ``noscript`` may hold the twin of a lazy picture."""

PLAYERS: Final = frozenset({"iframe", "video", "embed"})
MEDIA: Final = PLAYERS | {"img"}
_MUTE: Final = SILENT | {"video", "iframe"}


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
    return _texts(tag, line_break=" ")


def lines_of(tag: Tag) -> list[str]:
    """The visible texts of a tag line by line; a line break ends one."""
    return _texts(tag, line_break=None)


def spaced_text(tag: Tag) -> str:
    """The visible text of a tag on one line; what stands on lines of its own is kept a space apart."""
    return clean("".join(" " if piece is None else piece for piece in _pieces(tag, " ")))


def _texts(tag: Tag, line_break: str | None) -> list[str]:
    blocks: list[list[str]] = [[]]
    for piece in _pieces(tag, line_break):
        blocks.append([]) if piece is None else blocks[-1].append(piece)
    return [text for block in blocks if block and (text := clean("".join(block)))]


def _pieces(tag: Tag, line_break: str | None) -> Iterator[str | None]:
    """The visible strings in a tag, and None where a line of its own begins or ends."""
    pending: list[PageElement | None] = [*reversed(tag.contents)]
    while pending:
        node = pending.pop()
        if node is None:
            yield None
        elif isinstance(node, NavigableString):
            yield node
        elif isinstance(node, Tag) and node.name == "br":
            yield line_break
        elif isinstance(node, Tag) and node.name not in _MUTE:
            apart = [None] if node.name in BLOCKS else []
            pending.extend([*apart, *reversed(node.contents), *apart])


def attributes_of(tag: Tag) -> dict[str, str]:
    """The attributes of a tag, as text."""
    return {name: str(value) for name, value in tag.attrs.items()}


def is_set_apart(block: Tag) -> bool:
    """Whether a block is centred, or all of it in italics: as captions are set and paragraphs are not."""
    style = str(block.attrs.get("style", "")).replace(" ", "").lower()
    if block.name == "center" or "text-align:center" in style or block.attrs.get("align") == "center":
        return True
    inner = block
    while True:
        nodes = [node for node in inner.contents if isinstance(node, Tag) or str(node).strip()]
        if len(nodes) != 1 or not isinstance(nodes[0], Tag):
            return False
        inner = nodes[0]
        if inner.name in ("em", "i"):
            return True
