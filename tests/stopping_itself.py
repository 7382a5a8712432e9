"""Extensions that let a crawl be stopped at a moment that no test could hit from outside."""

from __future__ import annotations

import os
import signal
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler


class StopsWhileOpening:
    """Ctrl-C comes while the extensions are made: the record is open, the spider is not."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        os.kill(os.getpid(), signal.SIGINT)
        return cls()


class StopsOnceOpened:
    """Ctrl-C comes when the spider has just been opened."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.opened, signal=signals.spider_opened)
        return extension

    def opened(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
