"""Ingests of saved pages killed at random moments and started again: nothing lost, nothing doubled.

    python -m tests.torture.ingests [--kills N] [--articles N]

Each round is ``scrapy ingest`` of a folder of pages, ``kill -9`` at a random moment between its first
row and its last. The file is then opened as the next run would: it is whole, and so is each article in
it. Once all are stored one ingest goes through, ``verify`` finds nothing, and a new file is begun.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Final

from tests.replica import Replica, ReplicaArticle
from tests.running import ROOT, Place
from tests.torture.looking import look, news_twice

TICK: Final = 0.01
"""Seconds between two looks whether an ingest has begun to write."""


class Ingests:
    """Ingests of one folder of pages, into one file after the other."""

    def __init__(self, folder: Path, articles: list[ReplicaArticle], seed: int):
        self._folder, self._articles = folder, articles
        self._random = Random(seed)
        self._files = 0
        self.place = self._another()
        self._longest = self._through()
        self.place = self._another()

    def kills(self, number: int) -> Iterator[int]:
        """Kill so many ingests; gives how many articles are stored after each."""
        while number:
            if self._kill():
                number -= 1
                yield look(self.place, self._articles)
            if self._stored() == len(self._articles):
                self.finish()

    def finish(self) -> None:
        """One ingest that goes through: all are stored once. What is killed next has a file of its own."""
        self._through()
        assert look(self.place, self._articles) == len(self._articles), "lost"
        assert news_twice(self.place) == 0, "doubled"
        assert self.place.scrapy("verify").code == 0
        self.place = self._another()

    def _another(self) -> Place:
        self._files += 1
        place = Place(self._folder / str(self._files))
        place.folder.mkdir()
        return place

    def _through(self) -> float:
        """Seconds from the first row to the end of an ingest that nobody kills."""
        with self._writing() as process:
            begun = time.monotonic()
            assert process.wait() == 0
            return time.monotonic() - begun

    def _kill(self) -> bool:
        """Whether the ingest was still running when its kill came."""
        with self._writing() as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(self._random.uniform(0, self._longest))
            process.kill()
            return process.wait() < 0

    @contextmanager
    def _writing(self) -> Iterator[subprocess.Popen[bytes]]:
        """An ingest that has begun to write."""
        runs = self._runs()
        command = self.place.command("ingest", self._folder / "pages")
        quiet = subprocess.DEVNULL
        with subprocess.Popen(
            command, cwd=ROOT, env=self.place.environment(), stdout=quiet, stderr=quiet
        ) as process:
            while self._runs() == runs and process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(TICK)
            yield process

    def _runs(self) -> int:
        with suppress(sqlite3.OperationalError):  # no file yet, or no table in it
            return int(self.place.one("SELECT count(*) FROM runs")) if self.place.database.exists() else 0
        return 0

    def _stored(self) -> int:
        return int(self.place.one("SELECT count(*) FROM articles"))


def torture(folder: Path, kills: int, articles: int, seed: int) -> list[int]:
    """Kill so many ingests of a folder of pages; gives how many articles were stored after each."""
    (folder / "pages").mkdir()
    with Replica(seed=seed, articles=articles, sections=4) as site:
        for article in site.articles:
            page = site.page(article.path).body
            (folder / "pages" / f"{article.id}.html").write_bytes(page)
        known = list(site.articles)
    ingests = Ingests(folder, known, seed)
    counts = list(ingests.kills(kills))
    ingests.finish()
    return counts


def main() -> None:
    """Kill many ingests and say what was there after each; an assertion fails where anything is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--articles", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts = torture(Path(folder), given.kills, given.articles, given.seed)
    print(f"{len(counts)} ingests killed, every file whole, none lost, none doubled")
    print(f"stored after each kill: {', '.join(map(str, counts))}")


if __name__ == "__main__":
    main()
