"""What a back-fill will cost, said before it begins: pages, requests, hours.

An estimate from what is stored already, or from what the site is known to publish. It promises
nothing; the run ends where the listings do.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from crawler.site import sections

SITE_A_DAY: Final = 300
"""Articles the whole site publishes on a day, over all sections."""

PAGE: Final = 20
"""Articles on a page of a listing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The cost of a back-fill.

    Args:
        articles: to be found in the range.
        stored: of these, stored already: not fetched again.
        pages: listing pages to read, those on the way from today to the range included.
        delay: seconds between two requests.
    """

    articles: int
    stored: int
    pages: int
    delay: float

    @property
    def requests(self) -> int:
        """Requests to make in all."""
        return self.pages + max(0, self.articles - self.stored)

    @property
    def hours(self) -> float:
        """How long they take at the delay."""
        return self.requests * self.delay / 3600

    def __str__(self) -> str:
        known = f", {self.stored:,} of them stored already" if self.stored else ""
        return (
            f"about {self.articles:,} articles{known}, on {self.pages:,} listing pages:"
            f" {self.requests:,} requests, {_duration(self.hours)} at {self.delay:g} s a request"
        )


def estimate(  # noqa: PLR0913 - each is a fact of its own
    *,
    slugs: Collection[str],
    since: date,
    until: date,
    today: date,
    stored: int,
    a_day: float | None,
    delay: float,
) -> Estimate:
    """Estimate a back-fill.

    Args:
        slugs: the sections asked for; none: the whole site.
        since: its first local day.
        until: its last local day.
        today: the local date; listings begin there.
        stored: articles of the range and sections that are stored already.
        a_day: articles a day in these sections, from what is stored; None where too little is.
        delay: seconds between two requests.
    """
    walked = len(slugs) or len(sections.SECTIONS)
    daily = a_day if a_day is not None else SITE_A_DAY * _share(slugs)
    in_range = (min(until, today) - since).days + 1
    to_its_start = (today - since).days + 1
    return Estimate(
        articles=max(stored, round(daily * in_range)),
        stored=stored,
        pages=walked + math.ceil(daily * to_its_start / PAGE),
        delay=delay,
    )


def _share(slugs: Collection[str]) -> float:
    """The part of the site that sections are, as if its main sections were all of one size."""
    if not slugs:
        return 1.0
    main = [section.slug for section in sections.SECTIONS if section.parent_id is None]
    weights = [1.0 if slug in main else 0.3 for slug in slugs]
    return min(1.0, sum(weights) / len(main))


def _duration(hours: float) -> str:
    if hours < 1:
        return f"{max(1, round(hours * 60))} minutes"
    return f"{hours:.1f} hours"
