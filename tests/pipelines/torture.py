"""Kill the recording process with ``kill -9`` at random moments, and look at what it left.

    python -m tests.pipelines.torture --kills 200

Each time the file is opened again: integrity, foreign keys, the full-text index and the counters
hold, and every article is there whole or not at all. At the end one run goes through undisturbed:
nothing is lost, nothing is there twice. The suite does the same with a few kills.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from crawler.items import Article
from crawler.site.urls import article_id
from pipelines.database import open_database, queries, runs
from pipelines.recorder import Recorder
from tests.pipelines.factory import NOON, article, copy_of, feed, fetch, index_in_step, moved, sound

EVENING: Final = NOON + timedelta(hours=6)
"""When the story is recorded: after all that happens in it."""

ARTICLES: Final = 400
BATCHES: Final = (1, 7, 50)
LONGEST: Final = 0.4
"""Seconds within which a child is killed, counted from its first write: long enough for some hundred."""


def edited(n: int) -> Article:
    """What every third article reads an hour later."""
    return article(n, headline=f"Tít sửa của bài số {n}", tags=("đã sửa",))


def play(path: Path, batch: int, articles: int) -> None:
    """Record the whole story, from where the file says it stopped; tells when it begins to write."""
    db = open_database(path, create=True)
    run_id = runs.start_run(db, "torture", {"batch": batch}, NOON)
    print("writing", flush=True)
    with Recorder(db, run_id, batch=batch, identify=article_id, clock=lambda: EVENING) as recorder:
        for n in range(1, articles + 1):
            if not done(db, n):
                tell(recorder, n)
    db.close()


def done(db: Database, n: int) -> bool:
    """Whether all that is to be told of article ``n`` is in the file."""
    row = db.conn.execute("SELECT template, revision FROM articles WHERE id = ?", (article(n).id,)).fetchone()
    return row is not None and row == ("2026" if n % 5 == 0 else "2021", revisions_of(n) + 1)


def revisions_of(n: int) -> int:
    """How many texts of article ``n`` are superseded in the end."""
    return (n % 3 == 0) + (n % 7 == 0)


def tell(recorder: Recorder, n: int) -> None:
    """All that happens to article ``n``: found, perhaps copied, stored, perhaps edited, perhaps moved."""
    recorder.record(feed(article(n).url, article(n + 1).url))
    if n % 7 == 0:
        recorder.record(fetch(copy_of(n)))
    recorder.record(fetch(article(n)))
    if n % 3 == 0:
        recorder.record(fetch(edited(n), hours=1))
    if n % 5 == 0:
        last = edited(n) if n % 3 == 0 else article(n)
        there = moved(n, headline=last.headline, tags=last.tags)
        recorder.record(fetch(there, hours=2, url=article(n).url, aliases=(there.url,)))


def check(path: Path) -> int:
    """Open the file as the next run would and assert that it is whole; gives how many articles it has."""
    db = open_database(path, create=True)
    sound(db)
    index_in_step(db)
    halves = db.conn.execute(
        "SELECT a.id FROM articles a WHERE a.template <> 'copy' AND ("
        " (SELECT count(*) FROM photos WHERE article_id = a.id) <> 1"
        " OR (SELECT count(*) FROM contributors WHERE article_id = a.id) <> 1"
        " OR (SELECT count(*) FROM article_tags WHERE article_id = a.id) NOT IN (1, 2)"
        " OR NOT EXISTS (SELECT 1 FROM shingle_bands WHERE article_key = a.key)"
        " OR NOT EXISTS (SELECT 1 FROM fetches WHERE article_id = a.id AND outcome IN ('new', 'updated', 'duplicate'))"
        " OR EXISTS (SELECT 1 FROM frontier WHERE article_id = a.id))"
    ).fetchall()
    assert halves == [], f"not whole: {halves}"
    (count,) = db.conn.execute("SELECT count(*) FROM articles").fetchone()
    db.close()
    return int(count)


def complete(path: Path, articles: int) -> None:
    """Assert that the file holds the whole story, each article once."""
    db = open_database(path, create=False)
    ids = [article(n).id for n in range(1, articles + 1)]
    assert queries.stored_ids(db, ids) == set(ids), "lost"
    assert db.conn.execute("SELECT count(*) FROM articles").fetchone() == (articles,), "doubled"
    (kept,) = db.conn.execute("SELECT count(*) FROM revisions").fetchone()
    assert kept == sum(revisions_of(n) for n in range(1, articles + 1)), "revisions"
    assert [row.url for row in queries.frontier_due(db, EVENING, 10)] == [article(articles + 1).url]
    db.close()


def kill_once(path: Path, batch: int, seconds: float, articles: int) -> bool:
    """Start a child, kill it so many seconds after its first write; whether it was still writing."""
    command = [sys.executable, "-m", "tests.pipelines.torture", "--child", str(path), "--batch", str(batch)]
    with subprocess.Popen(
        [*command, "--articles", str(articles)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "writing\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        alive = child.poll() is None
        child.kill()
    return alive


def torture(folder: Path, kills: int, seed: int, articles: int = ARTICLES) -> list[int]:
    """Kill so many times, beginning a new file whenever one is complete; gives what was there each time."""
    dice = random.Random(seed)
    counts: list[int] = []
    number = 0
    while len(counts) < kills:
        path = folder / f"{number}.db"
        if kill_once(path, dice.choice(BATCHES), dice.uniform(0, LONGEST), articles):
            counts.append(check(path))
        else:
            complete(path, articles)
            number += 1
    play(folder / f"{number}.db", 1, articles)
    check(folder / f"{number}.db")
    complete(folder / f"{number}.db", articles)
    return counts


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--batch", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        play(options.child, options.batch, options.articles)
        return
    with tempfile.TemporaryDirectory() as folder:
        counts = torture(Path(folder), options.kills, options.seed, options.articles)
    print(f"{len(counts)} kills, every file whole; articles found after each: {min(counts)} to {max(counts)}")


if __name__ == "__main__":
    main()
