"""What storing costs: ingest in batches against raw ``executemany`` of the very same rows.

    python -m tests.benchmarks.bench_store [--articles N] [--rounds N]

The reference writes every row that the pipelines wrote (bands and ledger included) into the same
tables, with the same triggers and indexes, in as many transactions: a page of an index is written once for
each transaction that changes it, which is the price of batches and not of the pipelines. The same rows in
one single transaction are told beside it. What is measured is CPU time, the
system's share of writing included: neither waits for anything (in WAL mode with synchronous = NORMAL no
commit waits for the disk), and what else the machine does counts least so. Rounds alternate between the
two, and the least of each counts: what disturbs a round only ever adds to it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from sqlite_utils import Database

from crawler.items import Article, Contributor, ContributorKind, Fetch, FetchKind, Photo, Section
from crawler.site.urls import article_id
from pipelines.database import open_database, runs
from pipelines.recorder import Recorder
from tests.benchmarks.material import as_article, story

FLOOR: Final = 0.3
AIM: Final = 0.4
BATCH: Final = 200
NOW: Final = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SECTIONS: Final = (
    Section(name="Thời sự", id=472, slug="thoi-su"),
    Section(name="Kinh tế", id=128, slug="kinh-te"),
    Section(name="Thị trường", id=145, slug="thi-truong", parent_id=128),
    Section(name="Xã hội", id=129, slug="xa-hoi"),
)
TAGS: Final = ("Bến Tre", "giá vàng", "giao thông", "du lịch", "lũ lụt", "xuất khẩu", "bóng đá", "giáo dục")
TABLES: Final = (
    *("runs", "run_counts", "sections", "articles", "identities", "aliases", "photos", "videos"),
    *("contributors", "tags", "article_tags", "related", "superseded", "copies", "fetches", "frontier"),
    "shingle_bands",
)


def dressed(number: int) -> Article:
    """A benchmark story with what a real page has around it: photos, signatures, tags, links."""
    random = Random(f"dressed {number}")
    at = NOW - timedelta(minutes=7 * number)
    bare = as_article(story(number), 800_000 + number, published_at=at, section=random.choice(SECTIONS))
    photos = tuple(
        Photo(
            url=f"https://cdnmedia.baotintuc.vn/Upload/x/files/2026/11/anh-{number}-{n}.jpg",
            caption=f"Quang cảnh buổi làm việc thứ {n} ở địa phương số {number}.",
            credit="Linh Sơn/TTXVN",
            caption_raw=f"Quang cảnh buổi làm việc thứ {n} ở địa phương số {number}. Ảnh: Linh Sơn/TTXVN",
            paragraph=n,
        )
        for n in range(random.randint(1, 4))
    )
    signed = Contributor(kind=ContributorKind.PERSON, name=f"Linh Sơn {number % 40}", agency="TTXVN")
    links = tuple(f"https://baotintuc.vn/bai-viet-post{800_000 + number + n}.html" for n in range(1, 6))
    tags = tuple(random.sample(TAGS, 4))
    return replace(bare, photos=photos, contributors=(signed,), tags=tags, related=links)


def fetches(articles: list[Article]) -> list[Fetch]:
    """A fetch for each article, as a crawl would bring it."""
    return [
        Fetch(
            kind=FetchKind.ARTICLE, url=article.url, fetched_at=NOW, status=200, bytes=90_000, article=article
        )
        for article in articles
    ]


def store(path: Path, articles: list[Article], batch: int) -> float:
    """CPU seconds to record the articles in a new database."""
    db = open_database(path, create=True)
    run_id = runs.start_run(db, "bench", {}, NOW)
    todo = fetches(articles)
    start = time.process_time()
    with Recorder(db, run_id, batch=batch, identify=article_id, clock=lambda: NOW) as recorder:
        for fetch in todo:
            recorder.record(fetch)
    seconds = time.process_time() - start
    db.close()
    return seconds


Rows = list[tuple[object, ...]]
Statements = list[tuple[str, Rows]]


def dumped(path: Path) -> Statements:
    """Every row of a database, as (insert statement, rows), parents first."""
    db = open_database(path, create=False, readonly=True)
    found = []
    for table in TABLES:
        columns = [row[1] for row in db.conn.execute(f"PRAGMA table_info({table})")]
        rows = db.conn.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
        marks = ", ".join("?" * len(columns))
        found.append((f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows))
    db.close()
    return found


def in_batches(statements: Statements, size: int) -> list[Statements]:
    """The same rows, cut into transactions of so many articles; a row goes with the last article it names."""
    place = dict[object, int]()
    for sql, rows in statements:
        if _table(sql) == "articles":
            place = {name: at // size for at, row in enumerate(rows) for name in row[:2]}  # key and id
    batches: list[Statements] = [[] for _ in range(max(place.values()) + 1)]
    for sql, rows in statements:
        names = [at for at, column in enumerate(_columns(sql)) if column in _NAMES_ARTICLE]
        cut: list[Rows] = [[] for _ in batches]
        for row in rows:
            cut[max((place.get(row[at], 0) for at in names), default=0)].append(row)
        for batch, part in zip(batches, cut, strict=True):
            batch.append((sql, part))
    return batches


_NAMES_ARTICLE: Final = ("key", "article_key", "article_id", "duplicate_of", "related_id")


def _table(sql: str) -> str:
    return sql.split()[2]


def _columns(sql: str) -> list[str]:
    return sql[sql.index("(") + 1 : sql.index(")")].split(", ")


def raw(path: Path, batches: list[Statements]) -> float:
    """CPU seconds to write the same rows with nothing but ``executemany``, a transaction a batch."""
    db: Database = open_database(path, create=True)
    start = time.process_time()
    for statements in batches:
        db.conn.execute("BEGIN IMMEDIATE")
        db.conn.execute("PRAGMA defer_foreign_keys = ON")
        for sql, rows in statements:
            db.conn.executemany(sql, rows)
        db.conn.execute("COMMIT")
    seconds = time.process_time() - start
    db.close()
    return seconds


def measure(articles: list[Article], rounds: int) -> dict[str, float]:
    """CPU milliseconds an article (the least of the rounds) of raw rows, ingest and live, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        new = _numbered(Path(folder))
        sample = new()
        store(sample, articles, BATCH)
        rows = dumped(sample)
        ways = {
            "at once": lambda: raw(new(), [rows]),
            "raw": lambda: raw(new(), batches),
            "ingest": lambda: store(new(), articles, BATCH),
            "live": lambda: store(new(), articles, 1),
        }
        batches = in_batches(rows, BATCH)
        times = [{name: way() for name, way in ways.items()} for _ in range(rounds)]
    least = {name: min(one[name] for one in times) * 1000 / len(articles) for name in ways}
    return {**least, "ratio": least["raw"] / least["ingest"]}


def _numbered(folder: Path) -> Callable[[], Path]:
    numbers = iter(range(1_000_000))
    return lambda: folder / f"{next(numbers)}.db"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    found = measure([dressed(number) for number in range(options.articles)], options.rounds)
    print(f"| storing {options.articles} articles | CPU ms an article | ratio to raw rows |")
    print("|---|--:|--:|")
    print(f"| raw `executemany` of the same rows, batches of {BATCH} | {found['raw']:.2f} | 1 |")
    print(f"| the same in one transaction | {found['at once']:.2f} | |")
    print(
        f"| ingest, batches of {BATCH} | {found['ingest']:.2f} | {found['ratio']:.2f} (floor {FLOOR}, aim {AIM}) |"
    )
    print(f"| live, one transaction an article | {found['live']:.2f} | {found['raw'] / found['live']:.2f} |")
    if found["ratio"] < FLOOR:
        sys.exit(f"ingest is under {FLOOR} of raw rows")


if __name__ == "__main__":
    main()
