"""A back-fill of one month in one section: exactly that month's articles, and no page beyond what is needed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from crawler.site.urls import HANOI
from tests.replica import Replica, ReplicaArticle
from tests.replica.site import FIRST_PAGE, PAGE
from tests.running import Place

NOW = datetime(2026, 11, 1, 12, tzinfo=HANOI)
FIRST, LAST = date(2026, 8, 1), date(2026, 8, 31)
SITES = {
    "the old site": {"cms": "old", "templates": ("2021",)},
    "the new site": {"cms": "new", "templates": ("2026",)},
    "both": {"cms": "both", "templates": ("2021", "2026")},
}


def is_of_month(article: ReplicaArticle) -> bool:
    """Whether an article was published in August."""
    assert article.published_at
    return FIRST <= article.published_at.date() <= LAST


def needed(articles: list[ReplicaArticle], first: int) -> int:
    """Pages of a listing, ``first`` articles on its first page, up to one that is all older than the month."""
    newest_first = articles[::-1]
    starts = [0, *range(first, len(newest_first), PAGE)]
    ends = [*starts[1:], len(newest_first)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        if all(a.published_at and a.published_at.date() < FIRST for a in newest_first[start:end]):
            return number
    return len(starts)


@pytest.mark.parametrize("name", SITES)
def test_a_back_fill_brings_its_month_and_asks_for_nothing_else(tmp_path: Path, name: str) -> None:
    place = Place(tmp_path)
    site = Replica(59, 400, sections=("the-thao", "kinh-te"), days=120, now=NOW, **SITES[name])  # type: ignore[arg-type]
    with site as replica:
        ended = place.crawl(
            replica.origin, "-a", "sections=the-thao", "-a", f"since={FIRST}", "-a", f"until={LAST}"
        )
        section = [article for article in replica.articles if article.section.slug == "the-thao"]
        pages = {article.path: article for article in replica.articles}
        asked = [pages[request.path].id for request in replica.requests if request.path in pages]
        lists = [request.target for request in replica.requests if request.path not in pages]
    assert ended.code == 0, ended.err
    month = [article.id for article in section if is_of_month(article)]
    assert 20 < len(month) < len(section) - 40
    assert sorted(asked) == sorted(month)
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == set(month)
    old = [target for target in lists if target.startswith("/the-thao-273ct0")]
    new = [target for target in lists if target.startswith("/api/morenews-zone-273-")]
    sides = {year: [article for article in section if article.template == year] for year in ("2021", "2026")}
    assert len(old) == len(set(old)) == (needed(sides["2021"], FIRST_PAGE) if sides["2021"] else 0)
    assert len(new) == len(set(new)) == (needed(sides["2026"], PAGE) if sides["2026"] else 0)
    beside = set(lists) - set(old) - set(new)
    assert beside <= {"/robots.txt", "/", "/the-thao/", "/the-thao.rss", "/rss/the-thao-273.rss"}
