"""The Recorder: takes every fetch through validate, dedupe and store, in one transaction each.

Used by the crawl (through the Scrapy steps), ingest and reparse alike. A fetch is recorded
whole or not at all; with ``batch`` over 1, a kill costs at most the fetches since the last
commit, which are then simply recorded again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.items import Fetch, FetchKind, Outcome
from pipelines import times
from pipelines.database import indexing
from pipelines.database.opening import Place, explained
from pipelines.database.stored import Identify, no_identity
from pipelines.dedupe import Prepared, decide, prepare
from pipelines.schedule import Schedule
from pipelines.store import Keep, Writer
from pipelines.validate import validate

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from sqlite_utils import Database


def _now() -> datetime:
    return datetime.now(UTC)


class Recorder:
    """Records fetches of one run.

    Args:
        database: open and writable; no transaction under way.
        run_id: the run in ``runs``.
        batch: how many fetches share a transaction (1: each its own). In batches, ``Fetch.raw``
            is let go once the fetch is recorded.
        keep: puts a fetch into the raw archive, called once its outcome is decided and before
            its rows are written; not called for a fetch that already has its place there.
        identify: the site's id in a URL (``crawler.site.urls.article_id``). Without it, only
            whole URLs are recognised: no ids are joined, and links are known by their URL alone.
        schedule: when to look again.
        clock: the time now, aware.

    Raises DatabaseError (full disk, locked, damaged ...) from every method that writes; what
    was committed before is intact.
    """

    def __init__(  # noqa: PLR0913  # each has its reason above
        self,
        database: Database,
        run_id: int,
        *,
        batch: int = 1,
        keep: Keep | None = None,
        identify: Identify = no_identity,
        schedule: Schedule | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.run_id = run_id
        self.keep = keep
        self._conn = database.conn
        self._batch = batch
        self._clock = clock
        # One URL is asked about several times, and related articles are those of the same hours.
        self._identify = lru_cache(maxsize=4096)(identify)
        self._pending: list[tuple[Fetch, bool]] = []  # and whether the Recorder decided its outcome
        self._writer = Writer(
            conn=self._conn, run_id=run_id, identify=self._identify, schedule=schedule or Schedule()
        )
        self._place = Place(database)

    def record(self, fetch: Fetch | Prepared) -> Fetch:
        """Decide and write one fetch; the same fetch comes back with outcome, reason and article id.

        An error leaves nothing of this fetch behind, and all of those recorded before it. Where those
        of the same batch can't be written once more, it leaves what was committed before the batch.
        """
        page = fetch if isinstance(fetch, Prepared) else prepare(validate(fetch))
        with explained(self._place.path):
            try:
                self._begin()
                self._write(page)
            except BaseException:
                self._undo()
                raise
            self._remember(page)
            if len(self._pending) >= self._batch:
                self.flush()
        return page.fetch

    def flush(self) -> None:
        """Commit what was recorded since the last commit."""
        with explained(self._place.path):
            try:
                if self._conn.in_transaction:
                    self._place.check()
                    if self._batch > 1:
                        indexing.catch_up(self._conn)
                    self._conn.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._pending.clear()

    def close(self) -> None:
        """Commit; the database stays open."""
        self.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Also after an error: what was recorded before it is whole.
        self.close()

    def _begin(self) -> None:
        if self._conn.in_transaction:
            return
        self._conn.execute("BEGIN IMMEDIATE")
        if self._batch > 1:
            indexing.put_off(self._conn)

    def _write(self, page: Prepared) -> None:
        now, fetch = self._clock(), page.fetch
        _date(fetch, now)
        if page.article is None:
            _settle_outcome(fetch)
            self._archive(fetch)
            self._writer.ledger(fetch, now)
            return
        decision = decide(self._conn, page, self._identify)
        fetch.outcome, fetch.reason, fetch.rewritten = decision.outcome, decision.reason, decision.rewrite
        fetch.article_id = decision.stored.id if decision.stored else page.article.id
        doubts = decision.identity.doubts
        if decision.identity.refused is not None:
            fetch.article_id, doubts = None, (decision.identity.refused,)
        fetch.warnings = tuple(dict.fromkeys((*fetch.warnings, *doubts)))
        self._archive(fetch)
        self._writer.article(page, decision, now)

    def _archive(self, fetch: Fetch) -> None:
        if self.keep is None or fetch.archive_file is not None:
            return
        place = self.keep(fetch)
        if place is not None:
            fetch.archive_file, fetch.archive_offset = place

    def _remember(self, page: Prepared) -> None:
        """Keep what is needed to write a fetch of the batch again: not the page, which is archived by now."""
        self._pending.append((page.fetch, page.article is not None))
        if self._batch > 1:
            page.fetch.raw = None

    def _undo(self) -> None:
        """Roll back, then write again what the same transaction held before the fetch that failed.

        Where that fails as well (the disk is full, say), none of it is left: half an article never is.
        """
        self._roll_back()
        again, self._pending = self._pending, []
        try:
            self._write_again(again)
        except BaseException:
            self._pending.clear()
            self._roll_back()
            raise

    def _write_again(self, pending: list[tuple[Fetch, bool]]) -> None:
        if pending:  # indexed one by one, so that committing them takes no more room than writing them did
            self._conn.execute("BEGIN IMMEDIATE")
        for fetch, decided in pending:
            fetch.outcome = None if decided else fetch.outcome
            page = prepare(fetch)
            self._write(page)
            self._remember(page)

    def _roll_back(self) -> None:
        if self._conn.in_transaction:
            self._conn.execute("ROLLBACK")
        self._writer.names.forget()


def _date(fetch: Fetch, now: datetime) -> None:
    """Let a fetch that is dated later than now, by a clock or a record that is wrong, count as of now: until
    then its article would take no other page for newer."""
    if fetch.fetched_at > now:
        said = f"dated in the future, {times.utc(fetch.fetched_at)}: it counts as fetched now"
        fetch.fetched_at, fetch.warnings = now, (*fetch.warnings, said)


def _settle_outcome(fetch: Fetch) -> None:
    """The outcome of a fetch without an article that nobody has decided yet."""
    if fetch.outcome is not None:
        return
    if fetch.kind in (FetchKind.ARTICLE, FetchKind.FILE):
        fetch.outcome, fetch.reason = Outcome.INVALID, "nothing was read from it"
    else:
        fetch.outcome = Outcome.READ
