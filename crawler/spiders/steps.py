"""The steps of a walk in one run: which pages of a listing were read, and whether they led anywhere.

A listing that goes on for ever must end, and one whose articles are there must not: so pages count
as barren only where articles of theirs were asked for and the site has none of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

LedNowhere = Callable[[frozenset[str]], bool | None]
"""Whether the articles of these URLs that were asked for are all not there; None: none was asked for."""

UNDER_WAY: Final = 2
"""Pages whose articles may not have been asked for yet: that read last, and the one before, whose articles
may be in one batch of requests with the page."""


@dataclass(slots=True)
class Steps:
    """What one run has read of one listing.

    Args:
        number: of pages read.
        before: the articles on the page read last.
    """

    number: int = 0
    before: frozenset[str] = frozenset()
    _seen: set[int] = field(default_factory=set)
    _under_way: deque[frozenset[str]] = field(default_factory=deque)

    def take(self, page: frozenset[str]) -> bool:
        """Read a page; gives whether it holds the same articles as an earlier one."""
        repeats = hash(page) in self._seen
        self._seen.add(hash(page))
        self.number += 1
        self.before = page
        return repeats

    def barren(self, wanted: frozenset[str], so_far: int, led_nowhere: LedNowhere) -> int:
        """How many pages in a row have led nowhere, as far as that is known.

        Args:
            wanted: the articles of the page just read that the walk wants.
            so_far: what this gave at the page before.
            led_nowhere: tells it of a page.
        """
        if wanted:
            self._under_way.append(wanted)
        if len(self._under_way) <= UNDER_WAY:
            return so_far
        verdict = led_nowhere(self._under_way.popleft())
        return so_far if verdict is None else so_far + 1 if verdict else 0
