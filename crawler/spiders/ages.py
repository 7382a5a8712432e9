"""How old the articles of a feed or sitemap are, as far as anything tells it that can be believed.

A list is a hint, never a source: the time in a 17-digit id comes before what it says. And what it says of
all its articles alike is a stamp of the program that wrote it, not a date of any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final

from crawler.site.feeds import Entry
from crawler.site.listings import Card
from crawler.site.sitemaps import SitemapUrl
from crawler.site.urls import HANOI, article_id, created_at
from pipelines.validate import FIRST_DAY

_ALIKE: Final = 3
"""Entries that may not all have been published in the same second."""

MOST_A_DAY: Final = 500
"""Articles that may well have been published, or edited, on one day: a busy one has 300."""


def of_feed(entries: Sequence[Entry]) -> list[tuple[Entry, tuple[datetime, ...]]]:
    """The entries of a feed, each with the times it may be of, that in its id first; none: nothing tells."""
    told = {entry.published_at for entry in entries}
    is_stamp = len(told) == 1 and len(entries) >= _ALIKE
    return [(entry, tuple(_times(entry, is_stamp=is_stamp))) for entry in entries]


def _times(entry: Entry, *, is_stamp: bool) -> list[datetime]:
    published = None if is_stamp else _believed(entry.published_at)
    return [time for time in (_created(entry.url), published) if time]


def of_sitemap(urls: Iterable[SitemapUrl]) -> list[Card]:
    """The articles of a sitemap; a ``lastmod`` says only that an article is no younger."""
    return [Card(url=one.url, dated_at=_created(one.url) or _believed(one.modified_at)) for one in urls]


def crowded(cards: Iterable[Card]) -> Iterator[tuple[date, list[Card]]]:
    """The days that a sitemap dates more articles to than can be of them, and of these articles all but the
    ``MOST_A_DAY`` newest: the posts of the new CMS are numbered in their order."""
    by_lists = sorted((card for card in cards if card.dated_at and not _created(card.url)), key=_day)
    for day, of_day in groupby(by_lists, key=_day):
        if older := sorted(of_day, key=_number)[:-MOST_A_DAY]:
            yield day, older


def _believed(told: datetime | None) -> datetime | None:
    return told if told and told >= FIRST_DAY else None


def _created(url: str) -> datetime | None:
    return created_at(article_id(url) or "")


def _day(card: Card) -> date:
    assert card.dated_at is not None
    return card.dated_at.astimezone(HANOI).date()


def _number(card: Card) -> int:
    id_ = article_id(card.url) or ""
    return int(id_) if id_.isdecimal() else 0
