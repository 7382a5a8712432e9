"""What is dated later than now, checked: a clock or a record was wrong, and no newer page counts as newer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from pipelines import times
from pipelines.database.checks.findings import Check, Finding

APART: Final = timedelta(hours=1)
"""How far the clock of whoever wrote may be ahead of ours: that is no fault."""

_AHEAD: Final = """
    SELECT id, 'last_seen_at', last_seen_at FROM articles WHERE last_seen_at > ?1
    UNION ALL SELECT article_id, 'fetched_at of fetch ' || id, fetched_at FROM fetches WHERE fetched_at > ?1
"""


def ahead_of(now: datetime) -> Check:
    """The check for a moment: what counts as seen or fetched later than that."""

    def check(conn: sqlite3.Connection) -> Iterator[Finding]:
        latest = times.utc(now + APART)
        for article_id, what, at in conn.execute(_AHEAD, (latest,)):
            if len(at) == len(latest) and at.endswith("Z"):  # what is no time is told by the check of times
                yield Finding("future", article_id, f"{what} is in the future: {at}")

    return check
