"""Days as a person types them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from crawler.errors import ArgumentError

_DAY: Final = re.compile(r"(?:19|2\d)\d{2}-\d{2}-\d{2}")
"""Of no other centuries: near the ends of the calendar a time with an offset may not exist."""


def read_day(text: str) -> date | None:
    """The day that ``2026-09-24`` means; None where a text means none."""
    try:
        return date.fromisoformat(text.strip()) if _DAY.fullmatch(text.strip()) else None
    except ValueError:  # a day that no month has
        return None


def check_order(since: date | None, until: date | None, option: str = "") -> None:
    """Refuse a range that ends before it begins; ``option``: what stands before the names, ``--``.

    Raises:
        ArgumentError: it does.
    """
    if since and until and since > until:
        raise ArgumentError(f"{option}since={since} is after {option}until={until}: swap them")
