"""A week of ten-minute runs against the replica, with a fake clock: 1,008 runs in some minutes.

    python -m tests.torture.week --runs 1008

The site publishes 300 articles a day as a newsroom does, edits some and withdraws a few. Printed day
by day: what came, what a run took, how large the files are. At the end nothing may be missing, nothing
doubled, no run unhealthy, and no run may take more time or memory, no article more room, than those before it.
The last line is the verdict, and the exit code is 1 where it is not OK.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from tests.replica import Replica
from tests.replica.newsroom import HANOI
from tests.running import QUICK, ROOT, Place

START: Final = datetime(2026, 11, 16, 0, 0, tzinfo=HANOI)
"""A Monday, midnight in Hanoi."""

STEP: Final = timedelta(minutes=10)
A_DAY: Final = 144
WEEK: Final = 7 * A_DAY
BY_DAY: Final = 18.0
BY_NIGHT: Final = 1.5
"""Articles an hour, from six to ten in the evening and in the other hours: 300 a day."""

LEDGER_DAYS: Final = 2
"""Instead of 30, so that most of the week's runs roll up what is old."""

MORE_MEMORY: Final = 1.15
MORE_TIME: Final = 1.3
MORE_WORK: Final = 1.5
MORE_ROOM: Final = 1.3
"""What the last whole day may take of the second one's: peak memory of a run; CPU time of a run, and of a
fetch (the machine's other work is in both); room on the disk for each new article. The database is more than
three times as large by then, so whatever grows with it stands out. The first day is left out: its first
run fetches what there is. Health looks back on four weeks of runs and eight of articles, so a first week may
grow by a few megabytes, and no later one."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to, and what it took."""

    code: int
    seconds: float
    cpu: float
    memory: float
    fetches: int
    new: int
    again: int
    verdict: str


@dataclass(slots=True)
class Day:
    """The runs of a day; at its end the files' sizes and what they grew by (MB), how many files the archive
    and how many rows the ledger has."""

    runs: list[Run] = field(default_factory=list)
    database: float = 0.0
    archive: float = 0.0
    database_grew: float = 0.0
    archive_grew: float = 0.0
    files: int = 0
    ledger: int = 0

    @property
    def new(self) -> int:
        """Articles that came."""
        return sum(run.new for run in self.runs)

    @property
    def cpu(self) -> float:
        """CPU time of a run, seconds: the lower quartile, since other work of the machine only adds to it."""
        return sorted(run.cpu for run in self.runs)[len(self.runs) // 4]

    @property
    def memory(self) -> float:
        """Median of the runs' peak memory, MB."""
        return median(run.memory for run in self.runs)

    @property
    def work(self) -> float:
        """Median of the runs' CPU time for each fetch, milliseconds."""
        return 1000 * median(run.cpu / max(run.fetches, 1) for run in self.runs)


class Week:
    """One simulation: the site, the record, and what runs the crawls."""

    def __init__(self, folder: Path, replica: Replica, seed: int):
        self.place = Place(folder)
        self.replica = replica
        self._dice = random.Random(seed)
        self._due = 0.0
        self._runner: subprocess.Popen[str] | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have the runner at hand."""
        ours = {"TINTUC_HEALTH_DISK_WARN_MB": "0", "TINTUC_HEALTH_DISK_FAIL_MB": "0"}
        ours["TINTUC_LEDGER_DAYS"] = str(LEDGER_DAYS)
        environment = self.place.environment(self.replica.origin) | ours
        command = [sys.executable, "-m", "tests.torture.runner", str(self.log)]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as self._runner:
            yield
            assert self._runner.stdin
            self._runner.stdin.close()

    @property
    def log(self) -> Path:
        """What the runs printed."""
        return self.place.folder / "runs.log"

    def command(self, *args: str) -> dict[str, Any]:
        """Run a command at the site's present."""
        assert self._runner and self._runner.stdin and self._runner.stdout
        settings = [part for name, value in QUICK.items() for part in ("-s", f"{name}={value}")]
        order = {"now": self.replica.now.isoformat(), "args": [*args, *settings]}
        print(json.dumps(order), file=self._runner.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._runner.stdout.readline())
        return answer

    def crawl(self) -> Run:
        """One run, and what the ledger says of it."""
        took = self.command("crawl", "baotintuc")
        row = self.place.rows("SELECT id, verdict FROM runs ORDER BY id DESC LIMIT 1")[0]
        counts = self.place.rows("SELECT kind, outcome, count FROM run_counts WHERE run_id = ?", row["id"])
        articles = {one["outcome"]: one["count"] for one in counts if one["kind"] == "article"}
        return Run(
            **took,
            fetches=sum(one["count"] for one in counts),
            new=articles.get("new", 0) + articles.get("duplicate", 0),
            again=sum(articles.get(outcome, 0) for outcome in ("unchanged", "not_modified", "updated")),
            verdict=row["verdict"] or "none",
        )

    def pass_time(self) -> None:
        """Ten minutes in the newsroom."""
        now = self.replica.advance(STEP)
        self._due += (BY_DAY if 6 <= now.hour < 22 else BY_NIGHT) * (STEP / timedelta(hours=1))
        number = int(self._due)
        self._due -= number
        if number:
            self.replica.publish(number, at=now - self._dice.random() * STEP)
        newest = self.replica.plans[-60:]
        if newest and self._dice.random() < 0.3:
            self.replica.edit(self._dice.choice(newest).id)

    def weigh(self, day: Day, before: Day) -> None:
        """Fill in how large everything is at the end of a day."""
        files = [file.stat().st_size for file in (self.place.folder / "archive").rglob("*.warc.gz")]
        day.database, day.archive = self.place.database.stat().st_size / 1e6, sum(files) / 1e6
        day.database_grew, day.archive_grew = day.database - before.database, day.archive - before.archive
        day.files, day.ledger = len(files), self.place.one("SELECT count(*) FROM fetches")

    def play(self, number: int) -> Iterator[Day]:
        """So many runs; a day at a time, as it ends."""
        day, before = Day(), Day()
        for done in range(1, number + 1):
            day.runs.append(self.crawl())
            self.pass_time()
            if done % A_DAY == 0 or done == number:
                self.weigh(day, before)
                yield day
                day, before = Day(), day


def table(days: Iterable[Day]) -> Table:
    """The days as a table."""
    heads = ("day", "runs", "new", "looked at again", "s/run", "CPU s/run", "CPU ms/fetch", "MB memory")
    made = Table(*heads, "database MB", "archive MB", "files", "ledger rows", "verdicts", box=None)
    for number, day in enumerate(days, start=1):
        verdicts = Counter(run.verdict for run in day.runs)
        made.add_row(
            str(number),
            str(len(day.runs)),
            f"{day.new:,}",
            f"{sum(run.again for run in day.runs):,}",
            f"{median(run.seconds for run in day.runs):.2f}",
            f"{day.cpu:.2f}",
            f"{day.work:.1f}",
            f"{day.memory:.0f}",
            f"{day.database:.1f}",
            f"{day.archive:.1f}",
            f"{day.files:,}",
            f"{day.ledger:,}",
            ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common()),
        )
    return made


def faults(week: Week, days: list[Day]) -> Iterator[str]:
    """What is not as it has to be at the end."""
    runs = [run for day in days for run in day.runs]
    bad = Counter(run.code for run in runs if run.code)
    if bad:
        yield f"runs that did not end with 0: {dict(bad)} (see {week.log})"
    if week.command("verify")["code"]:
        yield "verify found something"
    stored = {row["id"] for row in week.place.rows("SELECT id FROM articles")}
    published = {plan.id for plan in week.replica.plans if plan.published_at <= week.replica.now - STEP}
    if missing := published - stored:
        yield f"{len(missing)} of {len(published)} articles are missing: {sorted(missing)[:3]}"
    whole = [day for day in days if len(day.runs) == len(days[0].runs)]
    if len(whole) > 2:
        yield from _growth(whole[1], whole[-1])


def _growth(second: Day, last: Day) -> Iterator[str]:
    if last.memory > MORE_MEMORY * second.memory:
        yield f"memory of a run grew from {second.memory:.0f} to {last.memory:.0f} MB"
    if last.cpu > MORE_TIME * second.cpu:
        yield f"CPU time of a run grew from {second.cpu:.2f} to {last.cpu:.2f} s"
    if last.work > MORE_WORK * second.work:
        yield f"CPU time of a fetch grew from {second.work:.1f} to {last.work:.1f} ms"
    for what in ("database", "archive"):
        # An article that comes takes room of its own; a day on which none came must not take any.
        before, after = (1000 * getattr(day, f"{what}_grew") / max(day.new, 1) for day in (second, last))
        if after > MORE_ROOM * before:
            yield f"room of a new article in the {what} grew from {before:.0f} to {after:.0f} KB"


def verdict(days: list[Day], found: list[str]) -> str:
    """How it went, in a line."""
    runs, new, last = sum(len(day.runs) for day in days), sum(day.new for day in days), days[-1]
    how = f"FAILED, {len(found)} not as it should be" if found else "OK"
    sizes = f"database {last.database:.1f} MB, archive {last.archive:.1f} MB in {last.files:,} files"
    return f"week: {how}: {runs:,} runs, {new:,} articles, {sizes}"


def simulate(folder: Path, number: int, *, seed: int = 1, articles: int = 200, sections: int = 12) -> int:
    """Play so many runs and print the table; the exit code."""
    console = Console(width=150, highlight=False)
    days: list[Day] = []
    with Replica(seed=seed, articles=articles, sections=sections, now=START) as replica:
        week = Week(folder, replica, seed)
        with week.running():
            for day in week.play(number):
                days.append(day)
                print(f"day {len(days)}: {len(day.runs)} runs", file=sys.stderr, flush=True)
            found = list(faults(week, days))
    console.print(table(days))
    for fault in found:
        console.print(f"NOT AS IT SHOULD BE: {fault}")
    console.print(verdict(days, found), soft_wrap=True)
    return 1 if found else 0


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.week", description=__doc__)
    parser.add_argument("--runs", type=int, default=WEEK)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder to leave the database and archive in")
    options = parser.parse_args(arguments)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        return simulate(options.keep.absolute(), options.runs, seed=options.seed)
    with tempfile.TemporaryDirectory() as folder:
        return simulate(Path(folder), options.runs, seed=options.seed)


if __name__ == "__main__":
    sys.exit(main())
