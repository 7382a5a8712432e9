"""Crawls killed in the middle: the next run goes on, and asks for no stored page again."""

from __future__ import annotations

from pathlib import Path

from tests.torture.kills import torture


def test_crawls_killed_at_random_moments_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    outcome = torture(tmp_path, kills=4, articles=60, seed=7)
    assert outcome.is_well, outcome
    assert outcome.kills == 4
