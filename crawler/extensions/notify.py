"""Tells someone when the verdict on the runs changes, through apprise (e-mail, chat, SMS ...).

One message when it gets worse or better, none while it stays as it is. A receiver that is down
never fails a run. Must never print an address: they hold passwords.
"""

from __future__ import annotations

import logging
import re
import socket
from typing import TYPE_CHECKING, Any, Final

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.errors import ArgumentError, TintucError
from crawler.extensions.ledger import LedgerExtension, ledger_of
from crawler.health import Level, format_text
from pipelines.database import reporting

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

_BETWEEN: Final = re.compile(r"[\s,]+(?=[A-Za-z][\w.+-]*:)")
_TYPES: Final = {Level.OK: "success", Level.WARN: "warning", Level.FAIL: "failure"}


class NotifyExtension:
    """Compares a run's verdict with the one before, and tells the addresses in ``TINTUC_NOTIFY``."""

    def __init__(self, crawler: Crawler, services: list[Any], least: Level):
        self._crawler = crawler
        self._services = services
        self._least = least
        self._before = reporting.Before()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watch a run. Made before the ledger, so that a bad address stops a run that has not begun.

        Raises:
            NotConfigured: the spider keeps no record, or nobody is to be told.
            TintucError: apprise is not installed.
            ArgumentError: an address can't be used.
        """
        addresses = read_addresses(crawler.settings)
        if not addresses or not getattr(crawler.spider, "keeps_record", False):
            raise NotConfigured
        extension = cls(crawler, [_service(address) for address in addresses], _least(crawler.settings))
        crawler.signals.connect(extension._opened, signal=signals.spider_opened)
        crawler.signals.connect(extension._stopped, signal=signals.engine_stopped)
        return extension

    def _opened(self) -> None:
        ledger = ledger_of(self._crawler)
        with ledger.reading():
            self._before = reporting.before(ledger.database, ledger.run_id)

    def _stopped(self) -> None:
        """The run is over and judged: tell what changed."""
        ledger = ledger_of(self._crawler)
        level = ledger.verdict.level if ledger.verdict else Level.FAIL
        if not is_change(self._before, level, judged=ledger.verdict is not None, least=self._least):
            return
        title, body = message(ledger, level, self._before.verdict)
        for service in self._services:
            if not service.notify(body=body, title=title, notify_type=_TYPES[level]):
                place = service.url(privacy=True).partition("?")[0]
                logger.warning("nobody was told at %s: the receiver did not take the message", place)


def read_addresses(settings: BaseSettings) -> list[str]:
    """The addresses in ``TINTUC_NOTIFY``, parted by commas or white space (URLs may hold commas)."""
    given = str(settings.get("TINTUC_NOTIFY") or "").strip(" ,\t\n")
    return [address.strip(" ,\t\n") for address in _BETWEEN.split(given)] if given else []


def _least(settings: BaseSettings) -> Level:
    given = str(settings.get("TINTUC_NOTIFY_FROM") or "")
    if given not in (Level.WARN, Level.FAIL):
        raise ArgumentError(f"TINTUC_NOTIFY_FROM must be WARN or FAIL: {given!r}")
    return Level(given)


def _service(address: str) -> Any:
    """What sends to one address.

    Raises:
        TintucError: apprise is not installed.
        ArgumentError: apprise can't use the address.
    """
    try:
        import apprise
    except ImportError:
        raise TintucError("TINTUC_NOTIFY needs apprise: pip install 'tintuc[notify]'") from None
    # Its lines hold addresses with their passwords; what matters of them is said here.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    service = apprise.Apprise.instantiate(address)
    if service is None:
        scheme = address.partition("://")[0] + "://..." if "://" in address else "an address without ://"
        raise ArgumentError(
            f"TINTUC_NOTIFY: apprise cannot use {scheme} (try it with: apprise -v -b test URL)"
        )
    return service


def is_change(before: reporting.Before, level: Level, *, judged: bool, least: Level) -> bool:
    """Whether there is something to tell: another verdict than before, as far as anyone asked.

    A verdict under ``least`` counts as OK, and so does what was before the first run. A run that
    could not even write its verdict is told once, not as long as the disk is full.
    """
    if not judged and before.is_unjudged:
        return False
    return _at_least(level, least) is not _at_least(Level(before.verdict or Level.OK), least)


def _at_least(level: Level, least: Level) -> Level:
    return level if level.badness >= least.badness else Level.OK


def message(ledger: LedgerExtension, level: Level, before: str | None) -> tuple[str, str]:
    """Title and text: the verdict, what needs attention first, where."""
    host = socket.gethostname()
    title = f"tintuc on {host}: {level}" + (f" (was {before})" if before else "")
    if ledger.verdict is not None:
        text = format_text(ledger.verdict)
    else:
        text = f"run {ledger.run_id} could not be judged: {ledger.failure}"
    return title, f"{text}\n\nhost: {host}\ndatabase: {ledger.path}"
