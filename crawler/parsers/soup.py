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

CUT: Final = "cut"
"""The role of an element that ends the body: it and all behind it are left behind."""


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
        self._cut = False
        self.left_out = 0

    def prepare_markup(self, markup: Any, *_: Any, **__: Any) -> Any:
        yield markup, None, None, False

    def feed(self, _: Any) -> None:
        self._graft(self._element)

    def _graft(self, element: Element) -> None:
        role = self._roles.get(element)
        if role == DROP or not isinstance(element.tag, str):
            return
        if self._cut or role == CUT:
            self.left_out += sum(
                1 for text in element.iter("p") if self._cut and "".join(text.itertext()).strip()
            )
            self._cut = True
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
            if child.tail and not self._cut:
                soup.handle_data(child.tail)
        soup.handle_endtag(element.tag)


def soup_of(element: Element, roles: Mapping[Element, str]) -> tuple[Tag, int]:
    """The element as a Beautiful Soup tag, its descendants marked with their roles.

    Also how many paragraphs were left out behind a cut.
    """
    grafter = _Grafter(element, roles)
    return BeautifulSoup("", builder=grafter), grafter.left_out
