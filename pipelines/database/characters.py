"""Texts whose bytes are no characters: SQLite gives back whatever is stored, and nothing here can read it.

SQLite's own check does not look at them. One damaged byte in a headline ends every search that finds it.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pipelines.database import migrations, shape
from pipelines.database.errors import is_undecodable

_INDEX: Final = "articles_fts"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Columns of a row that cannot be read, and whose row it is (None: no article's)."""

    table: str
    columns: tuple[str, ...]
    article_id: str | None

    def __str__(self) -> str:
        return f"{' and '.join(self.columns)} in {self.table}: the bytes are not UTF-8"


def unreadable(conn: sqlite3.Connection, schema: str = "main") -> Iterator[Unreadable]:
    """Every row of ours with a text that cannot be read: half a minute for a million articles."""
    for part in shape.named(migrations.newest_version()):
        if part.type == "table" and part.name != _INDEX:
            columns = _texts_of(conn, f"{schema}.table_xinfo({part.name})")
            rows = f"SELECT {', '.join(columns)} FROM {schema}.{part.name}"  # noqa: S608  # names of ours
            if columns and not _can_be_read(conn, rows):
                yield from _rows(conn, rows, part.name, columns)


def _texts_of(conn: sqlite3.Connection, pragma: str) -> list[str]:
    """The columns that hold texts; one that is worked out from them (its ``hidden`` is not 0) is not read."""
    return [
        name
        for _, name, type_, *_, hidden in conn.execute(f"PRAGMA {pragma}")
        if (type_, hidden) == ("TEXT", 0)
    ]


def _can_be_read(conn: sqlite3.Connection, rows: str) -> bool:
    try:
        deque(conn.execute(rows), maxlen=0)
    except sqlite3.OperationalError as error:
        if not is_undecodable(error):
            raise
        return False
    return True


def _rows(conn: sqlite3.Connection, rows: str, table: str, columns: list[str]) -> list[Unreadable]:
    whose = (
        columns.index("id" if table == "articles" else "article_id") if _has_article(table, columns) else None
    )
    found = []
    with _as_bytes(conn):
        for row in conn.execute(rows):
            broken = tuple(name for name, value in zip(columns, row, strict=True) if not _is_text(value))
            if broken:
                id_ = None if whose is None or row[whose] is None else row[whose].decode(errors="replace")
                found.append(Unreadable(table, broken, id_))
    return found


def _has_article(table: str, columns: list[str]) -> bool:
    return table == "articles" or "article_id" in columns


def _is_text(value: bytes | None) -> bool:
    try:
        return value is None or bool(value.decode()) or True
    except UnicodeDecodeError:
        return False


@contextmanager
def _as_bytes(conn: sqlite3.Connection) -> Iterator[None]:
    """Texts come as the bytes they are."""
    conn.text_factory = bytes
    try:
        yield
    finally:
        conn.text_factory = str
