"""A feed's gap is closed from its listing, whatever else the run has found of it meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.replica import Fault, Replica
from tests.replica.web import Answer, Request
from tests.torture.week import START, Week

CMS: dict[str, dict[str, Any]] = {
    "old": {"cms": "old", "templates": ("2021",)},
    "new": {"cms": "new", "templates": ("2026",)},
}


@contextmanager
def site(folder: Path, cms: str, span: int = 1, **given: Any) -> Iterator[tuple[Week, Replica]]:
    """A site without sitemaps, with articles of ``span`` days, and runs at its own present."""
    with Replica(seed=58, days=span, kinds=("text",), now=START, **CMS[cms], **given) as replica:
        replica.fault("/sitemap*", Fault.status(404))
        week = Week(folder, replica, seed=3)
        with week.running():
            yield week, replica


def crawl(week: Week, *args: str, **settings: int) -> int:
    """One run; gives its exit code. The log of requests is of this run alone."""
    week.replica.clear_log()
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    return int(week.command("crawl", "baotintuc", "-a", "recheck=0", *args, *options)["code"])


def publish(replica: Replica, count: int, minutes: float) -> set[str]:
    """So many articles, one after another."""
    new = set()
    for _ in range(count):
        replica.advance(timedelta(minutes=minutes))
        new |= {article.id for article in replica.publish(1)}
    return new


def stored(week: Week) -> set[str]:
    """The ids of what is stored."""
    return {row["id"] for row in week.place.rows("SELECT id FROM articles")}


def lists(replica: Replica) -> list[str]:
    """The listing pages that were asked for."""
    return [path for path in replica.hits if "ct0" in path or "/api/" in path or path == "/thoi-su/"]


@pytest.mark.parametrize(("cms", "feed"), [("old", 24), ("old", 50), ("new", 24)])
def test_a_gap_is_closed_although_the_feed_holds_all_of_the_listings_first_page(
    tmp_path: Path, cms: str, feed: int
) -> None:
    """The feed's entries are known by the time the listing is read: they are not what ends its walk."""
    with site(tmp_path, cms, articles=40, sections=("thoi-su",), feed_size=feed) as (week, replica):
        assert crawl(week) == 0
        new = publish(replica, 80, minutes=3)
        assert crawl(week) == 0
        assert new <= stored(week)
        replica.advance(timedelta(minutes=10))
        assert crawl(week) == 0
        assert lists(replica) == []  # nothing is new: the gap is closed for good


def with_the_latest_last(request: Request, plain: Any, _options: object) -> Answer:
    """The index of feeds with the feed of the whole site at its end, so that it is read first."""
    answer: Answer = plain(request)
    body = answer.body.replace(b"/tin-moi-nhat.rss", b"/khac.htm")
    return replace(answer, body=body.replace(b"</body>", b'<a href="/tin-moi-nhat.rss">Tin</a></body>'))


@pytest.mark.parametrize("order", ["first", "last"])
def test_a_gap_is_seen_whichever_feed_is_read_first(tmp_path: Path, order: str) -> None:
    with site(tmp_path, "old", articles=40, sections=("thoi-su", "kinh-te"), feed_size=12) as (week, replica):
        if order == "last":
            replica.fault("/rss.htm", Fault("the latest last", with_the_latest_last))
        assert crawl(week) == 0
        new = publish(replica, 60, minutes=1)
        assert crawl(week) == 0
        assert new <= stored(week)


def test_a_feed_that_joins_what_was_known_has_no_gap(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=40, sections=("thoi-su",), feed_size=20) as (week, replica):
        assert crawl(week) == 0
        new = publish(replica, 15, minutes=1)
        assert crawl(week) == 0
        assert new <= stored(week)
        assert lists(replica) == []


@pytest.mark.parametrize("cms", CMS)
def test_a_walk_goes_on_to_its_end_although_the_listing_has_moved_by_two_pages(
    tmp_path: Path, cms: str
) -> None:
    behind = "*trang-*" if cms == "old" else "/api/*"
    with site(tmp_path, cms, articles=30, sections=("thoi-su",), feed_size=15) as (week, replica):
        assert crawl(week) == 0
        new = publish(replica, 120, minutes=2)
        crawl(week, CLOSESPIDER_ITEMCOUNT=50)
        assert new - stored(week)
        with replica.failing(behind, Fault.status(500)):
            for _ in range(3):
                new |= publish(replica, 15, minutes=2)
                crawl(week)
        for _ in range(2):
            replica.advance(timedelta(hours=7))
            crawl(week)
        assert new <= stored(week)


def without_times(request: Request, plain: Any, _options: object) -> Answer:
    """A listing whose cards tell no age."""
    answer: Answer = plain(request)
    body = re.sub(rb'"date": ?\d+', b'"date": 0', answer.body)
    return replace(answer, body=re.sub(rb'<time[^>]*datetime="[^"]*"[^>]*>', b"<time>", body))


def test_a_walk_over_cards_without_an_age_is_taken_up_too(tmp_path: Path) -> None:
    """What came meanwhile is known through the feeds; nothing but that tells it from what was known before."""
    with site(tmp_path, "new", articles=30, sections=("thoi-su",), feed_size=15) as (week, replica):
        replica.fault(re.compile(r"/api/.*|/thoi-su/"), Fault("without times", without_times))
        assert crawl(week) == 0
        new = publish(replica, 120, minutes=2)
        crawl(week, CLOSESPIDER_ITEMCOUNT=50)
        assert new - stored(week)
        behind = {a.id for a in replica.articles} - stored(week)
        new |= publish(replica, 12, minutes=1)
        crawl(week)
        replica.advance(timedelta(minutes=10))
        crawl(week)
        assert behind <= stored(week)
        assert new <= stored(week)
