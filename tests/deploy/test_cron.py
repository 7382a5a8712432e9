"""The cron lines: what they print is mailed, so they print only what somebody must know."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.running import ROOT

TEXT = (ROOT / "deploy" / "crontab").read_text(encoding="utf-8")
LINES = [line for line in TEXT.splitlines() if re.match(r"[\d*]", line)]
CRAWL, *OTHERS = (line.split(maxsplit=5)[5] for line in LINES)


def cron(command: str, folder: Path, code: int) -> str:
    """What cron would mail: the command's output where ``tintuc`` says something and ends with ``code``."""
    tintuc = folder / "tintuc"
    tintuc.write_text(f'#!/bin/sh\necho "run: $@"\necho trouble >&2\nexit {code}\n', encoding="utf-8")
    tintuc.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env={"PATH": f"{folder}:{os.defpath}", "TINTUC_DATABASE": "/var/lib/tintuc/baotintuc.db"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("code", [0, 75])
def test_nothing_is_mailed_of_a_run_that_is_well_or_met_another(tmp_path: Path, code: int) -> None:
    assert cron(CRAWL, tmp_path, code) == ""


@pytest.mark.parametrize("code", [1, 2, 3, 130])
def test_all_is_mailed_of_a_run_that_is_not(tmp_path: Path, code: int) -> None:
    assert cron(CRAWL, tmp_path, code) == f"exit code {code}: run: crawl baotintuc\ntrouble\n"


@pytest.mark.parametrize("command", OTHERS)
def test_the_other_lines_print_only_what_they_find(tmp_path: Path, command: str) -> None:
    assert cron(command, tmp_path, 0) == ""
    mailed = cron(command, tmp_path, 3)
    assert "trouble" in mailed
    (name,) = re.findall(r"\(tintuc (\w+)", command)
    assert (ROOT / "crawler" / "commands" / f"{name}.py").is_file()


def test_no_line_has_a_percent_sign_which_cron_takes_for_a_line_end() -> None:
    assert [line for line in LINES if "%" in line] == []


def test_every_line_has_five_fields_of_time() -> None:
    field = r"(?:\*(?:/\d+)?|\d+(?:,\d+)*)"
    assert len(LINES) == 4
    assert [line for line in LINES if not re.match(rf"(?:{field} ){{5}}\S", line)] == []
