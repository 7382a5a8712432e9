"""The quality of the parsers never falls unnoticed: floors a field, and the hash of the corpus."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.quality import corpus


@cache
def _measures() -> dict[str, corpus.Measure]:
    return corpus.measures()


def _floors() -> list[tuple[str, str]]:
    return [(name, field) for name, floor in corpus.floors().items() for field in floor["exact"]]


def _measure(name: str) -> corpus.Measure:
    if name not in _measures():
        pytest.skip(f"the corpus '{name}' is not at hand")
    return _measures()[name]


@pytest.mark.parametrize(("name", "field"), _floors(), ids=lambda value: value)
def test_a_field_is_at_least_as_exact_as_its_floor(name: str, field: str) -> None:
    assert _measure(name).exactness().get(field, 0.0) >= corpus.floors()[name]["exact"][field]


@pytest.mark.parametrize("name", corpus.floors())
def test_the_corpus_is_the_one_the_floors_were_pinned_on(name: str) -> None:
    pinned = corpus.floors()[name]["corpus"]
    assert _measure(name).corpus == pinned, "run python -m tests.quality.corpus --write after a review"


@pytest.fixture
def worse(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Floors pinned while everything was right, and a parser that now gets half of the leads wrong."""
    floors = tmp_path / "floors.json"
    floors.write_text('{"fixtures": {"corpus": "x", "exact": {"lead": 1.0}}}\n', encoding="utf-8")
    monkeypatch.setattr(corpus, "FLOORS", floors)
    measure = corpus.Measure("y", right=Counter(lead=1), checked=Counter(lead=2))
    monkeypatch.setattr(corpus, "measures", lambda: {"fixtures": measure})
    return floors


def test_lowering_a_floor_takes_the_flag(worse: Path) -> None:
    before = worse.read_text(encoding="utf-8")
    assert corpus.main(["--write"]) == 1
    assert worse.read_text(encoding="utf-8") == before
    assert corpus.main(["--write", "--lower"]) == 0
    assert corpus.floors()["fixtures"]["exact"] == {"lead": 0.5}


def test_a_field_that_is_no_longer_measured_counts_as_fallen() -> None:
    assert corpus.fallen(corpus.Measure("y"), {"exact": {"lead": 1.0}}) == {"lead": (0.0, 1.0)}
