"""Discovery: from what feeds, listings and sitemaps link to, to what a run wants of it.

Decides by what the database knows and the run was asked for; fetches nothing and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final

from crawler import config
from crawler.fetching import now
from crawler.items import FetchKind, Found
from crawler.site import feeds, listings, sections, sitemaps
from crawler.site.listings import Card
from crawler.site.urls import HANOI, UrlKind, article_id, read
from crawler.spiders import ages
from crawler.spiders.steps import Steps
from crawler.spiders.walk import Walk, mostly_without, read_walks, together
from pipelines.database import crawling, queries

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings
    from scrapy.statscollectors import StatsCollector
    from sqlite_utils import Database

    from crawler.spiders.arguments import Arguments

_LATELY: Final = timedelta(days=7)
"""How far back a listing was read that is still taken for one of the site's, where its menu can't be read."""

_NEARLY: Final = 0.5
"""Of the hours, after which what hangs on the home page is due together with it."""


class Discovery:
    """What one run looks for.

    Args:
        arguments: what the run was asked for.
        database: what is known already.
        settings: the numbers.
        stats: where each layer is counted (``tintuc/discovery/<layer>/...``).
    """

    def __init__(
        self, arguments: Arguments, database: Database, settings: BaseSettings, stats: StatsCollector
    ):
        self._arguments = arguments
        self._database = database
        self._stats = stats
        self._hours = config.whole_number(settings, "TINTUC_LISTING_HOURS")
        self._first_days = config.whole_number(settings, "TINTUC_FIRST_DAYS")
        self._most_pages = config.whole_number(settings, "TINTUC_LISTING_PAGES", 1)
        self._most_barren = config.whole_number(settings, "TINTUC_BARREN_PAGES")
        self._steps: dict[tuple[object, ...], Steps] = {}

    # --- how far back ----------------------------------------------------------------------

    def walk(self, url: str, place: str) -> Walk:
        """The walk through a listing that begins at ``url``.

        As far back as was asked for. Where nothing was: to a day before the listing was last
        read, or on the first time ``TINTUC_FIRST_DAYS``. Only a listing that was read before
        tells by a page of articles known since then that there is nothing new behind it.
        """
        if self._arguments.since:
            return Walk(place, self._arguments.since, self._arguments.until)
        at = crawling.settled_at(self._database, url, now())
        since = None if self._arguments.query or self._arguments.tag else self._horizon(url)
        return Walk(place, since, ends_at_known=at is not None, known_at=at, is_own_choice=True)

    def begin(self, url: str, place: str) -> Walk | None:
        """The walk that a run begins at the first page of a listing; None where there is none to begin.

        A back-fill that was interrupted goes on at the page that is owed, once the same range of the same
        place is asked for again: from the first page it then takes only what came since, and nothing where
        the range has an end.
        """
        walk = self.walk(url, place)
        of_range = (place, walk.since, walk.until)
        if not self._arguments.since or of_range not in self._interrupted:
            return walk
        if not crawling.was_read_for(self._database, url, walk.since, walk.until):
            return walk
        if walk.until and walk.until < now().astimezone(HANOI).date():
            return None
        at = crawling.settled_at(self._database, url, now(), (walk.since, walk.until))
        return replace(walk, ends_at_known=at is not None, known_at=at)

    def range_read(self, url: str, walk: Walk | None = None) -> str | None:
        """What the ledger says of a list that is read for some days only; None where those hold all that
        came since it was read last (ever, where it was not read before): then it counts as read.

        Args:
            url: of the list.
            walk: what it is read for; None: what the run was asked for.
        """
        walk = walk or self.walk(url, slug_of(url))
        if walk.is_own_choice or not (walk.until or self._begins_later(url, walk)):
            return None
        return f"{queries.IN_RANGE}: " + (
            f"{walk.since} to {walk.until}" if walk.until else f"since {walk.since}"
        )

    def _begins_later(self, url: str, walk: Walk) -> bool:
        """Whether days between a list's last reading and the range of a walk would be left out."""
        last = queries.last_fetched(self._database, url)
        return bool(last and walk.since and walk.since > last.astimezone(HANOI).date())

    @cached_property
    def _interrupted(self) -> frozenset[tuple[str, date | None, date | None]]:
        """Place and range of the walks that earlier runs left."""
        walks = chain.from_iterable(map(read_walks, crawling.walks_owed(self._database)))
        return frozenset((walk.place, walk.since, walk.until) for walk in walks)

    def _horizon(self, url: str) -> date:
        last = queries.last_fetched(self._database, url, now())
        if last is None:
            return now().astimezone(HANOI).date() - timedelta(days=self._first_days)
        return last.astimezone(HANOI).date() - timedelta(days=1)

    def _wants(self, walk: Walk, card: Card) -> bool:
        """Whether a run wants an article. Where nobody asked for a range: whatever is not older than
        this record, since an article may be published days after it was created."""
        if not walk.is_own_choice or card.dated_at is None or walk.since is None:
            return walk.wants(card)
        return card.dated_at.astimezone(HANOI).date() >= min(self._floor, walk.since)

    @cached_property
    def _floor(self) -> date:
        begun = crawling.first_day(self._database) or now()
        return begun.astimezone(HANOI).date() - timedelta(days=self._first_days)

    def put_off(self, urls: Collection[str]) -> set[str]:
        """Those whose article is owed later, or given up: nobody asks for them before their time."""
        return crawling.put_off(self._database, urls, now(), article_id)

    def tell_owed(self) -> None:
        """At the end of a back-fill: put down which pages of its range are still owed, for health to see."""
        given = self._arguments
        if not given.since:
            return
        places = given.sections or tuple(filter(None, [given.place]))
        owed = chain.from_iterable(map(read_walks, crawling.walks_owed(self._database, given_up=True)))
        ours = [walk.place for walk in owed if walk.aim[1:] == (given.since, given.until, False)]
        for place in ours:
            if not places or place in places:
                self._stats.set_value(f"tintuc/owed/{place}", ours.count(place))

    # --- what is due -----------------------------------------------------------------------

    def due(self, urls: Collection[str], *, early: bool = False) -> list[str]:
        """Those that did not answer within ``TINTUC_LISTING_HOURS``; all of them on a back-fill.

        ``early``: those nearly due count as due. What hangs on the home page is read some time
        after it, and would else be a little too young each time the home page is due.
        """
        if self._arguments.since:
            return list(urls)
        hours = self._hours * (_NEARLY if early else 1.0)
        since = now() - timedelta(hours=hours)
        answered = crawling.answered_since(self._database, urls, since, now())
        return [url for url in urls if url not in answered]

    def due_sitemaps(self, index: str, named: Iterable[sitemaps.SitemapUrl]) -> list[str]:
        """The sitemaps of an index to read: of the news of today, and of the months in range."""
        since = self._arguments.since or self._horizon(index)
        until = self._arguments.until or now().astimezone(HANOI).date()
        return self.due([entry.url for entry in named if _may_name(entry.url, since, until)], early=True)

    def worth_trying(self, urls: Iterable[str]) -> list[str]:
        """Those addresses of the built-in list that the site did not answer for with "not found" today."""
        day = now() - timedelta(days=1)
        urls = list(urls)
        gone = crawling.gone_since(self._database, urls, day, now())
        return [url for url in urls if url not in gone]

    def due_listings(self, urls: Collection[str]) -> tuple[Found, ...]:
        """The sections' first pages that are due, as owed: the site's own links, else those read lately,
        else the built-in ones, which are guesses."""
        urls = urls or self._read_lately()
        if urls:
            return self._owed(self.due(urls, early=True))
        table = [url for section in sections.SECTIONS for url in sections.listing_urls(section)]
        return self._owed(self.due(table, early=True), guessed=True)

    def _read_lately(self) -> list[str]:
        """The sections' first pages that were read within the last days."""
        pages = crawling.listings_read(self._database, now() - _LATELY)
        return [url for url in pages if _is_first_page(url)]

    def _owed(self, urls: Iterable[str], *, guessed: bool = False) -> tuple[Found, ...]:
        """Listings to read from their first page on; ``guessed``: no link of the site's led to them."""
        walks = ((url, self.begin(url, slug_of(url))) for url in urls)
        return tuple(self._to_read(url, replace(walk, is_guess=guessed)) for url, walk in walks if walk)

    def _to_read(self, url: str, walk: Walk) -> Found:
        """A page of a listing as owed to a walk, and to one of the same aim that it is owed to already."""
        owed = [one for one in map(Walk.read, self.owed_at(url)) if one.aim == walk.aim]
        (walk,) = together((*owed, walk))
        return Found(url=url, kind=FetchKind.LISTING, found_by=str(walk))

    def owed_at(self, url: str) -> tuple[str, ...]:
        """The walks that a page of a listing is owed to."""
        return crawling.walks_at(self._database, url)

    # --- what is found ---------------------------------------------------------------------

    def in_feed(self, url: str, feed: feeds.Feed) -> tuple[Found, ...]:
        """What a feed gives: its articles, and where none of them was known when the run that last read it
        had ended, the listing behind it. What this run has found meanwhile closes no gap."""
        walk = self.walk(url, slug_of(url))
        place = f"feed:{walk.place}"
        found = tuple(
            Found(
                url=entry.url,
                kind=FetchKind.ARTICLE,
                found_by=place,
                published_at=times[0] if times else None,
                modified_at=entry.modified_at,
            )
            for entry, times in ages.of_feed(feed.entries)
            if any(self._wants(walk, Card(url=entry.url, dated_at=time)) for time in times or (None,))
        )
        self._count("feed", found)
        oldest_first = [link.url for link in reversed(found)]
        joins = walk.known_at is not None and any(self._knew(link, walk.known_at) for link in oldest_first)
        return found + (self._behind(feed, url) if found and not joins else ())

    def odd_feed(self, url: str, feed: feeds.Feed, found: Collection[Found]) -> tuple[str, ...]:
        """What is odd about a feed of the whole site that gives nothing: others may well have nothing new."""
        is_odd = feed.entries and not found and not self._arguments.since
        if not is_odd or slug_of(url) not in feeds.OF_EVERYTHING:
            return ()
        return (f"all of its {len(feed.entries)} articles are older than {self._floor}, by its dates",)

    def _behind(self, feed: feeds.Feed, url: str) -> tuple[Found, ...]:
        """More may have been published than the feed holds: its listing is owed."""
        if not self._arguments.is_whole_site:
            return ()
        link = read(feed.link or "")
        known = sections.by_slug(slug_of(url))
        if link is not None and link.kind is UrlKind.SECTION:
            return self._owed([link.url])
        guesses = self.worth_trying(sections.listing_urls(known)) if known else ()
        return self._owed(guesses, guessed=True)

    def in_sitemap(self, url: str, sitemap: sitemaps.Sitemap) -> tuple[tuple[Found, ...], tuple[str, ...]]:
        """What a sitemap gives, and what is odd about it; what tells no age is left to the layers that do,
        but on a back-fill. So is most of what it dates to one day, if that is more than a day brings: a
        program that writes today's date to all its articles would lead a run to the beginning of the site.
        """
        walk = self.walk(url, "sitemap")
        cards = ages.of_sitemap(sitemap.articles)
        if self._arguments.since:
            return self.on_page("sitemap", cards, walk), ()
        told = [card for card in cards if card.dated_at and self._wants(walk, card)]
        crowded = dict(ages.crowded(told))
        left = {card.url for older in crowded.values() for card in older}
        odd = tuple(
            f"{len(older) + ages.MOST_A_DAY} articles are dated {day}, more than a day brings: the"
            f" {ages.MOST_A_DAY} with the highest numbers are taken, the others left to a back-fill (since=)"
            for day, older in crowded.items()
        )
        return self.on_page("sitemap", [card for card in told if card.url not in left], walk), odd

    def on_page(self, layer: str, cards: Iterable[Card], walk: Walk) -> tuple[Found, ...]:
        """The articles of a page that the walk wants."""
        place = layer if layer in ("home", "sitemap") else f"{layer}:{walk.name}"
        found = tuple(
            Found(url=card.url, kind=FetchKind.ARTICLE, found_by=place)
            for card in cards
            if self._wants(walk, card)
        )
        self._count(layer, found)
        return found

    def on_listing(
        self, url: str, walks: Iterable[Walk], listing: listings.Listing
    ) -> tuple[tuple[Found, ...], str | None]:
        """What a page of a listing gives those who walk through it, the page after it included; and what the
        ledger says of it: for which days only it was read, and why a walk ends there."""
        walks = together(walks)
        taken = [self._on_walk(url, walk, listing) for walk in walks]
        days = [self.range_read(url, walk) for walk in walks]
        said = [f"the walk ends: {stop}" for _, stop in taken if stop]
        found = tuple(chain.from_iterable(links for links, _ in taken))
        if all(days):  # each of them leaves something out
            found += self._still_due(url)
            said = [day for day in days if day] + said
        return tuple(dict.fromkeys(found)), "; ".join(dict.fromkeys(said)) or None

    def _on_walk(
        self, url: str, walk: Walk, listing: listings.Listing
    ) -> tuple[tuple[Found, ...], str | None]:
        """What a page gives one walk; and why that ends here, if so."""
        known = self._known_behind(walk, [card.url for card in listing.cards])
        found = self.on_page(walk.layer, listing.cards, walk)
        # The two CMS' listings of a section are walked side by side, and so are different ranges of days.
        steps = self._steps.setdefault((*walk.aim, walk.since, _form(url)), Steps())
        fresh = frozenset(link.url for link in found) - steps.before  # no box that stands on both pages
        barren = steps.barren(fresh, walk.barren, self._led_nowhere)
        stop = self._why_stop(walk, listing, known, steps) or self._why_leave(walk, steps, barren)
        if stop is None and listing.next_url:
            found += (self._to_read(listing.next_url, walk.after(listing.cards, barren)),)
        return found, stop

    def _known_behind(self, walk: Walk, urls: Collection[str]) -> set[str]:
        """Those of a page's articles that are known; none, where most became known only since the listing
        was last read, through other lists: what stands behind the page may then be new."""
        if walk.known_at and 2 * sum(self._knew(url, walk.known_at) for url in urls) < len(urls):
            return set()
        return self.known(urls)

    def _still_due(self, url: str) -> tuple[Found, ...]:
        """A first page that an ordinary run has read for the range of a back-fill: owed for what is new."""
        ordinary = self._arguments.is_whole_site and not self._arguments.since
        return self._owed(self.due([url])) if ordinary and _is_first_page(url) else ()

    def _led_nowhere(self, urls: frozenset[str]) -> bool | None:
        return crawling.led_nowhere(self._database, urls, article_id)

    def _why_stop(
        self, walk: Walk, listing: listings.Listing, known: Collection[str], steps: Steps
    ) -> str | None:
        """Why the walk has read all that it is to read."""
        before = steps.before
        repeats = steps.take(frozenset(card.url for card in listing.cards))
        stop = walk.why_stop(listing.cards, known, repeats=repeats, before=before)
        if stop is None and before and self._is_past(walk, listing, before):
            return "older than asked for"
        return "the last page" if stop is None and listing.next_url is None else stop

    def _why_leave(self, walk: Walk, steps: Steps, barren: int) -> str | None:
        """Why the walk ends before it has; health tells of it."""
        if steps.number >= self._most_pages:
            why = "more pages than a listing has (TINTUC_LISTING_PAGES)"
        elif self._most_barren and barren >= self._most_barren:
            why = f"none of the articles of {barren} pages in a row is there (TINTUC_BARREN_PAGES)"
        else:
            return None
        self._stats.set_value(f"tintuc/left/{walk.place}", why)
        return why

    def _is_past(self, walk: Walk, listing: listings.Listing, before: Collection[str]) -> bool:
        """Where cards tell no age, the articles do: those of the page before were read meanwhile."""
        if walk.since is None or any(card.dated_at for card in listing.cards):
            return False
        here = {card.url for card in listing.cards}  # a box that stands on both
        newest = crawling.newest_day(self._database, mostly_without(before, here))
        return newest is not None and newest < walk.since

    def known(self, urls: Iterable[str]) -> set[str]:
        """Those URLs whose article is stored, withdrawn, queued or given up."""
        return crawling.known_links(self._database, urls, article_id)

    def _knew(self, url: str, moment: datetime) -> bool:
        """Whether the article of a URL was known by then."""
        return crawling.knew(self._database, url, moment, article_id)

    def _count(self, layer: str, found: Collection[Found]) -> None:
        """Count what a layer found, and how much of it was not known."""
        known = self.known(link.url for link in found)
        new = sum(link.url not in known for link in found)
        for name, number in (("pages", 1), ("links", len(found)), ("new", new)):
            self._stats.inc_value(f"tintuc/discovery/{layer}/{name}", number)


def slug_of(url: str) -> str:
    """The name of the place a URL of the site is: its section's slug, else its last part."""
    link = read(url)
    return (link.slug if link else None) or url.rstrip("/").rsplit("/", 1)[-1]


def _is_first_page(url: str) -> bool:
    """Whether a listing page is the first one of a section."""
    link = read(url)
    return link is not None and link.kind is UrlKind.SECTION and link.page == 1


def _form(url: str) -> str:
    """Which of a section's listings a page belongs to."""
    link = read(url)
    if link is None or link.kind is UrlKind.MORE:
        return "more"  # its first page may repeat the section's own
    return "old" if link.url.endswith(".htm") or ".aspx" in link.url else "new"


def _may_name(url: str, since: date, until: date) -> bool:
    month = sitemaps.month_of(url)
    return "google-news" in url if month is None else month[0] <= until and since < month[1]
