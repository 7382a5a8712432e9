"""Fixtures that every room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_SITE = Path(__file__).parents[2] / "shared" / "site"


@pytest.fixture(scope="session")
def shared_site() -> Path:
    """The folder of real saved pages; tests that need it are skipped where it is absent."""
    if not SHARED_SITE.is_dir():
        pytest.skip("no real pages here: the folder ../shared/site is absent")
    return SHARED_SITE
