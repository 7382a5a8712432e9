"""The record of runs, and the questions asked of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from crawler.site.urls import article_id
from pipelines.database import crawling, queries, runs
from tests.pipelines.factory import NOON, Desk, article, failure, feed, fetch


def test_a_run_is_opened_and_closed(desk: Desk) -> None:
    run_id = runs.start_run(desk.db, "baotintuc", {"sections": "thời sự", "path": Path("a")}, NOON)
    row = desk.one("SELECT * FROM runs WHERE id = ?", run_id)
    assert json.loads(row["arguments"]) == {"sections": "thời sự", "path": "a"}
    assert (row["started_at"], row["finished_at"]) == ("2026-11-20T05:00:00Z", None)
    end = NOON + timedelta(minutes=3)
    runs.finish_run(desk.db, run_id, finish_reason="finished", verdict="ok", stats={"n": 1}, now=end)
    row = desk.one("SELECT * FROM runs WHERE id = ?", run_id)
    assert (row["finished_at"], row["finish_reason"], row["verdict"], row["stats"]) == (
        "2026-11-20T05:03:00Z",
        "finished",
        "ok",
        '{"n": 1}',
    )


def test_a_run_that_was_killed_stays_open(desk: Desk) -> None:
    assert desk.one("SELECT finished_at, verdict FROM runs") == {"finished_at": None, "verdict": None}


def test_a_runs_outcomes_are_counted_as_they_are_recorded(desk: Desk) -> None:
    for one in (article(1), article(2), fetch(article(1), hours=1), feed()):
        desk.record(one)
    assert queries.run_counts(desk.db, desk.run_id) == {
        "article": {"new": 2, "unchanged": 1},
        "feed": {"read": 1},
    }
    assert queries.run_counts(desk.db, 99) == {}


def test_when_a_feed_was_last_read(desk: Desk) -> None:
    desk.record(feed(hours=1))
    desk.record(feed(hours=2))
    assert queries.last_fetched(desk.db, "https://baotintuc.vn/thoi-su.rss") == NOON + timedelta(hours=2)
    assert queries.last_fetched(desk.db, "https://baotintuc.vn/khac.rss") is None


def test_a_list_answered_in_the_very_second_is_as_old_as_that(desk: Desk) -> None:
    desk.record(feed(hours=1))
    (url,) = urls = {"https://baotintuc.vn/thoi-su.rss"}
    assert crawling.answered_since(desk.db, [url], NOON + timedelta(minutes=59, seconds=59)) == urls
    assert crawling.answered_since(desk.db, [url], NOON + timedelta(hours=1)) == set()
    assert crawling.answered_since(desk.db, [url], NOON + timedelta(hours=1, milliseconds=900)) == set()


def test_what_was_read_by_a_clock_that_was_ahead_counts_for_nothing(desk: Desk) -> None:
    url = "https://baotintuc.vn/thoi-su.rss"
    desk.record(feed(hours=1))
    desk.record(feed(hours=24 * 365))
    now, day = NOON + timedelta(hours=30), NOON + timedelta(hours=6)
    assert crawling.answered_since(desk.db, [url], day, now) == set()
    assert queries.last_fetched(desk.db, url, now) == NOON + timedelta(hours=1)
    assert crawling.settled_at(desk.db, url, now) == NOON + timedelta(hours=1)
    runs.finish_run(
        desk.db, desk.run_id, finish_reason="finished", verdict=None, stats={}, now=NOON + timedelta(days=365)
    )
    assert crawling.settled_at(desk.db, url, now) == NOON + timedelta(hours=1)


def test_a_clock_that_is_minutes_ahead_is_no_matter(desk: Desk) -> None:
    url = "https://baotintuc.vn/thoi-su.rss"
    desk.record(feed(hours=1))
    now = NOON + timedelta(minutes=56)
    assert crawling.answered_since(desk.db, [url], NOON, now) == {url}
    assert queries.last_fetched(desk.db, url, now) == NOON + timedelta(hours=1)


def test_a_site_without_an_address_by_a_clock_that_was_ahead_is_asked_again(desk: Desk) -> None:
    gone = failure("https://baotintuc.vn/khac.rss", status=404, hours=24 * 365)
    desk.record(gone)
    assert crawling.gone_since(desk.db, [gone.url], NOON) == {gone.url}
    assert crawling.gone_since(desk.db, [gone.url], NOON, NOON + timedelta(days=1)) == set()


def test_nothing_owed_waits_for_longer_than_the_longest_wait(desk: Desk) -> None:
    url, ahead = article().url, NOON + timedelta(days=365)
    desk.record(feed(url))
    desk.record(failure(url, 503, hours=24 * 365))
    assert [row.url for row in crawling.owed(desk.db, NOON + timedelta(hours=1), 10)] == [url]
    assert queries.frontier_counts(desk.db, NOON + timedelta(hours=1))["due"] == 1
    assert crawling.put_off(desk.db, [url], NOON, article_id) == set()
    assert crawling.owed(desk.db, ahead, 10) == []
    assert crawling.put_off(desk.db, [url], ahead, article_id) == {url}


def test_rules_of_a_clock_that_was_ahead_do_not_hold(desk: Desk) -> None:
    crawling.keep_robots(desk.db, "baotintuc.vn", "User-agent: *", NOON + timedelta(days=365))
    since = NOON - timedelta(hours=24)
    assert crawling.kept_robots(desk.db, "baotintuc.vn", since, NOON) is None
    crawling.keep_robots(desk.db, "baotintuc.vn", "User-agent: *", NOON + timedelta(minutes=3))
    assert crawling.kept_robots(desk.db, "baotintuc.vn", since, NOON) == "User-agent: *"


def test_whether_anything_is_stored(desk: Desk) -> None:
    assert queries.is_empty(desk.db)
    desk.record(article())
    assert not queries.is_empty(desk.db)
    assert queries.stored_ids(desk.db, [article().id, "1"]) == {article().id}
