"""What is lost with an element that is left behind: the article's own words, where an end tag is missing.

What a template drops holds links, buttons and advertisements. A paragraph, a row of words or a
picture with its frame in it is a sign that it swallowed what stands behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from crawler.parsers.body.roles import BOX, FRAME, MUTE, NOTICE
from crawler.parsers.body.tags import BLOCKS, MEDIA
from crawler.parsers.select import Element

_HEADING: Final = 8
"""Words: a line of fewer is the heading of a box, a button or a notice, no part of the article."""

_LONG_SENTENCE: Final = 25
"""Words: what a notice says of its own, or a byline, has fewer."""

_FALLBACK: Final = frozenset(
    {"audio", "video", "object", "select", "button", "textarea", "option", "datalist"}
)
"""What says something of its own to those who can't use it; only paragraphs in it are the article's."""

_NOTHING: Final = frozenset({"script", "style", "noscript", "template", "a"})
_FRAMES: Final = frozenset({"p", "figure"})
_PARAGRAPH: Final = re.compile(r"<p\b", re.IGNORECASE)


class Losses:
    """Counts the paragraphs, pictures and videos in what is left behind."""

    def __init__(self, roles: Mapping[Element, str]) -> None:
        self._roles = roles
        self._lines: list[int] = []  # words of each line long enough
        self._media = 0

    def of(self, element: Element) -> int:
        """How many stand in an element that are no links to other articles.

        In a ``box`` every picture counts; elsewhere only one in a paragraph or frame of its own,
        since advertisements are pictures too. Of a ``notice`` one sentence does not count.
        """
        role = self._roles.get(element)
        self._line(self._walk(element, pictures=role == BOX))
        return self._taken(notice=role == NOTICE)

    def of_fallback(self, player: Element) -> int:
        """How many stand in a player, which has nothing in it but its sources."""
        self._player(player)
        return self._taken(notice=False)

    def _taken(self, *, notice: bool) -> int:
        lost = len(self._lines) + self._media
        if notice and self._lines and self._lines[0] < _LONG_SENTENCE:
            lost -= 1
        self._lines.clear()
        self._media = 0
        return lost

    def _line(self, words: int) -> None:
        if words >= _HEADING:
            self._lines.append(words)

    def _walk(self, element: Element, *, pictures: bool) -> int:
        """Count what is within an element; how many words it adds to the line that it stands in."""
        tag, role = element.tag, self._roles.get(element)
        if not isinstance(tag, str) or tag in _NOTHING or role == MUTE:
            return 0
        if tag in MEDIA:
            self._media += pictures
            self._player(element)
            return 0
        pictures = pictures or tag in _FRAMES or role in (FRAME, BOX)
        words = len((element.text or "").split())
        for child in element:
            words += self._walk(child, pictures=pictures) + len((child.tail or "").split())
        if tag in _FALLBACK:
            return 0
        if tag in BLOCKS:
            self._line(words)
            return 0
        return words

    def _player(self, player: Element) -> None:
        """A frame without its end tag holds the markup of all that follows as text."""
        if player.tag == "iframe":
            self._lines.extend([_HEADING] * len(_PARAGRAPH.findall(player.text or "")))
        for child in player:
            if child.tag not in ("source", "track"):
                self._walk(child, pictures=False)
