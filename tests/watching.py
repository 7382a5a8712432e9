"""A replica that wakes a test once it was asked for enough: nobody sleeps."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.replica import Answer, Replica, Request


class WatchedReplica(Replica):
    """Counts what it is asked for, and wakes whoever waits for a number of requests."""

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._asked = self._articles_asked = 0
        self._change = threading.Condition()

    def wait_for_articles(self, number: int, timeout: float = 60) -> None:
        """Return once ``number`` article pages were asked for; fails after ``timeout`` seconds."""
        with self._change:
            in_time = self._change.wait_for(lambda: self._articles_asked >= number, timeout)
            assert in_time, f"only {self._articles_asked} asked for"

    def wait_for_requests(self, number: int, until: Callable[[], bool], timeout: float = 120) -> None:
        """Return after ``number`` more requests, or once ``until`` is true; fails after ``timeout`` seconds."""
        with self._change:
            goal = self._asked + number
            ticks = int(timeout / 0.1)
            for _ in range(ticks):  # a process that ended asks for nothing more: look after it now and then
                if self._change.wait_for(lambda: self._asked >= goal, 0.1) or until():
                    return
        raise AssertionError(f"no {number} requests within {timeout} s")

    def _handle(self, method: str, target: str, headers: dict[str, str]) -> tuple[Request, Answer]:
        answered = super()._handle(method, target, headers)
        with self._change:
            self._asked += 1
            self._articles_asked += _is_article(target)
            self._change.notify_all()
        return answered


def _is_article(target: str) -> bool:
    last = target.rsplit("-", 1)[-1]
    return "-post" in target or last.removesuffix(".htm").lstrip("v").isdecimal()
