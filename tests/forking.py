"""The product's commands as processes of their own, forked from one that has the code loaded.

An interpreter and its imports take more than a second of CPU, and the suite runs hundreds of commands:
that was half of the suite's time. A fork (``forge.py``) takes a tenth of it, and what it runs is the same:
Scrapy's own command line with an environment, a folder, output, signals and an end of its own. What
only a fresh interpreter shows (a missing import, a package that is not there) is for the tests that start
one: those of signals, of the README, of the installed wheel and of what a start loads.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

READ_AT_START: Final = ("PYTHON", "LANG", "LC_")
ROOT = Path(__file__).parents[1]


class Forge:
    """A process that has the code loaded, and carries out one command at a time in a fork of itself."""

    def __init__(self) -> None:
        command, pipe = [sys.executable, "-m", "tests.forge"], subprocess.PIPE
        # unbuffered: an answer that was read ahead would be waited for in vain
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, bufsize=0)

    def run(
        self, words: list[str], environment: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run ``scrapy WORDS``; raises TimeoutExpired once it has taken ``timeout`` seconds, and ends it."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            for file in (out, err):
                file.touch()
            order = {"words": words, "environment": dict(environment), "out": str(out), "err": str(err)}
            self._order(order)
            pid = self._answer()
            with self._ended_with_us(pid):
                if not select.select([self._process.stdout], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired(["scrapy", *words], timeout, _text(out), _text(err))
                code = self._answer()
            return subprocess.CompletedProcess(["scrapy", *words], code, _text(out), _text(err))

    @property
    def runs(self) -> bool:
        """Whether it is there for another command."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it, once no command is running."""
        with self._process:
            pass  # it ends where its orders do

    def _order(self, order: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    def _answer(self) -> int:
        assert self._process.stdout
        answer = self._process.stdout.readline()
        assert answer, "the process that runs commands has ended: its traceback is in this test's output"
        return int(answer)

    @contextmanager
    def _ended_with_us(self, pid: int) -> Iterator[None]:
        """The command does not outlive whoever waits for it in vain."""
        try:
            yield
        except BaseException:
            os.kill(pid, signal.SIGKILL)
            self._answer()
            raise


_idle: list[Forge] = []
_at_start = {name: value for name, value in os.environ.items() if name.startswith(READ_AT_START)}


def suits(environment: Mapping[str, str]) -> bool:
    """Whether a fork can have this environment: an interpreter would read nothing else at its start."""
    return _at_start == {name: value for name, value in environment.items() if name.startswith(READ_AT_START)}


def run(words: list[str], environment: Mapping[str, str], timeout: float) -> subprocess.CompletedProcess[str]:
    """Run ``scrapy WORDS`` as a process of its own, in an environment that suits."""
    assert suits(environment)
    forge = _idle.pop() if _idle else Forge()
    try:
        return forge.run(words, environment, timeout)
    finally:
        if forge.runs:
            _idle.append(forge)
        else:
            forge.close()


@atexit.register
def _close() -> None:
    while _idle:
        _idle.pop().close()


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
