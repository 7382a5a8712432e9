"""Crawls killed at random moments and started again: nothing lost, nothing doubled.

    python -m tests.torture.kills [--kills N] [--articles N]

Each round is a whole crawl of a site, ``kill -9`` after a random number of its requests, until one
goes through. A stored article's page must never be asked for again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.replica import Replica
from tests.running import QUICK, ROOT, Place
from tests.watching import WatchedReplica


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it all: ``asked_again`` are requests for pages of articles stored before."""

    kills: int
    articles: int
    stored: int
    doubled: int
    asked_again: int
    sound: bool

    @property
    def is_well(self) -> bool:
        """Whether nothing was lost, doubled, or fetched without need."""
        return self.stored == self.articles and not self.doubled and not self.asked_again and self.sound


def torture(folder: Path, kills: int, articles: int, seed: int) -> Outcome:
    """Crawl a site of ``articles``, killing the first ``kills`` runs."""
    random, place = Random(seed), Place(folder)
    asked_again = 0
    with WatchedReplica(seed=seed, articles=articles, sections=max(2, articles // 50)) as site:
        for _ in range(kills):
            asked_again += _killed(
                site, place, after=random.randint(1, max(2, 2 * articles // max(1, kills)))
            )
        asked_again += _asked_again(site, place, lambda: place.crawl(site.origin, "-a", "recheck=0"))
        expected = {article.id for article in site.articles}
    ids = [row["id"] for row in place.rows("SELECT id FROM articles")]
    sound = place.one("PRAGMA integrity_check") == "ok" and not place.rows("PRAGMA foreign_key_check")
    return Outcome(kills, articles, len(expected & set(ids)), len(ids) - len(set(ids)), asked_again, sound)


def _killed(site: WatchedReplica, place: Place, after: int) -> int:
    def run() -> None:
        command = place.command("crawl", "baotintuc", "-a", "recheck=0", **QUICK)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, cwd=ROOT, env=place.environment(site.origin), **quiet) as process:
            site.wait_for_requests(after, until=lambda: process.poll() is not None)
            process.kill()

    return _asked_again(site, place, run)


def _asked_again(site: Replica, place: Place, run: object) -> int:
    """Run a crawl; answers how many pages it asked for whose articles were stored before it."""
    before = set()
    if place.database.exists():
        before = {row["id"] for row in place.rows("SELECT id FROM articles")}
    paths = {article.path for article in site.articles if article.id in before}
    site.clear_log()
    run()  # type: ignore[operator]
    return sum(request.path in paths for request in site.requests)


def main() -> int:
    """Kill many crawls and print what came of it; 1 where anything was lost or doubled."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = torture(Path(folder), given.kills, given.articles, given.seed)
    print(
        "| crawls killed | articles | stored | doubled | stored pages asked again | sound |\n|---|---|---|---|---|---|"
    )
    print(
        f"| {outcome.kills} | {outcome.articles} | {outcome.stored} | {outcome.doubled}"
        f" | {outcome.asked_again} | {'yes' if outcome.sound else 'NO'} |"
    )
    return int(not outcome.is_well)


if __name__ == "__main__":
    sys.exit(main())
