"""Fixtures that every room's tests share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Place

SHARED_SITE = Path(__file__).parents[2] / "shared" / "site"


@pytest.fixture(scope="session")
def shared_site() -> Path:
    """The folder of real saved pages; tests that need it are skipped where it is absent."""
    if not SHARED_SITE.is_dir():
        pytest.skip("no real pages here: the folder ../shared/site is absent")
    return SHARED_SITE


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder of its own for a database, and the commands run on it."""
    return Place(tmp_path)


@pytest.fixture
def untraced() -> Iterator[None]:
    """No coverage tracing meanwhile: a bound on time is the product's, not the tracer's."""
    trace = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(trace)
