"""Telling someone: on a change of verdict, once; never at the cost of the run."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from scrapy.settings import Settings

from crawler.extensions.notify import is_change, read_addresses
from crawler.health import Level
from pipelines.database import open_database, reporting, runs
from pipelines.database.history import set_verdict
from tests.pipelines.factory import NOON
from tests.replica import Fault, Replica
from tests.running import ROOT, Place

CALM = {"TINTUC_HEALTH_DISK_WARN_MB": 0, "TINTUC_HEALTH_DISK_FAIL_MB": 0}


class Receiver:
    """Takes messages as apprise's ``json://`` posts them."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.is_down = False
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not receiver.is_down:
                    receiver.messages.append(message)
                self.send_response(503 if receiver.is_down else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://127.0.0.1:{self._server.server_port}/tintuc"

    def __enter__(self) -> Receiver:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine."""
    with Receiver() as one:
        yield one


def test_a_run_tells_when_it_fails_and_when_it_is_well_again_and_not_in_between(
    place: Place, receiver: Receiver
) -> None:
    told: dict[str, Any] = {"TINTUC_NOTIFY": receiver.address, **CALM}
    with Replica(seed=32, articles=3, sections=2) as replica:
        assert place.crawl(replica.origin, **told).code == 0
        assert receiver.messages == []  # well from the first run on
        with replica.failing("*", Fault.status(500)):
            codes = [place.crawl(replica.origin, **told).code for _ in range(2)]
        assert place.crawl(replica.origin, **told).code == 0
    assert codes == [3, 3]
    failed, well = receiver.messages
    assert ": FAIL (was OK)" in failed["title"]
    first, second, *_ = failed["message"].splitlines()
    assert first.startswith("health: FAIL (run 2)")
    assert second.startswith("FAIL ")
    assert f"database: {place.database}" in failed["message"]
    assert failed["type"] == "failure"
    assert ": OK (was FAIL)" in well["title"]
    assert well["type"] == "success"


def test_a_receiver_that_is_down_is_said_and_does_not_fail_the_run(place: Place) -> None:
    with Receiver() as gone:
        address = gone.address.replace("//", "//user:geheim@")
    with Replica(seed=32, articles=2, sections=2) as replica, replica.failing("*", Fault.status(500)):
        ended = place.crawl(replica.origin, TINTUC_NOTIFY=address, **CALM)
    assert ended.code == 3  # what the run itself came to
    (line,) = [line for line in ended.err.splitlines() if "nobody was told" in line]
    assert "json://" in line
    assert "geheim" not in ended.err


def test_what_a_receiver_that_was_down_has_missed_is_told_once_it_is_up(
    place: Place, receiver: Receiver
) -> None:
    told: dict[str, Any] = {"TINTUC_NOTIFY": receiver.address, **CALM}
    with Replica(seed=32, articles=2, sections=2) as replica:
        assert place.crawl(replica.origin, **told).code == 0
        with replica.failing("*", Fault.status(500)):
            receiver.is_down = True
            assert place.crawl(replica.origin, **told).code == 3
            assert receiver.messages == []
            receiver.is_down = False
            assert [place.crawl(replica.origin, **told).code for _ in range(2)] == [3, 3]
    (failed,) = receiver.messages
    assert ": FAIL (was OK)" in failed["title"]


def test_health_tells_of_runs_that_do_not_begin_once_and_the_next_run_that_all_is_well(
    place: Place, receiver: Receiver
) -> None:
    told: dict[str, Any] = {"TINTUC_NOTIFY": receiver.address, **CALM}
    with Replica(seed=32, articles=2, sections=2) as replica:
        assert place.crawl(replica.origin, **told).code == 0
        late = {**told, "TINTUC_HEALTH_RUN_HOURS": 0}
        assert place.scrapy("health", **late).code == 3
        assert receiver.messages == []  # nobody asked for it
        assert [place.scrapy("health", "--notify", **late).code for _ in range(2)] == [3, 3]
        (late_one,) = receiver.messages
        assert "FAIL last good run" in late_one["message"]
        assert place.crawl(replica.origin, **told).code == 0
    assert ": OK (was FAIL)" in receiver.messages[-1]["title"]
    assert len(receiver.messages) == 2


def test_health_tells_of_a_database_that_cannot_be_read(place: Place, receiver: Receiver) -> None:
    place.database.write_bytes(b"no database" * 1000)
    ended = place.scrapy("health", "--notify", TINTUC_NOTIFY=receiver.address)
    assert ended.code == 1
    (message,) = receiver.messages
    assert "health could not look" in message["message"]


def test_health_says_where_nobody_is_told(place: Place) -> None:
    with Replica(seed=32, articles=2, sections=2) as replica:
        place.crawl(replica.origin, **CALM)
    ended = place.scrapy("health", "--notify", **CALM)
    assert (ended.code, ended.err) == (0, "tintuc: TINTUC_NOTIFY is empty: nobody is told\n")


def test_a_run_by_hand_tells_nothing_of_the_schedule_and_takes_nothing_from_it(tmp_path: Path) -> None:
    db = open_database(tmp_path / "a.db", create=True)
    first = runs.start_run(db, "baotintuc", {}, NOON)
    reporting.set_told(db, first, {"somebody": {"found": ("FAIL", "2026-11-20T05:00:00Z")}})
    by_hand = runs.start_run(db, "baotintuc", {"url": "https://baotintuc.vn/mot-bai-post1.html"}, NOON)
    last = runs.start_run(db, "baotintuc", {}, NOON)
    assert reporting.before(db, by_hand).told is None
    assert reporting.before(db, last).told == {"somebody": {"found": ["FAIL", "2026-11-20T05:00:00Z"]}}
    db.close()


def test_without_the_extra_one_line_says_what_to_install(place: Place, tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    absent.mkdir()
    (absent / "apprise.py").write_text("raise ImportError('not installed')\n")
    ended = subprocess.run(
        place.command("crawl", "baotintuc", TINTUC_NOTIFY="json://127.0.0.1/"),
        env=place.environment("http://127.0.0.1:9") | {"PYTHONPATH": str(absent)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == "tintuc: TINTUC_NOTIFY needs apprise: pip install 'tintuc[notify]'\n"
    assert not place.database.exists()


@pytest.mark.parametrize(
    ("address", "named"),
    [("carrier-pigeon://geheim@loft", "carrier-pigeon://..."), ("geheim", "without ://")],
)
def test_an_address_that_apprise_does_not_know_stops_the_run_without_being_printed(
    place: Place, address: str, named: str
) -> None:
    ended = place.crawl("http://127.0.0.1:9", TINTUC_NOTIFY=address)
    assert ended.code == 1
    assert named in ended.line
    assert "geheim" not in ended.line


def test_a_level_that_is_none_stops_the_run(place: Place) -> None:
    ended = place.crawl("http://127.0.0.1:9", TINTUC_NOTIFY="json://127.0.0.1/", TINTUC_NOTIFY_FROM="OK")
    assert (ended.code, ended.line) == (1, "tintuc: TINTUC_NOTIFY_FROM must be WARN or FAIL: 'OK'")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", []),
        (" , ", []),
        ("ntfy://a/b", ["ntfy://a/b"]),
        ("ntfy://a/b, mailto://c", ["ntfy://a/b", "mailto://c"]),
        ("ntfy://a/b mailto://c\nslack://d,", ["ntfy://a/b", "mailto://c", "slack://d"]),
        ("ntfy://a/b,c/ json://d", ["ntfy://a/b,c/", "json://d"]),
    ],
)
def test_addresses_are_parted_by_commas_or_spaces(given: str, expected: list[str]) -> None:
    assert read_addresses(Settings({"TINTUC_NOTIFY": given})) == expected


@pytest.mark.parametrize(
    ("was", "is_", "least", "told"),
    [
        (None, "OK", "WARN", False),
        (None, "WARN", "WARN", True),
        (None, "FAIL", "FAIL", True),
        ("OK", "OK", "WARN", False),
        ("OK", "WARN", "WARN", True),
        ("OK", "WARN", "FAIL", False),
        ("WARN", "FAIL", "FAIL", True),
        ("FAIL", "FAIL", "WARN", False),
        ("FAIL", "WARN", "WARN", True),
        ("FAIL", "WARN", "FAIL", True),
        ("WARN", "OK", "FAIL", False),
        ("FAIL", "OK", "FAIL", True),
    ],
)
def test_a_change_is_told_as_far_as_asked_for(was: str | None, is_: str, least: str, told: bool) -> None:
    before = reporting.Before(verdict=was)
    assert is_change(before, Level(is_), judged=True, least=Level(least)) is told


def test_a_full_disk_is_told_once(tmp_path: Path) -> None:
    least, fail = Level.WARN, Level.FAIL
    assert is_change(reporting.Before(verdict="OK"), fail, judged=False, least=least)
    assert not is_change(reporting.Before(verdict="OK", is_unjudged=True), fail, judged=False, least=least)
    assert is_change(reporting.Before(verdict="OK", is_unjudged=True), fail, judged=True, least=least)


def test_the_extra_does_not_hold_python_dateutil_back() -> None:
    wants = [Requirement(line) for line in requires("apprise") or ()]
    assert "python-dateutil" not in {want.name for want in wants}
    assert Version(version("python-dateutil")) >= Version("4")


def test_each_sort_of_run_has_its_own_past(tmp_path: Path) -> None:
    db = open_database(tmp_path / "a.db", create=True)
    given: list[tuple[dict[str, str], str | None]] = [
        ({}, "FAIL"),
        ({"url": "https://baotintuc.vn/mot-bai-post1.html"}, "OK"),
        ({"recheck": "0"}, None),
        ({"sections": "the-thao"}, "WARN"),
        ({}, None),
    ]
    for arguments, verdict in given:
        run_id = runs.start_run(db, "baotintuc", arguments, NOON)
        if verdict:
            set_verdict(db, run_id, verdict)
    assert reporting.before(db, run_id) == reporting.Before(verdict="FAIL", is_unjudged=True)
    assert reporting.before(db, 1) == reporting.Before()
    db.close()
