"""Health: whether the runs are what they should be, said after each run and whenever asked.

Pure: looks at a :class:`~pipelines.database.history.History` and at nothing else, so that every
night that can happen is a test. A check says what it saw, what it expected and what to do.
"""

from __future__ import annotations

from datetime import datetime

from crawler.health import amounts, discovery, fields, machine, outcomes
from crawler.health.thresholds import Thresholds
from crawler.health.verdict import Check, Level, Verdict, format_text, to_json
from pipelines.database.history import History

__all__ = ["Check", "Level", "Thresholds", "Verdict", "evaluate", "format_text", "to_json"]


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
        *machine.check(history, thresholds),
    )
    return Verdict(at=now, run_id=run.id, checks=checks)
