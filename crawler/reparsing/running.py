"""A reading of the archive from its plan to its end: recorded, rehearsed, or written to Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlite_utils import Database

from crawler.archive.retention import is_older
from crawler.archive.saved import warc_files
from crawler.command import say
from crawler.errors import ArgumentError
from crawler.fetching import now
from crawler.items import Cause
from crawler.reparsing import parquet
from crawler.reparsing.cluster import Cluster, extra
from crawler.reparsing.engines import Engine, Inline, Pool
from crawler.reparsing.errors import NoArchiveError
from crawler.reparsing.reading import Task
from crawler.reparsing.recording import Rereading, Tally
from crawler.reparsing.report import print_differences, print_tally
from crawler.site.urls import article_id
from crawler.terminal import is_watched
from pipelines.database import explained, open_database, runs
from pipelines.database.archived import Archived, Pages, Wanted, archived, known_templates
from pipelines.recorder import Recorder

BATCH: Final = 200
"""Changed articles in one transaction, as in ``ingest``: a kill loses at most these, and the next run
reads them again."""

CHUNK: Final = 32
"""Pages in one task on this machine: half a second of work, so that every core is busy to the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be read, and by what; ``days``: how long the archive is kept (0: for ever)."""

    folder: Path
    wanted: Wanted
    jobs: int
    engine: str = "local"
    scheduler: str | None = None
    days: int = 0


def check(plan: Plan, path: Path) -> None:
    """Check what would otherwise fail late.

    Raises:
        DatabaseError: there is no database.
        MissingExtraError: the engine is not installed.
    """
    if plan.engine == "dask":
        extra("distributed")
    if not path.exists():
        open_database(path, create=False, readonly=True)  # says that there is none


def record(plan: Plan, path: Path) -> Tally:
    """Read the archive again and record what changed; the caller holds the run lock.

    Raises:
        DatabaseError: the database can't be used.
        TintucError: the archive can't be read to its end.
    """
    database = open_database(path, create=False)
    try:
        return _run(plan, path, database)
    finally:
        database.close()


def _run(plan: Plan, path: Path, database: Database) -> Tally:
    known = _archived(plan, path, database)
    run_id = runs.start_run(database, "reparse", _arguments(plan.wanted), now())
    recorder = Recorder(database, run_id, batch=BATCH, identify=article_id)
    rereading, reason = Rereading(database.conn, recorder, say), "failed"
    try:
        with recorder, explained(path):
            _read(plan, known, rereading)
        reason = "finished"
    except KeyboardInterrupt:
        reason = "shutdown"
        raise
    finally:
        stats = rereading.tally.stats()
        runs.finish_run(database, run_id, finish_reason=reason, verdict=None, stats=stats, now=now())
    print_tally(rereading.tally, dry=False)
    return rereading.tally


def rehearse(plan: Plan, path: Path) -> Tally:
    """Show what reading the archive again would change; writes nothing and waits for nobody.

    Raises:
        DatabaseError: the database can't be read.
        TintucError: the archive can't be read to its end.
    """
    check(plan, path)
    database = open_database(path, create=False, readonly=True)
    try:
        rereading = Rereading(database.conn, None, say)
        with explained(path):
            _read(plan, _archived(plan, path, database), rereading)
    finally:
        database.close()
    print_differences(rereading.tally)
    print_tally(rereading.tally, dry=True)
    return rereading.tally


def export(plan: Plan, folder: Path) -> Tally:
    """Write every page of every WARC file in the archive to Parquet files in ``folder``.

    Raises:
        TintucError: the archive can't be read or the files not be written.
    """
    parquet.open_schema()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError(f"cannot make the folder {folder}: {error.strerror}") from None
    files = warc_files(plan.folder)
    if not files:
        raise NoArchiveError(f"no WARC file lies in {plan.folder}: TINTUC_ARCHIVE names their folder")
    tally, rows = Tally(), 0
    with _open_engine(plan, len(files)) as engine, _progress(len(files), "files") as advance:
        for task, readings in engine.read(_task(plan, file) for file in files):
            rows += parquet.write(folder, task.file, readings, plan.wanted)
            tally.read += sum(reading.page is not None for reading in readings)
            for trouble in (reading.trouble for reading in readings if reading.trouble):
                tally.broken += 1
                say(trouble)
            advance(1)
    say(f"{rows:,} of the {tally.read + tally.broken:,} pages of {len(files):,} files written to {folder}")
    return tally


def _archived(plan: Plan, path: Path, database: Database) -> Archived:
    """What the ledger knows of the archive.

    Raises:
        ArgumentError: nothing is known of the template or article asked for.
    """
    with explained(path):
        templates = known_templates(database)
        if plan.wanted.template not in (None, *templates):
            raise ArgumentError(
                f"no article was read by template {plan.wanted.template!r}; there are {', '.join(templates)}"
            )
        known = archived(database, plan.wanted, article_id)
    if plan.wanted.id and not (known.texts or known.unread or known.copies or known.not_kept):
        raise ArgumentError(
            f"no page of article {plan.wanted.id} is known that --id, --since and --until ask for"
        )
    return known


def _arguments(wanted: Wanted) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(wanted).items() if value is not None}


def _read(plan: Plan, known: Archived, rereading: Rereading) -> None:
    """Take every page: first those that articles read as, then those that gave none so far, which
    may be later ones of the same articles, then the copies, which may have stood in for them."""
    rereading.tally.not_kept = known.not_kept
    texts = _present(plan, known.texts, rereading)
    unread = _present(plan, known.unread, rereading)
    copies = _present(plan, known.copies, rereading)
    total = sum(map(len, (*texts, *unread, *copies)))
    if not total:
        return
    # A run of a few pages needs no more processes than it has tasks.
    tasks = len(texts) + len(unread) + len(copies) if plan.engine == "dask" else -(-total // CHUNK)
    with _open_engine(plan, tasks) as engine, _progress(total, "pages") as advance:
        for pages, cause in ((texts, Cause.PARSER), (unread, Cause.SITE), (copies, Cause.PARSER)):
            keys = (key for one in pages for key in one.keys)
            for _, readings in engine.read(_tasks(plan, pages, cause)):
                for reading in readings:
                    rereading.take(reading, next(keys))
                advance(len(readings))


def _present(plan: Plan, files: list[Pages], rereading: Rereading) -> list[Pages]:
    """The files that are there; one line for each that should be."""
    there = []
    for pages in files:
        if (plan.folder / pages.file).is_file():
            there.append(pages)
        elif is_older(pages.file, plan.days, now=now()):
            rereading.tally.expired += len(pages)
        else:
            rereading.trouble(
                f"{plan.folder / pages.file} is not there ({len(pages)} pages):"
                " put it back, or set TINTUC_ARCHIVE_DAYS if it was deleted as too old",
                len(pages),
            )
    return there


def _tasks(plan: Plan, files: Iterable[Pages], cause: Cause) -> Iterator[Task]:
    """The pages in tasks: parts of files on this machine, whole files on many."""
    for pages in files:
        size = len(pages) if plan.engine == "dask" else CHUNK
        for start in range(0, len(pages), size):
            offsets = tuple(pages.offsets[start : start + size])
            yield replace(_task(plan, pages.file), offsets=offsets, cause=cause)


def _task(plan: Plan, file: str) -> Task:
    return Task(folder=str(plan.folder.absolute()), file=file)


def _open_engine(plan: Plan, tasks: int) -> Engine:
    """The engine asked for, with no more processes than there are tasks."""
    jobs = min(plan.jobs, tasks)
    if plan.engine == "dask":
        return Cluster(plan.scheduler, jobs)
    return Pool(jobs) if jobs > 1 else Inline()


@contextmanager
def _progress(total: int, things: str) -> Iterator[Callable[[int], None]]:
    """A bar where a person is watching; gives what tells it how many more are done."""
    console = Console(stderr=True)
    columns = (
        TextColumn("reading"),
        BarColumn(),
        TextColumn(f"{{task.completed}} of {{task.total}} {things}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not is_watched(console)) as progress:
        task = progress.add_task("reading", total=total)
        yield lambda more: progress.advance(task, more)
