"""Patience: when the site asks us to wait, or stumbles, the whole host is left alone for a while.

``Retry-After`` (RFC 9110, section 10.2.3) is obeyed to the second, up to ``TINTUC_LONGEST_WAIT``;
where the site wants more than that, nothing more is asked of it until then, in later runs too, for
``LONGEST_LEAVE`` at most. Only a wait of the site's own host ends the run: without the API there are its
articles, feeds and listings still. A failure without ``Retry-After`` doubles the wait each time in a row.
After ``TINTUC_GIVE_UP_AFTER`` of them without a single answer between, from whatever host, or once they have
lasted for ``TINTUC_LONGEST_STORM``, the run ends: retries would make hours of a storm of errors.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scrapy.exceptions import NotConfigured
from scrapy.http import Request, Response

from crawler import config
from crawler.extensions.ledger import end_run, is_stopping, keeps_record, ledger_of
from crawler.fetching import RefusedError, now
from crawler.site.urls import ORIGIN
from pipelines.database import crawling

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_ASKS_TO_WAIT: Final = (429, 503)
_STUMBLES: Final = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_TICK: Final = 0.5
"""Seconds between two looks at whether the run was told to stop."""

LONGEST_BACKOFF: Final = 60.0
"""Seconds: after six failures in a row a host is asked once a minute, until it answers again."""

LONGEST_LEAVE: Final = timedelta(days=1)
"""For which the site is left alone at most, whatever it says: who asks for years has made a mistake, or
will say so again. One request a day is no burden, and without it the record would end in silence."""


class LeftAloneError(RefusedError):
    """A host other than the site's own asked to be left alone ``until`` a time."""

    def __init__(self, host: str, until: datetime):
        super().__init__(f"{host} asked to be left alone until {until:%Y-%m-%dT%H:%M:%SZ}")
        self.until = until


class PatienceMiddleware:
    """Holds requests to a host back while it is to be left alone."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._first_wait = config.number(crawler.settings, "TINTUC_BACKOFF")
        self._longest_wait = config.number(crawler.settings, "TINTUC_LONGEST_WAIT")
        self._most_failures = config.whole_number(crawler.settings, "TINTUC_GIVE_UP_AFTER")
        self._longest_storm = config.number(crawler.settings, "TINTUC_LONGEST_STORM")
        self._in_a_row = 0
        self._storm_began = 0.0
        self._until: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._left_alone: dict[str, datetime] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watch a run.

        Raises:
            NotConfigured: the spider keeps no record: a person looks at one page (``scrapy fetch``).
        """
        if not keeps_record(crawler):
            raise NotConfigured
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait until the host may be asked: :meth:`wait_for`."""
        await self.wait_for(request)

    # The rest is called by the download handler, right beside the wire: the next request of the queue is
    # taken up before an answer reaches the middlewares, and would go out although the answer said to wait.

    async def wait_for(self, request: Request) -> None:
        """Wait until the host may be asked.

        Raises:
            RefusedError: that is longer than a run waits, or the run stops meanwhile.
        """
        host = urlsplit(request.url).netloc
        until = self._left_alone_until(host)
        if until > now() and not _is_the_site(host):
            raise LeftAloneError(host, until)
        if until > now():
            end_run(self._crawler, "asked to wait")
            raise RefusedError(f"the site asked to be left alone until {until:%Y-%m-%dT%H:%M:%SZ}")
        while (pause := self._until.get(host, 0.0) - time.monotonic()) > 0:
            if is_stopping(self._crawler):
                raise RefusedError("the run was stopped")
            await asyncio.sleep(min(pause, _TICK))

    def answered(self, request: Request, response: Response) -> None:
        """Take note of an answer."""
        host = urlsplit(request.url).netloc
        asked = _asked_wait(response) if response.status in _ASKS_TO_WAIT else None
        if asked is None and response.status not in _STUMBLES:
            self._failures.pop(host, None)
            self._in_a_row = 0
            return
        self._count_failure(request)
        if asked is not None:
            self._obey(request, asked)
        else:
            self._back_off(host)

    def failed(self, request: Request) -> None:
        """Take note of a connection that failed."""
        self._count_failure(request)
        self._back_off(urlsplit(request.url).netloc)

    def _count_failure(self, request: Request) -> None:
        self._in_a_row += 1
        if self._in_a_row == 1:
            self._storm_began = time.monotonic()
        lasted = time.monotonic() - self._storm_began
        if self._is_too_much(lasted) and not is_stopping(self._crawler):
            request.meta["dont_retry"] = True  # else the end of the run would take it off without a trace
            logger.error(
                "%d failures in a row without one answer, over %d s; the run stops here",
                *(self._in_a_row, lasted),
            )
            end_run(self._crawler, "blocked")

    def _is_too_much(self, lasted: float) -> bool:
        if not self._most_failures:
            return False
        return self._in_a_row >= self._most_failures or lasted >= self._longest_storm > 0

    def _obey(self, request: Request, seconds: float) -> None:
        self._crawler.stats.inc_value("tintuc/polite/retry_after")
        host = urlsplit(request.url).netloc
        if seconds <= self._longest_wait:
            self._hold(host, seconds)
            return
        longest = LONGEST_LEAVE.total_seconds()
        until = now() + timedelta(seconds=min(seconds, longest))
        more = ": it asked for longer, and is asked again then" if seconds > longest else ""
        logger.warning("%s is left alone until %s%s", host, f"{until:%Y-%m-%d %H:%M:%SZ}", more)
        self._left_alone[host] = until
        if not _is_the_site(host):
            request.meta["dont_retry"] = True  # else the ledger would have only that it was not asked again
        crawling.leave_alone(ledger_of(self._crawler).database, host, until)

    def _left_alone_until(self, host: str) -> datetime:
        if host not in self._left_alone:
            known = crawling.left_alone_until(ledger_of(self._crawler).database, host)
            if known and known > now() + LONGEST_LEAVE:
                known = None  # put down before there was a limit
            self._left_alone[host] = known or datetime.min.replace(tzinfo=UTC)
            if known and known > now():
                logger.warning("%s asked to be left alone until %s", host, f"{known:%Y-%m-%d %H:%M:%SZ}")
        return self._left_alone[host]

    def _back_off(self, host: str) -> None:
        failures = self._failures[host] = self._failures.get(host, 0) + 1
        self._hold(host, min(self._first_wait * 2 ** (min(failures, 20) - 1), LONGEST_BACKOFF))

    def _hold(self, host: str, seconds: float) -> None:
        if seconds > 0:
            held = self._crawler.stats.get_value("tintuc/polite/seconds_held", 0.0)
            self._crawler.stats.set_value("tintuc/polite/seconds_held", held + seconds)
            self._until[host] = max(self._until.get(host, 0.0), time.monotonic() + seconds)


def _is_the_site(host: str) -> bool:
    return host == urlsplit(ORIGIN).netloc


def _asked_wait(response: Response) -> float | None:
    """Seconds that ``Retry-After`` asks for, as a number or a date; None without a readable one."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now()).total_seconds())
