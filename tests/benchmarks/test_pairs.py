"""The floors of the planted pairs, at a size that a test run can afford (all of them: bench_similarity)."""

from __future__ import annotations

import pytest

from tests.benchmarks.bench_similarity import Result, evaluate

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
