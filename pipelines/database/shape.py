"""The schema of a database against the one this program makes: what is missing from it or differs.

What people add of their own (views, indexes, tables) is theirs and no defect. Indexes, triggers and
views can be made anew; a table never is, since its rows would be lost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

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


def _parts(conn: sqlite3.Connection, schema: str) -> Iterator[Part]:
    rows = conn.execute(f"SELECT type, name, sql FROM {schema}.sqlite_master WHERE sql IS NOT NULL")  # noqa: S608
    for type_, name, sql in rows:
        # Triggers and the index's own tables begin alike.
        if type_ != "table" or not name.startswith(_NOT_OURS):
            yield Part(type_, name, sql)


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
