"""What stands in the element of a caption and is none: text of the body, put there or for want of an end tag.

A caption of some length, or of two blocks behind its credit, is told from the text behind it by that
credit: it ends the caption. Without one only the first block is the caption. A caption of one block is
left as it is, however long, and so is one whose last words are its credit, unless it is far too long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from crawler.parsers.body.tags import BLOCKS, SILENT, tags_in
from crawler.parsers.media.captions import may_be_sentence, split_caption
from crawler.parsers.media.frames import is_caption
from crawler.parsers.media.gallery import LONGEST_CAPTION
from crawler.parsers.text import clean

_FOREIGN: Final = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "figure", "table", "ul", "ol", "blockquote", "iframe", "video"}
)
"""What no caption goes on with."""

_NEVER: Final = 2 * LONGEST_CAPTION
"""Characters of several blocks that are no caption, whatever they end in."""

_MOST_BEHIND: Final = 1  # blocks behind the credit: the caption again, in English


class _Block(NamedTuple):
    """A line of its own: the first node of it, what it says, and whether it is no part of a caption."""

    first: PageElement
    text: str
    foreign: bool


def spilt_from(frame: Tag) -> list[PageElement]:
    """Take out of the captions in a frame the nodes that are text of the body; nearly always none."""
    return next((nodes for tag in tags_in(frame) if is_caption(tag) and (nodes := spilt(tag))), [])


def spilt(caption: Tag) -> list[PageElement]:
    """Take out of a caption the nodes that are text of the body."""
    if not any(isinstance(node, Tag) and node.name != "br" for node in caption.contents):
        return []
    start = _start(caption)
    return _cut(caption, start) if start is not None else []


def _start(caption: Tag) -> PageElement | None:
    """Where the body begins in a caption; None where all of it is the caption."""
    blocks: list[_Block] = []
    length, credit = 0, -1
    for block in _blocks(caption):
        if block.foreign and not blocks:
            return None
        blocks.append(block)
        length += len(block.text)
        at = len(blocks) - 1
        if at == 1 and _has_credit(blocks[0].text):
            credit = 0
        if credit < 0 < at and length <= LONGEST_CAPTION and _has_credit(block.text):
            credit = at
        is_text = block.foreign or at - credit > _MOST_BEHIND or length > LONGEST_CAPTION
        if (credit >= 0 and credit < at and is_text) or (at and (block.foreign or length > _NEVER)):
            return blocks[max(credit, 0) + 1].first
    if credit >= 0 or length <= LONGEST_CAPTION or len(blocks) < 2 or _has_credit(blocks[-1].text):
        return None
    return blocks[1].first


def _has_credit(text: str) -> bool:
    return len(text) <= LONGEST_CAPTION and split_caption(text)[1] is not None and not may_be_sentence(text)


def _blocks(caption: Tag) -> Iterator[_Block]:
    """The blocks of a caption that say something, in order, and what is foreign to it."""
    words: list[str] = []
    first: PageElement | None = None
    opened: PageElement | None = None  # the outermost tag that was opened since the last words
    pending: list[PageElement | None] = [*reversed(caption.contents)]
    while pending:
        node = pending.pop()
        is_block = node is None or (isinstance(node, Tag) and node.name in BLOCKS)
        if is_block:
            if first is not None and (text := clean("".join(words))):
                yield _Block(first, text, foreign=False)
            words.clear()
            first = None
        if isinstance(node, NavigableString):
            if first is None and node.strip():
                first = opened or node
            words.append(node)
            opened = opened if first is None else None
        elif isinstance(node, Tag) and node.name in _FOREIGN:
            yield _Block(opened or node, "", foreign=True)
            opened = None
        elif isinstance(node, Tag) and node.name == "br":
            words.append(" ")
        elif isinstance(node, Tag) and node.name not in SILENT:
            opened = opened or node
            pending.extend([*([None] if is_block else []), *reversed(node.contents)])
    if first is not None and (text := clean("".join(words))):
        yield _Block(first, text, foreign=False)


def _cut(caption: Tag, first: PageElement) -> list[PageElement]:
    """Take ``first`` out of a caption, with all that stands behind it."""
    nodes: list[PageElement] = []
    node = first
    while node is not caption and node.parent is not None:
        contents = node.parent.contents
        at = next(at for at, one in enumerate(contents) if one is node)
        start = at if node is first else at + 1
        nodes.extend(contents[start:])
        del contents[start:]
        node = node.parent
    return nodes
