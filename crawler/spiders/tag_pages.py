"""The pages of a tag: walks them where their addresses are known, and else follows the trail to them.

The callbacks of the spider for this one task; where to look next is what :mod:`crawler.spiders.trail` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scrapy.http import Request, Response

from crawler.fetching import fetch_of, reading
from crawler.items import Article, Fetch, FetchKind, Outcome
from crawler.site import listings
from crawler.spiders import trail
from crawler.spiders.trail import TagTrail
from pipelines.database import crawling, queries

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.site.tags import Tag
    from crawler.spiders.baotintuc import BaotintucSpider


class TagPages:
    """What a run over one tag asks for.

    Args:
        spider: makes the requests, and reads what they bring.
        tag: the tag.
        database: the stored articles that bear it.
    """

    def __init__(self, spider: BaotintucSpider, tag: Tag, database: Database):
        self._spider = spider
        self._tag = tag
        self._database = database
        self._trail = TagTrail(tag, crawling.tagged(database, tag.is_named, trail.STORED))

    def open(self) -> Iterator[Request]:
        """The page of the tag where its address is given; else the old one, and the trail to the new one."""
        if self._tag.url:
            yield self._spider.walk_sought(self._tag.url)
            return
        yield self._spider.walk_sought(self._tag.old_url, guessed=True)
        yield from self._follow()

    def _follow(self, pages: Iterable[str] = ()) -> Iterator[Request]:
        """Walk the pages of the tag that were found; where there are none, look further."""
        for url in self._spider.unasked(pages):
            self._trail.end()
            yield self._spider.walk_sought(url)
        following = self._trail.following()
        if following == self._trail.search_url:
            request = self._spider.request(following, FetchKind.LISTING, self._read_search, self._follow)
            yield self._spider.sought.guess(request)
        elif following is not None:
            yield self._spider.request(following, FetchKind.ARTICLE, self._read_article, self._follow)

    def _read_article(self, response: Response) -> Iterator[Fetch | Request]:
        """An article that may bear the tag: it is kept if it does."""
        for fetch in self._spider.read_article(response):
            if fetch.article and not self._is_wanted(fetch.article):
                fetch.article = None
                fetch.outcome, fetch.reason = Outcome.SKIPPED, f"it does not bear the tag {self._tag.name}"
            yield fetch
        yield from self._follow(self._tag.links_on(response.body, response.url))

    def _is_wanted(self, article: Article) -> bool:
        """Whether it bears the tag, or is stored: then it may have lost it, which is news."""
        if any(map(self._tag.is_named, article.tags)):
            return True
        return bool(queries.stored_ids(self._database, [article.id]))

    def _read_search(self, response: Response) -> Iterator[Fetch | Request]:
        """What the site finds by the tag's name: the articles that may show the way to its page."""
        fetch = fetch_of(response, FetchKind.LISTING)
        with reading(fetch):
            cards = listings.read_listing(response.body, fetch.url).cards
            self._trail.add(self._spider.unasked(card.url for card in cards))
        yield fetch
        yield from self._follow(self._tag.links_on(response.body, response.url))
