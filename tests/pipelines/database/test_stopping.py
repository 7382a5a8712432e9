"""A signal ends a long call of SQLite's; whole commands are in tests/crawler/test_endings.py."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from pipelines.database.stopping import pass_on, stoppable


class Deaf:
    """A connection that forgets what it is told twice, as SQLite does just before a call begins."""

    def __init__(self, over: threading.Event):
        self.told = 0
        self._over = over

    def interrupt(self) -> None:
        self.told += 1
        if self.told == 3:
            self._over.set()


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as conn:
        yield conn


def told(*numbers: int) -> int:
    """How often a deaf connection is interrupted after these signals."""
    over = threading.Event()
    deaf = Deaf(over)
    ours, theirs = socket.socketpair()
    with ours:
        theirs.send(bytes(numbers))
        theirs.close()
        pass_on(ours, deaf, over)  # type: ignore[arg-type]
    return deaf.told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_interrupts_until_it_is_heard(number: int) -> None:
    assert told(number) == told(signal.SIGCHLD, number) == 3


def test_other_signals_end_nothing() -> None:
    assert told() == told(signal.SIGCHLD, signal.SIGWINCH) == 0


def test_an_interrupted_call_is_a_stop(conn: sqlite3.Connection) -> None:
    conn.create_function("stop", 0, conn.interrupt)
    with pytest.raises(KeyboardInterrupt), stoppable(conn):
        conn.execute("WITH n (i) AS (VALUES (1), (2)) SELECT stop() FROM n").fetchall()


def test_other_errors_stay_what_they_are(conn: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), stoppable(conn):
        conn.execute("SELECT * FROM nowhere")


def test_signals_go_where_they_went_before(conn: sqlite3.Connection) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer)
    try:
        with stoppable(conn):
            pass
        assert signal.set_wakeup_fd(before) == writer
    finally:
        signal.set_wakeup_fd(before)
        os.close(reader)
        os.close(writer)
