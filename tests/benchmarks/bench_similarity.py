"""Planted pairs: what share of them is called near-duplicates, through the whole decision.

``python -m tests.benchmarks.bench_similarity [PAIRS]`` prints the table for docs/benchmarks.md.
All first articles are stored in one database, so each second article has to find its own
among thousands.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from pipelines.database import open_database
from pipelines.originals import Decision, find_original, settle
from pipelines.similarity import Text, containment

from .material import PAIRS, Story

LEAST: Final = 0.98
"""The share of copies that are to be found."""

MOST: Final = {"unrelated, same topic": 0.001, "daily series, adjacent days": 0.01}
"""The share of what is no copy that may be called one."""


@dataclass(frozen=True, slots=True)
class Result:
    """Of one kind of pair: how many, how many were linked, and at which containment."""

    name: str
    wanted: bool | None
    pairs: int
    linked: int
    median_containment: float

    @property
    def share(self) -> float:
        """The share (0 to 1) of the pairs that were linked."""
        return self.linked / self.pairs

    @property
    def is_well(self) -> bool:
        """Whether the share is within its bound."""
        if self.wanted is None:
            return True
        return self.share >= LEAST if self.wanted else self.share <= MOST[self.name]


def add(conn: sqlite3.Connection, written: Story) -> str:
    """Store a story as bare as the tables allow, with its bands; its id is returned."""
    (key,) = conn.execute("SELECT ifnull(max(key), 0) + 1 FROM articles").fetchone()
    row = {
        "key": key,
        "id": f"{key}",
        "url": f"https://baotintuc.vn/a-post{key}.html",
        "headline": written.headline,
        "lead": written.lead,
        "body": "\n\n".join(written.paragraphs),
        "published_at": f"{written.day.isoformat()}T08:00:00+07:00",
        "published_on": written.day.isoformat(),
        "content_hash": f"1-{key}",
    }
    constant = {
        "kind": "text",
        "template": "2026",
        "details_hash": "",
        "first_seen_at": "",
        "last_seen_at": "",
    }
    row |= constant
    conn.execute(
        f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})", row
    )
    settle(conn, key, written.text, Decision())
    return f"{key}"


def evaluate(count: int, folder: Path) -> tuple[list[Result], list[float]]:
    """Plant pairs of every kind; returns what became of them and the seconds each decision took."""
    db = open_database(folder / "pairs.db", create=True)
    conn = db.conn
    conn.execute("BEGIN IMMEDIATE")
    planted = {name: [_plant(conn, make(n)) for n in range(count)] for name, (_, make) in PAIRS.items()}
    seconds: list[float] = []
    results = [_ask(conn, name, PAIRS[name][0], pairs, seconds) for name, pairs in planted.items()]
    conn.execute("ROLLBACK")
    db.close()
    return results, seconds


def _plant(conn: sqlite3.Connection, pair: tuple[Story, Story]) -> tuple[str, Story, Text]:
    return add(conn, pair[0]), pair[1], pair[0].text


def _ask(
    conn: sqlite3.Connection,
    name: str,
    wanted: bool | None,
    pairs: Iterable[tuple[str, Story, Text]],
    seconds: list[float],
) -> Result:
    linked, shares = 0, []
    for _, copy, first in pairs:
        text = copy.text
        start = time.perf_counter()
        found = find_original(conn, text, content_hash="", published=f"{copy.day.isoformat()}T20:00:00+07:00")
        seconds.append(time.perf_counter() - start)
        linked += found is not None
        shares.append(containment(text, first))
    return Result(name, wanted, len(shares), linked, median(shares))


def table(results: Iterable[Result]) -> str:
    """The results in Markdown."""
    lines = [
        "| pairs of | planted | linked | share | bound | median containment |",
        "|---|--:|--:|--:|---|--:|",
    ]
    for r in results:
        figures = f"{r.pairs} | {r.linked} | {r.share:.1%}"
        lines.append(f"| {r.name} | {figures} | {_bound(r)} | {r.median_containment:.2f} |")
    return "\n".join(lines)


def _bound(result: Result) -> str:
    if result.wanted is None:
        return "reported only"
    bound = f"at least {LEAST:.0%}" if result.wanted else f"at most {MOST[result.name]:.1%}"
    return bound if result.is_well else f"{bound}: **missed**"


def main() -> int:
    """Run with a thousand pairs of each kind, or as many as the argument says; 1 where a bound is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with TemporaryDirectory() as folder:
        results, seconds = evaluate(count, Path(folder))
    print(table(results))
    ordered = sorted(seconds)
    print(
        f"\n{len(ordered)} decisions: median {median(ordered) * 1000:.2f} ms,"
        f" 95th percentile {ordered[int(0.95 * len(ordered))] * 1000:.2f} ms"
    )
    return int(not all(result.is_well for result in results))


if __name__ == "__main__":
    sys.exit(main())
