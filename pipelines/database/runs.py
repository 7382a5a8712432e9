"""The record of runs: one row each, opened at the start and closed with a verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from pipelines import times
from pipelines.database.opening import explained, path_of, writing


def start_run(db: Database, spider: str, arguments: Mapping[str, Any], now: datetime) -> int:
    """Open the record of a run; gives its id."""
    with explained(path_of(db)), writing(db) as conn:
        row = (spider, _json(arguments), times.utc(now))
        id_ = conn.execute("INSERT INTO runs (spider, arguments, started_at) VALUES (?, ?, ?)", row).lastrowid
    assert id_ is not None
    return id_


def finish_run(  # noqa: PLR0913  # the columns of a row
    db: Database,
    run_id: int,
    *,
    finish_reason: str,
    verdict: str | None,
    stats: Mapping[str, Any],
    now: datetime,
) -> None:
    """Close the record of a run."""
    with explained(path_of(db)), writing(db) as conn:
        conn.execute(
            "UPDATE runs SET finished_at = ?, finish_reason = ?, verdict = ?, stats = ? WHERE id = ?",
            (times.utc(now), finish_reason, verdict, _json(stats), run_id),
        )


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, default=str)
