"""Which original an article repeats, and what that changes for the articles around it.

An article hangs on the earliest published of those near to it (:mod:`pipelines.similarity`), or of
the same content, that come before it; ``duplicate_of`` names the first link of that chain, which
itself repeats nothing. So the links follow from texts and dates alone, and the order in which
articles are stored, edited and moved in time does not matter: an earlier one that comes later takes
over, and what hung on another through one that is edited is decided anew.

Whatever the order, a ``duplicate_of`` names an earlier article that repeats nothing. Which one may
depend on the order where more is near than is looked at (:mod:`pipelines.database.neighbours`):

- of more than ``CANDIDATES`` articles near to one, the candidates are looked at and what they repeat.
  A story told a hundred times has one original still, since each telling leads to it; but where
  some of them are near to another story as well, that one may be missed;
- an original that more than ``FOLLOWERS`` articles repeat keeps them: an earlier one that comes later
  stands as an original beside it. So a frame of years is not moved for each year read before it.

An article stored costs what is looked at, and at most ``FOLLOWERS`` links moved for each original it takes
over from. An original edited costs a decision for each article that repeats it: all their links are
written again. A duplicate edited costs one for each that hangs on the same original through another article.

Must be called inside the transaction that writes the article, and never drops one.

    decision = decide(conn, text, content_hash=..., published=..., key=None or the row's key)
    ... write the row, with decision.original ...
    settle(conn, key, text, decision, before=None or the text it had)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.database import neighbours
from pipelines.database.neighbours import CANDIDATES, FOLLOWERS, Order, Stored
from pipelines.similarity import Text, containment, near

_NEW = 1 << 62
"""The key of an article that has none yet: after all others."""


@dataclass(frozen=True, slots=True)
class Original:
    """The article that another one repeats, and the containment (0 to 1) between the two."""

    id: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What an article repeats (None: nothing), and the keys of later articles that repeat it.

    ``before``: the id of the original that its row named until now.
    """

    original: Original | None = None
    later: tuple[int, ...] = ()
    before: str | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What decides for an article: its text, content hash and publication; no key while it has no row."""

    text: Text
    content_hash: str
    published: str | None
    key: int | None

    @property
    def order(self) -> Order:
        return neighbours.order(self.published, _NEW if self.key is None else self.key)

    def repeats(self, row: Stored) -> bool:
        """Whether it and a stored article have the same content or nearly the same text."""
        if self.content_hash == row.content_hash:
            return True
        same_day = self.published is not None and _day(self.published) == _day(row.published)
        return near(self.text, text_of(row), same_day=same_day) is not None

    def share(self, row: Stored) -> float:
        """The containment between it and a stored article; 1 for the same content."""
        return 1.0 if self.content_hash == row.content_hash else containment(self.text, text_of(row))


def _day(published: str | None) -> str | None:
    return published and published[:10]


def _told(row: Stored) -> _Told:
    return _Told(text_of(row), row.content_hash, row.published, row.key)


def text_of(row: Stored) -> Text:
    """The text of a stored article."""
    return Text(row.headline, row.lead, row.body)


def find_original(
    conn: sqlite3.Connection, text: Text, *, content_hash: str, published: str | None, key: int | None = None
) -> Original | None:
    """The original that a text repeats, as :func:`decide` finds it; nothing is written."""
    return _look(conn, _Told(text, content_hash, published, key), ahead=True).original()


def decide(
    conn: sqlite3.Connection, text: Text, *, content_hash: str, published: str | None, key: int | None = None
) -> Decision:
    """Decide what a text repeats and who repeats it; nothing is written.

    ``published``: ``published_at`` as stored, or ``created_at`` where that is NULL. ``key``: the
    article's own, None while it has no row.
    """
    told = _Told(text, content_hash, published, key)
    around = _look(conn, told)
    original = around.original()
    followed = original.id if original else None
    later = (row.key for row in around.close if row.order > told.order and row.root_id != followed)
    before = None if key is None else neighbours.original_of(conn, key)
    return Decision(original, tuple(later), before)


def nothing(conn: sqlite3.Connection, key: int | None) -> Decision:
    """The decision for an article that has no text to be repeated; ``key`` as for :func:`decide`."""
    return Decision(before=None if key is None else neighbours.original_of(conn, key))


class _Around:
    """The stored articles around one in question: those ``read``, and of these the ``close`` ones.

    Close are those that repeat it or that it repeats; with ``ahead``, only those that lead to an earlier one.
    """

    def __init__(self, told: _Told, *, ahead: bool) -> None:
        self.told = told
        self.ahead = ahead
        self.read: dict[int, Stored] = {}
        self.close: list[Stored] = []

    def look_at(self, rows: Iterable[Stored]) -> None:
        for row in rows:
            if row.key not in self.read and row.key != self.told.key:
                self.read[row.key] = row
                if self._counts(row) and self.told.repeats(row):
                    self.close.append(row)

    def _counts(self, row: Stored) -> bool:
        return not self.ahead or min(row.order, row.root_order) < self.told.order

    def look_at_originals(self, conn: sqlite3.Connection) -> None:
        """Look at what the close ones repeat: of a story told often, only the newest are candidates."""
        keys = {row.root_key for row in self.close} - self.read.keys() - {self.told.key}
        self.look_at(neighbours.stored(conn, sorted(keys)))

    def original(self) -> Original | None:
        """The first link of the chain that begins with the earliest before it; None where none is before it.

        One that follows the article in question, which was the earlier until now, counts as an original.
        """
        earlier = [row for row in self.close if row.order < self.told.order]
        if not earlier:
            return None
        nearest = min(earlier, key=lambda row: row.order)
        root = self.read.get(nearest.root_key, nearest)
        return Original(root.id, self.told.share(root))


def _look(
    conn: sqlite3.Connection, told: _Told, beside: Iterable[Stored] = (), *, ahead: bool = False
) -> _Around:
    """Look around an article, and at those ``beside`` as well."""
    around = _Around(told, ahead=ahead)
    around.look_at(neighbours.same_content(conn, told.content_hash, but=told.key))
    around.look_at(neighbours.candidates(conn, told.text.bands, but=told.key))
    around.look_at(beside)
    around.look_at_originals(conn)
    return around


def settle(
    conn: sqlite3.Connection, key: int, text: Text, decision: Decision, *, before: Text | None = None
) -> None:
    """Index an article that has just been written, and decide anew for those around it.

    ``decision``: what was decided and written for it. ``before``: the text it had until now, None
    for a new article.
    """
    neighbours.replace_bands(conn, key, before.bands if before else (), text.bands)
    if before is not None:
        _let_go(conn, key, decision)
    if decision.later:
        _take_over(conn, key, decision.later)


def _let_go(conn: sqlite3.Connection, key: int, decision: Decision) -> None:
    """Decide anew for those that hung on an article as it was, and for itself: it may hang on one of them."""
    (row,) = neighbours.stored(conn, [key])
    keys = neighbours.followers(conn, row.id)
    if decision.before:
        keys += _chained(conn, decision.before, key)
    if keys:
        decide_anew(conn, [key, *keys] if decision.original else keys, beside=[key])


def _chained(conn: sqlite3.Connection, original: str, but: int) -> list[int]:
    """The followers of an original that are not near to it: they hang on it through another one."""
    rows = [row for row in neighbours.stored(conn, neighbours.apart(conn, original)) if row.key != but]
    if not rows:
        return []
    (root,) = map(_told, neighbours.stored(conn, [rows[0].root_key]))
    return [row.key for row in rows if not root.repeats(row)]


def decide_anew(conn: sqlite3.Connection, keys: Iterable[int], *, beside: Sequence[int] = ()) -> None:
    """Forget what these articles repeat, and find it again, the earliest first.

    ``beside``: keys of articles to look at although they may not be among the candidates. So are the first of
    these articles themselves that repeat nothing.
    """
    keys = list(dict.fromkeys(keys))
    for key in keys:
        neighbours.link(conn, key, None, None)
    firsts: list[Stored] = []
    for row in sorted(neighbours.stored(conn, keys), key=lambda row: row.order):
        others = [*neighbours.stored(conn, beside), *firsts]
        found = _look(conn, _told(row), others, ahead=True).original()
        if found:
            neighbours.link(conn, row.key, found.id, found.similarity)
        elif len(firsts) < CANDIDATES:
            firsts.append(row)


def _take_over(conn: sqlite3.Connection, key: int, later: Iterable[int]) -> None:
    """Let later articles that are near to an article follow what it follows, or itself.

    An original among them brings all that follow it. One that follows another original may be nearer
    to an article before this one: it is decided anew, with those it may take along.
    """
    (row,) = neighbours.stored(conn, [key])
    (root,) = neighbours.stored(conn, [row.root_key])
    rows = [one for one in neighbours.stored(conn, later) if one.root_key != root.key]
    originals = {one.key: one for one in rows if one.root_key == one.key}
    for one in originals.values():
        _follow(conn, root, one)
    torn = [one for one in rows if one.root_key not in originals]
    if torn:
        others = neighbours.stored(conn, {one.root_key: None for one in torn})
        keys = [key for other in others for key in _loose(conn, other, _told(row))]
        decide_anew(conn, [*(one.key for one in torn), *keys], beside=[key])


def _follow(conn: sqlite3.Connection, root: Stored, original: Stored) -> None:
    """Let an original and all that followed it follow an earlier one; more than ``FOLLOWERS`` stay."""
    moved = neighbours.followers(conn, original.id, most=FOLLOWERS + 1)
    if len(moved) > FOLLOWERS:
        return
    told = _told(root)
    for one in [original, *neighbours.stored(conn, moved)]:
        neighbours.link(conn, one.key, root.id, told.share(one))


def _loose(conn: sqlite3.Connection, original: Stored, by: _Told) -> list[int]:
    """The followers of an original that an article near to them may take along, at most ``FOLLOWERS``."""
    held = _told(original)
    rows = neighbours.stored(conn, neighbours.followers(conn, original.id, most=FOLLOWERS))
    return [row.key for row in rows if by.repeats(row) or not held.repeats(row)]
