"""Copies as rows: what other sites republished of an article, beside it, each text once.

What the parser reads differently in the same copy takes the place of what it read before; a copy
is known again by its article and the moment it was first read. Writes in the caller's transaction.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from crawler.items import Cause, Copy, Fetch
from pipelines import times
from pipelines.content import Content, captions_of, nfc
from pipelines.revisions import OLDER_PAGE

_COLUMNS: Final = ("source", "url", "headline", "lead", "body", "byline", "captions", "content_hash")

Row = tuple[str | None, ...]


def row_of(copy: Copy, content: Content, content_hash: str) -> Row:
    """What a copy says, as the table holds it."""
    texts = (nfc(copy.headline), nfc(copy.lead), nfc(copy.body), nfc(copy.byline))
    return (nfc(copy.source), copy.url, *texts, captions_of(content.photos), content_hash)


def is_known(conn: sqlite3.Connection, article_id: str, content_hash: str) -> bool:
    """Whether a copy of this content is kept of an article."""
    sql = "SELECT 1 FROM copies WHERE article_id = ? AND content_hash = ?"
    return conn.execute(sql, (article_id, content_hash)).fetchone() is not None


def reads_the_same(conn: sqlite3.Connection, article_id: str, row: Row) -> bool:
    """Whether a copy is kept of an article just as it is read now."""
    same = " AND ".join(f"{name} IS ?" for name in _COLUMNS)
    sql = f"SELECT 1 FROM copies WHERE article_id = ? AND {same}"  # noqa: S608  # names of ours
    return conn.execute(sql, (article_id, *row)).fetchone() is not None


def place_of_stand_in(conn: sqlite3.Connection, article_id: str) -> tuple[str | None, int | None] | None:
    """Where the copy that stands in for an article is in the raw archive: of several, the latest does."""
    sql = (
        "SELECT archive_file, archive_offset FROM fetches WHERE article_id = ? AND kind = 'file'"
        " AND outcome IN ('new', 'updated', 'duplicate') AND ifnull(reason, '') NOT LIKE ? || '%'"
        " ORDER BY fetched_at DESC, id DESC LIMIT 1"
    )
    row: tuple[str | None, int | None] | None = conn.execute(sql, (article_id, OLDER_PAGE)).fetchone()
    return row


def keep(conn: sqlite3.Connection, article_id: str, fetch: Fetch, row: Row) -> None:
    """Keep a copy, unless one of the same content is kept."""
    seen = times.utc(fetch.fetched_at)
    before = _read_before(conn, article_id, seen) if fetch.cause is Cause.PARSER else None
    if before is not None:
        values = ", ".join(f"{name} = ?" for name in _COLUMNS)
        conn.execute(f"UPDATE OR REPLACE copies SET {values} WHERE id = ?", (*row, before))  # noqa: S608
        return
    names, marks = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
    conn.execute(
        f"INSERT OR IGNORE INTO copies (article_id, seen_at, {names}) VALUES (?, ?, {marks})",  # noqa: S608
        (article_id, seen, *row),
    )


def _read_before(conn: sqlite3.Connection, article_id: str, seen: str) -> int | None:
    """The row of the one copy that was read at a moment; None where there were several."""
    sql = "SELECT id FROM copies WHERE article_id = ? AND seen_at = ? LIMIT 2"
    found = [id_ for (id_,) in conn.execute(sql, (article_id, seen))]
    return found[0] if len(found) == 1 else None
