"""Stopping: a run that is told to stop does not sit out the pauses between requests.

Scrapy lets what waits in its queue go out at the usual pace; with a Crawl-delay of a minute that
would be a minute a request. The download handler refuses them, so nothing is asked of the site.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from scrapy import signals

from crawler.extensions.ledger import is_stopping

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

_TICK: Final = 0.5


class StoppingExtension:
    """Takes the pauses out once the run stops."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension._opened, signal=signals.spider_opened)
        crawler.signals.connect(extension._closed, signal=signals.spider_closed)
        return extension

    def _opened(self) -> None:
        self._task = asyncio.ensure_future(self._watch())

    def _closed(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            if is_stopping(self._crawler):
                self._hurry()

    def _hurry(self) -> None:
        downloader = self._crawler.engine.downloader
        for slot in downloader.slots.values():
            slot.delay, slot.lastseen = 0.0, 0.0
            slot.close()  # the pause that has begun: while it lasts, the queue is not taken up
            downloader._process_queue(slot)
