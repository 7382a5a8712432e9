"""What an article must have, and what about it is suspicious."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.items import Article, Fetch, Kind, Outcome, Photo, Video
from pipelines.times import HANOI
from pipelines.validate import validate
from tests.pipelines.factory import NOON, Desk, article, copy_of, fetch

BARE: dict[str, Any] = {"lead": None, "body": None, "photos": (), "videos": ()}
PHOTO = (Photo(url="https://cdnmedia.baotintuc.vn/a.jpg"),)
VIDEO = (Video(url="https://cdnmedia.baotintuc.vn/a.mp4"),)


@pytest.mark.parametrize(
    ("kind", "has"),
    [
        (Kind.TEXT, {"body": "Mưa lớn."}),
        (Kind.TEXT, {"photos": PHOTO}),
        (Kind.PHOTO, {"photos": PHOTO}),
        (Kind.VIDEO, {"videos": VIDEO}),
        (Kind.VIDEO, {"lead": "Bản tin trưa."}),
        (Kind.INFOGRAPHIC, {"photos": PHOTO}),
        (Kind.LONGFORM, {"body": "Chuyện kể."}),
        (Kind.LIVE, {"body": "17:42 Ngày 04/06/2018"}),
    ],
)
def test_an_article_with_what_its_kind_needs_is_valid(kind: Kind, has: dict[str, Any]) -> None:
    read = article(kind=kind, **{**BARE, **has})
    assert validate(fetch(read)).outcome is None


@pytest.mark.parametrize("kind", list(Kind))
def test_a_headline_alone_is_no_article_of_any_kind(kind: Kind) -> None:
    found = validate(fetch(article(kind=kind, **BARE)))
    assert (found.outcome, (found.reason or "")[:3]) == (Outcome.INVALID, "no ")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"headline": None}, "no headline"),
        ({"headline": "  "}, "no headline"),
        ({"id": ""}, "no id or no address"),
        ({"body": "hỏng \ud800"}, "text with broken characters (lone surrogates)"),
        ({"published_at": datetime(2026, 8, 1)}, "published_at without an offset"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_stored_is_invalid_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    found = validate(fetch(article(**changes)))
    assert (found.outcome, found.reason) == (Outcome.INVALID, reason)


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"body": "Ba từ thôi."}, "body of 3 words"),
        ({"headline": "MƯA LỚN Ở MIỀN TRUNG"}, "headline all in capitals"),
        ({"headline": "Mưa " * 100}, "headline of 400 characters"),
        ({"published_at": None}, "no publication date"),
        (
            {"published_at": datetime(1970, 1, 1, tzinfo=HANOI)},
            "published before the site existed: 1970-01-01T00:00:00+07:00",
        ),
        ({"kind": Kind.VIDEO}, "kind video without videos"),
        (
            {"body": "Đường \ufffd ven biển " * 9},
            "text with replacement characters: read in the wrong encoding",
        ),
        ({"warnings": ("two dates on the page",)}, "two dates on the page"),
    ],
)
def test_what_is_odd_is_a_warning_and_no_loss(desk: Desk, changes: dict[str, Any], warning: str) -> None:
    found = desk.record(article(**changes))
    assert found.outcome is Outcome.NEW
    assert found.warnings == (warning,)
    assert desk.one("SELECT json_extract(warnings, '$[0]') AS said FROM fetches")["said"] == warning


def test_a_date_in_the_future_is_a_warning() -> None:
    ahead = validate(fetch(article(published_at=NOON + timedelta(days=1))))
    assert ahead.warnings == ("published in the future: 2026-11-21T05:00:00+00:00",)
    assert validate(fetch(article(published_at=NOON + timedelta(minutes=1)))).warnings == ()


def test_an_ordinary_article_has_no_warnings() -> None:
    assert validate(fetch(article())).warnings == ()


def test_validating_twice_says_everything_once() -> None:
    read: Article = article(body="Ba từ thôi.", published_at=None)
    once = validate(fetch(read)).warnings
    again: Fetch = validate(validate(fetch(read)))
    assert again.warnings == once
    assert len(once) == 2


def test_a_copy_needs_a_headline_and_a_body() -> None:
    assert validate(fetch(copy_of())).outcome is None
    assert validate(fetch(copy_of(body=None))).reason == "no body and no captions"


def test_an_invalid_page_leaves_its_reason_and_no_article(desk: Desk) -> None:
    found = desk.record(article(headline=None))
    assert (found.outcome, found.article_id) == (Outcome.INVALID, None)
    assert desk.count("articles") == 0
    assert desk.one("SELECT outcome, reason FROM fetches") == {"outcome": "invalid", "reason": "no headline"}
