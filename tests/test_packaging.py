"""The wheel works outside the checkout: package data complete, `tintuc` on the path."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.replica import Replica

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a wheel, built without network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked where an installer would put it, away from the checkout."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed: Path, where: Path, *args: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the console script's function in a folder with no ``scrapy.cfg`` near."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TINTUC_", "SCRAPY_"))}
    env = kept | {"PYTHONPATH": str(installed), "NO_COLOR": "1", "COLUMNS": "160"} | extra
    code = "import sys; sys.argv[0] = 'tintuc'; from crawler.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *args],
        cwd=where,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist() if ".dist-info" not in name}
        assert tops == {"crawler", "pipelines"}
        assert any(name.endswith(".sql") for name in archive.namelist())


def test_the_console_script_is_declared(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "tintuc = crawler.cli:main" in archive.read(name).decode()


def test_tintuc_crawls_from_any_folder_into_that_folder(installed: Path, tmp_path: Path) -> None:
    with Replica(seed=8, articles=3, sections=2) as replica:
        quick = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0"]
        ended = run(installed, tmp_path, "crawl", "baotintuc", *quick, TINTUC_SITE=replica.origin)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "data" / "baotintuc.db").is_file()


def test_tintuc_knows_our_commands(installed: Path, tmp_path: Path) -> None:
    listed = run(installed, tmp_path).stdout
    for name in ("crawl", "ingest", "search", "verify", "backup"):
        assert f"  {name} " in listed


def test_the_code_that_runs_is_the_installed_one(installed: Path, tmp_path: Path) -> None:
    ended = run(installed, tmp_path, "ingest", "nowhere.html")
    assert ended.returncode == 3
    assert (tmp_path / "data" / "baotintuc.db").is_file()
