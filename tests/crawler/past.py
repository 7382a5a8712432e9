"""A database and a raw archive as an older parser left them: pages as they were, read worse than today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from crawler.archive.writer import ArchiveWriter
from crawler.items import Article, Fetch, FetchKind, Outcome, RawPage
from crawler.parsers import parse_article
from crawler.reparsing import running
from crawler.reparsing.recording import Tally
from crawler.reparsing.running import Plan
from crawler.site.urls import article_id
from pipelines.database import open_database, runs
from pipelines.database.archived import Wanted
from pipelines.recorder import Recorder
from tests.replica import Replica
from tests.running import Place

THEN: Final = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
"""When the pages were fetched, the first of them."""

HTML: Final = (("Content-Type", "text/html; charset=utf-8"),)

Reader = Callable[[Article], Article | None]
"""What an older parser made of a page, told by what today's makes of it; None: no article."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched."""

    url: str
    body: bytes

    def edited(self, before: str, after: str) -> Page:
        """The page after the site changed a text in it."""
        assert before.encode() in self.body
        return replace(self, body=self.body.replace(before.encode(), after.encode()))


@cache
def pages(count: int = 12, seed: int = 11) -> tuple[Page, ...]:
    """Article pages of the replica, of both designs and all kinds."""
    with Replica(seed=seed, articles=count) as replica:
        return tuple(Page(one.url, replica.page(one.path).body) for one in replica.articles)


def as_today(article: Article) -> Article:
    """A parser as good as today's."""
    return article


def shouting(article: Article) -> Article:
    """A parser that got headlines wrong."""
    return replace(article, headline=f"SAI {article.headline}")


def blind(_article: Article) -> None:
    """A parser that knew no template of the page."""
    return


def without_signatures(article: Article) -> Article:
    """A parser that read no byline at all, in the content and beside it."""
    return replace(article, byline=None, contributors=())


def record(
    place: Place,
    some: Iterable[Page],
    read: Reader = as_today,
    *,
    hours: float = 0,
    keep: bool = True,
    max_bytes: int = 1 << 27,
) -> list[Fetch]:
    """Fetch pages ``hours`` after ``THEN``, a minute apart; ``keep``: the raw archive is on."""
    at = THEN + timedelta(hours=hours)
    with (
        closing(open_database(place.database, create=True)) as database,
        ArchiveWriter(place.folder / "archive", max_bytes=max_bytes, now=lambda: at) as archive,
    ):
        run_id = runs.start_run(database, "baotintuc", {}, at)
        clock = iter(at + timedelta(minutes=n) for n in range(1_000_000))
        keeping = archive.keep if keep else None
        with Recorder(database, run_id, keep=keeping, identify=article_id, clock=lambda: at) as recorder:
            return [_without_raw(recorder.record(fetch_of(page, read, next(clock)))) for page in some]


def _without_raw(fetch: Fetch) -> Fetch:
    fetch.raw = None  # large, and archived
    return fetch


def fetch_of(page: Page, read: Reader, at: datetime) -> Fetch:
    """A page as a crawl would have handed it over."""
    article = read(parse_article(page.body, page.url))
    fetch = Fetch(
        kind=FetchKind.ARTICLE,
        url=page.url,
        fetched_at=at,
        status=200,
        bytes=len(page.body),
        article=article,
        raw=RawPage(body=page.body, url=page.url, headers=HTML),
    )
    if article is None:
        fetch.outcome, fetch.reason = Outcome.INVALID, "an older parser could not read it"
    return fetch


def reread(place: Place, *, days: int = 0, **wanted: Any) -> Tally:
    """Read the archive again in this process, as ``scrapy reparse --jobs 1`` does."""
    plan = Plan(folder=place.folder / "archive", wanted=Wanted(**wanted), jobs=1, days=days)
    return running.record(plan, place.database)


TABLES: Final = (
    *("articles", "photos", "videos", "contributors", "article_tags", "tags", "sections", "related"),
    *("identities", "aliases", "copies", "frontier", "shingle_bands"),
)
NOT_COMPARED: Final = {"next_check_at", "next_try_at", "found_at", "last_seen_at"}


def dump(place: Place, *tables: str, but: Iterable[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """Every row of the tables that say what articles read, times of looking left out."""
    left_out = NOT_COMPARED | set(but)
    return {
        table: [
            {name: value for name, value in dict(row).items() if name not in left_out}
            for row in place.rows(f"SELECT * FROM {table} ORDER BY 1, 2")
        ]
        for table in tables or TABLES
    }


def warcs(place: Place) -> list[Path]:
    """The files of the raw archive, the oldest first."""
    return sorted((place.folder / "archive").rglob("*.warc.gz"), key=lambda path: path.stat().st_mtime_ns)


def number(text: str, name: str) -> int:
    """A number of the table that the command prints."""
    (found,) = [line for line in text.splitlines() if line.startswith(name + " ")]
    return int(found.split()[-1].replace(",", ""))
