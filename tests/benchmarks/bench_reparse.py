"""What a new reading of the raw archive costs: two processes against one, and against the parser alone.

    python -m tests.benchmarks.bench_reparse [--pages N] [--rounds N]

The archive holds pages of real weight that read as they did, so nothing is recorded: reading,
decompressing, parsing and holding against the database are what is measured, starting the
processes included. Rounds alternate between the three, so that what else the machine does falls on
all; medians count.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from crawler.parsers import parse_article
from crawler.reparsing import running
from crawler.reparsing.running import Plan
from pipelines.database.archived import Wanted
from tests.crawler.past import Page, record
from tests.replica import Replica
from tests.running import Place

AIM: Final = 1.7
"""Times as fast on two cores as on one."""


SOME: Final = 300
"""Pages that the parser alone is measured with: as many bodies as fit in memory easily."""


def heavy_pages(count: int) -> Iterator[Page]:
    """Pages as large as real ones, one at a time."""
    with Replica(seed=21, articles=count, weight="real") as replica:
        for one in replica.articles:
            yield Page(one.url, replica.page(one.path).body)


def reparse(place: Place, jobs: int) -> None:
    """Read the whole archive again."""
    plan = Plan(folder=place.folder / "archive", wanted=Wanted(), jobs=jobs)
    with contextlib.redirect_stderr(io.StringIO()):
        tally = running.record(plan, place.database)
    assert tally.sound
    assert tally.unchanged == tally.read > 0


def parse(pages: list[Page]) -> None:
    """The parser alone, in this process."""
    for page in pages:
        parse_article(page.body, page.url)


def seconds(work: Callable[[], None]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(count: int, rounds: int) -> dict[str, float]:
    """Pages a second (medians) of the parser alone, one process and two; ``gain``: two to one."""
    found: list[tuple[float, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        record(place, heavy_pages(count))
        some = list(islice(heavy_pages(count), SOME))
        for _ in range(rounds):
            alone, one = seconds(lambda: parse(some)) * count / len(some), seconds(lambda: reparse(place, 1))
            found.append((alone, one, seconds(lambda: reparse(place, 2))))
    speeds = {
        name: count / statistics.median(took)
        for name, took in zip(("parser", "one", "two"), zip(*found, strict=True), strict=True)
    }
    return {**speeds, "gain": statistics.median(one / two for _, one, two in found)}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found = measure(options.pages, options.rounds)
    print(f"| reading {options.pages} archived pages again | pages/s | ratio |")
    print("|---|--:|---|")
    print(f"| `parse_article` alone | {found['parser']:.0f} | 1 |")
    print(
        f"| `reparse --jobs 1` | {found['one']:.0f} | {found['one'] / found['parser']:.2f} of the parser alone |"
    )
    print(f"| `reparse --jobs 2` | {found['two']:.0f} | {found['gain']:.2f} times one process (aim {AIM}) |")


if __name__ == "__main__":
    main()
