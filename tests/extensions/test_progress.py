"""Progress: what it says, and that only a terminal sees it."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
from datetime import date

import pytest
from rich.console import Console
from scrapy.settings import Settings

from crawler.extensions.progress import Progress, _log_scrolls
from crawler.terminal import is_watched
from tests.replica import Fault, Replica
from tests.running import QUICK, ROOT, Place

STATS = {
    "tintuc/discovery/feed/new": 30,
    "tintuc/discovery/home/new": 4,
    "tintuc/discovery/home/links": 80,
    "tintuc/outcome/article/new": 5,
    "tintuc/outcome/article/updated": 1,
    "tintuc/outcome/article/unchanged": 9,
}


def on_terminal(place: Place, site: str, *args: str, **settings: str) -> tuple[int, str]:
    """Crawl with standard error on a terminal; exit code, and all that the terminal was sent."""
    ours, theirs = pty.openpty()
    command = place.command("crawl", "baotintuc", *args, **QUICK, **settings)
    environment = place.environment(site) | {"TERM": "xterm-256color"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=theirs, stdout=theirs) as child:
        os.close(theirs)
        sent = bytearray()
        with contextlib.suppress(OSError):  # how a terminal ends once nobody holds it any more
            while part := os.read(ours, 65536):
                sent += part
        os.close(ours)
    return child.returncode, sent.decode()


def plain(text: str) -> str:
    """What a person reads of it."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")


def screen(sent: str) -> list[str]:
    """The lines that a terminal shows in the end: text, line ends, "up" and "wipe the line" carried out."""
    lines, row = [""], 0
    for text, up, end in re.findall(r"([^\x1b\r\n]+)|\x1b\[(\d*[A-Za-z]|\?25[hl])|([\r\n])", sent):
        if end == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif up.endswith("A"):
            row -= int(up[:-1])
        elif up == "2K":
            lines[row] = ""
        else:
            lines[row] += text
    return [line for line in lines if line]


def test_a_terminal_sees_found_fetched_stored_rate_and_what_is_done_now(place: Place) -> None:
    with Replica(seed=34, articles=12, sections=3) as replica:
        code, sent = on_terminal(place, replica.origin)
    assert code == 0, sent
    seen = plain(sent)
    assert re.search(r"\d+ found · \d+ fetched · \d+ stored · \d+/min · \d+ owed · 0:00:\d\d", seen)
    assert "12 stored" in seen  # drawn once more at the end
    assert re.search(r"^(article|feed|listing|sitemap) /", seen, re.MULTILINE)


def test_it_is_gone_in_the_end_and_the_summary_stays(place: Place) -> None:
    with Replica(seed=34, articles=2, sections=2) as replica:
        _, sent = on_terminal(place, replica.origin)
    left = "\n".join(screen(sent))
    assert "/min · " not in left
    assert left.startswith("new  ")
    assert "articles in the database" in left


def test_a_warning_is_printed_above_it_and_not_through_it(place: Place) -> None:
    with Replica(seed=34, articles=4, sections=2) as replica:
        place.crawl(replica.origin)
        with place.connection() as conn, conn:  # time to ask for the rules again, though they still hold
            conn.execute("UPDATE hosts SET robots_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 hours')")
        with replica.failing("/robots.txt", Fault.status(503)):
            _, sent = on_terminal(place, replica.origin)
    (warning,) = [line for line in screen(sent) if "robots.txt could not be read" in line]
    assert re.match(r"\d{4}-\d\d-\d\d .* its last copy holds$", warning)


def test_nobody_sees_it_where_there_is_no_terminal(place: Place) -> None:
    with Replica(seed=34, articles=2, sections=2) as replica:
        ended = place.crawl(replica.origin)
    assert "/min · " not in ended.err
    assert "\x1b" not in ended.err


@pytest.mark.parametrize("wish", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_wish_for_colours_draws_nothing_into_a_file(
    monkeypatch: pytest.MonkeyPatch, wish: str, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(wish, "1")
    console = Console(stderr=True)
    assert console.is_terminal
    assert not is_watched(console)


def test_it_does_not_mix_with_a_log_that_scrolls(place: Place) -> None:
    with Replica(seed=34, articles=2, sections=2) as replica:
        _, sent = on_terminal(place, replica.origin, "-L", "INFO")
    assert "Spider opened" in sent
    assert "\x1b[2K" not in sent


@pytest.mark.parametrize(
    ("settings", "scrolls"),
    [
        ({"LOG_LEVEL": "INFO"}, True),
        ({"LOG_LEVEL": "debug"}, True),
        ({"LOG_LEVEL": "WARNING"}, False),
        ({"LOG_LEVEL": "INFO", "LOG_FILE": "crawl.log"}, False),
        ({"LOG_LEVEL": "INFO", "LOG_ENABLED": False}, False),
    ],
)
def test_a_log_scrolls_where_it_tells_everything_on_the_terminal(
    settings: dict[str, object], scrolls: bool
) -> None:
    assert _log_scrolls(Settings(settings)) is scrolls


def test_it_adds_up_what_the_statistics_say() -> None:
    progress = Progress(0)
    progress.tick(0, {})
    progress.tick(30, {**STATS, "response_received_count": 45})
    progress.owed = 1234
    assert (
        progress.text(83).plain
        == "34 found · 45 fetched · 6 stored · 90/min · 1,234 owed · 0:01:23\nstarting"
    )


def test_the_rate_is_that_of_the_last_minute() -> None:
    progress = Progress(0)
    for moment, fetched in ((0, 0), (10, 1000), (100, 1010), (160, 1070)):
        progress.tick(moment, {"response_received_count": fetched})
    assert progress.rate == 60


def test_a_back_fill_says_how_far_back_it_is() -> None:
    progress = Progress(0, since=date(2024, 4, 1), until=date(2024, 4, 30), day=date(2024, 4, 15))
    assert progress.reached == "at 2024-04-15, back to 2024-04-01 (50%)"
    progress.tick(0, {})
    progress.asking = "article /thoi-su/mot-bai.htm"
    assert progress.text(0).plain.splitlines()[1] == f"{progress.reached} · {progress.asking}"


def test_the_numbers_fit_a_terminal_of_80_columns_after_a_year() -> None:
    progress = Progress(0, owed=123_456)
    progress.tick(0, {"tintuc/discovery/feed/new": 98_765, "response_received_count": 98_765})
    progress.stored = 98_765
    assert len(progress.text(86_399).plain.splitlines()[0]) <= 80


def test_an_incremental_run_does_not() -> None:
    assert Progress(0, until=date(2024, 4, 30), day=date(2024, 4, 15)).reached == ""
