"""What those who report on runs ask of the database: how the one before was judged, which was good.

Reads only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlite_utils import Database

from pipelines import times
from pipelines.database.history import LIMITING

_FAR_ENOUGH: Final = 2000
"""Runs looked back over at most: two weeks of ten-minute runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """How the runs before one were judged.

    ``verdict``: of the latest that was judged; None where there is none. ``is_unjudged``: the one
    right before was killed, or could not write its verdict.
    """

    verdict: str | None = None
    is_unjudged: bool = False


def before(db: Database, run_id: int) -> Before:
    """How the runs before this one were judged that were asked for the same part of the site.

    A look at one page by hand says nothing about the schedule, so each sort of run has its own past.
    """
    row = db.conn.execute("SELECT spider, arguments FROM runs WHERE id = ?", (run_id,)).fetchone()
    verdicts = list(_verdicts(db, run_id, row[0], _sort(json.loads(row[1]))))
    judged = (verdict for verdict in verdicts if verdict is not None)
    return Before(verdict=next(judged, None), is_unjudged=verdicts[:1] == [None])


def _verdicts(db: Database, run_id: int, spider: str, sort: frozenset[str]) -> Iterator[str | None]:
    """The verdicts of earlier runs of a sort, newest first, up to one that was judged."""
    rows = db.conn.execute(
        "SELECT verdict, arguments FROM runs WHERE id < ? AND spider = ? ORDER BY id DESC", (run_id, spider)
    )
    for verdict, arguments in islice(rows, _FAR_ENOUGH):
        if _sort(json.loads(arguments)) == sort:
            yield verdict
            if verdict is not None:
                return


def _sort(arguments: Mapping[str, Any]) -> frozenset[str]:
    return LIMITING.intersection(name for name, value in arguments.items() if value)


def last_good_run(db: Database, spider: str) -> datetime | None:
    """When the last run ended that ended by itself and was not found failing; None: there is none."""
    row = db.conn.execute(
        "SELECT finished_at FROM runs WHERE spider = ? AND finish_reason = 'finished'"
        " AND verdict IN ('OK', 'WARN') ORDER BY id DESC LIMIT 1",
        (spider,),
    ).fetchone()
    return times.parse(row[0]) if row else None


def run_times(db: Database, run_id: int) -> tuple[datetime, datetime | None]:
    """When a run began and ended (None: it has not)."""
    started, finished = db.conn.execute(
        "SELECT started_at, finished_at FROM runs WHERE id = ?", (run_id,)
    ).fetchone()
    return times.parse(started), times.parse(finished) if finished else None
