"""Live progress of a crawl on a terminal: found, fetched, stored, rate, what it does now, what is owed.

On only where somebody watches: standard error is a terminal and the log does not scroll there. It
reads statistics and the database, and changes nothing.
"""

from __future__ import annotations

import logging
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.file_proxy import FileProxy
from rich.live import Live
from rich.text import Text
from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.extensions.ledger import ledger_of
from crawler.fetching import now
from crawler.items import Fetch
from crawler.site.urls import HANOI, ORIGIN
from crawler.terminal import is_watched
from pipelines.database import queries

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Request
    from scrapy.settings import BaseSettings

_TICK: Final = 0.25
"""Seconds between two looks: often enough to seem alive, too seldom to cost anything."""

_COUNT: Final = 20
"""Looks between two counts of the frontier: five seconds, since a count reads through all of it."""

_WINDOW: Final = 60.0
"""Seconds that the rate is taken over: as long as a polite crawl needs for some pages."""

_STORED: Final = ("new", "updated", "duplicate")


@dataclass(slots=True)
class Progress:
    """How far a run is, and how that reads.

    ``owed``: rows of the frontier. ``asking``: the URL last asked for. ``since``, ``until``: the
    days a back-fill goes over, ``day``: that of the article last stored.
    """

    started: float
    found: int = 0
    fetched: int = 0
    stored: int = 0
    owed: int = 0
    asking: str = ""
    since: date | None = None
    until: date | None = None
    day: date | None = None
    _past: deque[tuple[float, int]] = field(default_factory=deque)

    def tick(self, moment: float, stats: dict[str, Any]) -> None:
        """Take over Scrapy's statistics at a moment (seconds, monotonic)."""
        self.found = sum(
            value
            for name, value in stats.items()
            if name.startswith("tintuc/discovery/") and name.endswith("/new")
        )
        self.fetched = stats.get("response_received_count", 0)
        self.stored = sum(stats.get(f"tintuc/outcome/article/{outcome}", 0) for outcome in _STORED)
        self._past.append((moment, self.fetched))
        while self._past[0][0] < moment - _WINDOW:
            self._past.popleft()

    @property
    def rate(self) -> float:
        """Pages fetched a minute, over the last minute."""
        (first, before), (last, fetched) = self._past[0], self._past[-1]
        return 60 * (fetched - before) / (last - first) if last > first else 0.0

    @property
    def reached(self) -> str:
        """How far back a back-fill is, and where it goes; empty where there is none."""
        if self.since is None or self.until is None or self.day is None:
            return ""
        days = (self.until - self.since).days + 1
        share = min(max((self.until - self.day).days / days, 0), 1)
        return f"at {self.day}, back to {self.since} ({share:.0%})"

    def text(self, moment: float) -> Text:
        """Two lines: the numbers, and what it does now."""
        passed = timedelta(seconds=round(moment - self.started))
        numbers = f"{self.found:,} found · {self.fetched:,} fetched · {self.stored:,} stored"
        first = f"{numbers} · {self.rate:.0f}/min · {self.owed:,} owed · {passed}"
        second = " · ".join(filter(None, (self.reached, self.asking or "starting")))
        return Text(f"{first}\n{second}", overflow="ellipsis", no_wrap=True)


class ProgressExtension:
    """Draws a :class:`Progress` at the bottom of the terminal while a spider runs."""

    def __init__(self, crawler: Crawler, console: Console):
        self._crawler = crawler
        self._console = console
        self._progress = Progress(time.monotonic())
        self._live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False)
        self._ticks = 0
        self._clock = create_looping_call(self._tick)
        self._logs: list[logging.StreamHandler[Any]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watch a run.

        Raises:
            NotConfigured: the spider keeps no record, or nobody watches.
        """
        console = Console(stderr=True, highlight=False)
        watched = is_watched(console)
        if (
            not watched
            or _log_scrolls(crawler.settings)
            or not getattr(crawler.spider, "keeps_record", False)
        ):
            raise NotConfigured
        extension = cls(crawler, console)
        connect = crawler.signals.connect
        connect(extension._opened, signal=signals.spider_opened)
        connect(extension._asked, signal=signals.request_reached_downloader)
        connect(extension._stored, signal=signals.item_scraped)
        connect(extension._closed, signal=signals.spider_closed)
        return extension

    def _opened(self) -> None:
        arguments: Any = getattr(self._crawler.spider, "arguments", None)
        self._progress.since = arguments.since
        self._progress.until = arguments.until or now().astimezone(HANOI).date()
        self._redirect_log()
        self._live.start()
        self._clock.start(_TICK)

    def _redirect_log(self) -> None:
        """Warnings are printed above the moving lines, not through them."""
        proxy: Any = FileProxy(self._console, sys.stderr)
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(proxy)
                self._logs.append(handler)

    def _asked(self, request: Request) -> None:
        path = request.url.removeprefix(ORIGIN)
        self._progress.asking = f"{request.meta.get('kind', 'page')} {path}"

    def _stored(self, item: Fetch) -> None:
        article = item.article
        if article is not None and article.published_at is not None:
            self._progress.day = article.published_at.astimezone(HANOI).date()

    def _tick(self) -> None:
        if self._ticks % _COUNT == 0:
            ledger = ledger_of(self._crawler)
            with ledger.reading():
                self._progress.owed = queries.frontier_counts(ledger.database, now())["owed"]
        self._ticks += 1
        self._draw()

    def _draw(self) -> None:
        moment = time.monotonic()
        self._progress.tick(moment, self._crawler.stats.get_stats())
        self._live.update(self._progress.text(moment), refresh=True)

    def _closed(self) -> None:
        if self._clock.running:
            self._clock.stop()
        self._draw()
        self._live.stop()
        for handler in self._logs:
            handler.setStream(sys.stderr)


def _log_scrolls(settings: BaseSettings) -> bool:
    """Whether the log tells everything on the same terminal."""
    level = logging.getLevelNamesMapping().get(str(settings.get("LOG_LEVEL")).upper(), 0)
    return settings.getbool("LOG_ENABLED") and not settings.get("LOG_FILE") and level <= logging.INFO
