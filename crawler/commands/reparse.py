"""``scrapy reparse``: the raw archive read again with today's parser; what changes becomes a revision."""

from __future__ import annotations

import argparse
from pathlib import Path

from crawler import config
from crawler.command import TintucCommand
from crawler.days import check_order, day_of
from crawler.errors import ArgumentError, Exit, WrongUsageError
from crawler.lock import RunLock
from crawler.reparsing import running
from crawler.reparsing.engines import cores
from crawler.reparsing.errors import NoArchiveError
from crawler.reparsing.recording import Tally
from crawler.reparsing.running import Plan
from pipelines.database.archived import Wanted


class Command(TintucCommand):
    """Reads the raw archive again; a broken record is reported and does not stop the rest."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Read the raw archive again with today's parser"

    def long_desc(self) -> str:
        return (
            "Read the raw archive again with today's parser: of each stored article the latest page that was"
            " kept of it, and every page that gave no article. What comes out differently becomes a revision"
            " with the cause 'parser'. Exit code 0 also where nothing changes; 3: a page was missing or"
            " broken, or is no article any more."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument_group("Reparse").add_argument
        add("--dry-run", action="store_true", help="show what would change, field by field; write nothing")
        add("--since", metavar="DATE", help="pages fetched on this local day or later: 2026-09-24")
        add("--until", metavar="DATE", help="pages fetched on this local day or earlier")
        add("--template", metavar="NAME", help="only articles that were read by this template: generic")
        add("--id", metavar="ID", help="only the article with this id of the site")
        add("--jobs", metavar="N", help="processes that read (default: one a core)")
        add("--engine", choices=["local", "dask"], default="local", help="what spreads the reading")
        add("--scheduler", metavar="ADDRESS", help="of a Dask scheduler (default: a cluster on this machine)")
        add("--parquet", metavar="FOLDER", help="write every page of the archive here, not to the database")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        self.take_no_arguments(args)
        plan = self._plan(opts)
        path = self.database_path()
        if opts.parquet is not None:
            tally = running.export(plan, Path(opts.parquet))
        elif opts.dry_run:
            tally = running.rehearse(plan, path)
        else:
            tally = self._record(plan, path)
        return Exit.HEALTHY if tally.sound else Exit.UNHEALTHY

    def _record(self, plan: Plan, path: Path) -> Tally:
        running.check(plan, path)  # before there is a lock file beside a database that is not there
        with RunLock(path, "reparse", config.whole_number(self.configured, "TINTUC_WAIT")):
            return running.record(plan, path)

    def _plan(self, opts: argparse.Namespace) -> Plan:
        """The options, checked.

        Raises:
            TintucError: they can't be used, or there is no raw archive.
        """
        if opts.scheduler and opts.engine != "dask":
            raise WrongUsageError("--scheduler goes with --engine dask")
        if opts.parquet is not None and opts.dry_run:
            raise WrongUsageError("--parquet changes no database: --dry-run does not go with it")
        return Plan(
            folder=self._archive(),
            wanted=_wanted(opts),
            jobs=_jobs(opts.jobs),
            engine=opts.engine,
            scheduler=opts.scheduler,
            days=config.whole_number(self.configured, "TINTUC_ARCHIVE_DAYS"),
        )

    def _archive(self) -> Path:
        folder = config.archive_folder(self.configured)
        if folder is None:
            raise NoArchiveError("there is no raw archive: TINTUC_ARCHIVE is empty")
        if not folder.is_dir():
            raise NoArchiveError(f"there is no raw archive at {folder}: TINTUC_ARCHIVE names its folder")
        return folder


def _wanted(opts: argparse.Namespace) -> Wanted:
    since, until = day_of("--since", opts.since), day_of("--until", opts.until)
    check_order(since, until)
    for option in ("template", "id", "parquet"):
        if getattr(opts, option) == "":
            raise ArgumentError(f"--{option} is empty: leave it out, or say which")
    return Wanted(since=since, until=until, template=opts.template, id=opts.id)


def _jobs(text: str | None) -> int:
    if text is None:
        return cores()
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentError(f"--jobs must be a whole number of at least 1: {text!r}")
    return int(text)
