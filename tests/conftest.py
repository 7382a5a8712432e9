"""Fixtures that every room's tests share."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.running import Place

# Where the suite runs in the background, a shell lets it ignore Ctrl-C, and all that it starts as well.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says nothing on a busy machine; bounds on time are tested where they are promised.
settings.register_profile("tintuc", deadline=None)
settings.load_profile("tintuc")

SLOWEST = (
    "tests/torture/",
    "tests/benchmarks/",
    "tests/test_redesign_night.py",
    "tests/spiders/",
    "tests/crawler/",
    "tests/health/test_weeks.py",
    "tests/parsers/test_properties.py",
)
"""Files whose tests take long: first, so that no process is left alone with one at the end."""

SHARED_SITE = Path(__file__).parents[2] / "shared" / "site"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest files first; the order of the others stays."""
    items.sort(key=lambda item: not item.nodeid.startswith(SLOWEST))


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
