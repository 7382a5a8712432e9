"""Scope: nothing but the site's own hosts is ever asked, whatever a page or redirect says."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from scrapy.http import Request

from crawler.fetching import RefusedError
from crawler.site.urls import HOSTS


class ScopeMiddleware:
    """Refuses requests to other hosts; those come from redirects only, since links are read first."""

    def process_request(self, request: Request) -> None:
        """Let a request through.

        Raises:
            RefusedError: it leaves the site.
        """
        parts = urlsplit(request.url)
        ours = parts.scheme in ("http", "https") and parts.hostname in HOSTS
        if ours and parts.port in (None, 80, 443):
            return
        where = "a private address" if _is_private(parts.hostname or "") else "another site"
        raise RefusedError(f"redirected to {where}: {request.url}")


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
