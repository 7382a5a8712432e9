"""What a search costs beside SQLite's own ranking of the same words, and what each kind of query costs.

``python -m tests.benchmarks.bench_search [--articles N] [--database FILE]`` prints the table for
docs/benchmarks.md. FILE is a database that bench_scale kept.
"""

from __future__ import annotations

import argparse
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from pipelines.database import open_database
from pipelines.database.search import Filters, Ranking, search

from .bench_scale import COMMON, FIRST_DAY, PHRASE, Press, build, code

ROUNDS: Final = 15
RAW: Final = (
    "SELECT rowid, snippet(articles_fts, -1, '[', ']', '…', 28) FROM articles_fts"
    " WHERE articles_fts MATCH ? ORDER BY rank LIMIT 20"
)

Ask = Callable[[sqlite3.Connection], object]


def _raw(expression: str) -> Ask:
    return lambda conn: conn.execute(RAW, (expression,)).fetchall()


def _ours(typed: str, filters: Filters | None = None, ranking: Ranking = Ranking.RECENT) -> Ask:
    return lambda conn: search(conn, typed, filters, ranking=ranking)


WEEK: Final = Filters(since=FIRST_DAY.date(), until=(FIRST_DAY + timedelta(days=6)).date())
QUESTIONS: Final[dict[str, tuple[Ask, Ask | None]]] = {
    "common word": (_ours(COMMON), _raw(COMMON)),
    "common word, every match": (_ours(COMMON, ranking=Ranking.EVERY), _raw(COMMON)),
    "common word, newest first": (_ours(COMMON, ranking=Ranking.NONE), None),
    "common word with d": (_ours("dan"), _raw("search_text : dan")),
    "phrase of common words": (_ours(PHRASE), _raw(PHRASE)),
    "rare word": (_ours(code(77)), _raw(code(77))),
    "three words": (_ours("người dân xã"), _raw("người dân xã")),
    "prefix": (_ours("tinh*"), _raw("tinh*")),
    "OR and NOT": (_ours("(giáo OR trường) NOT xã"), _raw("(giáo OR trường) NOT xã")),
    "common word in one week": (_ours(COMMON, WEEK), None),
    "common word in one section": (_ours(COMMON, Filters(section="chuyen-muc-3")), None),
    "common word by one contributor": (_ours(COMMON, Filters(contributor="phong vien 7")), None),
}


def measure(conn: sqlite3.Connection) -> dict[str, tuple[float, float | None]]:
    """Median seconds of every question, ours and SQLite's, taken in turns."""
    found = {}
    for name, (ours, raw) in QUESTIONS.items():
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for ask, kept in ((ours, times[0]), (raw, times[1])):
                if ask is not None:
                    start = time.perf_counter()
                    ask(conn)
                    kept.append(time.perf_counter() - start)
        found[name] = (median(times[0]), median(times[1]) if raw else None)
    return found


def table(found: dict[str, tuple[float, float | None]]) -> str:
    """The medians in Markdown, milliseconds."""
    lines = [
        "| query | `scrapy search`, ms | SQLite's rank, ms | ratio |",
        "|---|--:|--:|--:|",
    ]
    for name, (ours, raw) in found.items():
        beside = f"{raw * 1000:.1f} | {ours / raw:.2f}" if raw else " | "
        lines.append(f"| {name} | {ours * 1000:.1f} | {beside} |")
    return "\n".join(lines)


def main() -> None:
    """Build a database, or take the one named, and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--database", type=Path)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = options.database or Path(folder) / "search.db"
        if options.database is None:
            build(path, Press(), options.articles)
        with closing(open_database(path, create=False, readonly=True)) as db:
            (articles,) = db.conn.execute("SELECT count(*) FROM articles").fetchone()
            print(f"{articles:,} articles, median of {ROUNDS}:\n\n{table(measure(db.conn))}")


if __name__ == "__main__":
    main()
