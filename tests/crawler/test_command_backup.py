"""``scrapy backup`` as a user runs it."""

from __future__ import annotations

import resource
import subprocess

from pipelines.database.verify import verify
from tests.benchmarks.material import as_article, story
from tests.pipelines.news import ARTICLES, NOW, make
from tests.running import ROOT, Place


def test_a_copy_is_made_and_described(place: Place) -> None:
    make(place.database).close()
    target = place.folder / "copy.db"
    ended = place.scrapy("backup", target)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{target}: 4 articles, ")
    assert verify(target) == []


def test_it_does_not_overwrite_unless_forced(place: Place) -> None:
    make(place.database).close()
    target = place.folder / "copy.db"
    target.write_text("mine")
    ended = place.scrapy("backup", target)
    assert ended.code == 1
    assert "--force" in ended.line
    assert target.read_text() == "mine"
    assert place.scrapy("backup", target, "--force").code == 0


def test_it_takes_no_lock_and_waits_for_no_writer(place: Place) -> None:
    make(place.database).close()
    with place.connection() as conn:
        conn.isolation_level = None
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("UPDATE articles SET headline = 'giữa chừng'")
        ended = place.scrapy("backup", place.folder / "copy.db", timeout=20)
        conn.execute("ROLLBACK")
    assert ended.code == 0, ended.err
    assert verify(place.folder / "copy.db") == []


def test_a_missing_database_is_one_line(place: Place) -> None:
    ended = place.scrapy("backup", place.folder / "copy.db")
    assert ended.code == 1
    assert "no such database" in ended.line
    assert list(place.folder.iterdir()) == []


def test_usage(place: Place) -> None:
    assert place.scrapy("backup").code == 2
    assert place.scrapy("backup", "a.db", "b.db").code == 2
    assert place.scrapy("backup", "a.db", "--overwrite").code == 2


def test_a_file_that_may_not_grow_is_one_line_and_leaves_nothing(place: Place) -> None:
    more = tuple(as_article(story(n), 100 + n, published_at=NOW) for n in range(40))
    make(place.database, (*ARTICLES, *more)).close()
    place.scrapy("verify")
    before = {path.name for path in place.folder.iterdir()}
    done = subprocess.run(
        place.command("backup", place.folder / "copy.db"),
        cwd=ROOT,
        # coverage could not write its own file either
        env={name: value for name, value in place.environment().items() if "COVERAGE" not in name},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
    )
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert str(place.folder / "copy.db") in done.stderr
    assert "200,000 bytes, the limit of this process" in done.stderr
    assert {path.name for path in place.folder.iterdir()} == before
