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


@contextmanager
def stoppable(conn: sqlite3.Connection) -> Iterator[None]:
    """Interrupt what ``conn`` does when a signal arrives for which Python has a handler.

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
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise KeyboardInterrupt from None
            raise


@contextmanager
def _interrupted_by_signals(conn: sqlite3.Connection) -> Iterator[None]:
    """The interpreter writes each signal to a socket, at once; a thread that reads there passes it on."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    thread = threading.Thread(target=_pass_on, args=(ours, conn), daemon=True)
    thread.start()
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        theirs.close()
        thread.join()
        ours.close()


def _pass_on(signals: socket.socket, conn: sqlite3.Connection) -> None:
    while signals.recv(1):
        conn.interrupt()


def _let_handlers_run() -> None:
    """A handler that waits runs when a function begins, this one too: better now than amid the clean-up."""
