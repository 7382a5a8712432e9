"""Beautiful Soup over one element that lxml has found: the body, never a whole page.

The element is handed over as it stands, without being written out and parsed again, so that
nothing can be lost on the way; what a template drops stays behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bs4 import BeautifulSoup, Tag
from bs4.builder import HTMLTreeBuilder

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


class _Grafter(HTMLTreeBuilder):
    """Feeds Beautiful Soup from an lxml element instead of from markup."""

    NAME = "lxml-element"
    features = [NAME]  # noqa: RUF012 - the form the base class has
    is_xml = False
    picklable = False

    def __init__(self, element: Element, roles: Mapping[Element, str]) -> None:
        super().__init__(multi_valued_attributes={}, string_containers={})
        self._element = element
        self._roles = roles
        self.left_out = 0

    def prepare_markup(self, markup: Any, *_: Any, **__: Any) -> Any:
        yield markup, None, None, False

    def feed(self, _: Any) -> None:
        self._graft(self._element)

    def _graft(self, element: Element) -> None:
        role = self._roles.get(element)
        if role == DROP or not isinstance(element.tag, str):
            return
        if role == BOX:
            self.left_out += self._lost(element)
            return
        attributes: dict[str, Any] = dict(element.attrib.items())  # by name fails on odd names
        if role:
            attributes[ROLE] = role
        soup = self.soup
        assert soup is not None
        soup.handle_starttag(element.tag, None, None, attributes)
        if element.text:
            soup.handle_data(element.text)
        for child in element:
            self._graft(child)
            if child.tail:
                soup.handle_data(child.tail)
        soup.handle_endtag(element.tag)

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
    grafter = _Grafter(element, roles)
    return BeautifulSoup("", builder=grafter), grafter.left_out
