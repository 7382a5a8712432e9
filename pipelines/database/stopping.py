"""Lets a signal end a long call of SQLite's.

Python carries out a signal's handler between two of its own instructions; a check of the whole file or
an index made anew is a single one, and takes minutes on a large file. Only for commands whose handlers
raise: a crawl's are its event loop's.
"""

from __future__ import annotations

import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pipelines.database.errors import code_of

_STOPS: Final = frozenset({signal.SIGINT, signal.SIGTERM})
_AGAIN: Final = 0.1
"""Seconds between two interruptions."""


@contextmanager
def stoppable(conn: sqlite3.Connection) -> Iterator[None]:
    """Interrupt what ``conn`` does when SIGINT or SIGTERM arrives and Python has a handler for it.

    Raises KeyboardInterrupt where that ended a call. Outside the main thread, which alone hears of
    signals, it changes nothing. To be left before ``conn`` is closed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with _interrupted_by_signals(conn):
        try:
            yield
        except sqlite3.OperationalError as error:
            _let_handlers_run()
            if code_of(error) == sqlite3.SQLITE_INTERRUPT:
                raise KeyboardInterrupt from None
            raise


@contextmanager
def _interrupted_by_signals(conn: sqlite3.Connection) -> Iterator[None]:
    """The interpreter writes each signal to a socket, at once; a thread that reads there passes it on."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    over = threading.Event()
    thread = threading.Thread(target=pass_on, args=(ours, conn, over), daemon=True)
    thread.start()
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        over.set()
        theirs.close()
        thread.join()
        ours.close()


def pass_on(signals: socket.socket, conn: sqlite3.Connection, over: threading.Event) -> None:
    """Interrupt from the first signal to stop until all is over.

    Not once: SQLite forgets an interruption that comes a moment before a call begins.
    """
    numbers = iter(lambda: signals.recv(1), b"")
    if any(number[0] in _STOPS for number in numbers):
        while not over.is_set():
            conn.interrupt()
            over.wait(_AGAIN)


def _let_handlers_run() -> None:
    """A handler that waits runs when a function begins, this one too: better now than amid the clean-up."""
