"""Redirected requests: what a server said of one address is not asked of another.

``If-None-Match`` and ``If-Modified-Since`` are of the page at the address that was asked for. Sent on to
where it redirects, a 304 would say that *that* page has not changed, and the move would never be seen.
"""

from __future__ import annotations

from typing import Final

from scrapy.http import Request

_CONDITIONS: Final = ("If-None-Match", "If-Modified-Since")


class RedirectedMiddleware:
    """Takes the conditions off requests that follow a redirect."""

    def process_request(self, request: Request) -> None:
        """Let a request through, as a plain one where it follows a redirect."""
        if request.meta.get("redirect_urls"):
            for name in _CONDITIONS:
                request.headers.pop(name, None)
