"""Verify: every kind of finding is found where it is planted, and nothing else is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from crawler.items import Article
from crawler.site.urls import article_id
from pipelines.database import open_database, runs
from pipelines.database.checks import ADVICE, CHECKS, Finding, file
from pipelines.database.errors import MissingError, NotOursError, UnreadableError
from pipelines.database.verify import _beside, repair, verify
from pipelines.recorder import Recorder
from tests.benchmarks.material import as_article, paragraphs_cut, story

from .news import ARTICLES, NOW, fetch, make

WHOLE = story("verify", paragraphs=9)
LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database with an edited article, a near-duplicate, photos and two runs."""
    path = tmp_path_factory.mktemp("verify") / "news.db"
    long = as_article(WHOLE, 10, published_at=NOW)
    copy = as_article(paragraphs_cut(WHOLE, 1, Random(1)), 11, published_at=LATER)
    db = make(path, (*ARTICLES, long, copy))
    run_id = runs.start_run(db, "baotintuc", {}, LATER)
    with Recorder(db, run_id, identify=article_id, clock=lambda: LATER) as recorder:
        for headline in ("Bến Tre khởi công năm cây cầu", "Bến Tre khởi công sáu cây cầu"):
            edited = replace(ARTICLES[0], headline=headline)
            recorder.record(fetch(edited, at=LATER))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, sound: bytes) -> Path:
    copy = tmp_path / "news.db"
    copy.write_bytes(sound)
    return copy


def record(path: Path, article: Article, at: datetime = LATER) -> None:
    """Record one more page, as a crawl does."""
    db = open_database(path, create=False)
    with Recorder(db, 2, identify=article_id, clock=lambda: at) as recorder:
        recorder.record(fetch(article, at=at))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def plant(path: Path, *statements: str) -> None:
    """Change rows as someone does who works on the file by hand, checks and triggers out of the way."""
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            conn.execute(statement)
    conn.close()


REORDERED = "trở lại Giá dừa tăng"
"""The headline of article 2, its words in another order."""
IN_ANOTHER_ORDER = (
    "INSERT INTO articles_fts (articles_fts, rowid, headline, lead, body, captions, byline, search_text)"
    " SELECT 'delete', key, headline, lead, body, captions, byline, search_text FROM articles WHERE id = '2'",
    "INSERT INTO articles_fts (rowid, headline, lead, body, captions, byline, search_text)"
    f" SELECT key, '{REORDERED}', lead, body, captions, byline, search_text FROM articles WHERE id = '2'",
)


def without_triggers(*statements: str) -> tuple[str, ...]:
    return ("DROP TRIGGER articles_fts_update", *statements)


def test_a_sound_database_has_no_findings(path: Path) -> None:
    assert verify(path) == []


def test_verify_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    verify(path)
    assert path.read_bytes() == before


DEFECTS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "schema": (None, ("DROP TRIGGER articles_fts_delete",)),
    "tables": (None, ("ALTER TABLE hosts ADD COLUMN mood TEXT",)),
    "foreign_key": (None, ("UPDATE fetches SET article_id = 'nobody' WHERE id = 2",)),
    "content_hash": ("2", ("UPDATE articles SET headline = 'Giá dừa giảm' WHERE id = '2'",)),
    "revision_hash": (
        "1",
        ("UPDATE superseded SET headline = 'Khác' WHERE article_id = '1' AND revision = 1",),
    ),
    "word_count": ("3", ("UPDATE articles SET word_count = 7 WHERE id = '3'",)),
    "captions": ("1", ("UPDATE articles SET captions = 'Ảnh khác' WHERE id = '1'",)),
    "published_on": ("2", ("UPDATE articles SET published_on = '2026-09-14' WHERE id = '2'",)),
    "offsets": (
        "2",
        (
            "UPDATE articles SET published_at = '2026-09-14T17:30:00+00:00', published_on = '2026-09-14' WHERE id = '2'",
        ),
    ),
    "duplicate_of": (
        "3",
        ("UPDATE articles SET duplicate_of = '11', similarity = 0.7 WHERE id = '3'",),
    ),
    "run_counts": (None, ("UPDATE run_counts SET count = count + 1 WHERE run_id = 1",)),
    "revisions": ("4", ("UPDATE articles SET revision = 3 WHERE id = '4'",)),
    "identities": ("2", ("DELETE FROM identities WHERE id = '2'",)),
    "aliases": (
        "2",
        ("INSERT INTO aliases VALUES ('https://baotintuc.vn/bai-post1.html', '2', '2026-11-20T05:00:00Z')",),
    ),
    "positions": ("1", ("UPDATE photos SET position = 2 WHERE article_id = '1'",)),
    "encoding": ("2", ("UPDATE articles SET body = CAST(x'c328' AS TEXT) WHERE id = '2'",)),
    "times": ("2", ("UPDATE articles SET next_check_at = 'soon' WHERE id = '2'",)),
    "future": ("2", ("UPDATE articles SET last_seen_at = '2099-01-01T00:00:00Z' WHERE id = '2'",)),
    "missing": (
        "2",
        (
            """UPDATE articles SET sources = '{"contributors": "template"}' WHERE id = '2'""",
            "DELETE FROM contributors WHERE article_id = '2'",
        ),
    ),
    "frontier": (
        None,
        (
            "INSERT INTO frontier (url, kind, found_by, found_at, next_try_at) VALUES ("
            "'https://baotintuc.vn/bai-post2.html', 'article', 'feed:home', '2026-11-20T05:00:00Z', '2026-11-20T05:00:00Z')",
        ),
    ),
    "bands": ("10", ("DELETE FROM shingle_bands WHERE article_key = 5",)),
    "full_text": (
        "2",
        ("INSERT INTO articles_fts (articles_fts, rowid, headline) VALUES ('delete', 2, 'dừa')",),
    ),
}


@pytest.mark.parametrize("kind", DEFECTS)
def test_each_defect_is_found_with_its_article_and_what_to_do(path: Path, kind: str) -> None:
    article, statements = DEFECTS[kind]
    plant(path, *statements)
    findings = verify(path)
    assert {(finding.kind, finding.article_id) for finding in findings} == {(kind, article)}
    line = str(findings[0])
    assert "\n" not in line
    assert line.endswith(ADVICE[kind])
    assert article is None or f"article {article}: " in line


def test_every_kind_of_finding_has_a_planted_defect() -> None:
    assert {*DEFECTS, "integrity"} == set(ADVICE)


def test_a_missing_trigger_shows_as_words_that_are_not_in_the_text(path: Path) -> None:
    plant(path, *without_triggers("UPDATE articles SET lead = replace(lead, 'dừa', 'mía') WHERE id = '2'"))
    found = {(finding.kind, finding.article_id) for finding in verify(path)}
    assert found == {("schema", None), ("full_text", "2"), ("content_hash", "2")}


SCHEMA_DEFECTS = {
    "trigger articles_fts_update is missing": "DROP TRIGGER articles_fts_update",
    "index articles_by_day is missing": "DROP INDEX articles_by_day",
    "view article_list is missing": "DROP VIEW article_list",
}
REWRITTEN = (
    "DROP VIEW revision_texts",
    "CREATE VIEW revision_texts AS SELECT 1 AS article_id",
    "DROP INDEX fetches_by_url",
    "CREATE INDEX fetches_by_url ON fetches (run_id)",
)


@pytest.mark.parametrize("what", SCHEMA_DEFECTS)
def test_what_is_missing_from_the_schema_is_found_and_made_anew(path: Path, what: str) -> None:
    plant(path, SCHEMA_DEFECTS[what])
    assert [str(finding) for finding in verify(path)] == [f"schema: {what}; {ADVICE['schema']}"]
    repair(path)
    assert verify(path) == []


def test_what_the_schema_says_otherwise_is_found_and_made_anew(path: Path) -> None:
    plant(path, *REWRITTEN)
    found = [finding.what for finding in verify(path)]
    assert sorted(found) == [
        "index fetches_by_url is another one than this program makes",
        "view revision_texts is another one than this program makes",
    ]
    repair(path)
    assert verify(path) == []


def test_a_table_that_is_gone_ends_the_check_with_one_finding(path: Path) -> None:
    plant(path, "DROP TABLE hosts")
    assert [(finding.kind, finding.what) for finding in verify(path)] == [
        ("tables", "table hosts is missing")
    ]


@pytest.mark.parametrize("table", ["hosts", "identities", "articles_fts"])
def test_repair_leaves_a_database_without_one_of_its_tables_as_it_is(path: Path, table: str) -> None:
    plant(path, f"DROP TABLE {table}")
    repair(path)
    assert f"table {table} is missing" in [finding.what for finding in verify(path)]


def test_views_and_indexes_of_ones_own_are_no_finding(path: Path) -> None:
    plant(
        path,
        "CREATE VIEW mine AS SELECT id FROM articles",
        "CREATE INDEX mine_by_words ON articles (word_count)",
        "CREATE TABLE notes (article_id TEXT, note TEXT)",
        "ANALYZE",
    )
    assert verify(path) == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "UPDATE articles SET modified_at = '2026-09-14T17:30:00Z' WHERE id = '2'",
            "modified_at has not the offset +07:00: 2026-09-14T17:30:00Z",
        ),
        (
            "UPDATE articles SET created_at = '2026-09-14' WHERE id = '2'",
            "created_at has not the offset +07:00: 2026-09-14",
        ),
        (
            "UPDATE articles SET last_seen_at = '2026-11-20T12:00:00+07:00' WHERE id = '2'",
            "last_seen_at is not UTC ending in Z: 2026-11-20T12:00:00+07:00",
        ),
        (
            "UPDATE articles SET first_seen_at = '2026-11-20 05:00' WHERE id = '2'",
            "first_seen_at is not UTC ending in Z: 2026-11-20 05:00",
        ),
        (
            "INSERT INTO aliases VALUES ('https://baotintuc.vn/khac.html', '2', 'hôm qua')",
            "seen_at of an alias is not UTC ending in Z: hôm qua",
        ),
    ],
)
def test_every_time_has_the_offset_of_its_column(path: Path, statement: str, what: str) -> None:
    plant(path, statement)
    (finding,) = verify(path)
    assert (finding.kind, finding.article_id, finding.what) == ("offsets", "2", what)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM articles_fts_docsize WHERE id = 3", "missing from the full-text index"),
        (
            "INSERT INTO articles_fts (rowid, headline) VALUES (99, 'lạc')",
            "a text that no article has (key 99)",
        ),
    ],
)
def test_rows_that_only_one_side_has(path: Path, statement: str, what: str) -> None:
    plant(path, statement)
    assert any(finding.kind == "full_text" and what in finding.what for finding in verify(path))


def test_bands_of_an_article_that_is_gone_and_of_another_version(path: Path) -> None:
    plant(path, "INSERT INTO shingle_bands VALUES (77, 99)", "INSERT INTO shingle_bands VALUES (78, 5)")
    found = [(finding.kind, finding.article_id, finding.what) for finding in verify(path)]
    assert ("bands", "10", "1 bands are wrongly in the index of near-duplicates") in found
    assert any("key 99, which no article has" in what for _, _, what in found)


def test_the_bands_are_compared_by_lookup_not_row_against_row(path: Path) -> None:
    """At 10,000 articles the difference is one between a second and an hour."""
    with closing(_beside(path, path.parent / "scratch.db")) as conn:
        list(CHECKS["texts"](conn))
        plans: list[str] = []
        conn.set_trace_callback(plans.append)
        list(CHECKS["index of near-duplicates"](conn))
        conn.set_trace_callback(None)
        compared = [sql for sql in plans if "bands_made" in sql]
        assert len(compared) == 2
        for sql in compared:
            steps = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
            assert any(step.startswith("SEARCH k") and "band=? AND article_key=?" in step for step in steps)


def test_an_original_that_was_published_later(path: Path) -> None:
    plant(path, "UPDATE articles SET duplicate_of = '2', similarity = 0.7 WHERE id = '1'")
    (finding,) = verify(path)
    assert (finding.kind, finding.article_id) == ("duplicate_of", "1")
    assert "published later" in finding.what


@pytest.mark.parametrize(
    ("statement", "article", "what"),
    [
        (
            "UPDATE articles SET duplicate_of = NULL, similarity = NULL WHERE id = '12'",
            "12",
            "it reads as article 10 does, and repeats none",
        ),
        (
            "UPDATE articles SET similarity = 0.05 WHERE id = '11'",
            "11",
            "similarity is 0.05, the texts have 0.99 in common",
        ),
    ],
)
def test_what_an_article_repeats_is_what_its_text_says(
    path: Path, statement: str, article: str, what: str
) -> None:
    record(path, replace(as_article(WHOLE, 12, published_at=LATER + timedelta(days=2))))
    assert verify(path) == []
    plant(path, statement)
    (finding,) = verify(path)
    assert (finding.kind, finding.article_id, finding.what) == ("duplicate_of", article, what)
    repair(path)
    assert verify(path) == []


@pytest.mark.parametrize("changed", ["[]", '["mood"]', '{"headline": 1}', '"headline"'])
def test_what_a_revision_changed_is_told(path: Path, changed: str) -> None:
    record(path, replace(ARTICLES[1], headline="Giá dừa lại giảm"))
    plant(path, f"UPDATE superseded SET changed = '{changed}' WHERE article_id = '2'")
    (finding,) = verify(path)
    assert (finding.kind, finding.article_id) == ("revisions", "2")
    assert finding.what == f"what changed after revision 1 is not told: {changed}"


def test_a_page_that_went_back_and_forth_leaves_no_row_that_tells_nothing(path: Path) -> None:
    """A page that flips between two texts, and then one that was saved before it all."""
    for hours, number in ((1, "năm"), (2, "sáu"), (-99, "ba"), (3, "năm")):
        page = replace(ARTICLES[0], headline=f"Bến Tre khởi công {number} cây cầu")
        record(path, page, at=LATER + timedelta(hours=hours))
    with sqlite3.connect(path) as conn:
        changed = conn.execute("SELECT changed FROM superseded WHERE article_id = '1' ORDER BY revision")
        assert changed.fetchall() == [('["headline"]',)] * 4
    conn.close()
    assert verify(path) == []


def test_earlier_versions_left_such_rows(path: Path) -> None:
    plant(path, "UPDATE superseded SET changed = '[]' WHERE article_id = '1' AND revision = 2")
    assert verify(path) == []


def test_the_text_that_followed_a_revision_is_kept(path: Path) -> None:
    plant(path, "UPDATE superseded SET next_hash = '1-0' WHERE article_id = '1' AND revision = 1")
    (finding,) = verify(path)
    assert (finding.kind, finding.article_id) == ("revisions", "1")
    assert finding.what == "the text that followed revision 1 is not kept"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "UPDATE articles SET sources = '{\"videos\": \"template\"}' WHERE id = '3'; DELETE FROM videos",
            "no videos, which its page has",
        ),
        (
            "UPDATE articles SET sources = '{\"section\": \"template\"}', section_id = NULL WHERE id = '3'",
            "no section, which its page has",
        ),
        (
            'UPDATE articles SET sources = \'{"published_at": "metadata"}\', published_at = NULL,'
            " published_on = NULL WHERE id = '3'",
            "no published_at, which its page has",
        ),
    ],
)
def test_a_field_that_the_page_has_is_there(path: Path, statement: str, what: str) -> None:
    plant(path, *statement.split("; "))
    (finding,) = verify(path)
    assert (finding.kind, finding.article_id) == ("missing", "3")
    assert finding.what == what


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "UPDATE articles SET withdrawn_at = '2026-11-20' WHERE id = '2'",
            "withdrawn_at is not UTC ending in Z: 2026-11-20",
        ),
        (
            "UPDATE articles SET modified_at = '2026-13-14T17:30:00+07:00' WHERE id = '2'",
            "modified_at is no time: 2026-13-14T17:30:00+07:00",
        ),
        (
            "UPDATE superseded SET modified_at = 'hôm qua' WHERE article_id = '1' AND revision = 1",
            "modified_at of revision 1 has not the offset +07:00: hôm qua",
        ),
        (
            "UPDATE fetches SET fetched_at = '2026-11-20T05:00:00' WHERE id = 1",
            "fetched_at of fetch 1 is not UTC ending in Z: 2026-11-20T05:00:00",
        ),
        (
            "UPDATE runs SET started_at = '2026-11-31T05:00:00Z' WHERE id = 2",
            "started_at of run 2 is not UTC ending in Z: 2026-11-31T05:00:00Z",
        ),
        (
            "INSERT INTO hosts (host, wait_until) VALUES ('baotintuc.vn', '1')",
            "wait_until of host baotintuc.vn is not UTC ending in Z: 1",
        ),
        (
            "INSERT INTO frontier (url, kind, found_by, found_at, next_try_at, day) VALUES"
            " ('u', 'article', 'feed', '2026-11-20T05:00:00Z', '2026-11-20T05:00:00Z', '20/11/2026')",
            "day of u is not a day such as 2026-11-23: 20/11/2026",
        ),
        (
            "UPDATE articles SET first_seen_at = '2026-11-20T05:00:00Z' WHERE id = '2'",
            "it was first seen at 2026-11-20T05:00:00Z and last, before that, at 2026-09-14T03:00:00Z",
        ),
    ],
)
def test_every_time_is_one(path: Path, statement: str, what: str) -> None:
    plant(path, statement)
    assert what in [finding.what for finding in verify(path) if finding.kind in ("times", "offsets")]


def test_what_is_dated_later_than_now_is_found_but_for_clocks_that_disagree(path: Path) -> None:
    assert verify(path, now=LATER - timedelta(minutes=59)) == []
    found = verify(path, now=LATER - timedelta(minutes=61))
    assert {finding.kind for finding in found} == {"future"}
    said = [finding.what for finding in found if finding.article_id == "1"]
    assert said[0] == "last_seen_at is in the future: 2026-09-15T03:00:00Z"
    assert said[1].startswith("fetched_at of fetch ")


def _overwrite(path: Path, offset: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xff" * 2000)


def test_a_damaged_page_is_a_finding_and_ends_the_check(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        (page,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'fetches_by_url'").fetchone()
    conn.close()
    _overwrite(path, (page - 1) * 4096)
    findings = verify(path)
    assert {finding.kind for finding in findings} == {"integrity"}


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda path: path.unlink(), MissingError),
        (lambda path: path.write_bytes(b"not a database, only text\n" * 300), UnreadableError),
        (lambda path: plant(path, "PRAGMA application_id = 7"), NotOursError),
    ],
)
def test_what_cannot_be_read_at_all_is_an_error(
    path: Path, spoil: Callable[[Path], object], error: type[Exception]
) -> None:
    spoil(path)
    with pytest.raises(error):
        verify(path)


def test_many_findings_of_one_kind_are_counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.database.verify.MOST", 2)
    plant(path, "UPDATE articles SET word_count = 0")
    findings = verify(path)
    assert len(findings) == 3
    assert findings[-1] == Finding("word_count", None, "4 more of this kind")


def test_it_reads_one_state_while_a_crawl_writes(path: Path) -> None:
    db = open_database(path, create=False)
    with Recorder(db, 1, identify=article_id, clock=lambda: LATER) as recorder:
        more = iter(range(20, 60))

        def write(_what: str) -> None:
            number = next(more)
            recorder.record(fetch(as_article(story(number), number, published_at=NOW)))

        assert verify(path, progress=write) == []
    db.close()


@pytest.mark.parametrize(
    "kind", [kind for kind, advice in ADVICE.items() if "--repair" in advice and kind in DEFECTS]
)
def test_repair_makes_anew_what_follows_from_other_rows(path: Path, kind: str) -> None:
    plant(path, *DEFECTS[kind][1])
    repair(path)
    assert verify(path) == []


def test_repair_brings_back_an_index_that_is_gone(path: Path) -> None:
    plant(path, "INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    assert {finding.kind for finding in verify(path)} == {"full_text"}
    repair(path)
    assert verify(path) == []


DEAD_INDEXES = {
    "words in another order": (
        IN_ANOTHER_ORDER,
        "words stand elsewhere in the full-text index than in their text",
    ),
    "a page of it is gone": (
        ("DELETE FROM articles_fts_data WHERE id = (SELECT max(id) FROM articles_fts_data)",),
        "",
    ),
    "its structure is gone": (("DELETE FROM articles_fts_data WHERE id = 10",), ""),
    "its totals are gone": (("DELETE FROM articles_fts_data WHERE id = 1",), ""),
    "its version is gone": (
        ("DELETE FROM articles_fts_config",),
        "the full-text index cannot be read (",
    ),
    "its version is another one": (
        ("UPDATE articles_fts_config SET v = 99",),
        "the full-text index cannot be read (",
    ),
    "it waits": (("INSERT INTO unindexed VALUES (0)",), "`unindexed` is not empty"),
    "a table of it is gone": (("DROP TABLE articles_fts_docsize",), "the full-text index cannot be read ("),
}


@pytest.mark.parametrize("how", DEAD_INDEXES)
def test_an_index_that_no_search_can_rely_on_is_found_and_made_anew(path: Path, how: str) -> None:
    statements, what = DEAD_INDEXES[how]
    plant(path, *statements)
    found = verify(path)
    assert {finding.kind for finding in found} == {"full_text"}
    assert found[0].what.startswith(what)
    repair(path)
    assert verify(path) == []


def test_an_index_in_which_no_search_finds_a_word_is_found_and_made_anew(path: Path) -> None:
    """Whoever reads it from end to end, as a check does, finds every word."""
    record(path, as_article(story("long", paragraphs=60), 30, published_at=NOW))
    plant(path, "DELETE FROM articles_fts_idx")
    (finding,) = verify(path)
    assert finding.kind == "full_text"
    assert finding.what.startswith("a search does not find all that the full-text index has: ")
    repair(path)
    assert verify(path) == []


def test_a_newer_sqlite_that_checks_the_index_itself_adds_no_second_finding() -> None:
    """It would be one of the file, for which nothing but a backup helps."""
    said = "malformed inverted index for FTS5 table news.articles_fts"
    assert file._OF_THE_INDEX.search(said)
    assert not file._OF_THE_INDEX.search("malformed inverted index for FTS5 table news.notes_fts")
    assert not file._OF_THE_INDEX.search("row 3 missing from index articles_by_url")


@pytest.mark.parametrize(
    ("statement", "article", "what"),
    [
        (
            "UPDATE articles SET headline = CAST(x'4769c3' AS TEXT), lead = CAST(x'ff' AS TEXT) WHERE id = '3'",
            "3",
            "headline and lead in articles: the bytes are not UTF-8",
        ),
        (
            "UPDATE photos SET caption = CAST(x'ff' AS TEXT) WHERE article_id = '1'",
            "1",
            "caption in photos: the bytes are not UTF-8",
        ),
        (
            "UPDATE fetches SET reason = CAST(x'ff' AS TEXT) WHERE id = 1",
            "1",
            "reason in fetches: the bytes are not UTF-8",
        ),
        (
            "UPDATE runs SET verdict = CAST(x'ff' AS TEXT) WHERE id = 1",
            None,
            "verdict in runs: the bytes are not UTF-8",
        ),
    ],
)
def test_a_text_that_cannot_be_read_is_a_finding_and_ends_the_check(
    path: Path, statement: str, article: str | None, what: str
) -> None:
    plant(path, statement)
    assert verify(path) == [Finding("encoding", article, what)]
    before = path.read_bytes()
    repair(path)
    assert verify(path) == [Finding("encoding", article, what)]
    assert path.read_bytes()[100:] == before[100:]


def test_repair_leaves_a_damaged_file_as_it_is(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        (page,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'fetches_by_url'").fetchone()
    conn.close()
    _overwrite(path, (page - 1) * 4096)
    repair(path)
    assert {finding.kind for finding in verify(path)} == {"integrity"}


def test_superseded_texts_that_are_no_texts_are_found(path: Path) -> None:
    plant(path, "UPDATE superseded SET photos = '[1]', held = '[\"headline\", \"photos\"]'")
    found = [(finding.kind, finding.what) for finding in verify(path)]
    assert found == [("revision_hash", "its superseded texts cannot be read")]


def test_repair_changes_no_text(path: Path) -> None:
    def texts() -> list[tuple[object, ...]]:
        with sqlite3.connect(path) as conn:
            rows = conn.execute(
                "SELECT id, headline, lead, body, byline, content_hash, duplicate_of FROM articles"
            )
            found = rows.fetchall()
        conn.close()
        return found

    before = texts()
    repair(path)
    assert texts() == before
