"""Validate: what an article must have to be stored, and what about it is suspicious.

Pure: reads only the fetch. An article that lacks what it must have makes the fetch ``invalid``
with its reason; what is merely odd is a warning on the fetch and never a loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from crawler.items import NOT_UNDERSTOOD, Article, Copy, Fetch, Kind, Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

UNREAD_BYLINES: Final = "tintuc/byline/not_understood"
"""The statistic of a run: pages whose byline the grammar could not read."""

NEEDS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.TEXT: ("body", "photos", "videos"),
    Kind.PHOTO: ("photos", "body"),
    Kind.VIDEO: ("videos", "body", "lead"),
    Kind.INFOGRAPHIC: ("photos", "body", "lead"),
    Kind.LONGFORM: ("body", "photos"),
    Kind.LIVE: ("body", "lead"),
}
"""What an article of each kind must have, beside a headline: at least one of these. The first
is what the kind is named for, and a warning where it is missing."""

SHORT_BODY: Final = 10
"""Words under which a text's body is suspicious: the shortest real one is a sentence."""

LONG_HEADLINE: Final = 300
"""Characters over which a headline is suspicious: the longest real one has about 150."""

AHEAD: Final = timedelta(minutes=10)
"""How far a publication may lie in the future: two clocks that disagree, not a wrong date."""

FIRST_DAY: Final = datetime(2003, 1, 1, tzinfo=UTC)
"""No article of the site is older: an earlier date was misread."""


def validate(fetch: Fetch) -> Fetch:
    """Give the fetch its warnings, and the outcome ``invalid`` where its article cannot be stored.

    The same fetch comes back, changed in place; doing it twice changes nothing more.
    """
    read = fetch.article or fetch.copy
    if read is None or fetch.outcome is not None:
        return fetch
    reason = missing(read)
    if reason is not None:
        fetch.outcome, fetch.reason = Outcome.INVALID, reason
    said = read.warnings if isinstance(read, Article) else ()
    odd = suspicious(read, fetch.fetched_at) if reason is None else ()
    fetch.warnings = tuple(dict.fromkeys((*fetch.warnings, *said, *odd)))
    return fetch


def missing(read: Article | Copy) -> str | None:
    """Why what was read cannot be stored as an article; None where it can."""
    if not read.id or not read.url:
        return "no id or no address"
    if not (read.headline and read.headline.strip()):
        return "no headline"
    needed = NEEDS[read.kind] if isinstance(read, Article) else ("body", "captions")
    if not any(getattr(read, name) for name in needed):
        return f"no {' and no '.join(needed)}"
    return _unstorable(read)


def _unstorable(read: Article | Copy) -> str | None:
    """Why the database could not hold it: broken characters, a time without an offset."""
    try:
        repr_of_all = f"{read.headline}{read.lead}{read.body}{read.byline}"
        repr_of_all.encode()
    except UnicodeEncodeError:
        return "text with broken characters (lone surrogates)"
    dates = ("published_at", "modified_at", "created_at")
    naive = [name for name in dates if _naive(getattr(read, name, None))]
    return f"{naive[0]} without an offset" if naive else None


def _naive(at: datetime | None) -> bool:
    return at is not None and at.utcoffset() is None


def suspicious(read: Article | Copy, now: datetime) -> Iterator[str]:
    """What looks wrong with an article that can be stored, in words, as seen at ``now``."""
    yield from _odd_headline(read.headline or "")
    if any("\ufffd" in (text or "") for text in (read.headline, read.lead, read.body)):
        yield "text with replacement characters: read in the wrong encoding"
    if isinstance(read, Article):
        yield from _odd_body(read)
        yield from _odd_dates(read, now)


def _odd_headline(headline: str) -> Iterator[str]:
    if headline.isupper() and " " in headline.strip():
        yield "headline all in capitals"
    if len(headline) > LONG_HEADLINE:
        yield f"headline of {len(headline)} characters"


def _odd_body(article: Article) -> Iterator[str]:
    first = NEEDS[article.kind][0]
    if not getattr(article, first):
        yield f"kind {article.kind} without {first}"
    if article.kind is Kind.TEXT and article.body:
        words = len(article.body.split(maxsplit=SHORT_BODY))
        if words < SHORT_BODY:
            yield f"body of {words} words"


def _odd_dates(article: Article, now: datetime) -> Iterator[str]:
    published = article.published_at
    if published is None:
        yield "no publication date"
    elif published > now + AHEAD:
        yield f"published in the future: {published.isoformat()}"
    elif published < FIRST_DAY:
        yield f"published before the site existed: {published.isoformat()}"


def counted(fetch: Fetch) -> dict[str, int]:
    """What a fetch adds to the statistics of its run, by name: its warnings, a byline kept whole."""
    counts = {
        "tintuc/validate/warnings": len(fetch.warnings),
        UNREAD_BYLINES: int(not NOT_UNDERSTOOD.isdisjoint(fetch.warnings)),
    }
    return {name: number for name, number in counts.items() if number}


class Validate:
    """Scrapy's step 100: :func:`validate`, and a count of what it found."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Validate:
        """Scrapy's way to make a pipeline."""
        return cls(crawler)

    def process_item(self, item: Fetch) -> Fetch:
        """The fetch with its warnings, and its outcome where it is invalid."""
        fetch = validate(item)
        stats = self._crawler.stats
        if stats is not None:
            for name, number in counted(fetch).items():
                stats.inc_value(name, number)
        return fetch
