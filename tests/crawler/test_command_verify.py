"""``scrapy verify`` as a user runs it."""

from __future__ import annotations

import json
import sqlite3

import pytest

from crawler.lock import RunLock
from tests.pipelines.news import make
from tests.running import Place


@pytest.fixture
def filled(place: Place) -> Place:
    make(place.database).close()
    return place


def spoil(place: Place) -> None:
    with sqlite3.connect(place.database) as conn:
        conn.execute("UPDATE articles SET word_count = 7 WHERE id = '3'")
    conn.close()


def test_a_sound_database(filled: Place) -> None:
    ended = filled.scrapy("verify")
    assert (ended.code, ended.out.strip()) == (0, f"{filled.database}: nothing is wrong")
    ended = filled.scrapy("verify", "--json")
    assert (ended.code, json.loads(ended.out)) == (0, [])


def test_findings_are_one_line_each_and_exit_3(filled: Place) -> None:
    spoil(filled)
    ended = filled.scrapy("verify")
    assert ended.code == 3
    assert ended.out.startswith("word_count: article 3: word_count is 7, the text has ")
    assert ended.out.count("\n") == 1
    assert "1 findings" in ended.err


def test_json_names_kind_article_and_what_to_do(filled: Place) -> None:
    spoil(filled)
    ended = filled.scrapy("verify", "--json")
    assert ended.code == 3
    (finding,) = json.loads(ended.out)
    assert (finding["kind"], finding["article_id"]) == ("word_count", "3")
    assert "--repair" in finding["do"]


def test_repair_takes_the_lock(filled: Place) -> None:
    spoil(filled)
    with RunLock(filled.database, "crawl"):
        assert filled.scrapy("verify", "--repair", TINTUC_WAIT=0).code == 75
        assert filled.scrapy("verify").code == 3
    ended = filled.scrapy("verify", "--repair")
    assert (ended.code, ended.out.strip()) == (0, f"{filled.database}: nothing is wrong")


def test_a_database_that_cannot_be_read_is_one_line(place: Place) -> None:
    ended = place.scrapy("verify")
    assert ended.code == 1
    assert "no such database" in ended.line
    assert not place.database.exists()
    place.database.write_bytes(b"only text " * 1000)
    ended = place.scrapy("verify")
    assert ended.code == 1
    assert "not a SQLite database" in ended.line


def test_repair_makes_no_database(place: Place) -> None:
    ended = place.scrapy("verify", "--repair")
    assert ended.code == 1
    assert "no such database" in ended.line
    assert not place.database.exists()


def test_usage(filled: Place) -> None:
    assert filled.scrapy("verify", "file.db").code == 2
    assert filled.scrapy("verify", "--fix").code == 2
