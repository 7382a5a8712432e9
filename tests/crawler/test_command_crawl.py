"""``scrapy crawl``: arguments are checked first, and the exit code tells a scheduler how it went."""

from __future__ import annotations

import signal
import subprocess

import pytest

from tests.replica import Fault, Replica
from tests.running import QUICK, Place
from tests.small_disk import small_disk
from tests.watching import WatchedReplica

NOWHERE = "http://127.0.0.1:9"
"""An origin where nobody listens: whoever fetches anything there fails visibly."""


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("-a", "sections=khong-co-muc-nay"), 1, "unknown section 'khong-co-muc-nay'"),
        (("-a", "since=2024-05-01", "-a", "until=2024-04-01"), 1, "is after until"),
        (("-a", "since=hôm qua"), 1, "not a day"),
        (("-a", "url=https://example.com/"), 1, "not the address of an article"),
        (("-a", "urls=/khong/co/tep.txt"), 1, "can't be read"),
        (("-a", "recheck=x"), 1, "not a whole number"),
        (("-s", "TINTUC_SITE=baotintuc.vn"), 1, "TINTUC_SITE is not an origin"),
        (("-s", "TINTUC_DATABASE="), 1, "TINTUC_DATABASE is empty"),
        (("-s", "TINTUC_FIRST_DAYS=ba"), 1, "TINTUC_FIRST_DAYS must be a whole number"),
        (("-s", "TINTUC_FIRST_DAYS=999999999"), 1, "a whole number of at most 100,000: '999999999'"),
        (
            ("-s", f"TINTUC_RECHECK={'9' * 5000}"),
            1,
            f"TINTUC_RECHECK must be a whole number of at least 0: '{'9' * 40}...'",
        ),
        (
            ("-s", "TINTUC_LONGEST_STORM=1e30"),
            1,
            "TINTUC_LONGEST_STORM must be a number of at most 100,000,000",
        ),
        (("-s", "TINTUC_DATABASE=~no-such-user/a.db"), 1, "TINTUC_DATABASE: there is no such user"),
        (("-s", "TINTUC_ARCHIVE=~no-such-user/a"), 1, "TINTUC_ARCHIVE: there is no such user"),
        (("-s", "TINTUC_METRICS=~no-such-user/a"), 1, "TINTUC_METRICS: there is no such user"),
        (("-a", "urls=~no-such-user/a"), 1, "urls=: there is no such user"),
        (("-a", "since=0001-01-01"), 1, "since=0001-01-01 is not a day"),
        (("-a", "since=2026-01-01", "-a", "until=9999-12-31"), 1, "until=9999-12-31 is not a day"),
        (("-s", "DOWNLOAD_TIMEOUT=1 phút"), 1, "DOWNLOAD_TIMEOUT must be a number"),
        (("-s", "DOWNLOAD_MAXSIZE=8MB"), 1, "DOWNLOAD_MAXSIZE must be a whole number"),
        (("-s", "CONCURRENT_REQUESTS=hai"), 1, "CONCURRENT_REQUESTS must be a whole number"),
        (("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=0"), 1, "CONCURRENT_REQUESTS_PER_DOMAIN must be"),
        (("-s", "COOKIES_ENABLED=vielleicht"), 1, "COOKIES_ENABLED is 0 or 1, not 'vielleicht'"),
        (
            ("-s", "LOG_LEVEL=LAUT"),
            1,
            "LOG_LEVEL is one of CRITICAL, ERROR, WARNING, INFO, DEBUG, not 'LAUT'",
        ),
        (("-L", "info"), 1, "LOG_LEVEL is one of CRITICAL"),
        (("-a", "section=thoi-su"), 2, "did you mean sections="),
        (("--sections=thoi-su",), 2, "unknown option: --sections=thoi-su"),
        (("-a", "thoi-su"), 2, "Invalid -a value"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_touched(
    place: Place, args: tuple[str, ...], code: int, says: str
) -> None:
    ended = place.crawl(NOWHERE, *args)
    assert ended.code == code, ended.err
    assert says in ended.err.splitlines()[-1]
    assert "Traceback" not in ended.err
    assert not place.database.exists()


@pytest.mark.parametrize("delay", ["abc", "-1", "inf"])
def test_a_delay_that_is_none_is_one_line(place: Place, delay: str) -> None:
    ended = place.scrapy("crawl", "baotintuc", site=NOWHERE, DOWNLOAD_DELAY=delay)
    assert ended.code == 1
    assert ended.line == f"tintuc: DOWNLOAD_DELAY must be a number of at least 0: {delay!r}"
    assert not place.database.exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("crawl",), "name one spider"),
        (("crawl", "baotintuk"), "did you mean baotintuc"),
        (("crawl", "baotintuc", "baotintuc"), "name one spider"),
    ],
)
def test_a_spider_that_does_not_exist_is_wrong_usage(place: Place, args: tuple[str, ...], says: str) -> None:
    ended = place.scrapy(*args)
    assert ended.code == 2
    assert says in ended.err
    assert "Traceback" not in ended.err


def test_a_file_that_is_no_database_is_one_line(place: Place) -> None:
    place.database.write_text("không phải cơ sở dữ liệu")
    ended = place.crawl(NOWHERE)
    assert ended.code == 1
    assert "not a SQLite database" in ended.line


def test_a_folder_that_cant_be_made_is_one_line(place: Place) -> None:
    (place.folder / "file").write_text("x")
    ended = place.crawl(NOWHERE, TINTUC_DATABASE=place.folder / "file" / "a.db")
    assert ended.code == 1
    assert "cannot make the folder" in ended.line


def test_a_second_run_is_turned_away_at_once(place: Place) -> None:
    from crawler.lock import RunLock

    with RunLock(place.database, "crawl baotintuc"):
        ended = place.crawl(NOWHERE)
    assert ended.code == 75
    assert "is in use by crawl baotintuc" in ended.line


def test_a_site_that_cant_be_reached_is_an_unhealthy_run(place: Place) -> None:
    ended = place.crawl(NOWHERE)
    assert ended.code == 3
    assert place.outcomes("robots") == {"network_error": 1}
    assert "Traceback" not in ended.err


def test_a_signal_ends_a_run_cleanly_with_130(place: Place) -> None:
    with WatchedReplica(seed=2, articles=300, sections=4) as replica:
        command = place.command("crawl", "baotintuc", **{**QUICK, "DOWNLOAD_DELAY": "0.05"})
        process = subprocess.Popen(
            command, env=place.environment(replica.origin), stderr=subprocess.PIPE, text=True
        )
        replica.wait_for_articles(5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert place.one("SELECT finish_reason FROM runs") == "shutdown"
    assert 0 < place.one("SELECT count(*) FROM articles") < 300
    assert place.one("PRAGMA integrity_check") == "ok"


def test_a_full_disk_ends_the_run_with_one_line_and_exit_1(place: Place) -> None:
    with small_disk(place.folder / "disk", kilobytes=1400) as disk, Replica(seed=3, articles=200) as replica:
        full = Place(disk)
        ended = full.crawl(replica.origin, TINTUC_ARCHIVE="")
        assert ended.code == 1, ended.err
        assert "no room left" in ended.err.splitlines()[-1]
        assert "Traceback" not in ended.err
        assert full.one("PRAGMA integrity_check") == "ok"
        assert len(replica.requests) < 200


def test_a_run_over_a_site_that_only_fails_is_unhealthy(place: Place) -> None:
    with Replica(seed=4, articles=5) as replica, replica.failing("*", Fault.status(503)):
        ended = place.crawl(replica.origin)
    assert ended.code == 3
    assert place.one("SELECT count(*) FROM articles") == 0


def test_a_page_can_be_looked_at_by_hand_without_a_record(place: Place) -> None:
    with Replica(seed=28, articles=2, sections=1) as replica:
        ended = place.scrapy("fetch", replica.articles[0].url, site=replica.origin)
    assert "Traceback" not in ended.err
    assert replica.articles[0].headline in ended.out
    assert not place.database.exists()
