"""Migrations: whole or not at all, and the same schema whichever way it came about."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.database import migrations, open_database
from pipelines.database.opening import writing
from pipelines.database.verify import verify
from tests.pipelines.factory import Desk, article, copy_of, fetch, index_in_step, moved, sound

SECOND = """
-- A version that does what later ones will: a column, an index, a trigger with inner semicolons.
ALTER TABLE articles ADD COLUMN mood TEXT; -- what the desk thought
CREATE INDEX articles_by_mood ON articles (mood);
CREATE TRIGGER mood_kept AFTER UPDATE OF mood ON articles BEGIN
    UPDATE articles SET revision = revision WHERE key = new.key;
    SELECT 1;
END;
"""


def schema(conn: sqlite3.Connection) -> list[tuple[str, ...]]:
    """All that SQLite knows of the schema, triggers and generated columns included."""
    return conn.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()


def apply(path: Path, known: list[tuple[str, str]]) -> Database:
    db = Database(path)
    migrations.migrations(known).apply(db)
    return db


def every_prefix() -> list[int]:
    return list(range(1, migrations.newest_version() + 1))


@pytest.mark.parametrize("version", every_prefix())
def test_a_migrated_schema_equals_a_fresh_one(tmp_path: Path, version: int) -> None:
    older = apply(tmp_path / "older.db", migrations.scripts()[:version])
    older.close()
    migrated, fresh = (open_database(tmp_path / name, create=True) for name in ("older.db", "fresh.db"))
    assert schema(migrated.conn) == schema(fresh.conn)
    assert {row[0] for row in schema(fresh.conn)} == {"table", "index", "trigger", "view"}
    migrated.close()
    fresh.close()


def test_a_database_with_data_in_it_survives_the_next_migration(tmp_path: Path, desk: Desk) -> None:
    desk.record(article())
    desk.record(fetch(article(headline="Tít hai"), hours=1))
    before = desk.all("SELECT * FROM revisions")
    migrations.migrations([*migrations.scripts(), ("9999_mood", SECOND)]).apply(desk.db)
    assert desk.one("SELECT headline, mood FROM articles") == {"headline": "Tít hai", "mood": None}
    assert desk.all("SELECT * FROM revisions") == before
    assert desk.db.conn.execute("PRAGMA user_version").fetchone() == (migrations.newest_version() + 1,)
    assert desk.one("SELECT count(*) AS n FROM sqlite_master WHERE name = 'mood_kept'")["n"] == 1
    sound(desk.db)
    index_in_step(desk.db)


def older(path: Path, desk: Desk, version: int = 1) -> None:
    """A database of an earlier version, with the rows of the desk's as they were written in its time."""
    db = apply(path, migrations.scripts()[:version])
    db.conn.execute("ATTACH ? AS now", (str(desk.path),))
    ours = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    names = [
        name
        for (name,) in db.conn.execute(ours)
        if not name.startswith(("sqlite_", "_sqlite", "articles_fts"))
    ]
    with writing(db) as conn:
        conn.execute("PRAGMA defer_foreign_keys = ON")
        for name in names:
            columns = ", ".join(row[1] for row in conn.execute(f"PRAGMA table_info({name})"))
            conn.execute(f"INSERT INTO main.{name} ({columns}) SELECT {columns} FROM now.{name}")
        if version < 2:
            conn.execute("UPDATE shingle_bands SET band = band - (1 << 40)")  # another version's
        if version < 3:
            conn.execute(
                """UPDATE superseded SET photos = replace(replace(photos, '"url": null', '"url": ""'),"""
                """ '"paragraph": null', '"paragraph": 0') WHERE template = 'copy'"""
            )
    db.close()


@pytest.mark.parametrize("version", every_prefix()[:-1])
def test_an_older_database_comes_up_to_date_with_all_it_holds(
    tmp_path: Path, desk: Desk, version: int
) -> None:
    desk.record(article(1))
    desk.record(fetch(article(1, headline="Tít hai"), hours=1))
    desk.record(fetch(moved(2, body=article(1).body)))
    desk.record(fetch(copy_of(3, captions=("Thu hoạch dừa.", 'Ghe "url": "" trên kênh.'))))
    desk.record(fetch(copy_of(4, captions=("Thu hoạch lúa.",))))
    desk.record(fetch(article(4), hours=1))
    path = tmp_path / "old.db"
    older(path, desk, version)
    open_database(path, create=False).close()
    assert verify(path) == []
    db = open_database(path, create=False, readonly=True)
    assert schema(db.conn) == schema(desk.db.conn)
    assert list(db.query("SELECT * FROM revision_texts")) == desk.all("SELECT * FROM revision_texts")
    db.close()


@pytest.mark.parametrize("part", ["TRIGGER articles_fts_update", "TRIGGER articles_fts_insert", "VIEW edits"])
def test_what_somebody_dropped_from_an_older_database_is_made_anew(
    tmp_path: Path, desk: Desk, part: str
) -> None:
    desk.record(article(1))
    path = tmp_path / "old.db"
    older(path, desk, version=4)
    conn = sqlite3.connect(path)
    conn.execute(f"DROP {part}")
    conn.close()
    open_database(path, create=False).close()
    assert verify(path) == []


def test_an_index_that_somebody_dropped_stops_no_migration_either(tmp_path: Path) -> None:
    db = open_database(tmp_path / "a.db", create=True)
    step = ("9999_others", "-- Another index.\nDROP INDEX gone;\nCREATE INDEX gone ON articles (kind);")
    migrations.migrations([*migrations.scripts(), step]).apply(db)
    assert db.conn.execute("SELECT count(*) FROM sqlite_master WHERE name = 'gone'").fetchone() == (1,)
    db.close()


def test_signatures_of_an_earlier_version_are_made_again(tmp_path: Path, desk: Desk) -> None:
    """Without that, nothing stored before would ever be found to be repeated."""
    desk.record(article(1))
    path = tmp_path / "old.db"
    older(path, desk)
    later = Desk(path)
    later.record(fetch(moved(2, body=article(1).body, headline="Tít khác")))
    assert later.one("SELECT duplicate_of FROM articles WHERE key = 2") == {"duplicate_of": article(1).id}
    later.db.close()


def test_no_migration_that_has_been_used_is_ever_edited() -> None:
    """A database knows which it has had by name alone: add the next one here, and leave these."""
    used = {name: sha256(script.encode()).hexdigest()[:16] for name, script in migrations.scripts()}
    assert used == {
        "0001_first": "534020e268023e85",
        "0002_bands_and_signers": "86f5b40dbcdbdda9",
        "0003_captions_of_copies": "2ee0ba1145737fde",
        "0004_texts_that_came_back": "e617afcd7aba6843",
        "0005_indexed_together": "3577a64f8e449c5d",
        "0006_what_followed": "271c61e1cb3cb31d",
        "0007_when_sections_were_named": "0383ac9201e4bfce",
    }


def test_a_migration_that_fails_leaves_nothing_of_itself(tmp_path: Path, desk: Desk) -> None:
    before = schema(desk.db.conn)
    broken = SECOND + "\nCREATE INDEX oops ON no_such_table (x);"
    with pytest.raises(sqlite3.OperationalError):
        migrations.migrations([*migrations.scripts(), ("9999_mood", broken)]).apply(desk.db)
    assert schema(desk.db.conn) == before
    assert desk.db.conn.execute("PRAGMA user_version").fetchone() == (migrations.newest_version(),)


def test_two_processes_that_start_at_once_both_find_a_whole_schema(tmp_path: Path) -> None:
    first = open_database(tmp_path / "a.db", create=True)
    second = open_database(tmp_path / "a.db", create=True)
    assert schema(first.conn) == schema(second.conn)
    first.close()
    second.close()


def test_statements_are_split_where_they_end() -> None:
    added, index, trigger = migrations.statements(SECOND)
    assert added.endswith("ALTER TABLE articles ADD COLUMN mood TEXT; -- what the desk thought")
    assert index == "CREATE INDEX articles_by_mood ON articles (mood);"
    assert trigger.startswith("CREATE TRIGGER")
    assert trigger.endswith("SELECT 1;\nEND;")


def test_a_statement_without_an_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="incomplete SQL statement: CREATE TABLE a"):
        list(migrations.statements("CREATE TABLE a (\n b\n)"))


def test_every_table_of_ours_is_strict_and_every_foreign_key_has_its_index(tmp_path: Path) -> None:
    db = open_database(tmp_path / "a.db", create=True)
    tables = [
        row
        for row in db.conn.execute("PRAGMA table_list").fetchall()
        if row[2] == "table" and not row[1].startswith(("sqlite_", "_sqlite", "articles_fts"))
    ]
    assert [row[1] for row in tables if not row[5]] == []
    bare = []
    for _, table, *_ in tables:
        leading = {
            db.conn.execute(f"PRAGMA index_info({index[1]})").fetchone()[2]
            for index in db.conn.execute(f"PRAGMA index_list({table})").fetchall()
        }
        for key in db.conn.execute(f"PRAGMA foreign_key_list({table})").fetchall():
            if key[3] not in leading:
                bare.append(f"{table}.{key[3]}")
    assert bare == []
    db.close()
