"""Starting a command: nothing heavy is loaded that it does not use, and no door is opened."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.running import ROOT, Place

LOADED = """
import atexit, sys
from scrapy.cmdline import execute
looked_for, *words = sys.argv[1:]
atexit.register(lambda: print(*(name for name in looked_for.split() if name in sys.modules)))
execute(["scrapy", *words])
"""
WEB_SERVERS = "aiohttp scrapy.extensions.remote_control twisted.conch"
HTTP_CLIENTS = "requests urllib3 tldextract"
EXTRACTORS = "trafilatura justext"
EXTRAS = "distributed pyarrow apprise"


def loaded_by(place: Place, looked_for: str, *words: str) -> set[str]:
    """Those of the modules that ``scrapy`` has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, looked_for, *words],
        cwd=ROOT,
        env=place.environment("http://127.0.0.1:9"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_what_shows_a_loaded_module_does(place: Place) -> None:
    assert loaded_by(
        place, "twisted.internet.reactor lxml no.such", "crawl", "baotintuc", "-s", "RETRY_TIMES=0"
    ) == {
        "twisted.internet.reactor",
        "lxml",
    }


@pytest.mark.parametrize(
    ("words", "heavy"),
    [
        (
            ("crawl", "baotintuc", "-s", "RETRY_TIMES=0"),
            f"{WEB_SERVERS} {HTTP_CLIENTS} {EXTRACTORS} {EXTRAS}",
        ),
        (("health",), f"{WEB_SERVERS} {HTTP_CLIENTS} {EXTRACTORS} {EXTRAS} twisted.internet.reactor"),
    ],
)
def test_a_command_loads_nothing_heavy_in_vain(place: Place, words: tuple[str, ...], heavy: str) -> None:
    assert loaded_by(place, heavy, *words) == set()


INTERRUPTED = """
import builtins
real = builtins.__import__
def ctrl_c(name, *rest, **more):
    if name == "scrapy.cmdline":
        raise KeyboardInterrupt
    return real(name, *rest, **more)
builtins.__import__ = ctrl_c
from crawler.cli import main
main()
"""


def test_ctrl_c_while_it_loads_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "tintuc: stopped\n")
