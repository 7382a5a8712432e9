"""The texts are Vietnamese, tidy, and unlike one another, but where likeness is asked for."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import combinations
from random import Random

import pytest

from crawler.items import Kind
from tests.replica import Replica
from tests.replica.grammar import UnknownSlotError, Writer
from tests.replica.newsroom import HANOI
from tests.replica.prose import slugify

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)
Shingles = set[tuple[str, ...]]


def shingles(text: str) -> Shingles:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


def containment(one: Shingles, two: Shingles) -> float:
    return len(one & two) / min(len(one), len(two))


def highest_containment(texts: list[str]) -> float:
    """The highest share of five-word shingles any two texts have in common (of the shorter one)."""
    sets = [shingles(text) for text in texts]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, one in enumerate(sets):
        for shingle in one:
            holders[shingle].append(number)
    shared = Counter(pair for numbers in holders.values() for pair in combinations(numbers, 2))
    return max(count / min(len(sets[a]), len(sets[b])) for (a, b), count in shared.items())


def test_no_two_of_500_articles_are_alike() -> None:
    replica = Replica(seed=1, articles=500, now=NOW)
    assert highest_containment([f"{item.lead}\n{item.body}" for item in replica.articles]) < 0.2


def test_texts_are_composed_and_without_stray_space() -> None:
    for item in Replica(seed=4, articles=150, now=NOW).articles:
        for text in (item.headline, item.lead, item.byline or "", *item.paragraphs, *item.tags):
            assert text == unicodedata.normalize("NFC", text)
            assert text == " ".join(text.split())
            assert not re.search(r"[{}\[\]]", text)


def test_ordinary_articles_have_three_to_fifteen_paragraphs_and_some_adornment() -> None:
    items = [item for item in Replica(seed=4, articles=400, now=NOW).articles if item.kind is Kind.TEXT]
    counts = [sum(block.kind.value == "p" for block in item.blocks) for item in items]
    assert (min(counts), max(counts)) == (3, 15)
    kinds = {block.kind.value for item in items for block in item.blocks}
    assert kinds >= {"p", "h2", "quote", "list", "table", "photo"}


def test_tags_are_two_to_six_and_none_twice() -> None:
    for item in Replica(seed=4, articles=100, now=NOW).articles:
        assert 1 <= len(item.tags) <= 6
        assert len({tag.lower() for tag in item.tags}) == len(item.tags)


def test_a_near_duplicate_is_planted_on_purpose() -> None:
    replica = Replica(seed=1, articles=40, now=NOW)
    first = next(item for item in replica.articles if item.kind is Kind.TEXT and len(item.paragraphs) > 5)
    (twin,) = replica.publish(near_duplicate_of=first.id, at=NOW)
    assert twin.id != first.id
    assert twin.headline != first.headline
    assert containment(shingles(first.body or ""), shingles(twin.body or "")) > 0.85
    assert twin.body != first.body


@pytest.mark.parametrize("series", ["weather", "gold"])
def test_a_daily_series_differs_by_its_figures(series: str) -> None:
    replica = Replica(seed=1, articles=5, now=NOW)
    days = [replica.publish(series=series, at=NOW + timedelta(days=day))[0] for day in range(4)]
    assert len({item.headline for item in days}) == 4
    assert len({item.body for item in days}) == 4
    assert containment(shingles(days[0].body or ""), shingles(days[1].body or "")) > 0.2


def test_slugs_are_those_of_the_site() -> None:
    assert (
        slugify("Đẩy mạnh “số hóa” ở TP Hồ Chí Minh - Cần Thơ") == "day-manh-so-hoa-o-tp-ho-chi-minh-can-tho"
    )


def test_an_unknown_slot_is_an_error_of_its_own() -> None:
    with pytest.raises(UnknownSlotError, match="khongco"):
        Writer(Random(1), {}, {}).write("{khongco}")
