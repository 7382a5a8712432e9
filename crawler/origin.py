"""The download handler: asks another origin for the site's pages where ``TINTUC_SITE`` says so.

The mapping lives here, under everything else, so that requests, robots.txt, scope and the
record all see canonical URLs only. It never changes what is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from crawler import config
from crawler.site.urls import HOSTS, ORIGIN

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response


class SiteDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own handler; the site's hosts are reached at ``TINTUC_SITE``."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._origin = config.site_origin(crawler.settings)

    async def download_request(self, request: Request) -> Response:
        if self._origin == ORIGIN:
            return await super().download_request(request)
        response = await super().download_request(request.replace(url=self._outward(request.url)))
        # Scrapy sets `response.request` to the request it asked about, which is the canonical one.
        return self._inward(response, request.url)

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
