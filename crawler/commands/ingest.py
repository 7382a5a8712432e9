"""``scrapy ingest``: saved pages, WARC files and copies through the same parser and pipelines."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.exceptions import UsageError
from sqlite_utils import Database

from crawler import config
from crawler.archive import saved
from crawler.archive.pages import Broken, SavedPage
from crawler.archiving import archive_of
from crawler.command import TintucCommand, say
from crawler.errors import Exit
from crawler.fetching import now
from crawler.ingesting import NOT_UTF8, read_saved, readable
from crawler.items import Fetch
from crawler.lock import RunLock
from crawler.site.urls import article_id
from crawler.summary import print_summary
from crawler.terminal import is_watched
from pipelines.database import open_database, runs
from pipelines.recorder import Recorder
from pipelines.validate import counted

BATCH: Final = 200
"""Pages in one transaction: at 0.5 ms a flush a batch of 200 costs nothing, and a kill loses at
most 200 pages of work, never an article (they are on disk and read again)."""


class Command(TintucCommand):
    """Reads saved material into the database; a broken piece is reported and does not stop the rest."""

    def syntax(self) -> str:
        return "[options] PATH..."

    def short_desc(self) -> str:
        return "Read saved pages (.html, .warc, .txt, also .gz, and folders of them) into the database"

    def long_desc(self) -> str:
        return (
            "Read saved pages into the database: .html, .warc, .txt (a copy of an article as another site"
            " republished it), each also as .gz, and folders of them. A page counts as seen when its WARC"
            " record says, else when its file was last written: keep the times of files when you copy them"
            " (cp -p). An older page never replaces a newer text. Exit code 3: something could not be read."
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:  # noqa: ARG002 - options are settings
        if not args:
            raise UsageError("name at least one file or folder: scrapy ingest PATH...", print_help=False)
        path = self.database_path()
        config.make_folder(path.parent)
        wait = config.whole_number(self.configured, "TINTUC_WAIT")
        with RunLock(path, "ingest", wait):
            run_id, broken = self._ingest(path, [Path(arg) for arg in args])
        print_summary(path, run_id)
        return Exit.UNHEALTHY if broken else Exit.HEALTHY

    def _ingest(self, path: Path, sources: list[Path]) -> tuple[int, int]:
        """Record everything in the sources; return the run and how many pieces were broken."""
        database = open_database(path, create=True)
        reason, broken = "failed", 0
        stats: Counter[str] = Counter()
        arguments = {"paths": [readable(str(source)) for source in sources]}
        run_id = runs.start_run(database, "ingest", arguments, now())
        try:
            broken = self._record(database, run_id, sources, stats)
            reason = "finished"
        except KeyboardInterrupt:
            reason = "shutdown"
            raise
        finally:
            stats["tintuc/broken"] = broken
            runs.finish_run(database, run_id, finish_reason=reason, verdict=None, stats=stats, now=now())
            database.close()
        return run_id, broken

    def _record(self, database: Database, run_id: int, sources: list[Path], stats: Counter[str]) -> int:
        broken = 0
        with archive_of(self.configured) as archive:
            keep = archive.keep if archive else None
            folder = config.archive_folder(self.configured)
            with Recorder(database, run_id, batch=BATCH, keep=keep, identify=article_id) as recorder:
                for piece in _with_progress(sources):
                    fetch = recorder.record(read_saved(piece, archive=folder))
                    stats.update(counted(fetch))
                    if isinstance(piece, Broken) or fetch.reason == NOT_UTF8:
                        broken += 1
                        _report(fetch, piece)
        return broken


def _report(fetch: Fetch, piece: SavedPage | Broken) -> None:
    """Say which piece could not be read, and why."""
    of_part = isinstance(piece, Broken) and piece.offset is not None
    where = f"{piece.file}, byte {piece.offset}" if of_part else piece.file
    say(f"{readable(where)}: {fetch.reason}")


def _with_progress(sources: list[Path]) -> Iterator[SavedPage | Broken]:
    """Every piece, with a bar by bytes where a person is watching."""
    console = Console(stderr=True)
    tally = saved.Tally()
    columns = (
        TextColumn("reading"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TextColumn("{task.fields[pages]} pages"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not is_watched(console)) as progress:
        task = progress.add_task("reading", total=saved.size(sources) or None, pages=0)
        for number, piece in enumerate(saved.walk(sources, tally=tally), 1):
            yield piece
            progress.update(task, completed=tally.bytes_read, pages=number)
