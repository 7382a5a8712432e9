"""``scrapy health``: the verdict on the latest runs, at any time."""

from __future__ import annotations

import argparse
import json

from crawler.command import TintucCommand
from crawler.errors import Exit
from crawler.health import Level, format_text, to_json
from crawler.health.judging import judge
from pipelines.database import open_database


class Command(TintucCommand):
    """Judges the latest run and those before it; exit code 3 where a check fails."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Say whether the runs are what they should be, and what to do where not"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
        parser.add_argument("--all", action="store_true", help="name the checks that are fine, too")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        self.take_no_arguments(args)
        path = self.database_path()
        db = open_database(path, create=False, readonly=True)
        try:
            verdict = judge(db, self.configured, path)
        finally:
            db.close()
        if opts.json:
            print(json.dumps(to_json(verdict), ensure_ascii=False, indent=2))
        else:
            print(format_text(verdict, verbose=opts.all))
        return Exit.UNHEALTHY if verdict.level is Level.FAIL else Exit.HEALTHY
