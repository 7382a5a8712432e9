"""What a new reading of the raw archive costs: two processes against one, and against the parser alone.

    python -m tests.benchmarks.bench_reparse [--pages N] [--rounds N] [--file-bytes N]

The archive holds pages of real weight that read as they did, so nothing is recorded: reading,
decompressing, parsing and holding against the database are what is measured. Rounds alternate between
all that is timed, so that what else the machine does falls on all; the best of each counts, since
other work only ever makes a round slower.

Beside the wall clock stand two figures that say what it could come to. The CPU time of the process that
records and of those that read, which other work hardly changes, gives the most that two cores can gain
here: the recording process is one, whatever the cores. And the parser alone in two processes at once
tells what two cores of this machine really are.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import pickle
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from crawler.parsers import parse_article
from crawler.reparsing import running
from crawler.reparsing.engines import Pool
from crawler.reparsing.reading import Task
from crawler.reparsing.running import Plan
from pipelines.database.archived import Wanted
from tests.crawler.past import Page, record
from tests.replica import Replica
from tests.running import Place

AIM: Final = 1.7
"""Times as fast on two cores as on one."""

SOME: Final = 300
"""Pages that the parser alone is measured with: as many bodies as fit in memory easily."""


@dataclass(frozen=True, slots=True)
class Took:
    """What a piece of work took, in seconds: by the clock, and of CPU in this process and in those it started."""

    wall: float
    own: float
    others: float

    @property
    def cpu(self) -> float:
        """CPU time of all processes."""
        return self.own + self.others


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best of all rounds. ``parser``: seconds for ``SOME`` pages, ``both``: for as many in each of
    two processes at once; ``start``: seconds until two processes read."""

    pages: int
    parser: float
    both: float
    start: float
    one: Took
    two: Took

    @property
    def gain(self) -> float:
        """How many times as fast two processes are as one."""
        return self.one.wall / self.two.wall

    @property
    def net_gain(self) -> float:
        """The same for an archive so large that starting the processes is nothing."""
        return self.one.wall / (self.two.wall - self.start)

    @property
    def ceiling(self) -> float:
        """How many times as fast two processes are that have nothing to do with each other."""
        return 2 * self.parser / self.both

    @property
    def bound(self) -> float:
        """What two cores can gain at most: all the work in halves, but the recording process's own as a whole."""
        return self.one.cpu / max(self.two.cpu / 2, self.two.own)


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


def start_two() -> None:
    """Start two processes that read, and end them when both have answered."""
    nothing = Task(folder="", file="", offsets=())
    with Pool(2) as pool:
        assert len(list(pool.read([nothing] * 2))) == 2


def parse(pages: list[Page]) -> None:
    """The parser alone, in this process."""
    for page in pages:
        parse_article(page.body, page.url)


def seconds(work: Callable[[], None]) -> float:
    """How long it takes by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def timed(work: Callable[[], None]) -> Took:
    """What it takes."""
    before = _cpu()
    wall = seconds(work)
    own, others = (after - earlier for after, earlier in zip(_cpu(), before, strict=True))
    return Took(wall, own, others)


def _cpu() -> tuple[float, float]:
    """CPU seconds so far, of this process and of those that it has seen end."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own, others = (one.ru_utime + one.ru_stime for one in used)
    return own, others


def parse_when_told(file: Path, ready: Any, took: Any) -> None:
    """The parser in a process of its own, which begins when the others are ready to."""
    pages = pickle.loads(file.read_bytes())
    parse(pages[:5])  # what is made once
    ready.wait()
    took.put(seconds(lambda: parse(pages)))


def at_once(file: Path, number: int) -> float:
    """Seconds until so many processes have each parsed the pages in a file."""
    context = multiprocessing.get_context("spawn")
    ready, took = context.Barrier(number), context.Queue()
    processes = [context.Process(target=parse_when_told, args=(file, ready, took)) for _ in range(number)]
    for process in processes:
        process.start()
    slowest = max(float(took.get()) for _ in processes)
    for process in processes:
        process.join()
    return slowest


def measure(count: int, rounds: int, file_bytes: int = 1 << 27) -> Found:
    """The best of so many alternating rounds on an archive of ``count`` pages, in files of so many bytes."""
    parser, both, start, one, two = [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        record(place, heavy_pages(count), max_bytes=file_bytes)
        file = Path(folder, "some.pickle")
        file.write_bytes(pickle.dumps(list(islice(heavy_pages(count), SOME))))
        for _ in range(rounds):
            one.append(timed(lambda: reparse(place, 1)))
            two.append(timed(lambda: reparse(place, 2)))
            parser.append(at_once(file, 1))
            both.append(at_once(file, 2))
            start.append(seconds(start_two))
    best = {"parser": min(parser), "both": min(both), "start": min(start)}
    return Found(pages=count, one=_best(one), two=_best(two), **best)


def _best(some: list[Took]) -> Took:
    """The shortest by the clock, with the least CPU time of any round."""
    return Took(min(took.wall for took in some), *min((took.own, took.others) for took in some))


def lines(found: Found) -> Iterator[str]:
    """The table."""
    parser = min(SOME, found.pages) / found.parser
    one, two = found.pages / found.one.wall, found.pages / found.two.wall
    net = found.pages / (found.two.wall - found.start)
    yield f"| reading {found.pages:,} archived pages again, by the clock | pages/s | ratio |"
    yield "|---|--:|---|"
    yield f"| `parse_article` alone | {parser:.0f} | 1 |"
    yield f"| `reparse --jobs 1` | {one:.0f} | {one / parser:.2f} of the parser alone |"
    reached = "" if found.gain >= AIM else ": **not reached**"
    yield f"| `reparse --jobs 2` | {two:.0f} | {found.gain:.2f} times one process (aim {AIM}{reached}) |"
    yield f"| the same without {found.start:.1f} s to start them | {net:.0f} | {found.net_gain:.2f} times one process |"
    yield f"| `parse_article` in two processes at once | {parser * found.ceiling:.0f} | {found.ceiling:.2f} times one |"
    yield ""
    yield "| CPU ms a page | recording process | reading processes |"
    yield "|---|--:|--:|"
    yield f"| `reparse --jobs 1` | {1000 * found.one.own / found.pages:.2f} | |"
    yield (
        f"| `reparse --jobs 2` | {1000 * found.two.own / found.pages:.2f}"
        f" | {1000 * found.two.others / found.pages:.2f} |"
    )
    yield ""
    yield f"By its CPU time, two cores can be {found.bound:.2f} times as fast as one."


def main() -> int:
    """Print the table; 1 where the work is not such that two cores could reach the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--file-bytes", type=int, default=1 << 27, help="300000: files of ten-minute runs")
    options = parser.parse_args()
    found = measure(options.pages, options.rounds, options.file_bytes)
    print("\n".join(lines(found)))
    return int(found.bound < AIM)


if __name__ == "__main__":
    raise SystemExit(main())
