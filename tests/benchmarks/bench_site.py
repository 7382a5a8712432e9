"""What a site costs to keep up with: requests, over runs and over a simulated day.

    python -m tests.benchmarks.bench_site [--articles N] [--runs N]

A site of 2,000 articles in 20 sections: the first run must find all of it, a second one with nothing
new ask for lists alone. Then a day of ten-minute runs at a newsroom's pace, with a clock of its own:
requests for each new article beyond the feeds, looks at stored articles left out (``recheck=0``) and, beside
it, with them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.replica import Replica
from tests.running import Place
from tests.torture.week import A_DAY, START, Week

AIM = 1.5


def is_feed(path: str) -> bool:
    """Whether a path is a feed, or a page that names feeds."""
    return path.endswith(".rss") or path.startswith("/rss.htm")


def first_runs(articles: int) -> list[tuple[str, int, int, str]]:
    """Name, requests, articles written and whether it is as it should be, of the first two runs."""
    with tempfile.TemporaryDirectory() as folder, Replica(seed=91, articles=articles, sections=20) as site:
        place = Place(Path(folder))
        rows = []
        for name in ("first run", "second run, nothing new"):
            site.clear_log()
            before = place.one("SELECT count(*) FROM articles") if place.database.exists() else 0
            place.crawl(site.origin, "-a", "recheck=0", timeout=600)
            written = place.one("SELECT count(*) FROM articles") - before
            hits = {path: number for path, number in site.hits.items() if path != "/robots.txt"}  # one a host
            once = max(hits.values()) == 1
            rows.append((name, len(site.requests), written, "each URL once" if once else "SOME URL TWICE"))
    return rows


def day(runs: int, recheck: str) -> tuple[int, int, int]:
    """New articles, requests beyond the feeds, and feeds, of a simulated day that follows a first run."""
    with tempfile.TemporaryDirectory() as folder, Replica(seed=92, articles=600, now=START, days=2) as site:
        week = Week(Path(folder), site, seed=3)
        with week.running():
            week.command("crawl", "baotintuc", "-a", "recheck=0")
            site.clear_log()
            before = week.place.one("SELECT count(*) FROM articles")
            for _ in range(runs):
                week.pass_time()
                week.command("crawl", "baotintuc", *recheck.split())
            new = week.place.one("SELECT count(*) FROM articles") - before
        paths = [request.path for request in site.requests]
    return new, sum(not is_feed(path) for path in paths), sum(map(is_feed, paths))


def main() -> int:
    """Print both tables; 1 where the aim is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=A_DAY)
    given = parser.parse_args()
    print("| | requests | articles written | |\n|---|--:|--:|---|")
    for name, requests, written, once in first_runs(given.articles):
        print(f"| {name} | {requests:,} | {written:,} | {once} |")
    print("\n| a simulated day | new articles | requests beyond the feeds | for each new article | feeds |")
    print("|---|--:|--:|--:|--:|")
    ratios = {}
    for name, recheck in (("without looking again", "-a recheck=0"), ("as scheduled", "")):
        new, beyond, feeds = day(given.runs, recheck)
        ratios[name] = beyond / max(1, new)
        print(f"| {name} | {new:,} | {beyond:,} | {ratios[name]:.2f} | {feeds:,} |")
    return int(ratios["without looking again"] > AIM)


if __name__ == "__main__":
    sys.exit(main())
