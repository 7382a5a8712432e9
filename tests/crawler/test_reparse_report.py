"""What a reparse shows of its differences: short, and where they are."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from crawler.reparsing.recording import MOST_TOLD, Rereading, Sample, Tally
from crawler.reparsing.report import print_differences, print_tally


def shown(capsys: pytest.CaptureFixture[str], before: str | None, after: str | None) -> list[str]:
    tally = Tally()
    tally.fields["lead"] += 1
    tally.samples["lead"] = [Sample("797521", before, after)]
    print_differences(tally)
    return [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_nothing_is_told_from_an_empty_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, None, "Sapô") == ["lead: 1 article", "797521", "- NULL", "+ Sapô"]


def test_long_texts_are_cut_to_where_they_differ(capsys: pytest.CaptureFixture[str]) -> None:
    words = "Nước lũ lên nhanh. " * 50
    _, _, before, after = shown(capsys, f"{words}Sáng nay {words}", f"{words}Chiều nay {words}")
    assert before.startswith("- …")
    assert before.endswith("…")
    assert "Sáng nay" in before
    assert "Chiều nay" in after
    assert len(before) < 110


def test_a_text_that_goes_on_is_shown_where_the_other_ends(capsys: pytest.CaptureFixture[str]) -> None:
    words = "Nước lũ lên nhanh. " * 10
    _, _, before, after = shown(capsys, words.strip(), f"{words}Hết.")
    assert after.removeprefix("+ ").endswith("Hết.")
    assert "Hết." not in before


def test_markup_in_a_text_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, "[bold]Tin[/bold]", "[/]")[2:] == ["- [bold]Tin[/bold]", "+ [/]"]


def test_what_is_no_trouble_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    print_tally(Tally(read=1_200, unchanged=1_200), dry=False)
    lines = [line.split() for line in capsys.readouterr().err.splitlines()]
    assert lines[0] == ["pages", "read", "1,200"]
    assert not any("missing" in line or "longer" in line for line in lines)


def test_the_same_trouble_over_and_over_is_told_a_few_times() -> None:
    told: list[str] = []
    with closing(sqlite3.connect(":memory:")) as conn:
        rereading = Rereading(conn, None, told.append)
    for number in range(100):
        rereading.trouble(f"byte {number}")
        rereading.trouble(f"byte {number}")
    assert len(told) == MOST_TOLD + 1
    assert "more pages" in told[-1]
    assert rereading.tally.broken == 200
