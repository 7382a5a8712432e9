"""Rolls up old rows of the ledger at the end of a run; must never make a run last noticeably longer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler import config
from crawler.extensions.ledger import ledger_of
from crawler.fetching import now
from pipelines.database.errors import DatabaseError
from pipelines.database.rollup import roll_up

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class RollUpExtension:
    """Rolls up rows older than ``TINTUC_LEDGER_DAYS`` days."""

    def __init__(self, crawler: Crawler, days: int):
        self._crawler = crawler
        self._days = days

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watch a run. It must be made before the ledger, so as to hear of the end while that is open.

        Raises:
            NotConfigured: the spider keeps no record, or rows are kept for ever.
            ArgumentError: ``TINTUC_LEDGER_DAYS`` is no whole number.
        """
        days = config.whole_number(crawler.settings, "TINTUC_LEDGER_DAYS")
        if not days or not getattr(crawler.spider, "keeps_record", False):
            raise NotConfigured
        extension = cls(crawler, days)
        crawler.signals.connect(extension._closed, signal=signals.spider_closed)
        return extension

    def _closed(self) -> None:
        ledger = ledger_of(self._crawler)
        if ledger.failure is not None:  # what ended the run is told; the next one catches up
            return
        moment = now()
        try:
            ledger.recorder.flush()
            gone = roll_up(ledger.database, moment - timedelta(days=self._days), moment)
        except DatabaseError as error:
            ledger.failure = error
        else:
            self._crawler.stats.set_value("tintuc/ledger/rolled_up", gone)
