"""A storm of failures ends the run before the next scheduled one is due, and a hiccup does not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler

from crawler import settings as ours
from crawler.middlewares import patience
from crawler.middlewares.patience import PatienceMiddleware

URL = "https://baotintuc.vn/thoi-su.rss"
SCHEDULE = 600.0
"""Seconds between two scheduled runs."""

DEFAULTS = {name: value for name, value in vars(ours).items() if name.startswith("TINTUC_")}


class Weather:
    """What befalls a run, on a clock of its own: no request waits longer than it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **settings: Any):
        self.clock = 1000.0
        self.ended: list[float] = []
        monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: self.clock))
        monkeypatch.setattr(patience, "end_run", lambda *_: self.ended.append(self.clock - 1000.0))
        monkeypatch.setattr(patience, "is_stopping", lambda _: bool(self.ended))
        self._patience = PatienceMiddleware(get_crawler(settings_dict=DEFAULTS | settings))
        self._patience._crawler = SimpleNamespace(stats=get_crawler().stats)  # type: ignore[assignment]

    def meets(self, *statuses: int | None, seconds: float = 0.0) -> None:
        """Requests one after another, each as early as it may be; None: no answer for some seconds."""
        for status in statuses:
            request = Request(URL)
            self.clock = max(self.clock, self._patience._until.get("baotintuc.vn", 0.0)) + seconds
            if status is None:
                self._patience.failed(request)
            else:
                self._patience.answered(request, Response(URL, status=status, request=request))
            if self.ended:
                return


@pytest.mark.parametrize(
    ("status", "seconds", "requests"),
    [(500, 0.0, 13), (503, 1.0, 13), (None, 0.0, 13), (None, 60.0, 7)],
    ids=["500", "503, slowly", "refused", "no answer"],
)
def test_a_storm_ends_the_run_before_the_next_is_due(
    monkeypatch: pytest.MonkeyPatch, status: int | None, seconds: float, requests: int
) -> None:
    weather = Weather(monkeypatch)
    weather.meets(*[status] * (requests - 1), seconds=seconds)
    assert weather.ended == []
    weather.meets(status, seconds=seconds)
    assert SCHEDULE * 0.75 < weather.ended[0] < SCHEDULE * 0.95


def test_one_answer_ends_the_storm(monkeypatch: pytest.MonkeyPatch) -> None:
    weather = Weather(monkeypatch)
    for _ in range(4):
        weather.meets(*[500] * 12, 200)
    assert weather.ended == []


def test_failures_in_a_row_end_it_where_the_waits_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    weather = Weather(monkeypatch, TINTUC_BACKOFF="0")
    weather.meets(*[500] * 19)
    assert weather.ended == []
    weather.meets(500)
    assert weather.ended == [0.0]


def test_a_run_that_never_gives_up_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    weather = Weather(monkeypatch, TINTUC_GIVE_UP_AFTER="0")
    weather.meets(*[500] * 200)
    assert weather.ended == []


def test_a_request_that_fails_after_a_quiet_hour_is_no_storm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run may wait for long without asking for anything: the first failure begins the storm."""
    weather = Weather(monkeypatch)
    weather.meets(500, 200)
    weather.clock += 3600
    weather.meets(500)
    assert weather.ended == []
