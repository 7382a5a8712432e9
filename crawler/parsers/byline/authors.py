"""Who signs, where the page has a place of its own for it, and what metadata says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, takewhile
from typing import Final

from crawler.items import Source
from crawler.parsers.byline.signature import (
    has_person,
    is_agency_line,
    is_name_line,
    joined,
    names_in,
    with_agency,
)
from crawler.parsers.byline.words import SEPARATORS, UnreadableError, Word, tokens_of
from crawler.parsers.fields import SITE_NAMES, Found
from crawler.parsers.metadata import Metadata, text_value
from crawler.parsers.select import Element, first_text, lines_of, select
from crawler.parsers.templates.base import Template

_GOES_ON: Final = SEPARATORS | {Word.LABEL, Word.SOURCE, Word.OPEN}
"""Words behind which the next line is more of the same (``Bài, ảnh:``, ``Hải Vân và``)."""

_LONGEST: Final = 500  # characters of a line that is cut into words, as of a caption
_MOST: Final = 20  # names of several places that are put together; more are only listed


def read_byline(template: Template, region: Element, metadata: Metadata) -> Found:
    """The byline as printed: the names once each, and the agency's line where it stands apart."""
    line = _together(_names(template, region))
    agency = first_text(region, template.byline_source)
    if line and agency and agency not in line:
        line = joined(line, agency) or with_agency(line, agency)
    if line or agency:
        return line or agency, Source.TEMPLATE
    return meta_byline(metadata), Source.METADATA


def meta_byline(metadata: Metadata) -> str | None:
    """The author that JSON-LD names; never the site's own name."""
    author = metadata.article.get("author")
    names = [text_value(one) for one in (author if isinstance(author, list) else [author])]
    publisher = text_value(metadata.article.get("publisher"))
    kept = [name for name in names if name and name != publisher and name.casefold() not in SITE_NAMES]
    return ", ".join(dict.fromkeys(kept)) or None


def named_authors(metadata: Metadata) -> set[str]:
    """Who meta tags and settings say the author is, in lower case: enough to know a signature by."""
    stated = (metadata.first_meta("author"), metadata.setting("articleAuthor"))
    return {name for one in stated if one for name in names_in(one)}


def _names(template: Template, region: Element) -> list[str]:
    """What the places of the byline say: those of the first selector that finds any, or of all."""
    if template.byline_places and len(select(region, template.byline_places)) > 1:
        return _everywhere(region, template.byline)
    found = (list(filter(None, map(_text, select(region, selector)))) for selector in template.byline)
    return next(filter(None, found), [])


def _everywhere(region: Element, selectors: Iterable[str]) -> list[str]:
    """What all places say, none of them twice: of those within one another that which is found first."""
    found: list[str] = []
    read: set[Element] = set()
    around: set[Element] = set()
    for element in chain.from_iterable(select(region, selector) for selector in selectors):
        if element in around or not read.isdisjoint(element.iterancestors()):
            continue
        if name := _text(element):
            found.append(name)
            read.add(element)
            around.add(element)
            around.update(takewhile(lambda one: one not in around, element.iterancestors()))
    return found


def _text(element: Element) -> str:
    """The text of a place; the names of two people on two lines are parted by a dash."""
    text = ""
    for line in lines_of(element):
        text += f"{' - ' if _are_two(text, line) else ' '}{line}"
    return text.strip(" -–,")


def _are_two(above: str, line: str) -> bool:
    """Whether a line begins with the name of one more person, and does not go on with what stands above."""
    if not above or len(above) > _LONGEST or not has_person(above.strip()):
        return False
    before, behind = _words(above)[-1:], [word for word in _words(line) if word is not Word.OPEN][:1]
    return behind == [Word.NAME] and _GOES_ON.isdisjoint(before)


def _words(line: str) -> list[Word]:
    try:
        return [token.kind for token in tokens_of(line.strip())] if len(line) <= _LONGEST else []
    except UnreadableError:
        return []


def _together(names: Sequence[str]) -> str:
    """The names of all places as one line, each once, with what one of them says beside it."""
    if len(names) > _MOST:
        return " - ".join(dict.fromkeys(names))
    line = ""
    for name in names:
        line = _added(line, name) if line else name
    return line


def _added(line: str, name: str) -> str:
    """A line with what one more place says, where that is not in it yet."""
    known, others = names_in(line), names_in(name)
    bare = is_name_line(name) or name.casefold() in others
    if bare and (others <= known or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", line, re.IGNORECASE)):
        return line
    # A role holds for all names behind it.
    apart = f"{name} - {line}" if bare and Word.LABEL in _words(line) else f"{line} - {name}"
    if bare and known.isdisjoint(others) and not is_agency_line(line):
        return apart
    return joined(line, name) or apart
