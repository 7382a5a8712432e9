"""``scrapy crawl``: Scrapy's own command, with checked arguments and exit codes that mean something."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import sqlite3
import sys
from datetime import timedelta
from typing import Any, Final

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from sqlite_utils import Database

from crawler import config
from crawler.command import outlive_readers, refuse_unknown_options, say
from crawler.errors import Exit, TintucError
from crawler.extensions.ledger import LedgerExtension
from crawler.fetching import now
from crawler.health import Level
from crawler.site.urls import HANOI
from crawler.spiders.arguments import Arguments
from crawler.spiders.beforehand import reading
from crawler.spiders.estimate import Estimate, estimate
from crawler.summary import print_summary
from pipelines.database import crawling
from pipelines.database.errors import DatabaseError, explain

HISTORY_DAYS: Final = 14
"""Days whose articles tell how many a day there are; with fewer than half of them the site's usual
number holds."""


class Command(ScrapyCrawl):
    """Runs a spider; a spider of ours ends with a summary and an exit code for schedulers."""

    def short_desc(self) -> str:
        return "Fetch what is new on the site into the database"

    def syntax(self) -> str:
        return "[options] baotintuc [-a sections=thoi-su,kinh-te] [-a since=2024-04-01] ..."

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        outlive_readers()  # before Scrapy makes the log, which keeps the stream that it finds
        refuse_unknown_options(args)
        super().process_options(args, opts)
        assert self.settings is not None, "Scrapy sets it before a command runs"
        try:
            config.check_scrapys(self.settings)  # Scrapy reads them on its way to run()
        except TintucError as error:
            say(str(error))
            sys.exit(int(error.code))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl baotintuc", print_help=False)
        try:
            self.exitcode = self._crawl(args[0], opts.spargs)
        except (TintucError, DatabaseError) as error:
            say(str(error))
            self.exitcode = getattr(error, "code", Exit.FAILED)
        except sqlite3.Error as error:
            assert self.settings is not None, "Scrapy sets it before a command runs"
            ours = explain(error, config.database_path(self.settings))
            if ours is None:
                raise
            say(str(ours))
            self.exitcode = Exit.FAILED

    def _crawl(self, name: str, arguments: dict[str, Any]) -> int:
        assert self.crawler_process is not None
        crawler = self._load(name)
        if getattr(crawler.spidercls, "keeps_record", False):
            config.check(crawler.settings)
            path = config.database_path(crawler.settings)
            with reading(path) as database:  # all is checked before a folder is made or a page is fetched
                given = Arguments.read(arguments, crawling.known_sections(database) if database else ())
                if given.since:
                    say(f"back-fill: {_cost(given, database, crawler.settings)}")
        task: Any = self.crawler_process.crawl(crawler, **arguments)
        self.crawler_process.start()
        return self._ending(crawler, task)

    def _load(self, name: str) -> Crawler:
        assert self.crawler_process is not None
        try:
            return self.crawler_process.create_crawler(name)
        except KeyError:
            near = difflib.get_close_matches(name, self.crawler_process.spider_loader.list(), n=1)
            hint = f"did you mean {near[0]}?" if near else "`scrapy list` names those there are"
            raise UsageError(f"unknown spider {name!r}: {hint}", print_help=False) from None

    def _ending(self, crawler: Crawler, task: asyncio.Task[None]) -> int:
        """Say how a run ended, and what that means for a scheduler."""
        error = task.exception() if task.done() and not task.cancelled() else None
        if error is not None:
            raise error
        ledger = crawler.get_extension(LedgerExtension)
        if ledger is None:
            return (
                Exit.FAILED
                if self.crawler_process and self.crawler_process.bootstrap_failed
                else Exit.HEALTHY
            )
        ledger.abandon()
        print_summary(ledger.path, ledger.run_id, verdict=ledger.verdict)
        if ledger.failure is not None:
            raise ledger.failure
        if ledger.finish_reason == "shutdown":
            return Exit.STOPPED
        healthy = ledger.verdict is not None and ledger.verdict.level is not Level.FAIL
        return Exit.HEALTHY if healthy else Exit.UNHEALTHY


def _cost(given: Arguments, database: Database | None, settings: BaseSettings) -> Estimate:
    """What a back-fill will cost, from what is stored already."""
    today = now().astimezone(HANOI).date()
    since, until = given.since or today, given.until or today
    stored, _ = crawling.count_between(database, since, until, given.sections) if database else (0, 0)
    lately = today - timedelta(days=HISTORY_DAYS)
    many, days = crawling.count_between(database, lately, today, given.sections) if database else (0, 0)
    return estimate(
        slugs=given.sections,
        since=since,
        until=until,
        today=today,
        stored=stored,
        a_day=many / days if days >= HISTORY_DAYS // 2 else None,
        delay=settings.getfloat("DOWNLOAD_DELAY"),
    )
