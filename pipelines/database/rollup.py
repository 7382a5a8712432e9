"""Roll-up of the ledger: old rows that say nothing but "as before" become a count.

A crawl every ten minutes writes some 4,000 such rows a day: feeds that were read, articles that
read as they did. Never touched: a row that explains something (new, updated, a reason, errors ...), a
row whose page is in the raw archive, and the latest rows of each URL, which tell when it was last
read and hold its validators (ETag) for the next conditional request.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from sqlite_utils import Database

from pipelines import times
from pipelines.database.opening import explained, path_of, writing
from pipelines.database.queries import IN_RANGE

MOST: Final = 20_000
"""Rows looked at after which no further run is begun: about a second. A ten-minute run leaves under a
hundred, so that what a long pause left behind is made up for within hours."""

_BATCH: Final = 1000
"""Rows looked at in one transaction: readers and writers beside us wait for some 30 ms at most."""

_PLAIN: Final = """
    {row}.archive_file IS NULL AND (
        {row}.kind = 'article' AND {row}.outcome = 'unchanged' AND {row}.reason IS NULL
        OR {row}.kind = 'article' AND {row}.outcome = 'not_modified'
        OR {row}.kind IN ('feed', 'listing', 'sitemap', 'robots')
        AND {row}.outcome IN ('read', 'not_modified')
    )
"""
"""A row that explains nothing: of an article that reads as before a reason tells that other fields were read
anew, without which ``reparse`` would put an earlier page's back."""

# A whole answer stands for every earlier row; "not modified" only for others like it, since the
# validators are those of the last whole answer. What looked odd must still be told by what stays, and
# what was read for some days only stands for no reading of all that was new.
_REPEATED: Final = f"""
    EXISTS (
        SELECT 1 FROM fetches later WHERE later.url = old.url AND later.id > old.id
        AND (old.warnings IS NULL OR old.warnings IS later.warnings)
        AND (coalesce(later.reason, '') NOT LIKE '{IN_RANGE}%' OR coalesce(old.reason, '') LIKE '{IN_RANGE}%')
        AND (
            later.status = 200 AND later.outcome IN ('new', 'updated', 'unchanged', 'duplicate', 'read')
            OR later.status IS old.status AND later.outcome = old.outcome
        )
    )
"""  # noqa: S608  # a constant

_OLD: Final = f"""
    SELECT DISTINCT old.id FROM fetches seen JOIN fetches old ON old.url = seen.url AND old.id <= seen.id
    JOIN runs ON runs.id = old.run_id AND runs.rolled_up_at IS NOT NULL
    WHERE seen.id IN (SELECT value FROM json_each(:seen)) AND {_PLAIN.format(row="old")} AND {_REPEATED}
"""  # noqa: S608  # the texts above
"""Rows of ``seen`` and earlier ones of the same URLs that a later row repeats."""


def roll_up(db: Database, before: datetime, now: datetime, *, most: int = MOST) -> int:
    """Count and delete the plain rows of runs that began before a moment; gives how many went.

    Args:
        db: open and writable, no transaction under way; the caller holds the run lock.
        before: runs that began earlier are rolled up, each once.
        now: the time, aware.
        most: rows looked at after which no further run is begun.

    Raises:
        DatabaseError: the database can't be written.
    """
    looked_at = deleted = 0
    with explained(path_of(db)):
        while looked_at < most and (run := _next_run(db, before)) is not None:
            rows = _plain_rows(db, run)
            deleted += _roll_up_run(db, run, rows, now)
            looked_at += len(rows)
    return deleted


def _next_run(db: Database, before: datetime) -> int | None:
    """The earliest run that is not rolled up, if it is old enough."""
    row = db.conn.execute(
        "SELECT id, started_at FROM runs WHERE rolled_up_at IS NULL ORDER BY id LIMIT 1"
    ).fetchone()
    return row[0] if row and row[1] < times.utc(before) else None


def _plain_rows(db: Database, run: int) -> list[int]:
    sql = f"SELECT id FROM fetches row WHERE run_id = ? AND {_PLAIN.format(row='row')} ORDER BY id"  # noqa: S608
    return [id_ for (id_,) in db.conn.execute(sql, (run,))]


def _roll_up_run(db: Database, run: int, rows: list[int], now: datetime) -> int:
    """Roll up one run, in batches. The first one marks it: a kill after that leaves rows that the
    next look at the same URL takes along."""
    with writing(db) as conn:
        conn.execute("UPDATE runs SET rolled_up_at = ? WHERE id = ?", (times.utc(now), run))
        deleted = _roll_up_rows(conn, rows[:_BATCH])
    for start in range(_BATCH, len(rows), _BATCH):
        with writing(db) as conn:
            deleted += _roll_up_rows(conn, rows[start : start + _BATCH])
    return deleted


def _roll_up_rows(conn: sqlite3.Connection, seen: list[int]) -> int:
    found = conn.execute(_OLD, {"seen": f"[{','.join(map(str, seen))}]"}).fetchall()
    gone = f"[{','.join(str(id_) for (id_,) in found)}]"
    conn.execute(
        "INSERT INTO fetch_counts SELECT substr(started_at, 1, 10), kind, outcome, count(*)"
        " FROM json_each(?) JOIN fetches ON fetches.id = value JOIN runs ON runs.id = run_id GROUP BY 1, 2, 3"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        (gone,),
    )
    conn.execute("DELETE FROM fetches WHERE id IN (SELECT value FROM json_each(?))", (gone,))
    return len(found)
