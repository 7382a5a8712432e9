"""``kill -9`` at random moments; many more of them in ``python -m tests.pipelines.torture``."""

from __future__ import annotations

from pathlib import Path

from tests.pipelines.torture import complete, play, torture


def test_a_kill_at_any_moment_leaves_every_article_whole_or_absent(tmp_path: Path) -> None:
    assert len(torture(tmp_path, kills=5, seed=11)) == 5


def test_going_through_the_story_twice_changes_nothing(tmp_path: Path) -> None:
    for _ in "ab":
        play(tmp_path / "a.db", 50, 40)
        complete(tmp_path / "a.db", 40)
