"""Every time in the database, checked: is it a time, and written as its column has it?

What is not compares as text with the others all the same: an article that is due "soon" never is.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pipelines.database.checks.findings import Finding

_CLOCK: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"
_UTC: Final = re.compile(_CLOCK + "Z")
_LOCAL: Final = re.compile(_CLOCK + r"\+07:00")
_SHOWN: Final = 40
"""Characters shown of what is no time."""

Wrong = Callable[[str], str | None]
"""Tells what is wrong with a time; None where all is well."""


def _utc(text: str) -> str | None:
    return None if _is_time(_UTC, text) else "is not UTC ending in Z"


def _local(text: str) -> str | None:
    if not text.endswith("+07:00"):
        return "has not the offset +07:00"
    return None if _is_time(_LOCAL, text) else "is no time"


def _day(text: str) -> str | None:
    try:
        return None if date.fromisoformat(text).isoformat() == text else "is not a day such as 2026-11-23"
    except ValueError:
        return "is not a day such as 2026-11-23"


def _is_time(form: re.Pattern[str], text: str) -> bool:
    if not form.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Times:
    """Times of one table: whose they are (SQL for an article's id), the columns, and ``of`` what (SQL)."""

    kind: str
    table: str
    article_id: str
    columns: tuple[str, ...]
    wrong: Wrong
    of: str = "''"

    def findings(self, conn: sqlite3.Connection) -> Iterator[Finding]:
        rows = f"SELECT {self.article_id}, {self.of}, {', '.join(self.columns)} FROM {self.table}"  # noqa: S608
        for id_, of, *values in conn.execute(rows):
            for name, value in zip(self.columns, values, strict=True):
                if value is not None and (said := self.wrong(value)):
                    yield Finding(self.kind, id_, f"{name}{of} {said}: {value[:_SHOWN]}")


_ALL: Final = (
    _Times("offsets", "articles", "id", ("published_at", "modified_at", "created_at"), _local),
    _Times("offsets", "articles", "id", ("first_seen_at", "last_seen_at"), _utc),
    _Times("offsets", "aliases", "article_id", ("seen_at",), _utc, "' of an alias'"),
    _Times("offsets", "copies", "article_id", ("seen_at",), _utc, "' of a copy'"),
    _Times("offsets", "superseded", "article_id", ("seen_at",), _utc, "' of revision ' || revision"),
    _Times("times", "superseded", "article_id", ("modified_at",), _local, "' of revision ' || revision"),
    _Times("times", "articles", "id", ("withdrawn_at", "next_check_at"), _utc),
    _Times("times", "fetches", "article_id", ("fetched_at",), _utc, "' of fetch ' || id"),
    _Times("times", "runs", "NULL", ("started_at", "finished_at", "rolled_up_at"), _utc, "' of run ' || id"),
    _Times("times", "frontier", "NULL", ("found_at", "next_try_at", "given_up_at"), _utc, "' of ' || url"),
    _Times("times", "frontier", "NULL", ("day",), _day, "' of ' || url"),
    _Times("times", "fetch_counts", "NULL", ("day",), _day, "' of fetch_counts'"),
    _Times("times", "hosts", "NULL", ("robots_at", "wait_until"), _utc, "' of host ' || host"),
)


def moments(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Every time that is none, or is written in another way than its column has it."""
    for times in _ALL:
        yield from times.findings(conn)
    for id_, first, last in conn.execute(
        "SELECT id, first_seen_at, last_seen_at FROM articles WHERE first_seen_at > last_seen_at"
    ):
        if not (_utc(first) or _utc(last)):
            yield Finding("times", id_, f"it was first seen at {first} and last, before that, at {last}")
