"""The grid of a table: its rows, the columns of their cells, and all that stands outside of them.

Whatever stands in a table outside its cells is kept, as a row of its own kind: a table without its
end tag holds the rest of the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bs4 import Tag
from bs4.element import PageElement

from crawler.parsers.body.tags import MEDIA, blocks_of, lines_of, tags_in
from crawler.parsers.media.frames import is_caption
from crawler.parsers.media.photos import caption_lines, caption_text

CELLS: Final = " | "
"""What stands between the cells of a table row, which has no text of its own for it."""

_CELLS: Final = frozenset({"td", "th", "caption"})
_SECTIONS: Final = frozenset({"thead", "tbody", "tfoot", "colgroup", "form"})
_LOOSE: Final = "loose"
_BLANK: Final = "blank"
_MOST_COLUMNS: Final = 100
_MOST_ROWS: Final = 1_000


@dataclass(slots=True, eq=False)
class Cell:
    """A cell, or a picture that stands where a cell should, and the columns that it takes."""

    tag: Tag
    start: int = 0
    end: int = 1
    pictured: bool = False
    nested: bool = False
    blocks: list[str] = field(default_factory=list)
    text: str = field(init=False)
    """Its words on one line; empty where it has none or a placeholder."""

    photos: list[int] = field(default_factory=list)
    """Once it was read: the photos of the article in it."""

    video: bool = False
    """Once it was read: whether a video of the article is in it."""

    def __post_init__(self) -> None:
        self.text = caption_text(" ".join(self.blocks)) or ""

    @property
    def proper(self) -> bool:
        """Whether it is a cell of the table."""
        return self.tag.name in _CELLS

    @property
    def printed(self) -> str:
        """Its words as a caption, whose lines are apart by a line feed."""
        return caption_lines(lines_of(self.tag)) or ""

    @property
    def marked(self) -> bool:
        """Whether the page itself calls it a caption."""
        return self.tag.name == "caption" or is_caption(self.tag)


@dataclass(slots=True, eq=False)
class Row:
    """A row of cells; or ``loose``, what stands between rows or cells."""

    cells: list[Cell] = field(default_factory=list)
    loose: list[PageElement] = field(default_factory=list)
    pictures: list[Cell] = field(init=False)
    texts: list[Cell] = field(init=False)

    def __post_init__(self) -> None:
        self.pictures = [cell for cell in self.cells if cell.pictured]
        self.texts = [cell for cell in self.cells if not cell.pictured and cell.text]

    @property
    def plain(self) -> bool:
        """Whether it is a line of several cells, with nothing but words in them."""
        return len(self.cells) > 1 and not any(cell.pictured or cell.nested for cell in self.cells)


def rows_of(table: Tag) -> list[Row]:
    """The rows of a table in order, with what stands outside of them and of their cells."""
    until: dict[int, int] = {}  # the row before which a cell from above leaves a column
    rows: list[Row] = []
    for loose, nodes in _raw_rows(table):
        if loose:
            rows.append(Row(loose=nodes))
        else:
            rows.append(Row(_placed([node for node in nodes if isinstance(node, Tag)], until, len(rows))))
    return rows


_Raw = tuple[bool, list[PageElement]]
"""Whether nodes stand loose, and the nodes: else the cells of a row."""


def _raw_rows(tag: Tag) -> Iterator[_Raw]:
    """The cells of each row, and the nodes that stand between two rows."""
    kind = ""
    pending: list[PageElement] = []
    for child in tag.contents:
        name = child.name if isinstance(child, Tag) else None
        now = name if name == "tr" or name in _SECTIONS else _kind(child)
        if pending and (now != kind or now == "caption") and now != _BLANK:
            yield kind == _LOOSE, pending
            pending = []
        if now == "tr" and isinstance(child, Tag):
            yield from _in_tr(child)
        elif now in _SECTIONS and isinstance(child, Tag):
            yield from _raw_rows(child)
        elif now != _BLANK:
            kind = now
            pending.append(child)
    if pending:
        yield kind == _LOOSE, pending


def _in_tr(row: Tag) -> Iterator[_Raw]:
    """The cells of a row; what stands before the first of them ahead, what stands behind it after."""
    before: list[PageElement] = []
    cells: list[PageElement] = []
    behind: list[PageElement] = []
    for node in row.contents:
        kind = _kind(node)
        if kind == _LOOSE:
            (behind if cells else before).append(node)
        elif kind != _BLANK:
            cells.append(node)
    yield from ((part is not cells, part) for part in (before, cells, behind) if part)


def _kind(node: PageElement) -> str:
    """What a node of a table or row is: a cell, a picture in the place of one, or neither."""
    if not isinstance(node, Tag):
        return _LOOSE if str(node).strip() else _BLANK
    if node.name in _CELLS:
        return "caption" if node.name == "caption" else "cell"
    return "picture" if node.name in MEDIA or tags_in(node, *MEDIA) else _LOOSE


def _placed(tags: Sequence[Tag], until: dict[int, int], row: int) -> list[Cell]:
    """The cells of a row in their columns; those that reach down from rows above push them aside."""
    cells, column = [], 0
    for tag in tags:
        while until.get(column, 0) > row:
            column += 1
        end = column + _span(tag, "colspan", _MOST_COLUMNS)
        down = row + _span(tag, "rowspan", _MOST_ROWS)
        if down > row + 1:
            until.update(dict.fromkeys(range(column, min(end, _MOST_COLUMNS)), down))
        inner = tags_in(tag)
        cells.append(
            Cell(
                tag,
                column,
                end,
                pictured=tag.name in MEDIA or any(one.name in MEDIA for one in inner),
                nested=any(one.name == "table" for one in inner),
                blocks=[] if tag.name in MEDIA else blocks_of(tag),
            )
        )
        column = end
    return cells


def _span(tag: Tag, name: str, most: int) -> int:
    stated = str(tag.attrs.get(name, "")).strip()
    number = int(stated) if re.fullmatch("[0-9]{1,4}", stated) else 1
    return number if 0 < number <= most else 1


def line_of(cells: Iterable[Cell]) -> str:
    """A row as one line."""
    return CELLS.join(text for cell in cells if (text := " ".join(cell.blocks)))
