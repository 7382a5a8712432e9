"""scrapyd: the egg that ``scrapyd-deploy`` builds runs the spider as scrapyd starts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.replica import Replica
from tests.running import QUICK, ROOT, Ended, Place

PARTS = ("crawler", "pipelines", "setup.py", "pyproject.toml", "scrapy.cfg", "README.md", "LICENSE")
VERSION = "9.9.9"
"""Of the egg, so that the site sees whose code asks: the egg's, or the checkout's."""

# As `python -m scrapyd.runner` where this project is not installed: -S leaves the checkout out, which
# an editable installation would put before the egg.
RUNNER = (
    "-S",
    "-P",
    "-c",
    f"import runpy, sys; sys.path.append({sysconfig.get_path('purelib')!r});"
    " runpy.run_module('scrapyd.runner', run_name='__main__', alter_sys=True)",
)


@pytest.fixture(scope="module")
def egg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as an egg, built in a copy: the builder leaves its own files about."""
    folder = tmp_path_factory.mktemp("egg")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, folder)
    (folder / "crawler" / "__init__.py").write_text(f'__version__ = "{VERSION}"\n', encoding="utf-8")
    tool = Path(sys.executable).with_name("scrapyd-deploy")
    subprocess.run(
        [tool, "--build-egg", "tintuc.egg"], cwd=folder, check=True, capture_output=True, timeout=120
    )
    return folder / "tintuc.egg"


def test_the_egg_holds_the_two_packages_the_schema_and_the_settings(egg: Path) -> None:
    with zipfile.ZipFile(egg) as packed:
        names = packed.namelist()
        assert {name.split("/")[0] for name in names} == {"crawler", "pipelines", "EGG-INFO"}
        here = {str(path.relative_to(ROOT)) for path in (ROOT / "pipelines/database/schema").glob("*.sql")}
        assert here <= set(names)
        assert "settings = crawler.settings" in packed.read("EGG-INFO/entry_points.txt").decode()


def scrapyd(egg: Path, place: Place, site: str, *args: str) -> Ended:
    """Run a command out of the egg as the server does, in the server's folder."""
    store = place.folder / "eggs" / "tintuc"
    store.mkdir(parents=True)
    shutil.copy(egg, store / "1.egg")
    kept = {name: value for name, value in place.environment(site).items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *RUNNER, *args],
        cwd=place.folder,  # no scrapy.cfg, no checkout
        env=kept | {"SCRAPY_PROJECT": "tintuc", "HOME": os.devnull, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def test_scrapyd_finds_the_spider_when_the_egg_arrives(egg: Path, place: Place) -> None:
    ended = scrapyd(egg, place, "http://127.0.0.1:9", "list", "-s", "LOG_STDOUT=0")
    assert (ended.code, ended.out) == (0, "baotintuc\n"), ended.err


def test_scrapyd_runs_the_spider_out_of_the_egg(egg: Path, place: Place) -> None:
    settings = [part for name, value in QUICK.items() for part in ("-s", f"{name}={value}")]
    with Replica(seed=41, articles=3, sections=2) as replica:
        job = ("-a", "_job=6487ec79")  # which the server adds
        ended = scrapyd(egg, place, replica.origin, "crawl", "baotintuc", *job, *settings)
        agents = {request.headers["user-agent"].split()[0] for request in replica.requests}
    assert ended.code == 0, ended.err
    assert agents == {f"tintuc/{VERSION}"}
    assert place.one("SELECT count(*) FROM articles") == 3
    assert place.one("SELECT json_extract(arguments, '$._job') FROM runs") == "6487ec79"
