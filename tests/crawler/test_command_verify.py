"""``scrapy verify`` as a user runs it."""

from __future__ import annotations

import json
import sqlite3

import pytest

from crawler.lock import RunLock
from pipelines.database.verify import verify
from tests.crawler import past
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


@pytest.mark.parametrize(
    ("kind", "statements"),
    [
        ("missing", ("DELETE FROM contributors WHERE article_id = ?1",)),
        ("positions", ("UPDATE contributors SET position = position + 40 WHERE article_id = ?1",)),
        ("positions", ("UPDATE photos SET position = position + 40 WHERE article_id = ?1",)),
    ],
)
def test_what_a_reparse_writes_again_is_whole_again(
    place: Place, kind: str, statements: tuple[str, ...]
) -> None:
    past.record(place, past.pages())
    assert verify(place.database) == []
    before = past.dump(place)
    signed = "SELECT a.id FROM articles a JOIN contributors c ON c.article_id = a.id JOIN photos p ON p.article_id = a.id"
    (article,) = place.rows(f"{signed} WHERE a.byline IS NOT NULL LIMIT 1")[0]
    with place.connection() as conn:
        for statement in statements:
            conn.execute(statement, (article,))
        conn.commit()
    (finding,) = verify(place.database)
    assert (finding.kind, finding.article_id) == (kind, article)
    assert "`scrapy reparse` writes the article's rows again" in str(finding)
    past.reread(place)
    assert verify(place.database) == []
    assert past.dump(place) == before


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
