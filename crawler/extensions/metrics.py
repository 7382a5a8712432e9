"""A Prometheus text file after each run (``TINTUC_METRICS``), for node_exporter's textfile collector.

Written whole or not at all: a collector never reads half a file. What can't be written is said and
never fails a run; ``tintuc_run_finished_timestamp_seconds`` then shows that it is old.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler import config
from crawler.errors import ArgumentError
from crawler.extensions.ledger import LedgerExtension, ledger_of
from crawler.fetching import now
from crawler.health import Level
from crawler.items import FetchKind, Outcome
from pipelines.database import crawling, explained, open_database, queries, reporting
from pipelines.database.errors import DatabaseError

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from sqlite_utils import Database

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Metric:
    """One number at the end of a run: a gauge, with labels besides the database's."""

    name: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


HELP: Final = {
    "tintuc_run_fetches": "Fetches of the latest run by kind and outcome.",
    "tintuc_run_duration_seconds": "How long the latest run took.",
    "tintuc_run_started_timestamp_seconds": "When the latest run began.",
    "tintuc_run_finished_timestamp_seconds": "When the latest run ended.",
    "tintuc_run_verdict": "Verdict on the latest run: 0 OK, 1 WARN, 2 FAIL.",
    "tintuc_check_level": "Each health check of the latest run: 0 OK, 1 WARN, 2 FAIL.",
    "tintuc_last_good_run_timestamp_seconds": "When the last run over the whole site ended well.",
    "tintuc_articles": "Articles stored.",
    "tintuc_frontier_owed": "URLs found and not yet stored or read.",
    "tintuc_frontier_given_up": "URLs given up after too many attempts.",
    "tintuc_database_bytes": "Size of the database file.",
}
"""Every metric with what it says, in the order written."""


class MetricsExtension:
    """Writes the file when a run is over and judged."""

    def __init__(self, crawler: Crawler, file: Path):
        self._crawler = crawler
        self._file = file

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watch a run. Made before the ledger, so that a bad path stops a run that has not begun.

        Raises:
            NotConfigured: the spider keeps no record, or no file is asked for.
            ArgumentError: the file's folder does not exist.
        """
        file = metrics_file(crawler.settings)
        if file is None or not getattr(crawler.spider, "keeps_record", False):
            raise NotConfigured
        extension = cls(crawler, file)
        crawler.signals.connect(extension._stopped, signal=signals.engine_stopped)
        return extension

    def _stopped(self) -> None:
        ledger = ledger_of(self._crawler)
        try:
            write(self._file, render(read(ledger, _name(self._crawler)), str(ledger.path)))
        except (OSError, DatabaseError) as error:
            logger.warning("the metrics were not written to %s: %s", self._file, error)


def metrics_file(settings: BaseSettings) -> Path | None:
    """The path in ``TINTUC_METRICS``, absolute; None where it is off.

    Raises:
        ArgumentError: there is no such folder.
    """
    file = config.path(settings, "TINTUC_METRICS")
    if file is not None and (not file.parent.is_dir() or file.is_dir()):
        value = str(settings.get("TINTUC_METRICS"))
        raise ArgumentError(f"TINTUC_METRICS must name a file in a folder that exists: {value!r}")
    return file


def _name(crawler: Crawler) -> str:
    assert crawler.spider is not None
    return crawler.spider.name


def read(ledger: LedgerExtension, spider: str) -> list[Metric]:
    """All numbers of a spider's run, read anew: the ledger has closed the database by now.

    Raises:
        DatabaseError: the database can't be read.
    """
    db = open_database(ledger.path, create=False, readonly=True)
    try:
        with explained(ledger.path):
            return [*_of_run(db, ledger), *_of_database(db, ledger, spider)]
    finally:
        db.close()


def _of_run(db: Database, ledger: LedgerExtension) -> Iterator[Metric]:
    started, finished = reporting.run_times(db, ledger.run_id)
    ended = finished or now()
    yield from _fetches(queries.run_counts(db, ledger.run_id))
    yield Metric("tintuc_run_duration_seconds", (ended - started).total_seconds())
    yield Metric("tintuc_run_started_timestamp_seconds", started.timestamp())
    yield Metric("tintuc_run_finished_timestamp_seconds", ended.timestamp())
    level = ledger.verdict.level if ledger.verdict else Level.FAIL
    yield Metric("tintuc_run_verdict", level.badness)
    for name, check in (ledger.verdict.levels if ledger.verdict else {}).items():
        yield Metric("tintuc_check_level", check.badness, (("check", name),))


def _fetches(counts: dict[str, dict[str, int]]) -> Iterator[Metric]:
    """Every outcome of articles, since a series must not vanish with its last number; else what came."""
    articles = dict.fromkeys(map(str, Outcome), 0) | counts.get(FetchKind.ARTICLE, {})
    for kind, outcomes in sorted((counts | {str(FetchKind.ARTICLE): articles}).items()):
        for outcome, number in sorted(outcomes.items()):
            yield Metric("tintuc_run_fetches", number, (("kind", kind), ("outcome", outcome)))


def _of_database(db: Database, ledger: LedgerExtension, spider: str) -> Iterator[Metric]:
    good = reporting.last_good_run(db, spider, now())
    if good is not None:
        yield Metric("tintuc_last_good_run_timestamp_seconds", good.timestamp())
    yield Metric("tintuc_articles", crawling.count_articles(db))
    frontier = queries.frontier_counts(db, now())
    yield Metric("tintuc_frontier_owed", frontier["owed"])
    yield Metric("tintuc_frontier_given_up", frontier["given_up"])
    yield Metric("tintuc_database_bytes", ledger.path.stat().st_size)


def render(metrics: Iterable[Metric], database: str) -> str:
    """The file's text. Every line names the database: a host may keep several."""
    by_name: dict[str, list[Metric]] = {}
    for metric in metrics:
        by_name.setdefault(metric.name, []).append(metric)
    lines = []
    for name, text in HELP.items():
        if name in by_name:
            lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge"]
            lines += [_line(metric, database) for metric in by_name[name]]
    return "\n".join(lines) + "\n"


def _line(metric: Metric, database: str) -> str:
    labels = ",".join(
        f'{name}="{_escaped(value)}"' for name, value in (("database", database), *metric.labels)
    )
    return f"{metric.name}{{{labels}}} {metric.value:.15g}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def write(file: Path, text: str) -> None:
    """Put the file in place at once, readable for the collector, which is another user.

    Raises:
        OSError: it can't be written.
    """
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        half.write_text(text, encoding="utf-8")
        half.chmod(0o644)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
