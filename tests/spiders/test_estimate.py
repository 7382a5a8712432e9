"""A back-fill says beforehand what it will cost."""

from __future__ import annotations

from datetime import date

from crawler.spiders.estimate import Estimate, estimate

TODAY = date(2026, 11, 22)


def of(**given: object) -> Estimate:
    usual = {
        "slugs": ("thoi-su",),
        "since": date(2026, 11, 1),
        "until": TODAY,
        "today": TODAY,
        "stored": 0,
        "a_day": 20.0,
        "delay": 1.0,
    }
    return estimate(**(usual | given))  # type: ignore[arg-type]


def test_every_day_of_the_range_counts_both_ends_included() -> None:
    assert of(since=TODAY, until=TODAY).articles == 20
    assert of().articles == 22 * 20


def test_the_pages_on_the_way_to_a_range_in_the_past_count_too() -> None:
    past = of(since=date(2026, 10, 1), until=date(2026, 10, 31))
    assert past.articles == 31 * 20
    assert past.pages == 1 + 53


def test_what_is_stored_is_not_fetched_again() -> None:
    assert of(stored=100).requests == of().requests - 100


def test_without_history_a_section_is_its_share_of_what_the_site_publishes() -> None:
    one, all_of_it = of(a_day=None), of(a_day=None, slugs=())
    assert all_of_it.articles == 22 * 300
    assert 0 < one.articles < all_of_it.articles / 10


def test_it_is_one_line_with_pages_requests_and_time() -> None:
    line = str(of(stored=10))
    assert (
        line
        == "about 440 articles, 10 of them stored already, on 23 listing pages: 453 requests, 8 minutes at 1 s a request"
    )
    assert "hours" in str(of(a_day=300.0, since=date(2025, 11, 1)))
