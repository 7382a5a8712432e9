"""Health: whether the runs are what they should be, said after each run and whenever asked.

Pure: looks at a :class:`~pipelines.database.history.History` and at nothing else, so that every
night that can happen is a test. A check says what it saw, what it expected and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from crawler.health import amounts, discovery, fields, machine, outcomes
from crawler.health.thresholds import Thresholds
from crawler.health.verdict import Check, Level, Verdict, format_text, to_json
from pipelines.database.history import History

__all__ = ["OTHER_RUN", "Check", "Level", "Thresholds", "Verdict", "evaluate", "format_text", "to_json"]

OTHER_RUN: Final = "other run"
"""The check on a run that was asked for something else than the whole site."""


def evaluate(history: History, thresholds: Thresholds, now: datetime) -> Verdict:
    """The verdict on the latest run and on all that led to it: as bad as its worst check.

    ``now``: aware; the time of asking, which may be long after the run.
    """
    run = history.run
    if run is None:
        none = Check(
            "runs",
            Level.FAIL,
            "no run is recorded",
            "a crawl now and then",
            "start one: scrapy crawl baotintuc",
        )
        return Verdict(at=now, run_id=None, checks=(none, *machine.check(history, thresholds)))
    checks = (
        *amounts.check(run, history, thresholds, now),
        *discovery.check(run, history, thresholds),
        *outcomes.check(run, thresholds),
        *fields.check(history, thresholds),
        *_beside(history),
        *machine.check(history, thresholds),
    )
    return Verdict(at=now, run_id=run.id, checks=checks)


def _beside(history: History) -> Iterator[Check]:
    """The latest run that was asked for something else: it does not decide how the site fares."""
    run = history.other
    if run is None:
        return
    asked = ", ".join(f"{name}={value}" for name, value in sorted(run.arguments.items()) if value)
    saw = f"run {run.id} ({asked}): {run.verdict or 'not judged'}"
    level = Level.WARN if run.verdict == Level.FAIL else Level.OK
    yield Check(OTHER_RUN, level, saw, "a run that brought what it was asked for", outcomes.look(run, "%"))
