"""That the benchmark of ``reparse`` measures what it says, on an archive too small to say anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.benchmarks.bench_reparse import Found, Took, lines, measure

FOUND = Found(
    pages=1000, parser=3.0, both=3.1, start=0.5, one=Took(12.0, 11.8, 0.0), two=Took(6.5, 0.4, 11.6)
)


def test_every_part_is_timed() -> None:
    found = measure(40, 1)
    assert found.one.own > 0
    assert found.one.others == 0  # one process reads and records
    assert found.two.others > found.two.own > 0
    assert found.one.wall > 0.9 * found.one.own
    assert min(found.parser, found.both, found.start, found.two.wall - found.start) > 0


def test_the_ratios_are_of_what_they_say() -> None:
    assert found_ratios(FOUND) == (1.85, 2.0, 1.94, 1.97)


def test_a_recording_process_that_does_all_the_work_bounds_what_cores_can_gain() -> None:
    assert replace(FOUND, two=Took(9.0, 8.0, 4.0)).bound == pytest.approx(11.8 / 8)


def test_an_aim_that_is_missed_is_said() -> None:
    assert "not reached" not in "\n".join(lines(FOUND))
    assert "1.33 times one process (aim 1.7: **not reached**)" in "\n".join(
        lines(replace(FOUND, two=Took(9.0, 0.4, 11.6)))
    )


def found_ratios(found: Found) -> tuple[float, ...]:
    """All ratios, as printed."""
    return tuple(round(one, 2) for one in (found.gain, found.net_gain, found.ceiling, found.bound))
