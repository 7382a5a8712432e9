"""``scrapy verify``: the database checked through, one line for everything that is wrong."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from scrapy.exceptions import UsageError

from crawler import config
from crawler.command import TintucCommand, say
from crawler.errors import Exit
from crawler.fetching import now
from crawler.lock import RunLock
from pipelines.database.checks import ADVICE, Finding
from pipelines.database.verify import repair, verify


class Command(TintucCommand):
    """Checks the database; changes nothing unless told to repair."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Check the database through and say what is wrong"

    def long_desc(self) -> str:
        return (
            "Check the database through: the file, foreign keys, content hashes, both indexes, revisions,"
            " duplicates, counters, times. Reads only and waits for nobody; needs as much room for temporary"
            " files as the full-text index takes. Exit code 0: nothing is wrong, 3: something is (one line"
            " each), 1: it cannot be read."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group("Verify")
        group.add_argument("--json", action="store_true", help="the findings as a JSON list")
        group.add_argument(
            "--repair",
            action="store_true",
            help="first make anew what follows from other rows (indexes, counters); changes no text",
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Verify and print."""
        if args:
            raise UsageError("verify takes no arguments; the database is TINTUC_DATABASE", print_help=False)
        path = self.database_path()
        if opts.repair:
            self._repair(path)
        with Console(stderr=True).status("checking") as status:
            findings = verify(path, now=now(), progress=lambda what: status.update(f"checking {what}"))
        _print(findings, path, as_json=opts.json)
        return Exit.UNHEALTHY if findings else Exit.HEALTHY

    def _repair(self, path: Path) -> None:
        if not path.parent.is_dir():
            return  # there is no place for a lock; verify says what is missing
        with RunLock(path, "verify --repair", config.whole_number(self.configured, "TINTUC_WAIT")):
            repair(path)


def _print(findings: list[Finding], path: Path, *, as_json: bool) -> None:
    if as_json:
        told = [asdict(finding) | {"do": ADVICE[finding.kind]} for finding in findings]
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for finding in findings:
        print(finding)
    if findings:
        say(f"{path}: {len(findings)} findings")
    else:
        print(f"{path}: nothing is wrong")
