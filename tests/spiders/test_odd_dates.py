"""Lists whose dates are wrong: one odd date costs nothing but itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.replica import Answer, Fault, Replica
from tests.replica.faults import Plain
from tests.replica.web import XML, Request, page
from tests.running import Place

NEW: dict[str, Any] = {"sections": ("thoi-su",), "kinds": ("text",), "cms": "new", "templates": ("2026",)}
OLD: dict[str, Any] = {"sections": ("thoi-su",), "kinds": ("text",), "cms": "old", "templates": ("2021",)}

UNSET = b"1/1/0001 12:00:00 AM"
"""How .NET prints a date that nobody set."""


def rewritten(pattern: bytes, by: bytes, count: int = 0) -> Fault:
    """The answer with something else in place of what a pattern finds."""

    def act(request: Request, plain: Plain, _origin: str) -> Answer:
        answer = plain(request)
        return replace(answer, body=re.sub(pattern, by, answer.body, count=count))

    return Fault("rewritten", act)


def stored(place: Place) -> set[str]:
    return {row["id"] for row in place.rows("SELECT id FROM articles")}


def range_of(replica: Replica) -> tuple[str, ...]:
    """A back-fill of the last days, which asks of each link whether it lies in the range."""
    today = replica.now.date()
    return ("-a", f"since={today - timedelta(days=2)}", "-a", f"until={today}")


@pytest.mark.parametrize("with_range", [False, True], ids=["ordinary run", "back-fill"])
@pytest.mark.parametrize(
    ("where", "pattern"),
    [
        ("*.rss", rb"(<item>.*?<pubDate>)[^<]*"),
        ("*.rss", rb"(<item>.*?<updated>)[^<]*"),
        ("/sitemaps/*", rb"(<lastmod>)[^<]*"),
    ],
    ids=["pubDate", "updated", "lastmod"],
)
def test_one_date_that_is_not_set_keeps_nothing_away(
    place: Place, where: str, pattern: bytes, *, with_range: bool
) -> None:
    with Replica(seed=9, articles=20, days=2, **NEW) as replica:
        replica.fault(where, rewritten(pattern, rb"\g<1>" + UNSET, count=1))
        ended = place.crawl(replica.origin, *(range_of(replica) if with_range else ()))
        expected = {article.id for article in replica.articles}
    assert ended.code == 0, ended.err
    assert "Traceback" not in ended.err
    assert stored(place) == expected
    assert place.one("SELECT count(*) FROM fetches WHERE outcome = 'invalid'") == 0


def test_a_page_whose_date_is_not_set_is_stored_without_one(place: Place) -> None:
    with Replica(seed=9, articles=3, days=1, **OLD) as replica:
        article = replica.articles[0]
        dates = rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:+.]*|[^<>\"]*\d\d/\d\d/\d{4} \d\d:\d\d"
        replica.fault(article.path, rewritten(dates, UNSET))
        ended = place.crawl(replica.origin)
    assert "Traceback" not in ended.err
    assert place.outcomes() == {"new": 3}
    assert place.one("SELECT published_at FROM articles WHERE id = ?", article.id) is None
    warnings = place.one("SELECT warnings FROM fetches WHERE url = ?", article.url)
    assert "is not a date" in warnings


def test_dates_of_1970_in_the_feeds_keep_nothing_waiting(place: Place) -> None:
    with Replica(seed=9, articles=20, days=2, **OLD) as replica:
        replica.fault("/sitemap*", Fault.status(404))
        place.crawl(replica.origin)
        replica.fault("*.rss", rewritten(rb"(<pubDate>)[^<]*", rb"\g<1>1/1/1970 7:00:00 AM"))
        new = replica.publish(3)
        assert place.crawl(replica.origin, "-a", "recheck=0").code == 0
    assert {article.id for article in new} <= stored(place)


def test_a_sitemap_that_dates_all_to_today_does_not_lead_to_the_beginning_of_the_site(place: Place) -> None:
    with Replica(seed=9, articles=60, days=600, **OLD) as replica:
        urls = "".join(
            f"<url><loc>{article.url}</loc><lastmod>{replica.now.isoformat()}</lastmod></url>"
            for article in replica.articles
        )
        urlset = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        replica.fault("/sitemap.xml", Fault.answer(page(urlset, kind=XML)))
        assert place.crawl(replica.origin).code == 0
        lately = {a.id for a in replica.articles if a.published_at > replica.now - timedelta(days=2)}
    oldest = place.one("SELECT min(published_on) FROM articles")
    assert oldest >= f"{replica.now - timedelta(days=5):%Y-%m-%d}"
    assert lately <= stored(place)
