"""A back-fill of one month in one section: exactly that month's articles, and no page beyond what is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.site.urls import HANOI
from tests.replica import Fault, Replica, ReplicaArticle
from tests.replica.site import FIRST_PAGE, PAGE
from tests.replica.web import Answer, Request
from tests.running import Place

Plain = Callable[[Request], Answer]

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


BOX = 4
"""Articles in the box of a section."""


def old_with_box(request: Request, plain: Plain, _options: object) -> Answer:
    """A page of a listing with the box that stands on the first one."""
    answer, first = plain(request), plain(replace(request, target="/thoi-su-472ct0.htm"))
    box = b"".join(re.findall(rb'<li class="item">.*?</li>', first.body, re.DOTALL)[:BOX])
    assert box
    opened = b'<ul class="list-newsest">'
    return replace(answer, body=answer.body.replace(opened, opened + box, 1))


def new_with_box(request: Request, plain: Plain, _options: object) -> Answer:
    """An answer of the interface with the articles that stand at the top of the first one; none tells its age."""
    body, first = (
        json.loads(plain(replace(request, target=target)).body)
        for target in (request.target, re.sub(r"-\d+\.html", "-1.html", request.target))
    )
    listed = body["data"]["contents"]
    body["data"]["contents"] = first["data"]["contents"][:BOX] + listed if listed else listed
    for item in body["data"]["contents"]:
        item["date"] = 0
    return replace(plain(request), body=json.dumps(body).encode())


@pytest.mark.parametrize(
    ("name", "where", "fault"),
    [
        ("the old site", "*/trang-*.htm", Fault("with box", old_with_box)),
        ("the new site", "/api/*", Fault("with box", new_with_box)),
    ],
)
def test_a_box_of_todays_articles_on_every_page_leads_no_further(
    tmp_path: Path, name: str, where: str, fault: Fault
) -> None:
    place = Place(tmp_path)
    with Replica(7, 300, sections=("thoi-su",), kinds=("text",), days=30, now=NOW, **SITES[name]) as replica:  # type: ignore[arg-type]
        replica.fault(where, fault)
        since = NOW.date() - timedelta(days=5)
        ended = place.crawl(replica.origin, "-a", "sections=thoi-su", "-a", f"since={since}")
        wanted = [a.id for a in replica.articles if a.published_at and a.published_at.date() >= since]
        pages = [path for path in replica.hits if "/trang-" in path or "/api/" in path]
    assert ended.code == 0, ended.err
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} >= set(wanted)
    assert len(pages) <= len(wanted) // PAGE + 3
