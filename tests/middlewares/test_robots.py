"""A Crawl-delay holds for the whole run, whatever becomes of Scrapy's own bookkeeping."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.core.downloader import Downloader
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request
from scrapy.utils.test import get_crawler

from crawler.middlewares.robots import RobotsMiddleware

HOST = "baotintuc.vn"


class Running:
    """A crawler with a downloader of its own, which is never asked for anything."""

    def __init__(self, **settings: Any):
        ours = {"TINTUC_ROBOTS_HOURS": "6", "DOWNLOAD_DELAY": 1, "DOWNLOAD_HANDLERS_BASE": {}}
        self.crawler = get_crawler(settings_dict=ours | settings)
        self.downloader = Downloader(self.crawler)
        self.downloader._start_slot_gc = lambda: None  # type: ignore[method-assign]  # it needs a running loop
        self.crawler.engine = SimpleNamespace(downloader=self.downloader)  # type: ignore[assignment]
        self.robots = RobotsMiddleware(self.crawler)

    def slot(self) -> Any:
        """The slot that a request to the site goes through."""
        return self.downloader._get_slot(Request(f"https://{HOST}/"))[1]

    def forget_slots(self) -> None:
        """What Scrapy does once a minute to slots that nothing went through for a minute."""
        self.downloader._slot_gc(age=-1_000_000)
        assert HOST not in self.downloader.slots


@pytest.fixture
def running() -> Running:
    """A run with our usual delay of a second."""
    return Running()


def test_a_crawl_delay_lengthens_our_own(running: Running) -> None:
    running.slot()
    running.robots._read(HOST, "User-agent: *\nCrawl-delay: 7\n")
    assert (running.slot().delay, running.slot().jitter) == (7, 0)


def test_a_crawl_delay_holds_after_scrapy_forgot_its_slot(running: Running) -> None:
    running.slot()
    running.robots._read(HOST, "User-agent: *\nCrawl-delay: 7\n")
    running.forget_slots()
    assert (running.slot().delay, running.slot().jitter) == (7, 0)


def test_rules_kept_from_an_earlier_run_slow_down_from_the_first_request_on(running: Running) -> None:
    running.robots._read(HOST, "User-agent: *\nCrawl-delay: 7\n")
    assert (running.slot().delay, running.slot().jitter) == (7, 0)


def test_a_crawl_delay_never_shortens_our_own() -> None:
    running = Running(DOWNLOAD_DELAY=3)
    running.slot()
    running.robots._read(HOST, "User-agent: *\nCrawl-delay: 2\n")
    assert running.slot().delay == 3
    running.forget_slots()
    assert running.slot().delay == 3


def test_a_crawl_delay_that_is_a_typing_error_is_a_minute(running: Running) -> None:
    running.robots._read(HOST, "User-agent: *\nCrawl-delay: 86400\n")
    assert running.slot().delay == 60


def test_the_delay_of_one_host_is_not_that_of_another(running: Running) -> None:
    running.robots._read("api.baotintuc.vn", "User-agent: *\nCrawl-delay: 7\n")
    assert running.slot().delay == 1


def test_autothrottle_does_not_go_below_it_either(running: Running) -> None:
    throttle = AutoThrottle(get_crawler(settings_dict={"AUTOTHROTTLE_ENABLED": True}))
    throttle.mindelay, throttle.maxdelay = 1.0, 60.0
    running.crawler.get_extension = lambda _: throttle  # type: ignore[method-assign,assignment,return-value]
    running.robots._read(HOST, "User-agent: *\nCrawl-delay: 7\n")
    slot = running.slot()
    throttle._adjust_delay(slot, 0.1, SimpleNamespace(status=200))  # type: ignore[arg-type]
    assert slot.delay == 7


def test_a_mark_of_byte_order_hides_no_rule(running: Running) -> None:
    """Also one that was kept with the rules by an earlier run."""
    rules = running.robots._read(HOST, "\ufeffUser-agent: *\nCrawl-delay: 7\nDisallow: /\n")
    assert not rules.can_fetch(f"https://{HOST}/", "tintuc")
    assert running.slot().delay == 7
