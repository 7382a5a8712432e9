"""The replica from the shell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "tests.replica", "--articles", "5")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_it_prints_its_origin_and_serves_until_it_is_told_to_stop() -> None:
    with subprocess.Popen(
        [*COMMAND, "--print-origin"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        origin = process.stdout.readline().strip()
        with urlopen(origin + "/robots.txt", timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("code", [0, 3, 75])
def test_run_hands_on_the_exit_code(code: int) -> None:
    assert run("run", "--", sys.executable, "-c", f"raise SystemExit({code})").returncode == code


def test_run_tells_the_command_where_the_site_is() -> None:
    script = "import os, urllib.request as u; print(u.urlopen(os.environ['TINTUC_SITE'] + '/').status)"
    done = run("run", "--", sys.executable, "-c", script)
    assert (done.returncode, done.stdout) == (0, "200\n")


def test_run_hands_on_a_death_by_signal() -> None:
    script = f"import os; os.kill(os.getpid(), {int(signal.SIGTERM)})"
    assert run("run", "--", sys.executable, "-c", script).returncode == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("run",), 2, "run takes a command after --"),
        (("serve", "--", "ls"), 2, "run takes a command after --"),
        (("--weight", "heavy"), 2, "invalid choice"),
        (("--now", "gestern"), 2, "invalid"),
        (("--saved", os.devnull), 1, "the replica cannot start"),
        (("run", "--", "no-such-command-here"), 127, "cannot run no-such-command-here"),
    ],
)
def test_a_wrong_call_gets_one_clear_line(words: tuple[str, ...], code: int, says: str) -> None:
    done = run(*words)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr
