"""The single writer: holds each reading against what is stored, and records what came out differently.

An article that reads as it did leaves no trace, not even in the ledger: a million rows that say
"as before" would be waste. A page that gives no article any more changes nothing either; it is told,
since then the parser has got worse.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from crawler.items import Outcome
from crawler.reparsing.reading import Reading
from crawler.site.urls import article_id
from pipelines import copies
from pipelines.database.archived import UNREAD
from pipelines.dedupe import Decision, Prepared, decide
from pipelines.differences import differences
from pipelines.recorder import Recorder
from pipelines.validate import UNREAD_BYLINES, counted

SAMPLES: Final = 3
"""Samples of each field, before and after: enough to see what a parser does differently."""

MOST_TOLD: Final = 20
"""Lines about single pages; what is wrong with more than these is wrong with all of them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A field of one article, before and after; None: nothing there."""

    article: str
    before: str | None
    after: str | None


@dataclass(slots=True)
class Tally:
    """What a reading of the archive came to, in pages.

    ``changed``: the text is another one now; ``details``: only other fields are; ``recovered``: gave
    no article before and does now; ``still_unread``: gives none now either; ``lost``: gave an
    article and does no more; ``broken``: the record could not be read; ``not_kept``, ``expired``: not
    in the archive, because it was not kept, or deleted as too old. ``unread_bylines``: pages whose
    byline the grammar could not read. ``fields``: how many articles differ in a field.
    """

    read: int = 0
    unchanged: int = 0
    changed: int = 0
    details: int = 0
    recovered: int = 0
    still_unread: int = 0
    lost: int = 0
    broken: int = 0
    not_kept: int = 0
    expired: int = 0
    unread_bylines: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether every page could be read, and none got worse."""
        return not (self.lost or self.broken)

    def stats(self) -> dict[str, int]:
        """The numbers as statistics of a run."""
        names = ("read", "unchanged", "changed", "details", "recovered", "still_unread", "lost", "broken")
        counts = {name: getattr(self, name) for name in (*names, "not_kept", "expired")}
        counts |= {f"field/{name}": number for name, number in sorted(self.fields.items())}
        stats = {f"tintuc/reparse/{name}": number for name, number in counts.items()}
        return stats | {UNREAD_BYLINES: self.unread_bylines}


class Rereading:
    """Takes readings one by one.

    Args:
        conn: the database.
        recorder: what changes are recorded with; None: nothing is written.
        tell: takes a line about a page that could not be read.
    """

    def __init__(
        self, conn: sqlite3.Connection, recorder: Recorder | None, tell: Callable[[str], None]
    ) -> None:
        self.tally = Tally()
        self._conn = conn
        self._recorder = recorder
        self._tell = tell
        self._told: set[str] = set()

    def take(self, reading: Reading, key: int) -> None:
        """Take a reading of the page that the article with this key reads as (``UNREAD``: none so far).

        Raises:
            DatabaseError: it can't be recorded.
        """
        page = reading.page
        if page is None:
            self.trouble(reading.trouble or "can't be read")
            return
        self.tally.read += 1
        self.tally.unread_bylines += counted(page.fetch).get(UNREAD_BYLINES, 0)
        if key == UNREAD:
            self._take_unread(page)
        else:
            self._take_text(page, key)

    def trouble(self, line: str, pages: int = 1) -> None:
        """Count and tell what could not be read."""
        self.tally.broken += pages
        self._say(line)

    def _take_unread(self, page: Prepared) -> None:
        decision = decide(self._conn, page, article_id) if page.article else None
        if decision is None or decision.outcome is Outcome.NOT_ARTICLE:
            self.tally.still_unread += 1
            return
        self.tally.recovered += 1
        self._record(page)

    def _take_text(self, page: Prepared, key: int) -> None:
        decision = decide(self._conn, page, article_id) if page.article else None
        if decision is None or not _is_article(decision, key):
            self._lose(page, decision, key)
        elif decision.outcome is Outcome.UNCHANGED and not decision.rewrite and self._is_kept(page, decision):
            self.tally.unchanged += 1
        else:
            self._change(page, decision)

    def _is_kept(self, page: Prepared, decision: Decision) -> bool:
        """Whether a copy, which has a row of its own, is kept as it reads now; a page has none."""
        copy, stored = page.fetch.copy, decision.stored
        if copy is None or stored is None or page.content is None:
            return True
        row = copies.row_of(copy, page.content, page.hashes.content)
        return copies.reads_the_same(self._conn, stored.id, row)

    def _change(self, page: Prepared, decision: Decision) -> None:
        assert decision.stored is not None
        if decision.outcome is Outcome.UNCHANGED:
            self.tally.details += 1
        else:
            self.tally.changed += 1
        # What stands beside an article is not held against it.
        found = {} if decision.beside else differences(self._conn, decision.stored, page)
        for name, (before, after) in found.items():
            self.tally.fields[name] += 1
            samples = self.tally.samples.setdefault(name, [])
            if len(samples) < SAMPLES:
                samples.append(Sample(decision.stored.id, before, after))
        self._record(page)

    def _lose(self, page: Prepared, decision: Decision | None, key: int) -> None:
        """Tell of a page that is no longer the article it was; what is stored stays."""
        row = self._conn.execute("SELECT id FROM articles WHERE key = ?", (key,)).fetchone()
        if row is None:
            return  # joined to another one while the archive was read, by a page that proved it
        self.tally.lost += 1
        fetch = page.fetch
        if decision is None:
            reason = fetch.reason
        elif decision.identity.refused:
            reason = decision.identity.refused
        else:
            reason = f"it reads as article {page.article.id if page.article else '?'}"
        where = f"{fetch.archive_file}, byte {fetch.archive_offset}"
        self._say(f"{where}: no longer read as article {row[0]}, which stays as it is: {reason}")

    def _record(self, page: Prepared) -> None:
        if self._recorder is not None:
            self._recorder.record(page)

    def _say(self, line: str) -> None:
        if line in self._told:
            return
        self._told.add(line)
        if len(self._told) <= MOST_TOLD:
            self._tell(line)
        elif len(self._told) == MOST_TOLD + 1:
            self._tell("more pages could not be read; the numbers follow at the end")


def _is_article(decision: Decision, key: int) -> bool:
    """Whether a page is the article with this key; not where its ids contradict each other."""
    stored = decision.stored
    return decision.outcome is not Outcome.NOT_ARTICLE and stored is not None and stored.key == key
