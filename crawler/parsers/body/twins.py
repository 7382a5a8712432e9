"""Blocks that a page has twice, for wide and for narrow screens: one of the two is enough."""

from __future__ import annotations

from collections import Counter

from crawler.parsers.select import Element, select, text_of
from crawler.parsers.text import text_key


def twins_in(element: Element, wide: str, narrow: str) -> list[Element]:
    """The blocks for narrow screens that only repeat one for wide screens.

    Where both have words these must be the same, wherever the two stand; of pictures alone as
    many are twins as there are such blocks for wide screens.
    """
    narrows = select(element, narrow)
    if not narrows:
        return []
    said = Counter(_said(one) for one in select(element, wide))
    twins = []
    for one in narrows:
        key = _said(one)
        if said[key] > 0:
            said[key] -= 1
            twins.append(one)
    return twins


def _said(element: Element) -> str:
    return text_key(text_of(element) or "")
