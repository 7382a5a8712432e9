"""The systemd units: systemd itself reads them, finds them hardened, and our exit codes are in them."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.errors import Exit
from tests.running import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
TIMERS = [unit for unit in UNITS if unit.suffix == ".timer"]
HARDENED = 2.0
"""Of 10, which is not hardened at all; under 2.0 systemd says OK."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed (.ci/run installs it)"
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units with the program where it is here: systemd looks whether it is there."""
    folder = tmp_path_factory.mktemp("units")
    tintuc = Path(sys.executable).with_name("tintuc")
    assert tintuc.is_file()
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        (folder / unit.name).write_text(text.replace("/opt/tintuc/bin/tintuc", str(tintuc)), encoding="utf-8")
    return folder


def analyze(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze; no running systemd is needed."""
    return subprocess.run(["systemd-analyze", *args], capture_output=True, text=True, check=False)


def keys(unit: Path) -> dict[str, str]:
    """The settings of a unit; where one is given twice the last one."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text(encoding="utf-8"))
    return {key: value for section in parser.sections() for key, value in parser.items(section)}


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_has_nothing_to_say_against_a_unit(unit: Path, installed: Path) -> None:
    done = analyze("verify", "--man=no", installed / unit.name)
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_systemd_finds_a_service_hardened(unit: Path, installed: Path) -> None:
    done = analyze("security", "--offline=true", "--no-pager", installed / unit.name)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) < HARDENED


@needs_systemd
@pytest.mark.parametrize("timer", TIMERS, ids=lambda unit: unit.name)
def test_systemd_can_read_when_a_timer_is_due(timer: Path) -> None:
    assert analyze("calendar", keys(timer)["OnCalendar"]).returncode == 0


def test_a_run_that_met_another_or_was_stopped_is_no_failure_and_an_unhealthy_one_is() -> None:
    (crawl,) = [unit for unit in SERVICES if unit.name == "tintuc.service"]
    codes = {int(code) for code in keys(crawl)["SuccessExitStatus"].split()}
    assert codes == {Exit.LOCKED, Exit.STOPPED}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_runs_a_command_that_there_is(unit: Path) -> None:
    program, command, *_ = keys(unit)["ExecStart"].split()
    assert program == "/opt/tintuc/bin/tintuc"
    assert (ROOT / "crawler" / "commands" / f"{command}.py").is_file()


@pytest.mark.parametrize("timer", TIMERS, ids=lambda unit: unit.name)
def test_a_timer_has_its_service_and_is_installed_with_the_other_timers(timer: Path) -> None:
    assert timer.with_suffix(".service") in SERVICES
    assert keys(timer)["WantedBy"] == "timers.target"
