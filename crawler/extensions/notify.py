"""Tells someone when the verdict on the runs changes, through apprise (e-mail, chat, SMS ...).

One message when something new is amiss, when it gets worse or better, none while it stays as it is. What a
receiver has taken is noted at the run; what it has not is tried again with the next run. A
receiver that is down never fails a run. Must never print an address: they hold passwords.
"""

from __future__ import annotations

import hashlib
import logging
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.errors import ArgumentError, TintucError
from crawler.extensions.ledger import LedgerExtension, ledger_of
from crawler.fetching import now
from crawler.health import OTHER_RUN, Level, Verdict, format_text, news
from pipelines.database import open_database, reporting
from pipelines.database.errors import DatabaseError

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from sqlite_utils import Database

logger = logging.getLogger(__name__)

_BETWEEN: Final = re.compile(r"[\s,]+(?=[A-Za-z][\w.+-]*:)")
_TYPES: Final = {Level.OK: "success", Level.WARN: "warning", Level.FAIL: "failure"}
_LEFT_OUT: Final = frozenset({OTHER_RUN})  # whoever asked for that has heard of it from the run itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What there is to tell: the verdict (None: there is none, and ``trouble`` says why) on a database."""

    verdict: Verdict | None
    trouble: str
    database: Path

    @property
    def level(self) -> Level:
        return Level.FAIL if self.verdict is None else self.verdict.level


class Teller:
    """Tells the addresses in ``TINTUC_NOTIFY`` what is news to each of them."""

    def __init__(self, addresses: list[str], least: Level):
        self._services = {_name(address): _service(address) for address in addresses}
        self._least = least

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self | None:
        """Whoever is to be told; None where nobody is.

        Raises:
            TintucError: apprise is not installed.
            ArgumentError: an address can't be used.
        """
        addresses = read_addresses(settings)
        return cls(addresses, _least(settings)) if addresses else None

    def tell(self, report: Report, before: reporting.Before) -> reporting.Told:
        """Tell each receiver what is news to it, once; gives what each has taken."""
        amiss = news.amiss(report.verdict, self._least, _LEFT_OUT)
        known = {}
        for name, service in self._services.items():
            told = (before.told or {}).get(name, {})
            is_due = self._is_due(report, before, told, amiss)
            if is_due and _send(service, *message(report, told, amiss, before)):
                known[name] = news.after_telling(amiss, now())
            elif not is_due and before.told is None:
                known[name] = news.after_telling(amiss, now())  # told before anybody noted it
            else:
                known[name] = news.after_silence(told, amiss, now())
        return known

    def _is_due(
        self, report: Report, before: reporting.Before, told: news.Told, amiss: dict[str, Level]
    ) -> bool:
        judged = report.verdict is not None
        if before.told is None or (not judged and before.is_unjudged):
            return is_change(before, report.level, judged=judged, least=self._least)
        return news.is_news(told, amiss)


class NotifyExtension:
    """Compares a run's verdict with what was told before, and tells the addresses in ``TINTUC_NOTIFY``."""

    def __init__(self, crawler: Crawler, teller: Teller):
        self._crawler = crawler
        self._teller = teller
        self._before = reporting.Before()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watch a run. Made before the ledger, so that a bad address stops a run that has not begun.

        Raises:
            NotConfigured: the spider keeps no record, or nobody is to be told.
            TintucError: apprise is not installed.
            ArgumentError: an address can't be used.
        """
        teller = Teller.from_settings(crawler.settings)
        if teller is None or not getattr(crawler.spider, "keeps_record", False):
            raise NotConfigured
        extension = cls(crawler, teller)
        crawler.signals.connect(extension._opened, signal=signals.spider_opened)
        crawler.signals.connect(extension._stopped, signal=signals.engine_stopped)
        return extension

    def _opened(self) -> None:
        ledger = ledger_of(self._crawler)
        with ledger.reading():
            self._before = reporting.before(ledger.database, ledger.run_id)

    def _stopped(self) -> None:
        """The run is over and judged, its database closed: tell what is news."""
        ledger = ledger_of(self._crawler)
        report = Report(
            verdict=ledger.verdict,
            trouble=f"run {ledger.run_id} could not be judged: {ledger.failure}",
            database=ledger.path,
        )
        try:
            db = open_database(ledger.path, create=False)
        except DatabaseError as error:
            self._teller.tell(report, self._before)
            logger.warning("what was told is not noted: %s", error)
            return
        try:
            self._tell(db, report, ledger)
        finally:
            db.close()

    def _tell(self, db: Database, report: Report, ledger: LedgerExtension) -> None:
        try:
            self._before = reporting.before(db, ledger.run_id)  # somebody may have told more meanwhile
        except DatabaseError as error:
            logger.warning("what was told before is not known: %s", error)
        told = self._teller.tell(report, self._before)
        try:
            reporting.set_told(db, ledger.run_id, told)
        except DatabaseError as error:
            logger.warning("what was told is not noted: %s", error)


def tell_of_site(teller: Teller, report: Report) -> None:
    """Tell what is news of the site as it stands, between two runs.

    Raises:
        DatabaseError: the database can't be read or written.
    """
    db = open_database(report.database, create=False)
    try:
        run_id, before = reporting.site_before(db)
        told = teller.tell(report, before)
        if run_id is not None:
            reporting.set_told(db, run_id, told)
    finally:
        db.close()


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


def _name(address: str) -> str:
    """What an address is noted by: it holds a password, so not itself."""
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def _send(service: Any, title: str, body: str, level: Level) -> bool:
    """Send one message; what can't be sent is said."""
    if service.notify(body=body, title=title, notify_type=_TYPES[level]):
        return True
    place = service.url(privacy=True).partition("?")[0]
    logger.warning("nobody was told at %s: the receiver did not take the message", place)
    return False


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


def message(
    report: Report, told: news.Told, amiss: dict[str, Level], before: reporting.Before
) -> tuple[str, str, Level]:
    """Title and text: the verdict, what needs attention first, where; and how bad it is."""
    host = socket.gethostname()
    was = news.level_told(told) if before.told is not None else before.verdict
    title = f"tintuc on {host}: {report.level}" + (f" (was {was})" if was else "")
    if (fresh := news.fresh(told, amiss)) and told:
        title += f", new: {', '.join(fresh)}"
    text = format_text(report.verdict) if report.verdict is not None else report.trouble
    return title, f"{text}\n\nhost: {host}\ndatabase: {report.database}", report.level
