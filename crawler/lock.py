"""One writer at a time on a database: an advisory lock on a file beside it.

The kernel drops the lock when its process ends, however it ends, so a lock is never stale; the
file itself stays, since removing it would let two processes lock two different files.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from crawler.errors import LockedError, TintucError

_PAUSE: Final = 0.2
"""Seconds between two tries while waiting: short beside any run, long beside a system call."""


class RunLock:
    """The right to write to a database; a context manager.

    Args:
        database: path of the database that is locked; its folder must exist.
        command: what holds the lock, for the message that others see.
        wait: seconds to wait for another holder to end.
    """

    def __init__(self, database: Path, command: str, wait: float = 0.0):
        real = database.resolve()  # two names of one file have one lock
        self._path = real.with_name(real.name + ".lock")
        self._command = command
        self._wait = wait
        self._file: IO[str] | None = None

    def acquire(self) -> Self:
        """Take the lock.

        Raises:
            LockedError: another process holds it, and still did after the wait.
            TintucError: the lock file can't be written.
        """
        until = time.monotonic() + self._wait
        try:
            self._file = self._path.open("a+", encoding="utf-8")
            while not self._try():
                if time.monotonic() >= until:
                    raise LockedError(self._held())
                time.sleep(_PAUSE)
            self._sign()
        except OSError as error:
            self.release()
            raise TintucError(f"cannot write beside the database: {self._path}: {error.strerror}") from None
        return self

    def _try(self) -> bool:
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _sign(self) -> None:
        assert self._file is not None
        self._file.seek(0)
        self._file.truncate()
        holder = {"pid": os.getpid(), "command": self._command, "started_at": _utc_now()}
        self._file.write(json.dumps(holder) + "\n")
        self._file.flush()

    def _held(self) -> str:
        assert self._file is not None
        self._file.seek(0)
        text = self._file.read()
        self._file.close()
        self._file = None
        try:
            holder = json.loads(text)
            who = f"{holder['command']} (process {holder['pid']}, since {holder['started_at']})"
        except (ValueError, KeyError, TypeError):
            who = "another run"
        return f"{self._path.with_suffix('')} is in use by {who}; try again when it has ended"

    def release(self) -> None:
        """Give the lock back; nothing happens where it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _utc_now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
