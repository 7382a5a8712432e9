"""What Scrapy logs of an item: nothing of its content, and our own errors without a traceback."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING, Any, Final

from scrapy.logformatter import LogFormatter as ScrapyLogFormatter

from pipelines.database.errors import DatabaseError, explain

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Request, Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure

_TOLD_ELSEWHERE: Final = (
    # Cut and oversized answers are in the ledger, with their URL and in our words.
    "scrapy.core.downloader.handlers.http11",
    "scrapy.downloadermiddlewares.httpcompression",
    # A certificate for another name is what health says of the certificate.
    "scrapy.core.downloader.tls",
)
"""Loggers whose warnings say what the ledger or health says."""


class LogFormatter(ScrapyLogFormatter):
    """An item is a whole page: its outcome is in the ledger, not in the log."""

    def __init__(self) -> None:
        # Not when this module is loaded: Scrapy sets its loggers back when it sets up the log.
        for name in _TOLD_ELSEWHERE:
            logging.getLogger(name).setLevel(logging.ERROR)

    def scraped(  # type: ignore[override]
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult | None:
        return None

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        """A database that can't be read ends the run, which says so in one line; the rest is a defect."""
        told = super().spider_error(failure, request, response, spider)
        error = failure.value
        if isinstance(explain(error, "") if isinstance(error, sqlite3.Error) else error, DatabaseError):
            told["level"] = logging.DEBUG
        return told

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """The URL says enough; the traceback follows it."""
        return {
            "level": logging.ERROR,
            "msg": "Error while recording %(url)s",
            "args": {"url": getattr(item, "url", item)},
        }

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Only what could not be recorded is dropped; the run then ends, and says why in one line."""
        return {
            "level": logging.DEBUG,
            "msg": "Not recorded: %(url)s: %(exception)s",
            "args": {"url": getattr(item, "url", item), "exception": exception},
        }
