"""The frontier: what is owed, retried, given up, and when stored articles are due again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawler.items import Fetch, FetchKind, Found, Outcome
from pipelines.database import crawling, queries
from pipelines.schedule import RECHECK, RETRY, RETRY_GONE, Schedule
from tests.pipelines.factory import NOON, Desk, article, failure, feed, fetch, moved

URL = article().url
PAGE_2 = "https://baotintuc.vn/thoi-su-472ct0/trang-2.htm"


def listing_link(url: str = PAGE_2, found_by: str = "listing:thoi-su") -> Found:
    return Found(url=url, kind=FetchKind.LISTING, found_by=found_by)


def test_what_a_feed_links_to_is_owed_until_it_is_stored(desk: Desk) -> None:
    desk.record(feed(URL))
    assert desk.one("SELECT url, kind, article_id, found_by, day, section, attempts FROM frontier") == {
        "url": URL,
        "kind": "article",
        "article_id": article().id,
        "found_by": "feed:thoi-su",
        "day": "2026-08-01",
        "section": "thoi-su",
        "attempts": 0,
    }
    assert [row.url for row in queries.frontier_due(desk.db, NOON, 10)] == [URL]
    desk.record(fetch(article(), hours=1))
    assert desk.count("frontier") == 0


def test_what_is_known_is_not_queued_under_any_of_its_urls(desk: Desk) -> None:
    desk.record(article())
    desk.record(feed(URL, URL.replace("/thoi-su/", "/kinh-te/"), hours=1))
    assert desk.count("frontier") == 0


def test_one_article_is_queued_once_under_two_urls(desk: Desk) -> None:
    desk.record(feed(URL, URL.replace("/thoi-su/", "/kinh-te/")))
    desk.record(feed(URL, hours=1))
    assert desk.count("frontier") == 1


def test_the_feed_tells_the_day_where_the_id_does_not(desk: Desk) -> None:
    link = Found(
        url="https://baotintuc.vn/bai-post797521.html",
        kind=FetchKind.ARTICLE,
        found_by="feed:kinh-te",
        published_at=article().published_at,
    )
    desk.record(feed(replace(link, published_at=None)))
    assert desk.one("SELECT day, section FROM frontier") == {"day": None, "section": "kinh-te"}
    desk.record(feed(link, hours=1))
    assert desk.one("SELECT day FROM frontier")["day"] == "2026-08-01"


def test_a_listing_is_owed_until_it_is_read_and_its_links_are_kept_with_it(desk: Desk) -> None:
    desk.record(feed(listing_link()))
    assert queries.listings_owed(desk.db, "https://baotintuc.vn/thoi-su-472ct0/") == [PAGE_2]
    page = fetch(None, url=PAGE_2, kind=FetchKind.LISTING, hours=1, found=feed(URL).found)
    assert desk.record(page).outcome is Outcome.READ
    assert [row["url"] for row in desk.all("SELECT url FROM frontier")] == [URL]


def test_a_failing_article_is_retried_at_growing_intervals_and_then_given_up(desk: Desk) -> None:
    desk.record(feed(URL))
    hours, waits = 0.0, []
    for _ in range(len(RETRY) + 1):
        desk.record(failure(URL, 500, hours=hours))
        row = desk.one("SELECT attempts, next_try_at, given_up_at FROM frontier")
        if row["given_up_at"] is None:
            due = queries.frontier_due(desk.db, NOON + timedelta(hours=hours), 10)
            assert due == []
            wait = next(w for w in RETRY if w not in waits)
            waits.append(wait)
            hours += wait / timedelta(hours=1)
            assert queries.frontier_due(desk.db, NOON + timedelta(hours=hours), 10) != []
    assert (row["attempts"], row["given_up_at"] is None) == (len(RETRY) + 1, False)
    assert queries.frontier_due(desk.db, NOON + timedelta(days=900), 10) == []


def test_what_is_given_up_stays_known_and_is_counted(desk: Desk) -> None:
    desk.recorder = desk.another(schedule=Schedule(retry=(), retry_gone=0))
    desk.record(feed(URL))
    desk.record(failure(URL))
    desk.record(feed(URL, hours=1))
    assert queries.known_urls(desk.db, [URL, "https://baotintuc.vn/khac"]) == {URL}
    assert queries.frontier_counts(desk.db, NOON + timedelta(days=9)) == {
        "owed": 0,
        "due": 0,
        "given_up": 1,
        "listings": 0,
    }
    assert desk.one("SELECT found, given_up, owed FROM completeness") == {
        "found": 1,
        "given_up": 1,
        "owed": 0,
    }


@pytest.mark.parametrize(
    ("status", "outcome", "tries"),
    [
        (404, Outcome.HTTP_ERROR, RETRY_GONE + 1),
        (410, Outcome.HTTP_ERROR, RETRY_GONE + 1),
        (200, Outcome.NOT_ARTICLE, len(RETRY) + 1),
        (200, Outcome.INVALID, len(RETRY) + 1),
        (500, Outcome.HTTP_ERROR, len(RETRY) + 1),
        (None, Outcome.NETWORK_ERROR, len(RETRY) + 1),
        (200, Outcome.BLOCKED, len(RETRY) + 1),
    ],
)
def test_what_is_not_found_is_given_up_sooner_than_what_merely_fails(
    desk: Desk, status: int | None, outcome: Outcome, tries: int
) -> None:
    desk.record(feed(URL))
    count = 0
    while desk.one("SELECT given_up_at FROM frontier")["given_up_at"] is None:
        count += 1
        desk.record(failure(URL, status, outcome=outcome, hours=count))
    assert count == tries


def test_skipped_changes_nothing_that_is_owed(desk: Desk) -> None:
    desk.record(feed(URL))
    before = desk.one("SELECT * FROM frontier")
    desk.record(failure(URL, None, outcome=Outcome.SKIPPED))
    assert desk.one("SELECT * FROM frontier") == before


def test_a_listing_given_up_is_owed_again_once_it_is_found_again(desk: Desk) -> None:
    desk.recorder = desk.another(schedule=Schedule(retry=()))
    desk.record(feed(listing_link()))
    desk.record(fetch(None, url=PAGE_2, kind=FetchKind.LISTING, outcome=Outcome.NETWORK_ERROR, status=None))
    assert desk.one("SELECT given_up_at FROM frontier")["given_up_at"] is not None
    desk.record(feed(listing_link(), hours=1))
    assert desk.one("SELECT given_up_at, attempts FROM frontier") == {"given_up_at": None, "attempts": 0}


AUGUST = "listing:thoi-su 2026-08-01..2026-08-31"


def page_2(*walks: str, hours: float) -> Fetch:
    """The second page of a listing, read for these walks."""
    return fetch(None, url=PAGE_2, kind=FetchKind.LISTING, hours=hours, walks=walks)


def test_a_listing_page_is_owed_to_every_walk_that_found_it_and_due_for_the_newest(desk: Desk) -> None:
    desk.record(feed(listing_link()))
    failing = fetch(None, url=PAGE_2, kind=FetchKind.LISTING, outcome=Outcome.NETWORK_ERROR, status=None)
    desk.record(failing)
    desk.record(feed(listing_link()))
    assert queries.frontier_due(desk.db, NOON, 9) == [], "nothing new: it is tried again in its time"
    desk.record(feed(listing_link(found_by=AUGUST)))
    (owed,) = queries.frontier_due(desk.db, NOON, 9)
    assert (owed.found_by, owed.attempts) == (f"listing:thoi-su & {AUGUST}", 1)
    assert crawling.walks_at(desk.db, PAGE_2) == ("listing:thoi-su", AUGUST)


def test_a_page_read_for_one_walk_stays_owed_to_the_others(desk: Desk) -> None:
    desk.record(feed(listing_link(), listing_link(found_by=AUGUST)))
    desk.record(page_2("listing:thoi-su", hours=1))
    assert desk.one("SELECT found_by FROM frontier")["found_by"] == AUGUST
    desk.record(page_2(hours=2))
    assert desk.count("frontier") == 1
    desk.record(page_2(AUGUST, hours=3))
    assert desk.count("frontier") == 0


def test_a_run_over_a_section_finds_its_walks_wherever_they_stand(desk: Desk) -> None:
    desk.record(feed(listing_link(found_by="listing:thoisu"), listing_link(found_by=AUGUST)))
    for place, number in (("listing:thoi-su", 1), ("listing:thoisu", 1), ("listing:thoi", 0), ("thoi-su", 0)):
        assert len(crawling.owed(desk.db, NOON, 9, (place,))) == number


def test_due_are_first_those_never_tried(desk: Desk) -> None:
    desk.record(feed(URL, article(2).url))
    desk.record(failure(URL, 500))
    later = NOON + timedelta(hours=2)
    assert [row.url for row in queries.frontier_due(desk.db, later, 10)] == [article(2).url, URL]
    assert len(queries.frontier_due(desk.db, later, 1)) == 1
    assert queries.frontier_due(desk.db, later, 10, kinds=("listing",)) == []


@pytest.mark.parametrize(
    ("age", "wait"),
    [*((limit - timedelta(minutes=1), wait) for limit, wait in RECHECK), (timedelta(days=181), None)],
)
def test_articles_are_looked_at_again_by_their_age(
    desk: Desk, age: timedelta, wait: timedelta | None
) -> None:
    desk.record(article(published_at=NOON - age, created_at=None))
    due = desk.one("SELECT next_check_at FROM articles")["next_check_at"]
    assert due == (f"{NOON + wait:%Y-%m-%dT%H:%M:%SZ}" if wait else None)


def test_due_articles_come_with_what_a_conditional_request_needs(desk: Desk) -> None:
    desk.record(fetch(article(published_at=NOON), etag='"7"', last_modified="Fri, 20 Nov 2026 05:00:00 GMT"))
    assert queries.recheck_due(desk.db, NOON, 10) == []
    (due,) = queries.recheck_due(desk.db, NOON + timedelta(hours=1), 10)
    assert (due.id, due.url, due.etag) == (article().id, URL, '"7"')
    assert due.last_modified == "Fri, 20 Nov 2026 05:00:00 GMT"


def test_a_failed_answer_has_no_validators(desk: Desk) -> None:
    desk.record(fetch(article(), etag='"7"'))
    desk.record(replace(failure(URL, 500, hours=1), etag='"trang-loi"'))
    assert queries.validators(desk.db, URL) == ('"7"', None)
    assert queries.validators(desk.db, "https://baotintuc.vn/") == (None, None)


def test_an_edit_that_a_feed_tells_of_makes_the_article_due_now(desk: Desk) -> None:
    desk.record(article())
    edited = Found(
        url=URL, kind=FetchKind.ARTICLE, found_by="feed:home", modified_at=NOON + timedelta(hours=2)
    )
    desk.record(feed(edited, hours=3))
    assert [due.id for due in queries.recheck_due(desk.db, NOON + timedelta(hours=3), 10)] == [article().id]


def test_an_edit_seen_already_does_not(desk: Desk) -> None:
    desk.record(fetch(article(), hours=2))
    edited = Found(
        url=URL, kind=FetchKind.ARTICLE, found_by="feed:home", modified_at=NOON + timedelta(hours=1)
    )
    desk.record(feed(edited, hours=3))
    assert queries.recheck_due(desk.db, NOON + timedelta(hours=3), 10) == []


def test_not_modified_does_not_pay_for_an_article_that_is_not_stored(desk: Desk) -> None:
    desk.record(feed(URL))
    desk.record(fetch(None, url=URL, status=304, outcome=Outcome.NOT_MODIFIED, hours=1))
    assert desk.count("frontier") == 1


def test_not_modified_writes_only_when_it_was_seen(desk: Desk) -> None:
    desk.record(article())
    before = desk.one("SELECT * FROM articles")
    answer = fetch(None, url=URL, status=304, outcome=Outcome.NOT_MODIFIED, hours=30)
    assert desk.record(answer).article_id == article().id
    now = desk.one("SELECT * FROM articles")
    assert {name for name in now if now[name] != before[name]} == {"last_seen_at", "next_check_at"}


@pytest.mark.parametrize("status", [404, 410])
def test_a_stored_article_that_is_gone_is_withdrawn_with_its_text_kept(desk: Desk, status: int) -> None:
    desk.record(article())
    found = desk.record(failure(URL, status, hours=5))
    assert found.article_id == article().id
    row = desk.one("SELECT withdrawn_at, body, last_seen_at FROM articles")
    assert row == {
        "withdrawn_at": "2026-11-20T10:00:00Z",
        "body": article().body,
        "last_seen_at": "2026-11-20T05:00:00Z",
    }
    assert desk.count("frontier") == 0


def test_a_withdrawn_article_can_come_back(desk: Desk) -> None:
    desk.record(article())
    desk.record(failure(URL, hours=1))
    found = desk.record(fetch(article(), hours=2))
    assert (found.outcome, found.reason) == (Outcome.UNCHANGED, "online again")
    assert desk.one("SELECT withdrawn_at FROM articles")["withdrawn_at"] is None


def test_a_page_saved_before_it_was_withdrawn_does_not_bring_it_back(desk: Desk) -> None:
    desk.record(article())
    desk.record(failure(URL, hours=5))
    desk.record(fetch(article(), hours=2))
    assert desk.one("SELECT withdrawn_at FROM articles")["withdrawn_at"] == "2026-11-20T10:00:00Z"


@pytest.mark.parametrize(("status", "url"), [(500, URL), (404, URL.replace("/thoi-su/", "/kinh-te/"))])
def test_an_error_or_another_address_that_is_gone_withdraws_nothing(
    desk: Desk, status: int, url: str
) -> None:
    desk.record(fetch(article(), aliases=(URL.replace("/thoi-su/", "/kinh-te/"),)))
    desk.record(failure(url, status, hours=1))
    assert desk.one("SELECT withdrawn_at FROM articles")["withdrawn_at"] is None


def test_an_older_404_does_not_withdraw_what_was_seen_since(desk: Desk) -> None:
    desk.record(article())
    desk.record(failure(URL, hours=-5))
    assert desk.one("SELECT withdrawn_at FROM articles")["withdrawn_at"] is None


def test_completeness_counts_by_day_and_section(desk: Desk) -> None:
    desk.record(article(1))
    desk.record(feed(article(2).url, article(3).url, hours=1))
    desk.record(fetch(article(2), hours=2))
    assert queries.completeness(desk.db) == [
        {"day": "2026-08-01", "section": "thoi-su", "found": 3, "stored": 2, "given_up": 0, "owed": 1}
    ]
    assert queries.completeness(desk.db, section="kinh-te") == []


# --- what comes back ---------------------------------------------------------------------------

ELSEWHERE = URL.replace("/thoi-su/", "/kinh-te/")


def give_up(desk: Desk, url: str = URL, hours: float = 0) -> float:
    """Fail until a URL is given up; the hours that took."""
    while desk.one("SELECT given_up_at FROM frontier WHERE url = ?", url)["given_up_at"] is None:
        desk.record(failure(url, hours=hours))
        hours += 1
    return hours


def test_a_night_of_404_gives_no_article_up(desk: Desk) -> None:
    """A try at each time it is due, over nine hours."""
    desk.record(feed(URL))
    for hours in (0, 0.2, 1.2, 7.2):
        desk.record(failure(URL, hours=hours))
    assert desk.one("SELECT given_up_at FROM frontier")["given_up_at"] is None
    assert queries.frontier_due(desk.db, NOON + timedelta(hours=32), 10) != []


def test_an_article_given_up_is_tried_once_more_a_day_later_while_a_list_names_it(desk: Desk) -> None:
    desk.record(feed(URL))
    hours = give_up(desk)
    desk.record(feed(URL, hours=hours + 12))
    assert queries.frontier_due(desk.db, NOON + timedelta(hours=hours + 12), 10) == []
    desk.record(feed(URL, hours=hours + 24))
    assert [row.url for row in queries.frontier_due(desk.db, NOON + timedelta(hours=hours + 24), 10)] == [URL]
    desk.record(failure(URL, hours=hours + 24))
    assert desk.one("SELECT given_up_at FROM frontier")["given_up_at"] is not None
    desk.record(feed(URL, hours=hours + 36))
    assert queries.frontier_due(desk.db, NOON + timedelta(hours=hours + 36), 10) == []


def test_an_article_that_fails_is_queued_under_another_address_that_a_list_gives_it(desk: Desk) -> None:
    desk.record(feed(URL))
    desk.record(failure(URL, hours=0.1))
    desk.record(feed(ELSEWHERE, hours=0.2))
    assert [row.url for row in queries.frontier_due(desk.db, NOON + timedelta(hours=0.2), 10)] == [ELSEWHERE]
    desk.record(fetch(article(url=ELSEWHERE), hours=0.3))
    assert desk.count("frontier") == 0


def test_a_withdrawn_article_is_queued_under_another_address_and_moves_there(desk: Desk) -> None:
    desk.record(article())
    desk.record(failure(URL, hours=1))
    desk.record(feed(URL, hours=2))
    assert desk.count("frontier") == 0, "its own address is looked at by the schedule"
    desk.record(feed(ELSEWHERE, hours=2))
    assert [row["url"] for row in desk.all("SELECT url FROM frontier")] == [ELSEWHERE]
    desk.record(fetch(article(url=ELSEWHERE), hours=3))
    assert desk.one("SELECT id, url, withdrawn_at FROM articles") == {
        "id": article().id,
        "url": ELSEWHERE,
        "withdrawn_at": None,
    }
    assert desk.one("SELECT url FROM aliases")["url"] == URL
    assert desk.count("frontier") == 0


def test_another_address_of_a_withdrawn_article_that_is_gone_too_is_not_asked_for_in_every_run(
    desk: Desk,
) -> None:
    desk.record(article())
    desk.record(failure(URL, hours=1))
    desk.record(feed(ELSEWHERE, hours=2))
    desk.record(failure(ELSEWHERE, hours=2))
    assert queries.frontier_due(desk.db, NOON + timedelta(hours=2), 10) == []


@pytest.mark.parametrize("age", [timedelta(hours=1), timedelta(days=100), timedelta(days=900)])
def test_a_withdrawn_article_is_looked_at_again_after_hours_a_day_and_a_week_whatever_its_age(
    desk: Desk, age: timedelta
) -> None:
    desk.record(article(published_at=NOON - age, created_at=None))
    looks = []
    hours = 1.0
    for _ in range(4):
        desk.record(failure(URL, hours=hours))
        due = desk.one("SELECT next_check_at FROM articles")["next_check_at"]
        if due is None:
            break
        waited = datetime.fromisoformat(due) - (NOON + timedelta(hours=hours))
        looks.append(waited)
        hours += waited / timedelta(hours=1)
    if age > timedelta(days=180):
        assert looks == [timedelta(hours=6), timedelta(days=1), timedelta(days=7)]
    else:
        assert len(looks) == 4
        assert looks[0] <= timedelta(hours=6)


def test_where_most_articles_are_not_found_none_is_withdrawn_and_all_are_looked_at_again(desk: Desk) -> None:
    known = [article(n, published_at=NOON - timedelta(days=179), created_at=None) for n in range(1, 41)]
    for one in known:
        desk.record(one)
    for one in known:
        desk.record(failure(one.url, hours=1))
    assert desk.one("SELECT count(withdrawn_at) AS n FROM articles")["n"] == 10
    due = NOON + timedelta(hours=7)
    assert len(queries.recheck_due(desk.db, due, 100)) == 40
    for one in known:
        desk.record(fetch(one, hours=7))
    assert desk.one("SELECT count(withdrawn_at) AS n FROM articles")["n"] == 0
    desk.record(failure(known[0].url, hours=8))
    assert desk.one("SELECT count(withdrawn_at) AS n FROM articles")["n"] == 1


def test_an_article_dated_ahead_is_as_old_as_its_first_sight(desk: Desk) -> None:
    ahead = article(published_at=NOON + timedelta(days=900), created_at=None)
    desk.record(ahead)
    assert desk.one("SELECT next_check_at FROM articles")["next_check_at"] == "2026-11-20T06:00:00Z"
    desk.record(fetch(ahead, hours=24 * 200))
    assert desk.one("SELECT next_check_at FROM articles")["next_check_at"] is None


def test_a_post_that_repeats_an_article_of_the_old_cms_has_that_looked_at_again(desk: Desk) -> None:
    """A migrated archive: its address redirects by now, which joins the two."""
    desk.record(article(1, published_at=NOON - timedelta(days=900)))
    desk.record(fetch(moved(1, published_at=NOON - timedelta(days=900)), hours=1))
    (due,) = queries.recheck_due(desk.db, NOON + timedelta(hours=1), 10)
    assert due.url == URL
    again = moved(1, published_at=NOON - timedelta(days=900))
    desk.record(fetch(again, hours=2, url=URL, aliases=(again.url,)))
    assert desk.count("articles") == 1


def test_a_post_that_repeats_another_post_has_nothing_looked_at_again(desk: Desk) -> None:
    desk.record(moved(1, published_at=NOON - timedelta(days=900)))
    same = moved(1)
    desk.record(fetch(moved(2, headline=same.headline, lead=same.lead, body=same.body), hours=1))
    assert queries.recheck_due(desk.db, NOON + timedelta(hours=1), 10) == []
