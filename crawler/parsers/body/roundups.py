"""Headings that lead to the articles they are of: those of a round-up, told from links to other articles.

A line that is nothing but a link to another article is no text of this one, unless it is a heading:
by its tag, or because the body is made of such lines and the paragraphs that each of them stands over.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import groupby
from typing import Final, NamedTuple

from crawler.items import Photo

HEADINGS: Final = frozenset({"h2", "h3", "h4"})
_LONGEST_HEADLINE: Final = 200  # characters; no headline is longer
_SENTENCE: Final = re.compile(r"[^\s.]\.[\"”’»)\]]*$")
_MOST_BEFORE: Final = 2  # paragraphs before the first heading of a round-up
_MOST_EACH: Final = 4  # paragraphs under each, where there are as many headings


class LinkedLine(NamedTuple):
    """A line that is nothing but links, or announces some: what it says and what stands before it."""

    text: str
    paragraphs: int
    photos: int
    tag: str
    alone: bool
    """Whether it is one link and nothing else."""


def is_text(line: str) -> bool:
    """Whether a line that is all a link is no headline: it ends as a sentence does, or is too long."""
    return len(line) > _LONGEST_HEADLINE or bool(_SENTENCE.search(line[-8:]))


def headings_in(lines: list[LinkedLine], paragraphs: int) -> tuple[list[LinkedLine], list[LinkedLine]]:
    """The headings among linked lines, and those of them that may be links to other articles all the same."""
    runs = [list(run) for _, run in groupby(lines, key=lambda line: line.paragraphs)]
    single = [run[0] for run in runs if len(run) == 1 and run[0].alone]
    over = [line for line in single if line.paragraphs < paragraphs]
    found = set(over) if _is_roundup(over, paragraphs) else set()
    doubtful = [line for line in over if line in found] if len(found) == 2 else []
    marked = {
        line
        for run in runs
        for line in run
        if line.alone and line.tag in HEADINGS and (len(run) == 1 or line.paragraphs < paragraphs)
    }
    return [line for line in lines if line in found | marked], [] if marked else doubtful


def _is_roundup(over: list[LinkedLine], paragraphs: int) -> bool:
    """Whether so many linked lines stand over so few paragraphs that they are their headings."""
    count = len(over)
    if count < 2 or over[0].paragraphs > _MOST_BEFORE:
        return False
    return paragraphs - over[0].paragraphs <= count * min(count, _MOST_EACH)


def put_in(headings: list[LinkedLine], paragraphs: list[str], photos: list[Photo]) -> None:
    """Put headings in their places among paragraphs; photos keep theirs."""
    places = [(line.paragraphs, line.photos) for line in headings]
    photos[:] = [
        replace(photo, paragraph=photo.paragraph + bisect_right(places, (photo.paragraph, at)))
        for at, photo in enumerate(photos)
    ]
    merged: list[str] = []
    done = 0
    for line in headings:
        merged.extend(paragraphs[done : line.paragraphs])
        merged.append(line.text)
        done = line.paragraphs
    paragraphs[:] = [*merged, *paragraphs[done:]]
