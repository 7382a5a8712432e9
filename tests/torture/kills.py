"""Crawls killed at random moments and started again: nothing lost, nothing doubled.

    python -m tests.torture.kills [--kills N] [--articles N]

Each round is a whole crawl of a site, ``kill -9`` a random number of its requests and up to a few
hundredths of a second later. The file is opened as the next run would after each: it is whole, and so is each
article in it. After the last kill one run goes through. A stored article's page must never be asked for
again, what is stored must be what the pages say, and the raw archive must have each of them.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from crawler.archive.errors import BrokenRecordError, MissingArchiveError
from crawler.archive.reader import read_record
from tests.comparing import differences, printed_fields, stored_fields
from tests.replica import ReplicaArticle
from tests.running import QUICK, ROOT, Place
from tests.torture.looking import look, news_twice
from tests.watching import WatchedReplica

T = TypeVar("T")

SECONDS_A_PAGE: Final = 0.05
"""Longer than a page takes from its request to its rows: a kill meets every step in between."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it all.

    Args:
        kills: crawls killed while they were running.
        reached: articles stored after each of them.
        articles: how many the site has.
        stored: those of them that are stored, each field as its page says.
        doubled: rows that are no article of the site, and articles recorded as new more than once.
        asked_again: pages asked for although their article was stored, or twice in one run.
        archived: articles whose page the raw archive has, byte for byte, where the ledger says.
        sound: whether the last run was healthy and ``verify`` finds nothing.
    """

    kills: int
    reached: tuple[int, ...]
    articles: int
    stored: int
    doubled: int
    asked_again: int
    archived: int
    sound: bool

    @property
    def is_well(self) -> bool:
        """Whether nothing was lost, doubled, or fetched without need."""
        whole = self.stored == self.archived == self.articles
        return whole and self.sound and not (self.doubled or self.asked_again)


class Torture:
    """Crawls of one site into one record."""

    def __init__(self, folder: Path, site: WatchedReplica, seed: int):
        self.place, self.site = Place(folder), site
        self._random = Random(seed)
        self.asked_again = 0

    def kill(self, most: int) -> bool:
        """Start a crawl and kill it after up to ``most`` requests; whether it was still running then."""
        command = self.place.command("crawl", "baotintuc", "-a", "recheck=0", **QUICK)
        after, pause = self._random.randint(1, most), self._random.uniform(0, SECONDS_A_PAGE)

        def run() -> bool:
            environment = self.place.environment(self.site.origin)
            with subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as process:
                self.site.wait_for_requests(after, until=lambda: process.poll() is not None)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(pause)
                process.kill()
                return process.wait() < 0

        return self._counted(run)

    def finish(self) -> bool:
        """One crawl that goes through; whether it was healthy and ``verify`` finds nothing."""
        ended = self._counted(lambda: self.place.crawl(self.site.origin, "-a", "recheck=0", timeout=600))
        return ended.code == 0 and self.place.scrapy("verify").code == 0

    def _counted(self, run: Callable[[], T]) -> T:
        """Run a crawl, and count the pages it asked for without need."""
        stored = self.stored_ids()
        paths = {article.path: article.id in stored for article in self.site.articles}
        self.site.clear_log()
        ended = run()
        asked = Counter(request.path for request in self.site.requests if request.path in paths)
        self.asked_again += sum(number - (not paths[path]) for path, number in asked.items())
        return ended

    def stored_ids(self) -> set[str]:
        """The ids of the articles stored so far."""
        with suppress(sqlite3.OperationalError):  # killed before there was a table
            return {row["id"] for row in self.place.rows("SELECT id FROM articles")}
        return set()

    def stored(self) -> int:
        """How many of the site's articles are stored, each field as its page says."""
        ids = self.stored_ids()
        with self.place.connection() as conn:
            return sum(
                not list(differences(stored_fields(conn, article.id), printed_fields(article.article)))
                for article in self.site.articles
                if article.id in ids
            )

    def doubled(self) -> int:
        """Rows that are no article of the site, and articles recorded as new more than once."""
        strange = self.stored_ids() - {article.id for article in self.site.articles}
        return len(strange) + news_twice(self.place)

    def archived(self) -> int:
        """How many of the site's articles the raw archive has."""
        return sum(map(self._is_archived, self.site.articles))

    def _is_archived(self, article: ReplicaArticle) -> bool:
        sql = "SELECT archive_file, archive_offset FROM fetches WHERE article_id = ? AND outcome = 'new'"
        with suppress(MissingArchiveError, BrokenRecordError):
            for file, offset in self.place.rows(sql, article.id):
                page = read_record(self.place.folder / "archive", file, offset)
                return page.body == self.site.page(article.path).body
        return False


def torture(folder: Path, kills: int, articles: int, seed: int) -> Outcome:
    """Crawl a site of ``articles``, killing ``kills`` runs."""
    with WatchedReplica(seed=seed, articles=articles, sections=max(2, articles // 50)) as site:
        crawls = Torture(folder, site, seed)
        reached = tuple(_kills(crawls, kills, articles))
        sound = crawls.finish()
        return Outcome(
            kills=len(reached),
            reached=reached,
            articles=articles,
            stored=crawls.stored(),
            doubled=crawls.doubled(),
            asked_again=crawls.asked_again,
            archived=crawls.archived(),
            sound=sound,
        )


def _kills(crawls: Torture, kills: int, articles: int) -> Iterator[int]:
    """Kill so many crawls, and look at what each left; gives how many articles are stored after each.

    Each crawl reads the feeds first, so that some kills must come later than those take, and few enough
    later that articles are left for the kills to come.
    """
    feeds = 8 + 2 * len(crawls.site.sections)
    most = feeds + 3 * articles // max(1, kills)
    for _ in range(3 * kills):  # one that ended before its kill came does not count
        if kills and crawls.kill(most):
            kills -= 1
            yield look(crawls.place, crawls.site.articles)


def main() -> int:
    """Kill many crawls and print what came of it; 1 where anything was lost or doubled."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = torture(Path(folder), given.kills, given.articles, given.seed)
    print("| crawls killed | articles | stored as printed | archived | doubled | asked again | sound |")
    print("|--:|--:|--:|--:|--:|--:|---|")
    print(
        f"| {outcome.kills} | {outcome.articles} | {outcome.stored} | {outcome.archived} | {outcome.doubled}"
        f" | {outcome.asked_again} | {'yes' if outcome.sound else 'NO'} |"
    )
    print(f"\nstored after each kill: {', '.join(map(str, outcome.reached))}")
    return int(not (outcome.is_well and outcome.kills == given.kills))


if __name__ == "__main__":
    sys.exit(main())
