"""A replica that wakes a test once it was asked for enough: nobody sleeps."""

from __future__ import annotations

import threading

from tests.replica import Answer, Replica, Request


class WatchedReplica(Replica):
    """Counts the article pages asked for; :meth:`wait_for_articles` returns at a number of them."""

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._asked = 0
        self._change = threading.Condition()

    def wait_for_articles(self, number: int, timeout: float = 60) -> None:
        """Return once ``number`` article pages were asked for; fails after ``timeout`` seconds."""
        with self._change:
            assert self._change.wait_for(lambda: self._asked >= number, timeout), (
                f"only {self._asked} asked for"
            )

    def _handle(self, method: str, target: str, headers: dict[str, str]) -> tuple[Request, Answer]:
        answered = super()._handle(method, target, headers)
        if "-post" in target or target.rsplit("-", 1)[-1].removesuffix(".htm").lstrip("v").isdecimal():
            with self._change:
                self._asked += 1
                self._change.notify_all()
        return answered
