"""How old the articles of a feed are, as far as anything tells it that can be believed.

A list is a hint, never a source: the time in a 17-digit id comes before what it says. And what it says of
all its articles alike is a stamp of the program that wrote it, not a date of any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from crawler.site.feeds import Entry
from crawler.site.urls import article_id, created_at
from pipelines.validate import FIRST_DAY

_ALIKE: Final = 3
"""Entries that may not all have been published in the same second."""


def of_feed(entries: Sequence[Entry]) -> list[tuple[Entry, tuple[datetime, ...]]]:
    """The entries of a feed, each with the times it may be of, that in its id first; none: nothing tells."""
    told = {entry.published_at for entry in entries}
    is_stamp = len(told) == 1 and len(entries) >= _ALIKE
    return [(entry, tuple(_times(entry, is_stamp=is_stamp))) for entry in entries]


def _times(entry: Entry, *, is_stamp: bool) -> list[datetime]:
    published = entry.published_at
    is_told = published is not None and published >= FIRST_DAY and not is_stamp
    return [time for time in (_created(entry.url), published if is_told else None) if time]


def _created(url: str) -> datetime | None:
    return created_at(article_id(url) or "")
