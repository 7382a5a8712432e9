"""What a crawl asks of the database while it runs, and the little it notes besides its fetches."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime

from sqlite_utils import Database

from crawler.items import Section
from pipelines import times
from pipelines.content import COPY_TEMPLATE
from pipelines.database.opening import explained, path_of, writing
from pipelines.database.queries import IS_DUE, UNBOUNDED, Owed, due_by, known_urls, queued_ids, stored_ids
from pipelines.frontier import SEVERAL


def known_links(db: Database, urls: Iterable[str], identify: Callable[[str], str | None]) -> set[str]:
    """Those URLs whose article is stored, withdrawn, queued or given up, under any of its URLs.

    Args:
        db: the database.
        urls: canonical URLs.
        identify: the site's id in a URL, None where it has none.
    """
    urls = list(urls)
    known = known_urls(db, urls, identify)
    ids = {url: id_ for url in urls if url not in known and (id_ := identify(url))}
    known_ids = stored_ids(db, ids.values()) | queued_ids(db, ids.values())
    return known | {url for url, id_ in ids.items() if id_ in known_ids}


def settled_at(
    db: Database, url: str, now: datetime | None = None, days: tuple[date | None, date | None] | None = None
) -> datetime | None:
    """When the run that last read a feed or listing had ended, and what that showed was stored; None: never.

    Of a run that was killed, when the next one began; of the one under way, when the list was read, and so
    where the end is later than ``now``. What was read later than that is left out.

    Args:
        db: the database.
        url: of the feed or listing.
        now: the time now; None: there is no such limit.
        days: runs that were asked for this range of local days count too (since, until).
    """
    since, until = (day.isoformat() if day else None for day in days or (None, None))
    row = db.conn.execute(
        "SELECT run_id, fetched_at FROM fetches"  # noqa: S608  # a constant
        " WHERE url = ?1 AND fetched_at <= ?4"
        f" AND outcome IN ('read', 'not_modified') AND (({UNBOUNDED})"
        " OR (?2 IS NOT NULL AND run_id IN (SELECT id FROM runs WHERE json_extract(arguments, '$.since') = ?2"
        " AND json_extract(arguments, '$.until') IS ?3))) ORDER BY id DESC LIMIT 1",
        (url, since, until, times.latest(now)),
    ).fetchone()
    if row is None:
        return None
    ended = db.conn.execute(
        "SELECT coalesce((SELECT finished_at FROM runs WHERE id = ?1),"
        " (SELECT started_at FROM runs WHERE id > ?1 ORDER BY id LIMIT 1), ?2)",
        (row[0], row[1]),
    ).fetchone()
    return times.parse(ended[0] if ended[0] <= times.latest(now) else row[1])


def knew(db: Database, url: str, moment: datetime, identify: Callable[[str], str | None]) -> bool:
    """Whether the article of a URL was known by a time: stored, withdrawn, queued or given up.

    Args:
        db: the database.
        url: canonical URL.
        moment: the time, aware; what was found in the second of it counts.
        identify: the site's id in a URL, None where it has none.
    """
    sql = (
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM frontier WHERE url = ?1 AND found_at <= ?3)"
        " OR EXISTS (SELECT 1 FROM frontier WHERE article_id = ?2 AND found_at <= ?3)"
        " OR EXISTS (SELECT 1 FROM articles WHERE url = ?1 AND template <> ?4 AND first_seen_at <= ?3)"
        " OR (?2 IS NULL AND EXISTS (SELECT 1 FROM aliases x JOIN articles a ON a.id = x.article_id"
        " WHERE x.url = ?1 AND a.template <> ?4 AND a.first_seen_at <= ?3))"
        " OR EXISTS (SELECT 1 FROM identities i JOIN articles a ON a.id = i.article_id"
        " WHERE i.id = ?2 AND a.template <> ?4 AND a.first_seen_at <= ?3)"
    )
    values = (url, identify(url), times.utc(moment), COPY_TEMPLATE)
    return db.conn.execute(sql, values).fetchone() is not None


def listings_read(db: Database, since: datetime) -> list[str]:
    """The listing pages that were read by the runs that began at or after a time."""
    rows = db.conn.execute(
        "SELECT DISTINCT url FROM fetches WHERE run_id IN (SELECT id FROM runs WHERE started_at >= ?)"
        " AND outcome = 'read' AND kind = 'listing' ORDER BY url",
        (times.utc(since),),
    )
    return [url for (url,) in rows]


def walks_owed(db: Database, *, given_up: bool = False) -> list[str]:
    """Where the listing pages that are still owed were found, as their walks have written it.

    Args:
        db: the database.
        given_up: those that were given up too.
    """
    rows = db.conn.execute(
        "SELECT found_by FROM frontier WHERE kind = 'listing' AND (given_up_at IS NULL OR ?) ORDER BY url",
        (given_up,),
    )
    return [found_by for (found_by,) in rows]


def walks_at(db: Database, url: str) -> tuple[str, ...]:
    """The walks that a listing page is owed to, given up or not, as they have written it."""
    sql = "SELECT found_by FROM frontier WHERE url = ? AND kind = 'listing'"
    row = db.conn.execute(sql, (url,)).fetchone()
    return tuple(row[0].split(SEVERAL)) if row else ()


def was_read_for(db: Database, url: str, since: date | None, until: date | None) -> bool:
    """Whether a listing page was read by a run that was asked for this range of local days."""
    sql = (
        "SELECT 1 FROM fetches f JOIN runs r ON r.id = f.run_id WHERE f.url = ? AND f.outcome = 'read'"
        " AND json_extract(r.arguments, '$.since') IS ? AND json_extract(r.arguments, '$.until') IS ? LIMIT 1"
    )
    days = (day.isoformat() if day else None for day in (since, until))
    return db.conn.execute(sql, (url, *days)).fetchone() is not None


def drop_listing(db: Database, url: str) -> None:
    """Take a listing page off what is owed: the site has no such page, and never said so."""
    with explained(path_of(db)), writing(db) as conn:
        conn.execute("DELETE FROM frontier WHERE url = ? AND kind = 'listing'", (url,))


def owed(
    db: Database,
    now: datetime,
    limit: int,
    places: Sequence[str] = (),
    days: tuple[date | None, date | None] = (None, None),
) -> list[Owed]:
    """What is owed and may be fetched now: articles before listings, newest articles first.

    Args:
        db: the database.
        now: the time, aware.
        limit: rows at most.
        places: only rows found there (``listing:thoi-su``: the place and its walks); empty: all.
        days: only articles that may be of these local days (first, last); None: no limit.
    """
    first, last = (day.isoformat() if day else None for day in days)
    found_there = f"instr('{SEVERAL}' || found_by || ' ', '{SEVERAL}' || ? || ' ')"
    marks = " OR ".join([found_there] * len(places)) or "1"
    rows = db.conn.execute(
        "SELECT url, kind, found_by, attempts FROM frontier"  # noqa: S608  # only marks are put in
        f" WHERE given_up_at IS NULL AND {IS_DUE} AND ({marks})"
        " AND (kind = 'listing' OR day IS NULL OR day BETWEEN coalesce(?, day) AND coalesce(?, day))"
        " ORDER BY kind, attempts > 0, day DESC, found_at, url LIMIT ?",
        (*due_by(now), *places, first, last, limit),
    )
    return [Owed(url=url, kind=kind, found_by=by, attempts=tries) for url, kind, by, tries in rows]


def put_off(
    db: Database, urls: Iterable[str], now: datetime, identify: Callable[[str], str | None]
) -> set[str]:
    """Those URLs whose article is owed, but not before a later time, or given up, under any of its URLs.

    Args:
        db: the database.
        urls: canonical URLs.
        now: the time, aware.
        identify: the site's id in a URL, None where it has none.
    """
    sql = (
        "SELECT 1 FROM frontier WHERE (url = ? OR article_id = ?)"  # noqa: S608  # a constant
        f" AND (given_up_at IS NOT NULL OR NOT {IS_DUE}) LIMIT 1"
    )
    return {url for url in urls if db.conn.execute(sql, (url, identify(url), *due_by(now))).fetchone()}


def tagged(db: Database, fits: Callable[[str], bool], limit: int) -> list[str]:
    """The URLs of stored posts of the new CMS with a tag, newest first.

    Args:
        db: the database.
        fits: whether a tag of this name is meant.
        limit: how many at most.
    """
    ids = [id_ for id_, name in db.conn.execute("SELECT id, name FROM tags") if fits(name)]
    marks = ", ".join("?" * len(ids))
    rows = db.conn.execute(
        "SELECT a.url FROM articles a WHERE a.url LIKE '%-post%.html' AND a.withdrawn_at IS NULL"  # noqa: S608  # only marks
        f" AND a.id IN (SELECT article_id FROM article_tags WHERE tag_id IN ({marks}))"
        " ORDER BY a.published_at DESC LIMIT ?",
        (*ids, limit),
    )
    return [url for (url,) in rows]


def answered_since(
    db: Database, urls: Iterable[str], since: datetime, now: datetime | None = None
) -> set[str]:
    """Those feeds, listings or sitemaps that were read, or said not to exist, after a time, up to ``now``.

    To the second, as the ledger has it: what was answered in the second of ``since`` is as old as that.
    """
    sql = (
        "SELECT 1 FROM fetches WHERE url = ? AND fetched_at > ? AND fetched_at <= ?"  # noqa: S608  # a constant
        f" AND ((outcome IN ('read', 'not_modified') AND {UNBOUNDED}) OR status IN (404, 410)) LIMIT 1"
    )
    within = times.utc(since), times.latest(now)
    return {url for url in urls if db.conn.execute(sql, (url, *within)).fetchone()}


def gone_since(db: Database, urls: Iterable[str], since: datetime, now: datetime | None = None) -> set[str]:
    """Those URLs that the site said do not exist, at or after a time, up to ``now``."""
    sql = (
        "SELECT 1 FROM fetches WHERE url = ? AND fetched_at BETWEEN ? AND ? AND status IN (404, 410) LIMIT 1"
    )
    within = times.utc(since), times.latest(now)
    return {url for url in urls if db.conn.execute(sql, (url, *within)).fetchone()}


def note_day(db: Database, url: str, day: date) -> None:
    """Note of which local day an article is that is owed: its page was read, and is not wanted yet."""
    with explained(path_of(db)), writing(db) as conn:
        conn.execute("UPDATE frontier SET day = ? WHERE url = ?", (day.isoformat(), url))


def newest_day(db: Database, urls: Iterable[str]) -> date | None:
    """The latest local day that articles of these URLs are of, as far as their pages were read."""
    sql = (
        "SELECT max(day) FROM (SELECT published_on AS day FROM articles WHERE url = ?1 UNION ALL"
        " SELECT a.published_on FROM aliases x JOIN articles a ON a.id = x.article_id WHERE x.url = ?1"
        " UNION ALL SELECT day FROM frontier WHERE url = ?1)"
    )
    days = (db.conn.execute(sql, (url,)).fetchone()[0] for url in urls)
    return max((date.fromisoformat(day) for day in days if day), default=None)


def led_nowhere(db: Database, urls: Collection[str], identify: Callable[[str], str | None]) -> bool | None:
    """Whether none of the articles of these URLs that were asked for is there; None: none was asked for.

    Args:
        db: the database.
        urls: canonical URLs.
        identify: the site's id in a URL, None where it has none.
    """
    if stored_ids(db, filter(None, map(identify, urls))):
        return False
    sql = (
        "SELECT coalesce(status IN (404, 410), 0) OR outcome = 'not_article' FROM fetches"
        " WHERE url = ? ORDER BY id DESC LIMIT 1"
    )
    answers = [row[0] for url in urls if (row := db.conn.execute(sql, (url,)).fetchone())]
    return all(answers) if answers else None


def first_day(db: Database) -> datetime | None:
    """When the first run on this database began; None before it."""
    row = db.conn.execute("SELECT min(started_at) FROM runs").fetchone()
    return times.parse(row[0]) if row[0] else None


def known_sections(db: Database) -> dict[str, Section]:
    """The sections that stored articles name, by slug."""
    rows = db.conn.execute(
        "SELECT id, slug, name, parent_id FROM sections WHERE slug IS NOT NULL AND name IS NOT NULL"
    )
    return {
        slug: Section(id=id_ if id_ > 0 else None, slug=slug, name=name, parent_id=parent)
        for id_, slug, name, parent in rows
    }


def count_articles(db: Database) -> int:
    """How many articles are stored; one that a copy stands in for is not counted."""
    # Both counts read an index: the articles themselves are gigabytes after some years, and a run ends here.
    copies = f"SELECT count(*) FROM articles WHERE template = '{COPY_TEMPLATE}'"  # noqa: S608  # as the index has it
    return int(db.conn.execute(f"SELECT (SELECT count(*) FROM articles) - ({copies})").fetchone()[0])  # noqa: S608


def count_between(db: Database, since: date, until: date, slugs: Collection[str] = ()) -> tuple[int, int]:
    """How many articles of these local days are stored, and on how many of the days there are any.

    Args:
        db: the database.
        since: the first day.
        until: the last day, inclusive.
        slugs: only of these sections; none: of all.
    """
    marks = ", ".join("?" * len(slugs))
    within = f"AND section_id IN (SELECT id FROM sections WHERE slug IN ({marks}))"  # noqa: S608  # only marks
    row = db.conn.execute(
        "SELECT count(*), count(DISTINCT published_on) FROM articles"  # noqa: S608  # only marks
        f" WHERE published_on BETWEEN ? AND ? {within if slugs else ''}",
        (since.isoformat(), until.isoformat(), *slugs),
    ).fetchone()
    return int(row[0]), int(row[1])


def reasons(db: Database, run_id: int, outcomes: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Why fetches of a run came to these outcomes, with how many, the most frequent first."""
    wanted = tuple(outcomes)
    marks = ", ".join("?" * len(wanted))
    rows = db.conn.execute(
        "SELECT outcome || coalesce(': ' || reason, ''), count(*) FROM fetches"  # noqa: S608  # only marks
        f" WHERE run_id = ? AND outcome IN ({marks}) GROUP BY 1 ORDER BY 2 DESC, 1",
        (run_id, *wanted),
    )
    return tuple((reason, number) for reason, number in rows)


def counter(db: Database, run_id: int, name: str) -> int:
    """A statistic of a run that has ended; 0 where it has none of that name."""
    row = db.conn.execute("SELECT stats FROM runs WHERE id = ?", (run_id,)).fetchone()
    return int(json.loads(row[0]).get(name, 0)) if row else 0


def duration(db: Database, run_id: int) -> float | None:
    """How many seconds a run took; None while it is under way."""
    row = db.conn.execute("SELECT started_at, finished_at FROM runs WHERE id = ?", (run_id,)).fetchone()
    if row is None or row[1] is None:
        return None
    return (times.parse(row[1]) - times.parse(row[0])).total_seconds()


def keep_robots(db: Database, host: str, body: str, now: datetime) -> None:
    """Keep a robots.txt that was answered, in place of the one before."""
    with explained(path_of(db)), writing(db) as conn:
        conn.execute(
            "INSERT INTO hosts (host, robots, robots_at) VALUES (?, ?, ?)"
            " ON CONFLICT (host) DO UPDATE SET robots = excluded.robots, robots_at = excluded.robots_at",
            (host, body, times.utc(now)),
        )


def kept_robots(db: Database, host: str, since: datetime, now: datetime | None = None) -> str | None:
    """The last good robots.txt of a host, if it was answered at or after a time, up to ``now``."""
    sql = "SELECT robots FROM hosts WHERE host = ? AND robots_at BETWEEN ? AND ?"
    row = db.conn.execute(sql, (host, times.utc(since), times.latest(now))).fetchone()
    return row[0] if row else None


def leave_alone(db: Database, host: str, until: datetime) -> None:
    """Note that a host asked to be left alone until a time."""
    with explained(path_of(db)), writing(db) as conn:
        conn.execute(
            "INSERT INTO hosts (host, wait_until) VALUES (?, ?)"
            " ON CONFLICT (host) DO UPDATE SET wait_until = excluded.wait_until",
            (host, times.utc(until)),
        )


def delay(db: Database, url: str, until: datetime) -> None:
    """Have what is owed wait until a time at least."""
    with explained(path_of(db)), writing(db) as conn:
        conn.execute(
            "UPDATE frontier SET next_try_at = max(next_try_at, ?) WHERE url = ?", (times.utc(until), url)
        )


def left_alone_until(db: Database, host: str) -> datetime | None:
    """Until when a host asked to be left alone; None: it never did."""
    row = db.conn.execute("SELECT wait_until FROM hosts WHERE host = ?", (host,)).fetchone()
    return times.parse(row[0]) if row and row[0] else None
