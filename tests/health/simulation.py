"""Weeks of runs over a site that publishes by day, in a real database, judged as they pass.

Rows are written as the recorder leaves them, without the texts; what a test says of the site goes
wrong with a given share of the articles from then on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlite_utils import Database

from crawler.health import Level, Thresholds, Verdict, evaluate
from pipelines import times
from pipelines.database import open_database, runs
from pipelines.database.history import load, set_verdict
from tests.health.making import published

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
KINDS: Final = (*("text",) * 18, "photo", "text", *("text",) * 19, "video")
"""Of forty articles one is a photo story and one a video: a handful of each a day."""

DISCOVERY: Final = {"feed": 600, "home": 80}
HAS: Final = (
    "lead",
    "body",
    "byline",
    "published_at",
    "section",
    "captions",
    "photos",
    "contributors",
    "tags",
)
_SHORTER: Final = {"video": {"captions": 0.0, "photos": 0.0}, "photo": {"body": 0.1}, "text": {"tags": 0.6}}


@dataclass
class Site:
    """What the pages hold from now on.

    ``has``: share of the articles of a kind that have a field, as ``kind.field`` or ``field``;
    ``template``: what reads a kind, as ``kind`` or ``*``; ``links`` of each layer of discovery.
    """

    has: dict[str, float] = field(default_factory=dict)
    template: dict[str, str] = field(default_factory=dict)
    links: dict[str, int] = field(default_factory=lambda: dict(DISCOVERY))
    rate: float = 1.0

    def share(self, kind: str, name: str) -> float:
        """How many articles of a kind have a field."""
        usual = _SHORTER.get(kind, {}).get(name, 0.99)
        return self.has.get(f"{kind}.{name}", self.has.get(name, usual))


class World:
    """A database, a site and a clock."""

    def __init__(self, path: Path, now: datetime):
        self.db: Database = open_database(path, create=True)
        self.now = now
        self.site = Site()
        self.db.conn.execute("PRAGMA synchronous = OFF")  # nothing here outlives a test
        self._dice = Random(6)
        self._count = self.db.conn.execute("SELECT count(*) FROM articles").fetchone()[0]
        self.db.conn.execute(
            "INSERT OR IGNORE INTO sections (id, slug, name) VALUES (1, 'thoi-su', 'Thời sự')"
        )
        self.db.conn.execute("INSERT OR IGNORE INTO tags (id, name) VALUES (1, 'giao thông')")
        self.db.conn.commit()

    def run(self, every: timedelta = HOUR, **given: Any) -> int:
        """One run over the whole site after ``every``; gives its id, not yet judged."""
        self.now += every
        hours = every / HOUR
        due = sum(published(self.now - n * HOUR) for n in range(max(1, round(hours)))) * min(1.0, hours)
        due *= self.site.rate
        number = int(due) + (self._dice.random() < due % 1)
        return self.record(number, self.now, **given)

    def record(self, number: int, published_at: datetime, **given: Any) -> int:
        """A run that brought so many articles, published at some time; ``given``: of its row."""
        run_id = runs.start_run(self.db, "baotintuc", given.pop("arguments", {}), self.now)
        with self.db.conn:
            for _ in range(number):
                self._store(run_id, published_at)
            counts = [("article", "new", number), ("article", "unchanged", 20), ("feed", "read", 20)]
            rows = [(run_id, *count) for count in counts if count[2]]
            self.db.conn.executemany("INSERT INTO run_counts VALUES (?, ?, ?, ?)", rows)
        if given.pop("ends", True):
            self.end(run_id, **given)
        return run_id

    def end(self, run_id: int, **given: Any) -> None:
        """Let a run end now; ``given``: of its row."""
        stats = {
            f"tintuc/discovery/{layer}/{name}": 20 if name == "pages" else links
            for layer, links in self.site.links.items()
            for name in ("pages", "links", "new")
        }
        how = {"finish_reason": "finished", "verdict": None, "stats": stats, "now": self.now, **given}
        runs.finish_run(self.db, run_id, **how)

    def _store(self, run_id: int, published_at: datetime) -> None:
        self._count += 1
        id_, kind = f"bai-{self._count}", KINDS[self._count % len(KINDS)]
        template = self.site.template.get(kind, self.site.template.get("*", "2026"))
        has = {name: self._dice.random() < self.site.share(kind, name) for name in HAS}
        at = times.local(published_at) if has["published_at"] else None
        values = {
            "id": id_, "url": f"https://baotintuc.vn/{id_}.html", "kind": kind, "headline": "Đầu đề",
            "section_id": 1 if has["section"] else None, "published_at": at, "published_on": at and at[:10],
            "template": template, "content_hash": id_, "details_hash": "-",
            "first_seen_at": times.utc(self.now), "last_seen_at": times.utc(self.now),
            "sources": json.dumps({"headline": "template" if template != "generic" else "generic"}),
            **{name: "x" if has[name] else None for name in ("lead", "body", "byline", "captions")},
        }  # fmt: skip
        marks = ", ".join("?" * len(values))
        sql = f"INSERT INTO articles ({', '.join(values)}) VALUES ({marks})"
        self.db.conn.execute(sql, list(values.values()))
        if has["photos"]:
            self.db.conn.execute("INSERT INTO photos (article_id, position, url) VALUES (?, 1, 'u')", (id_,))
        if has["contributors"]:
            self.db.conn.execute(
                "INSERT INTO contributors (article_id, position, kind) VALUES (?, 1, 'agency')", (id_,)
            )
        if has["tags"]:
            self.db.conn.execute("INSERT INTO article_tags VALUES (?, 1)", (id_,))
        self.db.conn.execute(
            "INSERT INTO fetches (run_id, kind, url, article_id, fetched_at, outcome)"
            " VALUES (?, 'article', ?, ?, ?, 'new')",
            (run_id, values["url"], id_, times.utc(self.now)),
        )

    def judge(self, run_id: int | None = None, lines: Thresholds | None = None) -> Verdict:
        """The verdict on a run, put down as after each run; on the site where no run is named."""
        now = self.now + timedelta(minutes=5)
        verdict = evaluate(load(self.db, now, run_id=run_id), lines or Thresholds(), now)
        if run_id is not None:
            set_verdict(self.db, run_id, str(verdict.level), verdict.alarms)
        return verdict

    def live(
        self, days: float, *, every: timedelta = HOUR, judged: int = 6, lines: Thresholds | None = None
    ) -> Iterator[Verdict]:
        """Some days of runs; every so many are judged."""
        for number in range(round(days * DAY / every)):
            run_id = self.run(every)
            if number % judged == judged - 1:
                yield self.judge(run_id, lines)


def level_of(verdict: Verdict, name: str) -> Level:
    """What a check of a verdict says; OK where there is none of that name."""
    return verdict.levels.get(name, Level.OK)


def levels(verdicts: Iterator[Verdict], name: str) -> list[Level]:
    """What one check said as time went on."""
    return [level_of(verdict, name) for verdict in verdicts]


def changes(found: list[Level]) -> int:
    """How often the level changed."""
    return sum(one is not other for one, other in pairwise(found))


def told(verdict: Verdict) -> Mapping[str, str]:
    """What a verdict says of each check that is not well."""
    return {check.name: check.saw for check in verdict.attention}
