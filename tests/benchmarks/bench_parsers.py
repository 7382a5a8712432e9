"""How fast ``parse_article`` is, each figure against its reference, in one process and one run.

References: ``lxml.html.fromstring`` alone, trafilatura (a dependency), newspaper4k (its
python-dateutil is older than ours, so it runs in an environment of its own: the interpreter in
``TINTUC_NEWSPAPER_PYTHON``; left out of the table where there is none). That has three rows:

- ``parse(), no pictures``: ``Article(url, language="vi", fetch_images=False)`` and its ``parse()``.
  What it does with the page itself, and so the row to compare parsers by.
- ``article(), cut off``: ``newspaper.article(url, input_html=page)``, the call of its documentation.
  Besides parsing it asks for the pictures of the page until one is large enough. Here each request fails
  at once, so that a benchmark asks nothing of the site; it then tries all 60 of a page twice, and the CPU
  time of those failures (about half of the row) is in it. Where the pictures are there they add about a
  tenth to the first row.
- ``article(), as it comes``: the same without that cut, measured with ``TINTUC_NEWSPAPER_REQUESTS=1`` alone,
  since it asks the site for pictures. Without a network it waits for 20 s a page, and the CPU time that its
  failing look-ups take is in it. The aim of 30 was set against the library as it comes, so it stands here;
  the row above is what can be measured anywhere.

The pages are the real ones where they are at hand, else the fixtures of template 2021.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import lxml.html
import trafilatura

from crawler.parsers import parse_article
from tests.parsers import real
from tests.parsers.fixtures import cases

NEWSPAPER: Final = "TINTUC_NEWSPAPER_PYTHON"
REQUESTS: Final = "TINTUC_NEWSPAPER_REQUESTS"
ROUNDS: Final = 40
SLOW_ROUNDS: Final = 3

Pages = list[tuple[bytes, str]]
Parser = Callable[[bytes, str], object]

_IN_NEWSPAPER: Final = """
import importlib.metadata, json, logging, socket, sys, time, warnings
warnings.simplefilter("ignore")
logging.disable()
def offline(*_, **__):
    raise socket.gaierror(socket.EAI_NONAME, "cut off by the benchmark")
online, socket.getaddrinfo = socket.getaddrinfo, offline
import newspaper
def parse(html, url):
    article = newspaper.Article(url, language="vi", fetch_images=False)
    article.download(input_html=html)
    article.parse()
def default(html, url):
    newspaper.article(url, input_html=html)
def seconds(call, rounds, pages):
    times = []
    for _ in range(rounds):
        start = time.process_time()
        for html, url in pages:
            call(html, url)
        times.append((time.process_time() - start) / len(pages))
    return min(times)
asked = json.load(sys.stdin)
pages = [(open(name, encoding="utf-8").read(), url) for name, url in asked["pages"]]
best = [seconds(call, asked["rounds"], pages) for call in (parse, default)]
socket.getaddrinfo = online
best.append(seconds(default, 1, pages[:2]) if asked["requests"] else None)
print(json.dumps([importlib.metadata.version("newspaper4k"), *best]))
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; ``seconds`` is CPU time a page, None where it could not be measured."""

    name: str
    seconds: float | None
    least: float | None = None
    aim: float | None = None
    note: str = ""


def pages() -> tuple[str, Pages]:
    """What is measured on, by name."""
    if real.expected():
        return "the real pages", [(real.page(id_), real.expected()[id_]["url"]) for id_ in real.expected()]
    return "fixtures", [(case.page, case.url) for case in cases() if case.template == "2021"]


def alternately(parsers: list[Parser], measured: Pages, rounds: int) -> list[list[float]]:
    """CPU seconds a page of each parser in each round; they take turns, so that noise hits all alike."""
    times: list[list[float]] = [[] for _ in parsers]
    for _ in range(rounds):
        for parser, own in zip(parsers, times, strict=True):
            gc.collect()
            start = time.process_time()
            for page, url in measured:
                parser(page, url)
            own.append((time.process_time() - start) / len(measured))
    return times


def lxml_alone(page: bytes, _: str) -> object:
    """The reference: the tree and nothing else."""
    return lxml.html.fromstring(page)


def trafilatura_alone(page: bytes, url: str) -> object:
    """A generic extractor, as one would use it for text and metadata."""
    return trafilatura.bare_extraction(page, url=url, with_metadata=True)


def newspaper_lines(measured: Pages) -> list[Line]:
    """The rows of newspaper4k, measured in its own environment; without figures where there is none."""
    (parse, cut_off, as_it_comes), note = newspaper_seconds(measured)
    if cut_off is not None:
        kept_off = f"not measured: set {REQUESTS}=1, it asks the site for pictures"
        note = note if as_it_comes is not None else kept_off
    return [
        Line("newspaper4k parse(), no pictures", parse, note=note if parse is None else ""),
        Line("newspaper4k article(), cut off", cut_off, note="its requests for pictures fail at once"),
        Line("newspaper4k article(), as it comes", as_it_comes, 30.0, note=note),
    ]


def newspaper_seconds(measured: Pages) -> tuple[tuple[float | None, float | None, float | None], str]:
    """CPU seconds a page of the three calls, and which version that was or why there are none."""
    python = os.environ.get(NEWSPAPER)
    if not python:
        return (None, None, None), f"not measured: set {NEWSPAPER} to a Python that has newspaper4k"
    with TemporaryDirectory() as folder:
        names = []
        for number, (page, url) in enumerate(measured):
            path = Path(folder) / f"{number}.html"
            path.write_bytes(page)
            names.append((str(path), url))
        asked = {"pages": names, "rounds": SLOW_ROUNDS, "requests": os.environ.get(REQUESTS) == "1"}
        ran = subprocess.run(
            [python, "-c", _IN_NEWSPAPER],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        why = (ran.stderr.strip().splitlines() or ["it failed"])[-1][:80]
        return (None, None, None), f"not measured: {why}"
    version, *seconds = json.loads(ran.stdout.splitlines()[-1])
    return (seconds[0], seconds[1], seconds[2]), f"version {version}, in its own process"


def table(rounds: int = ROUNDS) -> tuple[str, list[Line], float]:
    """The name of what was measured on, the lines of the references, and our own CPU seconds a page."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    name, measured = pages()
    alternately([lxml_alone, parse_article], measured, 2)
    fast, own = alternately([lxml_alone, parse_article], measured, rounds)
    (slow,) = alternately([trafilatura_alone], measured, SLOW_ROUNDS)
    ratios = [reference / ours for reference, ours in zip(fast, own, strict=True)]
    lines = [
        Line("lxml.html.fromstring", min(fast), 0.4, 0.5, f"median of the rounds {median(ratios):.2f}"),
        Line("trafilatura", min(slow), 4.0),
        *newspaper_lines(measured),
    ]
    return f"{len(measured)} pages, {name}", lines, min(own)


def main() -> int:
    """Print the table; returns 1 where a measured ratio is below what is asked of it."""
    name, lines, own = table()
    print(
        f"parse_article on {name}: {own * 1e3:.2f} ms a page, {1 / own:.0f} pages/s (CPU time, best of {ROUNDS})"
    )
    print(f"{'reference':34}{'ms a page':>10}{'our speed':>11}{'at least':>10}{'aim':>6}  note")
    missed = 0
    for line in lines:
        ratio = line.seconds / own if line.seconds else None
        missed += ratio is not None and line.least is not None and ratio < line.least
        cells = (line.seconds * 1e3 if line.seconds else None, ratio, line.least, line.aim)
        shown = [f"{cell:.2f}" if cell is not None else "-" for cell in cells]
        print(f"{line.name:34}{shown[0]:>10}{shown[1]:>10}x{shown[2]:>9}x{shown[3]:>6}  {line.note}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
