"""The file itself: is it whole, is its schema ours, can its texts be read, do its keys lead anywhere?"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Final

from pipelines.database import shape
from pipelines.database.characters import unreadable
from pipelines.database.checks.findings import MOST, Finding

_OF_THE_INDEX: Final = re.compile(r"FTS5 table \S*articles_fts\b")
"""What newer versions of SQLite say of the full-text index; a check of its own says more."""


def file(conn: sqlite3.Connection) -> Iterator[Finding]:
    """What SQLite's own check says of the file."""
    for (said,) in conn.execute(f"PRAGMA news.integrity_check({MOST})"):
        if said != "ok" and not _OF_THE_INDEX.search(said):
            yield Finding("integrity", None, said.replace("\n", " "))


def schema(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Tables, indexes, triggers and views that are missing or other than a fresh database has them."""
    for defect in shape.defects(conn, "news"):
        yield Finding("tables" if defect.part.type == "table" else "schema", None, str(defect))


def characters(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Texts whose bytes are no characters."""
    for row in unreadable(conn, "news"):
        yield Finding("encoding", row.article_id, str(row))


def foreign_keys(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Rows that name a row which is not there."""
    counts = Counter((row[0], row[2]) for row in conn.execute("PRAGMA news.foreign_key_check"))
    for (table, parent), count in counts.items():
        yield Finding(
            "foreign_key", None, f"{count:,} rows of {table} name a row of {parent} that is not there"
        )
