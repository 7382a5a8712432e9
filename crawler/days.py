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


def day_of(option: str, text: str | None) -> date | None:
    """The day given with an option; None where the option is not.

    Raises:
        ArgumentError: it is no day.
    """
    day = None if text is None else read_day(text)
    if text is not None and day is None:
        raise ArgumentError(f"{option} is not a date like 2026-09-24: {text!r}")
    return day


def check_order(since: date | None, until: date | None, said: str = "--{} {}") -> None:
    """Refuse a range that ends before it begins; ``said``: how a name and its day are typed.

    Raises:
        ArgumentError: it does.
    """
    if since and until and since > until:
        first, last = said.format("since", since), said.format("until", until)
        raise ArgumentError(f"{first} is after {last}: swap them")
