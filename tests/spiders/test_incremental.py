"""Runs one after another: what is new is found, what changed is noticed, nothing is fetched twice."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.site.urls import ORIGIN, UrlKind, read
from tests.replica import Fault, Replica
from tests.running import QUICK, Place
from tests.watching import WatchedReplica

LISTS = ("/rss", "/sitemap", "/api/")


def make_due(place: Place, *ids: str) -> None:
    """As if the time to look at these articles again had come."""
    with place.connection() as conn, conn:
        conn.execute("UPDATE articles SET next_check_at = '2999-01-01T00:00:00Z'")
        marks = ", ".join("?" * len(ids))
        conn.execute(f"UPDATE articles SET next_check_at = '2020-01-01T00:00:00Z' WHERE id IN ({marks})", ids)


def test_a_third_run_finds_exactly_what_changed(place: Place) -> None:
    with Replica(seed=51, articles=120, sections=6, days=2) as replica:
        assert place.crawl(replica.origin).code == 0
        replica.advance(timedelta(hours=1))
        new = replica.publish(10)
        old = replica.articles
        edited, withdrawn, moved = old[:5], old[5:7], [a for a in old[7:60] if a.template == "2021"][:3]
        for article in edited:
            replica.edit(article.id, headline="Cập nhật: " + article.headline)
        for article in withdrawn:
            replica.withdraw(article.id)
        after = [replica.move(article.id) for article in moved]
        make_due(place, *(article.id for article in [*edited, *withdrawn, *moved]))
        replica.clear_log()
        ended = place.crawl(replica.origin)
        assert ended.code == 0, ended.err
        moving = {article.path for article in [*moved, *after]}
        asked = [path for path in replica.hits.elements() if path in {a.path for a in [*old, *new]} - moving]
    outcomes = place.outcomes()
    assert outcomes["new"] == 10
    assert outcomes["http_error"] == 2
    assert outcomes["updated"] >= 5
    assert sorted(asked) == sorted(article.path for article in [*new, *edited, *withdrawn])
    # at the old address, which leads to the new one, and at the new one where a feed showed it first
    assert sum(replica.hits[path] for path in moving) <= 3 * 3
    gone = {row["id"] for row in place.rows("SELECT id FROM articles WHERE withdrawn_at IS NOT NULL")}
    assert gone == {article.id for article in withdrawn}
    assert place.one("SELECT count(*) FROM articles") == 120 + 10


def test_a_withdrawn_article_keeps_its_text(place: Place) -> None:
    with Replica(seed=52, articles=3, sections=1) as replica:
        place.crawl(replica.origin)
        article = replica.articles[0]
        replica.withdraw(article.id)
        make_due(place, article.id)
        place.crawl(replica.origin)
    (row,) = place.rows("SELECT headline, withdrawn_at, revision FROM articles WHERE id = ?", article.id)
    assert row["headline"] == article.headline
    assert row["withdrawn_at"]
    assert row["revision"] == 1


def test_a_moved_article_is_the_same_article_under_both_ids(place: Place) -> None:
    with Replica(seed=53, articles=4, sections=1, templates=("2021",), cms="old") as replica:
        place.crawl(replica.origin)
        old = replica.articles[1]
        new = replica.move(old.id)
        make_due(place, old.id)
        assert place.crawl(replica.origin).code == 0
    assert place.one("SELECT count(*) FROM articles") == 4
    ids = {row["id"] for row in place.rows("SELECT id FROM identities WHERE article_id = ?", old.id)}
    assert ids == {old.id, new.id}
    urls = {
        row["url"]
        for row in place.rows(
            "SELECT url FROM aliases WHERE article_id = ? UNION SELECT url FROM articles WHERE id = ?",
            old.id,
            old.id,
        )
    }
    assert {old.url, new.url} <= urls


def test_an_unchanged_article_that_is_due_costs_one_conditional_request(place: Place) -> None:
    with Replica(seed=54, articles=3, sections=1) as replica:
        place.crawl(replica.origin)
        article = replica.articles[0]
        before = place.rows("SELECT last_seen_at, next_check_at FROM articles WHERE id = ?", article.id)[0]
        make_due(place, article.id)
        replica.clear_log()
        place.crawl(replica.origin)
        assert replica.hits[article.path] == 1
    assert place.outcomes() == {"not_modified": 1}
    after = place.rows("SELECT last_seen_at, next_check_at FROM articles WHERE id = ?", article.id)[0]
    assert after["last_seen_at"] >= before["last_seen_at"]
    assert after["next_check_at"] > "2020-01-02"


def test_looking_again_keeps_to_its_budget(place: Place) -> None:
    with Replica(seed=55, articles=12, sections=1) as replica:
        place.crawl(replica.origin)
        make_due(place, *(article.id for article in replica.articles))
        place.crawl(replica.origin, "-a", "recheck=5")
    assert sum(place.outcomes().values()) == 5


def test_feeds_are_asked_for_only_what_changed(place: Place) -> None:
    with Replica(seed=56, articles=10, sections=2) as replica:
        place.crawl(replica.origin)
        place.crawl(replica.origin)
    assert place.outcomes("feed").get("not_modified", 0) > 0


def test_a_copy_that_stands_in_is_owed_until_the_real_page_comes(place: Place) -> None:
    with Replica(seed=57, articles=3, sections=1, templates=("2021",), cms="old") as replica:
        article = replica.articles[0]
        copy = place.folder / "copy.txt"
        text = [
            article.headline,
            article.lead,
            *article.paragraphs,
            "PV/TTXVN",
            f"Nguồn Tin Tức TTXVN: {article.url}",
        ]
        copy.write_text("\n\n".join(text), encoding="utf-8")
        assert place.scrapy("ingest", copy).code == 0
        assert place.one("SELECT template FROM articles") == "copy"
        assert place.crawl(replica.origin).code == 0
    (row,) = place.rows("SELECT template, revision, published_at FROM articles WHERE id = ?", article.id)
    assert (row["template"], row["revision"]) == ("2021", 2)
    assert row["published_at"]
    assert place.one("SELECT cause FROM revisions WHERE article_id = ?", article.id) == "copy"


def test_a_gap_in_a_feed_is_closed_from_its_listing(place: Place) -> None:
    """More was published between two runs than the feed holds."""
    with Replica(
        seed=58, articles=20, sections=("thoi-su",), feed_size=5, days=1, cms="old", templates=("2021",)
    ) as replica:
        place.crawl(replica.origin)
        replica.advance(timedelta(hours=2))
        new = replica.publish(30, section="thoi-su", at=replica.now - timedelta(minutes=30))
        assert place.crawl(replica.origin).code == 0
    stored = {row["id"] for row in place.rows("SELECT id FROM articles")}
    assert {article.id for article in new} <= stored


MONTH = ("-a", "sections=the-thao", "-a", "since=2026-08-01", "-a", "until=2026-08-31")


@pytest.fixture(scope="module")
def archive_site() -> Replica:
    """Three months of one section of the old site."""
    from datetime import datetime

    from crawler.site.urls import HANOI

    return Replica(
        seed=59,
        articles=260,
        sections=("the-thao", "kinh-te"),
        days=90,
        now=datetime(2026, 10, 1, 12, tzinfo=HANOI),
        templates=("2021",),
        cms="old",
    )


def test_a_back_fill_brings_exactly_its_month(archive_site: Replica, tmp_path: Path) -> None:
    place = Place(tmp_path)
    with archive_site as replica:
        ended = place.crawl(replica.origin, *MONTH)
        month = {
            a.id
            for a in replica.articles
            if a.section.slug == "the-thao" and f"{a.published_at:%Y-%m}" == "2026-08"
        }
        listed = [request.path for request in replica.requests if "the-thao-273ct0" in request.path]
        pages = sorted({*listed})
        in_section = [a for a in reversed(replica.articles) if a.section.slug == "the-thao"]
    assert "back-fill: about" in ended.err
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == month
    assert month
    older = [number for number, a in enumerate(in_section) if f"{a.published_at:%Y-%m}" < "2026-08"]
    needed = older[0] // 20 + 2 if older else len(in_section) // 20 + 1
    assert len(listed) == len(pages) <= needed


NEW = {"cms": "new", "templates": ("2026",)}


def test_the_new_listings_are_walked_through_their_api(place: Place) -> None:
    """A feed of ten and no sitemap: the rest of two days stands on the listings alone."""
    with Replica(
        seed=61, articles=90, sections=("thoi-su", "kinh-te"), feed_size=10, days=2, **NEW
    ) as replica:
        replica.fault("/sitemap*", Fault.status(404))
        assert place.crawl(replica.origin).code == 0
        expected = {article.id for article in replica.articles}
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == expected


def test_a_back_fill_of_the_new_site_brings_its_days_and_hides_no_later_ones(place: Place) -> None:
    with Replica(seed=62, articles=120, sections=("thoi-su", "kinh-te"), days=20, **NEW) as replica:
        today = replica.now.date()
        since, until = today - timedelta(days=12), today - timedelta(days=8)
        place.crawl(replica.origin, "-a", "sections=thoi-su", "-a", f"since={since}", "-a", f"until={until}")
        articles = replica.articles
        in_range = {
            a.id for a in articles if a.section.slug == "thoi-su" and since <= a.published_at.date() <= until
        }
        assert {row["id"] for row in place.rows("SELECT id FROM articles")} == in_range
        assert place.crawl(replica.origin, "-a", "recheck=0").code == 0
        lately = {a.id for a in articles if a.published_at.date() > today - timedelta(days=3)}
    assert in_range
    assert lately <= {row["id"] for row in place.rows("SELECT id FROM articles")}


def test_a_back_fill_looks_past_what_is_owed_of_other_days(place: Place) -> None:
    with Replica(
        seed=63, articles=120, sections=("thoi-su",), days=20, cms="old", templates=("2021",)
    ) as replica:
        today = replica.now.date()
        with replica.failing("*2026*.htm", Fault.status(500)):
            place.crawl(replica.origin, TINTUC_FIRST_DAYS=7, TINTUC_GIVE_UP_AFTER=0)
        assert place.one("SELECT count(*) FROM frontier") > 20
        with place.connection() as conn, conn:
            conn.execute("UPDATE frontier SET next_try_at = '2020-01-01T00:00:00Z'")
        replica.clear_log()
        since, until = today - timedelta(days=18), today - timedelta(days=15)
        place.crawl(replica.origin, "-a", f"since={since}", "-a", f"until={until}", "-a", "recheck=0")
        wanted = {a.id for a in replica.articles if since <= a.published_at.date() <= until}
        asked = [path for path in replica.hits.elements() if path in {a.path for a in replica.articles}]
    assert wanted
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == wanted
    assert len(asked) <= len(wanted) + 20  # those of the days next to the range


def test_a_stop_during_a_wait_ends_the_run_within_seconds(place: Place) -> None:
    with WatchedReplica(seed=64, articles=3, sections=1) as replica:
        replica.fault("/rss.htm*", Fault.status(503, retry_after=120))
        command = place.command("crawl", "baotintuc", **{**QUICK, "RETRY_TIMES": "2"})
        with subprocess.Popen(
            command, env=place.environment(replica.origin), stderr=subprocess.PIPE, text=True
        ) as run:
            replica.wait_for_requests(2, until=lambda: run.poll() is not None)
            run.send_signal(signal.SIGTERM)
            _, err = run.communicate(timeout=20)
    assert run.returncode == 130, err
    assert place.one("SELECT finish_reason FROM runs") == "shutdown"


ONE_SECTION = {"sections": ("thoi-su",), "kinds": ("text",), "cms": "old", "templates": ("2021",)}


def test_a_walk_that_was_interrupted_goes_on_although_the_first_page_is_all_known(place: Place) -> None:
    """Otherwise what stands on the pages behind would be lost: the next run begins at the first again."""
    with Replica(seed=66, articles=130, days=2, feed_size=5, **ONE_SECTION) as replica:
        replica.fault("/sitemap*", Fault.status(404))
        place.crawl(replica.origin, TINTUC_DAILY_REQUESTS=100)
        owed = place.rows("SELECT url FROM frontier WHERE kind = 'listing' AND url LIKE '%/trang-%'")
        assert owed
        known = place.rows("SELECT id FROM articles UNION SELECT article_id FROM frontier")
        assert len(known) < 110  # the others stand on pages that nobody has read
        assert place.crawl(replica.origin, "-a", "recheck=0", TINTUC_LISTING_HOURS=0).code == 0
        ids = {article.id for article in replica.articles}
    ends = place.rows(
        "SELECT url, reason FROM fetches WHERE kind = 'listing' AND run_id = 2 AND url LIKE '%thoi-su%' ORDER BY id"
    )
    first = {row["reason"] for row in ends if row["url"].endswith("thoi-su-472ct0.htm")}
    assert first == {"the walk ends: all known"}
    assert len(ends) > 2
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == ids


def test_a_back_fill_that_was_killed_is_finished_by_an_ordinary_run(place: Place) -> None:
    with WatchedReplica(seed=67, articles=130, days=20, feed_size=5, **ONE_SECTION) as replica:
        since = replica.now.date() - timedelta(days=18)
        command = place.command(
            "crawl", "baotintuc", "-a", f"since={since}", "-a", "sections=thoi-su", **QUICK
        )
        with subprocess.Popen(
            command, env=place.environment(replica.origin), stderr=subprocess.PIPE, text=True
        ) as run:
            replica.wait_for_articles(30)
            run.kill()
            run.communicate(timeout=20)
        assert 0 < place.one("SELECT count(*) FROM articles") < 130
        assert place.one("SELECT count(*) FROM frontier WHERE kind = 'listing'") > 0
        replica.clear_log()
        assert place.crawl(replica.origin, "-a", "recheck=0").code == 0
        wanted = [article for article in replica.articles if article.published_at.date() >= since]
        asked = replica.hits
    assert {article.id for article in wanted} <= {row["id"] for row in place.rows("SELECT id FROM articles")}
    assert max(asked[article.path] for article in wanted) == 1


@pytest.mark.parametrize("hours", ["12", "0"], ids=["nothing is due", "every list is due"])
def test_a_second_run_right_after_asks_for_each_list_once_at_most_and_for_no_article(
    place: Place, hours: str
) -> None:
    with Replica(seed=68, articles=150, sections=2, days=1) as replica:
        assert place.crawl(replica.origin).code == 0
        replica.clear_log()
        assert place.crawl(replica.origin, "-a", "recheck=0", TINTUC_LISTING_HOURS=hours).code == 0
        asked = replica.hits
        articles = {article.path for article in replica.articles}
    assert max(asked.values()) == 1
    assert not articles & set(asked)
    kinds = Counter(link.kind for path in asked if (link := read(ORIGIN + path)))
    assert kinds.pop(UrlKind.FEED_INDEX) == 2
    assert kinds.pop(UrlKind.FEED) > 0
    may = {UrlKind.HOME, UrlKind.SECTION, UrlKind.SITEMAP} if hours == "0" else set()
    assert set(kinds) == may
    assert not [path for path in asked if "trang-" in path or "/api/" in path]  # no page behind the first
    assert place.outcomes() == {}


def test_a_kill_right_after_the_home_page_leaves_its_listings_owed(place: Place) -> None:
    with Replica(
        seed=65, articles=60, sections=("thoi-su", "kinh-te"), cms="old", templates=("2021",)
    ) as replica:
        place.crawl(replica.origin, TINTUC_DAILY_REQUESTS=4)
        assert place.one("SELECT count(*) FROM frontier WHERE kind = 'listing'") > 0
        assert place.crawl(replica.origin).code == 0
        expected = {article.id for article in replica.articles}
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == expected
