"""How every command ends when its reader goes away, or when it is told to stop: quietly, and with nothing half done.

As processes of their own: signals, pipes and exit codes are what is tested.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crawler import past
from tests.crawler.past import pages, record
from tests.replica import Replica
from tests.running import QUICK, ROOT, Ended, Place


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A database that verify, health and reparse have something to say about."""
    place = Place(tmp_path_factory.mktemp("filled"))
    record(place, pages(), past.shouting)
    with place.connection() as conn:
        conn.execute("UPDATE articles SET content_hash = 'wrong'")
        conn.commit()
    return place


@contextmanager
def broken_pipe() -> Iterator[int]:
    """The writing end of a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


def run(place: Place, *args: str | Path, out: int = subprocess.PIPE, err: int = subprocess.PIPE) -> Ended:
    """Run a command with its output going where it is told."""
    done = subprocess.run(
        place.command(*args),
        cwd=ROOT,
        env=place.environment(),
        stdout=out,
        stderr=err,
        text=True,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout or "", done.stderr or "")


class TestReadersThatHaveSeenEnough:
    @pytest.mark.parametrize(
        "args",
        [
            ("health",),
            ("health", "--json"),
            ("verify",),
            ("verify", "--json"),
            ("search", "SAI"),
            ("search", "SAI", "--json"),
            ("reparse", "--dry-run", "--jobs", "1"),
        ],
        ids=" ".join,
    )
    def test_the_end_is_the_same_as_when_all_is_read(self, filled: Place, args: tuple[str, ...]) -> None:
        whole = run(filled, *args)
        assert whole.out
        with broken_pipe() as nobody:
            ended = run(filled, *args, out=nobody)
        assert (ended.code, ended.err) == (whole.code, whole.err)

    def test_a_backup_is_made_whoever_reads_that_it_was(self, filled: Place, tmp_path: Path) -> None:
        with broken_pipe() as nobody:
            ended = run(filled, "backup", tmp_path / "copy.db", out=nobody)
        assert (ended.code, ended.err) == (0, "")
        assert (tmp_path / "copy.db").exists()

    def test_messages_that_nobody_reads_stop_no_work(self, place: Place) -> None:
        """``scrapy ingest ... 2>&1 | head -1``: every page is recorded, the broken ones before it too."""
        folder = save(place.folder / "saved", 5)
        (folder / "0.html").write_bytes(b"")
        with broken_pipe() as nobody:
            ended = run(place, "ingest", folder, out=nobody, err=nobody)
        assert ended.code == 3
        assert place.outcomes("file") == {"new": 5, "invalid": 1}
        assert place.one("SELECT finish_reason FROM runs") == "finished"

    @pytest.mark.parametrize("level", ["WARNING", "DEBUG"])
    def test_a_crawl_goes_on_to_its_end(self, place: Place, level: str) -> None:
        """``scrapy crawl baotintuc 2>&1 | head -1``: the run is recorded whole, with its own exit code."""
        with Replica(seed=94, articles=3, sections=1) as replica, broken_pipe() as nobody:
            command = place.command("crawl", "baotintuc", **QUICK, LOG_LEVEL=level)
            environment = place.environment(replica.origin)
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=nobody, stderr=nobody, timeout=120, check=False
            )
        assert done.returncode == 0
        assert place.rows("SELECT finish_reason, verdict FROM runs")[0][:] == ("finished", "OK")
        assert place.one("SELECT count(*) FROM articles") == 3

    def test_an_error_that_nobody_reads_keeps_its_exit_code(self, place: Place) -> None:
        with broken_pipe() as nobody:
            assert run(place, "health", out=nobody, err=nobody).code == 1


def save(folder: Path, count: int) -> Path:
    """Pages of the replica as a person saves them."""
    folder.mkdir()
    for number, page in enumerate(pages(80, seed=13)[:count], 1):
        (folder / f"{number:03}.html").write_bytes(page.body)
    return folder


STRUCK = """
import os, signal, sys
from importlib import import_module

NUMBER = signal.Signals[sys.argv[1]] if sys.argv[1] in signal.Signals.__members__ else None

def strike(module, name, times):
    owner, _, attribute = name.rpartition(".")
    owner = getattr(import_module(module), owner) if owner else import_module(module)
    real, calls = getattr(owner, attribute), []
    def struck(*args, **options):
        calls.append(1)
        if len(calls) in times:
            os.kill(os.getpid(), NUMBER)
        return real(*args, **options)
    setattr(owner, attribute, struck)

if __name__ == "__main__":
    {strikes}
    sys.argv = ["scrapy", *{args}]
    from scrapy.cmdline import execute
    execute()
"""
"""A command that gets a signal at certain calls of a function."""


def struck(place: Place, name: str, strikes: str, *args: str | Path) -> Ended:
    """Run a command that is struck."""
    script = place.folder / "struck.py"
    script.write_text(STRUCK.format(strikes=strikes, args=[str(arg) for arg in args]))
    done = subprocess.run(
        [sys.executable, str(script), name],
        cwd=ROOT,
        env=place.environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def check_stopped(ended: Ended) -> None:
    """One line, no traceback, and the exit code of the contract."""
    assert ended.line == "tintuc: stopped"
    assert (ended.code, ended.out) == (130, "")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
class TestTold:
    def test_ingest_keeps_the_pages_it_has_whole(self, place: Place, name: str) -> None:
        folder = save(place.folder / "saved", 30)
        strikes = "strike('crawler.commands.ingest', 'read_saved', [21])"
        check_stopped(struck(place, name, strikes, "ingest", folder))
        assert place.outcomes("file") == {"new": 20}
        assert place.one("SELECT finish_reason FROM runs") == "shutdown"
        assert place.scrapy("verify").code == 0
        assert place.scrapy("ingest", folder).code == 0  # the lock is free, and the rest is read
        assert place.one("SELECT count(*) FROM articles") == 30

    def test_ingest_takes_back_the_article_it_was_writing(self, place: Place, name: str) -> None:
        folder = save(place.folder / "saved", 30)
        strikes = "strike('pipelines.store', 'Writer._around', [21])"
        check_stopped(struck(place, name, strikes, "ingest", folder))
        assert place.one("SELECT count(*) FROM articles") == 20
        assert place.one("SELECT count(*) FROM fetches") == 20
        assert place.scrapy("verify").code == 0

    def test_an_impatient_second_signal_does_no_harm(self, place: Place, name: str) -> None:
        """It comes while the batch is written again without the article that was under way."""
        folder = save(place.folder / "saved", 30)
        strikes = "strike('pipelines.store', 'Writer._around', [21, 30])"
        check_stopped(struck(place, name, strikes, "ingest", folder))
        assert place.one("SELECT count(*) FROM articles") == 20
        assert place.scrapy("verify").code == 0

    def test_backup_leaves_nothing_half(self, place: Place, name: str) -> None:
        record(place, pages())
        copies = place.folder / "copies"
        copies.mkdir()
        strikes = "strike('pipelines.database.backup', '_check', [1])"
        check_stopped(struck(place, name, strikes, "backup", copies / "copy.db"))
        assert list(copies.iterdir()) == []

    def test_commands_that_only_read(self, place: Place, name: str) -> None:
        record(place, pages())
        for args, function in (
            (("verify",), "strike('crawler.commands.verify', 'verify', [1])"),
            (("health",), "strike('crawler.commands.health', 'judge', [1])"),
            (("search", "tin"), "strike('crawler.commands.search', 'search', [1])"),
            (("reparse", "--dry-run"), "strike('crawler.reparsing.recording', 'Rereading.take', [3])"),
        ):
            check_stopped(struck(place, name, function, *args))

    def test_reparse_keeps_what_it_has_recorded(self, place: Place, name: str) -> None:
        record(place, pages(80, seed=13), past.shouting)
        strikes = "strike('pipelines.recorder', 'Recorder.record', [25])"
        check_stopped(struck(place, name, strikes, "reparse", "--jobs", "2"))
        assert place.one("SELECT count(*) FROM articles WHERE headline NOT LIKE 'SAI %'") == 24
        assert place.rows("SELECT finish_reason FROM runs ORDER BY id")[-1][0] == "shutdown"
        assert place.scrapy("verify").code == 0


ENDLESS = """
import os, sys
from scrapy.cmdline import execute
from pipelines.database import verify

def endless(conn):
    os.write(1, b"begun\\n")  # not print: a signal amid its flush has it printed again at the end
    conn.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n").fetchone()
    return []

verify.CHECKS, verify._count_again = {"integrity": endless}, endless
sys.argv = ["scrapy", *sys.argv[1:]]
execute()
"""
"""A command in which a single call of SQLite's takes longer than anybody waits."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("args", [("verify",), ("verify", "--repair")], ids=" ".join)
def test_a_long_call_of_the_database_holds_up_no_stop(
    place: Place, number: signal.Signals, args: tuple[str, ...]
) -> None:
    """Python hears of a signal only when the call is over: the check of a large file takes minutes."""
    record(place, pages(), past.shouting)
    with place.connection() as conn, conn:
        conn.execute("DELETE FROM identities")
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, *args],
        cwd=ROOT,
        env=place.environment() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "begun\n"
        run.send_signal(number)
        try:
            out, err = run.communicate(timeout=20)
        finally:
            run.kill()
    check_stopped(Ended(run.returncode, out, err))
    assert place.one("SELECT count(*) FROM identities") == 0  # what the repair had done is taken back
    assert place.one("PRAGMA integrity_check") == "ok"


def test_a_service_manager_strikes_the_whole_group_of_processes(place: Place) -> None:
    """systemd sends SIGTERM to every process of a unit, those that read for the recording one too."""
    record(place, pages(80, seed=13), past.shouting)
    strikes = "strike('pipelines.recorder', 'Recorder.record', [25])"
    script = STRUCK.replace("os.kill(os.getpid()", "os.killpg(0")
    (place.folder / "struck.py").write_text(script.format(strikes=strikes, args=["reparse", "--jobs", "2"]))
    done = subprocess.run(
        [sys.executable, str(place.folder / "struck.py"), "SIGTERM"],
        cwd=ROOT,
        env=place.environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        start_new_session=True,
    )
    check_stopped(Ended(done.returncode, done.stdout, done.stderr))
    assert place.one("SELECT count(*) FROM articles WHERE headline NOT LIKE 'SAI %'") == 24
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL  # this process is none of the group
