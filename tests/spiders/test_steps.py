"""A walk that leads nowhere is left; one that leads to articles goes on, whatever it passes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.items import Fetch, FetchKind, Outcome
from crawler.site.urls import article_id
from crawler.spiders.steps import UNDER_WAY, Steps
from pipelines.database import crawling, open_database, runs
from pipelines.recorder import Recorder
from tests.pipelines.factory import article, fetch
from tests.replica import Fault, Replica
from tests.replica.web import Answer, Request
from tests.running import Place

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
OLD: dict[str, Any] = {"cms": "old", "templates": ("2021",), "kinds": ("text",), "sections": ("thoi-su",)}
NEW: dict[str, Any] = {"cms": "new", "templates": ("2026",), "kinds": ("text",), "sections": ("thoi-su",)}


# --- pages in a row ------------------------------------------------------------------------


def count(*pages: bool | None) -> list[int]:
    """What is counted page by page; each page: whether it led nowhere (None: nothing was asked for)."""
    steps, barren, counted = Steps(), 0, []
    for number in range(len(pages) + UNDER_WAY):
        barren = steps.barren(frozenset({str(number)}), barren, lambda page: pages[int(min(page))])
        counted.append(barren)
    return counted[UNDER_WAY:]


def test_pages_in_a_row_that_lead_nowhere_are_counted() -> None:
    assert count(True, True, True) == [1, 2, 3]


def test_one_page_that_leads_somewhere_begins_the_count_anew() -> None:
    assert count(True, True, False, True) == [1, 2, 0, 1]


def test_a_page_of_which_nothing_was_asked_for_tells_nothing() -> None:
    assert count(True, None, True) == [1, 1, 2]


def test_pages_that_hold_nothing_wanted_are_passed() -> None:
    steps = Steps()
    assert {steps.barren(frozenset(), 0, lambda _: True) for _ in range(50)} == {0}


def test_pages_whose_articles_are_under_way_are_not_judged() -> None:
    steps, asked = Steps(), []
    for number in range(5):
        steps.barren(frozenset({str(number)}), 0, lambda page: asked.append(min(page)))
    assert asked == ["0", "1", "2"]


@pytest.mark.parametrize(("pages", "repeats"), [("aab", [0, 1, 0]), ("abcabc", [0, 0, 0, 1, 1, 1])])
def test_a_page_that_was_read_before_is_known_again(pages: str, repeats: list[int]) -> None:
    steps = Steps()
    assert [steps.take(frozenset({page})) for page in pages] == [bool(one) for one in repeats]
    assert (steps.number, steps.before) == (len(pages), frozenset({pages[-1]}))


# --- what the record says of a page --------------------------------------------------------


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "baotintuc.db", create=True)
    yield database
    database.close()


def url(number: int) -> str:
    return f"https://baotintuc.vn/tin-post{number}.html"


def touched(number: int, outcome: Outcome, status: int | None) -> Fetch:
    return Fetch(
        kind=FetchKind.ARTICLE, url=url(number), fetched_at=NOON, outcome=outcome, status=status, reason="so"
    )


GONE = [
    (Outcome.HTTP_ERROR, 404),
    (Outcome.HTTP_ERROR, 410),
    (Outcome.NOT_ARTICLE, 200),
]
THERE = [
    (Outcome.HTTP_ERROR, 500),
    (Outcome.NETWORK_ERROR, None),
    (Outcome.BLOCKED, 403),
    (Outcome.INVALID, 200),
    (Outcome.SKIPPED, 200),  # outside since and until
]


def judged(db: Database, *fetches: Fetch, urls: range = range(1, 4)) -> bool | None:
    with Recorder(db, runs.start_run(db, "baotintuc", {}, NOON), identify=article_id) as recorder:
        for one in fetches:
            recorder.record(one)
    return crawling.led_nowhere(db, [url(number) for number in urls], article_id)


def test_a_page_nothing_of_which_was_asked_for(db: Database) -> None:
    assert judged(db) is None


@pytest.mark.parametrize(("outcome", "status"), GONE)
def test_a_page_whose_articles_are_not_there(db: Database, outcome: Outcome, status: int) -> None:
    assert judged(db, touched(1, outcome, status), touched(2, outcome, status)) is True


@pytest.mark.parametrize(("outcome", "status"), THERE)
def test_a_page_with_an_article_that_may_be_there(db: Database, outcome: Outcome, status: int | None) -> None:
    assert judged(db, touched(1, Outcome.HTTP_ERROR, 404), touched(2, outcome, status)) is False


def test_a_page_with_an_article_that_was_stored_under_any_address(db: Database) -> None:
    stored = article(1)
    where = stored.url.replace("https://baotintuc.vn/", "https://baotintuc.vn/khac/")
    assert judged(db, fetch(stored)) is None
    assert crawling.led_nowhere(db, [stored.url], article_id) is False
    assert crawling.led_nowhere(db, [where], lambda _: stored.id) is False


def test_the_latest_answer_counts(db: Database) -> None:
    assert judged(db, touched(1, Outcome.HTTP_ERROR, 500), touched(1, Outcome.HTTP_ERROR, 404)) is True


# --- crawls --------------------------------------------------------------------------------


def reason_of_the_end(place: Place, pattern: str) -> str:
    sql = "SELECT reason FROM fetches WHERE kind = 'listing' AND url LIKE ? ORDER BY id DESC LIMIT 1"
    return str(place.one(sql, pattern))


def test_a_listing_that_never_ends_and_leads_nowhere_is_left_and_health_warns(place: Place) -> None:
    with Replica(seed=42, articles=45, **NEW) as replica:
        replica.fault("/api/*", Fault.endless_listing())
        ended = place.crawl(replica.origin, "-a", "sections=thoi-su", TINTUC_BARREN_PAGES=3)
        asked = sum("/api/" in request.target for request in replica.requests)
    assert place.one("SELECT count(*) FROM articles") == 45
    assert asked == 3 + UNDER_WAY
    left = "none of the articles of 3 pages in a row is there (TINTUC_BARREN_PAGES)"
    assert reason_of_the_end(place, "%/api/%") == f"the walk ends: {left}"
    assert f"WARN listings: the walk through thoi-su was left: {left}" in ended.err
    assert place.one("SELECT count(*) FROM frontier WHERE kind = 'listing'") == 0


def endless_with_box(request: Request, plain: Callable[[Request], Answer], origin: str) -> Answer:
    """A listing that never ends, each page of it with a box of four articles that are there."""
    answer = Fault.endless_listing().act(request, plain, origin)
    first = plain(replace(request, target=re.sub(r"-\d+\.html", "-1.html", request.target)))
    page = json.loads(answer.body)
    page["data"]["contents"][:0] = json.loads(first.body)["data"]["contents"][:4]
    return replace(answer, body=json.dumps(page).encode())


def test_a_box_on_each_page_does_not_keep_a_walk_that_leads_nowhere_going(place: Place) -> None:
    with Replica(seed=42, articles=45, **NEW) as replica:
        replica.fault("/api/*", Fault("endless with box", endless_with_box))
        place.crawl(replica.origin, "-a", "sections=thoi-su", TINTUC_BARREN_PAGES=3, TINTUC_LISTING_PAGES=20)
        asked = sum("/api/" in request.target for request in replica.requests)
    assert "TINTUC_BARREN_PAGES" in reason_of_the_end(place, "%/api/%")
    assert asked <= 3 + UNDER_WAY + 1


def test_an_interrupted_walk_goes_on_counting(place: Place) -> None:
    with Replica(seed=42, articles=45, **NEW) as replica:
        replica.fault("/api/*", Fault.endless_listing())
        for _ in range(6):
            place.crawl(
                replica.origin, "-a", "sections=thoi-su", TINTUC_BARREN_PAGES=4, CLOSESPIDER_PAGECOUNT=85
            )
        asked = sum("/api/" in request.target for request in replica.requests)
    assert "TINTUC_BARREN_PAGES" in reason_of_the_end(place, "%/api/%")
    assert asked <= 4 + 3 * UNDER_WAY
    assert place.one("SELECT count(*) FROM runs WHERE finish_reason LIKE 'closespider%'") >= 2


def test_a_walk_passes_pages_whose_articles_are_gone(place: Place) -> None:
    with Replica(seed=44, articles=120, days=5, **OLD) as replica:
        newest_first = sorted(replica.articles, key=lambda article: article.id, reverse=True)
        gone, there = newest_first[24:64], newest_first[:24] + newest_first[64:]
        for one in gone:
            replica.fault(one.path, Fault.status(404))
        since = min(article.published_at for article in replica.articles).date()
        place.crawl(
            *(replica.origin, "-a", "sections=thoi-su", "-a", f"since={since}"), TINTUC_BARREN_PAGES=3
        )
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == {one.id for one in there}
    stats = json.loads(place.one("SELECT stats FROM runs"))
    assert not [name for name in stats if name.startswith("tintuc/left/")]


def test_more_pages_than_a_listing_has_is_warned_of_too(place: Place) -> None:
    with Replica(seed=42, articles=45, **NEW) as replica:
        replica.fault("/api/*", Fault.endless_listing())
        ended = place.crawl(replica.origin, "-a", "sections=thoi-su", TINTUC_LISTING_PAGES=3)
    assert "WARN listings: the walk through thoi-su was left: more pages than a listing has" in ended.err
