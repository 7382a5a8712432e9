"""The four runs of the site's benchmark on a small site, and that they find what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.bench_site import Site, four_runs, is_feed, nothing_new
from tests.replica import Replica
from tests.torture.week import START


def test_every_run_finds_exactly_what_there_is() -> None:
    runs = list(four_runs(80, sections=4))
    assert [(run.written, run.faults) for run in runs] == [
        ("80 new", ()),
        ("none", ()),
        ("10 new, 5 edited, 2 withdrawn, 3 moved", ()),
        ("none", ()),
    ]
    assert runs[3].requests > runs[1].requests


def test_a_run_that_has_something_to_fetch_is_told_apart(tmp_path: Path) -> None:
    with Replica(seed=93, articles=3, sections=1, now=START) as replica:
        site = Site(tmp_path, replica)
        with site.week.running():
            assert not list(site.crawl())
            replica.publish(2)
            run = nothing_new(site, "again")
    assert run.faults == ("2 pages of articles asked for", "2 rows of articles written")
    assert str(run).endswith("| 2 | 2 pages of articles asked for; 2 rows of articles written |")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/rss.html", True), ("/thoi-su.rss", True), ("/rss/thoi-su-472.rss", True), ("/thoi-su/", False)],
)
def test_feeds_are_told_from_other_lists(path: str, expected: bool) -> None:
    assert is_feed(path) is expected
