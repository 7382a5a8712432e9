"""A hostile site: whatever it answers, the run ends by itself, says what happened to each URL, and
the good articles are stored.

One crawl meets all faults that do not disturb each other; each fault is a test of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Final

import pytest

from tests.replica import Answer, Elsewhere, Fault, Replica
from tests.running import Ended, Place

GOOD = 30
PATIENT = {"TINTUC_GIVE_UP_AFTER": 0, "DOWNLOAD_TIMEOUT": 3}

# fault -> outcome, and what the reason says
FAULTS = {
    "drip": (Fault.drip(), "network_error", "no whole answer within the time limit"),
    "hang": (Fault.hang(), "network_error", "no whole answer within the time limit"),
    "reset": (Fault.reset(), "network_error", "fewer bytes came than were announced"),
    "reset before an answer": (Fault.reset(after=-1), "network_error", "the connection broke"),
    "announces too much": (Fault.too_long(), "network_error", "fewer bytes came than were announced"),
    "announces too little": (Fault.too_short(0.6), "invalid", "cut off"),
    "gzip bomb": (Fault.gzip_bomb(60_000_000), "network_error", "larger than the limit"),
    "cut gzip": (Fault.truncated_gzip(), "invalid", "cut off"),
    "server error": (Fault.status(500), "http_error", "status 500"),
    "redirect loop": (Fault.redirect_loop(), "http_error", "redirected too often"),
    "endless redirect": (Fault.endless_redirect(), "http_error", "redirected too often"),
    "redirect to another port": (Fault.redirect("elsewhere"), "http_error", "a private address"),
    "redirect to loopback": (Fault.redirect("http://127.0.0.1:1/x"), "http_error", "a private address"),
    "redirect to a private net": (Fault.redirect("http://192.168.1.1/"), "http_error", "a private address"),
    "redirect to another site": (
        Fault.redirect("https://example.com/a-post1.html"),
        "http_error",
        "another site",
    ),
    "redirect to a file": (Fault.redirect("file:///etc/hostname"), "http_error", "status 302 to nowhere"),
    "challenge": (Fault.challenge(), "blocked", "403"),
    "challenge with 200": (Fault.challenge(200), "blocked", "a challenge page"),
    "access denied with 200": (Fault.access_denied(), "blocked", "access denied"),
    "maintenance with 200": (Fault.maintenance(), "blocked", "a maintenance page"),
    "login wall": (Fault.login_wall(), "blocked", "a login page"),
    "empty 200": (Fault.empty(), "not_article", "an empty page"),
    "soft 404": (Fault.soft_404(), "not_article", "an error page"),
    "5 MB of nested tags": (Fault.nested(), "invalid", "page too large"),
}
# still an article
READABLE = {
    "utf-16": Fault.encoded("utf-16"),
    "windows-1258": Fault.encoded("windows-1258"),
    "slow, but whole": Fault.drip(step=4000, pause=0.01),
    "announces a little too little": Fault.too_short(20),
}


@dataclass(frozen=True)
class Night:
    """A crawl of a site where some articles answer with a fault each."""

    place: Place
    ended: Ended
    faulty: dict[str, str]
    """fault -> URL of the article it befell"""
    good: set[str]
    """ids of the articles that answered well"""
    elsewhere: list[str]
    """what was asked of another server on this machine"""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    place = Place(tmp_path_factory.mktemp("hostile"))
    faults = {name: fault for name, (fault, _, _) in FAULTS.items()} | READABLE
    with Replica(seed=31, articles=len(faults) + GOOD, sections=5) as replica, Elsewhere() as elsewhere:
        faults["redirect to another port"] = Fault.redirect(elsewhere.origin + "/quan-tri")
        chosen = dict(zip(faults, replica.articles, strict=False))
        for name, article in chosen.items():
            replica.fault(article.path + "*", faults[name])
        ended = place.crawl(replica.origin, **PATIENT)
        spoilt = {article.id for name, article in chosen.items() if name in FAULTS}
        good = {article.id for article in replica.articles} - spoilt
        asked = list(elsewhere.requests)
    yield Night(place, ended, {name: article.url for name, article in chosen.items()}, good, asked)


def test_the_run_ends_by_itself_and_says_what_needs_attention(night: Night) -> None:
    assert night.ended.code == 0, night.ended.err  # most of the site answered
    assert "WARN blocked" in night.ended.err
    assert "Traceback" not in night.ended.err
    assert night.place.one("SELECT finish_reason FROM runs") == "finished"


def test_what_failed_is_told_once_by_its_reason_and_not_by_the_log(night: Night) -> None:
    assert "scrapy." not in night.ended.err
    assert night.ended.err.count("http_error: redirected too often") == 1


def test_the_good_articles_are_stored_and_no_other(night: Night) -> None:
    assert {row["id"] for row in night.place.rows("SELECT id FROM articles")} == night.good


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_outcome_and_a_reason(night: Night, name: str) -> None:
    _, outcome, says = FAULTS[name]
    rows = night.place.rows("SELECT outcome, reason FROM fetches WHERE url = ?", night.faulty[name])
    assert [row["outcome"] for row in rows] == [outcome]
    assert says in rows[0]["reason"]


@pytest.mark.parametrize("name", FAULTS)
def test_what_a_fault_kept_away_is_owed(night: Night, name: str) -> None:
    (row,) = night.place.rows("SELECT attempts, given_up_at FROM frontier WHERE url = ?", night.faulty[name])
    assert tuple(row) == (1, None)


@pytest.mark.parametrize("name", READABLE)
def test_what_is_odd_but_whole_is_read(night: Night, name: str) -> None:
    (row,) = night.place.rows("SELECT outcome FROM fetches WHERE url = ?", night.faulty[name])
    assert row["outcome"] == "new"


def test_a_page_without_its_end_is_stored_with_a_warning(night: Night) -> None:
    url = night.faulty["announces a little too little"]
    assert "ends without its end tag" in night.place.one("SELECT warnings FROM fetches WHERE url = ?", url)


def test_a_redirect_never_leads_to_another_server_of_this_machine(night: Night) -> None:
    assert night.elsewhere == []


def test_what_failed_is_owed_and_tried_again_when_the_site_is_well(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    place = Place(tmp_path_factory.mktemp("recovering"))
    with Replica(seed=32, articles=6, sections=2) as replica:
        article = replica.articles[3]
        with replica.failing(article.path, Fault.status(500)):
            place.crawl(replica.origin)
        assert place.one("SELECT attempts FROM frontier WHERE url = ?", article.url) == 1
        make_owed_due(place)
        assert place.crawl(replica.origin).code == 0
    assert place.one("SELECT count(*) FROM articles") == 6
    assert place.one("SELECT count(*) FROM frontier") == 0


def make_owed_due(place: Place) -> None:
    """As if the time to try again had come."""
    with place.connection() as conn, conn:
        conn.execute("UPDATE frontier SET next_try_at = '2020-01-01T00:00:00Z'")


# feed or listing, fault -> outcome, and what the reason says
LISTS = {
    "/thoi-su.rss": (Fault.cut_feed(), "read", ""),
    "/kinh-te.rss": (Fault.html_feed(), "invalid", "not a feed"),
    "/the-gioi.rss": (Fault.entity_bomb(), "read", ""),
    "/xa-hoi.rss": (Fault.wrong_encoding_feed(), "read", ""),
    "/van-hoa.rss": (Fault.status(500), "http_error", "status 500"),
    "/the-thao.rss": (Fault.gzip_bomb(60_000_000), "network_error", "larger than the limit"),
    "/giao-duc.rss": (Fault.challenge(200), "blocked", "a challenge page"),
    "/phap-luat.rss": (Fault.empty(), "invalid", "not a feed"),
    "/giao-duc-135ct0.htm": (Fault.empty(), "invalid", "an empty page"),
    "/thoi-su-472ct0.htm": (Fault.challenge(200), "blocked", "a challenge page"),
    "/kinh-te-128ct0.htm": (Fault.soft_404(), "invalid", "an error page"),
    "/van-hoa-158ct0.htm": (Fault.maintenance(), "blocked", "a maintenance page"),
    "/xa-hoi-129ct0.htm": (Fault.reset(), "network_error", "fewer bytes came than were announced"),
}
STAY_OWED = [where for where, (_, outcome, _) in LISTS.items() if "ct0" in where and outcome != "read"]


@dataclass(frozen=True)
class Lists:
    """A crawl of a site whose feeds and listings answer with a fault each."""

    place: Place
    ended: Ended
    ids: set[str]


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Lists:
    place = Place(tmp_path_factory.mktemp("lists"))
    with Replica(seed=33, articles=40, sections=12, cms="old", templates=("2021",)) as replica:
        for where, (fault, _, _) in LISTS.items():
            replica.fault(where, fault)
        replica.fault("/phap-luat-475ct0*", Fault.repeating_listing())
        replica.fault("/the-thao-273ct0*", Fault.endless_listing())
        ended = place.crawl(replica.origin, **PATIENT, TINTUC_LISTING_PAGES=12)
        ids = {article.id for article in replica.articles}
    return Lists(place, ended, ids)


def test_broken_feeds_and_listings_do_not_keep_the_articles_away(lists: Lists) -> None:
    assert lists.ended.code == 0, lists.ended.err
    assert "Traceback" not in lists.ended.err
    assert lists.ids == {row["id"] for row in lists.place.rows("SELECT id FROM articles")}


@pytest.mark.parametrize("where", LISTS)
def test_a_broken_list_has_its_outcome_and_a_reason(lists: Lists, where: str) -> None:
    _, outcome, says = LISTS[where]
    (row,) = lists.place.rows(
        "SELECT outcome, reason FROM fetches WHERE url = ?", f"https://baotintuc.vn{where}"
    )
    assert row["outcome"] == outcome
    assert says in (row["reason"] or "")


@pytest.mark.parametrize("where", STAY_OWED)
def test_a_listing_that_could_not_be_read_stays_owed(lists: Lists, where: str) -> None:
    url = f"https://baotintuc.vn{where}"
    assert lists.place.one("SELECT attempts FROM frontier WHERE kind = 'listing' AND url = ?", url) == 1


@pytest.mark.parametrize(
    ("listing", "pages", "says"),
    [("phap-luat-475ct0", 2, "repeats an earlier page"), ("the-thao-273ct0", 12, "older than asked for")],
)
def test_a_listing_that_never_ends_is_left(lists: Lists, listing: str, pages: int, says: str) -> None:
    rows = lists.place.rows(
        "SELECT reason FROM fetches WHERE kind = 'listing' AND url LIKE ? ORDER BY id", f"%{listing}%"
    )
    assert len(rows) <= pages
    assert rows[-1]["reason"] == f"the walk ends: {says}"


def test_a_listing_that_tells_no_age_and_never_ends_is_left(place: Place) -> None:
    text = {"cms": "new", "templates": ("2026",), "kinds": ("text",)}
    with Replica(seed=42, articles=45, sections=("thoi-su",), **text) as replica:
        replica.fault("/api/*", Fault.endless_listing())
        ended = place.crawl(replica.origin, "-a", "sections=thoi-su", TINTUC_LISTING_PAGES=3)
        ids = {article.id for article in replica.articles}
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == ids
    (row,) = place.rows("SELECT reason FROM fetches WHERE url LIKE '%/api/%' ORDER BY id DESC LIMIT 1")
    assert row["reason"] == "the walk ends: more pages than a listing has (TINTUC_LISTING_PAGES)"
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("fault", "outcome", "says", "articles", "code"),
    [
        (Fault.status(404), "read", "no rules", 3, 0),
        (Fault.status(500), "http_error", "status 500", 0, 3),
        (Fault.disallow_all(), "read", "", 0, 3),
        (Fault.reset(after=-1), "network_error", "the connection broke", 0, 3),
        (Fault.challenge(200), "blocked", "an HTML page", 0, 3),
        (Fault.redirect_loop(), "http_error", "redirected too often", 0, 3),
    ],
    ids=["missing", "500", "disallows all", "no answer", "a challenge", "a loop"],
)
def test_robots_txt_is_obeyed_and_never_waved_through(
    place: Place, fault: Fault, outcome: str, says: str, *, articles: int, code: int
) -> None:
    with Replica(seed=34, articles=3, sections=1) as replica:
        replica.fault("/robots.txt*", fault)
        ended = place.crawl(replica.origin)
        asked = {request.path for request in replica.requests} - {"/robots.txt"}
    assert ended.code == code, ended.err
    assert place.outcomes("robots") == {outcome: 1}
    assert says in (place.one("SELECT reason FROM fetches WHERE kind = 'robots'") or "")
    assert place.one("SELECT count(*) FROM articles") == articles
    assert bool(asked) is (articles > 0)
    assert "Traceback" not in ended.err


def test_where_robots_txt_disallows_all_health_says_so_and_what_to_do(place: Place) -> None:
    with Replica(seed=34, articles=3, sections=1) as replica:
        replica.fault("/robots.txt", Fault.disallow_all())
        ended = place.crawl(replica.origin)
    assert "FAIL disallowed" in ended.err
    assert "crawl less often" not in ended.err
    assert "FAIL blocked" not in ended.err
    assert place.one("SELECT finish_reason FROM runs") == "finished"


def test_a_part_of_the_site_that_is_disallowed_does_not_end_the_run(place: Place) -> None:
    slugs = ("thoi-su", "kinh-te")
    with Replica(seed=34, articles=60, sections=slugs, cms="old", templates=("2021",)) as replica:
        replica.fault("/robots.txt", Fault.robots("User-agent: *\nDisallow: /thoi-su/\n"))
        place.crawl(replica.origin)
        allowed = {article.id for article in replica.articles if not article.path.startswith("/thoi-su/")}
    assert 20 < len(allowed) < 40
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == allowed
    assert place.one("SELECT finish_reason FROM runs") == "finished"


def test_the_last_good_robots_txt_holds_for_a_day(place: Place) -> None:
    with Replica(seed=34, articles=3, sections=1) as replica:
        assert place.crawl(replica.origin).code == 0
        (new,) = replica.publish()
        replica.fault("/robots.txt", Fault.status(500))
        read_robots_before(place, hours=23)
        replica.clear_log()
        place.crawl(replica.origin)
        assert replica.hits["/robots.txt"] == 1
        assert place.one("SELECT count(*) FROM articles WHERE id = ?", new.id) == 1
        read_robots_before(place, hours=25)
        replica.clear_log()
        assert place.crawl(replica.origin).code == 3
        assert {request.path for request in replica.requests} == {"/robots.txt"}


def read_robots_before(place: Place, hours: int) -> None:
    """As if robots.txt had been read that long ago."""
    with place.connection() as conn, conn:
        at = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?)"
        conn.execute(f"UPDATE hosts SET robots_at = {at}", (f"-{hours} hours",))


def test_unknown_rules_of_the_api_keep_nothing_away_but_the_api(place: Place) -> None:
    with Replica(
        seed=61, articles=90, sections=("thoi-su",), days=2, feed_size=10, cms="new", templates=("2026",)
    ) as replica:
        replica.fault("/robots.txt", Fault.status(500).only(99, after=1))
        replica.fault("/sitemap*", Fault.status(404))
        ended = place.crawl(replica.origin)
    assert "Traceback" not in ended.err
    assert place.one("SELECT finish_reason FROM runs") == "finished"
    assert place.one("SELECT count(*) FROM articles") >= 10
    (api,) = place.rows(
        "SELECT outcome, reason FROM fetches WHERE url LIKE 'https://api.%' AND kind = 'listing'"
    )
    assert tuple(api) == (
        "http_error",
        "robots.txt of api.baotintuc.vn could not be read, so nothing is fetched there",
    )
    assert place.one("SELECT attempts FROM frontier WHERE url LIKE 'https://api.%'") == 1


def test_a_robots_txt_with_a_mark_of_byte_order_is_obeyed(place: Place) -> None:
    with Replica(seed=34, articles=3, sections=1) as replica:
        replica.fault("/robots.txt*", Fault.robots("\ufeffUser-agent: *\r\nDisallow: /\r\n"))
        place.crawl(replica.origin)
        assert {request.path for request in replica.requests} == {"/robots.txt"}


def test_retry_after_holds_the_whole_host_and_then_goes_on(place: Place) -> None:
    with Replica(seed=35, articles=4, sections=1) as replica:
        replica.fault("/rss.htm*", Fault.status(503, retry_after=1).only(1))
        ended = place.crawl(replica.origin, RETRY_TIMES=1)
        requests = replica.requests
    refused = next(number for number, request in enumerate(requests) if request.path.startswith("/rss.htm"))
    assert ended.code == 0, ended.err
    assert requests[refused + 1].at - requests[refused].at >= 0.9
    assert place.one("SELECT count(*) FROM articles") == 4


def test_a_long_retry_after_leaves_the_site_alone_in_later_runs_too(place: Place) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    with Replica(seed=35, articles=4, sections=1) as replica:
        replica.fault("/rss.htm*", Fault.status(429, retry_after=until).only(1))
        assert place.crawl(replica.origin).code == 3
        before = len(replica.requests)
        ended = place.crawl(replica.origin)
        assert ended.code == 3
        assert len(replica.requests) == before
    assert "asked to be left alone until" in ended.err


def test_a_long_retry_after_of_the_api_keeps_nothing_away_but_the_api(place: Place) -> None:
    with Replica(
        seed=61, articles=90, sections=("thoi-su",), days=2, feed_size=10, cms="new", templates=("2026",)
    ) as replica:
        replica.fault("/sitemap*", Fault.status(404))
        replica.fault("/api/*", Fault.status(429, retry_after=7200))
        first = place.crawl(replica.origin, RETRY_TIMES=2)
        assert "Traceback" not in first.err
        assert place.one("SELECT finish_reason FROM runs") == "finished"
        listed = place.one("SELECT count(*) FROM articles")
        assert listed >= 10
        (new,) = replica.publish(1)
        make_owed_due(place)
        replica.clear_log()
        for _ in range(2):
            assert place.crawl(replica.origin, "-a", "recheck=0").code == 0
        assert not [path for path in replica.hits if path.startswith("/api/")]
    rows = place.rows(
        "SELECT outcome, status, reason FROM fetches WHERE url LIKE 'https://api.%' AND kind = 'listing' ORDER BY id"
    )
    assert [tuple(row)[:2] for row in rows] == [("blocked", 429), ("skipped", None)]
    assert rows[1]["reason"].startswith("api.baotintuc.vn asked to be left alone until ")
    assert place.one("SELECT count(*) FROM articles WHERE id = ?", new.id) == 1
    until = place.one("SELECT wait_until FROM hosts WHERE host = 'api.baotintuc.vn'")
    owed = place.rows("SELECT attempts, next_try_at FROM frontier WHERE url LIKE 'https://api.%'")
    assert [tuple(row) for row in owed] == [(1, until)]


def test_each_failure_in_a_row_doubles_the_wait_of_the_whole_host(place: Place) -> None:
    with Replica(seed=35, articles=4, sections=1) as replica:
        articles = replica.articles[:2]
        file = place.folder / "urls.txt"
        file.write_text("\n".join(article.url for article in articles), encoding="utf-8")
        storm = replica.fault(
            re.compile("|".join(re.escape(article.path) for article in articles)), Fault.storm()
        )
        storm.only(3)
        ended = place.crawl(replica.origin, "-a", f"urls={file}", TINTUC_BACKOFF=0.2, RETRY_TIMES=3)
        times = [request.at for request in replica.requests if request.path != "/robots.txt"]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert ended.code == 0, ended.err
    assert [gap >= wait * 0.9 for gap, wait in zip(gaps, (0.2, 0.4, 0.8), strict=False)] == [True] * 3
    assert len(times) == 3 + 2
    assert place.one("SELECT count(*) FROM articles") == 2


def test_a_crawl_delay_is_kept(place: Place) -> None:
    with Replica(seed=36, articles=2, sections=1) as replica:
        replica.fault("/robots.txt", Fault.crawl_delay(0.4))
        ended = place.crawl(replica.origin, "-a", f"url={replica.articles[0].url}")
        robots, article = (request.at for request in replica.requests)
    assert ended.code == 0, ended.err
    assert article - robots >= 0.35


# storm -> outcome of the articles it kept away


def wordy(heading: str) -> Fault:
    """A page with a heading and paragraphs, as an article has, that says nothing of itself."""
    text = "Mong bạn đọc thông cảm và quay lại sau ít phút nữa, xin cảm ơn sự quan tâm của bạn đọc. " * 3
    body = f"<!DOCTYPE html><html><head><title>x</title></head><body><h1>{heading}</h1><p>{text}</p></body></html>"
    html = (("Content-Type", "text/html; charset=utf-8"),)
    return Fault.answer(Answer(200, body.encode(), html), "wordy page")


STORMS: Final = {
    "500": (Fault.storm(), "http_error"),
    "challenge": (Fault.challenge(), "blocked"),
    "challenge with 200": (Fault.challenge(200), "blocked"),
    "access denied with 200": (Fault.access_denied(), "blocked"),
    "maintenance with 200": (Fault.maintenance(), "blocked"),
    "login wall": (Fault.login_wall(), "blocked"),
    "wordy block page": (wordy("Sorry, you have been blocked"), "blocked"),
    "empty 200": (Fault.empty(), "not_article"),
    "soft 404": (Fault.soft_404(), "not_article"),
    "reset": (Fault.reset(after=-1), "network_error"),
}
SPARED = 6
"""Articles answered well before a storm begins."""


@pytest.mark.parametrize("name", STORMS)
def test_a_storm_ends_the_run_early_and_loses_nothing(place: Place, name: str) -> None:
    fault, outcome = STORMS[name]
    with Replica(seed=37, articles=60, sections=("thoi-su",)) as replica:
        fault.after = SPARED
        replica.fault(re.compile(r".*(-post\d+\.html|-\d{17}\.htm)"), fault)
        ended = place.crawl(replica.origin, "-a", "sections=thoi-su", TINTUC_GIVE_UP_AFTER=5, RETRY_TIMES=1)
    assert ended.code == 3, ended.err
    assert "the run stops here" in ended.err
    assert "Traceback" not in ended.err
    assert place.one("SELECT finish_reason FROM runs") == "blocked"
    assert place.one("SELECT count(*) FROM articles") == SPARED
    counts = place.outcomes()
    assert 0 < counts.pop(outcome) <= 5
    assert set(counts) <= {"new", "skipped"}
    owed = place.one("SELECT count(*) FROM frontier WHERE kind = 'article' AND given_up_at IS NULL")
    assert owed >= 20 - SPARED


def test_one_wordy_page_everywhere_that_nobody_knows_ends_the_run_and_replaces_nothing(place: Place) -> None:
    with Replica(seed=37, articles=40, sections=("thoi-su",)) as replica:
        assert place.crawl(replica.origin, "-a", "sections=thoi-su").code == 0
        before = set(map(tuple, place.rows("SELECT id, headline, revision FROM articles")))
        replica.publish(10, section="thoi-su")
        replica.fault(re.compile(r".*(-post\d+\.html|-\d{17}\.htm)"), wordy("Vài lời cùng bạn đọc"))
        with place.connection() as conn, conn:
            conn.execute("UPDATE articles SET next_check_at = '2020-01-01T00:00:00Z'")
        ended = place.crawl(replica.origin, TINTUC_GIVE_UP_AFTER=15, TINTUC_LISTING_HOURS=100)
        assert ended.code == 3
        assert "the run stops here" in ended.err
        assert before <= set(map(tuple, place.rows("SELECT id, headline, revision FROM articles")))
        assert place.one("SELECT count(*) FROM articles WHERE template = 'generic'") <= 1


@pytest.mark.parametrize(
    "fault", [Fault.challenge(200), Fault.empty(), Fault.soft_404()], ids=lambda f: f.name
)
def test_a_site_that_shows_one_page_everywhere_is_left_and_read_later(place: Place, fault: Fault) -> None:
    with Replica(seed=43, articles=12, sections=3) as replica:
        with replica.failing(re.compile(r"/(?!robots\.txt).*"), fault):
            ended = place.crawl(replica.origin)
        assert ended.code == 3
        assert "the run stops here" in ended.err
        assert len(replica.requests) <= 100
        assert place.one("SELECT count(*) FROM frontier WHERE kind = 'listing'") > 20
        make_owed_due(place)
        place.crawl(replica.origin)
        assert place.one("SELECT count(*) FROM articles") == 12


BAD_TLS = {
    "self-signed": "the certificate does not verify",
    "expired": "the certificate does not verify",
    "legacy": "no secure connection: unsafe legacy renegotiation disabled",
}


@pytest.mark.parametrize("tls", BAD_TLS)
def test_a_bad_certificate_is_crawled_recorded_and_warned_of(place: Place, tls: str) -> None:
    with Replica(seed=39, articles=2, sections=1, tls=tls) as replica:
        ended = place.crawl(replica.origin)
    assert ended.code == 0, ended.err
    assert "WARN certificate" in ended.err
    assert ("does not verify" in ended.err) is (tls != "legacy")
    assert ("unsafe legacy renegotiation disabled" in ended.err) is (tls == "legacy")
    assert place.outcomes() == {"new": 2}


@pytest.mark.parametrize("tls", BAD_TLS)
def test_a_bad_certificate_is_refused_where_one_that_verifies_is_asked_for(place: Place, tls: str) -> None:
    with Replica(seed=39, articles=2, sections=1, tls=tls) as replica:
        ended = place.crawl(replica.origin, TINTUC_TLS="strict")
        assert replica.requests == []
    assert ended.code == 3
    assert BAD_TLS[tls] in place.one("SELECT reason FROM fetches WHERE kind = 'robots'")
    assert BAD_TLS[tls] in ended.err
    assert "Failure" not in ended.err
    assert place.one("SELECT count(*) FROM articles") == 0
