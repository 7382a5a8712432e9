"""The Containerfile: that every step has what it needs, and, where an engine is, the image itself.

The image is built and run with ``buildah``, without a registry: the base image has to be there
already (``buildah pull``). ``TINTUC_TEST_BUILDAH`` holds more options for building and running a step, such as
``--network host`` or a mounted pip.conf; ``BUILDAH_ISOLATION=chroot`` and ``STORAGE_DRIVER=vfs``, which
buildah knows itself, let it work inside another container.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.replica import Replica
from tests.running import QUICK, ROOT

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


def test_nothing_else_is_sent_to_the_engine() -> None:
    """A checkout may hold years of raw pages, and an engine is sent all that is not left out."""
    lines = (ROOT / "deploy" / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(COPIED)


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


(BASE,) = re.findall(r"^ARG PYTHON=(\S+)$", TEXT, re.MULTILINE)


OPTIONS = [part for name, value in QUICK.items() for part in ("-s", f"{name}={value}")]


def buildah(*args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Ask the engine."""
    done = subprocess.run(["buildah", *args], cwd=ROOT, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done


@dataclass(frozen=True, slots=True)
class Container:
    """A container of the image, and what the image says of itself."""

    name: str
    config: dict[str, Any]

    def run(self, *args: str, site: str = "http://127.0.0.1:9") -> subprocess.CompletedProcess[str]:
        """Run a command in it, on the host's network; its volume stays for the next one."""
        network = ("--network", "host", "--env", f"TINTUC_SITE={site}")
        return buildah("run", *network, self.name, "--", *args, check=False)


def why_not(options: list[str]) -> str | None:
    """What keeps a step of a build from running here or from reaching a package index; None: nothing."""
    name = buildah("from", "--pull-never", BASE).stdout.strip()
    index = ("pip", "download", "--quiet", "--retries", "0", "--no-deps", "--dest", "/tmp", "hatchling")
    done = buildah("run", *options, name, "--", *index, check=False)
    buildah("rm", name)
    return None if done.returncode == 0 else done.stderr.strip().splitlines()[0]


@pytest.fixture(scope="module")
def container() -> Iterator[Container]:
    """A container of the image that the Containerfile makes."""
    if shutil.which("buildah") is None:
        pytest.skip("no buildah here to build the image with: apt-get install buildah")
    if not buildah("images", "--quiet", BASE, check=False).stdout.strip():
        pytest.skip(f"the base image is not here: buildah pull {BASE}")
    more = shlex.split(os.environ.get("TINTUC_TEST_BUILDAH", ""))
    if trouble := why_not(more):
        pytest.skip(f"buildah can't build here (see this file's docstring): {trouble}")
    tag = f"localhost/tintuc-test-{os.getpid()}"
    buildah("build", "--pull=never", "--tag", tag, "--file", "deploy/Containerfile", *more, ".")
    try:
        config = json.loads(buildah("inspect", "--type", "image", tag).stdout)["OCIv1"]["config"]
        name = buildah("from", "--pull-never", tag).stdout.strip()
        yield Container(name, config)
        buildah("rm", name)
    finally:
        buildah("rmi", "--force", tag)


COUNTS = """
import json, sqlite3
conn = sqlite3.connect("/data/baotintuc.db")
print(json.dumps([conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("articles", "runs")]))
"""


def test_the_image_crawls_as_it_is_started_and_goes_on_the_next_time(container: Container) -> None:
    """What `podman run` starts: the entry point and its command, twice on one volume."""
    command = [*container.config["Entrypoint"], *container.config["Cmd"]]
    assert command == ["tintuc", "crawl", "baotintuc"]
    with Replica(seed=8, articles=12, sections=3) as replica:
        for run in (1, 2):
            ended = container.run(*command, *OPTIONS, site=replica.origin)
            assert ended.returncode == 0, ended.stderr
            assert json.loads(container.run("python3", "-c", COUNTS).stdout) == [12, run]
    found = container.run("tintuc", "search", "--json", "a*")
    assert len(json.loads(found.stdout)) > 0
    kept = container.run("find", "/data", "-type", "f").stdout
    assert re.search(r"^/data/archive/\d{4}-\d{2}/tintuc-\S+\.warc\.gz$", kept, re.MULTILINE)


def test_exit_codes_reach_whoever_started_it(container: Container) -> None:
    """A site that can't be reached, a wrong option, a database that is not there."""
    assert container.run("tintuc", "crawl", "baotintuc", *OPTIONS).returncode == 3
    assert container.run("tintuc", "health", "--nonsense").returncode == 2
    assert container.run("tintuc", "verify", "-s", "TINTUC_DATABASE=/data/none.db").returncode == 1


def test_it_runs_as_nobody_and_may_write_its_volume_only(container: Container) -> None:
    assert container.config["User"] == "tintuc"
    assert container.config["Volumes"] == {"/data": {}}
    assert container.run("id", "--user").stdout.strip() == "10001"
    assert container.run("stat", "--format", "%U %G %a", "/data").stdout.strip() == "tintuc tintuc 775"
    # Besides the folders that everybody may write to, such as /tmp (those with the sticky bit).
    writable = "find / -xdev -type d -writable -not -perm -1000 -not -path '/proc/*' -not -path '/dev/*'"
    found = container.run("sh", "-c", f"{writable} 2>/dev/null; true").stdout.split()
    assert [path for path in found if not path.startswith("/data")] == []


def test_nothing_of_the_build_is_left_in_it(container: Container) -> None:
    left = container.run("sh", "-c", "ls -A / /tmp /data; pip list 2>/dev/null").stdout
    assert "wheels" not in left
    assert "constraints" not in left
    assert ".bashrc" not in left
    assert "hatchling" not in left
    assert "tintuc" in left
