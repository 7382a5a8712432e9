"""What the README shows works as it stands there, on a database that a crawl has filled."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.times import HANOI
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


@pytest.mark.skipif(
    not shutil.which("sqlite3"), reason="the sqlite3 shell is not installed (.ci/run installs it)"
)
def test_the_query_about_this_year_counts_this_year_s_articles_only(filled: Place, tmp_path: Path) -> None:
    (query,) = [query for query in QUERIES if "with_photos" in query]
    (tmp_path / "data").mkdir()
    shutil.copy(filled.database, tmp_path / "data" / "baotintuc.db")
    today = datetime.now(HANOI).date()
    with closing(sqlite3.connect(tmp_path / "data" / "baotintuc.db")) as conn, conn:
        first, second, third = (id_ for (id_,) in conn.execute("SELECT id FROM articles LIMIT 3"))
        conn.execute("DELETE FROM contributors")
        conn.executemany(
            "UPDATE articles SET published_on = ?1, published_at = ?1 || 'T00:30:00+07:00' WHERE id = ?2",
            [(f"{today.year}-01-01", first), (str(today), second), (f"{today.year - 1}-12-31", third)],
        )
        conn.executemany(
            "INSERT INTO contributors (article_id, position, kind, name, role) VALUES (?, ?, 'person', ?, ?)",
            [
                (first, 1, "Linh Sơn", "text"),
                (first, 2, "Minh Trí", "photo"),
                (second, 1, "Linh Sơn", "text,photo"),
                (third, 1, "Linh Sơn", "text,photo"),
                (third, 2, "Đặng Hạnh", "photo"),
            ],
        )
    shown = [re.findall(r"[^│ ]+(?: [^│ ]+)*", line) for line in shell(query, tmp_path).splitlines()]
    assert [row for row in shown if len(row) == 3][1:] == [["Linh Sơn", "2", "1"], ["Minh Trí", "1", "1"]]


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
