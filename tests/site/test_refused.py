"""What stands in the place of a feed, listing or sitemap is told apart from an empty one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.site.feeds import read_feed, read_feed_index
from crawler.site.listings import more_url, read_home, read_listing
from crawler.site.pages import Refused, Unreadable
from crawler.site.sitemaps import read_sitemap
from crawler.site.urls import ORIGIN
from tests.replica import Replica
from tests.replica.faults import ACCESS_DENIED, CHALLENGE, LOGIN_WALL, MAINTENANCE, SOFT_404

REFUSALS = {
    "a challenge page": CHALLENGE,
    "access denied": ACCESS_DENIED,
    "a maintenance page": MAINTENANCE,
    "a login page": LOGIN_WALL,
}
READERS: dict[str, Callable[[bytes], object]] = {
    "feed": read_feed,
    "feed index": read_feed_index,
    "home page": read_home,
    "sitemap": read_sitemap,
    "listing": lambda body: read_listing(body, f"{ORIGIN}/thoi-su-472ct0.htm"),
    "listing API": lambda body: read_listing(body, more_url(128, 2)),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("what", REFUSALS)
def test_a_page_that_stands_in_the_way_is_named(reader: str, what: str) -> None:
    with pytest.raises(Refused, match=what):
        READERS[reader](REFUSALS[what].encode())


@pytest.mark.parametrize("reader", ["home page", "listing"])
@pytest.mark.parametrize("body", [SOFT_404, "<html><body></body></html>", "Bad Gateway"])
def test_a_soft_404_or_nothing_is_no_empty_listing(reader: str, body: str) -> None:
    with pytest.raises(Unreadable) as caught:
        READERS[reader](body.encode())
    assert not isinstance(caught.value, Refused)


@pytest.mark.parametrize("target", ["/thoi-su-472ct0.htm", "/thoi-su/", "/Search.aspx?KeySearch=khong"])
def test_a_listing_without_articles_is_still_one(target: str) -> None:
    replica = Replica(seed=1, articles=0)
    answer = replica.page(target)
    assert answer.status == 200
    assert read_listing(answer.body, ORIGIN + target).cards == ()


def test_a_listing_that_speaks_of_maintenance_is_one() -> None:
    page = "<html><body><h1>Bảo trì cầu Long Biên</h1><a href='/bao-tri-cau-post1.html'>Bảo trì cầu</a></body></html>"
    assert len(read_listing(page.encode(), f"{ORIGIN}/thoi-su/").cards) == 1
