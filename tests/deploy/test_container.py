"""The Containerfile. No engine runs here: that every step has what it needs is all that is checked."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.running import ROOT

TEXT = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
STEPS = [line for line in TEXT.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
COPIED = [
    name for step in STEPS if step.startswith("COPY ") and "--from" not in step for name in step.split()[1:-1]
]


def test_every_file_that_is_copied_is_there() -> None:
    assert COPIED
    assert [name for name in COPIED if not (ROOT / name).exists()] == []


def test_the_wheel_builds_from_what_is_copied_and_nothing_else(tmp_path: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "wheels"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert len(list((tmp_path / "wheels").glob("tintuc-*.whl"))) == 1


def test_the_stages_and_extras_that_it_names_exist() -> None:
    stages = {step.split()[-1] for step in STEPS if step.startswith("FROM ") and " AS " in step}
    assert set(re.findall(r"--from=(\S+)", TEXT)) == stages
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extra,) = re.findall(r"\)\[(\w+)\]", TEXT)
    assert extra in project["optional-dependencies"]
    (entry,) = re.findall(r'ENTRYPOINT \["(\w+)"\]', TEXT)
    assert entry in project["scripts"]


def test_its_python_is_one_that_the_project_runs_on() -> None:
    versions = {tuple(map(int, found)) for found in re.findall(r"python:(\d+)\.(\d+)-slim", TEXT)}
    assert len(versions) == 1
    assert min(versions) >= (3, 11)


def test_it_does_not_run_as_root_and_keeps_its_data_in_the_volume() -> None:
    steps = {step.split()[0]: step for step in STEPS}
    assert steps["USER"] == "USER tintuc"
    assert steps["VOLUME"] == "VOLUME /data"
    assert set(re.findall(r"=(/\S+)", steps["ENV"])) == {"/data/baotintuc.db", "/data/archive"}
