"""Backup: whole or not at all, of one moment, and never in place of something else."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.site.urls import article_id
from pipelines.database import backup as module
from pipelines.database import errors, migrations, open_database
from pipelines.database.backup import CopyError, TargetError, backup
from pipelines.database.verify import verify
from pipelines.recorder import Recorder
from tests.benchmarks.material import as_article, story

from .news import NOW, fetch, make


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "data" / "news.db"
    path.parent.mkdir()
    make(path).close()
    yield path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copy.db"


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


def count(path: Path) -> int:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as conn:
        (found,) = conn.execute("SELECT count(*) FROM articles").fetchone()
    conn.close()
    return int(found)


def test_a_copy_is_whole_sound_and_a_single_file(source: Path, target: Path) -> None:
    copied = backup(source, target)
    assert copied.articles == 4
    assert copied.bytes == target.stat().st_size
    assert verify(target) == []
    assert files(target.parent) == {"copy.db"}
    assert target.stat().st_mode == source.stat().st_mode


def test_what_is_still_in_the_log_is_in_the_copy(source: Path, target: Path) -> None:
    db = open_database(source, create=False)
    db.conn.execute("UPDATE articles SET next_check_at = 'logged' WHERE id = '1'")
    db.conn.commit()
    backup(source, target)
    with sqlite3.connect(target) as conn:
        assert conn.execute("SELECT next_check_at FROM articles WHERE id = '1'").fetchone() == ("logged",)
    conn.close()
    db.close()


def test_a_copy_can_be_crawled_into_again(source: Path, target: Path) -> None:
    backup(source, target)
    db = open_database(target, create=False)
    with Recorder(db, 1, identify=article_id, clock=lambda: NOW) as recorder:
        recorder.record(fetch(as_article(story(1), 50, published_at=NOW)))
    db.close()
    assert (count(target), count(source)) == (5, 4)


def test_the_copy_is_of_the_moment_it_began(
    source: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl that commits between any two steps neither gets into the copy nor makes it start over."""
    monkeypatch.setattr(module, "STEP_PAGES", 3)
    db = open_database(source, create=False)
    steps: list[tuple[int, int]] = []
    with Recorder(db, 1, identify=article_id, clock=lambda: NOW) as recorder:

        def write(done: int, pages: int) -> None:
            steps.append((done, pages))
            number = 100 + len(steps)
            recorder.record(fetch(as_article(story(number), number, published_at=NOW)))

        copied = backup(source, target, progress=write)
    db.close()
    assert copied.articles == count(target) == 4
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert len({pages for _, pages in steps}) == 1
    assert len(steps) > 5
    assert count(source) == 4 + len(steps)


@pytest.mark.parametrize("force", [False, True])
def test_a_file_is_overwritten_only_when_forced(source: Path, target: Path, force: bool) -> None:
    target.write_text("something else")
    if force:
        backup(source, target, force=True)
        assert count(target) == 4
    else:
        with pytest.raises(
            TargetError, match="exists already; name another file, or overwrite it with --force"
        ):
            backup(source, target)
        assert target.read_text() == "something else"


def test_a_file_made_meanwhile_is_not_overwritten(source: Path, target: Path) -> None:
    with pytest.raises(TargetError, match="meanwhile"):
        backup(source, target, progress=lambda _done, _all: target.write_text("theirs") and None)
    assert target.read_text() == "theirs"
    assert files(target.parent) == {"copy.db"}


def test_the_database_itself_is_no_target(source: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(source)
    for name in (source, link):
        with pytest.raises(TargetError, match="the database itself"):
            backup(source, name, force=True)
    assert count(source) == 4


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_a_leftover_log_beside_the_target_would_spoil_the_copy(source: Path, target: Path, end: str) -> None:
    Path(f"{target}{end}").write_bytes(b"left over")
    with pytest.raises(TargetError, match=f"copy.db{end} exists"):
        backup(source, target, force=True)


def test_a_folder_and_a_missing_folder_are_no_targets(source: Path, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="this is a folder"):
        backup(source, tmp_path)
    with pytest.raises(TargetError, match="its folder does not exist"):
        backup(source, tmp_path / "away" / "copy.db")


def test_a_missing_database_is_not_copied(tmp_path: Path, target: Path) -> None:
    with pytest.raises(errors.MissingError):
        backup(tmp_path / "none.db", target)
    assert files(tmp_path) == set()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_one_line(source: Path, target: Path) -> None:
    target.parent.chmod(0o500)
    try:
        with pytest.raises(TargetError, match="Permission denied"):
            backup(source, target)
    finally:
        target.parent.chmod(0o700)


def _fail_with(error: BaseException) -> object:
    def progress(_done: int, _all: int) -> None:
        raise error

    return progress


def _full() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (_full(), errors.FullError),
        (OSError(28, "No space left on device"), errors.FullError),
        (OSError(5, "Input/output error"), TargetError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_a_failure_on_the_way_leaves_nothing(
    source: Path, target: Path, error: BaseException, becomes: type[BaseException]
) -> None:
    with pytest.raises(becomes) as raised:
        backup(source, target, progress=_fail_with(error))  # type: ignore[arg-type]
    assert files(target.parent) == set()
    assert "\n" not in str(raised.value)
    assert count(source) == 4


def test_a_failure_on_the_way_leaves_the_old_copy(source: Path, target: Path) -> None:
    backup(source, target)
    before = target.read_bytes()
    with pytest.raises(errors.FullError, match=r"copy\.db: no room left"):
        backup(source, target, force=True, progress=_fail_with(_full()))  # type: ignore[arg-type]
    assert target.read_bytes() == before


def test_a_damaged_database_is_not_passed_off_as_a_copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as conn:
        conn.execute("PRAGMA journal_mode = DELETE")
        (page,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'fetches_by_url'").fetchone()
    conn.close()
    with source.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 2000)
    with pytest.raises((CopyError, errors.UnreadableError), match=r"news\.db") as found:
        backup(source, target)
    assert "\n" not in str(found.value)
    assert files(target.parent) == set()


def test_a_database_of_an_earlier_schema_is_copied_as_it_is(tmp_path: Path, target: Path) -> None:
    path = tmp_path / "old.db"
    db = Database(path)
    migrations.migrations(migrations.scripts()[:1]).apply(db)
    db.close()
    assert backup(path, target).articles == 0
    with sqlite3.connect(target) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (1,)
    conn.close()
    open_database(target, create=False).close()
    assert verify(target) == []
