"""A walk through a listing stops by itself, and goes on where an interrupted one was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.site.listings import Card
from crawler.site.urls import HANOI
from crawler.spiders.walk import Walk, read_walks, together
from pipelines.frontier import SEVERAL

NOON = datetime(2026, 3, 10, 12, tzinfo=HANOI)


def page(newest: datetime, count: int = 20, step: timedelta = timedelta(hours=1)) -> list[Card]:
    """A page of articles, newest first."""
    return [
        Card(
            url=f"https://baotintuc.vn/a-post{(newest - n * step).timestamp():.0f}.html",
            dated_at=newest - n * step,
        )
        for n in range(count)
    ]


def urls(cards: list[Card]) -> set[str]:
    return {card.url for card in cards}


def test_a_page_with_something_new_leads_to_the_next() -> None:
    cards = page(NOON)
    assert Walk("thoi-su").why_stop(cards, urls(cards[1:]), repeats=False) is None


def test_a_page_of_known_articles_ends_the_walk() -> None:
    cards = page(NOON)
    assert Walk("thoi-su", ends_at_known=True).why_stop(cards, urls(cards), repeats=False) == "all known"


def test_an_empty_page_and_a_repeated_one_end_any_walk() -> None:
    cards = page(NOON)
    assert Walk("thoi-su", since=date(2020, 1, 1)).why_stop([], set(), repeats=False) == "no articles on it"
    assert Walk("thoi-su").why_stop(cards, set(), repeats=True) == "repeats an earlier page"


def test_a_back_fill_passes_pages_of_known_articles() -> None:
    cards = page(NOON)
    walk = Walk("thoi-su", since=date(2026, 3, 1))
    assert walk.why_stop(cards, urls(cards), repeats=False) is None


def test_a_back_fill_ends_at_the_first_page_that_is_all_older() -> None:
    walk = Walk("thoi-su", since=date(2026, 3, 10))
    assert walk.why_stop(page(datetime(2026, 3, 10, 9, tzinfo=HANOI)), set(), repeats=False) is None
    older = page(datetime(2026, 3, 9, 21, 59, tzinfo=HANOI))
    assert walk.why_stop(older, set(), repeats=False) == "older than asked for"


def test_a_box_that_stands_on_every_page_does_not_keep_a_back_fill_going() -> None:
    walk = Walk("thoi-su", since=date(2026, 3, 10))
    box = page(NOON, count=4)
    older = [*box, *page(datetime(2026, 3, 9, 21, 59, tzinfo=HANOI))]
    assert walk.why_stop(older, set(), repeats=False) is None, "new here, they may be anything"
    assert walk.why_stop(older, set(), repeats=False, before=urls(box)) == "older than asked for"


def test_an_old_article_among_many_that_have_moved_on_by_a_page_does_not_end_a_back_fill() -> None:
    walk = Walk("thoi-su", since=date(2026, 3, 10))
    moved = page(NOON, count=11, step=timedelta(minutes=1))
    pinned = page(datetime(2026, 3, 1, tzinfo=HANOI), count=9)
    assert walk.why_stop([*moved, *pinned], set(), repeats=False, before=urls(moved)) is None


def test_a_page_whose_age_nothing_tells_does_not_end_a_back_fill() -> None:
    cards = [Card(url="https://baotintuc.vn/a-post1.html")]
    assert Walk("thoi-su", since=date(2026, 3, 10)).why_stop(cards, set(), repeats=False) is None


def test_a_back_fill_wants_its_days_give_or_take_what_an_id_may_be_off() -> None:
    walk = Walk("thoi-su", since=date(2026, 3, 10), until=date(2026, 3, 10))
    wanted = {
        hours: walk.wants(
            Card(url="x", dated_at=datetime(2026, 3, 10, tzinfo=HANOI) + timedelta(hours=hours))
        )
        for hours in (-3, -1, 0, 12, 25, 27)
    }
    assert wanted == {-3: False, -1: True, 0: True, 12: True, 25: True, 27: False}
    assert walk.wants(Card(url="x"))


def test_after_an_interruption_a_known_page_does_not_end_the_walk_before_new_ground() -> None:
    """Page 3 was owed when the run was killed; 25 articles later, page 3 holds what was on page 2."""
    walk = Walk("thoi-su", ends_at_known=True).after(page(NOON - timedelta(hours=20)))
    moved_on = page(NOON - timedelta(hours=15))
    assert walk.why_stop(moved_on, urls(moved_on), repeats=False) is None
    exactly_a_page = page(NOON - timedelta(hours=20))
    assert walk.why_stop(exactly_a_page, urls(exactly_a_page), repeats=False) is None
    new_ground = page(NOON - timedelta(hours=40))
    assert walk.why_stop(new_ground, urls(new_ground), repeats=False) == "all known"


def test_a_pinned_old_article_does_not_count_as_how_far_the_walk_is() -> None:
    pinned = Card(url="https://baotintuc.vn/ghim-post1.html", dated_at=datetime(2020, 1, 1, tzinfo=HANOI))
    walk = Walk("thoi-su", ends_at_known=True).after([pinned, *page(NOON)])
    following = page(NOON - timedelta(hours=20))
    assert walk.why_stop(following, urls(following), repeats=False) == "all known"


DAYS = st.none() | st.dates(min_value=date(1990, 1, 1))


WALKS = st.builds(
    Walk,
    st.from_regex(r"[a-z0-9][a-z0-9/%-]*", fullmatch=True),
    DAYS,
    DAYS,
    st.none()
    | st.datetimes(min_value=datetime(1990, 1, 1)).map(lambda t: t.replace(microsecond=0, tzinfo=HANOI)),  # noqa: DTZ001
    st.booleans(),
    st.booleans(),
    st.integers(min_value=0, max_value=9999),
)


@given(WALKS)
def test_a_walk_is_read_back_from_the_frontier_as_it_was(walk: Walk) -> None:
    assert Walk.read(str(walk)) == walk


@pytest.mark.parametrize("found_by", ["listing:thoi-su", "listing:anh-360"])
def test_a_walk_without_a_range_is_its_place(found_by: str) -> None:
    assert str(Walk.read(found_by)) == found_by


def test_a_page_that_has_moved_in_does_not_take_the_walk_back() -> None:
    """45 articles later, page 3 holds what came after the interruption, page 4 what stood on page 2."""
    walk = Walk("thoi-su", ends_at_known=True).after(page(NOON - timedelta(hours=20)))
    walk = walk.after(page(NOON + timedelta(hours=20)))
    assert walk.reached == page(NOON - timedelta(hours=20))[10].dated_at
    read_before = page(NOON)
    assert walk.why_stop(read_before, urls(read_before), repeats=False) is None


def test_a_walk_remembers_since_when_known_articles_tell_of_nothing() -> None:
    walk = Walk("thoi-su", ends_at_known=True, known_at=NOON, is_guess=True)
    assert Walk.read(str(walk)) == walk
    after = walk.after(page(NOON))
    assert after.known_at == NOON
    assert not after.is_guess  # its pages are linked to by the site


def test_walks_that_nobody_asked_for_are_walked_as_one_that_ends_where_the_later_would() -> None:
    first = Walk("thoi-su", date(2026, 3, 7), reached=NOON - timedelta(days=1), is_own_choice=True, barren=3)
    later = Walk(
        "thoi-su", date(2026, 3, 9), reached=NOON, ends_at_known=True, known_at=NOON, is_own_choice=True
    )
    (walk,) = together([later, first])
    assert walk == Walk("thoi-su", date(2026, 3, 7), reached=NOON - timedelta(days=1), is_own_choice=True)
    (walk,) = together([later, later.after(page(NOON - timedelta(days=3)))])
    assert (walk.ends_at_known, walk.known_at) == (True, NOON)


def test_ranges_that_were_asked_for_stay_walks_of_their_own_beside_that_of_the_schedule() -> None:
    own = Walk("thoi-su", date(2026, 3, 9), is_own_choice=True)
    march, may = Walk("thoi-su", date(2026, 3, 1)), Walk("thoi-su", date(2025, 5, 1), date(2025, 5, 31))
    assert together([own, march, may, march]) == (own, march, may)
    assert read_walks(SEVERAL.join(map(str, (own, march, may)))) == (own, march, may)


@given(WALKS, WALKS)
def test_two_walks_as_one_reach_as_far_as_either(one: Walk, other: Walk) -> None:
    for walk in together([one, replace(other, place=one.place)]):
        of_aim = [each for each in (one, replace(other, place=one.place)) if each.aim == walk.aim]
        assert all(walk.since is None or (each.since and walk.since <= each.since) for each in of_aim)
        assert walk.ends_at_known == all(each.ends_at_known for each in of_aim)
