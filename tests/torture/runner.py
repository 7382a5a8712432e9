"""Runs Scrapy commands at a time of day that is told, each in a process of its own.

    python -m tests.torture.runner

Takes a JSON object a line, ``{"now": "2026-11-20T05:00:00+00:00", "args": ["crawl", "baotintuc"]}``, and
answers each with how the command ended and what it took. The code is loaded once and every command is
run in a fork, which saves the second that an interpreter and its imports take: a thousand runs then
take minutes. The product itself has no such clock.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import IO

import crawler.commands.crawl
import crawler.commands.verify
import crawler.spiders.baotintuc
import pipelines.store
from crawler import archiving
from crawler.archive.writer import ArchiveWriter
from pipelines.recorder import Recorder

LOADED = (
    crawler.commands.crawl,
    crawler.commands.verify,
    crawler.spiders.baotintuc,
    pipelines.store,
    archiving,
)
CLOCKS = ("now", "utc_now", "_now")
"""What the functions are called that tell the product the time."""


def clock_from(start: datetime) -> Callable[[], datetime]:
    """A clock that goes at its usual pace from a moment on."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


def set_clock(start: datetime) -> None:
    """Let the product believe that it is this moment; fails where some clock still tells the real time."""
    clock = clock_from(start)
    ours = [module for name, module in sys.modules.items() if name.startswith(("crawler.", "pipelines."))]
    for module in ours:
        for name in CLOCKS:
            if callable(getattr(module, name, None)):
                setattr(module, name, clock)
    for taker, argument in ((Recorder, "clock"), (ArchiveWriter, "now")):
        defaults = taker.__init__.__kwdefaults__  # type: ignore[misc]
        assert argument in defaults
        defaults[argument] = clock
    assert abs(crawler.fetching.now() - start) < timedelta(minutes=1)
    assert abs(crawler.extensions.ledger.now() - start) < timedelta(minutes=1)  # type: ignore[attr-defined]


def child(now: datetime, args: list[str], log: str) -> None:
    """The command itself; ends the process."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    set_clock(now)
    from scrapy.cmdline import execute

    execute(["scrapy", *args])


def run(order: dict[str, object], log: str) -> dict[str, float]:
    """One command from beginning to end: its exit code, seconds, CPU seconds and peak memory (MB)."""
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:
        try:
            child(datetime.fromisoformat(str(order["now"])).astimezone(UTC), list(order["args"]), log)  # type: ignore[call-overload]
        except SystemExit as end:
            sys.stdout.flush()
            os._exit(end.code if isinstance(end.code, int) else 1)
        finally:
            os._exit(99)  # a traceback is in the log
    _, status, used = os.wait4(pid, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - begun,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1000,
    }


def main(orders: IO[str], answers: IO[str], log: str) -> None:
    """Carry out orders until there are no more."""
    assert "twisted.internet.reactor" not in sys.modules, "a reactor does not survive a fork"
    assert all(LOADED)
    for line in orders:
        print(json.dumps(run(json.loads(line), log)), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.stdin, sys.stdout, sys.argv[1])
