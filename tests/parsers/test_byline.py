"""The byline grammar, form by form (``bylines.tsv``), and what holds for any text at all."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Contributor, ContributorKind
from crawler.parsers.byline.grammar import Byline, read_byline
from crawler.parsers.text import clean

TABLE = Path(__file__).with_name("bylines.tsv")
_CONTRIBUTOR = re.compile(r"(?P<kind>\w+) (?P<role>[\w,]+): (?P<name>.+?)(?: @ (?P<agency>.+))?")
KEEP_WHOLE, NOBODY = "?", "nobody"


def _contributor(cell: str) -> Contributor:
    match = _CONTRIBUTOR.fullmatch(cell)
    assert match, f"not a contributor: {cell!r}"
    return Contributor(
        kind=ContributorKind(match["kind"]),
        name=None if match["name"] == "-" else match["name"],
        role=match["role"],
        agency=match["agency"],
    )


def _expected(printed: str, cells: list[str]) -> Byline:
    if cells == [KEEP_WHOLE]:
        whole = Contributor(kind=ContributorKind.PERSON, name=printed)
        return Byline(contributors=(whole,), understood=False)
    contributors = () if cells == [NOBODY] else tuple(map(_contributor, cells))
    return Byline(contributors=contributors, understood=True)


def _table() -> list[tuple[str, list[str]]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(printed, cells) for printed, *cells in rows]


ROWS = _table()


@pytest.mark.parametrize(("printed", "cells"), ROWS, ids=[printed for printed, _ in ROWS])
def test_a_printed_form_is_read(printed: str, cells: list[str]) -> None:
    assert read_byline(printed) == _expected(printed, cells)


def test_the_table_has_no_form_twice_and_enough_of_them() -> None:
    forms = [printed for printed, _ in ROWS]
    assert len(forms) == len(set(forms)) >= 120


def test_no_text_has_no_contributors() -> None:
    assert read_byline("\u00a0 \u200b") == Byline(contributors=(), understood=True)


def test_unseen_characters_do_not_matter() -> None:
    assert read_byline("\ufeffHải\u00a0Vân\u200b (TTXVN)") == read_byline("Hải Vân (TTXVN)")


def test_decomposed_text_reads_the_same() -> None:
    assert read_byline("Tin, a\u0309nh: Hải Vân") == read_byline("Tin, ảnh: Hải Vân")


def test_a_very_long_text_is_kept_whole() -> None:
    text = clean("Hải Vân, " * 200)
    assert read_byline(text).understood is False
    assert [each.name for each in read_byline(text).contributors] == [text]


def test_real_bylines_read_as_a_reader_split_them(shared_site: Path) -> None:
    pages = json.loads((shared_site / "real" / "expected.json").read_text(encoding="utf-8"))
    for page in pages.values():
        byline = read_byline(page["byline"])
        read = [{"name": c.name, "role": c.role, "agency": c.agency} for c in byline.contributors]
        assert (read, byline.understood) == (page["contributors"], True), page["byline"]


_WORDS = st.sampled_from(
    (
        *("Hải Vân", "Minh", "Khuê", "H.V", "Bình-", "Thái", "Thái Bình", "Paris", "2", "TTXVN", "Vietnam+"),
        *("Báo Tin tức", "Báo", "Tin", "PV", "P/v", "nhóm", "và", "theo", "Theo", "từ", "tại", "của"),
        *("tổng hợp", "dịch", "ảnh", "bài", "Ảnh:", "TH", "T/h", *"()[]/,;:-–&+."),
        *(
            "tin tức",
            "TIN TỨC",
            "VNP",
            "Tổ",
            "Đoàn",
            "PGS",
            "TS",
            "News",
            "Independent",
            "Nga",
            "EU",
            "thường trú",
        ),
    )
)
TEXTS = st.one_of(
    st.text(max_size=80), st.lists(_WORDS, max_size=14).map(" ".join), st.lists(_WORDS).map("".join)
)


def _letters(text: str) -> list[str]:
    return [letter for letter in clean(text) if letter.isalnum()]


@given(TEXTS)
def test_every_name_and_agency_stands_in_the_printed_text(printed: str) -> None:
    for contributor in read_byline(printed).contributors:
        for said in (contributor.name, contributor.agency):
            assert said is None or (said and said in clean(printed))


@given(TEXTS)
def test_what_is_not_understood_is_one_whole_contributor(printed: str) -> None:
    byline = read_byline(printed)
    if not byline.understood:
        assert byline.contributors == (Contributor(kind=ContributorKind.PERSON, name=clean(printed)),)


@given(TEXTS)
def test_white_space_around_and_between_does_not_matter(printed: str) -> None:
    wide = f" {clean(printed)} ".replace(" ", " \u00a0\n ")
    assert read_byline(wide) == read_byline(printed)


@given(TEXTS)
def test_kinds_have_what_they_stand_for(printed: str) -> None:
    for contributor in read_byline(printed).contributors:
        assert contributor.role
        if contributor.kind is ContributorKind.AGENCY:
            assert contributor.name is None
            assert contributor.agency
        else:
            assert contributor.name
            assert contributor.name == contributor.name.strip()


@given(TEXTS)
def test_nobody_is_called_by_a_word_that_is_left_of_something_else(printed: str) -> None:
    byline = read_byline(printed)
    names = {one.name for one in byline.contributors if one.kind is ContributorKind.PERSON}
    left_over = {"Báo", "Tin", "Tức", "TỨC", "Theo", "Tổ", "Đoàn", "PGS", "TS", "PGS TS", "News", "EU", "VN"}
    assert not byline.understood or not names & left_over


@given(TEXTS)
def test_nobody_behind_a_slash_is_called_by_capitals_of_an_agency(printed: str) -> None:
    for joined in (f"TTXVN/{printed}", f"Hải Vân/TTXVN/{printed}"):
        byline = read_byline(f"{joined}/VNPX")
        assert not byline.understood or "VNPX" not in {one.name for one in byline.contributors}


@pytest.mark.parametrize(
    "piece", ["Ảnh minh họa ", "Báo Ab ", "PGS, TS ", "Times of ", "A-", "H.", "tin ", "The News "]
)
def test_a_line_of_one_word_over_and_over_takes_no_longer_than_its_length(piece: str) -> None:
    line = (piece * 240)[:240]
    began = time.process_time()
    read_byline(line)
    read_byline(f"Theo {line}"[:240])
    assert time.process_time() - began < 0.5
