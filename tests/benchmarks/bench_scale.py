"""How the database's answers grow with it: 10,000, 100,000 and (with ``--million``) 1,000,000 articles.

``python -m tests.benchmarks.bench_scale [--million] [--sizes 10000,100000] [--keep FOLDER] [--build]`` prints the
tables for docs/benchmarks.md. The articles go through the Recorder in batches, near-duplicates and all;
``--keep`` leaves the databases in a folder and takes them from there the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from sqlite_utils import Database

from crawler.items import (
    Article,
    Contributor,
    ContributorKind,
    Fetch,
    FetchKind,
    Kind,
    Photo,
    Section,
    Source,
)
from crawler.site.urls import article_id
from pipelines.database import open_database, queries, runs
from pipelines.database.search import Ranking, search
from pipelines.originals import find_original
from pipelines.recorder import Recorder
from pipelines.similarity import Text
from pipelines.times import HANOI

from .material import story

SIZES: Final = (10_000, 100_000)
MILLION: Final = 1_000_000
BATCH: Final = 500
SAMPLES: Final = 100
COLD_SAMPLES: Final = 30
PER_DAY: Final = 150
"""Articles a day: what the site publishes."""

FIRST_DAY: Final = datetime(2008, 1, 1, 6, 0, tzinfo=HANOI)
COMMON, PHRASE = "trong", '"cho biết"'
SECTIONS: Final = tuple(Section(name=f"Chuyên mục {n}", id=n, slug=f"chuyen-muc-{n}") for n in range(1, 31))


class Press:
    """Writes articles fast: clauses of the replica's prose in an order of their own, names and numbers.

    Two articles share a clause now and then, as those on one topic do, and hardly ever two in a row.
    """

    def __init__(self, stories: int = 400) -> None:
        told = (story(f"press {n}") for n in range(stories))
        texts = (paragraph for one in told for paragraph in one.paragraphs)
        clauses = (clause.strip(' “”"') for text in texts for clause in re.split(r"[.,:]\s", text))
        self.clauses = sorted({clause for clause in clauses if 3 <= len(clause.split()) <= 10})

    def article(self, number: int) -> Article:
        """The article of a number, always the same: about 350 words in six paragraphs."""
        random = Random(number)
        drawn = random.choices(self.clauses, k=62)
        body = "\n\n".join(f"{', '.join(drawn[8 + at : 17 + at])}." for at in range(0, 54, 9))
        id_ = str(100_000 + number)
        return Article(
            id=id_,
            url=f"https://baotintuc.vn/bai-viet-post{id_}.html",
            kind=Kind.TEXT,
            template="2026",
            headline=f"{', '.join(drawn[:2])} {number}",
            lead=f"{', '.join(drawn[2:7])}, mã số {code(number)}.",
            body=body,
            byline=f"Phóng viên {number % 300} (TTXVN)",
            published_at=FIRST_DAY + timedelta(days=number // PER_DAY, minutes=number % PER_DAY * 6),
            section=SECTIONS[number % len(SECTIONS)],
            photos=(
                Photo(
                    url=f"https://cdnmedia.baotintuc.vn/Upload/x/files/{id_}.jpg",
                    caption=drawn[7],
                    caption_raw=f"{drawn[7]}. Ảnh: TTXVN",
                    credit="TTXVN",
                ),
            ),
            contributors=(
                Contributor(kind=ContributorKind.PERSON, name=f"Phóng viên {number % 300}", agency="TTXVN"),
            ),
            tags=(drawn[9][:30], drawn[10][:30], f"thẻ {number % 500}"),
            sources={"headline": Source.TEMPLATE, "body": Source.TEMPLATE},
        )


def code(number: int) -> str:
    """A word that only this article has."""
    return f"tt{number}x"


@dataclass(slots=True)
class Measured:
    """What one size came to: seconds of each sample by question, bytes by part, articles a second."""

    size: int
    seconds: dict[str, list[float]] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    rates: list[float | None] = field(default_factory=list)


def built(path: Path, press: Press, size: int) -> list[float | None]:
    """The database of a size, taken from where it is kept or written; the rates of :func:`build`."""
    kept = path.with_suffix(".rates.json")
    if not kept.exists():  # written last: a database without it is not whole
        kept.write_text(json.dumps(build(path, press, size)), encoding="utf-8")
    return list(json.loads(kept.read_text(encoding="utf-8")))


def build(path: Path, press: Press, size: int) -> list[float | None]:
    """Write a database of so many articles, or the rest of it where an earlier build was stopped.

    Gives the articles a second of CPU of each tenth of it; None for one that was not built in one go.
    """
    db = open_database(path, create=True)
    now = datetime(2026, 9, 14, tzinfo=HANOI)
    (there,) = db.conn.execute("SELECT count(*) FROM articles").fetchone()
    run_id = runs.start_run(db, "bench", {}, now)
    rates: list[float | None] = []
    with Recorder(db, run_id, batch=BATCH, identify=article_id, clock=lambda: now) as recorder:
        for tenth in range(10):
            first, end = tenth * size // 10, (tenth + 1) * size // 10
            start = time.process_time()
            for number in range(max(first, there), end):
                page = press.article(number)
                fetch = Fetch(kind=FetchKind.FILE, url=page.url, fetched_at=now, status=200, article=page)
                recorder.record(fetch)
            recorder.flush()
            seconds = time.process_time() - start
            rates.append((end - first) / seconds if there <= first else None)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return rates


def measure(path: Path, press: Press, size: int) -> Measured:
    """Ask every question of a database, warm and (near-duplicates) cold."""
    measured = Measured(size)
    with closing(open_database(path, create=False, readonly=True)) as db:
        for name, ask in _questions(db, press, size).items():
            for n in range(5):
                ask(n)
            measured.seconds[name] = [_timed(ask, n) for n in range(SAMPLES)]
        measured.bytes = sizes(db.conn)
    measured.seconds["near-duplicate decision, cold"] = [
        _cold(path, press, size, n) for n in range(COLD_SAMPLES)
    ]
    return measured


def _questions(db: Database, press: Press, size: int) -> dict[str, Callable[[int], object]]:
    step = max(1, size // SAMPLES)
    days = max(1, size // PER_DAY)
    listing = "SELECT * FROM article_list WHERE published_on = ?"

    def day(n: int) -> str:
        return (FIRST_DAY + timedelta(days=n * 7919 % days)).date().isoformat()

    return {
        "lookup of a known id": lambda n: queries.stored_ids(db, [str(100_000 + n * step % size)]),
        "near-duplicate decision, new article": lambda n: _decide(db.conn, press.article(size + n)),
        "near-duplicate decision, copy": lambda n: _decide(db.conn, press.article(n * step % size)),
        "search, common word": lambda n: search(db.conn, COMMON),
        "search, phrase of common words": lambda n: search(db.conn, PHRASE),
        "search, rare word": lambda n: search(db.conn, code(n * step % size)),
        "search, common word, newest first": lambda n: search(db.conn, COMMON, ranking=Ranking.NONE),
        "article_list of one day": lambda n: db.conn.execute(listing, (day(n),)).fetchall(),
    }


def _decide(conn: sqlite3.Connection, page: Article) -> object:
    text = Text(page.headline, page.lead, page.body)
    return find_original(conn, text, content_hash="", published="2099-01-01T00:00:00+07:00")


def _timed(ask: Callable[[int], object], n: int) -> float:
    start = time.perf_counter()
    ask(n)
    return time.perf_counter() - start


def _cold(path: Path, press: Press, size: int, n: int) -> float:
    """A decision through a new connection, the file's pages dropped from the system's cache."""
    page = press.article(size + 1000 + n)
    handle = os.open(path, os.O_RDONLY)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(handle)
    with closing(open_database(path, create=False, readonly=True)) as db:
        return _timed(lambda _: _decide(db.conn, page), n)


def sizes(conn: sqlite3.Connection) -> dict[str, int]:
    """Bytes of the file by part."""
    parts: dict[str, int] = {}
    (page,) = conn.execute("PRAGMA page_size").fetchone()
    # With aggregate, pageno is the number of pages; pgsize overflows at two gigabytes.
    for name, pages in conn.execute("SELECT name, pageno FROM dbstat WHERE aggregate = TRUE"):
        size = pages * page
        part = _PARTS.get(name) or ("full-text index" if name.startswith("articles_fts_") else "all else")
        if name.startswith("articles_by") or name in ("articles_due", "sqlite_autoindex_articles_1"):
            part = "indexes of articles"
        parts[part] = parts.get(part, 0) + size
    return dict(sorted(parts.items(), key=lambda part: -part[1]))


_PARTS: Final = {"articles": "articles", "shingle_bands": "index of near-duplicates"}


def table(all_measured: Sequence[Measured]) -> str:
    """Median and 95th percentile of every question at every size, and how the median grew."""
    heads = " | ".join(f"{m.size:,}" for m in all_measured)
    lines = [
        f"Milliseconds, median / 95th percentile, at so many articles ({SAMPLES} samples each):\n",
        f"| question | {heads} | growth |",
        "|---|" + "--:|" * (len(all_measured) + 1),
    ]
    for name in all_measured[0].seconds:
        cells = [_cell(m.seconds[name]) for m in all_measured]
        growth = median(all_measured[-1].seconds[name]) / median(all_measured[0].seconds[name])
        lines.append(f"| {name} | {' | '.join(cells)} | {growth:.1f} |")
    lines.append(
        f"| built, articles a second of CPU, tenth by tenth | {' | '.join(map(_rates, all_measured))} | |"
    )
    return "\n".join(lines)


def _cell(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return f"{median(ordered) * 1000:.2f} / {ordered[int(0.95 * (len(ordered) - 1))] * 1000:.2f}"


def _rates(measured: Measured) -> str:
    return " → ".join("?" if rate is None else f"{rate:,.0f}" for rate in measured.rates)


def size_table(measured: Measured) -> str:
    """Which part of the file takes how much of it."""
    whole = sum(measured.bytes.values())
    lines = [
        f"\nThe file of {measured.size:,} articles is {whole / 1e6:,.0f} MB, {whole / measured.size:,.0f} bytes an article:\n",
        "| part | bytes an article | share |",
        "|---|--:|--:|",
    ]
    for name, size in measured.bytes.items():
        lines.append(f"| {name} | {size / measured.size:,.0f} | {size / whole:.1%} |")
    return "\n".join(lines)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with TemporaryDirectory() as folder:
        yield Path(folder)


def main() -> None:
    """Build and measure every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--build", action="store_true", help="only build what --keep lacks; measure later")
    options = parser.parse_args()
    wanted = [int(size) for size in options.sizes.split(",")] + [MILLION] * options.million
    press, found = Press(), []
    with _folder(options.keep) as folder:
        for size in wanted:
            path = folder / f"{size}.db"
            rates = built(path, press, size)
            if options.build:
                continue
            found.append(measure(path, press, size))
            found[-1].rates = rates
    if not found:
        return
    print(table(found))
    print(size_table(found[-1]))


if __name__ == "__main__":
    main()
