"""A crawl that is told to stop ends within seconds with 130, whatever it is doing, and loses nothing."""

from __future__ import annotations

import json
import signal
import subprocess
from typing import Any

import pytest

from crawler.settings import EXTENSIONS
from tests.replica import Fault, Replica
from tests.running import QUICK, ROOT, Place
from tests.watching import WatchedReplica

SECONDS = 20
"""That a run may take to end on a busy machine; it waits for 60 for an answer, so it did stop."""


def start(place: Place, site: str, **settings: Any) -> subprocess.Popen[str]:
    """A crawl under way."""
    command = place.command("crawl", "baotintuc", **{**QUICK, **settings})
    environment = place.environment(site)
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def check_it_was_stopped(place: Place, code: int, err: str) -> None:
    """It says so in its exit code and its record, without a traceback, and the database is well."""
    assert code == 130, err
    assert "Traceback" not in err
    assert place.one("SELECT finish_reason FROM runs ORDER BY id DESC LIMIT 1") == "shutdown"
    assert place.one("SELECT count(*) FROM runs WHERE finished_at IS NULL") == 0
    assert place.one("PRAGMA integrity_check") == "ok"


@pytest.mark.parametrize("how", ["StopsWhileOpening", "StopsOnceOpened"])
def test_a_signal_while_a_run_opens_ends_it_with_130(place: Place, how: str) -> None:
    extensions = json.dumps(EXTENSIONS | {f"tests.stopping_itself.{how}": 60})
    with Replica(seed=91, articles=3, sections=1) as replica:
        ended = place.crawl(replica.origin, EXTENSIONS=extensions)
        check_it_was_stopped(place, ended.code, ended.err)
        assert place.crawl(replica.origin).code == 0  # the lock is free, and nothing is lost
        assert place.one("SELECT count(*) FROM articles") == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_download_that_hangs_does_not_hold_up_a_stop(place: Place, number: signal.Signals) -> None:
    with WatchedReplica(seed=92, articles=6, sections=1) as replica:
        for article in replica.articles:
            replica.fault(article.path, Fault.hang())
        with start(place, replica.origin) as run:
            replica.wait_for_articles(1)
            run.send_signal(number)
            _, err = run.communicate(timeout=SECONDS)
        check_it_was_stopped(place, run.returncode, err)
        replica.heal()
        assert place.crawl(replica.origin).code == 0
    assert place.one("SELECT count(*) FROM articles") == 6


def test_a_second_ctrl_c_ends_a_run_at_once(place: Place) -> None:
    with WatchedReplica(seed=93, articles=6, sections=1) as replica:
        replica.fault("*-post*", Fault.hang())
        replica.fault("*.htm", Fault.hang())
        with start(place, replica.origin, LOG_LEVEL="INFO") as run:
            replica.wait_for_requests(2, until=lambda: run.poll() is not None)
            run.send_signal(signal.SIGINT)
            wait_for_the_record_of_a_signal(run)
            run.send_signal(signal.SIGINT)
            _, err = run.communicate(timeout=SECONDS)
        check_it_was_stopped(place, run.returncode, err)
        replica.heal()
        assert place.crawl(replica.origin).code == 0
    assert place.one("SELECT count(*) FROM articles") == 6


def wait_for_the_record_of_a_signal(run: subprocess.Popen[str]) -> None:
    """Return once the first signal was taken: it is logged. Two at once could be taken for one."""
    assert run.stderr is not None
    for line in run.stderr:
        if "SIGINT" in line:
            return
    raise AssertionError("the signal was never taken")


def test_a_crawl_delay_is_not_sat_out(place: Place) -> None:
    """The pause that has begun is longer than the test waits."""
    with WatchedReplica(seed=94, articles=6, sections=1) as replica:
        replica.fault("/robots.txt", Fault.crawl_delay(55))
        with start(place, replica.origin) as run:
            replica.wait_for_requests(
                2, until=lambda: run.poll() is not None or knows_the_rules(place, replica)
            )
            run.send_signal(signal.SIGINT)
            _, err = run.communicate(timeout=SECONDS)
    check_it_was_stopped(place, run.returncode, err)


def knows_the_rules(place: Place, replica: Replica) -> bool:
    """Whether robots.txt is read, so that the pause it asks for has begun."""
    return bool(replica.hits and place.one("SELECT count(*) FROM fetches WHERE kind = 'robots'"))
