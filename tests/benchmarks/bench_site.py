"""What a site costs to keep up with: requests, over runs and over a simulated day.

    python -m tests.benchmarks.bench_site [--articles N] [--runs N]

A site of 2,000 articles in 20 sections, and a clock that is told. The first run must store all of it; a
second one with nothing new ask for lists alone, each once, and write no article; a third one find exactly
what came, changed, went and moved meanwhile; a fourth one, half a day later, when every list is due, again
ask for each of them once. Then a day of ten-minute runs at a newsroom's pace: requests for each new article
beyond the feeds, looks at stored articles left out (``recheck=0``) and, beside it, with them.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from tests.replica import Replica
from tests.torture.week import A_DAY, START, Week

AIM: Final = 1.5
"""Requests for each new article beyond the feeds, at most."""

SITE_A_DAY: Final = 300
"""Articles a day, as on the site."""

HOSTS: Final = 2
"""The site and its API: each has a robots.txt of its own."""

STANDING: Final = ("-a", "recheck=0")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what it was to do, its requests, what it wrote of articles, and what was wrong with it."""

    name: str
    requests: int
    written: str
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return f"| {self.name} | {self.requests:,} | {self.written} | {'; '.join(self.faults) or 'yes'} |"


class Site:
    """A replica and the record that runs make of it, each run at a time of day that is told."""

    def __init__(self, folder: Path, replica: Replica):
        self.replica = replica
        self.week = Week(folder, replica, seed=3)

    def crawl(self, *args: str) -> Iterator[str]:
        """One run, its requests in an empty log; gives what was wrong with how it ended."""
        self.replica.clear_log()
        code = self.week.command("crawl", "baotintuc", *args)["code"]
        if code:
            yield f"ended with {code}"

    def ids(self, sql: str) -> set[str]:
        """The ids that a query gives."""
        return {row[0] for row in self.week.place.rows(sql)}

    def articles(self) -> list[tuple[Any, ...]]:
        """Every row of the articles as it is."""
        return [tuple(row) for row in self.week.place.rows("SELECT * FROM articles ORDER BY key")]

    def asked_again(self) -> Iterator[str]:
        """What was asked for more often than once."""
        for target, number in self.replica.hits.items():
            if number > (HOSTS if target == "/robots.txt" else 1):
                yield f"{target} asked for {number} times"


def four_runs(articles: int, sections: int = 20) -> Iterator[Run]:
    """The runs one after another, on a site of so many articles."""
    days = math.ceil(articles / SITE_A_DAY)
    with (
        tempfile.TemporaryDirectory() as folder,
        Replica(seed=91, articles=articles, sections=sections, now=START, days=days) as replica,
    ):
        site = Site(Path(folder), replica)
        with site.week.running():
            yield first(site, "-s", f"TINTUC_FIRST_DAYS={days + 1}")
            replica.advance(timedelta(minutes=10))
            yield nothing_new(site, "second, nothing new")
            replica.advance(timedelta(hours=1))
            yield changed(site)
            replica.advance(timedelta(hours=13))
            yield nothing_new(site, "fourth, nothing new, every list due")


def first(site: Site, *args: str) -> Run:
    """Everything that is published is stored, and no page is asked for twice."""
    faults = [*site.crawl(*STANDING, *args), *site.asked_again()]
    stored = site.ids("SELECT id FROM articles")
    published = {article.id for article in site.replica.articles}
    if stored != published:
        faults.append(f"{len(published - stored)} of {len(published)} articles are missing")
    return Run("first", len(site.replica.requests), f"{len(stored):,} new", tuple(faults))


def nothing_new(site: Site, name: str) -> Run:
    """Lists alone are asked for, each once, and no article is written."""
    before = site.articles()
    faults = [*site.crawl(*STANDING), *site.asked_again()]
    asked = {request.path for request in site.replica.requests}
    pages = asked & {article.path for article in site.replica.articles}
    if pages:
        faults.append(f"{len(pages)} pages of articles asked for")
    written = len(set(site.articles()) ^ set(before))
    if written:
        faults.append(f"{written} rows of articles written")
    return Run(name, len(site.replica.requests), "none" if not written else str(written), tuple(faults))


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of what came, changed and went; of what moved, the old id and the new one."""

    new: set[str]
    edited: set[str]
    withdrawn: set[str]
    moved: set[tuple[str, str]]


def make_changes(replica: Replica) -> Changes:
    """10 new, 5 edited, 2 withdrawn and 3 moved articles; all but the new ones so young when they were
    stored that they are due an hour later."""
    young = [article for article in replica.articles if article.published_at > START - timedelta(hours=5)]
    moving = [article for article in young if article.template == "2021"][:3]
    staying = [article for article in young if article not in moving]
    for article in staying[:5]:
        replica.edit(article.id)
    for article in staying[5:7]:
        replica.withdraw(article.id)
    return Changes(
        new={article.id for article in replica.publish(10)},
        edited={article.id for article in staying[:5]},
        withdrawn={article.id for article in staying[5:7]},
        moved={(article.id, replica.move(article.id).id) for article in moving},
    )


def found(site: Site, before: set[str]) -> Changes:
    """The same as the record tells it; ``before``: the ids that were stored."""
    changed = site.ids("SELECT article_id FROM revisions WHERE cause = 'site'")
    pairs = site.week.place.rows("SELECT article_id, id FROM identities WHERE id <> article_id")
    return Changes(
        new=site.ids("SELECT id FROM articles") - before,
        edited=changed,
        withdrawn=site.ids("SELECT id FROM articles WHERE withdrawn_at IS NOT NULL"),
        moved={(row[0], row[1]) for row in pairs},
    )


def changed(site: Site) -> Run:
    """The third run finds exactly what is new, edited, withdrawn and moved."""
    before = site.ids("SELECT id FROM articles")
    made = make_changes(site.replica)
    faults = [*site.crawl()]
    told = found(site, before)
    faults += [
        f"{name}: {sorted(getattr(told, name))} instead of {sorted(getattr(made, name))}"
        for name in Changes.__slots__
        if getattr(told, name) != getattr(made, name)
    ]
    figures = ", ".join(f"{len(getattr(told, name))} {name}" for name in Changes.__slots__)
    return Run("third, after changes", len(site.replica.requests), figures, tuple(faults))


def is_feed(path: str) -> bool:
    """Whether a path is a feed, or a page that names feeds."""
    return path.endswith(".rss") or path.startswith("/rss.htm")


def day(runs: int, recheck: tuple[str, ...]) -> tuple[int, int, int]:
    """New articles, requests beyond the feeds, and feeds, of a simulated day that follows a first run."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Replica(seed=92, articles=600, now=START, days=2) as replica,
    ):
        site = Site(Path(folder), replica)
        with site.week.running():
            assert not list(site.crawl(*STANDING))
            before = len(site.articles())
            paths = []
            for _ in range(runs):
                site.week.pass_time()
                assert not list(site.crawl(*recheck))
                paths += [request.path for request in replica.requests]
            new = len(site.articles()) - before
    return new, sum(not is_feed(path) for path in paths), sum(map(is_feed, paths))


def show_runs(articles: int) -> bool:
    """Print the table of the four runs; whether all was as it should be."""
    print("| run | requests | articles written | as it should be |\n|---|--:|---|---|")
    well = True
    for run in four_runs(articles):
        print(run, flush=True)
        well = well and not run.faults
    return well


def show_day(runs: int) -> bool:
    """Print the table of the simulated day; whether the aim is reached."""
    print("\n| a simulated day | new articles | requests beyond the feeds | for each new article | feeds |")
    print("|---|--:|--:|--:|--:|")
    ratios = []
    for name, recheck in ((f"without looking again (at most {AIM})", STANDING), ("as scheduled", ())):
        new, beyond, feeds = day(runs, recheck)
        ratios.append(beyond / max(1, new))
        print(f"| {name} | {new:,} | {beyond:,} | {ratios[-1]:.2f} | {feeds:,} |", flush=True)
    return ratios[0] <= AIM


def main() -> int:
    """Print both tables; 1 where something is not as it should be, or the aim is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=A_DAY)
    given = parser.parse_args()
    well = show_runs(given.articles)
    return int(not (show_day(given.runs) and well))


if __name__ == "__main__":
    sys.exit(main())
