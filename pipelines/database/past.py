"""The runs that health looks back on: what each was asked, how it ended and what it came to.

Reads only. Bounded whatever the age of the database: some weeks of runs, found by id. A clock that was
once wrong must not blind it: what lies later than now is left out, and one odd row ends no search.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlite_utils import Database

from pipelines import times

WEEKS: Final = 4
"""Weeks of runs looked back on: the same hours of as many earlier weeks are compared."""

LIMITING: Final = frozenset({"sections", "since", "until", "url", "urls", "tag", "query"})

ALARMS: Final = "tintuc/alarms"
"""The statistic in which a run's verdict leaves what it found amiss."""

_SLOT: Final = timedelta(hours=6)  # of the runs in so many hours the latest's statistics are read
_AT_WORK: Final = timedelta(
    hours=12
)  # a run without end is taken to be at work so long, if none came after it
_TOO_OLD: Final = 10  # rows in a row after which what lies before is older still
_UNENDED: Final = 20  # runs without an end whose last fetch is looked for
_LAST: Final = 2**63 - 1
_LAYER: Final = "tintuc/discovery/"
_UNANSWERED: Final = "tintuc/unanswered/"
_LEFT: Final = "tintuc/left/"
_DEFECTS: Final = "tintuc/defects/"
_OWED: Final = "tintuc/owed/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one layer of discovery (feed, home, listing, sitemap) gave in a run."""

    pages: int = 0
    links: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """One crawl: when, how it ended, and what it came to.

    ``counts``: kind -> outcome -> fetches; of earlier runs only those of new articles. ``layers`` by
    name, of a few runs of each day, empty for the others. ``alarms``: what its verdict found amiss, as
    :attr:`crawler.health.Verdict.alarms` has it.
    ``tls_verified``: whether the site's certificate would have verified; None where unknown.
    ``tls_handshake``: why a strict client gets no secure connection at all. ``disallowed``: pages
    that robots.txt forbids, which ``counts`` has among the blocked.
    ``unanswered``: what was asked for (sections, a tag) and the site has no page of.
    ``left``: listings that were left before their end, by place, and why. ``owed``: how many pages of the
    range asked for were not read, by place.
    ``defects``: kind -> answers that came to nothing because of a defect of the program.
    """

    id: int
    started_at: datetime
    finished_at: datetime | None = None
    finish_reason: str | None = None
    verdict: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    layers: Mapping[str, Layer] = field(default_factory=dict)
    alarms: Mapping[str, str] = field(default_factory=dict)
    tls_verified: bool | None = None
    tls_handshake: str | None = None
    disallowed: int = 0
    unanswered: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    defects: Mapping[str, int] = field(default_factory=dict)
    owed: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_whole_site(self) -> bool:
        """Whether it looked for whatever is new anywhere: no section, range or page was asked for."""
        return not sort_of(self.arguments)

    def of(self, kind: str, *outcomes: str) -> int:
        """How many fetches of a kind came to one of these outcomes."""
        return sum(self.counts.get(kind, {}).get(outcome, 0) for outcome in outcomes)

    @property
    def new_articles(self) -> int:
        """Articles that were not there before, near-duplicates among them."""
        return self.of("article", "new", "duplicate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The run judged and those around it, as :class:`~pipelines.database.history.History` has them."""

    run: RunFacts | None = None
    earlier: tuple[RunFacts, ...] = ()
    unended: tuple[RunFacts, ...] = ()
    other: RunFacts | None = None
    busy: tuple[tuple[datetime, datetime], ...] = ()
    ahead: tuple[int, ...] = ()


class _Row(NamedTuple):
    """A row of ``runs`` without its statistics."""

    id: int
    spider: str
    started_at: datetime
    finished_at: datetime | None
    finish_reason: str | None
    verdict: str | None
    arguments: Mapping[str, Any]


def sort_of(arguments: Mapping[str, Any]) -> frozenset[str]:
    """What part of the site a run with these arguments is about: nothing named, all of it."""
    return LIMITING.intersection(name for name, value in arguments.items() if value)


def past_runs(db: Database, spider: str, now: datetime, run_id: int | None) -> Past:
    """The run to judge and those around it.

    ``run_id``: the run; where it is None the latest over the whole site that has ended, and where there is
    none of the whole site the latest of any sort.
    """
    rows = list(_rows(db, spider, now, run_id))
    ours = [row for row in rows if row.spider == spider]
    judged = _judged(ours, run_id)
    before = [row for row in ours if judged is not None and row.id < judged.id]
    after = [row for row in ours if judged is not None and row.id > judged.id]
    newer_other = next((row for row in after if sort_of(row.arguments)), None)
    unended = [row for row in after if not sort_of(row.arguments)]
    counts = _counts(db, rows, {row.id for row in (judged, newer_other) if row})
    stats = _stats(db, _with_stats(judged, before, newer_other))

    def facts(row: _Row | None) -> RunFacts | None:
        return row and _facts(row, counts.get(row.id, {}), stats.get(row.id, {}))

    return Past(
        run=facts(judged),
        earlier=tuple(filter(None, map(facts, before))),
        unended=tuple(filter(None, map(facts, unended))),
        other=facts(newer_other),
        busy=tuple(_busy(db, rows, spider, now)),
        ahead=_ahead(db, rows, now),
    )


def _judged(rows: list[_Row], run_id: int | None) -> _Row | None:
    if run_id is not None:
        return next((row for row in rows if row.id == run_id), None)
    whole = [row for row in rows if not sort_of(row.arguments)] or rows[:1]
    return next((row for row in whole if row.finished_at), whole[0] if whole else None)


def _rows(db: Database, spider: str, now: datetime, run_id: int | None) -> Iterator[_Row]:
    """The latest run of the spider, and all runs of the weeks before now, newest first."""
    newest_first = db.conn.execute(
        "SELECT id, spider, started_at, finished_at, finish_reason, verdict, arguments FROM runs"
        " WHERE id <= ? ORDER BY id DESC",
        (_LAST if run_id is None else run_id,),
    )
    since, latest = now - timedelta(weeks=WEEKS, days=1), now + times.SLACK
    has_one, old = False, 0
    # Taken one by one and left where they get too old: what lies before is never read.
    for row in map(_row, newest_first):
        old = old + 1 if row.started_at < since else 0
        is_latest = not has_one and row.spider == spider and row.started_at <= latest
        if row.id == run_id or is_latest or since <= row.started_at <= latest:
            has_one = has_one or row.spider == spider
            yield _in_time(row, latest)
        if old >= _TOO_OLD:
            break
    newest_first.close()


def _ahead(db: Database, rows: list[_Row], now: datetime) -> tuple[int, ...]:
    """The runs of the weeks looked back on that are dated later than now, of whatever spider."""
    later = "SELECT id FROM runs WHERE id >= ? AND max(started_at, coalesce(finished_at, '')) > ? ORDER BY id"
    oldest = rows[-1].id if rows else 0
    return tuple(id_ for (id_,) in db.conn.execute(later, (oldest, times.latest(now))))


def _row(row: tuple[Any, ...]) -> _Row:
    id_, spider, started_at, finished_at, reason, verdict, arguments = row
    ended = times.parse(finished_at) if finished_at else None
    asked = {} if arguments == "{}" else json.loads(arguments)
    return _Row(id_, spider, times.parse(started_at), ended, reason, verdict, asked)


def _in_time(row: _Row, latest: datetime) -> _Row:
    """The row; where its end lies later than now, all that is known is that it ended."""
    ended = row.finished_at
    return row._replace(finished_at=row.started_at) if ended and ended > latest else row


def _counts(db: Database, rows: list[_Row], whole: set[int]) -> dict[int, dict[str, dict[str, int]]]:
    """What runs came to: all of it for some, the new articles of the others."""
    counts: dict[int, dict[str, dict[str, int]]] = {}
    if not rows:
        return counts
    new = (
        "SELECT run_id, kind, outcome, count FROM run_counts WHERE run_id BETWEEN ? AND ?"
        " AND kind = 'article' AND outcome IN ('new', 'duplicate')"
    )
    every = "SELECT run_id, kind, outcome, count FROM run_counts WHERE run_id = ?"
    first, last = rows[-1].id, rows[0].id
    found = [*db.conn.execute(new, (first, last))]
    for id_ in whole:
        found += db.conn.execute(every, (id_,))
    for run_id, kind, outcome, count in found:
        counts.setdefault(run_id, {}).setdefault(kind, {})[outcome] = count
    return counts


def _with_stats(judged: _Row | None, before: list[_Row], other: _Row | None) -> Iterator[int]:
    """Runs whose statistics are read: few of each day, so that they are read back for weeks."""
    yield from (row.id for row in (judged, other) if row)
    whole = [row for row in before if not sort_of(row.arguments) and row.finished_at]
    yield from islice((row.id for row in whole if row.verdict is not None), 1)
    slots = {int(row.started_at.timestamp() // _SLOT.total_seconds()): row.id for row in reversed(whole)}
    yield from slots.values()


def _stats(db: Database, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    sql = "SELECT r.id, r.stats FROM json_each(?) k JOIN runs r ON r.id = k.value"
    return {id_: json.loads(stats) for id_, stats in db.conn.execute(sql, (json.dumps([*ids]),))}


def _busy(db: Database, rows: list[_Row], spider: str, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When another run than one over the whole site held the lock, so that none of those could begin."""
    unended = 0
    for index, row in enumerate(rows):
        if row.spider == spider and not sort_of(row.arguments):
            continue
        if row.finished_at:
            yield row.started_at, row.finished_at
        elif unended < _UNENDED:
            unended += 1
            at_work = min(now, row.started_at + _AT_WORK) if index == 0 else row.started_at
            yield row.started_at, max(at_work, min(now, _last_fetch(db, row.id) or at_work))


def _last_fetch(db: Database, run_id: int) -> datetime | None:
    """When a run fetched something last; asked outcome by outcome, as the index has them."""
    sql = (
        "SELECT max((SELECT f.fetched_at FROM fetches f WHERE f.run_id = ? AND f.outcome = c.outcome"
        " ORDER BY f.id DESC LIMIT 1)) FROM run_counts c WHERE c.run_id = ?"
    )
    (at,) = db.conn.execute(sql, (run_id, run_id)).fetchone()
    return times.parse(at) if at else None


def _facts(row: _Row, counts: dict[str, dict[str, int]], stats: dict[str, Any]) -> RunFacts:
    run = RunFacts(
        id=row.id,
        started_at=row.started_at,
        finished_at=row.finished_at,
        finish_reason=row.finish_reason,
        verdict=row.verdict,
        arguments=row.arguments,
        counts=counts,
    )
    return _with_statistics(run, stats) if stats else run


def _with_statistics(run: RunFacts, stats: dict[str, Any]) -> RunFacts:
    tls = stats.get("tintuc/tls/verified")
    return replace(
        run,
        layers=_layers(stats),
        alarms=json.loads(stats.get(ALARMS, "{}")),
        tls_verified=None if tls is None else bool(tls),
        tls_handshake=stats.get("tintuc/tls/handshake"),
        disallowed=int(stats.get("tintuc/polite/disallowed", 0)),
        unanswered=tuple(
            sorted(key.removeprefix(_UNANSWERED) for key in stats if key.startswith(_UNANSWERED))
        ),
        left={key.removeprefix(_LEFT): str(why) for key, why in stats.items() if key.startswith(_LEFT)},
        defects={key.removeprefix(_DEFECTS): int(n) for key, n in stats.items() if key.startswith(_DEFECTS)},
        owed={key.removeprefix(_OWED): int(n) for key, n in stats.items() if key.startswith(_OWED)},
    )


def _layers(stats: Mapping[str, Any]) -> dict[str, Layer]:
    """The statistics ``tintuc/discovery/<layer>/<pages, links or new>`` that a run left."""
    layers: dict[str, dict[str, int]] = {}
    for key, value in stats.items():
        name, _, what = key.removeprefix(_LAYER).partition("/")
        if key.startswith(_LAYER) and what in ("pages", "links", "new"):
            layers.setdefault(name, {})[what] = int(value)
    return {name: Layer(**found) for name, found in layers.items() if "pages" in found}
