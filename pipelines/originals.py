"""Which original an article repeats, and what that changes for the articles around it.

An article hangs on the earliest published of those near to it (:mod:`pipelines.similarity`), or
of the same content; ``duplicate_of`` names the first link of that chain. The order in which
articles are stored does not matter: an earlier one that comes later takes over. Must be called
inside the transaction that writes the article, and never drops one.

    decision = decide(conn, text, content_hash=..., published=..., key=None or the row's key)
    ... write the row, with decision.original ...
    settle(conn, key, text, decision, before=None or the text it had)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.database import neighbours
from pipelines.database.neighbours import Order, Stored
from pipelines.similarity import NEAR, Text, containment, near

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


def text_of(row: Stored) -> Text:
    """The text of a stored article."""
    return Text(row.headline, row.lead, row.body)


def find_original(
    conn: sqlite3.Connection, text: Text, *, content_hash: str, published: str | None, key: int | None = None
) -> Original | None:
    """The original that a text repeats, as :func:`decide` finds it; nothing is written."""
    return decide(conn, text, content_hash=content_hash, published=published, key=key).original


def decide(
    conn: sqlite3.Connection, text: Text, *, content_hash: str, published: str | None, key: int | None = None
) -> Decision:
    """Decide what a text repeats and who repeats it; nothing is written.

    ``published``: ``published_at`` as stored, or ``created_at`` where that is NULL. ``key``: the
    article's own, None while it has no row.
    """
    close = _close(conn, text, content_hash, published, key)
    before = neighbours.original_of(conn, key) if key is not None else None
    mine = neighbours.order(published, _NEW if key is None else key)
    earlier = [row for row in close if row.order < mine]
    if not earlier:
        return Decision(None, tuple(row.key for row in close), before)
    root = min(earlier, key=lambda row: _root_order(row, key))
    original = _original(conn, text, content_hash, root, key)
    later = (row.key for row in close if row.order > mine and row.root_id != original.id)
    return Decision(original, tuple(later), before)


def _close(
    conn: sqlite3.Connection, text: Text, content_hash: str, published: str | None, key: int | None
) -> list[Stored]:
    """The stored articles of the same content or nearly the same text."""
    same = neighbours.same_content(conn, content_hash, but=key)
    known = {row.key for row in same}
    for row in neighbours.candidates(conn, text.bands, but=key):
        if row.key not in known and _is_near(text, published, row):
            same.append(row)
    return same


def _is_near(text: Text, published: str | None, row: Stored) -> bool:
    same_day = bool(published and row.published) and (published or "")[:10] == (row.published or "")[:10]
    return near(text, text_of(row), same_day=same_day) is not None


def _root_order(row: Stored, key: int | None) -> Order:
    """The place of a row's original; a row that still follows the article in question counts as its own."""
    return row.order if row.root_key == key else row.root_order


def _original(
    conn: sqlite3.Connection, text: Text, content_hash: str, row: Stored, key: int | None
) -> Original:
    own = row.root_key in (row.key, key)
    root = row if own else neighbours.stored(conn, [row.root_key])[0]
    return Original(root.id, _share(text, content_hash, root))


def _share(text: Text, content_hash: str, other: Stored) -> float:
    return 1.0 if content_hash == other.content_hash else containment(text, text_of(other))


def settle(
    conn: sqlite3.Connection, key: int, text: Text, decision: Decision, *, before: Text | None = None
) -> None:
    """Index an article that has just been written, and decide anew for those around it.

    ``decision``: what was decided and written for it. ``before``: the text it had until now, None
    for a new article.
    """
    neighbours.replace_bands(conn, key, before.bands if before else (), text.bands)
    if before is None and not decision.later:
        return  # nothing around it changes
    (row,) = neighbours.stored(conn, [key])
    if before is not None:
        decide_anew(conn, _hangers_on(conn, row, decision.before))
    _hang(conn, row.root_key, decision.later)


def _hangers_on(conn: sqlite3.Connection, row: Stored, before: str | None) -> list[int]:
    """Those that name the article as their original, or may have hung on another one through it."""
    through = neighbours.chained(conn, before, NEAR) if before else []
    return [*neighbours.followers(conn, row.id), *(key for key in through if key != row.key)]


def decide_anew(conn: sqlite3.Connection, keys: Iterable[int]) -> None:
    """Forget what these articles repeat, and find it again, the earliest first."""
    keys = list(dict.fromkeys(keys))
    for key in keys:
        neighbours.link(conn, key, None, None)
    for row in sorted(neighbours.stored(conn, keys), key=lambda row: row.order):
        found = find_original(
            conn, text_of(row), content_hash=row.content_hash, published=row.published, key=row.key
        )
        if found:
            neighbours.link(conn, row.key, found.id, found.similarity)


def _hang(conn: sqlite3.Connection, root_key: int, later: Iterable[int]) -> None:
    """Let later articles, and all that followed them, follow an original."""
    (root,) = neighbours.stored(conn, [root_key])
    for row in neighbours.stored(conn, later):
        moved = [key for key in neighbours.followers(conn, row.id) if key != root_key]
        for one in [row, *neighbours.stored(conn, moved)]:
            if one.key != root_key and one.root_id != root.id and one.root_order > root.order:
                neighbours.link(conn, one.key, root.id, _share(text_of(one), one.content_hash, root))
