"""Selectors, and the text of what they find.

A selector is CSS, or XPath behind ``xpath:`` where CSS cannot say it. Each is compiled once and
looks below the element it is asked of. Nothing found is an empty list, never an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final, cast

from cssselect import HTMLTranslator
from cssselect.xpath import XPathExpr
from lxml import etree

from crawler.parsers.text import clean, clean_or_none

Element = etree._Element
_BELOW_TOP: Final = "[count(ancestor::*|$top) = count(ancestor::*)]"
"""What stands below the element that is looked into."""

_XPATH: Final = "xpath:"
_SIMPLE: Final = re.compile(r"(?=.)(?P<tag>[a-z][a-z0-9-]*)?(?:\.(?P<name>[\w-]+))?")
"""``figcaption``, ``.widget``, ``h2.sapo``: a tag, a class or both."""

_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_SILENT: Final = ("script", "style", "noscript", "template")
_BREAK: Final = "\x1e"  # white space that no page prints
_APART: Final = ("br", "p", "div", "li", "h1", "h2", "h3", "h4", "tr", "td")


class _Expression(XPathExpr):
    """An expression that knows its last step as a test of one element, whatever stands before it."""

    test: str = ""


class _Translator(HTMLTranslator):
    """CSS as XPath in which no element is looked for below two elements within one another.

    Of what ``blockquote .author`` finds below nested quotations libxml2 makes one set by comparing
    each with each: 9,000 of them in 140 take 5 s.
    """

    xpathexpr_cls = _Expression

    def xpath_descendant_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """``left right``: below the outermost of what ``left`` finds."""
        outer = _test(left)
        below = f"{_test(right)}[ancestor::{outer}]"
        left.add_condition(f"not(ancestor::{outer}{_BELOW_TOP})")
        return _tested(super().xpath_descendant_combinator(left, right), below)

    def xpath_child_combinator(self, left: XPathExpr, right: XPathExpr) -> XPathExpr:
        """``left > right``."""
        below = f"{_test(right)}[parent::{_test(left)}]"
        return _tested(super().xpath_child_combinator(left, right), below)


def _test(expression: XPathExpr) -> str:
    if isinstance(expression, _Expression) and expression.test:
        return expression.test
    return f"{expression.element}[{expression.condition}]" if expression.condition else expression.element


def _tested(expression: XPathExpr, test: str) -> XPathExpr:
    if isinstance(expression, _Expression):
        expression.test = test
    return expression


@cache
def _compiled(selector: str) -> Callable[[Element], Iterable[Element]]:
    simple = [_SIMPLE.fullmatch(one.strip()) for one in selector.split(",")]
    if all(simple):
        return _walk([one.groups(default="") for one in simple if one])
    if selector.startswith(_XPATH):
        path = etree.XPath(selector.removeprefix(_XPATH), smart_strings=False)
    else:
        css = _Translator().css_to_xpath(selector, prefix="descendant::")
        path = etree.XPath(css, smart_strings=False)
    return lambda element: cast("list[Element]", path(element, top=element))


def _walk(wanted: list[tuple[str, ...]]) -> Callable[[Element], Iterator[Element]]:
    """Tags and classes looked for in one walk: XPath takes twice as long for one, for ten four times."""
    tags = {tag for tag, _ in wanted}
    anywhere = frozenset(name for tag, name in wanted if not tag)
    classes = {tag: anywhere | {name for one, name in wanted if one == tag} for tag in tags}

    def walk(element: Element) -> Iterator[Element]:
        for one in element.iterdescendants(*(("*",) if "" in tags else tags)):
            names = classes.get(str(one.tag), anywhere)
            if "" in names or _is_of(one.get("class"), names):
                yield one

    return walk


def _is_of(stated: str | None, names: frozenset[str]) -> bool:
    """Whether a ``class`` names one of these; str.split parts at what is no blank to HTML as well."""
    if not stated or names.isdisjoint(stated.split()):
        return False
    return not names.isdisjoint(_BLANKS.split(stated))


def select(element: Element, selector: str) -> list[Element]:
    """All elements below ``element`` that match, in document order; none for an empty selector."""
    return list(_compiled(selector)(element)) if selector else []


def first(element: Element, selectors: Iterable[str]) -> Element | None:
    """The first match of the first selector that matches anything."""
    found = (next(iter(_compiled(selector)(element)), None) for selector in selectors if selector)
    return next((one for one in found if one is not None), None)


def text_of(element: Element) -> str | None:
    """The visible text of a small element as one clean line; None where it has none.

    Children that stand on lines of their own are kept a space apart. Not for whole bodies.
    """
    return clean_or_none("".join(_strings(element)))


def lines_of(element: Element) -> list[str]:
    """The visible text of a small element, a clean line for each that stands on one of its own."""
    return [line for part in "".join(_strings(element)).split(_BREAK) if (line := clean(part))]


def _strings(element: Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        apart = child.tag in _APART
        if apart:
            yield _BREAK
        if child.tag not in _SILENT:
            yield from _strings(child)
        if apart:
            yield _BREAK
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
