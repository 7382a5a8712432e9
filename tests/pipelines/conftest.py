"""A desk to record at: a new database for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipelines.factory import Desk, index_in_step, sound


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A new database; what the test leaves in it has to be sound."""
    made = Desk(tmp_path / "baotintuc.db")
    yield made
    made.recorder.close()
    sound(made.db)
    index_in_step(made.db)
    made.db.close()
