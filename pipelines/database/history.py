"""What health looks back on: runs, what they came to, and how fully articles were read.

Reads only, but for :func:`set_verdict`. Bounded whatever the age of the database: four weeks of
runs, some articles of each day of eight weeks; no table is read through.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlite_utils import Database

from pipelines import times
from pipelines.content import COPY_TEMPLATE
from pipelines.database.opening import explained, path_of, writing
from pipelines.database.past import ALARMS, LIMITING, WEEKS, Layer, RunFacts, past_runs, sort_of

__all__ = [
    "FIELDS",
    "LIMITING",
    "WEEKS",
    "Disk",
    "History",
    "Layer",
    "Readings",
    "RunFacts",
    "load",
    "set_verdict",
]

NEWEST: Final = 20
"""Newest articles of each kind judged beside the run's own, since a ten-minute run has two or three."""

LATELY: Final = 100
LATELY_DAYS: Final = 3
"""The newest articles of each kind in so many days, in which a slow change shows, too."""

USUAL_WEEKS: Final = 8
USUAL: Final = 100
"""Weeks that tell what is usual, and the articles of each of their days that are looked at: a third."""

_A_WEEK: Final = 100  # articles of one kind that tell what is usual in a week
_A_DAY: Final = 500  # articles of one of the latest days: more than there are
_UNDATED: Final = 1000  # newest articles without a date that are looked at
_AT_ONCE: Final = 500  # articles grouped at a time: SQLite holds all that it groups, the texts included

FIELDS: Final = {
    "lead": "a.lead IS NOT NULL",
    "body": "a.body IS NOT NULL",
    "byline": "a.byline IS NOT NULL",
    "published_at": "a.published_at IS NOT NULL",
    "section": "a.section_id IS NOT NULL",
    "captions": "a.captions IS NOT NULL",
    "photos": "EXISTS (SELECT 1 FROM photos x WHERE x.article_id = a.id)",
    "contributors": "EXISTS (SELECT 1 FROM contributors x WHERE x.article_id = a.id)",
    "tags": "EXISTS (SELECT 1 FROM article_tags x WHERE x.article_id = a.id)",
}
"""What is counted as present, and how it is told: NULL is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """How fully the articles of one kind and template were read.

    ``present``: field -> articles that have it; ``by_template``: field -> articles in which the
    selectors of the template gave it, and nothing weaker. ``week``: of which of the weeks that tell
    what is usual, 0 the latest.
    """

    kind: str
    template: str
    articles: int
    week: int = 0
    present: Mapping[str, int] = field(default_factory=dict)
    by_template: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The disk that a ``path`` of ours is on: bytes ``free``."""

    path: str
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that the health checks look at.

    ``run`` is the one judged, ``earlier`` those before it, newest first; ``of_site``: the site as a whole
    is asked about, and not that run alone. ``unended``: runs over the
    whole site that began after it and have not ended; ``other``: the latest run after it that was
    asked for something else. ``busy``: when other runs than those over the whole site were at work.
    ``ahead``: the runs that are dated later than now.
    ``ours`` are the readings of the articles that run stored, ``newest`` of the newest of each kind,
    ``lately`` of some more of them, ``usual`` of the weeks before, by week.
    """

    run: RunFacts | None = None
    earlier: tuple[RunFacts, ...] = ()
    unended: tuple[RunFacts, ...] = ()
    other: RunFacts | None = None
    busy: tuple[tuple[datetime, datetime], ...] = ()
    ahead: tuple[int, ...] = ()
    ours: tuple[Readings, ...] = ()
    newest: tuple[Readings, ...] = ()
    lately: tuple[Readings, ...] = ()
    usual: tuple[Readings, ...] = ()
    is_empty: bool = False
    disks: tuple[Disk, ...] = ()
    of_site: bool = True

    @property
    def held(self) -> Mapping[str, str]:
        """What was amiss when a run over the whole site was judged last."""
        runs = (one for one in (self.run, *self.earlier) if one and one.is_whole_site and one.verdict)
        return next((one.alarms for one in runs), {})


def load(
    db: Database,
    now: datetime,
    *,
    run_id: int | None = None,
    spider: str = "baotintuc",
    disks: Iterable[Disk] = (),
) -> History:
    """The history as it stands; ``run_id``: the run to judge, the site's latest where it is None."""
    with explained(path_of(db)):
        past = past_runs(db, spider, now, run_id)
        picked = _pick(db, spider, now.astimezone(times.HANOI).date())
        return History(
            run=past.run,
            earlier=past.earlier,
            unended=past.unended,
            other=past.other,
            busy=past.busy,
            ahead=past.ahead,
            ours=_readings(db, _keys_of_run(db, past.run.id)) if past.run else (),
            newest=_readings(db, picked.newest),
            lately=_readings(db, picked.lately),
            usual=tuple(
                replace(one, week=week)
                for week, keys in sorted(picked.usual.items())
                for one in _readings(db, keys)
            ),
            is_empty=db.conn.execute("SELECT key FROM articles ORDER BY key LIMIT 1").fetchone() is None,
            disks=tuple(disks),
            of_site=run_id is None,
        )


def set_verdict(db: Database, run_id: int, verdict: str, alarms: Mapping[str, str] | None = None) -> None:
    """Put down what the health check said of a run; ``alarms``: what it found amiss, by name."""
    sql = "UPDATE runs SET verdict = ?, stats = json_set(stats, ?, ?) WHERE id = ?"
    row = (verdict, f'$."{ALARMS}"', json.dumps(dict(alarms or {})), run_id)
    with explained(path_of(db)), writing(db) as conn:
        conn.execute(sql, row)


class _Picked(NamedTuple):
    """Keys of the articles that are looked at."""

    newest: list[int]
    lately: list[int]
    usual: dict[int, list[int]]


class _Article(NamedTuple):
    """An article that may be looked at; ``age``: days before the newest one."""

    key: int
    kind: str
    age: int


_ORIGINALS: Final = (
    "NOT EXISTS (SELECT 1 FROM articles c INDEXED BY articles_of_copies"  # noqa: S608
    f" WHERE c.key = a.key AND c.template = '{COPY_TEMPLATE}')"
)
"""Copies were not read from the site."""


def _pick(db: Database, spider: str, today: date) -> _Picked:
    """The newest articles of each kind, and of each week those that tell what is usual.

    By the day they are of, not by when they came: what a back-fill brings is not new.
    """
    found = list(_articles(db, spider, today))
    newest = [one.key for kind in _by_kind(found) for one in kind[:NEWEST]]
    lately = [
        one.key
        for kind in _by_kind(found)
        for index, one in enumerate(kind[:LATELY])
        if index < NEWEST or one.age < LATELY_DAYS
    ]
    taken = set(newest)
    of_day: Counter[int] = Counter()
    weeks: dict[int, list[_Article]] = {}
    for one in found:
        if one.key not in taken and of_day[one.age] < USUAL:
            of_day[one.age] += 1
            weeks.setdefault(one.age // 7, []).append(one)
    return _Picked(newest, lately, {week: _spread(of_week) for week, of_week in weeks.items()})


def _by_kind(articles: list[_Article]) -> Iterable[list[_Article]]:
    kinds: dict[str, list[_Article]] = {}
    for one in articles:
        kinds.setdefault(one.kind, []).append(one)
    return kinds.values()


def _spread(articles: list[_Article]) -> list[int]:
    """Some of each kind, from all over the time they are of."""
    return [one.key for kind in _by_kind(articles) for one in kind[:: -(-len(kind) // _A_WEEK)]]


def _articles(db: Database, spider: str, today: date) -> Iterator[_Article]:
    """Articles of each of the latest days that there are any of, newest first."""
    undated = _undated(db, spider, today)
    # A page may be of tomorrow by a mistake of its clock; what is later was never published.
    row = db.conn.execute(
        "SELECT max(published_on) FROM articles WHERE published_on <= ?",
        ((today + timedelta(days=1)).isoformat(),),
    ).fetchone()
    newest = max((*filter(None, row), *undated), default=None)
    if newest is None:
        return
    sql = (
        f"SELECT key, kind FROM articles a WHERE published_on = ? AND {_ORIGINALS} ORDER BY key DESC LIMIT ?"  # noqa: S608
    )
    for age in range(7 * USUAL_WEEKS):
        day = (date.fromisoformat(newest) - timedelta(days=age)).isoformat()
        rows = db.conn.execute(sql, (day, _A_DAY if age < LATELY_DAYS else USUAL)).fetchall()
        for key, kind in sorted((*rows, *undated.get(day, ())), reverse=True):
            yield _Article(key, kind, age)


def _undated(db: Database, spider: str, today: date) -> dict[str, list[tuple[int, str]]]:
    """The newest articles that do not say when they were published, by the day they must be of.

    When they came tells that only where a run over the whole site brought them, and not a back-fill.
    """
    sql = (
        "SELECT key, kind, created_at, first_seen_at, (SELECT r.arguments FROM fetches f"  # noqa: S608
        " JOIN runs r ON r.id = f.run_id WHERE f.article_id = a.id AND f.outcome IN ('new', 'duplicate')"
        " AND r.spider = ? ORDER BY f.id LIMIT 1)"
        f" FROM articles a WHERE published_on IS NULL AND {_ORIGINALS} ORDER BY key DESC LIMIT ?"
    )
    days: dict[str, list[tuple[int, str]]] = {}
    for key, kind, created_at, first_seen_at, asked in db.conn.execute(sql, (spider, _UNDATED)):
        seen_on = times.parse(first_seen_at).astimezone(times.HANOI).date().isoformat()
        day = created_at[:10] if created_at else seen_on
        if day <= today.isoformat() and asked and not sort_of(json.loads(asked)):
            days.setdefault(day, []).append((key, kind))
    return days


def _keys_of_run(db: Database, run_id: int) -> list[int]:
    sql = (
        "SELECT DISTINCT a.key FROM fetches f JOIN articles a ON a.id = f.article_id"
        " WHERE f.run_id = ? AND f.outcome IN ('new', 'updated', 'duplicate') AND f.kind = 'article'"
    )
    return [key for (key,) in db.conn.execute(sql, (run_id,))]


def _readings(db: Database, keys: list[int]) -> tuple[Readings, ...]:
    """How fully these articles were read, by kind and template; copies were not read from the site."""
    found: dict[tuple[str, str], Readings] = {}
    for start in range(0, len(keys), _AT_ONCE):
        for one in _readings_of(db, keys[start : start + _AT_ONCE]):
            name = one.kind, one.template
            found[name] = _added(found[name], one) if name in found else one
    return tuple(found[name] for name in sorted(found))


def _added(one: Readings, other: Readings) -> Readings:
    return replace(
        one,
        articles=one.articles + other.articles,
        present=_sums(one.present, other.present),
        by_template=_sums(one.by_template, other.by_template),
    )


def _sums(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in (*one, *other)}


def _readings_of(db: Database, keys: list[int]) -> Iterator[Readings]:
    picked = json.dumps(keys)
    sums = ", ".join(f"sum({test})" for test in FIELDS.values())
    found = db.conn.execute(
        f"SELECT a.kind, a.template, count(*), {sums} FROM json_each(?) k JOIN articles a ON a.key = k.value"  # noqa: S608  # the tests above
        " WHERE a.template <> ? GROUP BY a.kind, a.template",
        (picked, COPY_TEMPLATE),
    ).fetchall()
    by_template = _read_by_template(db, picked)
    for kind, template, articles, *counts in found:
        yield Readings(
            kind=kind,
            template=template,
            articles=articles,
            present=dict(zip(FIELDS, counts, strict=True)),
            by_template=by_template.get((kind, template), {}),
        )


def _read_by_template(db: Database, picked: str) -> dict[tuple[str, str], dict[str, int]]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    rows = db.conn.execute(
        "SELECT a.kind, a.template, s.key, count(*) FROM json_each(?) k JOIN articles a ON a.key = k.value,"
        " json_each(a.sources) s WHERE s.value = 'template' GROUP BY a.kind, a.template, s.key",
        (picked,),
    )
    for kind, template, name, count in rows:
        found.setdefault((kind, template), {})[name] = count
    return found
