"""What a run goes on with while nothing is under way: what is owed, then what is due for another look.

Reads the database only; what was asked for in this run is not given again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from crawler.fetching import now
from pipelines.database import crawling, queries

if TYPE_CHECKING:
    from sqlite_utils import Database

    from crawler.spiders.arguments import Arguments

_Row = TypeVar("_Row", queries.Owed, queries.Due)

BATCH: Final = 20
"""Rows asked for at a time: a page of a listing, so that a run has little under way."""


class Owing:
    """The next rows for a run.

    Args:
        database: what is owed and due.
        arguments: what the run was asked for.
        rechecks: stored articles that it looks at again, at most.
        was_asked: whether it has asked for a URL already.
    """

    def __init__(
        self, database: Database, arguments: Arguments, rechecks: int, was_asked: Callable[[str], bool]
    ):
        self._database = database
        self._arguments = arguments
        self._rechecks_left = rechecks
        self._was_asked = was_asked

    def owed(self) -> list[queries.Owed]:
        """The next rows of the frontier, articles before listings. Those that are still there although
        they were asked for (outside the range, of a run that is being stopped) are looked past."""
        given = self._arguments
        if given.urls:
            return []
        first = given.since - timedelta(days=1) if given.since else None
        last = given.until + timedelta(days=1) if given.until else None
        places = self._places()

        def rows(limit: int) -> list[queries.Owed]:
            return crawling.owed(self._database, now(), limit, places, (first, last))

        return self._unasked(rows, BATCH)

    def rechecks(self) -> list[queries.Due]:
        """The next stored articles that are due for another look, within the run's budget."""
        if self._rechecks_left <= 0 or not self._arguments.is_whole_site:
            return []

        def rows(limit: int) -> list[queries.Due]:
            return queries.recheck_due(self._database, now(), limit)

        due = self._unasked(rows, min(BATCH, self._rechecks_left))
        self._rechecks_left -= len(due)
        return due

    def _places(self) -> tuple[str, ...]:
        """Where the rows were found that a run over a part of the site goes on with; empty: anywhere."""
        given = self._arguments
        if given.place:
            return (f"listing:{given.place}", given.place.replace("/", ":", 1))
        return tuple(f"{layer}:{slug}" for slug in given.sections for layer in ("listing", "feed"))

    def _unasked(self, rows: Callable[[int], list[_Row]], most: int) -> list[_Row]:
        limit = BATCH
        while True:
            found = rows(limit)
            fresh = [row for row in found if not self._was_asked(row.url)]
            if fresh or len(found) < limit:
                return fresh[:most]
            limit *= 2
