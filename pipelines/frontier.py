"""The frontier: what was found and is still owed, kept in the transactions that change it.

A URL enters when a feed, listing or sitemap that links to it is recorded, and leaves when its
article is stored or its listing read. What keeps failing is tried again at growing intervals and
at last given up, but stays known; a list that still names it a day later has it tried once more.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from crawler.items import Fetch, FetchKind, Found, Outcome
from pipelines import times
from pipelines.database.stored import Identify
from pipelines.schedule import Schedule

_STORED: Final = """
    EXISTS (SELECT 1 FROM identities i JOIN articles a ON a.id = i.article_id
        WHERE i.id = :id AND a.template <> 'copy' AND (a.withdrawn_at IS NULL OR a.url = :url))
    OR EXISTS (SELECT 1 FROM articles WHERE url = :url AND template <> 'copy')
    OR (:id IS NULL AND EXISTS (SELECT 1 FROM aliases x JOIN articles a ON a.id = x.article_id
        WHERE x.url = :url AND a.template <> 'copy' AND a.withdrawn_at IS NULL))
"""
"""Whether a URL or the id in it is a stored article's; one that a copy stands in for is not stored. Nor is
one that is gone from its address, as far as others go: it may have been given another one. Where a URL has
an id, that tells, and no alias: it may have led to another article once."""

_INSERT: Final = """
    INSERT INTO frontier (url, kind, article_id, found_by, found_at, day, section, next_try_at)
    SELECT :url, :kind, :id, :found_by, :now, :day, :section, :now
"""
_ADD_ARTICLE: Final = f"""{_INSERT}
    WHERE NOT ({_STORED})
    AND NOT EXISTS (SELECT 1 FROM frontier WHERE article_id = :id AND url <> :url AND attempts = 0)
    ON CONFLICT (url) DO UPDATE SET day = coalesce(day, excluded.day),
        next_try_at = iif(given_up_at <= :long_ago, excluded.next_try_at, next_try_at),
        given_up_at = iif(given_up_at <= :long_ago, NULL, given_up_at)
        WHERE (day IS NULL AND excluded.day IS NOT NULL) OR given_up_at <= :long_ago
"""  # noqa: S608  # our own text

SEVERAL: Final = " & "
"""Stands in ``found_by`` of a listing page between the walks that it is owed to."""

_IS_NEW: Final = f"instr('{SEVERAL}' || found_by || '{SEVERAL}', '{SEVERAL}' || :found_by || '{SEVERAL}') = 0"
_ADD_LISTING: Final = f"""{_INSERT}
    WHERE true
    ON CONFLICT (url) DO UPDATE SET found_by = found_by || iif({_IS_NEW}, '{SEVERAL}' || :found_by, ''),
        attempts = iif(given_up_at IS NULL, attempts, 0), next_try_at = :now, given_up_at = NULL
        WHERE kind = 'listing' AND (given_up_at IS NOT NULL OR {_IS_NEW})
"""
_EDITED: Final = """
    UPDATE articles SET next_check_at = :now
    WHERE key IN (
        SELECT key FROM articles WHERE url = :url
        UNION SELECT a.key FROM identities i JOIN articles a ON a.id = i.article_id WHERE i.id = :id
        UNION SELECT a.key FROM aliases x JOIN articles a ON a.id = x.article_id
            WHERE x.url = :url AND :id IS NULL)
    AND last_seen_at < :modified_utc AND (modified_at IS NULL OR modified_at < :modified)
    AND (next_check_at IS NULL OR next_check_at > :now)
"""

RETRIED: Final = frozenset(
    {Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR, Outcome.BLOCKED, Outcome.INVALID, Outcome.NOT_ARTICLE}
)
"""Outcomes after which an owed URL is tried again. ``skipped`` is not among them: nothing was tried."""

_NO_SECTIONS: Final = frozenset({"search", "tag"})
"""Layers whose places are not sections."""

REVIVED: Final = timedelta(days=1)
"""After which an article that was given up is tried once more, if a list names it: a dead link in a
list costs one request a day."""

_GONE_STATUS: Final = frozenset({404, 410})


def add_found(conn: sqlite3.Connection, found: tuple[Found, ...], now: datetime, identify: Identify) -> None:
    """Queue the links that lead to nothing known; let known articles that a feed says were edited be due."""
    for link in found:
        values = _values(link, now, identify)
        if link.kind is FetchKind.ARTICLE:
            conn.execute(_ADD_ARTICLE, values)
            if link.modified_at is not None:
                conn.execute(_EDITED, values)
        else:
            conn.execute(_ADD_LISTING, values)


def _values(link: Found, now: datetime, identify: Identify) -> dict[str, str | None]:
    id_ = identify(link.url)
    published = times.local(link.published_at)
    return {
        "url": link.url,
        "kind": "article" if link.kind is FetchKind.ARTICLE else "listing",
        "id": id_,
        "found_by": link.found_by,
        "now": times.utc(now),
        "long_ago": times.utc(now - REVIVED),
        "day": published[:10] if published else times.day_of_id(id_),
        "section": section_of(link),
        "modified": times.local(link.modified_at),
        "modified_utc": times.utc(link.modified_at) if link.modified_at else None,
    }


def section_of(link: Found) -> str | None:
    """The slug of the section a link belongs to: the first part of its path, else the place it was found."""
    parts = [part for part in urlsplit(link.url).path.split("/") if part]
    if len(parts) > 1:
        return parts[0]
    layer, _, place = link.found_by.partition(":")
    return None if layer in _NO_SECTIONS else place or None


def remove(conn: sqlite3.Connection, urls: list[str], ids: tuple[str, ...]) -> None:
    """Take what is stored or read off the frontier."""
    conn.executemany("DELETE FROM frontier WHERE url = ?", [(url,) for url in urls])
    conn.executemany("DELETE FROM frontier WHERE article_id = ?", [(id_,) for id_ in ids])


def read(conn: sqlite3.Connection, url: str, walks: tuple[str, ...] | None) -> None:
    """Take a listing page that was read off the frontier, as far as it was owed to these walks.

    What another walk, which was not read it for, owes there stays owed; None: it was read for all.
    """
    row = conn.execute("SELECT found_by FROM frontier WHERE url = ?", (url,)).fetchone()
    left = [walk for walk in row[0].split(SEVERAL) if walk not in walks] if row and walks is not None else []
    if left:
        conn.execute("UPDATE frontier SET found_by = ? WHERE url = ?", (SEVERAL.join(left), url))
    else:
        remove(conn, [url], ())


def failed(conn: sqlite3.Connection, fetch: Fetch, now: datetime, schedule: Schedule) -> None:
    """Note a failure of an owed URL: when to try again, or that it is given up."""
    row = conn.execute(
        "SELECT attempts FROM frontier WHERE url = ? AND given_up_at IS NULL", (fetch.url,)
    ).fetchone()
    if row is None:
        return
    attempts = row[0] + 1
    again = schedule.next_try(attempts, now, gone=fetch.status in _GONE_STATUS)
    conn.execute(
        "UPDATE frontier SET attempts = ?, next_try_at = coalesce(?, next_try_at), given_up_at = ?"
        " WHERE url = ?",
        (attempts, times.utc(again) if again else None, None if again else times.utc(now), fetch.url),
    )
