"""A run with ``since`` takes what came from that day on, and hides nothing of the days before it from later runs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.replica import Replica
from tests.spiders.test_gaps import CMS, crawl, lists, publish, site, stored


def on(replica: Replica, days: int = 0) -> tuple[str, str]:
    """The argument for a run from so many days ago on."""
    return "-a", f"since={replica.now.date() - timedelta(days=days)}"


def pages(replica: Replica) -> list[str]:
    """The pages behind the first ones that were asked for."""
    return [path for path in lists(replica) if "/trang-" in path or "/api/" in path]


@pytest.mark.parametrize("cms", CMS)
def test_the_days_between_the_last_run_and_since_are_still_to_be_read(tmp_path: Path, cms: str) -> None:
    """After a pause of three days somebody fetches today at once; the schedule then goes on."""
    with site(tmp_path, cms, articles=40, sections=("thoi-su",), feed_size=15) as (week, replica):
        assert crawl(week) == 0
        new = publish(replica, 60, minutes=72)
        assert crawl(week, *on(replica)) == 0
        assert new - stored(week)
        replica.advance(timedelta(minutes=10))
        assert crawl(week) == 0
        assert new <= stored(week)
        replica.advance(timedelta(minutes=10))
        assert crawl(week) == 0
        assert lists(replica) == []  # and that is read for good


def test_a_run_of_the_schedule_that_takes_up_such_a_walk_reads_the_days_between_too(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=40, sections=("thoi-su",), feed_size=15) as (week, replica):
        assert crawl(week) == 0
        new = publish(replica, 60, minutes=72)
        crawl(week, *on(replica), CLOSESPIDER_PAGECOUNT=3)
        for _ in range(2):
            replica.advance(timedelta(minutes=10))
            assert crawl(week) == 0
        assert new <= stored(week)


def test_a_schedule_of_such_runs_alone_counts_as_reading(tmp_path: Path) -> None:
    """Each asks for yesterday: no day is left out, so that an ordinary run has nothing to make up for."""
    with site(tmp_path, "old", articles=40, sections=("thoi-su",), feed_size=30) as (week, replica):
        new: set[str] = set()
        for _ in range(8):
            assert crawl(week, *on(replica, days=1)) == 0
            new |= publish(replica, 12, minutes=50)
        assert crawl(week) == 0
        assert new <= stored(week)
        assert len(pages(replica)) <= 2


def test_the_first_run_counts_as_the_beginning_whatever_its_since(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=120, sections=("thoi-su",), span=10) as (week, replica):
        assert crawl(week, *on(replica, days=1)) == 0
        replica.advance(timedelta(minutes=10))
        new = {article.id for article in replica.publish(2)}
        assert crawl(week) == 0
        assert new <= stored(week)
        assert pages(replica) == []


def test_a_back_fill_that_leaves_days_out_is_taken_up_where_it_stopped(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=40, sections=("thoi-su",), feed_size=15) as (week, replica):
        assert crawl(week) == 0
        replica.advance(timedelta(days=4))
        new = publish(replica, 100, minutes=6)
        args = ("-a", "sections=thoi-su", *on(replica))
        crawl(week, *args, CLOSESPIDER_ITEMCOUNT=60)
        before = set(lists(replica))
        assert len(before) > 2
        replica.advance(timedelta(minutes=10))
        assert crawl(week, *args) == 0
        assert new <= stored(week)
        assert len(before & set(lists(replica))) <= 2  # the first page, and the one that was under way


def test_a_stored_article_that_is_looked_at_again_is_recorded_whatever_its_day(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=30, sections=("thoi-su",)) as (week, replica):
        assert crawl(week) == 0
        replica.advance(timedelta(hours=26))
        edited = replica.articles[:8]
        for article in edited:
            replica.edit(article.id, headline=f"Sửa: {article.headline}")
        week.command("crawl", "baotintuc", *on(replica))
        assert week.place.outcomes()["updated"] == 8
        assert "skipped" not in week.place.outcomes()
        replica.clear_log()
        week.command("crawl", "baotintuc", *on(replica))
        assert not [path for path in replica.hits if path in {article.path for article in edited}]
