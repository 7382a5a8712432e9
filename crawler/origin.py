"""The download handler: asks another origin for the site's pages where ``TINTUC_SITE`` says so.

The mapping lives here, under everything else, so that requests, robots.txt, scope and the
record all see canonical URLs only. It never changes what is stored.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from crawler import config
from crawler.fetching import RefusedError
from crawler.middlewares.budget import BudgetMiddleware
from crawler.middlewares.patience import PatienceMiddleware
from crawler.site.urls import HOSTS, ORIGIN

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response


LAST_WORDS: Final = 3.0
"""Seconds that a request under way has left once the run is told to stop: Ctrl-C ends a run within
seconds, also while a server drips."""

_TICK: Final = 0.5


class SiteDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own handler; the site's hosts are reached at ``TINTUC_SITE``."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._crawler_of_run = crawler
        self._origin = config.site_origin(crawler.settings)

    async def download_request(self, request: Request) -> Response:
        patience = self._crawler_of_run.get_downloader_middleware(PatienceMiddleware)
        if patience is None:
            return await self._from_site(request)
        await patience.wait_for(request)
        self._count()
        try:
            response = await self._from_site(request)
        except RefusedError:  # by us: says nothing of the site
            raise
        except Exception:
            patience.failed(request)
            raise
        patience.answered(request, response)
        return response

    def _count(self) -> None:
        """Count a request that goes out now.

        Raises:
            RefusedError: the run is stopping, or the day's budget is used up.
        """
        if self._is_stopping():
            raise RefusedError("the run was stopped")
        budget = self._crawler_of_run.get_downloader_middleware(BudgetMiddleware)
        if budget is not None:
            budget.spend()

    async def _from_site(self, request: Request) -> Response:
        if self._origin == ORIGIN:
            return await self._while_running(request)
        response = await self._while_running(request.replace(url=self._outward(request.url)))
        # Scrapy sets `response.request` to the request it asked about, which is the canonical one.
        return self._inward(response, request.url)

    async def _while_running(self, request: Request) -> Response:
        """Download, but not for longer than a run that was told to stop can wait.

        Raises:
            RefusedError: the run is stopping.
        """
        download = asyncio.ensure_future(super().download_request(request))
        left = LAST_WORDS
        while not (await asyncio.wait({download}, timeout=_TICK))[0]:
            left = left - _TICK if self._is_stopping() else LAST_WORDS
            if left <= 0:
                download.cancel()
                raise RefusedError("the run was stopped")
        return download.result()

    def _is_stopping(self) -> bool:
        slot = self._crawler_of_run.engine._slot
        return slot is not None and slot.closing is not None

    def _outward(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.hostname not in HOSTS:
            return url
        origin = urlsplit(self._origin)
        return urlunsplit((origin.scheme, origin.netloc, parts.path, parts.query, ""))

    def _inward(self, response: Response, url: str) -> Response:
        headers = response.headers.copy()
        location = headers.get("Location")
        if location and (location + b"/").startswith(self._origin.encode() + b"/"):
            headers["Location"] = ORIGIN.encode() + location[len(self._origin) :]
        return response.replace(url=url, headers=headers)
