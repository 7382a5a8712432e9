"""The spider: what to fetch and in which order. It knows no parsing rules and keeps no state.

What was found and what is owed lives in the database (``frontier``): every page that links to
something is recorded together with what it links to, in one transaction, and requests are made
from those rows. So a run that is killed loses nothing, and memory does not grow with the site.

The order: feeds and the home page; then, whenever nothing is under way, the next rows of the
frontier (articles before listings); at the end, stored articles that are due for another look.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

from scrapy import Spider, signals
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response

from crawler import config
from crawler.extensions.ledger import LedgerExtension, ledger_of
from crawler.fetching import fetch_of, fetch_of_error, now
from crawler.items import Fetch, FetchKind, Found, Outcome
from crawler.middlewares.robots import RobotsMiddleware
from crawler.parsing import read_article
from crawler.site import feeds, listings, sections, sitemaps
from crawler.site.listings import Card
from crawler.site.pages import Unreadable
from crawler.site.urls import HANOI, ORIGIN, article_id, read
from crawler.spiders.arguments import Arguments
from crawler.spiders.walk import SLACK, Walk
from pipelines.database import crawling, queries

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from sqlite_utils import Database
    from twisted.python.failure import Failure

Callback = Callable[..., Iterable[Fetch | Request]]

BATCH: Final = 20
"""Frontier rows asked for at a time: a page of a listing, so that a run has little under way."""


class BaotintucSpider(Spider):
    """An incremental run over baotintuc.vn, or a back-fill, or a look at given URLs."""

    name = "baotintuc"
    keeps_record = True

    def __init__(self, **given: str):
        super().__init__(self.name)
        self.arguments = Arguments.read(given)
        self.recorded_arguments = dict(given)
        self.started_at = now()
        self._asked: set[int] = set()
        self._indexes_open = len(feeds.INDEXES)
        self._named_feeds = 0
        self._pages_read: dict[str, int] = {}
        self._page_before: dict[str, frozenset[str]] = {}
        self._rechecks_left = 0
        self._passed_over = 0
        self._rechecks_passed_over = 0
        self._since: date | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.set("USER_AGENT", config.user_agent(settings), priority="spider")
        settings.set("DOWNLOAD_VERIFY_CERTIFICATES", config.tls_is_strict(settings), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._on_idle, signal=signals.spider_idle)
        return spider

    @property
    def _ledger(self) -> LedgerExtension:
        return ledger_of(self.crawler)

    @property
    def _database(self) -> Database:
        return self._ledger.database

    def _count(self, layer: str, name: str, number: int = 1) -> None:
        if number:
            self.crawler.stats.inc_value(f"tintuc/discovery/{layer}/{name}", number)

    # --- opening: what a run begins with ---------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """The requests a run opens with; everything else comes from what they find."""
        self._plan()
        for request in self._opening():
            yield request

    def _plan(self) -> None:
        """Set how far back the run goes, and how many stored articles it looks at again."""
        settings, given = self.crawler.settings, self.arguments
        limit = given.recheck
        self._rechecks_left = config.whole_number(settings, "TINTUC_RECHECK") if limit is None else limit
        self._since = given.since
        if self._since is None and queries.is_empty(self._database):
            days = config.whole_number(settings, "TINTUC_FIRST_DAYS")
            self._since = now().astimezone(HANOI).date() - timedelta(days=days)

    def _opening(self) -> Iterator[Request]:
        given = self.arguments
        if given.urls:
            yield from (self._article_request(url) for url in given.urls)
        elif given.query:
            yield from (
                self._walk_request(url, f"search {quote(given.query)}") for url in _searches(given.query)
            )
        elif given.tag:
            yield from (self._walk_request(url, f"tag {quote(given.tag)}") for url in _tags(given.tag))
        elif given.sections:
            for slug in given.sections:
                yield from map(self._feed_request, sections.feed_urls(slug))
                yield from (self._walk_request(url, slug) for url in sections.listing_urls(slug))
        else:
            yield from (self._request(url, FetchKind.FEED, self._read_feed_index) for url in feeds.INDEXES)
            yield self._request(ORIGIN + "/", FetchKind.LISTING, self._read_home)

    def _request(self, url: str, kind: FetchKind, callback: Callback, **kwargs: Any) -> Request:
        self._asked.add(hash(url))
        return Request(
            url,
            callback=callback,
            errback=self._failed,
            meta={"kind": kind},
            cb_kwargs=kwargs,
            dont_filter=True,
        )

    def _feed_request(self, url: str) -> Request:
        return self._conditional(self._request(url, FetchKind.FEED, self._read_feed))

    def _article_request(self, url: str) -> Request:
        return self._request(url, FetchKind.ARTICLE, self._read_article)

    def _walk_request(self, url: str, place: str) -> Request:
        return self._listing_request(url, Walk(place.replace(" ", "/"), self._since, self.arguments.until))

    def _listing_request(self, url: str, walk: Walk) -> Request:
        return self._request(url, FetchKind.LISTING, self._read_listing, walk=walk)

    def _conditional(self, request: Request) -> Request:
        """Ask only for what changed since the last answer to the same URL."""
        etag, last_modified = queries.validators(self._database, request.url)
        for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
            if value:
                request.headers[name] = value
        return request

    # --- reading: from answers to fetches --------------------------------------------------

    def _read_article(self, response: Response) -> Iterator[Fetch]:
        fetch = read_article(fetch_of(response, FetchKind.ARTICLE), response.body, response.url)
        article = fetch.article
        if article and article.published_at and not self.arguments.covers(article.published_at):
            fetch.outcome = Outcome.SKIPPED
            fetch.reason = f"published {article.published_at:%Y-%m-%d}, outside since and until"
            fetch.article = None
        yield fetch

    def _read_feed_index(self, response: Response) -> Iterator[Fetch | Request]:
        fetch = fetch_of(response, FetchKind.FEED)
        try:
            named = feeds.read_feed_index(response.body)
            fetch.outcome = Outcome.READ
        except Unreadable as error:
            named = ()
            fetch.outcome, fetch.reason = Outcome.INVALID, str(error)
        yield fetch
        self._count("feed_index", "links", len(named))
        self._named_feeds += len(named)
        yield from self._unasked_feeds(named)
        yield from self._close_index()

    def _close_index(self) -> Iterator[Request]:
        """Once no index is open: where none named a feed, try those known beforehand."""
        self._indexes_open -= 1
        if self._indexes_open == 0 and not self._named_feeds:
            yield from self._unasked_feeds(sections.all_feed_urls())

    def _unasked_feeds(self, urls: Iterable[str]) -> Iterator[Request]:
        return (self._feed_request(url) for url in urls if hash(url) not in self._asked)

    def _read_feed(self, response: Response) -> Iterator[Fetch | Request]:
        fetch = fetch_of(response, FetchKind.FEED)
        try:
            feed = feeds.read_feed(response.body)
        except Unreadable as error:
            fetch.outcome, fetch.reason = Outcome.INVALID, str(error)
        else:
            fetch.outcome = Outcome.READ
            self._take_feed(fetch, feed)
        yield fetch
        yield from self._queued_elsewhere(fetch)

    def _take_feed(self, fetch: Fetch, feed: feeds.Feed) -> None:
        if not feeds.names_feed(feed, fetch.url):
            fetch.warnings += (f"answers with another feed: {feed.title}",)
            if self.arguments.sections:
                return
        place = f"feed:{_slug(fetch.url)}"
        found = tuple(
            Found(
                url=entry.url,
                kind=FetchKind.ARTICLE,
                found_by=place,
                published_at=entry.published_at,
                modified_at=entry.modified_at,
            )
            for entry in feed.entries
            if self._wants(entry.published_at)
        )
        new = self._note("feed", found)
        fetch.found = found + (self._gap(fetch.url) if found and new == len(found) else ())

    def _gap(self, feed_url: str) -> tuple[Found, ...]:
        """The listings behind a feed in which nothing is known: something may have run past it."""
        slug = _slug(feed_url)
        if sections.by_slug(slug) is None or not self.arguments.is_whole_site or self._since:
            return ()
        walk = str(Walk(slug))
        urls = (url for url in sections.listing_urls(slug) if hash(url) not in self._asked)
        return tuple(Found(url=url, kind=FetchKind.LISTING, found_by=walk) for url in urls)

    def _read_home(self, response: Response) -> Iterator[Fetch | Request]:
        fetch = fetch_of(response, FetchKind.LISTING)
        try:
            home = listings.read_home(response.body)
            fetch.outcome = Outcome.READ
            fetch.found = self._articles(home.cards, "home", Walk("home", self._since, self.arguments.until))
            urls: Collection[str] = home.section_urls
        except Unreadable as error:
            fetch.outcome, fetch.reason = Outcome.INVALID, str(error)
            urls = ()
        yield fetch
        self._count("home", "sections", len(urls))
        yield from self._due_listings(urls)
        yield from self._due_sitemaps()

    def _due_listings(self, urls: Collection[str]) -> Iterator[Request]:
        """The sections' first pages that were not read for some hours; the site's own links win."""
        if not urls:
            known = (str(section.slug) for section in sections.SECTIONS)
            urls = [url for slug in known for url in sections.listing_urls(slug)]
        for url in self._due(urls):
            yield self._walk_request(url, _slug(url))

    def _due_sitemaps(self) -> Iterator[Request]:
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        named = [link.url for link in map(read, robots.sitemaps if robots else ()) if link]
        for url in self._due(named or [sitemaps.USUAL]):
            yield self._sitemap_request(url)

    def _due(self, urls: Collection[str]) -> Iterator[str]:
        """Those that were not read for ``TINTUC_LISTING_HOURS``; all of them on a back-fill."""
        hours = config.whole_number(self.crawler.settings, "TINTUC_LISTING_HOURS")
        since = now() - timedelta(hours=hours)
        fresh = set() if self._since else crawling.read_since(self._database, urls, since)
        return (url for url in urls if url not in fresh and hash(url) not in self._asked)

    def _sitemap_request(self, url: str) -> Request:
        return self._conditional(self._request(url, FetchKind.SITEMAP, self._read_sitemap))

    def _read_sitemap(self, response: Response) -> Iterator[Fetch | Request]:
        fetch = fetch_of(response, FetchKind.SITEMAP)
        try:
            sitemap = sitemaps.read_sitemap(response.body)
        except Unreadable as error:
            fetch.outcome, fetch.reason = Outcome.INVALID, str(error)
            yield fetch
            return
        fetch.outcome = Outcome.READ
        cards = [Card(url=entry.url, dated_at=entry.modified_at) for entry in sitemap.articles]
        fetch.found = self._articles(cards, "sitemap", Walk("sitemap", self._since, self.arguments.until))
        yield fetch
        wanted = [entry.url for entry in sitemap.sitemaps if self._wants_sitemap(entry)]
        yield from map(self._sitemap_request, self._due(wanted))

    def _wants_sitemap(self, entry: sitemaps.SitemapUrl) -> bool:
        """Whether a sitemap may name articles of the range: the current month's where there is none."""
        month = sitemaps.month_of(entry.url)
        if month is None:
            return "google-news" in entry.url
        today = now().astimezone(HANOI).date()
        since, until = self._since or today - timedelta(days=1), self.arguments.until or today
        return month[0] <= until and since < month[1]

    def _read_listing(self, response: Response, walk: Walk) -> Iterator[Fetch | Request]:
        fetch = fetch_of(response, FetchKind.LISTING)
        try:
            listing = listings.read_listing(response.body, fetch.url)
        except Unreadable as error:
            fetch.outcome, fetch.reason = Outcome.INVALID, str(error)
        else:
            fetch.outcome = Outcome.READ
            known = self._known(card.url for card in listing.cards)
            fetch.found = self._articles(listing.cards, f"listing:{walk.place}", walk)
            fetch.reason = self._go_on(fetch, walk, listing, known)
        yield fetch
        yield from self._queued_elsewhere(fetch)

    def _go_on(
        self, fetch: Fetch, walk: Walk, listing: listings.Listing, known: Collection[str]
    ) -> str | None:
        """Owe the next page of a walk, or say why it ends here."""
        page = frozenset(card.url for card in listing.cards)
        repeats = self._page_before.get(walk.place) == page
        self._page_before[walk.place] = page
        self._pages_read[walk.place] = self._pages_read.get(walk.place, 0) + 1
        stop = walk.why_stop(listing.cards, known, repeats=repeats)
        if stop is None and listing.next_url is None:
            stop = "the last page"
        if stop is None and self._pages_read[walk.place] >= self._most_pages():
            stop = "more pages than a listing has (TINTUC_LISTING_PAGES)"
        if stop is None and listing.next_url:
            following = str(walk.after(listing.cards))
            fetch.found += (Found(url=listing.next_url, kind=FetchKind.LISTING, found_by=following),)
        return f"the walk ends: {stop}" if stop else None

    def _known(self, urls: Iterable[str]) -> set[str]:
        return crawling.known_links(self._database, urls, article_id)

    def _queued_elsewhere(self, fetch: Fetch) -> Iterator[Request]:
        """Articles that a run over a part of the site found, but another place had queued before:
        the frontier has them under that place, so they are asked for here."""
        if self.arguments.is_whole_site:
            return
        urls = [link.url for link in fetch.found if link.kind is FetchKind.ARTICLE]
        ids = {url: article_id(url) for url in urls if hash(url) not in self._asked}
        stored = queries.stored_ids(self._database, filter(None, ids.values()))
        yield from (self._article_request(url) for url, id_ in ids.items() if id_ not in stored)

    def _most_pages(self) -> int:
        return config.whole_number(self.crawler.settings, "TINTUC_LISTING_PAGES", 1)

    def _articles(self, cards: Iterable[Card], found_by: str, walk: Walk) -> tuple[Found, ...]:
        found = tuple(
            Found(url=card.url, kind=FetchKind.ARTICLE, found_by=found_by, published_at=None)
            for card in cards
            if walk.wants(card)
        )
        self._note(found_by.partition(":")[0], found)
        return found

    def _note(self, layer: str, found: Collection[Found]) -> int:
        """Count what a layer found, and how much of it was not known; return the latter."""
        known = self._known(link.url for link in found)
        new = sum(link.url not in known for link in found)
        self._count(layer, "pages")
        self._count(layer, "links", len(found))
        self._count(layer, "new", new)
        return new

    def _wants(self, moment: datetime | None) -> bool:
        return moment is None or self.arguments.covers(moment, SLACK)

    # --- failures --------------------------------------------------------------------------

    def _failed(self, failure: Failure) -> Iterator[Fetch | Request]:
        """Every URL has an outcome, also the one that could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        assert failure.value is not None, "Scrapy fails with an exception"
        yield fetch_of_error(failure.value, request, request.meta["kind"])
        if request.callback == self._read_feed_index:
            yield from self._close_index()
        elif request.callback == self._read_home:
            yield from self._due_listings(())
            yield from self._due_sitemaps()

    # --- going on: from the frontier -------------------------------------------------------

    def _on_idle(self) -> None:
        """Nothing is under way: ask for the next rows of the frontier, then for what is due."""
        requests: list[Request] = []
        with self._ledger.reading():
            requests = self._owed() or self._rechecks()
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def _owed(self) -> list[Request]:
        """The next rows that this run has not asked for; rows that are still there although they
        were asked for (disallowed, outside the range) are looked past."""
        if self.arguments.urls:
            return []
        rows = crawling.owed(self._database, now(), limit=BATCH + self._passed_over, places=self._places())
        fresh = [row for row in rows if hash(row.url) not in self._asked]
        self._passed_over = len(rows) - len(fresh)
        return [self._owed_request(row) for row in fresh[:BATCH]]

    def _places(self) -> tuple[str, ...]:
        """Where the rows were found that a run over a part of the site goes on with; empty: anywhere."""
        given = self.arguments
        if given.query:
            return (f"listing:search/{quote(given.query)}",)
        if given.tag:
            return (f"listing:tag/{quote(given.tag)}",)
        return tuple(f"{layer}:{slug}" for slug in given.sections for layer in ("listing", "feed"))

    def _owed_request(self, row: queries.Owed) -> Request:
        if row.kind == FetchKind.LISTING:
            return self._listing_request(row.url, Walk.read(row.found_by))
        return self._article_request(row.url)

    def _rechecks(self) -> list[Request]:
        """Stored articles that are due for another look, within the run's budget."""
        if self._rechecks_left <= 0 or not self.arguments.is_whole_site:
            return []
        limit = min(BATCH, self._rechecks_left) + self._rechecks_passed_over
        due = queries.recheck_due(self._database, now(), limit=limit)
        fresh = [row for row in due if hash(row.url) not in self._asked][: self._rechecks_left]
        self._rechecks_passed_over = len(due) - len(fresh)
        requests = [self._article_request(row.url) for row in fresh]
        self._rechecks_left -= len(requests)
        return [self._conditional(request) for request in requests]


def _slug(url: str) -> str:
    """The name of the place a URL of the site is: its section's slug, else its last part."""
    link = read(url)
    return (link.slug if link else None) or url.rstrip("/").rsplit("/", 1)[-1]


def _searches(query: str) -> tuple[str, ...]:
    return (f"{ORIGIN}/Search.aspx?KeySearch={quote_plus(query)}", f"{ORIGIN}/search/?q={quote_plus(query)}")


def _tags(tag: str) -> tuple[str, ...]:
    return (f"{ORIGIN}/tags/{quote(tag.lower().replace(' ', '+'), safe='+')}.htm",)
