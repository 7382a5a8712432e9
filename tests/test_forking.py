"""Commands in forks: they end as those of a fresh interpreter do, and leave nothing behind."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests import forking
from tests.running import ROOT, Place


@pytest.mark.parametrize(
    "words",
    [
        ("health",),
        ("crawl", "--help"),
        ("crawl", "baotintuc", "-a", "since=hôm qua"),
        ("search",),
        ("no-such-command",),
        ("ingest", "/khong/co/tep.html"),
    ],
)
def test_a_fork_ends_as_a_fresh_interpreter_does(place: Place, words: tuple[str, ...]) -> None:
    environment = place.environment()
    fresh = subprocess.run(
        place.command(*words), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    place.database.unlink(missing_ok=True)
    fork = forking.run(list(words), environment, timeout=60)
    assert (fork.returncode, fork.stdout, fork.stderr) == (fresh.returncode, fresh.stdout, fresh.stderr)


def test_a_command_that_takes_too_long_is_ended_and_the_next_one_runs(place: Place) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        forking.run(["crawl", "baotintuc"], place.environment("http://127.0.0.1:9"), timeout=0)
    assert forking.run(["list"], place.environment(), timeout=60).stdout == "baotintuc\n"


def test_what_python_reads_at_its_start_is_not_for_a_fork(place: Place) -> None:
    assert forking.suits(os.environ)
    assert forking.suits(place.environment())
    assert not forking.suits(place.environment() | {"PYTHONPATH": "/elsewhere"})
    assert not forking.suits(place.environment() | {"LC_ALL": "POSIX"})
