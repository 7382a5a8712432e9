"""Opening a database: what is ours, what is not, and what is wrong with the file."""

from __future__ import annotations

import os
import pwd
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.database import errors, migrations, open_database, shape
from pipelines.database.backup import backup
from pipelines.database.opening import reading_uri
from pipelines.database.search import search
from pipelines.database.verify import verify
from tests.pipelines.news import make


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "ours.db"
    open_database(path, create=True).close()
    return path


def pragma(path: Path, name: str, value: int | None = None) -> int:
    conn = sqlite3.connect(path)
    try:
        if value is not None:
            conn.execute(f"PRAGMA {name} = {value}")
        return int(conn.execute(f"PRAGMA {name}").fetchone()[0])
    finally:
        conn.close()


def test_a_new_file_is_marked_as_ours_with_its_version(ours: Path) -> None:
    assert pragma(ours, "application_id") == migrations.APPLICATION_ID
    assert pragma(ours, "user_version") == migrations.newest_version()


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    open_database(tmp_path / "data" / "sâu" / "a.db", create=True).close()
    assert (tmp_path / "data" / "sâu" / "a.db").is_file()


def test_a_connection_has_the_settings_the_record_depends_on(ours: Path) -> None:
    db = open_database(ours, create=False)
    settings = {
        name: db.conn.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
    }
    db.close()
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 30_000}


def test_a_connection_keeps_no_more_of_the_file_in_memory_than_it_is_told(ours: Path) -> None:
    with closing(open_database(ours, create=False, cache_mb=8)) as db:
        assert db.execute("PRAGMA cache_size").fetchone()[0] == -8 * 1024


def test_reading_never_creates(tmp_path: Path) -> None:
    for readonly in (False, True):
        with pytest.raises(errors.MissingError, match="no such database; run `scrapy crawl"):
            open_database(tmp_path / "a.db", create=False, readonly=readonly)
    with pytest.raises(errors.MissingError):
        open_database(tmp_path / "a.db", create=True, readonly=True)
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_connection_cannot_write(ours: Path) -> None:
    db = open_database(ours, create=False, readonly=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.conn.execute("DELETE FROM articles")
    db.close()


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE articles (id)")
    conn.commit()
    conn.close()
    before = path.read_bytes()
    with pytest.raises(errors.NotOursError, match="another program"):
        open_database(path, create=True)
    assert path.read_bytes() == before


def test_a_marked_database_of_another_program_is_refused_even_when_empty(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    pragma(path, "application_id", 4711)
    with pytest.raises(errors.NotOursError):
        open_database(path, create=True)


def test_a_newer_database_is_told_apart(ours: Path) -> None:
    pragma(ours, "user_version", migrations.newest_version() + 1)
    with pytest.raises(errors.NewerError, match=r"made by a newer version .* update the program"):
        open_database(ours, create=False)


def test_an_empty_file_becomes_ours_for_writers_only(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(errors.MissingError, match="empty"):
        open_database(path, create=False, readonly=True)
    open_database(path, create=True).close()
    assert pragma(path, "application_id") == migrations.APPLICATION_ID


@pytest.mark.parametrize("content", [b"<html>", b"SQLite format 4\x00", b"\x00" * 4096])
def test_what_is_no_database_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "page.db"
    path.write_bytes(content)
    with pytest.raises(errors.UnreadableError, match="not a SQLite database"):
        open_database(path, create=True)
    assert path.read_bytes() == content


def test_a_damaged_file_is_said_to_be_damaged(ours: Path) -> None:
    content = bytearray(ours.read_bytes())
    content[100:4096] = b"\xff" * 3996
    ours.write_bytes(content)
    with pytest.raises(errors.UnreadableError, match="damaged"):
        open_database(ours, create=False)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(errors.UnreadableError, match="this is a folder"):
        open_database(tmp_path, create=True)


def test_a_file_in_the_place_of_a_folder_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(errors.DatabaseError) as caught:
        open_database(tmp_path / "data" / "a.db", create=True)
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere, so the system's answer is played.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(errors.ReadOnlyError, match="the folder cannot be written"):
        open_database(tmp_path / "a.db", create=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_be_read_is_said_so(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(errors.UnreadableError, match="Permission denied; check the path and its permissions"):
        open_database(ours, create=False)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, errors.FullError),
        (sqlite3.SQLITE_BUSY, errors.LockedError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, errors.LockedError),
        (sqlite3.SQLITE_READONLY_DBMOVED, errors.ReadOnlyError),
        (sqlite3.SQLITE_CANTOPEN, errors.UnreadableError),
        (sqlite3.SQLITE_CORRUPT_VTAB, errors.UnreadableError),
        (sqlite3.SQLITE_NOTADB, errors.UnreadableError),
        (sqlite3.SQLITE_IOERR_WRITE, errors.VanishedError),
    ],
)
def test_sqlites_errors_about_the_file_are_told_in_one_line(
    code: int, kind: type[errors.DatabaseError]
) -> None:
    error = sqlite3.OperationalError("in SQLite's words")
    error.sqlite_errorcode = code
    found = errors.explain(error, "data/baotintuc.db")
    assert type(found) is kind
    assert str(found).startswith("data/baotintuc.db: ")
    assert ";" in str(found), "what to do next"


@pytest.mark.parametrize(
    ("said", "kind", "advice"),
    [
        (
            "Could not decode to UTF-8 column 'body' with text '\xc3('",
            errors.UnreadableError,
            "`scrapy verify`",
        ),
        ("no such table: main.revision_texts", errors.IncompleteError, "view revision_texts is missing"),
        ("no such table: hosts", errors.IncompleteError, "table hosts is missing"),
        ("no such view: edits", errors.IncompleteError, "view edits is missing"),
        ("vtable constructor failed: articles_fts", errors.UnreadableError, "`scrapy verify --repair`"),
        (
            "invalid fts5 file format (found 0, expected 4) - run 'rebuild'",
            errors.UnreadableError,
            "--repair",
        ),
    ],
)
def test_what_has_no_code_is_told_by_its_words(said: str, kind: type[Exception], advice: str) -> None:
    found = errors.explain(sqlite3.OperationalError(said), "a.db")
    assert type(found) is kind
    assert advice in str(found)


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_SHMSIZE]
)
def test_a_limit_on_the_size_of_files_is_named(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    assert type(errors.explain(error, "a.db")) is errors.VanishedError
    monkeypatch.setattr(resource, "getrlimit", lambda _: (200_000, 400_000))
    found = errors.explain(error, "a.db")
    assert type(found) is errors.FullError
    assert "200,000 bytes, the limit of this process; raise it (`ulimit -f`)" in str(found)


def test_the_tables_and_views_known_by_name_are_those_that_are_made() -> None:
    made = {(part.type, part.name) for part in shape.fresh() if part.type in ("table", "view")}
    assert {(part.type, part.name) for part in shape.named(migrations.newest_version())} == made


def without(path: Path, *statements: str, version: int) -> None:
    """A database of a schema version, something dropped from it."""
    db = Database(path)
    migrations.migrations(migrations.scripts()[:version]).apply(db)
    for statement in statements:
        db.conn.execute(statement)
    db.close()


@pytest.mark.parametrize("version", range(1, migrations.newest_version() + 1))
@pytest.mark.parametrize("readonly", [False, True])
def test_a_database_without_one_of_its_tables_is_refused(
    tmp_path: Path, version: int, readonly: bool
) -> None:
    path = tmp_path / "a.db"
    without(path, "DROP TABLE hosts", "DROP TABLE copies", version=version)
    with pytest.raises(
        errors.IncompleteError, match=r"table copies is missing, and 1 more; restore a backup"
    ):
        open_database(path, create=True, readonly=readonly, older=True)


def test_a_table_that_an_upgrade_relies_on_is_missed_before_it(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    without(path, "DROP TABLE _sqlite_migrations", version=1)
    with pytest.raises(errors.IncompleteError, match="table _sqlite_migrations is missing"):
        open_database(path, create=False)


@pytest.mark.parametrize("view", ["edits", "revisions", "revision_texts"])
def test_a_view_that_somebody_dropped_comes_back_with_an_upgrade(tmp_path: Path, view: str) -> None:
    path = tmp_path / "a.db"
    without(path, f"DROP VIEW {view}", version=1)
    open_database(path, create=False).close()
    assert verify(path) == []


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to write everywhere, where that is ours to give up."""
    uid = os.geteuid()
    if uid == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(uid)


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that all may read and nobody write, with a database closed as a crawl closes it."""
    folder = Path(tempfile.mkdtemp(prefix="tintuc-readonly-"))
    path = folder / "news.db"
    make(path).close()
    verify(path)  # what is only loaded when it is used may be out of nobody's reach
    for beside in ("-wal", "-shm"):
        Path(f"{path}{beside}").unlink(missing_ok=True)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_database_in_a_folder_that_cannot_be_written_is_read(closed_folder: Path, tmp_path: Path) -> None:
    path, copy = closed_folder / "news.db", Path(tempfile.mkdtemp())
    copy.chmod(0o777)
    assert [file.name for file in closed_folder.iterdir()] == ["news.db"]
    with as_nobody():
        with closing(open_database(path, create=False, readonly=True)) as db:
            assert search(db.conn, "bến tre dừa").matches == 2
        assert verify(path) == []
        assert backup(path, copy / "copy.db").articles == 4
    assert [file.name for file in closed_folder.iterdir()] == ["news.db"]
    assert verify(copy / "copy.db") == []
    shutil.rmtree(copy)


def test_a_log_beside_the_database_is_never_passed_over(closed_folder: Path) -> None:
    path = closed_folder / "news.db"
    with as_nobody():
        assert reading_uri(path).endswith("?mode=ro&immutable=1")
    closed_folder.chmod(0o755)
    Path(f"{path}-wal").touch()
    closed_folder.chmod(0o555)
    with as_nobody():
        assert reading_uri(path).endswith("?mode=ro")


def test_where_a_log_could_be_made_one_is(ours: Path) -> None:
    assert reading_uri(ours).endswith("?mode=ro")


def test_a_bug_of_ours_is_not_explained_away() -> None:
    error = sqlite3.OperationalError("no such column")
    error.sqlite_errorcode = sqlite3.SQLITE_ERROR
    assert errors.explain(error, "a.db") is None
    assert errors.explain(sqlite3.ProgrammingError("closed"), "a.db") is None
