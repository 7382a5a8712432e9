"""The queries behind near-duplicates: bands in, candidates out, and the links between articles.

What is asked for an article stored is bounded, so that a frame repeated for years (weather, gold price)
costs no more than a story told a few times. Without a bound are only the followers of an original that is
edited: each of their links is written again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final

PER_BAND: Final = 32
"""Articles looked at in one band, the newest stored: a copy comes within days of its original, and
a band that more share (a stock phrase, a daily series) says little."""

CANDIDATES: Final = 8
"""Articles whose texts are compared, those with most bands in common: a copy with 5 % of its words
edited shares 7 of 16 bands, two articles on one topic hardly ever one."""

WITH_ONE_BAND: Final = 2
"""How many of the candidates may share a single band: by far most of those are on the same topic only."""

SAME_CONTENT: Final = 32
"""Articles of the very same content that are looked at, the earliest stored."""

FOLLOWERS: Final = 256
"""Followers of one original that are moved to an earlier one, or looked at for a bridge between two stories:
far more than a story is ever told again, and some 20 ms."""

_ROW: Final = """
    SELECT a.key, a.id, a.headline, a.lead, a.body, a.content_hash,
        ifnull(a.published_at, a.created_at), r.key, r.id, ifnull(r.published_at, r.created_at)
    FROM articles a JOIN articles r ON r.id = ifnull(a.duplicate_of, a.id)
"""
_BAND: Final = (
    "SELECT article_key FROM"
    " (SELECT article_key FROM shingle_bands WHERE band = ? ORDER BY article_key DESC LIMIT ?)"
)
_NO_DATE: Final = "9999"

Order = tuple[str, int]
"""What tells which of two articles is the earlier: publication, then the order of storing."""


def order(published: str | None, key: int) -> Order:
    """The place of an article among others; one without a date comes after all that have one."""
    return (published or _NO_DATE, key)


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored article as near-duplicates are decided by it, with the original it resolves to."""

    key: int
    id: str
    headline: str | None
    lead: str | None
    body: str | None
    content_hash: str
    published: str | None
    root_key: int
    root_id: str
    root_published: str | None

    @property
    def order(self) -> Order:
        """Its place among others."""
        return order(self.published, self.key)

    @property
    def root_order(self) -> Order:
        """Its original's place among others."""
        return order(self.root_published, self.root_key)


def candidates(conn: sqlite3.Connection, bands: Iterable[int], *, but: int | None) -> list[Stored]:
    """The articles that share most bands, at most ``CANDIDATES``, without the article ``but`` itself."""
    wanted = list(bands)
    if not wanted:
        return []
    found = conn.execute(
        _sharing(len(wanted)),
        [*chain.from_iterable((band, PER_BAND) for band in wanted), but, CANDIDATES],
    ).fetchall()
    single = [key for key, shared in found if shared == 1]
    return stored(conn, [*(key for key, shared in found if shared > 1), *single[:WITH_ONE_BAND]])


@cache
def _sharing(bands: int) -> str:
    union = " UNION ALL ".join([_BAND] * bands)
    return (
        f"SELECT article_key, count(*) FROM ({union}) WHERE article_key IS NOT ?"  # noqa: S608
        " GROUP BY article_key ORDER BY count(*) DESC, article_key DESC LIMIT ?"
    )


def same_content(conn: sqlite3.Connection, content_hash: str, *, but: int | None) -> list[Stored]:
    """The articles with this content hash, at most ``SAME_CONTENT``, without ``but`` itself."""
    found = conn.execute(
        f"{_ROW} WHERE a.content_hash = ? AND a.key IS NOT ? ORDER BY a.key LIMIT ?",
        (content_hash, but, SAME_CONTENT),
    )
    return [Stored(*row) for row in found]


def stored(conn: sqlite3.Connection, keys: Iterable[int]) -> list[Stored]:
    """The articles with these keys, in this order; those that are gone are left out."""
    sql = f"{_ROW} WHERE a.key = ?"
    rows = (conn.execute(sql, (key,)).fetchone() for key in keys)
    return [Stored(*row) for row in rows if row is not None]


def original_of(conn: sqlite3.Connection, key: int) -> str | None:
    """The original that an article names; None where it names none."""
    row = conn.execute("SELECT duplicate_of FROM articles WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def followers(conn: sqlite3.Connection, article_id: str, *, most: int | None = None) -> list[int]:
    """The keys of the articles that name this one as their original, the earliest stored first."""
    sql = "SELECT key FROM articles WHERE duplicate_of = ? ORDER BY key LIMIT ?"
    return [key for (key,) in conn.execute(sql, (article_id, -1 if most is None else most))]


def apart(conn: sqlite3.Connection, article_id: str) -> list[int]:
    """The followers of an original that may hang on it through another one, the newest stored, at most
    ``FOLLOWERS``: all but those of which one holds the other and is no more than twice as long."""
    found = conn.execute(
        "SELECT a.key FROM articles a JOIN articles r ON r.id = a.duplicate_of WHERE a.duplicate_of = ?"
        " AND (a.similarity < 1 OR a.word_count NOT BETWEEN r.word_count / 2 AND 2 * r.word_count)"
        " ORDER BY a.key DESC LIMIT ?",
        (article_id, FOLLOWERS),
    )
    return [key for (key,) in found]


def link(conn: sqlite3.Connection, key: int, original: str | None, similarity: float | None) -> None:
    """Write which original an article repeats; None and None: it repeats none."""
    conn.execute(
        "UPDATE articles SET duplicate_of = ?, similarity = ? WHERE key = ?", (original, similarity, key)
    )


def replace_bands(conn: sqlite3.Connection, key: int, old: Iterable[int], new: Iterable[int]) -> None:
    """Bring the index from an article's old bands to its new ones; only differences are written."""
    before, after = set(old), set(new)
    conn.executemany(
        "DELETE FROM shingle_bands WHERE band = ? AND article_key = ?",
        [(band, key) for band in sorted(before - after)],
    )
    conn.executemany(
        "INSERT OR IGNORE INTO shingle_bands (band, article_key) VALUES (?, ?)",
        [(band, key) for band in sorted(after - before)],
    )
