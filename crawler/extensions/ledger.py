"""The run ledger: opens the record for a run, and closes it with a verdict.

It holds what the rest of a run writes through: the lock, the database and the
:class:`~pipelines.recorder.Recorder`. What can't be recorded ends the run: a crawl whose
record is lost is not worth the site's time.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from scrapy import signals
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.http import Response
from scrapy.utils.defer import _schedule_coro

from crawler import config
from crawler.archiving import close_archive, open_archive
from crawler.errors import TintucError
from crawler.fetching import fetch_of, now
from crawler.health import Verdict
from crawler.health.judging import judge
from crawler.items import Fetch, Outcome
from crawler.lock import RunLock
from crawler.site.urls import article_id
from pipelines.database import explained, history, open_database, runs
from pipelines.database.errors import DatabaseError, explain
from pipelines.dedupe import Prepared
from pipelines.recorder import Recorder

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from scrapy.crawler import Crawler
    from sqlite_utils import Database
    from twisted.python.failure import Failure


logger = logging.getLogger(__name__)

CACHE_MB: Final = 8
"""Mebibytes of the database that a crawl keeps in its own memory. At a page a second the system's cache
serves it as well, and a run must need no more memory at 20,000 articles than at 1,000."""


class LedgerExtension:
    """One run of a spider in the database.

    Attributes:
        database: the open database; the spider asks it what is known.
        recorder: what every fetch is written with.
        run_id: the row of ``runs``.
        failure: the error that ended the run early, None while all is well.
        finish_reason: how the run ended, as Scrapy names it; None while it runs.
        verdict: what health says of the run, once it has ended.
    """

    def __init__(self, crawler: Crawler, path: Path):
        assert crawler.spider is not None
        self._crawler = crawler
        self._lock = RunLock(path, f"crawl {crawler.spider.name}").acquire()
        try:
            self.path = path
            self.database: Database = open_database(path, create=True, cache_mb=CACHE_MB)
            arguments: dict[str, Any] = getattr(crawler.spider, "recorded_arguments", {})
            self.run_id = runs.start_run(self.database, crawler.spider.name, arguments, now())
            self.archive = open_archive(crawler.settings)
            self.recorder = Recorder(
                self.database,
                self.run_id,
                identify=article_id,
                keep=self.archive.keep if self.archive else None,
            )
        except BaseException:
            self._lock.release()
            raise
        self.failure: TintucError | DatabaseError | None = None
        self.finish_reason: str | None = None
        self.verdict: Verdict | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the record of a run.

        Raises:
            NotConfigured: the spider keeps no record (``scrapy shell``, others' spiders).
            TintucError: another run holds the lock.
            DatabaseError: the database can't be used.
        """
        if not keeps_record(crawler):
            raise NotConfigured
        path = config.database_path(crawler.settings)
        config.make_folder(path.parent)
        ledger = cls(crawler, path)
        crawler.recorder = ledger  # type: ignore[attr-defined]  # where the pipelines look for it
        crawler.signals.connect(ledger._closed, signal=signals.spider_closed)
        crawler.signals.connect(ledger._broke, signal=signals.spider_error)
        crawler.signals.connect(ledger._item_broke, signal=signals.item_error)
        return ledger

    def record(self, fetch: Fetch | Prepared) -> Fetch:
        """Record one fetch; what can't be recorded ends the run. Where a defect of ours lets it fail, the
        record says that much of its URL.

        Raises:
            DropItem: it could not be recorded.
        """
        try:
            return self._write(fetch)
        except DropItem:
            raise
        except Exception as error:
            page = fetch.fetch if isinstance(fetch, Prepared) else fetch
            logger.exception("Error while recording %s", page.url)
            return self._defect(page, error)

    def _write(self, fetch: Fetch | Prepared) -> Fetch:
        try:
            return self.recorder.record(fetch)
        except (DatabaseError, TintucError) as error:
            self.stop(error)
            raise DropItem(str(error)) from None

    def _defect(self, fetch: Fetch, error: BaseException | None) -> Fetch:
        """Record that an answer came to nothing because of a defect of ours: without what was read from it,
        which may be what broke. What was owed there stays owed, and health tells of it."""
        self._crawler.stats.inc_value(f"tintuc/defects/{fetch.kind}")
        return self._write(
            replace(
                fetch,
                outcome=Outcome.INVALID,
                reason=f"a defect of tintuc: {type(error).__name__}: {error}; please report it",
                article=None,
                copy=None,
                found=(),
                article_id=None,
                rewritten=False,
            )
        )

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Ask the database something; where it can't answer, the run ends."""
        try:
            with explained(self.path):
                yield
        except DatabaseError as error:
            self.stop(error)

    def _broke(self, failure: Failure, response: object) -> None:
        """An answer could not be read because of a defect of ours, or of the database: it has an outcome,
        too."""
        error = failure.value
        ours = explain(error, self.path) if isinstance(error, sqlite3.Error) else error
        if isinstance(ours, DatabaseError):
            self.stop(ours)
        elif isinstance(response, Response) and response.request is not None:
            self._defect(fetch_of(response, response.request.meta["kind"]), error)

    def _item_broke(self, failure: Failure, item: object) -> None:
        """A step before the recording has a defect."""
        if isinstance(item, Fetch):
            self._defect(item, failure.value)

    def stop(self, error: TintucError | DatabaseError) -> None:
        """End the run because of an error, which is told once, at its end."""
        if self.failure is None:
            self.failure = error
            end_run(self._crawler, "failed")

    def abandon(self) -> None:
        """Close the record of a run that was stopped before it had begun."""
        if self.finish_reason is None:
            self._closed("shutdown")

    def _closed(self, reason: str) -> None:
        self.finish_reason = reason
        try:
            self._finish(reason)
        except DatabaseError as error:
            self.failure = self.failure or error
        finally:
            close_archive(self.archive, self._crawler.settings)
            self.database.close()
            self._lock.release()

    def _finish(self, reason: str) -> None:
        """Close the run's row, then judge it by what it now says."""
        self.recorder.close()
        stats = {name: value for name, value in self._crawler.stats.get_stats().items() if _is_plain(value)}
        runs.finish_run(
            self.database, self.run_id, finish_reason=reason, verdict=None, stats=stats, now=now()
        )
        self.verdict = judge(self.database, self._crawler.settings, self.path, run_id=self.run_id)
        history.set_verdict(self.database, self.run_id, str(self.verdict.level), self.verdict.alarms)


def _is_plain(value: object) -> bool:
    """Whether a statistic is a number or text, as JSON keeps them."""
    return isinstance(value, int | float | str)


def keeps_record(crawler: Crawler) -> bool:
    """Whether the spider of a run keeps a record; ``scrapy shell`` and others' spiders do not."""
    return bool(getattr(crawler.spider, "keeps_record", False))


def end_run(crawler: Crawler, reason: str) -> None:
    """End a run early, once; what is owed stays owed."""
    if not is_stopping(crawler):
        _schedule_coro(crawler.engine.close_spider_async(reason=reason))


def is_stopping(crawler: Crawler) -> bool:
    """Whether a run was told to stop, or ends by itself."""
    slot = crawler.engine._slot
    return slot is None or slot.closing is not None


def ledger_of(crawler: Crawler) -> LedgerExtension:
    """The ledger of a run under way."""
    ledger = crawler.get_extension(LedgerExtension)
    assert ledger is not None, "the ledger is opened before anything that asks for it"
    return ledger
