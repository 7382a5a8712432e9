"""``scrapy health``: the verdict on the latest runs, at any time."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from crawler.command import TintucCommand, say
from crawler.errors import Exit
from crawler.extensions.notify import Report, Teller, tell_of_site
from crawler.health import Level, Verdict, format_text, to_json
from crawler.health.judging import judge
from pipelines.database import DatabaseError, open_database, reporting


class Command(TintucCommand):
    """Judges the site's latest run and those before it; exit code 3 where a check fails."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Say whether the runs are what they should be, and what to do where not"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
        parser.add_argument("--all", action="store_true", help="name the checks that are fine, too")
        parser.add_argument(
            "--notify", action="store_true", help="tell the addresses in TINTUC_NOTIFY what is news to them"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        self.take_no_arguments(args)
        teller = self._teller() if opts.notify else None
        path = self.database_path()
        try:
            verdict = self._judge(path)
        except DatabaseError as error:
            if teller:
                # Nowhere to note that it was told: it is told each time somebody asks for that.
                report = Report(verdict=None, trouble=f"health could not look: {error}", database=path)
                teller.tell(report, reporting.Before())
            raise
        if opts.json:
            print(json.dumps(to_json(verdict), ensure_ascii=False, indent=2))
        else:
            print(format_text(verdict, verbose=opts.all))
        if teller:
            tell_of_site(teller, Report(verdict=verdict, trouble="", database=path))
        return Exit.UNHEALTHY if verdict.level is Level.FAIL else Exit.HEALTHY

    def _teller(self) -> Teller | None:
        teller = Teller.from_settings(self.configured)
        if teller is None:
            say("TINTUC_NOTIFY is empty: nobody is told")
        return teller

    def _judge(self, path: Path) -> Verdict:
        db = open_database(path, create=False, readonly=True)
        try:
            return judge(db, self.configured, path)
        finally:
            db.close()
