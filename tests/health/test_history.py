"""What health reads from the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.health import Level, Thresholds, evaluate
from crawler.items import FetchKind, Outcome, Source
from crawler.site.urls import article_id
from pipelines.database import history, open_database, runs
from pipelines.database.history import FIELDS, Layer, load, set_verdict
from pipelines.recorder import Recorder
from tests.pipelines.factory import NOON, article, copy_of, failure, feed, fetch

HOUR = timedelta(hours=1)
STATS = {
    "tintuc/discovery/feed/pages": 23,
    "tintuc/discovery/feed/links": 600,
    "tintuc/discovery/feed/new": 3,
    "tintuc/discovery/listing/pages": 2,
    "tintuc/discovery/feed_index/links": 23,
    "tintuc/discovery/home/sections": 20,
    "downloader/request_count": 99,
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "baotintuc.db", create=True)
    yield database
    database.close()


def crawl(db: Database, at: datetime, *fetches: Any, spider: str = "baotintuc", **given: Any) -> int:
    """A run that recorded these fetches and ended."""
    run_id = runs.start_run(db, spider, given.pop("arguments", {}), at)
    with Recorder(db, run_id, identify=article_id, clock=lambda: at) as recorder:
        for one in fetches:
            recorder.record(one)
    how = {"finish_reason": "finished", "verdict": None, "stats": STATS, "now": at + HOUR / 2, **given}
    runs.finish_run(db, run_id, **how)
    return run_id


def test_a_database_without_runs(db: Database) -> None:
    found = load(db, NOON)
    assert found.run is None
    assert found.is_empty
    assert evaluate(found, Thresholds(), NOON).level is Level.FAIL


def test_the_latest_run_is_judged_and_the_others_are_its_past(db: Database) -> None:
    first = crawl(db, NOON - 2 * HOUR, fetch(article(1)), verdict="OK")
    crawl(db, NOON - 1.5 * HOUR, spider="ingest")
    second = crawl(
        db, NOON - HOUR, fetch(article(2)), fetch(article(3)), failure("https://baotintuc.vn/x.htm"), feed(),
        arguments={"sections": "", "recheck": "0"},
    )  # fmt: skip
    found = load(db, NOON)
    run = found.run
    assert run
    assert (run.id, [one.id for one in found.earlier]) == (second, [first])
    assert (run.started_at, run.finished_at) == (NOON - HOUR, NOON - HOUR / 2)
    assert (run.finish_reason, run.verdict, found.earlier[0].verdict) == ("finished", None, "OK")
    assert run.is_whole_site
    assert (run.new_articles, run.of("article", "http_error"), run.of("feed", "read")) == (2, 1, 1)
    assert run.layers == {"feed": Layer(pages=23, links=600, new=3), "listing": Layer(pages=2)}
    assert run.tls_verified is None
    assert load(db, NOON, run_id=first).run == found.earlier[0]
    assert load(db, NOON, run_id=first).earlier == ()


@pytest.mark.parametrize("name", ["sections", "since", "until", "url", "urls"])
def test_a_run_that_was_asked_for_something_is_not_of_the_whole_site(db: Database, name: str) -> None:
    crawl(db, NOON, arguments={name: "x"})
    run = load(db, NOON).run
    assert run
    assert not run.is_whole_site


def test_what_was_asked_for_and_has_no_page_is_told_by_name(db: Database) -> None:
    crawl(db, NOON, stats=STATS | {"tintuc/unanswered/tag a/b": 1, "tintuc/unanswered/section anh": 1})
    run = load(db, NOON).run
    assert run
    assert run.unanswered == ("section anh", "tag a/b")


def test_listings_that_were_left_are_told_with_the_reason(db: Database) -> None:
    crawl(db, NOON, stats=STATS | {"tintuc/left/tag/a": "more pages than a listing has"})
    run = load(db, NOON).run
    assert run
    assert run.left == {"tag/a": "more pages than a listing has"}


def test_answers_that_a_defect_made_nothing_of_are_told_by_kind(db: Database) -> None:
    crawl(db, NOON, stats=STATS | {"tintuc/defects/feed": 2, "tintuc/defects/article": 1})
    run = load(db, NOON).run
    assert run
    assert run.defects == {"feed": 2, "article": 1}


def test_runs_that_are_dated_later_than_now_are_named(db: Database) -> None:
    crawl(db, NOON - 3 * HOUR)
    ahead = crawl(db, NOON + timedelta(days=365))
    jumped = crawl(db, NOON - 2 * HOUR, now=NOON + timedelta(days=1))
    last = crawl(db, NOON - HOUR)
    crawl(db, NOON - HOUR / 2, now=NOON + timedelta(minutes=4))
    found = load(db, NOON, run_id=last)
    assert found.ahead == (ahead, jumped)
    assert load(db, NOON + timedelta(days=366)).ahead == ()


def test_where_all_runs_are_dated_later_than_now_they_are_named(db: Database) -> None:
    ahead = crawl(db, NOON + timedelta(days=365))
    assert load(db, NOON).ahead == (ahead,)


def test_pages_of_a_back_fill_that_were_not_read_are_told_by_place(db: Database) -> None:
    crawl(db, NOON, stats=STATS | {"tintuc/owed/tag/a": 1, "tintuc/owed/thoi-su": 2})
    run = load(db, NOON).run
    assert run
    assert run.owed == {"tag/a": 1, "thoi-su": 2}


def test_the_last_run_counts_however_long_ago(db: Database) -> None:
    crawl(db, NOON - timedelta(days=400))
    last = crawl(db, NOON - timedelta(days=300))
    found = load(db, NOON)
    assert found.run
    assert (found.run.id, found.earlier) == (last, ())


def test_a_run_under_way_has_no_end(db: Database) -> None:
    runs.start_run(db, "baotintuc", {}, NOON)
    run = load(db, NOON).run
    assert run
    assert (run.finished_at, run.finish_reason, run.layers) == (None, None, {})


@pytest.mark.parametrize("verified", [True, False])
def test_whether_the_certificate_verified(db: Database, verified: bool) -> None:
    crawl(db, NOON, stats={"tintuc/tls/verified": int(verified)})
    run = load(db, NOON).run
    assert run
    assert run.tls_verified is verified
    assert (run.tls_handshake, run.disallowed) == (None, 0)


def test_what_stood_in_the_way_is_told(db: Database) -> None:
    crawl(db, NOON, stats={"tintuc/tls/handshake": "no shared cipher", "tintuc/polite/disallowed": 7})
    run = load(db, NOON).run
    assert run
    assert (run.tls_handshake, run.disallowed) == ("no shared cipher", 7)


def test_readings_count_each_field(db: Database) -> None:
    whole = article(1, sources={"body": Source.TEMPLATE, "lead": Source.METADATA})
    bare = article(
        2, lead=None, byline=None, published_at=None, section=None, photos=(), contributors=(), tags=()
    )
    crawl(
        db,
        NOON,
        fetch(whole),
        fetch(bare),
        fetch(article(3, template="generic", sources={})),
        fetch(copy_of(4)),
    )
    template, generic = load(db, NOON).ours
    assert (template.kind, template.template, template.articles) == ("text", "2021", 2)
    assert dict(template.present) == dict.fromkeys(FIELDS, 1) | {"body": 2}
    assert template.by_template == {"body": 2, "headline": 1}
    assert (generic.template, generic.articles, generic.by_template) == ("generic", 1, {})


def test_readings_are_the_same_however_many_are_counted_at_a_time(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [article(n, lead=None if n % 3 else "Mở đầu của bài.") for n in range(1, 8)]
    pages += [article(n, template="generic", sources={}) for n in (8, 9)]
    crawl(db, NOON, *map(fetch, pages))
    at_once = load(db, NOON).ours
    assert [one.articles for one in at_once] == [7, 2]
    monkeypatch.setattr(history, "_AT_ONCE", 2)
    assert load(db, NOON).ours == at_once


def test_the_newest_and_the_usual_do_not_overlap(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "NEWEST", 2)
    monkeypatch.setattr(history, "USUAL", 3)
    crawl(db, NOON, *(fetch(article(n)) for n in range(1, 8)))
    crawl(db, NOON + HOUR, fetch(article(8, template="2026")), fetch(article(7), hours=1))
    found = load(db, NOON + HOUR)
    assert [(one.template, one.articles) for one in found.newest] == [("2021", 1), ("2026", 1)]
    assert [(one.template, one.articles) for one in found.usual] == [("2021", 3)]
    assert [(one.template, one.articles) for one in found.ours] == [("2026", 1)]


def test_the_verdict_is_put_down(db: Database) -> None:
    run_id = crawl(db, NOON)
    set_verdict(db, run_id, "WARN")
    run = load(db, NOON).run
    assert run
    assert run.verdict == "WARN"


def test_a_real_first_run_is_well_and_one_that_found_nothing_is_not(db: Database) -> None:
    crawl(db, NOON - HOUR, *(fetch(article(n)) for n in range(1, 13)), feed())
    assert evaluate(load(db, NOON), Thresholds(), NOON).attention == ()
    nothing = fetch(None, kind=FetchKind.FEED, url="https://baotintuc.vn/thoi-su.rss", outcome=Outcome.READ)
    crawl(db, NOON, nothing, stats={"tintuc/discovery/feed/pages": 1})
    verdict = evaluate(load(db, NOON + HOUR), Thresholds(), NOON + HOUR)
    assert [check.name for check in verdict.attention if check.level is Level.FAIL] == ["found"]


def test_no_table_is_read_through(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that health costs the same after ten years."""
    crawl(db, NOON, fetch(article(1)), feed())
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    load(db, NOON)
    db.conn.set_trace_callback(None)
    plans = [
        step[3]
        for sql in asked
        if sql.lstrip().startswith("SELECT")
        for step in db.conn.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    ]
    assert len(asked) >= 8
    scans = {plan for plan in plans if plan.startswith("SCAN") and "VIRTUAL TABLE" not in plan}
    # A scan by key that ends at its LIMIT; runs are searched by id, newest first, and left early.
    assert scans == {"SCAN articles"}
