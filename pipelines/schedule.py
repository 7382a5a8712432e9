"""When to look again: at stored articles for edits, at failing URLs for an answer.

Numbers with their reasons, and the arithmetic over them; no clock and no database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

RECHECK: Final[tuple[tuple[timedelta, timedelta], ...]] = (
    # younger than        look again after
    (timedelta(hours=6), timedelta(hours=1)),  # figures and names are corrected in the first hours
    (timedelta(days=1), timedelta(hours=6)),  # the evening's and the next morning's editors
    (timedelta(days=7), timedelta(days=1)),  # statements and corrections of the week
    (timedelta(days=30), timedelta(days=7)),  # late corrections
    (timedelta(days=180), timedelta(days=30)),  # withdrawals, sections moved
)
"""The age of an article and the time until it is looked at again; older ones never: some 25 looks in all."""

RETRY: Final[tuple[timedelta, ...]] = (
    timedelta(minutes=10),  # a hiccup: the next run
    timedelta(hours=1),
    timedelta(hours=6),  # a night of maintenance
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=4),  # a weekend with nobody at the site
    timedelta(days=7),
)
"""Waits after each failure in turn; after the last one the URL is given up: two weeks."""

RETRY_GONE: Final = 5
"""How many of these waits a URL gets that is not found (404, 410): three days. A site may answer so for a
night while its feeds go on. What answers with a page that is no article gets them all: it is there."""

GONE: Final[tuple[tuple[timedelta, timedelta], ...]] = (
    # gone for less than   look again after
    (timedelta(hours=6), timedelta(hours=6)),  # a fault of the site, over by the next shift
    (timedelta(days=1), timedelta(days=1)),
    (timedelta(days=7), timedelta(days=7)),  # put back after a complaint was settled
)
"""How long an article has been withdrawn and the time until it is looked at again, whatever its age: a mark
made amid a fault of the site is taken back by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The numbers in use; settings may bring their own."""

    recheck: Sequence[tuple[timedelta, timedelta]] = RECHECK
    gone: Sequence[tuple[timedelta, timedelta]] = GONE
    retry: Sequence[timedelta] = RETRY
    retry_gone: int = RETRY_GONE

    def next_check(self, born: datetime, now: datetime) -> datetime | None:
        """When an article is due again; None: never.

        ``born``: published, else created, else first seen.
        """
        age = now - born
        for younger_than, wait in self.recheck:
            if age < younger_than:
                return now + wait
        return None

    def next_look(self, gone_since: datetime, now: datetime) -> datetime | None:
        """When an article that is not found is due again; None: only by its age."""
        lasted = now - gone_since
        return next((now + wait for less_than, wait in self.gone if lasted < less_than), None)

    def next_try(self, attempts: int, now: datetime, *, gone: bool) -> datetime | None:
        """When to try again after ``attempts`` failures (1 at least); None: give up.

        ``gone``: the site answered that there is nothing (404, 410).
        """
        limit = min(self.retry_gone, len(self.retry)) if gone else len(self.retry)
        return now + self.retry[attempts - 1] if attempts <= limit else None
