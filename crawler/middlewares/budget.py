"""The daily budget: a limit of requests a day over all runs, for those who promised the site one.

Counted is what goes out, retries and redirects included, and nothing that is refused before. Where
there is a limit, each request is put down before it is sent: those of a run that is killed count too.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured
from scrapy.http import Request

from crawler import config
from crawler.extensions.ledger import end_run, keeps_record, ledger_of
from crawler.fetching import RefusedError, now
from crawler.site.urls import HANOI
from pipelines.database import spent

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class BudgetMiddleware:
    """Refuses requests once ``TINTUC_DAILY_REQUESTS`` (0: no limit) were sent on the local day (+07:00)."""

    def __init__(self, crawler: Crawler, limit: int):
        self._crawler = crawler
        self._limit = limit
        self._day: date | None = None
        self._before = 0
        """Sent on this day by earlier runs."""
        self._sent = 0
        """Sent on this day by this run."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the limit.

        Raises:
            NotConfigured: the spider keeps no record, so nothing can be counted.
        """
        if not keeps_record(crawler):
            raise NotConfigured
        return cls(crawler, config.whole_number(crawler.settings, "TINTUC_DAILY_REQUESTS"))

    def process_request(self, request: Request) -> None:  # noqa: ARG002 - Scrapy calls it by name
        """Let a request through: one that is refused need not wait for its turn.

        Raises:
            RefusedError: the day's budget is used up.
        """
        self._look_at_the_day()
        self._check()

    def spend(self) -> None:
        """Count a request that is about to be sent; called by the download handler.

        Raises:
            RefusedError: the day's budget is used up, or the request could not be put down.
        """
        day = self._look_at_the_day()
        self._check()
        self._sent += 1
        self._crawler.stats.set_value(spent.statistic(day), self._sent)
        if self._limit:
            self._note(day)

    def _look_at_the_day(self) -> date:
        """The local day; at its first request what earlier runs have left of its budget."""
        day = now().astimezone(HANOI).date()
        if day != self._day:
            self._day, self._sent = day, 0
            self._before = self._limit  # where the database can't answer, the run ends
            if self._limit:
                ledger = ledger_of(self._crawler)
                with ledger.reading():
                    self._before = spent.requests_on(ledger.database, day)
        return day

    def _check(self) -> None:
        if self._limit and self._before + self._sent >= self._limit:
            self._crawler.stats.set_value("tintuc/polite/budget_used_up", 1)
            end_run(self._crawler, "budget")
            raise RefusedError(f"the day's budget of {self._limit} requests is used up")

    def _note(self, day: date) -> None:
        ledger, noted = ledger_of(self._crawler), False
        with ledger.reading():
            spent.note_requests(ledger.database, ledger.run_id, day, self._sent)
            noted = True
        if not noted:  # the run ends: what can't be counted is not sent
            raise RefusedError("it could not be counted for the day's budget")
