"""The schema of a database against the one this program makes: what is missing from it or differs.

What people add of their own (views, indexes, tables) is theirs and no defect. Indexes, triggers and
views can be made anew; a table never is, since its rows would be lost.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Final

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from pipelines.database import migrations

_NOT_OURS: Final = ("sqlite_", "_sqlite_", "articles_fts_")
"""How the tables begin whose SQL is written by SQLite and sqlite-utils, one version otherwise than
the next; what is missing of them shows in the other checks."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table, index, trigger or view, and the SQL that makes it."""

    type: str
    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Named:
    """A table or view by its name."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Defect:
    """A part that is missing, or (``found``) another one than it should be."""

    part: Part
    found: str | None

    def __str__(self) -> str:
        how = "is missing" if self.found is None else "is another one than this program makes"
        return f"{self.part.type} {self.part.name} {how}"


def fresh() -> list[Part]:
    """The parts of a new database, in the order they are made."""
    with closing(Database(memory=True)) as db:
        migrations.migrations().apply(db)
        return list(_parts(db.conn, "main"))


@dataclass(frozen=True, slots=True)
class IndexTable:
    """A table that SQLite keeps the full-text index in: the SQL that makes it, and its rows while the
    index is empty."""

    name: str
    sql: str
    rows: list[tuple[object, ...]]


def index_tables() -> list[IndexTable]:
    """The tables of the full-text index, as this version of SQLite makes them."""
    with closing(Database(memory=True)) as db:
        migrations.migrations().apply(db)
        tables = db.conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name GLOB 'articles_fts_*'"
        ).fetchall()
        select = "SELECT * FROM"
        return [IndexTable(name, sql, db.conn.execute(f"{select} {name}").fetchall()) for name, sql in tables]


def _parts(conn: sqlite3.Connection, schema: str) -> Iterator[Part]:
    rows = conn.execute(f"SELECT type, name, sql FROM {schema}.sqlite_master WHERE sql IS NOT NULL")  # noqa: S608
    for type_, name, sql in rows:
        # Triggers and the index's own tables begin alike.
        if type_ != "table" or not name.startswith(_NOT_OURS):
            yield Part(type_, name, sql)


_STEP: Final = re.compile(
    r"^(CREATE|DROP|ALTER) (?:VIRTUAL )?(TABLE|VIEW) (?:IF EXISTS )?(\w+)(?: RENAME TO (\w+))?", re.MULTILINE
)


@cache
def named(version: int) -> tuple[Named, ...]:
    """The tables and views of a schema version, without making a database: no more than a look."""
    parts: dict[Named, None] = {}
    for _, script in migrations.scripts()[:version]:
        for verb, type_, name, renamed in _STEP.findall(script):
            if verb == "DROP" or renamed:
                parts.pop(Named(type_.lower(), name))
            if verb == "CREATE" or renamed:
                parts[Named(type_.lower(), renamed or name)] = None
    return tuple(parts)


def part_named(name: str) -> Named | None:
    """The table or view of this name in the newest schema; None where it has none."""
    parts = named(migrations.newest_version())
    return next((part for part in parts if part.name == name), None)


def missing_tables(conn: sqlite3.Connection, version: int) -> list[Named]:
    """The tables of a schema version that a database has not; of one older than ours also the list of
    what was applied to it, without which it cannot be brought up to date."""
    there = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    wanted = [part for part in named(version) if part.type == "table"]
    if 0 < version < migrations.newest_version():
        wanted.append(Named("table", Migrations.migrations_table))
    return [part for part in wanted if part.name not in there]


def defects(conn: sqlite3.Connection, schema: str = "main") -> list[Defect]:
    """What of a fresh schema is missing from a database or otherwise in it."""
    there = {(part.type, part.name): part.sql for part in _parts(conn, schema)}
    wanted = [(part, there.get((part.type, part.name))) for part in fresh()]
    return [Defect(part, found) for part, found in wanted if found != part.sql]


def make_anew(conn: sqlite3.Connection) -> None:
    """Make indexes, triggers and views as they should be, inside the caller's transaction."""
    for defect in defects(conn):
        part = defect.part
        if part.type != "table":
            conn.execute(f'DROP {part.type} IF EXISTS "{part.name}"')
            conn.execute(part.sql)
