"""What those who report on runs ask of the database: how the one before was judged, what was told of it.

Reads only, but for :func:`set_told`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sqlite_utils import Database

from pipelines import times
from pipelines.database.opening import explained, path_of, writing
from pipelines.database.past import LIMITING, sort_of

_FAR_ENOUGH: Final = 2000
"""Runs looked back over at most: two weeks of ten-minute runs."""

_LAST: Final = 2**63 - 1
_NOTE: Final = '$."tintuc/told"'

Told = Mapping[str, Mapping[str, tuple[str, str]]]
"""Whom -> check -> the level told, and when it was last seen to be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How the runs before one were judged, and what was told of them.

    ``verdict``: of the latest that was judged; None where there is none. ``is_unjudged``: the one
    right before was killed, or could not write its verdict. ``told``: what each receiver has taken,
    as the latest run has it that noted it; None where none has.
    """

    verdict: str | None = None
    is_unjudged: bool = False
    told: Told | None = None


def before(db: Database, run_id: int) -> Before:
    """How the runs before this one were judged that were asked for the same part of the site.

    A look at one page by hand says nothing about the schedule, so each sort of run has its own past.
    """
    spider, arguments = db.conn.execute(
        "SELECT spider, arguments FROM runs WHERE id = ?", (run_id,)
    ).fetchone()
    return _before(db, spider, sort_of(json.loads(arguments)), run_id)


def site_before(db: Database, spider: str = "baotintuc") -> tuple[int | None, Before]:
    """The same of the whole site as it stands, and the run to note at what is told of it.

    That is the latest that has ended (one under way writes its own at its end), else any; None: there
    is no run at all.
    """
    rows = islice(_sorted(db, spider, frozenset(), _LAST), _FAR_ENOUGH)
    noted = next((id_ for id_, finished_at in rows if finished_at), None)
    if noted is None:
        (noted,) = db.conn.execute("SELECT max(id) FROM runs").fetchone()
    return noted, _before(db, spider, frozenset(), _LAST)


def _sorted(db: Database, spider: str, sort: frozenset[str], below: int) -> Iterator[tuple[int, str | None]]:
    """Earlier runs of a sort, newest first: id, and when they ended."""
    rows = db.conn.execute(
        "SELECT id, finished_at, arguments FROM runs WHERE id < ? AND spider = ? ORDER BY id DESC",
        (below, spider),
    )
    for id_, finished_at, arguments in islice(rows, _FAR_ENOUGH):
        if sort_of(json.loads(arguments)) == sort:
            yield id_, finished_at


def _before(db: Database, spider: str, sort: frozenset[str], below: int) -> Before:
    verdict, told, is_unjudged = None, None, None
    for id_, _ in _sorted(db, spider, sort, below):
        row = db.conn.execute(
            "SELECT verdict, json_extract(stats, ?) FROM runs WHERE id = ?", (_NOTE, id_)
        ).fetchone()
        is_unjudged = row[0] is None if is_unjudged is None else is_unjudged
        verdict = verdict or row[0]
        told = json.loads(row[1]) if told is None and row[1] else told
        if verdict and told is not None:
            break
    return Before(verdict=verdict, is_unjudged=bool(is_unjudged), told=told)


def set_told(db: Database, run_id: int, told: Told) -> None:
    """Note at a run what each receiver has taken."""
    with explained(path_of(db)), writing(db) as conn:
        sql = "UPDATE runs SET stats = json_set(stats, ?, ?) WHERE id = ?"
        conn.execute(sql, (_NOTE, json.dumps(told), run_id))


def last_good_run(db: Database, spider: str, now: datetime) -> datetime | None:
    """When the last run over the whole site ended that ended by itself and was not found failing; None:
    there is none. A look at one page is no such run, nor is one that ended later than now."""
    row = db.conn.execute(
        "SELECT finished_at FROM runs WHERE spider = ? AND finish_reason = 'finished'"
        " AND verdict IN ('OK', 'WARN') AND finished_at <= ? AND NOT EXISTS ("
        "   SELECT 1 FROM json_each(runs.arguments) a JOIN json_each(?) l ON l.value = a.key"
        "   WHERE ifnull(a.value, '') NOT IN ('', 0)"
        " ) ORDER BY id DESC LIMIT 1",
        (spider, times.utc(now), json.dumps(sorted(LIMITING))),
    ).fetchone()
    return times.parse(row[0]) if row else None


def run_times(db: Database, run_id: int) -> tuple[datetime, datetime | None]:
    """When a run began and ended (None: it has not)."""
    started, finished = db.conn.execute(
        "SELECT started_at, finished_at FROM runs WHERE id = ?", (run_id,)
    ).fetchone()
    return times.parse(started), times.parse(finished) if finished else None
