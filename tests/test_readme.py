"""What the README shows works as it stands there, on a database that a crawl has filled."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.replica import Replica
from tests.running import ROOT, Place

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [
    block.replace("\n    ", "\n").strip() for block in re.findall(r"(?:^    .*\n)+", README, re.MULTILINE)
]
QUERIES = [block for block in BLOCKS if block.startswith("sqlite3 ")]
UTILS = [line for block in BLOCKS if block.startswith("sqlite-utils ") for line in block.splitlines()]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The database at the path that the README names."""
    place = Place(tmp_path_factory.mktemp("readme"))
    with Replica(seed=20, articles=30, sections=6) as replica:
        assert place.crawl(replica.origin).code == 0
        edited = replica.articles[0]
        replica.edit(edited.id, headline="Đính chính: " + edited.headline)
        assert place.crawl(replica.origin, "-a", f"url={edited.url}").code == 0
    (place.folder / "data").mkdir()
    shutil.copy(place.database, place.folder / "data" / "baotintuc.db")
    return place


def shell(command: str, folder: Path) -> str:
    """Run a line of the README as a shell does, in the checkout's environment."""
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_readme_shows_five_queries() -> None:
    assert len(QUERIES) == 5


@pytest.mark.skipif(
    not shutil.which("sqlite3"), reason="the sqlite3 shell is not installed (.ci/run installs it)"
)
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.split("FROM ")[1].split()[0])
def test_a_query_runs_as_it_stands(query: str, filled: Place) -> None:
    shell(query, filled.folder)


@pytest.mark.skipif(
    not shutil.which("sqlite3"), reason="the sqlite3 shell is not installed (.ci/run installs it)"
)
def test_the_query_about_edits_shows_the_edit(filled: Place) -> None:
    (query,) = [query for query in QUERIES if "FROM edits" in query]
    assert "Đính chính: " in shell(query, filled.folder)


@pytest.mark.parametrize("line", UTILS)
def test_sqlite_utils_runs_as_it_stands(line: str, filled: Place) -> None:
    assert shell(line, filled.folder)


def test_sqlite_utils_finds_an_article_without_its_diacritics(filled: Place) -> None:
    headline = filled.one("SELECT headline FROM articles WHERE headline LIKE '%đ%' LIMIT 1")
    assert "đ" in headline
    plain = shell(
        f"sqlite-utils search data/baotintuc.db articles '{_plain(headline)}' -c headline", filled.folder
    )
    assert headline in plain


def _plain(text: str) -> str:
    """Text as it is typed without diacritics or punctuation."""
    import unicodedata

    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return re.sub(r"[^\w ]+", " ", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def test_every_setting_that_the_readme_names_exists() -> None:
    from crawler import settings

    named = set(re.findall(r"`(TINTUC_[A-Z_]+)`", README))
    assert named
    assert {name for name in named if not hasattr(settings, name)} == set()


def test_every_command_that_the_readme_names_exists(place: Place) -> None:
    named = set(re.findall(r"\.venv/bin/scrapy ([a-z]+)", README))
    known = place.scrapy().out
    assert {name for name in named if f"\n  {name} " not in known} == set()
