"""What a server said of one address is not asked of another."""

from __future__ import annotations

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler

from crawler.middlewares.redirected import RedirectedMiddleware

OLD = "https://baotintuc.vn/thoi-su/bai-20260801090000001.htm"
NEW = "https://baotintuc.vn/bai-post700001.html"
CONDITIONS = {"If-None-Match": '"7"', "If-Modified-Since": "Sun, 15 Nov 2026 08:00:00 GMT", "X-Other": "1"}


def test_the_conditions_of_an_address_do_not_follow_its_redirect() -> None:
    request = Request(OLD, headers=CONDITIONS)
    RedirectedMiddleware().process_request(request)
    assert request.headers.get("If-None-Match") == b'"7"'
    moved = Response(OLD, status=301, headers={"Location": NEW})
    middleware = RedirectMiddleware.from_crawler(get_crawler())
    followed = middleware.process_response(request, moved)
    assert isinstance(followed, Request)
    RedirectedMiddleware().process_request(followed)
    assert set(followed.headers) == {b"X-Other"}
