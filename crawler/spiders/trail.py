"""The trail to a tag's page of the new CMS, whose address holds a number that only the site's links tell.

Articles that bear the tag link to its page: first those that are stored, then those that the
site's search finds by the tag's name, one at a time, until one of them shows the way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote_plus

from crawler.site.tags import Tag
from crawler.site.urls import ORIGIN

STORED: Final = 2
"""Stored articles looked at: the second only where the first has lost the tag meanwhile."""

FOUND: Final = 5
"""Articles of the search looked at: those that bear the tag they were searched for come early."""


class TagTrail:
    """Where to look next for a link to the page of a tag.

    Args:
        tag: the tag, by name.
        stored: URLs of stored articles that bear it.
    """

    def __init__(self, tag: Tag, stored: Iterable[str]):
        self.tag = tag
        self.search_url = f"{ORIGIN}/search/?q={quote_plus(tag.words)}"
        self._leads = deque(stored)
        self._ended = False
        self._searched = False

    def add(self, urls: Iterable[str]) -> None:
        """Look at these too: articles that the search found."""
        self._leads.extend(list(urls)[:FOUND])

    def end(self) -> None:
        """The page is found: nothing more is to be looked at."""
        self._ended = True

    def following(self) -> str | None:
        """The URL to look at next, an article's or the search's; None where the trail ends."""
        if self._ended:
            return None
        if self._leads:
            return self._leads.popleft()
        searched, self._searched = self._searched, True
        return None if searched else self.search_url
