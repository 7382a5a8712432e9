"""docs/schema.md, made from the comments in the database's own SQL.

    python -m pipelines.database.docs [PATH]    (default: docs/schema.md)

The comments stay in the file that SQLite keeps, so what is described is what is there. A test
keeps the document equal to a fresh database. Reads no database of a user.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from pipelines.database import migrations

TARGET: Final = Path("docs/schema.md")

_INTRO: Final = """# The database, table by table

<!-- Made by `python -m pipelines.database.docs` from the comments in the schema. Do not edit. -->

One SQLite file, schema version {version}. Times that we take (`*_seen_at`, `fetched_at`, `started_at` ...)
are UTC and end in `Z`; times that the site states (`published_at`, `modified_at`, `created_at`) have its
offset, `+07:00`. SQLite's `date()` shifts them to UTC, so ask `published_on` for the day. Foreign keys
(→) hold in every table.
"""

# What keeps no comments inside its SQL, or is not made by ours.
_ELSEWHERE: Final = {
    "articles_fts": (
        "Full-text index of `articles`: case and diacritics do not matter, and `d` finds `đ`. sqlite-utils"
        " and Datasette find it by themselves; in SQL: `WHERE articles_fts MATCH 'ben tre'`. That is"
        " SQLite's own syntax: `covid-19`, `TP.HCM` and `12/4` need double quotes inside the single ones,"
        " which `scrapy search` adds by itself. Triggers keep it in step.",
        dict.fromkeys(("headline", "lead", "body", "captions", "byline", "search_text"), "as in `articles`"),
    ),
    "_sqlite_migrations": (
        "The migrations applied so far, kept by sqlite-utils.",
        {
            "id": "in the order applied",
            "migration_set": "`tintuc`",
            "name": "the SQL file in `pipelines/database/schema/`",
            "applied_at": "UTC",
        },
    ),
}
_SHADOW: Final = re.compile(r"^articles_fts_")
_COMMENT: Final = re.compile(r"^(?P<code>.*?)\s*--\s?(?P<text>.*)$")
_VIEW_COLUMN: Final = re.compile(r"(\w+),?$")


@dataclass(slots=True)
class Described:
    """A table or view: what it is for, and what its columns are."""

    name: str
    kind: str
    text: str
    columns: dict[str, str]


def describe(db: Database) -> list[Described]:
    """Every table and view of a database, in the order they were made; those without comments too."""
    rows = db.conn.execute("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')")
    found = [Described(name, kind, *_read(name, sql)) for name, kind, sql in rows if not _SHADOW.match(name)]
    return sorted(found, key=lambda one: (one.kind, one.name == "_sqlite_migrations"))


def _read(name: str, sql: str) -> tuple[str, dict[str, str]]:
    """The description and the columns' descriptions in the SQL of a table or view."""
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    about: list[str] = []
    columns: dict[str, str] = {}
    last: str | None = None
    for code, text in _comments(sql):
        if not code and last is None:
            about.append(text)
        elif not code and last is not None:
            columns[last] += f" {text}"
        else:
            last = _column(code, view=sql.startswith("CREATE VIEW"))
            columns.setdefault(last, text)
    return " ".join(about), columns


def _comments(sql: str) -> Iterator[tuple[str, str]]:
    for line in sql.splitlines():
        match = _COMMENT.match(line)
        if match:
            yield match["code"].strip(), match["text"].strip()


def _column(code: str, *, view: bool) -> str:
    """The column that a line of SQL with a comment behind it is about."""
    if code.startswith(") VIRTUAL"):
        return "search_text"
    match = _VIEW_COLUMN.search(code) if view else re.match(r"(\w+)", code)
    assert match is not None, f"no column in {code!r}"
    return match[1]


def render(db: Database) -> str:
    """The whole document, as Markdown."""
    parts = [_INTRO.format(version=migrations.newest_version())]
    for one in describe(db):
        title = "View" if one.kind == "view" else "Table"
        parts.append(f"## {title} `{one.name}`\n\n{one.text}\n")
        parts.append(_table(db, one))
    return "\n".join(parts)


def _table(db: Database, one: Described) -> str:
    lines = ["| column | type | |", "|---|---|---|"]
    keys = db.conn.execute(f"PRAGMA foreign_key_list({one.name})")
    leads_to = {row[3]: f"→ `{row[2]}.{row[4]}`" for row in keys}
    for _, name, type_, not_null, _, pk, _ in db.conn.execute(f"PRAGMA table_xinfo({one.name})"):
        if name in (one.name, "rank") and one.name == "articles_fts":
            continue  # FTS5's own hidden columns
        marks = (type_, "pk" if pk else "not null" if not_null else "", leads_to.get(name))
        lines.append(f"| `{name}` | {' '.join(filter(None, marks))} | {one.columns.get(name, '')} |")
    return "\n".join(lines) + "\n"


def fresh_document() -> str:
    """The document of a database just made."""
    db = Database(memory=True)
    try:
        migrations.migrations().apply(db)
        return render(db)
    finally:
        db.close()


def main(arguments: list[str]) -> None:
    """Write the document."""
    target = Path(arguments[0]) if arguments else TARGET
    target.write_text(fresh_document(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
