"""The lead: where the page has it, where metadata stands in for it, and where the body only repeats it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import Final

from crawler.items import Source
from crawler.parsers.fields import Found
from crawler.parsers.metadata import Metadata, text_value
from crawler.parsers.select import Element, select, text_of
from crawler.parsers.templates.base import Template
from crawler.parsers.text import clean_or_none, same_text

_MOST: Final = 4  # paragraphs
_LONGEST: Final = 1_000  # characters; the longest lead seen has 460
_ENDS: Final = tuple('.!?…"”)')
_CLOSED_BY_PARAGRAPHS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p"})
"""What can't hold a paragraph: the parser ends it where one begins."""


def read_lead(template: Template, region: Element, metadata: Metadata) -> Found:
    """The lead, without the site's own code before its first word."""
    empty: list[Element] = []
    for selector in template.lead:
        for element in select(region, selector):
            if text := _text(template, [element]):
                return text, Source.TEMPLATE
            empty.append(element)
    stated = _without_prefix(meta_lead(metadata), template.lead_prefixes)
    text = _text(template, _put_out(template, empty))
    if text and (text.endswith(_ENDS) or not stated):  # else it may be a button
        return text, Source.TEMPLATE
    return stated, Source.METADATA


def lead_gaps(template: Template, region: Element, lead: Found) -> list[str]:
    """What is to be told of a lead: that the page has a place for it and metadata had to stand in."""
    text, source = lead
    stands_in = text and source is Source.METADATA
    if not stands_in or not any(select(region, selector) for selector in template.lead):
        return []
    return ["the lead is that of metadata: its own place in the page is empty"]


def meta_lead(metadata: Metadata) -> str | None:
    """The lead that metadata states."""
    return metadata.first_meta("og:description") or text_value(metadata.article.get("description"))


def repeated_lead(paragraphs: Sequence[str], lead: str | None) -> int:
    """How many of the first paragraphs together only repeat the lead; 0 where they do not."""
    for count in range(1, min(_MOST, len(paragraphs)) + 1) if lead else ():
        together = " ".join(paragraphs[:count])
        if same_text(together, lead or ""):
            return count
        if len(together) > 2 * len(lead or ""):
            break
    return 0


def _text(template: Template, elements: Sequence[Element]) -> str | None:
    for element in elements:
        for prefix in select(element, template.lead_without):
            prefix.text = None
    text = " ".join(filter(None, map(text_of, elements)))
    return _without_prefix(text or None, template.lead_prefixes)


def _without_prefix(text: str | None, prefixes: tuple[str, ...]) -> str | None:
    if not text or not prefixes:
        return text
    names = "|".join(map(re.escape, prefixes))
    return clean_or_none(re.sub(rf"^(?:\((?:{names})\)\s*[-–—]?|(?:{names})\s*[-–—])\s*", "", text))


def _put_out(template: Template, empty: Sequence[Element]) -> list[Element]:
    """The paragraphs that stood in an empty lead before the parser put them behind it.

    None where they may be the body's: it stands around them or nowhere, or they are too many or long.
    """
    lead = next((one for one in empty if _is_before_paragraph(one)), None)
    parent = lead.getparent() if lead is not None else None
    if lead is None or parent is None:
        return []
    bodies = set(chain.from_iterable(select(lead.getroottree().getroot(), one) for one in template.body))
    if not bodies or not bodies.isdisjoint(lead.iterancestors()):
        return []
    known = bodies.union(*(select(parent, selector) for selector in _others(template)))
    found: list[Element] = []
    for element in lead.itersiblings():
        if not _is_plain(element) or not known.isdisjoint(element.iter()):
            break
        found.append(element)
        if (element.tail or "").strip():
            return []
    texts = [text for element in found if (text := text_of(element))]
    return found if len(texts) <= _MOST and sum(map(len, texts)) <= _LONGEST else []


def _is_before_paragraph(lead: Element) -> bool:
    behind = lead.getnext()
    put_out = behind is not None and behind.tag == "p" and not (lead.tail or "").strip()
    return lead.tag in _CLOSED_BY_PARAGRAPHS and put_out


def _is_plain(element: Element) -> bool:
    """Whether an element is words of an editor: no block of the page, no picture."""
    if next(element.iter("img", "iframe", "video", "figure", "table", "script"), None) is not None:
        return False
    return element.tag == "p" or (element.tag == "div" and not element.attrib)


def _others(template: Template) -> list[str]:
    """Where the page has anything but the lead."""
    fields = (template.headline, template.published, template.section, template.byline, template.tags)
    left = (*template.byline_source, *template.drop, *template.notice, template.box, template.related)
    return [*chain.from_iterable(fields), *left, template.opening, template.frame, template.caption]
