"""Engines: tasks in, readings out, in the order of the tasks, however many processes work on them.

No more than a few tasks are under way at a time, so that memory does not grow with the archive.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import ModuleType, TracebackType
from typing import Final, Protocol, Self

from crawler.reparsing.errors import WorkerLostError
from crawler.reparsing.reading import Reading, Task, read_task

Done = tuple[Task, list[Reading]]

AHEAD: Final = 3
"""Tasks under way for each process: one read, one waiting to be read, one waiting to be recorded."""

LIVES: Final = 3
"""How often the processes may die while one task waits: a second page in memory may be to blame for
the first death (out of memory), a page that kills its reader three times is to blame itself."""


class Engine(Protocol):
    """Reads tasks; a context manager."""

    def read(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Each task with its readings, in the order of the tasks."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Inline:
    """Reads in this process, one task after the other."""

    def read(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Each task with its readings."""
        return ((task, read_task(task)) for task in tasks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


class Pool:
    """Reads in ``jobs`` processes of this machine. One that is killed is replaced, its task read again."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # Spawned, not forked: a fork would inherit the database and the run lock.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._jobs, mp_context=context, initializer=_start_worker)

    def read(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Each task with its readings, in the order of the tasks.

        Raises:
            WorkerLostError: the processes die again and again.
        """
        waiting: deque[tuple[Task, Future[list[Reading]]]] = deque()
        for task in tasks:
            waiting.append((task, self._submit(task)))
            if len(waiting) >= AHEAD * self._jobs:
                yield self._first(waiting)
        while waiting:
            yield self._first(waiting)

    def _submit(self, task: Task) -> Future[list[Reading]]:
        try:
            with _no_program():  # it starts a process where none is idle
                return self._pool.submit(read_task, task)
        except BrokenProcessPool as error:
            lost: Future[list[Reading]] = Future()
            lost.set_exception(error)
            return lost

    def _first(self, waiting: deque[tuple[Task, Future[list[Reading]]]]) -> Done:
        for _ in range(LIVES):
            task, future = waiting[0]
            try:
                readings = future.result()
            except BrokenProcessPool:
                self._again(waiting)
                continue
            waiting.popleft()
            return task, readings
        raise WorkerLostError(
            f"the processes that read {waiting[0][0].file} died {LIVES} times (out of memory?):"
            " run it again with --jobs 1, or report the file"
        )

    def _again(self, waiting: deque[tuple[Task, Future[list[Reading]]]]) -> None:
        """New processes for what was under way."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._start()
        tasks = [task for task, _ in waiting]
        waiting.clear()
        waiting.extend((task, self._submit(task)) for task in tasks)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _no_program() -> Iterator[None]:
    """Let a process that starts meanwhile not load the program again that this one runs.

    multiprocessing has every spawned process do so, for functions that lie there; ours lies elsewhere,
    and the program is Scrapy's command line: half of what the start of a process takes.
    """
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def _start_worker() -> None:
    """Leave Ctrl-C to the process that records, and never outlive it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
