"""When two texts repeat each other."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import similarity
from pipelines.similarity import MIN_SHINGLES, VERSION, VERSION_SHIFT, Text, containment, near, same_series
from tests.benchmarks.material import DAY, SERIES, Story, paragraphs_cut, story, weather, words_edited

FIXED = Text("Bến Tre khánh thành cầu", None, " ".join(f"chữ{n}" for n in range(60)))


def test_the_bands_of_a_text_never_change_within_a_version() -> None:
    """Signatures stay in databases for years: this literal may change only together with VERSION."""
    assert VERSION == 2
    assert FIXED.bands[:3] == (2465964813238, 2484185063064, 2488322432942)
    assert len(FIXED.bands) == 16


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d", "e"])), st.lists(st.sampled_from(["a", "b", "c", "d", "e"]))
)
def test_hashes_count_the_very_shingles(one: list[str], other: list[str]) -> None:
    """Against the definition: runs of four words as they are."""

    def runs(words: list[str]) -> set[tuple[str, ...]]:
        return set(zip(words, words[1:], words[2:], words[3:], strict=False))

    texts = Text(None, None, " ".join(one)), Text(None, None, " ".join(other))
    shorter = min(len(runs(one)), len(runs(other)))
    share = len(runs(one) & runs(other)) / shorter if shorter else 0.0
    assert [len(text.shingles) for text in texts] == [len(runs(one)), len(runs(other))]
    assert containment(*texts) == share


@given(st.text())
def test_a_text_is_composed_and_lowered_word_by_word_as_it_is_as_a_whole(text: str) -> None:
    """Across white space nothing composes, and no letter's lower case looks beyond it."""
    read = Text(None, None, text)
    assert read.shingles == similarity._shingles(read.words)


_PROSE = st.lists(st.sampled_from(["a", "b", "c", "d", "-", "e."]), max_size=40).map(" ".join)


@given(_PROSE, _PROSE, _PROSE)
def test_no_opening_hides_a_text_that_is_near(one: str, other: str, shared: str) -> None:
    """Against the whole comparison, which the opening only saves."""
    texts = Text(None, None, f"{one} {shared}"), Text(None, None, f"{other} {shared}")
    assert containment(*texts) < similarity.NEAR or not similarity._opens_otherwise(*texts)


def test_most_texts_on_one_topic_are_told_by_their_opening() -> None:
    texts = [story(n, topic="kinh-te").text for n in range(20)]
    told = [similarity._opens_otherwise(texts[0], text) for text in texts[1:]]
    assert sum(told) > len(told) / 2


def test_the_version_stands_above_the_hash() -> None:
    assert {band >> VERSION_SHIFT for band in story(1).text.bands} == {VERSION}


def test_no_text_has_more_bands_than_the_index_plans_for() -> None:
    assert {len(story(n).text.bands) for n in range(20)} == {similarity.BANDS}


def test_unicode_form_case_and_punctuation_do_not_matter() -> None:
    first = story(2)
    body = "\n\n".join(first.paragraphs)
    other = Text(
        None, first.lead.upper(), unicodedata.normalize("NFD", body).replace(", ", " , ").replace('"', "“")
    )
    assert other.bands == first.text.bands
    assert containment(first.text, other) == 1


def test_paragraphs_broken_elsewhere_do_not_matter() -> None:
    first = story(3)
    other = Text(first.headline, None, " ".join((first.lead, *first.paragraphs)))
    assert other.bands == first.text.bands


def test_a_short_text_is_never_a_near_duplicate() -> None:
    words = " ".join(f"chữ{n}" for n in range(MIN_SHINGLES + 2))
    short = Text("Ảnh", None, words)
    assert len(short.shingles) == MIN_SHINGLES - 1
    assert short.bands == ()
    assert near(short, short, same_day=True) is None
    longer = Text("Ảnh", None, words + " thêm")
    assert near(longer, longer, same_day=True) == 1


@pytest.mark.parametrize("text", [Text(None, None, None), Text("Một", None, "hai ba"), Text("", "", "")])
def test_a_text_of_next_to_nothing_has_no_bands(text: Text) -> None:
    assert text.bands == ()
    assert containment(text, text) == 0


def test_a_digest_is_not_a_copy_of_what_it_sums_up() -> None:
    short = story(4, paragraphs=3)
    digest = replace(short, paragraphs=(*short.paragraphs, *story(5, paragraphs=15).paragraphs))
    assert containment(short.text, digest.text) > 0.95
    assert near(short.text, digest.text, same_day=True) is None


def test_a_copy_shortened_to_half_is_near() -> None:
    whole = story(6, paragraphs=10)
    half = replace(whole, paragraphs=whole.paragraphs[:5])
    assert near(whole.text, half.text, same_day=True) == pytest.approx(1, abs=0.02)


def test_similarity_is_the_same_from_both_sides() -> None:
    whole = story(7)
    edited = words_edited(whole, 0.05, Random(7))
    assert containment(whole.text, edited.text) == containment(edited.text, whole.text)
    assert 0.7 < containment(whole.text, edited.text) < 0.95


# --- daily series ------------------------------------------------------------------------------


@pytest.mark.parametrize("series", SERIES, ids=lambda f: f.__name__)
def test_adjacent_days_of_a_series_are_two_articles(series: object) -> None:
    for seed in range(20):
        today = series(DAY, seed)  # type: ignore[operator]
        tomorrow = series(DAY + timedelta(days=1), seed)  # type: ignore[operator]
        assert near(today.text, tomorrow.text, same_day=False) is None


@pytest.mark.parametrize("series", SERIES, ids=lambda f: f.__name__)
def test_a_copy_of_one_day_of_a_series_is_a_copy(series: object) -> None:
    today = series(DAY, 3)  # type: ignore[operator]
    assert near(today.text, replace(today, headline="Bản tin hôm nay").text, same_day=True) == 1
    cut = paragraphs_cut(today, 2, Random(3))
    assert near(today.text, cut.text, same_day=True) is not None


def _with_numbers(*numbers: int, day: int = 14) -> Text:
    told = story(8, paragraphs=8)
    lines = tuple(f"Điểm đo {name} ghi nhận mức {n} mm." for name, n in zip("ABCDEF", numbers, strict=False))
    plain = tuple("".join(c for c in p if not c.isdecimal()) for p in (told.lead, *told.paragraphs))
    return Story("Lượng mưa", plain[0], (*plain[1:], f"Số liệu đo đến ngày {day}/9.", *lines)).text


def test_one_corrected_figure_does_not_make_a_series() -> None:
    first, second = _with_numbers(10, 20, 30, 40, 50, 60), _with_numbers(10, 20, 35, 40, 50, 60)
    assert not same_series(first, second, same_day=False)
    assert near(first, second, same_day=False) is not None


def test_three_new_figures_of_six_make_a_series_even_on_one_day() -> None:
    first, second = _with_numbers(10, 20, 30, 40, 50, 60), _with_numbers(11, 22, 33, 40, 50, 60)
    assert same_series(first, second, same_day=True)


def test_date_and_one_figure_make_a_series_only_from_day_to_day() -> None:
    first, second = _with_numbers(10, 20, 30, day=14), _with_numbers(10, 20, 31, day=15)
    assert same_series(first, second, same_day=False)
    assert not same_series(first, second, same_day=True)


def test_figures_are_compared_in_their_places_whatever_the_order_of_paragraphs() -> None:
    day = weather(DAY, 1)
    assert not same_series(day.text, replace(day, paragraphs=day.paragraphs[::-1]).text, same_day=False)


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_no_text_is_refused(headline: str, lead: str, body: str) -> None:
    text = Text(headline, lead, body)
    assert len(text.bands) <= similarity.BANDS
    assert text.figures is not None
    assert near(text, text, same_day=True) in (None, 1.0)
