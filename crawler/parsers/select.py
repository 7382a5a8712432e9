"""Selectors, and the text of what they find.

A selector is CSS, or XPath behind ``xpath:`` where CSS cannot say it. Each is compiled once and
looks below the element it is asked of. Nothing found is an empty list, never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, cast

from cssselect import HTMLTranslator
from lxml import etree

from crawler.parsers.text import clean_or_none

Element = etree._Element
_XPATH: Final = "xpath:"
_SILENT: Final = ("script", "style", "noscript", "template")
_APART: Final = ("br", "p", "div", "li", "h1", "h2", "h3", "h4", "tr", "td")


@cache
def _compiled(selector: str) -> etree.XPath:
    if selector.startswith(_XPATH):
        return etree.XPath(selector.removeprefix(_XPATH), smart_strings=False)
    return etree.XPath(HTMLTranslator().css_to_xpath(selector, prefix="descendant::"), smart_strings=False)


def select(element: Element, selector: str) -> list[Element]:
    """All elements below ``element`` that match, in document order; none for an empty selector."""
    return cast("list[Element]", _compiled(selector)(element)) if selector else []


def first(element: Element, selectors: Iterable[str]) -> Element | None:
    """The first match of the first selector that matches anything."""
    return next((found[0] for selector in selectors if (found := select(element, selector))), None)


def text_of(element: Element) -> str | None:
    """The visible text of a small element as one clean line; None where it has none.

    Children that stand on lines of their own are kept a space apart. Not for whole bodies.
    """
    return clean_or_none("".join(_strings(element)))


def _strings(element: Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        apart = child.tag in _APART
        if apart:
            yield " "
        if child.tag not in _SILENT:
            yield from _strings(child)
        if apart:
            yield " "
        if child.tail:
            yield child.tail


def texts(element: Element, selectors: Iterable[str]) -> list[str]:
    """The texts of all matches of the first selector that matches any text."""
    for selector in selectors:
        found = [text for match in select(element, selector) if (text := text_of(match))]
        if found:
            return found
    return []


def first_text(element: Element, selectors: Iterable[str]) -> str | None:
    """The first text that any of the selectors, tried in order, finds."""
    return next(iter(texts(element, selectors)), None)
