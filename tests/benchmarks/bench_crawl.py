"""What the glue of a crawl costs: CPU time a page, against the sum of its parts in the same run.

    python -m tests.benchmarks.bench_crawl [--pages N]

The parts, each measured alone on the same pages: a bare Scrapy spider that fetches them and keeps
nothing, ``parse_article``, the Recorder as it works live, and the raw archive. The cost a page is the
difference between a long and a short run, so that starting up counts for nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive.writer import ArchiveWriter
from crawler.items import Fetch, FetchKind, Outcome, RawPage
from crawler.parsers import parse_article
from crawler.site.urls import article_id
from pipelines.database import open_database, runs
from pipelines.recorder import Recorder
from tests.replica import Replica
from tests.running import QUICK, ROOT, Place

AIM = 1.25
SHORT = 40
ROUNDS = 3
BARE = """
import sys
import scrapy

class Bare(scrapy.Spider):
    name = "bare"
    custom_settings = {"LOG_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "TELNETCONSOLE_ENABLED": False}

    async def start(self):
        for url in open(sys.argv[1]).read().split():
            yield scrapy.Request(url, callback=self.parse)

    def parse(self, response):
        return None

from scrapy.crawler import AsyncCrawlerProcess
process = AsyncCrawlerProcess()
process.crawl(Bare)
process.start()
"""


def children_cpu(run: Callable[[], object]) -> float:
    """CPU seconds that the subprocesses of ``run`` took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def own_cpu(run: Callable[[], object]) -> float:
    """CPU seconds that ``run`` takes in this process."""
    before = time.process_time()
    run()
    return time.process_time() - before


def a_page(measure: Callable[[int], float], pages: int) -> float:
    """CPU seconds a page: a long run less a short one, the least of some rounds."""
    slopes = [(measure(pages) - measure(SHORT)) / (pages - SHORT) for _ in range(ROUNDS)]
    return sorted(slopes)[len(slopes) // 2]


def crawl(site: Replica, urls: list[str], folder: Path, archive: bool) -> Callable[[int], float]:
    def measure(count: int) -> float:
        with tempfile.TemporaryDirectory(dir=folder) as fresh:
            place = Place(Path(fresh))
            file = place.folder / "urls.txt"
            file.write_text("\n".join(urls[:count]))
            extra = {} if archive else {"TINTUC_ARCHIVE": ""}
            args = place.command(
                "crawl", "baotintuc", "-a", f"urls={file}", "-a", "recheck=0", **{**QUICK, **extra}
            )
            cpu = children_cpu(
                lambda: subprocess.run(
                    args, cwd=ROOT, env=place.environment(site.origin), capture_output=True, check=True
                )
            )
            assert place.one("SELECT count(*) FROM articles") == count
            return cpu

    return measure


def bare(site: Replica, paths: list[str], folder: Path) -> Callable[[int], float]:
    def measure(count: int) -> float:
        file = folder / "bare.txt"
        file.write_text("\n".join(site.origin + path for path in paths[:count]))
        args = [sys.executable, "-c", BARE, str(file)]
        return children_cpu(
            lambda: subprocess.run(args, cwd=folder, env=dict(os.environ), capture_output=True, check=True)
        )

    return measure


def parse(pages: list[tuple[bytes, str]]) -> Callable[[int], float]:
    return lambda count: own_cpu(lambda: [parse_article(page, url) for page, url in pages[:count]])


def store(fetches: list[Fetch], folder: Path) -> Callable[[int], float]:
    def measure(count: int) -> float:
        with tempfile.TemporaryDirectory(dir=folder) as fresh:
            database = open_database(Path(fresh) / "a.db", create=True)
            run_id = runs.start_run(database, "bench", {}, datetime.now(UTC))
            with Recorder(database, run_id, identify=article_id) as recorder:
                cpu = own_cpu(lambda: [recorder.record(replace(fetch)) for fetch in fetches[:count]])
            database.close()
            return cpu

    return measure


def keep(fetches: list[Fetch], folder: Path) -> Callable[[int], float]:
    def measure(count: int) -> float:
        with tempfile.TemporaryDirectory(dir=folder) as fresh, ArchiveWriter(Path(fresh)) as archive:
            decided = [replace(fetch, outcome=Outcome.NEW) for fetch in fetches[:count]]
            return own_cpu(lambda: [archive.keep(fetch) for fetch in decided])

    return measure


def main() -> int:
    """Print the table; 1 where the glue costs more than it should."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=240)
    count = parser.parse_args().pages
    with Replica(seed=77, articles=count, weight="real") as site, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        articles = site.articles
        pages = [(site.page(article.path).body, article.url) for article in articles]
        fetches = [_fetch(page, url) for page, url in pages]
        urls, paths = [a.url for a in articles], [a.path for a in articles]
        parts = {
            "bare Scrapy spider": a_page(bare(site, paths, folder), count),
            "parse_article": a_page(parse(pages), count),
            "Recorder, live": a_page(store(fetches, folder), count),
        }
        archive = a_page(keep(fetches, folder), count)
        without = a_page(crawl(site, urls, folder, archive=False), count)
        whole = a_page(crawl(site, urls, folder, archive=True), count)
    total = sum(parts.values())
    print("| CPU a page | ms | share of the sum |\n|---|---|---|")
    for part, seconds in {**parts, "raw archive": archive}.items():
        print(f"| {part} | {seconds * 1000:.2f} | {seconds / (total + archive):.2f} |")
    print(f"| **crawl without archive** | {without * 1000:.2f} | **{without / total:.2f}** of its parts |")
    print(
        f"| **crawl with archive** | {whole * 1000:.2f} | **{whole / (total + archive):.2f}** of its parts (at most {AIM}) |"
    )
    return int(whole / (total + archive) > AIM)


def _fetch(page: bytes, url: str) -> Fetch:
    article = parse_article(page, url)
    raw = RawPage(body=page, headers=(("Content-Type", "text/html; charset=utf-8"),))
    return Fetch(
        kind=FetchKind.ARTICLE, url=url, fetched_at=datetime.now(UTC), status=200, article=article, raw=raw
    )


if __name__ == "__main__":
    sys.exit(main())
