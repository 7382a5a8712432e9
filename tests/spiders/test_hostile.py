"""A hostile site: whatever it answers, the run ends by itself, says what happened to each URL, and
the good articles are stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from tests.replica import Fault, Replica
from tests.running import Ended, Place

GOOD = 20
PATIENT = {"TINTUC_GIVE_UP_AFTER": 0, "DOWNLOAD_TIMEOUT": 3}

# fault -> outcome, and what the reason says
FAULTS = {
    "drip": (Fault.drip(), "network_error", "time limit"),
    "reset": (Fault.reset(), "network_error", ""),
    "announces too much": (Fault.too_long(), "network_error", ""),
    "gzip bomb": (Fault.gzip_bomb(), "network_error", "larger than the limit"),
    "cut gzip": (Fault.truncated_gzip(), "invalid", ""),
    "server error": (Fault.status(500), "http_error", "status 500"),
    "redirect loop": (Fault.redirect_loop(), "http_error", "redirected too often"),
    "redirect to loopback": (Fault.redirect("http://127.0.0.1:1/x"), "http_error", "a private address"),
    "redirect to a private net": (Fault.redirect("http://192.168.1.1/"), "http_error", "a private address"),
    "redirect to another site": (
        Fault.redirect("https://example.com/a-post1.html"),
        "http_error",
        "another site",
    ),
    "challenge": (Fault.challenge(), "blocked", "403"),
    "challenge with 200": (Fault.challenge(200), "blocked", ""),
    "access denied with 200": (Fault.access_denied(), "blocked", ""),
    "maintenance with 200": (Fault.maintenance(), "blocked", ""),
    "login wall": (Fault.login_wall(), "blocked", ""),
    "empty 200": (Fault.empty(), "not_article", ""),
    "soft 404": (Fault.soft_404(), "not_article", ""),
    "5 MB of nested tags": (Fault.nested(), "invalid", ""),
}
# still an article
READABLE = {"utf-16": Fault.encoded("utf-16"), "windows-1258": Fault.encoded("windows-1258")}


@dataclass(frozen=True)
class Night:
    """A crawl of a site where some articles answer with a fault each."""

    place: Place
    ended: Ended
    faulty: dict[str, str]
    """fault -> URL of the article it befell"""
    good: set[str]
    """ids of the articles that answered well"""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    place = Place(tmp_path_factory.mktemp("hostile"))
    faults = {name: fault for name, (fault, _, _) in FAULTS.items()} | READABLE
    with Replica(seed=31, articles=len(faults) + GOOD, sections=5) as replica:
        chosen = dict(zip(faults, replica.articles, strict=False))
        for name, article in chosen.items():
            replica.fault(article.path + "*", faults[name])
        ended = place.crawl(replica.origin, **PATIENT)
        spoilt = {article.id for name, article in chosen.items() if name in FAULTS}
        good = {article.id for article in replica.articles} - spoilt
    yield Night(place, ended, {name: article.url for name, article in chosen.items()}, good)


def test_the_run_ends_by_itself_and_says_what_needs_attention(night: Night) -> None:
    assert night.ended.code == 0, night.ended.err  # most of the site answered
    assert "WARN blocked" in night.ended.err
    assert "Traceback" not in night.ended.err
    assert night.place.one("SELECT finish_reason FROM runs") == "finished"


def test_the_good_articles_are_stored_and_no_other(night: Night) -> None:
    assert {row["id"] for row in night.place.rows("SELECT id FROM articles")} == night.good


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_outcome_and_a_reason(night: Night, name: str) -> None:
    _, outcome, says = FAULTS[name]
    rows = night.place.rows("SELECT outcome, reason FROM fetches WHERE url = ?", night.faulty[name])
    assert [row["outcome"] for row in rows] == [outcome]
    assert rows[0]["reason"]
    assert says in rows[0]["reason"]


@pytest.mark.parametrize("name", READABLE)
def test_another_encoding_is_read(night: Night, name: str) -> None:
    (row,) = night.place.rows("SELECT outcome FROM fetches WHERE url = ?", night.faulty[name])
    assert row["outcome"] == "new"


def test_what_failed_is_owed_and_tried_again_when_the_site_is_well(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    place = Place(tmp_path_factory.mktemp("recovering"))
    with Replica(seed=32, articles=6, sections=2) as replica:
        article = replica.articles[3]
        with replica.failing(article.path, Fault.status(500)):
            place.crawl(replica.origin)
        assert place.one("SELECT attempts FROM frontier WHERE url = ?", article.url) == 1
        with place.connection() as conn, conn:
            conn.execute("UPDATE frontier SET next_try_at = '2020-01-01T00:00:00Z'")
        assert place.crawl(replica.origin).code == 0
    assert place.one("SELECT count(*) FROM articles") == 6
    assert place.one("SELECT count(*) FROM frontier") == 0


LISTS = {
    "/thoi-su.rss": Fault.cut_feed(),
    "/kinh-te.rss": Fault.html_feed(),
    "/the-gioi.rss": Fault.entity_bomb(),
    "/xa-hoi.rss": Fault.wrong_encoding_feed(),
    "/van-hoa.rss": Fault.status(500),
    "/phap-luat-475ct0*": Fault.repeating_listing(),
    "/the-thao-273ct0*": Fault.endless_listing(),
    "/giao-duc-135ct0*": Fault.empty(),
}


def test_broken_feeds_and_listings_do_not_keep_the_articles_away(place: Place) -> None:
    with Replica(seed=33, articles=40, sections=12, cms="old", templates=("2021",)) as replica:
        for where, fault in LISTS.items():
            replica.fault(where, fault)
        ended = place.crawl(replica.origin, **PATIENT, TINTUC_LISTING_PAGES=12)
        ids = {article.id for article in replica.articles}
    assert "Traceback" not in ended.err
    assert ids <= {row["id"] for row in place.rows("SELECT id FROM articles")}
    reasons = {
        row["url"].rpartition("/")[2]: row["reason"]
        for row in place.rows("SELECT url, reason FROM fetches WHERE outcome = 'invalid'")
    }
    assert "not a feed" in reasons["kinh-te.rss"]
    assert place.one("SELECT count(*) FROM fetches WHERE url LIKE '%the-thao-273ct0%'") <= 12
    assert place.one("SELECT count(*) FROM fetches WHERE url LIKE '%phap-luat-475ct0%'") <= 3


@pytest.mark.parametrize(
    ("fault", "outcome", "articles", "code"),
    [
        (Fault.status(404), "read", 3, 0),
        (Fault.status(500), "http_error", 0, 3),
        (Fault.disallow_all(), "read", 0, 3),
        (Fault.reset(after=0), "network_error", 0, 3),
    ],
    ids=["missing", "500", "disallows all", "no answer"],
)
def test_robots_txt_is_obeyed_and_never_waved_through(
    place: Place, fault: Fault, outcome: str, articles: int, code: int
) -> None:
    with Replica(seed=34, articles=3, sections=1) as replica:
        replica.fault("/robots.txt", fault)
        ended = place.crawl(replica.origin)
        asked = {request.path for request in replica.requests} - {"/robots.txt"}
    assert ended.code == code, ended.err
    assert place.outcomes("robots") == {outcome: 1}
    assert place.one("SELECT count(*) FROM articles") == articles
    assert bool(asked) is (articles > 0)


def test_the_last_good_robots_txt_holds_for_a_day(place: Place) -> None:
    with Replica(seed=34, articles=3, sections=1) as replica:
        assert place.crawl(replica.origin).code == 0
        (new,) = replica.publish()
        with replica.failing("/robots.txt", Fault.status(500)):
            place.crawl(replica.origin)
        assert place.one("SELECT count(*) FROM articles WHERE id = ?", new.id) == 1
        with place.connection() as conn, conn:
            conn.execute("UPDATE hosts SET robots_at = '2020-01-01T00:00:00Z'")
        replica.clear_log()
        with replica.failing("/robots.txt", Fault.status(500)):
            assert place.crawl(replica.origin).code == 3
        assert {request.path for request in replica.requests} == {"/robots.txt"}


def test_retry_after_holds_the_whole_host_and_then_goes_on(place: Place) -> None:
    with Replica(seed=35, articles=4, sections=1) as replica:
        replica.fault("/rss.htm*", Fault.status(503, retry_after=1).only(1))
        ended = place.crawl(replica.origin, RETRY_TIMES=1)
        times = [request.at for request in replica.requests]
    assert ended.code == 0, ended.err
    assert max(later - earlier for earlier, later in pairwise(times)) >= 0.9
    assert place.one("SELECT count(*) FROM articles") == 4


def test_a_long_retry_after_leaves_the_site_alone_in_later_runs_too(place: Place) -> None:
    with Replica(seed=35, articles=4, sections=1) as replica:
        replica.fault("/rss.htm*", Fault.status(429, retry_after=7200).only(1))
        assert place.crawl(replica.origin).code == 3
        before = len(replica.requests)
        ended = place.crawl(replica.origin)
        assert ended.code == 3
        assert len(replica.requests) == before
    assert "asked to be left alone until" in ended.err


def test_a_crawl_delay_is_kept(place: Place) -> None:
    with Replica(seed=36, articles=2, sections=1) as replica:
        replica.fault("/robots.txt", Fault.crawl_delay(0.4))
        ended = place.crawl(replica.origin, "-a", f"url={replica.articles[0].url}")
        robots, article = (request.at for request in replica.requests)
    assert ended.code == 0, ended.err
    assert article - robots >= 0.35


def test_a_run_that_meets_mostly_refusals_stops_early_and_says_so(place: Place) -> None:
    with Replica(seed=37, articles=80, sections=3) as replica:
        for article in replica.articles:
            replica.fault(article.path, Fault.challenge())
        ended = place.crawl(replica.origin)
        asked = sum(replica.hits[article.path] for article in replica.articles)
    assert ended.code == 3
    assert "the run stops here" in ended.err
    assert place.one("SELECT finish_reason FROM runs") == "blocked"
    assert asked < 40


def test_the_days_budget_of_requests_holds_over_runs(place: Place) -> None:
    with Replica(seed=38, articles=30, sections=3) as replica:
        for _ in range(3):
            place.crawl(replica.origin, TINTUC_DAILY_REQUESTS=25)
        assert len(replica.requests) == 25


@pytest.mark.parametrize("tls", ["self-signed", "expired"])
def test_a_bad_certificate_is_crawled_recorded_and_warned_of(place: Place, tls: str) -> None:
    with Replica(seed=39, articles=2, sections=1, tls=tls) as replica:
        ended = place.crawl(replica.origin)
        strict = place.crawl(replica.origin, TINTUC_TLS="strict")
    assert ended.code == 0, ended.err
    assert "WARN certificate" in ended.err
    assert place.one("SELECT count(*) FROM articles") == 2
    assert strict.code == 3
