"""The engine for many machines: Dask workers read, each task one WARC file, and this process records.

A worker that dies loses nothing: the scheduler gives its tasks to another one. Workers need this
same version installed and the raw archive under the same path.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from importlib import import_module
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self

from crawler.reparsing.engines import AHEAD, Done
from crawler.reparsing.errors import ClusterError, MissingExtraError
from crawler.reparsing.reading import Task, read_task

PATIENCE: Final = 30
"""Seconds to wait for the scheduler, for a first worker, and for a new one when all are gone."""


def extra(name: str) -> Any:
    """A library of the optional extra ``dask``.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError(
            f"{name.partition('.')[0]} is not installed: pip install 'tintuc[dask]' (in a checkout:"
            " .venv/bin/pip install -e '.[dask]')"
        ) from None


class Cluster:
    """Reads on the workers of a Dask cluster.

    Args:
        address: of its scheduler (``tcp://host:8786``); None: a cluster on this machine, for as long
            as the engine is open.
        jobs: the workers of a cluster on this machine.

    Raises:
        MissingExtraError: Dask is not installed.
        ClusterError: no scheduler or no worker answers.
    """

    def __init__(self, address: str | None, jobs: int) -> None:
        self._distributed = extra("distributed")
        self._name = address or "this machine"
        self._own = None if address else self._start(jobs)
        try:
            self._client = self._connect(address or self._own)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            self._end_own()
            raise ClusterError(f"no Dask scheduler answers at {self._name}: {_line(error)}") from None

    def _connect(self, where: Any) -> Any:
        """The client, within ``PATIENCE``: a server of another kind may take the connection and keep it."""
        found: Future[Any] = Future()

        def connect() -> None:
            try:
                found.set_result(self._distributed.Client(where, timeout=PATIENCE))
            except BaseException as error:  # whatever it is, it is raised where the client is asked for
                found.set_exception(error)

        Thread(target=connect, daemon=True).start()
        try:
            return found.result(PATIENCE + 1)
        except TimeoutError:
            raise OSError(f"something else answers there, or nothing within {PATIENCE} seconds") from None

    def _start(self, jobs: int) -> Any:
        return self._distributed.LocalCluster(
            n_workers=jobs,
            threads_per_worker=1,  # the parser is Python: threads would wait for each other
            processes=True,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )

    def read(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Each task with its readings, in the order of the tasks.

        Raises:
            ClusterError: the cluster can't do the work.
        """
        ahead = AHEAD * max(1, self._workers())
        waiting: deque[tuple[Task, Any]] = deque()
        for task in tasks:
            # Not pure: today's result must never be one that a worker remembers of another version.
            waiting.append((task, self._client.submit(read_task, task, pure=False)))
            if len(waiting) >= ahead:
                yield self._result(*waiting.popleft())
        while waiting:
            yield self._result(*waiting.popleft())

    def _workers(self) -> int:
        """How many threads work for us; waits for the first worker."""
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ClusterError(
                f"the Dask scheduler at {self._name} has no workers: start some (dask worker ADDRESS)"
            ) from None
        return sum(int(number) for number in self._client.nthreads().values())

    def _result(self, task: Task, future: Any) -> Done:
        while True:
            try:
                return task, future.result(timeout=PATIENCE)
            except TimeoutError:
                self._workers()  # a large file takes its time, a cluster without workers never ends
            except ImportError as error:
                raise ClusterError(
                    f"the Dask workers can't read: {_line(error)}; install this version of tintuc there"
                ) from None
            except self._distributed.KilledWorker:
                raise ClusterError(
                    f"{task.file} killed several Dask workers in turn (out of memory?): read it with"
                    " --engine local, or report the file"
                ) from None
            except (OSError, self._distributed.client.FutureCancelledError) as error:
                raise ClusterError(f"lost the Dask cluster at {self._name}: {_line(error)}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self._end_own()

    def _end_own(self) -> None:
        if self._own is not None:
            self._own.close()


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
