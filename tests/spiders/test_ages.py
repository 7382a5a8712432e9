"""How old the articles of a list are: what is believed of what it says, and what is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from crawler import settings as ours
from crawler.fetching import now
from crawler.site.feeds import Entry, Feed
from crawler.site.sitemaps import Sitemap, SitemapUrl
from crawler.site.urls import HANOI, ORIGIN
from crawler.spiders.ages import MOST_A_DAY
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


@contextmanager
def looking(folder: Path, arguments: Arguments) -> Iterator[Discovery]:
    """What the first run on a database looks for."""
    database = open_database(folder / "baotintuc.db", create=True)
    crawler = get_crawler(settings_dict=DEFAULTS)
    yield Discovery(arguments, database, crawler.settings, crawler.stats)
    database.close()


@pytest.fixture
def discovery(tmp_path: Path) -> Iterator[Discovery]:
    """An ordinary run."""
    with looking(tmp_path, Arguments()) as discovery:
        yield discovery


@pytest.fixture
def back_fill(tmp_path: Path) -> Iterator[Discovery]:
    """A run over the last two months."""
    with looking(tmp_path, Arguments(since=TODAY.date() - timedelta(days=60))) as discovery:
        yield discovery


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


# --- sitemaps ------------------------------------------------------------------------------


def listed(discovery: Discovery, *urls: tuple[str, datetime | None]) -> tuple[list[str], tuple[str, ...]]:
    """The articles that are taken of a sitemap with these ``lastmod``, and what is odd about it."""
    articles = tuple(SitemapUrl(url=url, modified_at=at) for url, at in urls)
    found, odd = discovery.in_sitemap(f"{ORIGIN}/sitemap.xml", Sitemap(sitemaps=(), articles=articles))
    return [link.url for link in found], odd


def dated(at: datetime | None, numbers: Iterable[int]) -> list[tuple[str, datetime | None]]:
    return [(post(number), at) for number in numbers]


def test_the_time_in_an_id_comes_before_a_lastmod(discovery: Discovery) -> None:
    new, edited = old(TODAY), old(LONG_AGO)
    assert listed(discovery, (edited, TODAY), (new, LONG_AGO)) == ([new], ())
    assert listed(discovery, (edited, None), (new, None)) == ([new], ())


def test_a_sitemap_that_dates_all_its_posts_to_today_does_not_lead_to_the_beginning_of_the_site(
    discovery: Discovery,
) -> None:
    found, odd = listed(discovery, *dated(TODAY, range(3 * MOST_A_DAY)), *dated(LONG_AGO, range(9000, 9999)))
    assert set(found) == {post(number) for number in range(2 * MOST_A_DAY, 3 * MOST_A_DAY)}
    assert len(odd) == 1
    assert odd[0].startswith(
        f"1500 articles are dated {TODAY:%Y-%m-%d}, more than a day brings: the 500 with"
    )


def test_a_busy_day_is_taken_whole_and_so_are_days_that_follow_each_other(discovery: Discovery) -> None:
    days = [(TODAY - timedelta(days=day), range(day * 1000, day * 1000 + MOST_A_DAY)) for day in (0, 1)]
    found, odd = listed(discovery, *(url for at, numbers in days for url in dated(at, numbers)))
    assert (len(found), odd) == (2 * MOST_A_DAY, ())


def test_a_back_fill_takes_what_it_may_want_however_a_sitemap_dates_it(back_fill: Discovery) -> None:
    found, odd = listed(back_fill, *dated(TODAY, range(3 * MOST_A_DAY)), *dated(None, [9000]))
    assert (len(found), odd) == (3 * MOST_A_DAY + 1, ())
    assert listed(back_fill, (old(LONG_AGO), TODAY), (post(1), LONG_AGO)) == ([], ())
