"""The daily budget: a limit of requests a day over all runs, for those who promised the site one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured
from scrapy.http import Request

from crawler import config
from crawler.extensions.ledger import end_run, ledger_of
from crawler.fetching import RefusedError, now
from crawler.site.urls import HANOI
from pipelines.database import crawling

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class BudgetMiddleware:
    """Refuses requests once ``TINTUC_DAILY_REQUESTS`` were made on the local day (+07:00)."""

    def __init__(self, crawler: Crawler, limit: int):
        self._crawler = crawler
        self._limit = limit
        self._used: int | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read the limit.

        Raises:
            NotConfigured: there is none (0).
        """
        limit = config.whole_number(crawler.settings, "TINTUC_DAILY_REQUESTS")
        if limit == 0:
            raise NotConfigured
        return cls(crawler, limit)

    def process_request(self, request: Request) -> None:  # noqa: ARG002 - Scrapy calls it by name
        """Count a request.

        Raises:
            RefusedError: the day's budget is used up.
        """
        if self._used is None:
            midnight = now().astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
            self._used = crawling.requests_since(ledger_of(self._crawler).database, midnight)
        if self._used >= self._limit:
            self._crawler.stats.set_value("tintuc/polite/budget_used_up", 1)
            end_run(self._crawler, "budget")
            raise RefusedError(f"the day's budget of {self._limit} requests is used up")
        self._used += 1
