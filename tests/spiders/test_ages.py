"""How old the articles of a list are: what is believed of what it says, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from crawler import settings as ours
from crawler.fetching import now
from crawler.site.feeds import Entry, Feed
from crawler.site.urls import HANOI, ORIGIN
from crawler.spiders.arguments import Arguments
from crawler.spiders.discovery import Discovery
from pipelines.database import open_database

DEFAULTS = {name: value for name, value in vars(ours).items() if name.startswith("TINTUC_")}
TODAY = now().astimezone(HANOI)
LONG_AGO = TODAY - timedelta(days=400)
HOME_FEED = f"{ORIGIN}/rss/home.rss"


def old(moment: datetime, name: str = "tin") -> str:
    """The address of an article of the old CMS, made at a moment."""
    return f"{ORIGIN}/thoi-su/{name}-{moment:%Y%m%d%H%M%S}000.htm"


def post(number: int) -> str:
    """The address of an article of the new CMS, which tells no time."""
    return f"{ORIGIN}/tin-post{number}.html"


@pytest.fixture
def discovery(tmp_path: Path) -> Iterator[Discovery]:
    """What an ordinary run looks for, the first one on its database."""
    database = open_database(tmp_path / "baotintuc.db", create=True)
    crawler = get_crawler(settings_dict=DEFAULTS)
    yield Discovery(Arguments(), database, crawler.settings, crawler.stats)
    database.close()


def found_in(discovery: Discovery, *entries: tuple[str, datetime | None]) -> list[str]:
    """The articles that are taken of a feed with these dates."""
    told = tuple(Entry(url=url, published_at=at) for url, at in entries)
    found = discovery.in_feed(HOME_FEED, Feed(title="Trang chủ", link=ORIGIN + "/", entries=told))
    return [link.url for link in found if "-post" in link.url or "/thoi-su/" in link.url]


def test_the_time_in_an_id_comes_before_an_old_date_of_the_feed(discovery: Discovery) -> None:
    url = old(TODAY)
    (link, *_) = discovery.in_feed(
        HOME_FEED, Feed(title=None, link=None, entries=(Entry(url=url, published_at=LONG_AGO),))
    )
    assert link.url == url
    assert link.published_at == TODAY.replace(microsecond=0)


def test_an_article_that_was_published_long_after_it_was_created_is_taken(discovery: Discovery) -> None:
    url = old(LONG_AGO)
    assert found_in(discovery, (url, TODAY)) == [url]


def test_what_is_old_by_all_that_is_told_is_left(discovery: Discovery) -> None:
    assert found_in(discovery, (old(LONG_AGO), LONG_AGO), (post(1), LONG_AGO), (old(LONG_AGO), None)) == []


@pytest.mark.parametrize(
    "at", [None, datetime(1970, 1, 1, 7, tzinfo=HANOI), datetime(1900, 1, 1, tzinfo=HANOI)], ids=str
)
def test_a_date_before_the_site_existed_tells_no_age(discovery: Discovery, at: datetime | None) -> None:
    assert found_in(discovery, (post(1), at)) == [post(1)]


def test_one_second_for_all_articles_is_a_date_of_none(discovery: Discovery) -> None:
    posts = [post(number) for number in range(3)]
    assert found_in(discovery, *((url, LONG_AGO) for url in posts)) == posts
    apart = [(url, LONG_AGO + timedelta(seconds=number)) for number, url in enumerate(posts)]
    assert found_in(discovery, *apart) == []
    assert found_in(discovery, *apart[:1], *apart[:1]) == []


@pytest.mark.parametrize(("name", "warnings"), [("home.rss", 1), ("anh-360-617.rss", 0)])
def test_a_feed_of_everything_that_is_all_old_is_odd(discovery: Discovery, name: str, warnings: int) -> None:
    """A wrong clock of the site may date what is new to last year; a small section's feed is often old."""
    feed = Feed(title=None, link=None, entries=(Entry(url=post(1), published_at=LONG_AGO),))
    found = discovery.in_feed(f"{ORIGIN}/rss/{name}", feed)
    assert found == ()
    odd = discovery.odd_feed(f"{ORIGIN}/rss/{name}", feed, found)
    assert len(odd) == warnings
    assert all(text.startswith("all of its 1 articles are older than ") for text in odd)
