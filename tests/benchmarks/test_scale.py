"""The benchmark of growth at a size that a test run can afford, and the shares of the file it states."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import bench_scale
from tests.benchmarks.bench_scale import Measured, Press, build, measure, size_table, table

SIZE = 400


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    path: Path = tmp_path_factory.mktemp("scale") / "scale.db"
    press = Press(stories=40)
    rates = build(path, press, SIZE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench_scale, "SAMPLES", 3)
        patch.setattr(bench_scale, "COLD_SAMPLES", 1)
        found = measure(path, press, SIZE)
    found.rates = rates
    return found


def test_the_index_of_near_duplicates_takes_at_most_a_twentieth_of_the_file(measured: Measured) -> None:
    assert measured.bytes["index of near-duplicates"] <= 0.05 * sum(measured.bytes.values())


def test_the_full_text_index_takes_at_most_two_fifths_of_the_file(measured: Measured) -> None:
    assert measured.bytes["full-text index"] <= 0.4 * sum(measured.bytes.values())


def test_the_tables_name_every_question_and_part(measured: Measured) -> None:
    told = table([measured, measured]) + size_table(measured)
    assert all(name in told for name in (*measured.seconds, *measured.bytes))
    assert len(measured.rates) == 10
