"""A small run of the torture's memory, so that the suite knows it measures; and what it finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.torture import memory
from tests.torture.memory import Crawl, faults, measure, table

SHORT = Crawl(pages=1000, stored=1000, code=0, memory=100.0, seconds=30, cpu=20)
LONG = replace(SHORT, pages=20_000, stored=20_000, memory=115.0)


@pytest.mark.parametrize("archive", [True, False])
def test_a_crawl_of_a_site_in_another_process_is_measured(tmp_path: Path, archive: bool) -> None:
    crawl = measure(tmp_path, 30, archive=archive)
    assert crawl.is_whole, (tmp_path / "crawl.log").read_text()
    assert 50 < crawl.memory < 1000
    assert crawl.cpu > 0
    assert bool(list((tmp_path / "archive").glob("*"))) is archive


@pytest.mark.parametrize(
    ("last", "found"),
    [
        (LONG, []),
        (replace(LONG, memory=115.1), ["memory grew from 100 to 115 MB"]),
        (replace(LONG, stored=19_999), ["19,999 of 20,000 articles stored, exit code 0"]),
        (replace(LONG, code=3), ["20,000 of 20,000 articles stored, exit code 3"]),
    ],
)
def test_growth_and_what_was_left_out_are_found(last: Crawl, found: list[str]) -> None:
    assert list(faults([SHORT, last])) == found


def test_the_table_compares_with_the_shortest_crawl() -> None:
    _, _, first, second = table([SHORT, LONG])
    assert first == "| 1,000 | 1,000 | 100.0 | 1.00 | 20.0 | 30 |"
    assert second == "| 20,000 | 20,000 | 115.0 | 1.15 | 1.0 | 30 |"


def test_the_shortest_crawl_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = {1000: SHORT, 20_000: replace(LONG, memory=200.0)}
    monkeypatch.setattr(memory, "measure", lambda folder, pages, archive: sizes[pages])
    assert memory.main(["--pages", "20000", "1000", "--keep", str(tmp_path)]) == 1
    assert "memory grew from 100 to 200 MB" in capsys.readouterr().out
