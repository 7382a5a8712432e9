"""Verify: every kind of finding is found where it is planted, and nothing else is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from crawler.site.urls import article_id
from pipelines.database import open_database, runs
from pipelines.database.checks import ADVICE, CHECKS, Finding
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


def plant(path: Path, *statements: str) -> None:
    """Change rows as someone does who works on the file by hand, checks and triggers out of the way."""
    with sqlite3.connect(path) as conn:
        conn.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            conn.execute(statement)
    conn.close()


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
