"""The floors of the planted pairs, at a size that a test run can afford (all of them: bench_similarity)."""

from __future__ import annotations

import pytest

from tests.benchmarks.bench_similarity import Result, evaluate, table

PAIRS = 60


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    found, _ = evaluate(PAIRS, tmp_path_factory.mktemp("pairs"))
    return {result.name: result for result in found}


@pytest.mark.parametrize(
    "name", ["exact copy", "5 % of words edited", "one paragraph cut", "two paragraphs cut", "new headline"]
)
def test_copies_are_found(results: dict[str, Result], name: str) -> None:
    assert results[name].share >= 0.98


@pytest.mark.parametrize("name", ["unrelated, same topic", "daily series, adjacent days"])
def test_what_is_no_copy_is_not_called_one(results: dict[str, Result], name: str) -> None:
    assert results[name].linked == 0


def test_half_rewritten_is_reported_but_bound_to_nothing(results: dict[str, Result]) -> None:
    assert results["50 % rewritten"].wanted is None
    assert 0.3 < results["50 % rewritten"].median_containment < 0.7


@pytest.mark.parametrize(
    ("name", "wanted", "linked", "well"),
    [
        ("exact copy", True, 979, False),
        ("exact copy", True, 980, True),
        ("unrelated, same topic", False, 1, True),
        ("unrelated, same topic", False, 2, False),
        ("daily series, adjacent days", False, 10, True),
        ("daily series, adjacent days", False, 11, False),
        ("50 % rewritten", None, 500, True),
    ],
)
def test_a_bound_that_is_missed_is_told(name: str, wanted: bool | None, linked: int, well: bool) -> None:
    result = Result(name, wanted, 1000, linked, 0.5)
    assert result.is_well is well
    assert ("missed" in table([result])) is not well
