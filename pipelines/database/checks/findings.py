"""What ``scrapy verify`` finds: one thing that is wrong, of which kind, and what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

MOST: Final = 100
"""Findings of one kind that are listed one by one; the rest are counted."""

_REPAIR: Final = "`scrapy verify --repair` makes it anew"
_REPARSE: Final = "`scrapy reparse` writes the article's rows again"
_BACKUP: Final = (
    "restore a backup from before; `scrapy ingest` of the raw archive brings back what came since"
)

ADVICE: Final = {
    "integrity": "restore a backup, or rescue what is left with `sqlite3 FILE .recover`",
    "tables": "nothing more can be checked: put the table back as it was, or restore a backup",
    "schema": _REPAIR,
    "encoding": f"nothing that depends on it can be read: {_BACKUP}",
    "foreign_key": _BACKUP,
    "content_hash": "the text was not written by this program; `scrapy reparse` reads the saved page again",
    "revision_hash": _BACKUP,
    "full_text": _REPAIR,
    "bands": _REPAIR,
    "word_count": _REPAIR,
    "captions": _REPAIR,
    "published_on": _REPAIR,
    "offsets": "`scrapy reparse` reads the saved page again",
    "times": f"this program did not write it so: {_BACKUP}",
    "future": (
        "a clock or a WARC-Date was wrong, and no page of the article counts as newer until then:"
        " set the column right with UPDATE, or restore a backup from before"
    ),
    "duplicate_of": _REPAIR,
    "missing": _REPARSE,
    "frontier": "`scrapy verify --repair` takes it off the list of what is owed",
    "run_counts": _REPAIR,
    "revisions": _BACKUP,
    "identities": _REPAIR,
    "aliases": "`scrapy crawl baotintuc -a url=URL` with that address settles which of them it is",
    "positions": _REPARSE,
}
"""Every kind of finding, with what to do about it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: its kind (a key of ``ADVICE``), whose it is (None: no article's), and what."""

    kind: str
    article_id: str | None
    what: str

    def __str__(self) -> str:
        whose = f"article {self.article_id}: " if self.article_id else ""
        return f"{self.kind}: {whose}{self.what}; {ADVICE[self.kind]}"


Check = Callable[[sqlite3.Connection], Iterable[Finding]]
