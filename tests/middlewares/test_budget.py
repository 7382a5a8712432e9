"""The daily budget counts what went out: whatever became of the run, and nothing that was refused."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.fetching import RefusedError
from crawler.items import Fetch, FetchKind, Outcome
from crawler.middlewares import budget
from crawler.middlewares.budget import BudgetMiddleware
from crawler.settings import EXTENSIONS
from crawler.site.urls import HANOI
from pipelines.database import open_database, runs, spent
from pipelines.recorder import Recorder
from tests.replica import Fault, Replica
from tests.running import QUICK, ROOT, Place
from tests.watching import WatchedReplica

TODAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""Eight o'clock in Hanoi."""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "baotintuc.db", create=True)
    yield database
    database.close()


def touched(outcome: Outcome, at: datetime = MORNING, status: int | None = None) -> Fetch:
    url = f"https://baotintuc.vn/{outcome}.rss"
    return Fetch(kind=FetchKind.FEED, url=url, fetched_at=at, outcome=outcome, status=status, reason="so")


def a_run(db: Database, *fetches: Fetch, spider: str = "baotintuc", began: datetime = MORNING) -> int:
    """A run that recorded these and was killed."""
    run_id = runs.start_run(db, spider, {}, began)
    with Recorder(db, run_id) as recorder:
        for fetch in fetches:
            recorder.record(fetch)
    return run_id


# --- what is counted -----------------------------------------------------------------------


def test_a_killed_run_counts_by_what_it_recorded(db: Database) -> None:
    a_run(
        db,
        touched(Outcome.READ, status=200),
        touched(Outcome.NOT_MODIFIED, status=304),
        touched(Outcome.HTTP_ERROR, status=404),
        touched(Outcome.BLOCKED, status=403),
        touched(Outcome.NETWORK_ERROR),
        touched(Outcome.HTTP_ERROR),  # a redirect to somewhere else
    )
    assert spent.requests_on(db, TODAY) == 6


def test_what_was_never_sent_does_not_count(db: Database) -> None:
    a_run(db, touched(Outcome.SKIPPED), touched(Outcome.BLOCKED))  # stopped; disallowed by robots.txt
    assert spent.requests_on(db, TODAY) == 0


def test_what_a_killed_run_noted_counts_where_it_is_more(db: Database) -> None:
    """Retries, redirects and what was under way leave no row."""
    run_id = a_run(db, touched(Outcome.READ, status=200))
    spent.note_requests(db, run_id, TODAY, 5)
    assert spent.requests_on(db, TODAY) == 5


def test_an_ended_run_counts_by_its_statistics(db: Database) -> None:
    run_id = a_run(db, touched(Outcome.READ, status=200))
    stats = {spent.statistic(TODAY): 7, "downloader/request_count": 99}
    runs.finish_run(db, run_id, finish_reason="finished", verdict=None, stats=stats, now=MORNING)
    assert spent.requests_on(db, TODAY) == 7


def test_a_run_over_midnight_counts_on_each_day_what_it_sent_then(db: Database) -> None:
    midnight = datetime(2026, 11, 22, 17, tzinfo=UTC)
    evening, night = midnight - timedelta(minutes=5), midnight + timedelta(minutes=5)
    a_run(
        db,
        touched(Outcome.READ, evening, 200),
        touched(Outcome.READ, night, 200),
        touched(Outcome.NETWORK_ERROR, night),
        began=evening,
    )
    assert spent.requests_on(db, TODAY) == 2


def test_saved_pages_and_earlier_days_do_not_count(db: Database) -> None:
    a_run(db, touched(Outcome.READ, status=200), spider="ingest")
    yesterday = MORNING - timedelta(days=1)
    a_run(db, touched(Outcome.READ, yesterday, 200), began=yesterday)
    assert spent.requests_on(db, TODAY) == 0


# --- the middleware ------------------------------------------------------------------------


class Counting:
    """The middleware of a run under way, at a time that the test says."""

    def __init__(self, db: Database, limit: int, monkeypatch: pytest.MonkeyPatch):
        self.now = MORNING
        self.ended: list[str] = []
        self.stats: dict[str, Any] = {}
        ledger = SimpleNamespace(
            database=db, run_id=runs.start_run(db, "baotintuc", {}, MORNING), reading=Here
        )
        stats = SimpleNamespace(set_value=self.stats.__setitem__)
        monkeypatch.setattr(budget, "now", lambda: self.now)
        monkeypatch.setattr(budget, "ledger_of", lambda _: ledger)
        monkeypatch.setattr(budget, "end_run", lambda _, reason: self.ended.append(reason))
        self.budget = BudgetMiddleware(SimpleNamespace(stats=stats), limit)  # type: ignore[arg-type]

    def spend(self, number: int) -> None:
        for _ in range(number):
            self.budget.spend()


class Here:
    """Reading that never fails."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def test_a_day_that_begins_during_a_run_has_a_budget_of_its_own(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Counting(db, 3, monkeypatch)
    run.spend(3)
    with pytest.raises(RefusedError, match="budget of 3 requests is used up"):
        run.spend(1)
    run.now += timedelta(hours=16)  # midnight in Hanoi
    run.spend(3)
    assert run.ended == ["budget"]
    assert run.stats[spent.statistic(TODAY)] == run.stats[spent.statistic(TODAY + timedelta(days=1))] == 3


def test_without_a_limit_requests_are_counted_and_never_refused(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Counting(db, 0, monkeypatch)
    run.spend(500)
    assert run.stats[spent.statistic(TODAY)] == 500
    assert spent.requests_on(db, TODAY) == 0  # it is put down at the end of the run


# --- crawls --------------------------------------------------------------------------------

Day = dict[str, str]


@pytest.fixture
def day() -> Day:
    """Settings of crawls that are all of one day, though midnight come between them: today, at noon."""
    noon = datetime.now(HANOI).replace(hour=12)
    steady = json.dumps(EXTENSIONS | {"tests.steady_clock.SteadyClock": 5})
    return {"EXTENSIONS": steady, "TEST_NOW": noon.isoformat()}


OLD: dict[str, Any] = {"cms": "old", "templates": ("2021",)}


def test_the_budget_holds_over_runs(place: Place, day: Day) -> None:
    with Replica(seed=38, articles=30, sections=3) as replica:
        for _ in range(2):
            ended = place.crawl(replica.origin, **day, TINTUC_DAILY_REQUESTS=25)
            assert "Traceback" not in ended.err
        assert len(replica.requests) == 25


def test_the_requests_of_a_killed_run_count_the_one_under_way_too(place: Place, day: Day) -> None:
    with WatchedReplica(seed=38, articles=30, sections=3, **OLD) as replica:
        for article in replica.articles:
            replica.fault(article.path, Fault.hang())
        one_by_one = QUICK | {"DOWNLOAD_DELAY": "0.01"}  # without any, Scrapy sends two at a time
        command = place.command("crawl", "baotintuc", **one_by_one, **day, TINTUC_DAILY_REQUESTS=200)
        with subprocess.Popen(command, cwd=ROOT, env=place.environment(replica.origin)) as run:
            replica.wait_for_articles(1)
            run.kill()
        replica.heal()
        limit = len(replica.requests) + 5
        place.crawl(replica.origin, **day, TINTUC_DAILY_REQUESTS=limit)
        assert len(replica.requests) == limit


def test_retries_count(place: Place, day: Day) -> None:
    with Replica(seed=38, articles=30, sections=3, **OLD) as replica:
        for article in replica.articles:
            replica.fault(article.path, Fault.status(500))
        for _ in range(2):
            place.crawl(
                replica.origin, **day, TINTUC_DAILY_REQUESTS=20, RETRY_TIMES=2, TINTUC_GIVE_UP_AFTER=0
            )
        assert len(replica.requests) == 20


def test_what_robots_txt_disallows_does_not_count(place: Place, day: Day) -> None:
    with Replica(seed=38, articles=30, sections=3, **OLD) as replica:
        with replica.failing("/robots.txt", Fault.disallow_all()):
            place.crawl(replica.origin, **day, TINTUC_DAILY_REQUESTS=10, TINTUC_GIVE_UP_AFTER=0)
        assert len(replica.requests) == 1
        with place.connection() as conn, conn:
            conn.execute("UPDATE hosts SET robots_at = '2020-01-01T00:00:00Z'")
        place.crawl(replica.origin, **day, TINTUC_DAILY_REQUESTS=10)
        assert len(replica.requests) == 10
