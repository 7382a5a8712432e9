"""From a page to what the ledger says of it: the one place that calls the parser.

Crawl, ingest and reparse all read pages here, so that the same page has the same outcome.
"""

from __future__ import annotations

from typing import Final

from crawler.items import Fetch, Outcome
from crawler.parsers import parse_article
from crawler.parsers.errors import (
    BlockedError,
    EmptyPageError,
    NotArticleError,
    NotHtmlError,
    ParseError,
)

_NO_ARTICLE: Final = (NotArticleError, EmptyPageError, NotHtmlError)


def read_article(fetch: Fetch, page: bytes, url: str) -> Fetch:
    """Read a page into ``fetch.article``, or say in ``fetch`` why it has none.

    Args:
        fetch: what is known of the request; returned.
        page: the bytes of the page.
        url: the canonical URL it was answered at, redirects followed; empty where only the
            page's own canonical link can tell.
    """
    try:
        fetch.article = parse_article(page, url)
    except ParseError as error:
        fetch.outcome, fetch.reason = outcome_of(error), str(error)
    return fetch


def outcome_of(error: ParseError) -> Outcome:
    """What a page that gave no article is in the ledger: an article that could not be read
    (too large, cut, a defect of ours) is ``invalid``, anything else never was one."""
    if isinstance(error, BlockedError):
        return Outcome.BLOCKED
    return Outcome.NOT_ARTICLE if isinstance(error, _NO_ARTICLE) else Outcome.INVALID
