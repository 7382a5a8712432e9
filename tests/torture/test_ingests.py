"""Ingests killed in the middle; many more of them in ``python -m tests.torture ingests``."""

from __future__ import annotations

from pathlib import Path

from tests.torture.ingests import torture


def test_ingests_killed_at_random_moments_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """More pages than a batch has, so that a kill may come between two of them."""
    counts = torture(tmp_path, kills=2, articles=210, seed=5)
    assert len(counts) == 2
    assert set(counts) <= {0, 200, 210}
