"""``scrapy search`` as a user runs it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.pipelines.news import make
from tests.running import ROOT, Place


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("search"))
    make(place.database).close()
    return place


def test_results_for_people_name_headline_day_section_and_address(filled: Place) -> None:
    ended = filled.scrapy("search", "bến tre dừa")
    assert ended.code == 0, ended.err
    first = ended.out.split("\n\n")[0].splitlines()
    assert first[0] == "Bến Tre khởi công bốn cây cầu qua sông Hàm Luông"
    assert first[1] == "2026-09-14 08:00 · Thời sự · 1"
    assert "xứ dừa" in first[2]
    assert first[3] == "https://baotintuc.vn/bai-post1.html"
    assert ended.out.rstrip().endswith("2 of 2 that match")
    assert ended.err == ""


def test_json_is_a_list_with_marks_into_the_texts(filled: Place) -> None:
    ended = filled.scrapy("search", "covid-19", "--json")
    (hit,) = json.loads(ended.out)
    assert {name: hit[name] for name in ("id", "section", "published_at")} == {
        "id": "3",
        "section": "Sức khỏe",
        "published_at": "2026-04-12T09:00:00+07:00",
    }
    assert [hit["headline"][a:b] for a, b in hit["headline_marks"]] == ["COVID-19"]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_reader_that_has_seen_enough_is_no_error(filled: Place, options: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = filled.command("search", "ben tre", *options)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=filled.environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--since", "2026-09-15"), {"2"}),
        (("--until", "2026-04-30"), {"3"}),
        (("--section", "suc-khoe"), {"3"}),
        (("--contributor", "linh son"), {"1", "4"}),
        (("--all",), {"1", "2", "3", "4"}),
        (("--newest", "--limit", "2"), {"3", "4"}),
    ],
)
def test_options_narrow_the_search(filled: Place, options: tuple[str, ...], ids: set[str]) -> None:
    ended = filled.scrapy("search", "ben tre", *options, "--json")
    assert ended.code == 0, ended.err
    assert {hit["id"] for hit in json.loads(ended.out)} == ids


def test_nothing_found_is_said_and_is_no_failure(filled: Place) -> None:
    ended = filled.scrapy("search", "không có gì như thế")
    assert (ended.code, ended.out.strip()) == (0, "no article matches: không có gì như thế")
    ended = filled.scrapy("search", "không có gì như thế", "--json")
    assert (ended.code, json.loads(ended.out)) == (0, [])


@pytest.mark.parametrize("typed", ['"covid', "- covid-19", "12/4)", "TP.HCM OR"])
def test_a_stray_sign_is_no_error(filled: Place, typed: str) -> None:
    ended = filled.scrapy("search", typed)
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize(
    "args",
    [
        ("--", "-covid"),
        ("--json", "--", "-covid"),
        ("tiêm", "--limit", "5", "--", "--covid", "-19"),
        ("--", "covid", "--"),
        ("--limit", "1000000000", "covid"),
    ],
)
def test_what_follows_two_hyphens_is_looked_for(filled: Place, args: tuple[str, ...]) -> None:
    ended = filled.scrapy("search", *args)
    assert (ended.code, ended.err) == (0, "")
    assert "TP.HCM tiêm nhắc lại vaccine phòng COVID-19" in ended.out


def test_an_index_row_without_an_article_is_told_of(place: Place) -> None:
    db = make(place.database)
    db.execute("INSERT INTO articles_fts (rowid, headline, search_text) VALUES (99, 'Covid', 'Covid')")
    db.conn.commit()
    db.close()
    ended = place.scrapy("search", "covid", "--json")
    assert [hit["id"] for hit in json.loads(ended.out)] == ["3"]
    assert (ended.code, ended.line) == (
        0,
        "tintuc: the index has 1 match without an article, left out here: scrapy verify tells what is wrong",
    )


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        ((), 2, "what to search for"),
        (("tre", "--sinse", "2026-01-01"), 2, "unknown option: --sinse"),
        (("tre", "--all", "--newest"), 2, "give one of them"),
        (("tre", "--since", "14/9/2026"), 1, "--since is not a date like 2026-09-24: '14/9/2026'"),
        (("tre", "--until", "2026-02-30"), 1, "--until is not a date"),
        (("tre", "--limit", "0"), 1, "--limit must be a whole number of at least 1"),
        (("tre", "--limit", "9" * 30, "--newest"), 1, "at most 1,000,000,000: "),
        (("tre", "--limit", "9" * 5000), 1, "--limit must be a whole number of at least 1"),
        (("tre", "--limit", "9223372036854775808"), 1, "--limit must be a whole number of at least 1"),
        (("tre", "--limit", "-1"), 1, "--limit must be a whole number of at least 1"),
        (
            ("tre", "--since", "2026-09-15", "--until", "2026-09-14"),
            1,
            "--since 2026-09-15 is after --until 2026-09-14: swap them",
        ),
        (("-covid",), 2, "unknown option: -covid"),
        (("tre", "-x", "--", "-covid"), 2, "unknown option: -x"),
        (("--",), 2, "what to search for"),
        (("tre", "--section", "thể thao"), 1, "no section is called 'thể thao'; there are: "),
    ],
)
def test_usage(filled: Place, args: tuple[str, ...], code: int, says: str) -> None:
    ended = filled.scrapy("search", *args)
    assert ended.code == code
    assert says in ended.err + ended.out
    assert "Traceback" not in ended.err
    assert len(ended.err) < 1000


def test_a_missing_database_is_one_line_and_is_not_made(place: Place) -> None:
    ended = place.scrapy("search", "bến tre")
    assert ended.code == 1
    assert f"{place.database}: no such database" in ended.line
    assert not place.database.exists()


def test_a_database_of_another_program_is_left_alone(place: Place) -> None:
    with sqlite3.connect(place.database) as conn:
        conn.execute("CREATE TABLE notes (text)")
    conn.close()
    before = place.database.read_bytes()
    ended = place.scrapy("search", "bến tre")
    assert ended.code == 1
    assert "another program" in ended.line
    assert place.database.read_bytes() == before


def test_it_does_not_wait_for_a_writer(filled: Place) -> None:
    with filled.connection() as conn:
        conn.isolation_level = None
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("UPDATE articles SET headline = headline")
        ended = filled.scrapy("search", "covid", timeout=20)
        conn.execute("ROLLBACK")
    assert ended.code == 0, ended.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_database_that_may_not_be_read_is_one_line(place: Place) -> None:
    make(place.database).close()
    Path(place.database).chmod(0)
    ended = place.scrapy("search", "bến tre")
    assert ended.code == 1
    assert "permission" in ended.line.lower()
