"""robots.txt, as RFC 9309 reads it: obeyed, recorded in the ledger, and never waved through.

4xx: there are no rules. 5xx or no answer: the rules are unknown, so the last good copy of up to
24 hours ago holds, and without one nothing is fetched from that host (Scrapy would parse the error
page and allow all); where it is the site's own, the run ends. A ``Crawl-delay`` lengthens our own
delay, never shortens it.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from protego import Protego
from scrapy.exceptions import NotConfigured
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.sitemap import sitemap_urls_from_robots

from crawler import config
from crawler.extensions.ledger import end_run, keeps_record, ledger_of
from crawler.fetching import RefusedError, fetch_of, fetch_of_error, now
from crawler.items import Fetch, FetchKind, Outcome
from crawler.site.urls import ORIGIN
from pipelines.database import crawling

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

COPY_HOLDS: Final = timedelta(hours=24)
"""How long the last good copy stands in for an answer (RFC 9309, section 2.4)."""

LONGEST_DELAY: Final = 60.0
"""Seconds between requests at most, whatever Crawl-delay says: more than that is a typing error."""


_BOM: Final = "\ufeff"


class DisallowedError(RefusedError):
    """The rules disallow it: it is owed for a while, in case they change, and then given up."""

    outcome = Outcome.BLOCKED


class UnknownRulesError(RefusedError):
    """The rules of a host could not be read: what is owed there is a failure, tried again like any other."""

    outcome = Outcome.HTTP_ERROR


class RobotsMiddleware:
    """Asks each host for its rules, once in some hours, and refuses what they disallow."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        hours = config.whole_number(crawler.settings, "TINTUC_ROBOTS_HOURS")
        self._fresh = timedelta(hours=hours)
        self._rules: dict[str, asyncio.Future[Protego | None]] = {}
        self.sitemaps: tuple[str, ...] = ()
        """The sitemaps that the rules read so far name."""

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
        """Let a request through.

        Raises:
            RefusedError: the rules disallow it, or are unknown.
        """
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self.rules_of(request)
        if rules is None:
            raise self._without_rules(urlsplit(request.url).netloc)
        if not rules.can_fetch(request.url, self._agent):
            self._crawler.stats.inc_value("tintuc/polite/disallowed")
            raise DisallowedError("disallowed by robots.txt")

    def _without_rules(self, host: str) -> RefusedError:
        """The error of a request whose host has no known rules. Only the site's own host ends the run:
        without the API's there are its articles, feeds and listings still."""
        self._crawler.stats.inc_value("tintuc/polite/rules_unknown")
        if host != urlsplit(ORIGIN).netloc:
            return UnknownRulesError(f"robots.txt of {host} could not be read, so nothing is fetched there")
        end_run(self._crawler, "robots")
        return RefusedError("robots.txt could not be read, so nothing is fetched")

    async def rules_of(self, request: Request) -> Protego | None:
        """The rules for a request's host, asked for once a run at most; None while they are unknown."""
        host = urlsplit(request.url).netloc
        if host not in self._rules:
            future = self._rules[host] = asyncio.get_running_loop().create_future()
            try:
                future.set_result(await self._ask(host))
            except BaseException as error:
                future.set_exception(error)  # whoever waits for the rules must not wait for ever
                future.exception()
                raise
        return await self._rules[host]

    async def _ask(self, host: str) -> Protego | None:
        fresh = self._kept(host, self._fresh)
        if fresh is not None:
            return self._read(host, fresh)
        url = f"https://{host}/robots.txt"
        request = Request(url, priority=1000, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # whatever it was, the rules are unknown: the ledger names it
            return self._unknown(host, fetch_of_error(error, request, FetchKind.ROBOTS))
        fetch = fetch_of(response, FetchKind.ROBOTS)
        if response.status < 300 and _text(response).lstrip().startswith("<"):
            fetch.outcome, fetch.reason = Outcome.BLOCKED, "an HTML page instead of rules"
            return self._unknown(host, fetch)
        if response.status >= 500 or 300 <= response.status < 400:
            fetch.outcome, fetch.reason = Outcome.HTTP_ERROR, f"status {response.status}"
            return self._unknown(host, fetch)
        return self._known(host, fetch, response)

    def _known(self, host: str, fetch: Fetch, response: Response) -> Protego:
        text = _text(response) if response.status < 300 else ""
        fetch.outcome = Outcome.READ
        fetch.reason = None if text else f"status {response.status}: no rules"
        ledger_of(self._crawler).record(fetch)
        crawling.keep_robots(ledger_of(self._crawler).database, host, text, fetch.fetched_at)
        return self._read(host, text)

    def _unknown(self, host: str, fetch: Fetch) -> Protego | None:
        ledger_of(self._crawler).record(fetch)
        kept = self._kept(host, COPY_HOLDS)
        if kept is None:
            logger.error("%s: robots.txt could not be read (%s); nothing is fetched", host, fetch.reason)
            return None
        logger.warning("%s: robots.txt could not be read (%s); its last copy holds", host, fetch.reason)
        return self._read(host, kept)

    def _kept(self, host: str, holds: timedelta) -> str | None:
        """The last good copy, if it is no older than that."""
        at = now()
        return crawling.kept_robots(ledger_of(self._crawler).database, host, at - holds, at)

    def _read(self, host: str, text: str) -> Protego:
        text = text.removeprefix(_BOM)  # one that was kept with it
        rules = Protego.parse(text)
        delay = rules.crawl_delay(self._agent)
        if delay:
            self._slow_down(host, float(delay))
        self.sitemaps += tuple(sitemap_urls_from_robots(text.encode(), f"https://{host}/"))
        return rules

    def _slow_down(self, host: str, delay: float) -> None:
        """Keep at least the site's own delay between requests, without the jitter below it."""
        delay = min(delay, LONGEST_DELAY)
        throttle = self._crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay)
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(host)
        if slot is not None and delay > slot.delay:
            slot.delay, slot.jitter = delay, 0.0
        # Scrapy forgets a slot after a quiet minute, and makes the next one by these.
        if delay > downloader._delay:
            downloader.per_slot_settings[host] = {"delay": delay, "jitter": 0.0}


def _text(response: Response) -> str:
    """The rules as text, without the mark of byte order that some editors put before the first of them."""
    return response.body.decode("utf-8-sig", "replace")
