"""``scrapy backup PATH``: a consistent, checked copy of the database, also while a crawl runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.exceptions import UsageError

from crawler import config
from crawler.command import TintucCommand
from crawler.errors import Exit
from crawler.terminal import is_watched
from pipelines.database.backup import Copied, backup


class Command(TintucCommand):
    """Copies the database; the crawl goes on meanwhile, and no lock is taken."""

    def syntax(self) -> str:
        return "[options] PATH"

    def short_desc(self) -> str:
        return "Make a consistent, checked copy of the database at PATH"

    def long_desc(self) -> str:
        return (
            "Make a consistent copy of the database at PATH, also while a crawl runs. It gets its name"
            " only once it is whole, has passed SQLite's check and can be read; a file that is there is never"
            " overwritten without --force. A relative PATH is relative to the current folder."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group("Backup")
        group.add_argument("--force", action="store_true", help="overwrite PATH where it exists")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Copy, and say what was copied."""
        if len(args) != 1:
            raise UsageError("name the one file that the copy is to be: scrapy backup PATH", print_help=False)
        target = config.expanded(args[0], "PATH")
        copied = _copy(self.database_path(), target, force=opts.force)
        print(f"{target}: {copied.articles:,} articles, {decimal(copied.bytes)}, checked")
        return Exit.HEALTHY


def _copy(source: Path, target: Path, *, force: bool) -> Copied:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not is_watched(console)) as shown:
        task = shown.add_task("copying", total=None)
        return backup(
            source,
            target,
            force=force,
            progress=lambda done, pages: shown.update(task, total=pages, completed=done),
        )
