"""Tables of the body as they are read: which cell is the caption of which picture.

A caption is given to pictures only where the table tells whose it is: the cell beside or below the
picture, in its column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bs4 import Tag

from crawler.parsers.body.grid import Cell, Row, rows_of
from crawler.parsers.media.captions import ends_in_credit
from crawler.parsers.media.gallery import LONGEST_CAPTION


class Captioned(NamedTuple):
    """A caption and the pictures that it is of: none where the table does not tell."""

    caption: Cell
    pictures: list[Cell]


class Table:
    """A table as it is read; ``framed``: the page calls it a picture frame."""

    def __init__(self, tag: Tag, *, framed: bool) -> None:
        self.rows = rows_of(tag)
        self.whole = framed or is_one_column(self.rows)
        """Whether a cell with a picture is a frame, its words the caption."""
        self._framed = framed
        self._pictured = any(row.pictures for row in self.rows)
        captions = captions_of(self.rows, framed=framed)
        self._captions = {one.caption for one in captions}
        order = {cell: at for at, row in enumerate(self.rows) for cell in row.cells}
        self._ready: dict[int, list[Captioned]] = {}
        for one in captions:
            last = max(order[cell] for cell in (one.caption, *one.pictures))
            self._ready.setdefault(last, []).append(one)
        self._read = 0

    def is_silent(self, cell: Cell) -> bool:
        """Whether a cell is no text of the body: a caption, or a placeholder of one."""
        is_place = self._pictured and (self._framed or cell.marked)
        return cell in self._captions or (is_place and not cell.pictured and not cell.text)

    def ready(self) -> list[Captioned]:
        """The captions that are read with the next row: all their pictures were."""
        self._read += 1
        return self._ready.get(self._read - 1, [])


def captions_of(rows: Sequence[Row], *, framed: bool) -> list[Captioned]:
    """The captions in a table and the pictures they are of.

    ``framed``: the page calls the table a picture frame; else only a table of pictures with words
    below them is one, and a line that ends in a credit is a caption.
    """
    if not any(row.pictures for row in rows):
        return []
    above = _captions_are_above(rows)
    matcher = _Matcher(framed=framed, shaped=framed or is_one_column(rows) or _is_shaped(rows))
    for row in reversed(rows) if above else rows:
        matcher.take(row)
    return matcher.found


def _captions_are_above(rows: Sequence[Row]) -> bool:
    """Whether the first that matters is a row marked as captions and the last a row of pictures alone."""
    kinds = [
        "picture" if row.pictures else "caption"
        for row in rows
        if row.pictures or (row.texts and all(cell.marked for cell in row.texts))
    ]
    return kinds[0] == "caption" and kinds[-1] == "picture"


def is_one_column(rows: Iterable[Row]) -> bool:
    """Whether no row has two cells with something in them."""
    return all(len(row.pictures) + len(row.texts) <= 1 for row in rows)


def _is_shaped(rows: Iterable[Row]) -> bool:
    """Whether a table is nothing but rows of pictures and below each at most one row of words."""
    below = False
    for row in rows:
        if row.loose or (row.pictures and row.texts) or (row.texts and not below):
            return False
        if row.pictures or row.texts:
            below = bool(row.pictures)
    return True


class _Matcher:
    """Matches captions with pictures, row by row."""

    def __init__(self, *, framed: bool, shaped: bool) -> None:
        self.found: list[Captioned] = []
        self._framed = framed
        self._shaped = shaped
        self._open: list[Cell] = []  # pictures that wait for a caption
        self._last: list[Cell] = []  # those of them that stand in the row of pictures before
        self._gap = False  # an empty row stands between

    def take(self, row: Row) -> None:
        """Take the next row."""
        if row.pictures:
            self._pictures(row)
        elif row.texts:
            self._words(row)
            self._close()
        elif row.loose:
            self._gap = self._gap or not self._framed
        elif any(cell.marked for cell in row.cells):
            self._close()
        else:
            self._gap = True

    def _close(self) -> None:
        """Let no picture so far have a caption from further on."""
        self._open, self._last, self._gap = [], [], False

    def _pictures(self, row: Row) -> None:
        beside = _beside(row, [cell for cell in row.texts if cell.marked or self._framed])
        self.found.extend(beside)
        done = {picture for one in beside for picture in one.pictures}
        if self._gap or done:
            self._close()
        self._last = [picture for picture in row.pictures if picture not in done]
        self._open.extend(self._last)

    def _words(self, row: Row) -> None:
        certain = [cell for cell in row.texts if self._is_caption(cell)]
        captions = certain or self._likely(row)
        if len(row.cells) == 1:
            self.found.extend(Captioned(caption, self._open) for caption in captions)
            return
        below = _by_column(captions, self._last)
        if certain or all(one.pictures for one in below):
            self.found.extend(below)

    def _is_caption(self, cell: Cell) -> bool:
        """Whether the page says that a cell is a caption; that of a table without pictures is text."""
        return (cell.marked or self._framed) if self._open else cell.marked and cell.tag.name != "caption"

    def _likely(self, row: Row) -> list[Cell]:
        """The cells of a row that says nothing but captions, by where it stands or how it ends."""
        fits = self._open and all(
            len(cell.blocks) == 1
            and len(cell.text) <= LONGEST_CAPTION
            and (self._shaped or ends_in_credit(cell.text))
            for cell in row.texts
        )
        return row.texts if fits else []


def _by_column(captions: Iterable[Cell], pictures: Iterable[Cell]) -> list[Captioned]:
    """Each caption with the pictures that stand in a column of its own."""
    columns = {column: picture for picture in pictures for column in range(picture.start, picture.end)}
    return [
        Captioned(
            caption,
            list(
                dict.fromkeys(
                    columns[column] for column in range(caption.start, caption.end) if column in columns
                )
            ),
        )
        for caption in captions
    ]


def _beside(row: Row, captions: list[Cell]) -> list[Captioned]:
    """The captions that stand in the row of their pictures: one by one, or one at the end for all."""
    if not captions:
        return []
    known = set(captions)
    cells = [cell for cell in row.cells if cell.pictured or cell in known]
    turns = [cell.pictured for cell in cells]
    if len(cells) % 2 == 0 and turns == [turns[0], not turns[0]] * (len(cells) // 2):
        pairs = zip(cells[::2], cells[1::2], strict=True)
        return [Captioned(b, [a]) if a.pictured else Captioned(a, [b]) for a, b in pairs]
    if len(captions) == 1 and captions[0] in (cells[0], cells[-1]):
        return [Captioned(captions[0], row.pictures)]
    return [Captioned(caption, []) for caption in captions]
