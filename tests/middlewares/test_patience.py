"""A storm of failures ends the run before the next scheduled one is due, and a hiccup does not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler

from crawler import settings as ours
from crawler.fetching import RefusedError
from crawler.middlewares import patience
from crawler.middlewares.patience import PatienceMiddleware

URL = "https://baotintuc.vn/thoi-su.rss"
NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
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


# --- Retry-After ---------------------------------------------------------------------------


class Asked:
    """What a run does about a ``Retry-After``, and what it puts down."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, known: datetime | None = None):
        self.until: list[datetime] = []
        ledger = SimpleNamespace(database=None)
        monkeypatch.setattr(patience, "ledger_of", lambda _: ledger)
        monkeypatch.setattr(patience, "now", lambda: NOON)
        monkeypatch.setattr(
            patience.crawling, "leave_alone", lambda _db, _host, until: self.until.append(until)
        )
        monkeypatch.setattr(patience.crawling, "left_alone_until", lambda _db, _host: known)
        self.patience = PatienceMiddleware(get_crawler(settings_dict=DEFAULTS))
        self.patience._crawler = SimpleNamespace(stats=get_crawler().stats)  # type: ignore[assignment]

    def answers(self, retry_after: str, url: str = URL) -> Request:
        request = Request(url)
        headers = {"Retry-After": retry_after}
        self.patience.answered(request, Response(url, status=503, headers=headers, request=request))
        return request


@pytest.mark.parametrize("value", ["999999999", "99999999999", "9" * 400, "Wed, 21 Oct 2099 07:28:00 GMT"])
def test_the_site_is_left_alone_for_a_day_at_most(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, value: str
) -> None:
    asked = Asked(monkeypatch)
    asked.answers(value)
    assert asked.until == [NOON + timedelta(days=1)]
    assert "it asked for longer" in caplog.text


def test_what_it_asks_for_within_a_day_is_obeyed_to_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(monkeypatch)
    asked.answers("7201")
    assert asked.until == [NOON + timedelta(seconds=7201)]


@pytest.mark.parametrize("value", ["Wed, 21 Oct 99999999999 07:28:00 GMT", "soon", ""])
def test_an_unreadable_wish_is_a_failure_like_any_other(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    asked = Asked(monkeypatch)
    asked.answers(value)
    assert asked.until == []


def test_a_wait_of_years_put_down_by_an_earlier_version_holds_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = Asked(monkeypatch, known=NOON + timedelta(days=9000))
    assert asked.patience._left_alone_until("baotintuc.vn") < NOON


@pytest.mark.parametrize(("host", "ends"), [("baotintuc.vn", True), ("api.baotintuc.vn", False)])
def test_only_the_sites_own_host_ends_the_run_by_its_wish(
    monkeypatch: pytest.MonkeyPatch, host: str, *, ends: bool
) -> None:
    asked, ended = Asked(monkeypatch), []
    monkeypatch.setattr(patience, "end_run", lambda _, reason: ended.append(reason))
    request = asked.answers("7200", f"https://{host}/api/morenews-zone-472-1.html")
    with pytest.raises(RefusedError, match="asked to be left alone until 2026-11-23T07:00:00Z"):
        asyncio.run(asked.patience.wait_for(request))
    assert ended == (["asked to wait"] if ends else [])
    asyncio.run(asked.patience.wait_for(Request("https://www.baotintuc.vn/")))  # nobody asked for it there
