"""The memory that a crawl needs: no more for 20,000 pages than for 1,000.

    python -m tests.torture.memory [--pages 1000 20000] [--without-archive] [--keep FOLDER]

Each size is a site of its own, served by a process of its own, with as many articles a day as the real one
has; all of them are new. Measured is the most that the process of the crawl ever held (its peak resident
set, as the kernel counts it), and nothing of the site's.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.running import QUICK, ROOT, Place

AIM: Final = 1.15
"""Peak memory of the longest crawl at most, as a multiple of the shortest one's."""

A_DAY: Final = 300
"""Articles a day, as on the site: so many are on a sitemap of a month and behind a feed's gap."""

MB: Final = 1024
"""Kilobytes, in which the kernel counts."""


@dataclass(frozen=True, slots=True)
class Crawl:
    """What one crawl came to: articles published and stored, and what it took (MB, seconds)."""

    pages: int
    stored: int
    code: int
    memory: float
    seconds: float
    cpu: float

    @property
    def is_whole(self) -> bool:
        """Whether the run was healthy and left nothing out."""
        return self.code == 0 and self.stored == self.pages


def measure(folder: Path, pages: int, *, archive: bool) -> Crawl:
    """Crawl a site of so many articles into a fresh database in ``folder``."""
    place = Place(folder)
    settings = {**QUICK, "TINTUC_FIRST_DAYS": str(_days(pages) + 1)} | (
        {} if archive else {"TINTUC_ARCHIVE": ""}
    )
    with _site(pages) as origin, (folder / "crawl.log").open("w") as log:
        command = place.command("crawl", "baotintuc", "-a", "recheck=0", **settings)
        begun = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, env=place.environment(origin), stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Crawl(
        pages=pages,
        stored=place.one("SELECT count(*) FROM articles") if place.database.exists() else 0,
        code=process.returncode,
        memory=used.ru_maxrss / MB,
        seconds=time.monotonic() - begun,
        cpu=used.ru_utime + used.ru_stime,
    )


@contextmanager
def _site(pages: int) -> Iterator[str]:
    """The origin of a site of so many articles, in a process of its own."""
    what = ("--articles", pages, "--days", _days(pages), "--seed", 4, "--print-origin")
    command = [sys.executable, "-m", "tests.replica", *map(str, what)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _days(pages: int) -> int:
    return math.ceil(pages / A_DAY)


def faults(crawls: Sequence[Crawl]) -> Iterator[str]:
    """What is not as it has to be."""
    for crawl in crawls:
        if not crawl.is_whole:
            yield f"{crawl.stored:,} of {crawl.pages:,} articles stored, exit code {crawl.code}"
    shortest, longest = crawls[0], crawls[-1]
    if longest.memory / shortest.memory > AIM:
        yield f"memory grew from {shortest.memory:.0f} to {longest.memory:.0f} MB"


def table(crawls: Sequence[Crawl]) -> Iterator[str]:
    """The crawls as lines of a table."""
    yield f"| pages | stored | peak memory, MB | ratio (at most {AIM}) | CPU ms a page | seconds |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for crawl in crawls:
        yield (
            f"| {crawl.pages:,} | {crawl.stored:,} | {crawl.memory:.1f} | {crawl.memory / crawls[0].memory:.2f}"
            f" | {1000 * crawl.cpu / crawl.pages:.1f} | {crawl.seconds:.0f} |"
        )


def run(folder: Path, sizes: Sequence[int], *, archive: bool) -> int:
    """Measure each size, the smallest first, and print the table; 1 where something is not as it has to be."""
    crawls = []
    for pages in sorted(sizes):
        place = folder / str(pages)
        place.mkdir()
        crawls.append(measure(place, pages, archive=archive))
        print(f"{pages:,} pages: {crawls[-1].memory:.1f} MB", file=sys.stderr, flush=True)
    print("\n".join(table(crawls)))
    found = list(faults(crawls))
    print("\n".join(f"NOT AS IT SHOULD BE: {fault}" for fault in found))
    return int(bool(found))


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.memory", description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 20_000], help="sizes of the sites")
    parser.add_argument("--without-archive", action="store_true", help="keep no raw pages")
    parser.add_argument("--keep", type=Path, help="folder to leave the databases and logs in")
    options = parser.parse_args(arguments)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        return run(options.keep.absolute(), options.pages, archive=not options.without_archive)
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), options.pages, archive=not options.without_archive)


if __name__ == "__main__":
    sys.exit(main())
