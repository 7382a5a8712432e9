"""One run at a time: the lock names its holder, and is free again however its process ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.errors import Exit, LockedError, TintucError
from crawler.lock import RunLock

HOLD = """
import sys
from pathlib import Path
from crawler.lock import RunLock
with RunLock(Path(sys.argv[1]), "crawl baotintuc"):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(database: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_is_turned_away_with_the_holder_named(tmp_path: Path) -> None:
    with hold(tmp_path / "a.db") as holder:
        with pytest.raises(LockedError) as caught:
            RunLock(tmp_path / "a.db", "crawl").acquire()
        assert caught.value.code is Exit.LOCKED
        assert f"crawl baotintuc (process {holder.pid}, since 20" in str(caught.value)
        assert str(tmp_path / "a.db") in str(caught.value)
        holder.communicate()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with hold(tmp_path / "a.db") as holder:
        holder.kill()
    with RunLock(tmp_path / "a.db", "crawl"):
        pass


def test_a_wait_outlasts_a_holder_that_ends(tmp_path: Path) -> None:
    with hold(tmp_path / "a.db") as holder:
        assert holder.stdin is not None
        holder.stdin.close()
        with RunLock(tmp_path / "a.db", "ingest", wait=30):
            pass


def test_two_databases_have_two_locks(tmp_path: Path) -> None:
    with RunLock(tmp_path / "a.db", "crawl"), RunLock(tmp_path / "b.db", "crawl"):
        pass


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TintucError, match="cannot write beside the database"):
        RunLock(tmp_path / "nowhere" / "a.db", "crawl").acquire()
