"""The views for people, and the full-text index as outside tools find it."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from typing import Any

import pytest

from crawler.items import Contributor, ContributorKind, Kind
from tests.pipelines.factory import Desk, article, failure, fetch


def test_article_list_names_names(desk: Desk) -> None:
    people = (
        Contributor(kind=ContributorKind.PERSON, name="Lê Sen"),
        Contributor(kind=ContributorKind.AGENCY, agency="TTXVN"),
    )
    desk.record(article(contributors=people))
    desk.record(fetch(article(contributors=people, lead=None), hours=1))
    row = desk.one("SELECT * FROM article_list")
    assert row["section"] == "Thời sự"
    assert row["contributors"] == "Lê Sen, TTXVN"
    assert row["tags"] == "Bến Tre, giao thông"
    assert (row["photos"], row["videos"], row["edits"]) == (1, 0, 1)


def test_daily_counts(desk: Desk) -> None:
    desk.record(article(1))
    desk.record(article(2, kind=Kind.PHOTO))
    desk.record(article(3, lead=article(1).lead, body=article(1).body))
    desk.record(failure(article(1).url, hours=1))
    row = desk.one("SELECT * FROM daily_counts")
    names = ("published_on", "articles", "photo_stories", "duplicates", "edited", "withdrawn")
    assert [row[name] for name in names] == ["2026-08-01", 3, 1, 1, 0, 1]


def test_by_contributor(desk: Desk) -> None:
    both = Contributor(kind=ContributorKind.PERSON, name="Linh Sơn", role="text,photo")
    desk.record(article(1))
    desk.record(article(2, contributors=(both,)))
    assert desk.one("SELECT * FROM by_contributor") == {
        "contributor": "Linh Sơn",
        "kind": "person",
        "articles": 2,
        "with_photos": 1,
        "first_published_on": "2026-08-01",
        "last_published_on": "2026-08-01",
    }


def test_one_signer_is_found_by_an_index(desk: Desk) -> None:
    plan = desk.all("EXPLAIN QUERY PLAN SELECT * FROM by_contributor WHERE contributor = 'Linh Sơn'")
    assert any("SEARCH c USING INDEX contributors_by_signer" in step["detail"] for step in plan)


def test_photo_list(desk: Desk) -> None:
    desk.record(article())
    row = desk.one("SELECT caption, credit, headline FROM photo_list")
    assert row == {
        "caption": "Quang cảnh công trường.",
        "credit": "Linh Sơn/TTXVN",
        "headline": article().headline,
    }


def test_one_day_of_the_article_list_is_found_by_an_index(desk: Desk) -> None:
    plan = desk.all("EXPLAIN QUERY PLAN SELECT * FROM article_list WHERE published_on = '2026-08-01'")
    assert any("articles_by_day" in row["detail"] for row in plan)


def search(desk: Desk, query: str) -> list[dict[str, Any]]:
    """What the sqlite-utils command finds, as a user would call it."""
    command = [sys.executable, "-m", "sqlite_utils", "search", str(desk.path), "articles", query]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "query",
    [
        "đường về Bến Tre",
        "duong ve ben tre",
        "ĐƯỜNG VỀ BẾN TRE",
        unicodedata.normalize("NFD", "đường Bến Tre"),
        '"ben tre"',
        "duo*",
        "Quang cảnh",
        "linh son",
    ],
)
def test_sqlite_utils_search_finds_it_as_people_type_it(desk: Desk, query: str) -> None:
    desk.record(article(1, headline="Đường về Bến Tre"))
    desk.record(
        article(2, headline="Chuyện khác", lead=None, body="Một bài không liên quan.", byline=None, photos=())
    )
    (found,) = search(desk, query)
    assert found["headline"] == "Đường về Bến Tre"


def test_datasette_would_detect_the_index(desk: Desk) -> None:
    """Datasette's own query (datasette.utils.detect_fts_sql), as of version 0.65."""
    sql = """
        SELECT name FROM sqlite_master WHERE rootpage = 0 AND (
            sql LIKE '%VIRTUAL TABLE%USING FTS%content="articles"%'
            OR sql LIKE '%VIRTUAL TABLE%USING FTS%content=[articles]%'
            OR (tbl_name = "articles" AND sql LIKE '%VIRTUAL TABLE%USING FTS%'))
    """
    assert [row["name"] for row in desk.all(sql)] == ["articles_fts"]
    assert desk.db["articles"].detect_fts() == "articles_fts"  # type: ignore[union-attr]


def test_the_index_follows_edits_and_only_those(desk: Desk) -> None:
    desk.record(article(headline="Đường cũ"))
    desk.record(fetch(article(headline="Cầu mới"), hours=1))
    count = "SELECT count(*) AS n FROM articles_fts WHERE articles_fts MATCH ?"
    assert desk.one(count, "headline : cu")["n"] == 0
    assert desk.one(count, "headline : moi")["n"] == 1


def test_snippets_come_from_the_original(desk: Desk) -> None:
    desk.record(article(headline="Đường về Bến Tre"))
    sql = (
        "SELECT snippet(articles_fts, 0, '[', ']', '…', 9) AS s FROM articles_fts WHERE articles_fts MATCH ?"
    )
    assert desk.one(sql, "ben tre")["s"] == "Đường về [Bến] [Tre]"
