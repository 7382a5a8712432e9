"""What health looks back on: runs, what they came to, and how fully articles were read.

Reads only, but for :func:`set_verdict`. Bounded whatever the age of the database: four weeks of
runs, the newest articles by key; no table is read through.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Any, Final

from sqlite_utils import Database

from pipelines import times
from pipelines.content import COPY_TEMPLATE
from pipelines.database.opening import explained, path_of, writing

WEEKS: Final = 4
"""Weeks of runs looked back on: the same hours of as many earlier weeks are compared."""

USUAL: Final = 2000
"""Articles that tell what is usual: about a week of the site."""

NEWEST: Final = 20
"""Newest articles judged beside the run's own, since a ten-minute run has two or three."""

_AT_ONCE: Final = 500  # articles grouped at a time: SQLite holds all that it groups, the texts included
_WITH_STATS: Final = 300  # runs whose statistics are read: two days of ten-minute runs
_LAST: Final = 2**63 - 1
_LAYER: Final = "tintuc/discovery/"
_UNANSWERED: Final = "tintuc/unanswered/"
_LEFT: Final = "tintuc/left/"
LIMITING: Final = frozenset({"sections", "since", "until", "url", "urls", "tag", "query"})

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
class Layer:
    """What one layer of discovery (feed, home, listing, sitemap) gave in a run."""

    pages: int = 0
    links: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """One crawl: when, how it ended, and what it came to.

    ``counts``: kind -> outcome -> fetches. ``layers`` by name, empty for runs long ago.
    ``tls_verified``: whether the site's certificate would have verified; None where unknown.
    ``tls_handshake``: why a strict client gets no secure connection at all. ``disallowed``: pages
    that robots.txt forbids, which ``counts`` has among the blocked.
    ``unanswered``: what was asked for (sections, a tag) and the site has no page of.
    ``left``: listings that were left before their end, by place, and why.
    """

    id: int
    started_at: datetime
    finished_at: datetime | None = None
    finish_reason: str | None = None
    verdict: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    layers: Mapping[str, Layer] = field(default_factory=dict)
    tls_verified: bool | None = None
    tls_handshake: str | None = None
    disallowed: int = 0
    unanswered: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_whole_site(self) -> bool:
        """Whether it looked for whatever is new anywhere: no section, range or page was asked for."""
        return not LIMITING.intersection(key for key, value in self.arguments.items() if value)

    def of(self, kind: str, *outcomes: str) -> int:
        """How many fetches of a kind came to one of these outcomes."""
        return sum(self.counts.get(kind, {}).get(outcome, 0) for outcome in outcomes)

    @property
    def new_articles(self) -> int:
        """Articles that were not there before, near-duplicates among them."""
        return self.of("article", "new", "duplicate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """How fully the articles of one kind and template were read.

    ``present``: field -> articles that have it; ``by_template``: field -> articles in which the
    selectors of the template gave it, and nothing weaker.
    """

    kind: str
    template: str
    articles: int
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

    ``run`` is the one judged, ``earlier`` those before it, newest first. ``ours`` are the
    readings of the articles that run stored, ``newest`` of the newest ones, ``usual`` of those before.
    """

    run: RunFacts | None = None
    earlier: tuple[RunFacts, ...] = ()
    ours: tuple[Readings, ...] = ()
    newest: tuple[Readings, ...] = ()
    usual: tuple[Readings, ...] = ()
    is_empty: bool = False
    disks: tuple[Disk, ...] = ()


def load(
    db: Database,
    now: datetime,
    *,
    run_id: int | None = None,
    spider: str = "baotintuc",
    disks: Iterable[Disk] = (),
) -> History:
    """The history as it stands; ``run_id``: the run to judge, the latest one where it is None."""
    with explained(path_of(db)):
        runs = _runs(db, spider, now - timedelta(weeks=WEEKS, days=1), run_id)
        run = runs[0] if runs else None
        newest, usual = _newest_keys(db)
        return History(
            run=run,
            earlier=tuple(runs[1:]),
            ours=_readings(db, _keys_of_run(db, run.id)) if run else (),
            newest=_readings(db, newest),
            usual=_readings(db, usual),
            is_empty=not newest,
            disks=tuple(disks),
        )


def set_verdict(db: Database, run_id: int, verdict: str) -> None:
    """Put down what the health check said of a run."""
    with explained(path_of(db)), writing(db) as conn:
        conn.execute("UPDATE runs SET verdict = ? WHERE id = ?", (verdict, run_id))


def _runs(db: Database, spider: str, since: datetime, run_id: int | None) -> list[RunFacts]:
    """The runs since a moment up to the one judged, newest first; that one however old it is."""
    newest_first = db.conn.execute(
        "SELECT id, started_at, finished_at, finish_reason, verdict, arguments FROM runs"
        " WHERE spider = ? AND id <= ? ORDER BY id DESC",
        (spider, _LAST if run_id is None else run_id),
    )
    # Taken one by one and left where they get too old: what lies before is never read.
    found = list(islice(newest_first, 1))
    found += takewhile(lambda row: row[1] >= times.utc(since), newest_first) if found else ()
    newest_first.close()
    if not found:
        return []
    counts = _counts(db, found[-1][0], found[0][0])
    stats = _stats(db, [row[0] for row in found[:_WITH_STATS]])
    return [_facts(row, counts.get(row[0], {}), stats.get(row[0], {})) for row in found]


def _counts(db: Database, first: int, last: int) -> dict[int, dict[str, dict[str, int]]]:
    counts: dict[int, dict[str, dict[str, int]]] = {}
    sql = "SELECT run_id, kind, outcome, count FROM run_counts WHERE run_id BETWEEN ? AND ?"
    for run_id, kind, outcome, count in db.conn.execute(sql, (first, last)):
        counts.setdefault(run_id, {}).setdefault(kind, {})[outcome] = count
    return counts


def _stats(db: Database, ids: list[int]) -> dict[int, dict[str, Any]]:
    sql = "SELECT id, stats FROM runs WHERE id BETWEEN ? AND ?"
    return {id_: json.loads(stats) for id_, stats in db.conn.execute(sql, (min(ids), max(ids)))}


def _facts(row: tuple[Any, ...], counts: dict[str, dict[str, int]], stats: dict[str, Any]) -> RunFacts:
    id_, started_at, finished_at, finish_reason, verdict, arguments = row
    tls = stats.get("tintuc/tls/verified")
    return RunFacts(
        id=id_,
        started_at=times.parse(started_at),
        finished_at=times.parse(finished_at) if finished_at else None,
        finish_reason=finish_reason,
        verdict=verdict,
        arguments=json.loads(arguments),
        counts=counts,
        layers=_layers(stats),
        tls_verified=None if tls is None else bool(tls),
        tls_handshake=stats.get("tintuc/tls/handshake"),
        disallowed=int(stats.get("tintuc/polite/disallowed", 0)),
        unanswered=tuple(
            sorted(key.removeprefix(_UNANSWERED) for key in stats if key.startswith(_UNANSWERED))
        ),
        left={key.removeprefix(_LEFT): str(why) for key, why in stats.items() if key.startswith(_LEFT)},
    )


def _layers(stats: Mapping[str, Any]) -> dict[str, Layer]:
    """The statistics ``tintuc/discovery/<layer>/<pages, links or new>`` that a run left."""
    layers: dict[str, dict[str, int]] = {}
    for key, value in stats.items():
        name, _, what = key.removeprefix(_LAYER).partition("/")
        if key.startswith(_LAYER) and what in ("pages", "links", "new"):
            layers.setdefault(name, {})[what] = int(value)
    return {name: Layer(**found) for name, found in layers.items() if "pages" in found}


def _newest_keys(db: Database) -> tuple[list[int], list[int]]:
    """The keys of the newest articles, and of those before them that tell what is usual."""
    sql = "SELECT key FROM articles ORDER BY key DESC LIMIT ?"
    keys = [key for (key,) in db.conn.execute(sql, (NEWEST + USUAL,))]
    return keys[:NEWEST], keys[NEWEST:]


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
