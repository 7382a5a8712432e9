"""The schema's history: numbered SQL files, run in order by sqlite-utils' migration runner.

Each file runs statement by statement inside the runner's transaction (``executescript`` would
commit half-way), so a migration is applied whole or not at all. A released file is never
edited: the next change is the next file. ``application_id`` marks a file as ours and
``user_version`` counts the migrations applied, so both can be told before anything is read.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Final

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from pipelines.similarity import Text

APPLICATION_ID: Final = 0x74696E74  # "tint" in ASCII
SET_NAME: Final = "tintuc"
_DROPPED: Final = re.compile(r"^DROP (?:VIEW|TRIGGER|INDEX) (?!IF EXISTS)", re.MULTILINE)


def statements(script: str) -> Iterator[str]:
    """Split SQL into its statements; a trigger's inner semicolons do not end it.

    Raises ValueError where the last statement is not complete.
    """
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending) and _code(pending):
            yield pending.strip()
            pending = ""
    if _code(pending):
        raise ValueError(f"incomplete SQL statement: {pending.strip()[:80]}")


def _code(sql: str) -> str:
    """What is left of SQL without its whole-line comments."""
    return "".join(line for line in sql.splitlines() if not line.strip().startswith("--")).strip()


def scripts() -> list[tuple[str, str]]:
    """Every migration as (name, SQL), in the order they are applied."""
    folder = files("pipelines.database").joinpath("schema")
    found = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(name.removesuffix(".sql"), entry.read_text(encoding="utf-8")) for name, entry in found]


def migrations(known: list[tuple[str, str]] | None = None) -> Migrations:
    """The runner's list of our migrations (``known``: these instead of the package's own)."""
    listed = Migrations(SET_NAME)
    for number, (name, script) in enumerate(scripts() if known is None else known, start=1):
        listed(name=name)(_step(number, script))
    return listed


def _step(number: int, script: str) -> Callable[[Database], None]:
    def apply(db: Database) -> None:
        db.conn.create_function("bands_of", 3, _bands_of, deterministic=True)
        for statement in statements(script):
            # A view, trigger or index that somebody dropped is made anew all the same.
            db.conn.execute(_DROPPED.sub(r"\g<0>IF EXISTS ", statement, count=1))
        db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.conn.execute(f"PRAGMA user_version = {number}")

    return apply


def _bands_of(headline: str | None, lead: str | None, body: str | None) -> str:
    """For the scripts: what the index of near-duplicates holds of a text, as a JSON list."""
    return json.dumps(Text(headline, lead, body).bands)


def newest_version() -> int:
    """The schema version this program writes."""
    return len(scripts())
