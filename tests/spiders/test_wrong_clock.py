"""A run whose clock was ahead: those after it see what there is, and health tells of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.replica import Fault
from tests.spiders.test_gaps import crawl, publish, site, stored

YEAR = timedelta(days=365)
ONE: dict[str, tuple[str, ...]] = {"sections": ("thoi-su",)}


def test_a_run_a_year_ahead_blinds_none_of_those_after_it(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=40, feed_size=10, **ONE) as (week, replica):
        assert crawl(week) == 0
        (late,) = publish(replica, 1, minutes=10)
        path = next(article.path for article in replica.articles if article.id == late)
        replica.advance(YEAR)
        with replica.failing(path, Fault.status(503)):
            crawl(week)
        replica.advance(timedelta(hours=14) - YEAR)
        new = publish(replica, 30, minutes=1)  # more than the feed holds
        crawl(week)
        assert replica.hits["/"] == 1
        assert replica.hits["/robots.txt"] == 1
        assert new | {late} <= stored(week)
        assert "WARN clock: dated later than now: run 2;" in week.log.read_text()


def test_rules_that_came_after_a_run_a_year_ahead_are_obeyed(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=10, **ONE) as (week, replica):
        replica.advance(YEAR)
        crawl(week)
        replica.advance(timedelta(minutes=10) - YEAR)
        replica.fault("/robots.txt", Fault.disallow_all())
        crawl(week)
        assert set(replica.hits) == {"/robots.txt"}
