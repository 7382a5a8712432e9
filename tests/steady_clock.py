"""An extension that holds the day of a crawl's budget still: midnight in Hanoi may come during a test."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler

from crawler.middlewares import budget


class SteadyClock:
    """The budget's clock stands at ``TEST_NOW``. In this process only, which is the crawl's own."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        at = datetime.fromisoformat(crawler.settings["TEST_NOW"])
        budget.now = lambda: at  # type: ignore[assignment]
        return cls()
