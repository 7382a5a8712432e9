"""Beautiful Soup over one element that lxml has found: the body, never a whole page.

The element is handed over as it stands, without being written out and parsed again, so that
nothing can be lost on the way; what a template drops stays behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from crawler.parsers.select import Element

ROLE: Final = " role"
"""Attribute under which a tag carries its role; no page can have it, names hold no blank."""

DROP: Final = "drop"
"""The role of an element that is left behind with all that is in it."""

BOX: Final = "box"
"""The role of a box of links to other articles: left behind too, but what it holds is looked at."""

_MEDIA: Final = frozenset({"img", "iframe", "video", "embed"})
_HEADING: Final = 8
"""Words: a paragraph of fewer in a box of links is the box's heading, no part of the article."""


class _Grafter:
    """Makes tags of lxml elements and ties each to its parent and to what stands before it.

    The builder that Beautiful Soup has for this costs twice as much, for what only markup needs.
    """

    def __init__(self, roles: Mapping[Element, str]) -> None:
        self.top = Tag(name="[document]")
        self.left_out = 0
        self._roles = roles
        self._last: PageElement = self.top
        self._words: list[str] = []

    def graft(self, element: Element, parent: Tag) -> None:
        """Hang an element with all that is in it below a tag."""
        role = self._roles.get(element)
        if role == DROP or not isinstance(element.tag, str):
            return
        if role == BOX:
            self.left_out += self._lost(element)
            return
        self._end_words(parent)
        self._last = tag = Tag(name=element.tag, parent=parent, previous=self._last)
        parent.contents.append(tag)
        tag.attrs.update(element.attrib.items())  # by name fails on odd names
        if role:
            tag.attrs[ROLE] = role
        if element.text:
            self._words.append(element.text)
        for child in element:
            self.graft(child, tag)
            if child.tail:
                self._words.append(child.tail)
        self._end_words(tag)

    def _end_words(self, parent: Tag) -> None:
        """Words with nothing between them but what was left behind are one string."""
        if self._words:
            string = NavigableString("".join(self._words))
            string.setup(parent, self._last)
            parent.contents.append(string)
            self._last = string
            self._words.clear()

    def _lost(self, element: Element) -> int:
        """How many paragraphs, pictures and videos of a box are no links to other articles."""
        if self._roles.get(element) == DROP or element.tag in ("a", "noscript"):
            return 0
        if element.tag in _MEDIA:
            return 1
        lost = sum(self._lost(child) for child in element if isinstance(child.tag, str))
        return lost + (element.tag == "p" and len(_own_text(element).split()) >= _HEADING)


def _own_text(element: Element) -> str:
    """The text of an element without that of its links."""
    inner = ("" if child.tag == "a" else _own_text(child) for child in element)
    tails = (child.tail or "" for child in element)
    return " ".join((element.text or "", *inner, *tails)) if isinstance(element.tag, str) else ""


def soup_of(element: Element, roles: Mapping[Element, str]) -> tuple[Tag, int]:
    """The element as a Beautiful Soup tag, its descendants marked with their roles.

    Also how many paragraphs, pictures and videos were left behind in boxes of links.
    """
    grafter = _Grafter(roles)
    grafter.graft(element, grafter.top)
    return grafter.top, grafter.left_out
