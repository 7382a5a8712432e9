"""The questions that the rest of the project asks of the database, called by name. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlite_utils import Database

from pipelines import times
from pipelines.content import COPY_TEMPLATE
from pipelines.database.stored import Identify, no_identity
from pipelines.schedule import RETRY

IN_RANGE: Final = "only what a back-fill asked for"
"""Begins the reason of a list that was read for a range of days which leaves out some that came since it was
read before, whichever run read it."""

UNBOUNDED: Final = (
    "run_id NOT IN (SELECT id FROM runs WHERE json_extract(arguments, '$.until') IS NOT NULL)"  # noqa: S608
    f" AND coalesce(reason, '') NOT LIKE '{IN_RANGE}%'"
)
"""Of fetches: a back-fill that ends in the past has not taken what a list shows of today, and one that begins
after the list was read last has not taken the days between; nor has the run that goes on with either."""


IS_DUE: Final = "(next_try_at <= ? OR next_try_at > ?)"
"""Of the frontier: what may be tried now, by :func:`due_by`."""


def due_by(now: datetime) -> tuple[str, str]:
    """The values for ``IS_DUE``. Nothing waits for longer than the longest wait: where it seems so, a clock
    was ahead."""
    return times.utc(now), times.utc(now + max(RETRY) + times.SLACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A row of the frontier: a URL to fetch, what it is, and where it was found."""

    url: str
    kind: str
    found_by: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A stored article to look at again, with what a conditional request needs."""

    id: str
    url: str
    etag: str | None
    last_modified: str | None


def stored_ids(db: Database, ids: Iterable[str]) -> set[str]:
    """Those of the site's ids whose articles are stored; one that a copy stands in for is not."""
    sql = (
        "SELECT 1 FROM identities i JOIN articles a ON a.id = i.article_id WHERE i.id = ? AND a.template <> ?"
    )
    return {id_ for id_ in ids if db.conn.execute(sql, (id_, COPY_TEMPLATE)).fetchone()}


def queued_ids(db: Database, ids: Iterable[str]) -> set[str]:
    """Those of the site's ids that the frontier has, given up ones included."""
    sql = "SELECT 1 FROM frontier WHERE article_id = ?"
    return {id_ for id_ in ids if db.conn.execute(sql, (id_,)).fetchone()}


def known_urls(db: Database, urls: Iterable[str], identify: Identify = no_identity) -> set[str]:
    """Those URLs that need not be found again: of stored or withdrawn articles, queued or given up.

    The URL of an article that a copy stands in for is known too, as queued. An alias counts only where the
    URL has no id of the site (``identify``): it may have led to another article once.
    """
    sql = (
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM frontier WHERE url = ?1)"
        " OR EXISTS (SELECT 1 FROM articles WHERE url = ?1 AND template <> ?2)"
        " OR (?3 IS NULL AND EXISTS (SELECT 1 FROM aliases x JOIN articles a ON a.id = x.article_id"
        " WHERE x.url = ?1 AND a.template <> ?2))"
    )
    return {url for url in urls if db.conn.execute(sql, (url, COPY_TEMPLATE, identify(url))).fetchone()}


def frontier_due(
    db: Database, now: datetime, limit: int, kinds: Sequence[str] = ("article", "listing")
) -> list[Owed]:
    """What is owed and may be fetched now: first what was never tried, then what waited longest.

    ``limit``: at most so many; ``kinds``: ``article``, ``listing``.
    """
    marks = ", ".join("?" * len(kinds))
    found = db.conn.execute(
        "SELECT url, kind, found_by, attempts FROM frontier"  # noqa: S608  # only marks are put in
        f" WHERE given_up_at IS NULL AND {IS_DUE}"
        f" AND kind IN ({marks}) ORDER BY attempts > 0, next_try_at, found_at, url LIMIT ?",
        (*due_by(now), *kinds, limit),
    )
    return [Owed(url=url, kind=kind, found_by=by, attempts=tries) for url, kind, by, tries in found]


def frontier_counts(db: Database, now: datetime) -> dict[str, int]:
    """How much of the frontier is ``owed`` (``due``: of that, now), ``given_up``; ``listings``: owed."""
    row = db.conn.execute(
        "SELECT count(*) FILTER (WHERE given_up_at IS NULL),"  # noqa: S608  # a constant
        f" count(*) FILTER (WHERE given_up_at IS NULL AND {IS_DUE}),"
        " count(*) FILTER (WHERE given_up_at IS NOT NULL),"
        " count(*) FILTER (WHERE given_up_at IS NULL AND kind = 'listing') FROM frontier",
        due_by(now),
    ).fetchone()
    return dict(zip(("owed", "due", "given_up", "listings"), row, strict=True))


def listings_owed(db: Database, prefix: str) -> list[str]:
    """The listing pages still owed whose URL starts with ``prefix``."""
    found = db.conn.execute(
        "SELECT url FROM frontier WHERE kind = 'listing' AND given_up_at IS NULL"
        " AND url >= ?1 AND url < ?1 || char(1114111) ORDER BY url",
        (prefix,),
    )
    return [url for (url,) in found]


def recheck_due(db: Database, now: datetime, limit: int) -> list[Due]:
    """The stored articles to look at again, the longest overdue first; at most ``limit``."""
    found = db.conn.execute(
        "SELECT id, url FROM articles WHERE next_check_at <= ? AND template <> ?"
        " ORDER BY next_check_at LIMIT ?",
        (times.utc(now), COPY_TEMPLATE, limit),
    ).fetchall()
    due = []
    for id_, url in found:
        etag, last_modified = validators(db, url)
        due.append(Due(id=id_, url=url, etag=etag, last_modified=last_modified))
    return due


def validators(db: Database, url: str) -> tuple[str | None, str | None]:
    """ETag and Last-Modified of the last whole answer of a URL; (None, None) where there is none.

    Only an answer that was stored or read counts: a page that came to nothing is asked for whole.
    """
    row = db.conn.execute(
        "SELECT etag, last_modified FROM fetches WHERE url = ? AND status = 200"  # noqa: S608  # a constant
        " AND (outcome IN ('new', 'updated', 'unchanged', 'duplicate')"
        f" OR (outcome = 'read' AND {UNBOUNDED})) ORDER BY id DESC LIMIT 1",
        (url,),
    ).fetchone()
    return (row[0], row[1]) if row else (None, None)


def is_empty(db: Database) -> bool:
    """Whether no article is stored yet."""
    return db.conn.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is None


def run_counts(db: Database, run_id: int) -> dict[str, dict[str, int]]:
    """How many fetches of a run came to what: kind -> outcome -> number."""
    counts: dict[str, dict[str, int]] = {}
    found = db.conn.execute("SELECT kind, outcome, count FROM run_counts WHERE run_id = ?", (run_id,))
    for kind, outcome, count in found:
        counts.setdefault(kind, {})[outcome] = count
    return counts


def last_fetched(db: Database, url: str, now: datetime | None = None) -> datetime | None:
    """When a URL last gave a whole answer (or said that nothing changed), up to ``now``; None: never."""
    row = db.conn.execute(
        "SELECT max(fetched_at) FROM fetches"  # noqa: S608  # a constant
        " WHERE url = ? AND outcome IN ('read', 'not_modified') AND fetched_at <= ?"
        f" AND {UNBOUNDED}",
        (url, times.latest(now)),
    ).fetchone()
    return times.parse(row[0]) if row[0] else None


def completeness(
    db: Database, since: date | None = None, until: date | None = None, section: str | None = None
) -> list[dict[str, object]]:
    """The view of that name, by day and section, between two local dates (both included)."""
    cursor = db.conn.execute(
        "SELECT * FROM completeness WHERE (?1 IS NULL OR day >= ?1) AND (?2 IS NULL OR day <= ?2)"
        " AND (?3 IS NULL OR section = ?3) ORDER BY day, section",
        (since.isoformat() if since else None, until.isoformat() if until else None, section),
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
