"""What an end tag too many put out of the body: put back, or at least told.

Behind one ``</div>`` too many each further one closes the element around its own: what stands behind
the body belongs into it, what stands behind its parent into that, and so on. The page must have more
end tags than tags for that, and text behind the body before the blocks that may follow one (byline,
tags); where it has not, paragraphs that stand there are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import Final, NamedTuple

from crawler.parsers.page import Page
from crawler.parsers.select import Element, select
from crawler.parsers.templates.base import Template

_FEW_WORDS: Final = 8
"""What has fewer is a button, a heading or a notice."""

_ROUNDS: Final = 4
"""An end tag too many within an element of the body takes two rounds, and so on."""

_MOST: Final = 10  # parts of a body that are looked behind
_FAR: Final = 50  # elements behind the body that are looked at
_SIGNED: Final = re.compile(r"\bauthor\b|article__source")
_MUTE: Final = frozenset({"script", "style", "noscript", "template", "input", "footer", "ins", "hr", "br"})
_PUT_BACK: Final = "the body was closed by an end tag too many: what stands behind it was read as its own"
_TOLD: Final = "{} paragraphs or pictures stand behind the body: there may be an end tag too many"


class _Behind(NamedTuple):
    """What stands behind a body, or behind the outermost of the elements that end with it."""

    body: Element
    last: Element
    level: int
    """How many elements end with the body."""

    siblings: list[Element]


def bring_back(page: Page, bodies: list[Element], region: Element, template: Template) -> list[str]:
    """Put back what an end tag too many put behind the body; what is to be told of that."""
    told: list[str] = []
    for body in bodies[:_MOST]:
        for _ in range(_ROUNDS):
            behind = _behind(body, set(bodies))
            if behind is None:
                break
            doubt = _may_be_own(behind) and page.has_end_tags_too_many
            extra = _too_many(behind, region, template) if doubt else 0
            if not extra:
                told.extend(_left(behind, template, anywhere=doubt))
                break
            _put_back(behind, extra, region, template)
            told = [_PUT_BACK]
    return list(dict.fromkeys(told))


def _behind(body: Element, parts: set[Element]) -> _Behind | None:
    level, last = 0, body
    while not (siblings := list(_siblings(last))) and not _has_words(last.tail):
        parent = last.getparent()
        if parent is None or parent.tag in ("body", "html"):
            return None
        level, last = level + 1, parent
    own = list(takewhile(lambda one: one not in parts, siblings))
    return _Behind(body, last, level, own) if own or _has_words(last.tail) else None


def _siblings(last: Element) -> Iterator[Element]:
    """The next elements behind one that may say something."""
    return (one for one in islice(last.itersiblings(), _FAR) if one.tag not in _MUTE or _has_words(one.tail))


def _may_be_own(behind: _Behind) -> bool:
    """Whether anything behind a body looks like the article's: a look that spares most pages the others."""
    body, last, level, siblings = behind
    own = takewhile(lambda one: not _is_signed(one), siblings)
    if _has_words(last.tail) or any(_is_article(one) or _has_words(one.tail) for one in own):
        return True
    return level > 0 and any(_is_signed(one) or one.get("class") == body.get("class") for one in siblings)


def _too_many(behind: _Behind, region: Element, template: Template) -> int:
    """How many end tags too many put what stands behind a body there; 0 where it is at its place."""
    body, last, level, siblings = behind
    if level and any(one.get("class") and one.get("class") == body.get("class") for one in siblings):
        return level  # another part of the body, which stands beside it
    known = _known(behind, template)
    left = _left_behind(behind, template)
    own = (one for one in _before(siblings, known) if one not in left and one.tag not in _MUTE)
    if _has_words(last.tail) or any(_is_article(one) or _has_words(one.tail) for one in own):
        return level + 1
    signed = any(map(_is_signed, siblings))
    return level if signed and not any(select(region, selector) for selector in template.byline) else 0


def _left(behind: _Behind, template: Template, *, anywhere: bool) -> list[str]:
    """A warning where there are paragraphs or pictures behind a body: before the blocks that may follow
    one, or ``anywhere``."""
    found = [one for one in behind.siblings if _is_text(one)]
    if found:
        known = _known(behind, template)
        own = set(behind.siblings if anywhere else _before(behind.siblings, known))
        own -= known | _left_behind(behind, template)
        found = [one for one in found if one in own]
    count = len(found) + sum(_has_words(one.tail) for one in (behind.last, *behind.siblings))
    return [_TOLD.format(count)] if count else []


def _known(behind: _Behind, template: Template) -> set[Element]:
    """The blocks that follow a body, and all that they stand in."""
    around = behind.last.getparent()
    if around is None:
        return set()
    selectors = (*template.byline, *template.byline_source, *template.tags)
    found = {one for selector in selectors for one in select(around, selector)}
    found |= {one for one in behind.siblings if _is_signed(one)}
    siblings = set(behind.siblings)
    return found | {one for match in found for one in match.iterancestors() if one in siblings}


def _left_behind(behind: _Behind, template: Template) -> set[Element]:
    around = behind.last.getparent()
    selectors = (*template.drop, *template.notice, template.box, template.mute)
    return set() if around is None else {one for named in selectors for one in select(around, named)}


def _before(siblings: Iterable[Element], known: set[Element]) -> Iterator[Element]:
    return takewhile(lambda one: one not in known, siblings)


def _has_words(text: str | None) -> bool:
    return text is not None and len(text.split()) >= _FEW_WORDS


def _is_text(element: Element) -> bool:
    """Whether an element is a paragraph of some length, links apart, or a frame with a picture."""
    return element.tag in ("p", "figure") and _is_article(element)


def _is_article(element: Element) -> bool:
    """Whether an element holds words of some number, links apart, or a frame with a picture."""
    figures = element.iter("figure", "table")
    return _words(element) >= _FEW_WORDS or any(one.find(".//img") is not None for one in figures)


def _words(element: Element) -> int:
    if not isinstance(element.tag, str) or element.tag == "a" or element.tag in _MUTE:
        return 0
    within = sum(_words(child) + len((child.tail or "").split()) for child in element)
    return within + len((element.text or "").split())


def _put_back(behind: _Behind, extra: int, region: Element, template: Template) -> None:
    """Put what stands behind each element into the one that it was closed out of.

    What stands at the end of the page may be of the page itself: of that only what comes before the
    blocks that follow a body, and the byline.
    """
    chain = [one for one in (behind.body, *behind.body.iterancestors()) if one.tag not in ("body", "html")]
    known = _known(behind, template) if behind.last is chain[-1] else set()
    outer = set(region.iterancestors())
    for at in range(behind.level, len(chain)):
        last, target = chain[at], chain[at - extra + 1]
        is_end = at == len(chain) - 1
        if target in outer or (is_end and at > behind.level):
            return
        siblings = list(last.itersiblings())
        if is_end:
            own = list(_before(siblings, known))
            siblings = own + list(filter(_is_signed, siblings[len(own) : len(own) + 1]))
        _put_words(target, last.tail)
        last.tail = None
        target.extend(siblings)


def _is_signed(element: Element) -> bool:
    return element.tag in ("div", "p") and bool(_SIGNED.search(element.get("class") or ""))


def _put_words(target: Element, words: str | None) -> None:
    """Put words at the end of an element, without the controls that lxml takes from pages only."""
    said = _printable(words)
    last = next(target.iterchildren(reversed=True), None)
    if not said:
        return
    if last is None:
        target.text = f"{_printable(target.text)} {said}"
    else:
        last.tail = f"{_printable(last.tail)} {said}"


def _printable(words: str | None) -> str:
    return "".join(filter(str.isprintable, " ".join((words or "").split())))
