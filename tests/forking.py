"""The product's commands as processes of their own, forked from one that has the code loaded.

An interpreter and its imports take more than a second of CPU, and the suite runs some 250 commands:
most of the suite's time. A fork takes none, and what it runs is the same: Scrapy's own command line
with an environment, a folder, output, signals and an end of its own. The settings are read in the
fork, since they look at the environment; a reactor would not survive one. What only a fresh
interpreter shows (a missing import, a package that is not there) is for the tests that start one:
those of signals, of the README, of the installed wheel and of what a start loads.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

import scrapy.__main__
import scrapy.commands
from scrapy import cmdline
from scrapy.settings import default_settings as defaults
from scrapy.utils.misc import load_object

import crawler
import pipelines
from crawler.parsers.byline import read_byline

SETTINGS: Final = "crawler.settings"
READ_AT_START: Final = ("PYTHON", "LANG", "LC_")
ROOT = Path(__file__).parents[1]


class Forge:
    """A process that has the code loaded, and carries out one command at a time in a fork of itself."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.forking"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(
        self, words: list[str], environment: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run ``scrapy WORDS``; raises TimeoutExpired once it has taken ``timeout`` seconds, and ends it."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            order = {"words": words, "environment": dict(environment), "out": str(out), "err": str(err)}
            self._order(order)
            pid = self._answer()
            with self._ended_with_us(pid):
                if not select.select([self._process.stdout], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired(["scrapy", *words], timeout, _text(out), _text(err))
                code = self._answer()
            return subprocess.CompletedProcess(["scrapy", *words], code, _text(out), _text(err))

    def close(self) -> None:
        """End it, once no command is running."""
        with self._process:
            pass  # it ends where its orders do

    def _order(self, order: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()

    def _answer(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())

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
        _idle.append(forge)


@atexit.register
def _close() -> None:
    while _idle:
        _idle.pop().close()


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def load() -> None:
    """Import what a command of ours imports, but for what must be read in the fork."""
    for package in (crawler, pipelines, scrapy.commands):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name != SETTINGS:
                importlib.import_module(found.name)
    for components in (defaults.DOWNLOADER_MIDDLEWARES_BASE, defaults.SPIDER_MIDDLEWARES_BASE):
        for path in components:
            load_object(path)
    read_byline("TTXVN")  # compiles what the first article that is read compiles
    assert not {SETTINGS, "twisted.internet.reactor"} & set(sys.modules)


def become(words: list[str], environment: dict[str, str], out: str, err: str) -> NoReturn:
    """Be ``python -m scrapy WORDS`` from here on."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    for file, number in ((os.devnull, 0), (out, 1), (err, 2)):
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.argv = [str(scrapy.__main__.__file__), *words]
    cmdline.execute()
    raise AssertionError("Scrapy's command line always ends the process")


def main() -> None:
    """Carry out orders, a line each, until there are no more: answer with the process, then with its end."""
    load()
    gc.freeze()  # a fork that does not look through what was loaded shares it
    with os.fdopen(os.dup(0)) as orders, os.fdopen(os.dup(1), "w") as answers:
        for line in orders:
            pid = os.fork()
            if pid == 0:
                answers.close()
                become(**json.loads(line))
            print(pid, file=answers, flush=True)
            _, status = os.waitpid(pid, 0)
            print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


if __name__ == "__main__":
    main()
