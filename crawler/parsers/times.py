"""Times: the most trusted of the sources on a page, checked against the others.

A more precise source counts before it only where both say the same minute. Sources that are
minutes apart are a warning; which of them is right is not guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crawler.items import Source
from crawler.parsers.dates import read_date

_CONTRADICTION: Final = timedelta(minutes=5)
"""Sources that are so far apart can't both be right: an hour is a wrong offset, minutes another event."""
_APART: Final = timedelta(days=1)
"""Publication so long before or after the article was created is told. On 27 pages it is from a minute before
to 36 minutes after; a draft that waits for its day may be right, but so may be another event's date."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A time as one place of the page states it; ``place`` names it in warnings."""

    text: str | None
    source: Source
    place: str


@dataclass(frozen=True, slots=True)
class Times:
    """When an article was published and last modified, and from where that is known."""

    published_at: datetime | None = None
    published_source: Source | None = None
    modified_at: datetime | None = None
    modified_source: Source | None = None
    warnings: tuple[str, ...] = ()


def read_times(published: Sequence[Stated], modified: Sequence[Stated], created_at: datetime | None) -> Times:
    """Settle the times from what the page states, each sequence in the order of trust."""
    # Most places say the same in the same words: each text is read once.
    times = {text: read_date(text) for stated in (*published, *modified) if (text := stated.text)}
    known = [(time, stated) for stated in published if stated.text and (time := times[stated.text])]
    best = _best(known)
    warnings = [
        f"published: {stated.place} is not a date"
        for stated in published
        if stated.text and times[stated.text] is None
    ]
    if best:
        warnings.extend(_apart(best, known))
        warnings.extend(_far_from_creation(best[0], created_at))
    later, source, ignored = _modified(modified, times, best[0] if best else None)
    return Times(
        published_at=best[0] if best else None,
        published_source=best[1].source if best else None,
        modified_at=later,
        modified_source=source,
        warnings=(*warnings, *ignored),
    )


def _best(known: list[tuple[datetime, Stated]]) -> tuple[datetime, Stated] | None:
    """The most trusted time, or the first that gives the seconds of the same minute."""
    if not known or known[0][0].second:
        return known[0] if known else None
    trusted = known[0][0]
    same = (pair for pair in known if pair[0].second and pair[0].replace(second=0, microsecond=0) == trusted)
    return next(same, known[0])


def _apart(best: tuple[datetime, Stated], known: list[tuple[datetime, Stated]]) -> list[str]:
    return [
        f"published: {best[1].place} says {best[0].isoformat()}, {stated.place} says {time.isoformat()}"
        for time, stated in known
        if abs(time - best[0]) >= _CONTRADICTION
    ]


def _far_from_creation(published: datetime, created: datetime | None) -> list[str]:
    if created is None or abs(published - created) < _APART:
        return []
    side = "before" if published < created else "more than a day after"
    return [f"published: {published.isoformat()} is {side} the article was created, {created.isoformat()}"]


def _modified(
    stated: Sequence[Stated], times: Mapping[str, datetime | None], published: datetime | None
) -> tuple[datetime | None, Source | None, list[str]]:
    """The first usable time of modification; one before publication is ignored with a warning."""
    warnings: list[str] = []
    for one in stated:
        time = times[one.text] if one.text else None
        if time is None:
            continue
        if published is None or time >= published:
            return time, one.source, warnings
        warnings.append(f"modified: {one.place} says {time.isoformat()}, before {published.isoformat()}")
    return None, None, warnings
