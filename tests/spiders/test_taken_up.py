"""What one run leaves, another takes up: a back-fill at the page it was at, and today for what is new."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.replica import Fault, Replica
from tests.replica.web import Answer
from tests.spiders.test_gaps import CMS, crawl, lists, site, stored


def of_days(replica: Replica, days: int) -> set[str]:
    """The articles of the last days."""
    since = replica.now.date() - timedelta(days=days)
    return {a.id for a in replica.articles if a.published_at and a.published_at.date() >= since}


@pytest.mark.parametrize("cms", CMS)
def test_the_same_back_fill_goes_on_where_it_stopped(tmp_path: Path, cms: str) -> None:
    with site(tmp_path, cms, articles=260, sections=("thoi-su",), span=30) as (week, replica):
        args = ("-a", "sections=thoi-su", "-a", f"since={replica.now.date() - timedelta(days=28)}")
        crawl(week, *args, CLOSESPIDER_ITEMCOUNT=130)
        before = set(lists(replica))
        assert len(before) > 3
        replica.advance(timedelta(minutes=10))
        published = {article.id for article in replica.publish(3)}
        assert crawl(week, *args) == 0
        again = before & set(lists(replica))
        assert of_days(replica, 28) <= stored(week)
        assert published <= stored(week)
        assert len(again) <= 3  # the first page, for what came since, and the page that was under way
        assert week.place.one("SELECT count(*) FROM frontier WHERE kind = 'listing'") == 0
        replica.advance(timedelta(minutes=10))
        crawl(week)
        assert not [path for path in lists(replica) if "trang-" in path or "/api/" in path]


def test_a_back_fill_of_past_days_reads_no_page_of_it_twice(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=260, sections=("thoi-su",), span=30) as (week, replica):
        since, until = (replica.now.date() - timedelta(days=days) for days in (28, 3))
        args = ("-a", "sections=thoi-su", "-a", f"since={since}", "-a", f"until={until}")
        crawl(week, *args, CLOSESPIDER_ITEMCOUNT=130)
        before = set(lists(replica))
        replica.advance(timedelta(minutes=10))
        assert crawl(week, *args) == 0
        assert len(before & set(lists(replica))) <= 1
        wanted = {
            a.id for a in replica.articles if a.published_at and since <= a.published_at.date() <= until
        }
        assert stored(week) == wanted


@pytest.mark.parametrize("pages", [2, 4])
def test_a_back_fill_that_was_stopped_at_its_start_hides_no_later_days(tmp_path: Path, pages: int) -> None:
    """The next run reads its first pages for the days it asked for: they're still due for today's."""
    with site(tmp_path, "old", articles=200, sections=("thoi-su", "kinh-te"), span=10, feed_size=5) as (
        week,
        replica,
    ):
        since, until = (replica.now.date() - timedelta(days=days) for days in (9, 6))
        crawl(week, "-a", f"since={since}", "-a", f"until={until}", CLOSESPIDER_PAGECOUNT=pages)
        for _ in range(2):
            replica.advance(timedelta(minutes=10))
            assert crawl(week) == 0
        assert of_days(replica, 2) <= stored(week)


def test_a_home_page_that_fails_once_has_no_addresses_guessed(tmp_path: Path) -> None:
    with site(tmp_path, "new", articles=30, sections=("thoi-su", "kinh-te")) as (week, replica):
        assert crawl(week) == 0
        replica.advance(timedelta(hours=13))
        replica.fault("/", Fault.status(500).only(1))
        new = {article.id for article in replica.publish(3)}
        crawl(week)
        assert new <= stored(week)
        assert week.place.one("SELECT count(*) FROM fetches WHERE kind = 'listing' AND status = 404") == 0
        assert week.place.one("SELECT count(*) FROM frontier") == 0
        assert set(lists(replica)) >= {"/thoi-su/"}  # due, and known from the days before


def test_a_wrong_guess_is_asked_once_and_is_no_error(tmp_path: Path) -> None:
    """On the first run there is nothing to go by but the built-in table."""
    with site(tmp_path, "new", articles=30, sections=("thoi-su", "kinh-te")) as (week, replica):
        replica.fault("/", Fault.status(500).only(1))
        crawl(week)
        gone = week.place.rows("SELECT DISTINCT outcome FROM fetches WHERE kind = 'listing' AND status = 404")
        assert {row["outcome"] for row in gone} == {"skipped"}
        assert week.place.one("SELECT count(*) FROM frontier WHERE kind = 'listing'") == 0
        replica.advance(timedelta(hours=1))
        assert crawl(week) == 0
        assert max(replica.hits.values()) <= 2  # robots.txt of both hosts
        assert not [path for path in lists(replica) if "ct0" in path]


def test_a_cut_page_does_not_end_a_back_fill(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=150, sections=("thoi-su",), span=20) as (week, replica):
        replica.fault("/thoi-su-472ct0/trang-2.htm", Fault.truncated_gzip().only(1))
        args = ("-a", "sections=thoi-su", "-a", f"since={replica.now.date() - timedelta(days=15)}")
        crawl(week, *args)
        assert week.place.one("SELECT count(*) FROM frontier WHERE kind = 'listing'") == 1
        replica.advance(timedelta(hours=2))
        assert crawl(week) == 0
        assert of_days(replica, 15) <= stored(week)


def test_a_menu_that_spells_a_section_otherwise_leads_to_all_its_pages(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=90, sections=("thoi-su",), span=20) as (week, replica):
        home = replica.page("/")
        body = home.body.replace(b"/thoi-su-472ct0.htm", b"/thoisu-472ct0.htm")
        replica.fault("/", Fault.answer(Answer(200, body, home.headers)))
        args = ("-a", "sections=thoi-su", "-a", f"since={replica.now.date() - timedelta(days=15)}")
        assert crawl(week, *args) == 0
        assert of_days(replica, 15) <= stored(week)


def span(replica: Replica, first: int, last: int) -> tuple[tuple[str, ...], set[str]]:
    """The arguments for the days so long ago, both included, and their articles."""
    since, until = (replica.now.date() - timedelta(days=days) for days in (first, last))
    wanted = {a.id for a in replica.articles if a.published_at and since <= a.published_at.date() <= until}
    return ("-a", f"since={since}", *(("-a", f"until={until}") if last else ())), wanted


@pytest.mark.parametrize("until", [0, 6])
def test_a_back_fill_goes_on_behind_a_page_that_an_ordinary_run_still_owes(
    tmp_path: Path, until: int
) -> None:
    """The page failed a moment ago; it is due at once for who goes further, and owed to both."""
    with site(tmp_path, "old", articles=260, sections=("thoi-su",), span=12, feed_size=20) as (week, replica):
        with replica.failing("*/trang-3.htm", Fault.status(500)):
            crawl(week)
        replica.advance(timedelta(minutes=2))
        args, wanted = span(replica, 9, until)
        assert crawl(week, "-a", "sections=thoi-su", *args) == 0
        assert wanted <= stored(week)
        assert of_days(replica, 2) <= stored(week)
        assert week.place.one("SELECT count(*) FROM frontier WHERE kind = 'listing'") == 0


def test_a_back_fill_that_could_not_read_a_page_of_its_days_says_so(tmp_path: Path) -> None:
    with site(tmp_path, "old", articles=200, sections=("thoi-su",), span=12, feed_size=20) as (week, replica):
        assert crawl(week) == 0
        args, wanted = span(replica, 9, 5)
        with replica.failing("*/trang-4.htm", Fault.status(500)):
            assert crawl(week, *args) == 3
        assert "missing: 1 of thoi-su" in week.log.read_text()
        replica.advance(timedelta(hours=1))
        assert crawl(week, *args) == 0
        assert wanted <= stored(week)


@pytest.mark.parametrize("sections", [(), ("-a", "sections=thoi-su")])
def test_what_a_back_fill_still_owes_survives_runs_that_read_the_same_pages(
    tmp_path: Path, sections: tuple[str, ...]
) -> None:
    with site(tmp_path, "old", articles=160, sections=("thoi-su", "kinh-te"), span=20, feed_size=20) as (
        week,
        replica,
    ):
        assert crawl(week) == 0
        replica.advance(timedelta(hours=1))
        args, wanted = span(replica, 12, 8)
        crawl(week, *args, CLOSESPIDER_PAGECOUNT=4)
        assert wanted - stored(week)
        for part in (sections, ()):
            replica.advance(timedelta(hours=1))
            assert crawl(week, *part) == 0
        assert wanted <= stored(week)
