"""Beautiful Soup over one element that lxml has found: the body, never a whole page.

The element is handed over as it stands, without being written out and parsed again, so that
nothing can be lost on the way; what a template drops stays behind, and what it swallowed is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from crawler.parsers.body.losses import Losses
from crawler.parsers.body.roles import BOX, DROP, MUTE, NOTICE, ROLE
from crawler.parsers.body.tags import SILENT
from crawler.parsers.select import Element

_LEFT: Final = frozenset({DROP, NOTICE, BOX, MUTE})
_UNSEEN: Final = SILENT - {"noscript"}
_SOURCES: Final = frozenset({"source", "track"})
_HOLLOW: Final = frozenset({"video", "iframe"})
"""Players: what is in them beside their sources is for those who can't play them."""


class Grafted(NamedTuple):
    """An element as a tag, and how many paragraphs, pictures and videos were left behind with others.

    ``left_out`` in boxes of links and hidden, ``dropped`` in what the template drops.
    """

    tag: Tag
    left_out: int
    dropped: int


class _Grafter:
    """Makes tags of lxml elements and ties each to its parent and to what stands before it.

    The builder that Beautiful Soup has for this costs twice as much, for what only markup needs.
    """

    def __init__(self, roles: Mapping[Element, str]) -> None:
        self.top = Tag(name="[document]")
        self.left_out = 0
        self.dropped = 0
        self._roles = roles
        self._losses = Losses(roles)
        self._last: PageElement = self.top
        self._words: list[str] = []

    def graft(self, element: Element, parent: Tag) -> None:
        """Hang an element with all that is in it below a tag."""
        name, role = element.tag, self._roles.get(element)
        if not isinstance(name, str):
            return
        if role in _LEFT or name in _UNSEEN:
            self._leave(element, role)
            return
        self._end_words(parent)
        self._last = tag = Tag(name=name, parent=parent, previous=self._last)
        parent.contents.append(tag)
        tag.attrs.update(element.items())  # by name fails on odd names
        if role:
            tag.attrs[ROLE] = role
        if name in _HOLLOW:
            self._sources(element, tag)
            return
        if element.text:
            self._words.append(element.text)
        for child in element:
            self.graft(child, tag)
            if child.tail:
                self._words.append(child.tail)
        self._end_words(tag)

    def _sources(self, player: Element, tag: Tag) -> None:
        for child in player:
            if child.tag in _SOURCES:
                self.graft(child, tag)
        self.dropped += self._losses.of_fallback(player)

    def _leave(self, element: Element, role: str | None) -> None:
        if role == BOX:
            self.left_out += self._losses.of(element)
        elif role != MUTE:
            self.dropped += self._losses.of(element)

    def _end_words(self, parent: Tag) -> None:
        """Words with nothing between them but what was left behind are one string."""
        if self._words:
            string = NavigableString("".join(self._words))
            string.setup(parent, self._last)
            parent.contents.append(string)
            self._last = string
            self._words.clear()


def soup_of(element: Element, roles: Mapping[Element, str]) -> Grafted:
    """The element as a Beautiful Soup tag, its descendants marked with their roles."""
    grafter = _Grafter(roles)
    grafter.graft(element, grafter.top)
    return Grafted(grafter.top, grafter.left_out, grafter.dropped)
