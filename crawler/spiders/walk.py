"""A walk: reading the pages of one listing, newest first, until there is reason to stop.

Its place, range and progress are written into ``found_by`` of the frontier row it leaves for
its next page. So the next run that is to read such pages takes an interrupted walk up at that page: a
run over the whole site, or over a part of it that the walk belongs to. A page may be owed to several
walks, of different ranges; it is then read once for all of them, and each goes on or ends by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Final, Self

from crawler.site.listings import Card
from crawler.site.urls import HANOI
from pipelines.frontier import SEVERAL

SLACK: Final = timedelta(hours=2)
"""How far the age that a link tells may be off: publication was up to 36 minutes from the
creation time in the id on the pages seen."""

_TO_KNOWN: Final = "to-known"
_OWN: Final = "own"
_GUESS: Final = "guess"
_ON_REQUEST: Final = frozenset({"search", "tag"})


@dataclass(frozen=True, slots=True)
class Walk:
    """Which listing, and how far.

    Args:
        place: the listing, ``thoi-su``; of the site's search ``search/B%E1%BA%BFn``, of a tag ``tag/...``.
        since: first local day of the range asked for; None: as far as there is anything new.
        until: last local day of it, inclusive.
        reached: age of the middle card of the oldest page read; None at the first page, or where
            the cards tell no age.
        ends_at_known: whether a page of known articles ends it.
        is_own_choice: whether nobody asked for the range: it then says where to stop, not what is
            wanted on the way.
        barren: pages in a row up to the one read last, none of whose articles was there.
        known_at: the end of the run that last read the listing: what was found since may be known
            through other lists, and says nothing of what stands behind it. None: nothing tells.
        is_guess: whether no link of the site's led to the listing.
    """

    place: str
    since: date | None = None
    until: date | None = None
    reached: datetime | None = None
    ends_at_known: bool = False
    is_own_choice: bool = False
    barren: int = 0
    known_at: datetime | None = None
    is_guess: bool = False

    @property
    def layer(self) -> str:
        """The layer of discovery that the listing belongs to: listing, search or tag."""
        layer, _, name = self.place.partition("/")
        return layer if name and layer in _ON_REQUEST else "listing"

    @property
    def name(self) -> str:
        """What the listing is called within its layer."""
        return self.place if self.layer == "listing" else self.place.partition("/")[2]

    def __str__(self) -> str:
        """As written to ``found_by``: ``listing:thoi-su 2024-04-01..2024-04-30``."""
        days = f" {self.since or ''}..{self.until or ''}" if self.since or self.until else ""
        reached = f" @{self.reached.isoformat(timespec='seconds')}" if self.reached else ""
        known = f" {_TO_KNOWN}" if self.ends_at_known else ""
        own = f" {_OWN}" if self.is_own_choice else ""
        barren = f" !{self.barren}" if self.barren else ""
        before = f" <{self.known_at.isoformat(timespec='seconds')}" if self.known_at else ""
        guess = f" {_GUESS}" if self.is_guess else ""
        return f"listing:{self.place}{days}{reached}{known}{before}{own}{barren}{guess}"

    @classmethod
    def read(cls, found_by: str) -> Self:
        """The walk that a frontier row belongs to."""
        name, *words = found_by.removeprefix("listing:").split(" ")
        days = next((word for word in words if ".." in word), "..")
        marked = {word[0]: word[1:] for word in words if word[0] in "@!<"}
        since, _, until = days.partition("..")
        return cls(
            name,
            _day(since),
            _day(until),
            reached=_moment(marked.get("@")),
            ends_at_known=_TO_KNOWN in words,
            is_own_choice=_OWN in words,
            barren=int(marked.get("!", 0)),
            known_at=_moment(marked.get("<")),
            is_guess=_GUESS in words,
        )

    @property
    def aim(self) -> tuple[str, date | None, date | None, bool]:
        """What tells a walk from others over the same pages. Those that nobody asked for have one aim."""
        days = (None, None) if self.is_own_choice else (self.since, self.until)
        return self.place, *days, self.is_own_choice

    def along(self, other: Self) -> Self:
        """Two walks of one aim as one, which ends where the second of them would."""
        ends_at_known = self.ends_at_known and other.ends_at_known
        known = [moment for moment in (self.known_at, other.known_at) if moment and ends_at_known]
        reached = [moment for moment in (self.reached, other.reached) if moment]
        return replace(
            self,
            since=min(self.since, other.since) if self.since and other.since else None,
            reached=min(reached, default=None),
            ends_at_known=ends_at_known,
            barren=min(self.barren, other.barren),
            known_at=min(known, default=None),
            is_guess=self.is_guess and other.is_guess,
        )

    def wants(self, card: Card) -> bool:
        """Whether an article may lie in the range; one whose age nothing tells may."""
        if card.dated_at is None:
            return True
        return not (self._is_older(card.dated_at) or self._is_newer(card.dated_at))

    def after(self, cards: Collection[Card], barren: int = 0) -> Self:
        """The walk once a page with these cards is read; ``barren``: pages in a row that led nowhere.

        Never nearer than it was: where the listing has moved on, a page may be of what was read before.
        """
        ages = [age for age in (_middle(cards), self.reached) if age]
        return replace(self, reached=min(ages, default=None), barren=barren, is_guess=False)

    def why_stop(
        self,
        cards: Collection[Card],
        known: Collection[str],
        *,
        repeats: bool,
        before: Collection[str] = (),
    ) -> str | None:
        """Why the walk ends at a page; None where the page after it is still to be read.

        A page of known articles ends a walk only on new ground: where one goes on after an
        interruption the listing has moved on, and what now stands on its page may be what was
        read before.

        Args:
            cards: the articles on the page.
            known: those of their URLs that are stored, withdrawn, queued or given up; none, where
                most of them became so only since the listing was last read (``known_at``).
            repeats: it holds the same articles as an earlier one.
            before: the URLs on the page read before it: a box that stands on every page says nothing of how
                far the walk is.
        """
        if not cards:
            return "no articles on it"
        if repeats:
            return "repeats an earlier page"
        telling = mostly_without([card.url for card in cards], before)
        if self._is_past([card for card in cards if card.url in telling]):
            return "older than asked for"
        all_known = self.ends_at_known and all(card.url in known for card in cards)
        return "all known" if all_known and self._is_new_ground(cards) else None

    def _is_new_ground(self, cards: Collection[Card]) -> bool:
        middle = _middle(cards)
        return self.reached is None or middle is None or middle < self.reached

    def _is_past(self, cards: Collection[Card]) -> bool:
        ages = [card.dated_at for card in cards if card.dated_at]
        return bool(ages) and all(map(self._is_older, ages))

    def _is_older(self, moment: datetime) -> bool:
        return self.since is not None and (moment + SLACK).astimezone(HANOI).date() < self.since

    def _is_newer(self, moment: datetime) -> bool:
        return self.until is not None and (moment - SLACK).astimezone(HANOI).date() > self.until


def mostly_without(urls: Collection[str], elsewhere: Collection[str]) -> frozenset[str]:
    """Of the articles on a page those that do not stand elsewhere; all, where they are too few to go by."""
    rest = frozenset(url for url in urls if url not in elsewhere)
    return rest if 2 * len(rest) >= len(urls) else frozenset(urls)


def together(walks: Iterable[Walk]) -> tuple[Walk, ...]:
    """Walks over one page, those of one aim as one."""
    found: dict[object, Walk] = {}
    for walk in walks:
        found[walk.aim] = found[walk.aim].along(walk) if walk.aim in found else walk
    return tuple(found.values())


def read_walks(found_by: str) -> tuple[Walk, ...]:
    """The walks that a frontier row belongs to."""
    return together(map(Walk.read, found_by.split(SEVERAL)))


def _middle(cards: Collection[Card]) -> datetime | None:
    """The middle age of a page: a pinned old article does not move it, as it would the oldest."""
    ages = [card.dated_at for card in cards if card.dated_at]
    return median_low(ages) if ages else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
