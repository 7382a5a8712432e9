"""The spider: what to fetch and in which order. It knows no parsing rules and keeps no state.

What was found and what is owed lives in the database (``frontier``): every page that links to
something is recorded together with what it links to, in one transaction, and requests are made
from those rows. So a run that is killed loses nothing, and memory does not grow with the site.

The order: feeds and the home page; then, whenever nothing is under way, the next rows of the
frontier (articles before listings); at the end, stored articles that are due for another look.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from scrapy import Spider, signals
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Request, Response

from crawler import config
from crawler.extensions.ledger import LedgerExtension, ledger_of
from crawler.fetching import fetch_of, fetch_of_error, reading
from crawler.items import Article, Fetch, FetchKind, Outcome, Section
from crawler.middlewares.patience import LeftAloneError
from crawler.middlewares.robots import RobotsMiddleware
from crawler.parsing import read_article
from crawler.site import feeds, listings, sections, sitemaps
from crawler.site.urls import HANOI, ORIGIN, UrlKind, article_id, read
from crawler.spiders.arguments import Arguments
from crawler.spiders.beforehand import known_sections
from crawler.spiders.discovery import Discovery
from crawler.spiders.owing import Owing
from crawler.spiders.sought import Sought, names_of
from crawler.spiders.tag_pages import TagPages
from crawler.spiders.walk import Walk, read_walks
from pipelines.database import crawling, queries

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from sqlite_utils import Database
    from twisted.python.failure import Failure

Callback = Callable[..., Iterable[Fetch | Request]]
Otherwise = Callable[[], Iterable[Request]]


class BaotintucSpider(Spider):
    """An incremental run over baotintuc.vn, or a back-fill, or a look at given URLs."""

    name = "baotintuc"
    keeps_record = True

    def __init__(self, known_sections: Mapping[str, Section] | None = None, **given: str):
        super().__init__(self.name)
        self._sections = known_sections or {}
        self.arguments = Arguments.read(given, self._sections)
        self.recorded_arguments = dict(given)
        self._asked: set[int] = set()
        self._indexes_open = len(feeds.INDEXES)
        self._named_feeds = 0
        self.sought = Sought(self.arguments)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.set("USER_AGENT", config.user_agent(settings), priority="spider")
        settings.set("DOWNLOAD_VERIFY_CERTIFICATES", config.tls_is_strict(settings), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        known = known_sections(config.database_path(crawler.settings))
        spider = super().from_crawler(crawler, *args, known_sections=known, **kwargs)
        crawler.signals.connect(spider._on_idle, signal=signals.spider_idle)
        return spider

    @property
    def _ledger(self) -> LedgerExtension:
        return ledger_of(self.crawler)

    @property
    def _database(self) -> Database:
        return self._ledger.database

    @cached_property
    def _discovery(self) -> Discovery:
        return Discovery(self.arguments, self._database, self.crawler.settings, self.crawler.stats)

    @cached_property
    def _owing(self) -> Owing:
        standing = config.whole_number(self.crawler.settings, "TINTUC_RECHECK")
        rechecks = standing if self.arguments.recheck is None else self.arguments.recheck
        return Owing(self._database, self.arguments, rechecks, self._was_asked)

    # --- opening: what a run begins with ---------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """The requests a run opens with; everything else comes from what they find."""
        for request in self._opening():
            yield request

    def _opening(self) -> Iterator[Request]:
        given = self.arguments
        if given.urls:
            yield from (self._article_request(url) for url in given.urls)
        elif given.query:
            yield from (self.walk_sought(url, guessed=True) for url in _search_urls(given.query))
        elif given.tag:
            yield from TagPages(self, given.tag, self._database).open()
        elif given.sections:
            yield self.request(
                ORIGIN + "/", FetchKind.LISTING, self._read_navigation, lambda: self._open_sections(())
            )
        else:
            for url in feeds.INDEXES:  # one of each CMS
                yield self.sought.guess(
                    self.request(url, FetchKind.FEED, self._read_feed_index, self._close_index)
                )
            for url in self._discovery.due([ORIGIN + "/"]):
                yield self.request(url, FetchKind.LISTING, self._read_home, self._open_sitemaps)

    def _open_sections(self, navigation: Iterable[str]) -> Iterator[Request]:
        """Each section's listings and feeds: by the site's own links, and by guesses where it has none."""
        navigation = tuple(navigation)
        for slug, name in zip(self.arguments.sections, names_of(self.arguments), strict=True):
            pages = sections.pages_of(sections.by_slug(slug) or self._sections[slug], navigation)
            for url in (*pages.linked, *pages.guessed):
                if walk := self._discovery.begin(url, slug):
                    guessed = url in pages.guessed
                    yield self.sought.ask(self._listing_request(url, walk), name, guessed=guessed)
                else:
                    self.sought.settle(name)
            for url in pages.feeds:  # whole: that nothing changed does not say of what it is the feed
                yield self.sought.ask(self.request(url, FetchKind.FEED, self._read_feed), name, guessed=True)

    def walk_sought(self, url: str, *, guessed: bool = False) -> Request:
        """A walk from a page of the search or the tag that was asked for."""
        (name,) = names_of(self.arguments)
        walk = self._discovery.walk(url, self.arguments.place)
        return self.sought.ask(self._listing_request(url, walk), name, guessed=guessed)

    def request(
        self, url: str, kind: FetchKind, callback: Callback, otherwise: Otherwise = tuple, **kwargs: Any
    ) -> Request:
        """A request that is recorded whatever becomes of it; ``otherwise``: what follows where it fails."""
        self._asked.add(hash(url))
        return Request(
            url,
            callback=callback,
            errback=self._failed,
            meta={"kind": kind, "otherwise": otherwise},
            cb_kwargs=kwargs,
            dont_filter=True,
        )

    def _feed_request(self, url: str) -> Request:
        return self._conditional(self.request(url, FetchKind.FEED, self._read_feed))

    def _article_request(self, url: str) -> Request:
        return self.request(url, FetchKind.ARTICLE, self.read_article)

    def _listing_request(self, url: str, *walks: Walk) -> Request:
        return self.request(url, FetchKind.LISTING, self._read_listing, walks=walks)

    def _sitemap_request(self, url: str) -> Request:
        return self.request(url, FetchKind.SITEMAP, self._read_sitemap)

    def _conditional(self, request: Request) -> Request:
        """Ask only for what changed since the last answer to the same URL."""
        etag, last_modified = queries.validators(self._database, request.url)
        for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
            if value:
                request.headers[name] = value
        return request

    # --- reading: from answers to fetches --------------------------------------------------

    def read_article(self, response: Response) -> Iterator[Fetch]:
        fetch = read_article(fetch_of(response, FetchKind.ARTICLE), response.body, response.url)
        article = fetch.article
        at = article.published_at if article else None
        if article and at and not (self.arguments.covers(at) or self._is_stored(fetch.url, article)):
            fetch.outcome = Outcome.SKIPPED
            fetch.reason = f"published {at:%Y-%m-%d}, outside since and until"
            fetch.article = None
            day = at.astimezone(HANOI).date()
            with self._ledger.reading():
                crawling.note_day(self._database, fetch.url, day)
        yield fetch

    def _is_stored(self, url: str, article: Article) -> bool:
        """Whether it is a stored article that was looked at again: then what was found is recorded."""
        return bool(queries.stored_ids(self._database, filter(None, (article.id, article_id(url)))))

    def _read_feed_index(self, response: Response) -> Iterator[Fetch | Request]:
        fetch = fetch_of(response, FetchKind.FEED)
        named: tuple[str, ...] = ()
        with reading(fetch):
            named = feeds.read_feed_index(response.body)
        yield fetch
        self.crawler.stats.inc_value("tintuc/discovery/feed_index/links", len(named))
        self._named_feeds += len(named)
        yield from map(self._feed_request, self.unasked(named))
        yield from self._close_index()

    def _close_index(self) -> Iterator[Request]:
        """Once no index is open: where none named a feed, try those known beforehand."""
        self._indexes_open -= 1
        if self._indexes_open == 0 and not self._named_feeds:
            urls = self.unasked(self._discovery.worth_trying(sections.all_feed_urls()))
            yield from map(self.sought.guess, map(self._feed_request, urls))

    def _read_feed(self, response: Response) -> Iterator[Fetch | Request]:
        fetch = fetch_of(response, FetchKind.FEED)
        another = None
        with reading(fetch):
            feed = feeds.read_feed(response.body)
            if not feeds.names_feed(feed, fetch.url, response.url):
                another = f"answers with another feed: {feed.title}"
                fetch.warnings += (another,)
            if not (another and self.arguments.sections):
                fetch.found = self._discovery.in_feed(fetch.url, feed)
                fetch.warnings += self._discovery.odd_feed(fetch.url, feed, fetch.found)
                fetch.reason = self._discovery.range_read(fetch.url)
                self.sought.answered(response.request)
        if another and self.arguments.sections:
            self.sought.miss(fetch, response.request, another)
        yield fetch
        yield from self._queued_elsewhere(fetch)

    def _read_home(self, response: Response) -> Iterator[Fetch | Request]:
        fetch = fetch_of(response, FetchKind.LISTING)
        urls: tuple[str, ...] = ()
        with reading(fetch):
            home = listings.read_home(response.body)
            walk = self._discovery.walk(fetch.url, "home")
            fetch.found = self._discovery.on_page("home", home.cards, walk)
            fetch.reason = self._discovery.range_read(fetch.url)
            urls = home.section_urls
        fetch.found += self._discovery.due_listings(urls)  # owed from the moment the page is recorded
        yield fetch
        yield from self._open_sitemaps()

    def _read_navigation(self, response: Response) -> Iterator[Fetch | Request]:
        """The home page, where only some sections are asked for: its menu tells where they are."""
        fetch = fetch_of(response, FetchKind.LISTING)
        urls: tuple[str, ...] = ()
        with reading(fetch):
            urls = listings.read_home(response.body).section_urls
        if fetch.outcome is Outcome.READ:  # for the runs over the whole site it is still to be read
            fetch.outcome, fetch.reason = Outcome.SKIPPED, "only its navigation was asked for"
        yield fetch
        yield from self._open_sections(urls)

    def _open_sitemaps(self) -> Iterator[Request]:
        """The sitemaps that are due: those that robots.txt names, else the usual one."""
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        named = [link.url for link in map(read, robots.sitemaps if robots else ()) if link]
        due = self.unasked(self._discovery.due(named or [sitemaps.USUAL], early=True))
        requests = map(self._sitemap_request, due)
        yield from requests if named else map(self.sought.guess, requests)

    def _read_sitemap(self, response: Response) -> Iterator[Fetch | Request]:
        fetch = fetch_of(response, FetchKind.SITEMAP)
        wanted: list[str] = []
        with reading(fetch):
            sitemap = sitemaps.read_sitemap(response.body)
            fetch.found, fetch.warnings = self._discovery.in_sitemap(fetch.url, sitemap)
            fetch.reason = self._discovery.range_read(fetch.url)
            wanted = self._discovery.due_sitemaps(fetch.url, sitemap.sitemaps)
        yield fetch
        yield from map(self._sitemap_request, self.unasked(wanted))

    def _read_listing(self, response: Response, walks: tuple[Walk, ...]) -> Iterator[Fetch | Request]:
        """A page of a listing, for those who asked for it and for all that it is owed to by now."""
        fetch = fetch_of(response, FetchKind.LISTING)
        if elsewhere := self._elsewhere(walks, fetch.url, response.url):
            self.sought.miss(fetch, response.request, elsewhere)
            yield fetch
            return
        with reading(fetch):
            listing = listings.read_listing(response.body, fetch.url)
            fetch.walks = self._discovery.owed_at(fetch.url)
            every = (*walks, *map(Walk.read, fetch.walks))
            fetch.found, fetch.reason = self._discovery.on_listing(fetch.url, every, listing)
            if listing.cards or self.arguments.sections:
                self.sought.answered(response.request)
        yield fetch
        yield from self._queued_elsewhere(fetch)

    def _elsewhere(self, walks: Iterable[Walk], url: str, answered_at: str) -> str | None:
        """Where a page of what was asked for led, if that is not of it: the home page, say, which a site
        shows instead of a section that it has given up. A run over the whole site wants that as well."""
        asked, link = read(url), read(answered_at)
        if self.arguments.is_whole_site or asked is None or link is None or link.url == asked.url:
            return None
        if self.arguments.sections:
            of_one = link.kind in (UrlKind.SECTION, UrlKind.MORE)
            is_of_it = of_one and any(sections.is_of(link, self._section(walk.place)) for walk in walks)
        else:
            is_of_it = link.kind is asked.kind
        return None if is_of_it else f"led to another page: {link.url}"

    def _section(self, slug: str) -> Section:
        return sections.by_slug(slug) or self._sections.get(slug) or Section(slug=slug, name=slug)

    def _queued_elsewhere(self, fetch: Fetch) -> Iterator[Request]:
        """Articles that a run over a part of the site found, but another place had queued before:
        the frontier has them under that place, so they are asked for here, once they are due."""
        if self.arguments.is_whole_site:
            return
        urls = [link.url for link in fetch.found if link.kind is FetchKind.ARTICLE]
        ids = {url: article_id(url) for url in self.unasked(urls)}
        stored = queries.stored_ids(self._database, filter(None, ids.values()))
        later = self._discovery.put_off(ids)
        wanted = (url for url, id_ in ids.items() if id_ not in stored and url not in later)
        yield from map(self._article_request, wanted)

    def _was_asked(self, url: str) -> bool:
        return hash(url) in self._asked

    def unasked(self, urls: Iterable[str]) -> Iterator[str]:
        return (url for url in urls if not self._was_asked(url))

    def _failed(self, failure: Failure) -> Iterator[Fetch | Request]:
        """Every URL has an outcome, also the one that could not be had."""
        request: Request = failure.request  # type: ignore[attr-defined]
        assert failure.value is not None, "Scrapy fails with an exception"
        fetch = fetch_of_error(failure.value, request, request.meta["kind"])
        if self.sought.excuse(fetch, request) and fetch.kind is FetchKind.LISTING:
            with self._ledger.reading():
                if all(walk.is_guess for walk in map(Walk.read, self._discovery.owed_at(fetch.url))):
                    crawling.drop_listing(self._database, fetch.url)
        if isinstance(failure.value, LeftAloneError):
            with self._ledger.reading():
                crawling.delay(self._database, fetch.url, failure.value.until)
        if fetch.outcome is Outcome.NOT_MODIFIED:
            self.sought.answered(request)
        if request.callback == self._read_home and fetch.status is not None:
            fetch.found = self._discovery.due_listings(())
        yield fetch
        yield from request.meta["otherwise"]()

    # --- going on: from the frontier -------------------------------------------------------

    def _on_idle(self) -> None:
        """Nothing is under way: ask for the next rows of the frontier, then for what is due."""
        requests: list[Request] = []
        try:
            with self._ledger.reading():
                requests = self._following()
                if not requests:
                    self._discovery.tell_owed()
        except Exception as error:  # Scrapy would take the run for finished, with all that is owed left
            self.logger.exception("what is owed could not be asked for; the run stops here")
            raise CloseSpider("errored") from error
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider
        self.sought.tell(self.crawler.stats)

    def _following(self) -> list[Request]:
        return [self._owed_request(row) for row in self._owing.owed()] or [
            self._conditional(self._article_request(due.url)) for due in self._owing.rechecks()
        ]

    def _owed_request(self, row: queries.Owed) -> Request:
        if row.kind == FetchKind.LISTING:
            walks = read_walks(row.found_by)
            request = self._listing_request(row.url, *walks)
            return self.sought.guess(request) if all(walk.is_guess for walk in walks) else request
        return self._article_request(row.url)


def _search_urls(query: str) -> tuple[str, ...]:
    """The search page in the form of each CMS."""
    words = quote_plus(query)
    return (f"{ORIGIN}/Search.aspx?KeySearch={words}", f"{ORIGIN}/search/?q={words}")
