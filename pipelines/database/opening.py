"""Opening the database: the one place that knows its settings, and what can be wrong with a file.

Never creates a file for a command that only reads, never touches a file that is not ours.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from pipelines.database import errors, migrations, shape

WAIT_MS: Final = 30_000
"""How long a writer waits for another one, milliseconds: a batch of an ingest takes under a
second, a checkpoint of a large log a few; half a minute means that something is stuck."""

CACHE_MB: Final = 64
"""Mebibytes of the file that a connection keeps for itself: the inner pages of every index at a million
articles."""

_HEADER: Final = b"SQLite format 3\x00"
_FORMATS: Final = slice(18, 20)
_WAL: Final = b"\x02\x02"
"""Where the header says how the file is written and read, and what it says in WAL mode."""


def open_database(  # noqa: PLR0913  # each has its reason below
    path: Path | str,
    *,
    create: bool,
    readonly: bool = False,
    older: bool = False,
    incomplete: bool = False,
    cache_mb: int = CACHE_MB,
) -> Database:
    """Open the database at ``path``, brought to the newest schema where it may be written.

    ``create``: make the file (and its folder) where there is none. ``readonly``: nothing is
    ever written. ``older``: a database of an earlier schema may be read as it is. ``incomplete``: tables
    may be missing from it. ``cache_mb``: mebibytes of the file kept in memory at most. Raises a
    :class:`errors.DatabaseError`.
    """
    path = Path(path)
    _check_file(path, create=create and not readonly)
    with explained(path), _schema_readable(path):
        conn = _connect(path, readonly=readonly)
        try:
            db = Database(conn)
            fresh = _identify(conn, path)
            _configure(conn, readonly=readonly, cache_mb=cache_mb)
            if not (incomplete and _is_newest(conn)):
                _check_tables(conn, path)
            _bring_up(db, path, fresh=fresh, readonly=readonly, older=older)
        except BaseException:
            conn.close()
            raise
    return db


@contextmanager
def _schema_readable(path: Path) -> Iterator[None]:
    """What SQLite says of a damaged schema holds a piece of it, which Python may not be able to read."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise errors.damaged(path) from error


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turn SQLite's errors about the file into ours; errors that are bugs pass as they are."""
    try:
        yield
    except sqlite3.Error as error:
        ours = errors.explain(error, path)
        if ours is None:
            raise
        raise ours from error


def path_of(db: Database) -> str:
    """The file an open database is in."""
    return (
        next((row[2] for row in db.conn.execute("PRAGMA database_list") if row[1] == "main"), "")
        or "database"
    )


class Place:
    """Where an open database is on the disk: SQLite goes on writing into a file that was deleted or
    replaced, and all of that would be lost without a word."""

    def __init__(self, db: Database) -> None:
        """Remember the file as it is now; a database in memory is always in its place."""
        self.path = path_of(db)
        self._file = _identity(self.path) if Path(self.path).is_file() else None

    def check(self) -> None:
        """Raise VanishedError where the file is no longer the one that was opened."""
        if self._file is not None and _identity(self.path) != self._file:
            raise errors.VanishedError(
                f"{self.path}: the file was deleted or replaced while in use; what was written since is lost:"
                " put it back or restore a backup, and run the command again"
            )


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116  # asked at every commit
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def writing(db: Database) -> Iterator[sqlite3.Connection]:
    """One writing transaction: ``BEGIN IMMEDIATE``, commit at the end, roll back on any error.

    Immediate, because a deferred one that reads first fails at once beside another writer.
    """
    conn = db.conn
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield conn
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


def _check_file(path: Path, *, create: bool) -> None:
    """Say what is wrong with the path before SQLite does so in fewer words."""
    try:
        if path.is_dir():
            raise errors.UnreadableError(f"{path}: this is a folder; name a database file")
        if path.exists():
            _check_content(path)
        elif not create:
            raise errors.MissingError(f"{path}: no such database; run `scrapy crawl baotintuc` to make one")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            _check_folder(path.parent)
    except OSError as error:
        raise errors.UnreadableError(
            f"{path}: {error.strerror}; check the path and its permissions"
        ) from error


def _check_content(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(len(_HEADER))
    if start and start != _HEADER:
        raise errors.UnreadableError(
            f"{path}: not a SQLite database; name another file, or move this one away"
        )


def _check_folder(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise errors.ReadOnlyError(
            f"{folder}: the folder cannot be written; choose another or change its permissions"
        )


def _connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    uri = reading_uri(path) if readonly else f"{path.absolute().as_uri()}?mode=rwc"
    return sqlite3.connect(uri, uri=True, timeout=WAIT_MS / 1000)


def reading_uri(path: Path) -> str:
    """The URI by which SQLite opens a file for reading only.

    Whoever reads a file in WAL mode makes two files beside it, where they are not there. In a folder that
    cannot be written that fails, although all is in the file itself once its last writer has closed it:
    there it is read as one that nobody changes. (Who may write there could: a reader of that very moment
    may then find it damaged, and finds it sound the next time.)
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    return f"{uri}&immutable=1" if _stands_alone(path.resolve()) else uri


def _stands_alone(path: Path) -> bool:
    """Whether a file in WAL mode has no log beside it, in a folder that has no room for one."""
    with path.open("rb") as file:
        in_wal_mode = file.read(_FORMATS.stop)[_FORMATS] == _WAL
    effective = os.access in os.supports_effective_ids
    writable = os.access(path.parent, os.W_OK | os.X_OK, effective_ids=effective)
    return in_wal_mode and not writable and not path.with_name(f"{path.name}-wal").exists()


def _identify(conn: sqlite3.Connection, path: Path) -> bool:
    """Whether the file is still empty; raises where it is foreign or too new."""
    (mark,) = conn.execute("PRAGMA application_id").fetchone()
    version = _version(conn)
    empty = bool(conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0)
    if mark != migrations.APPLICATION_ID and not (empty and mark == 0):
        raise errors.NotOursError(f"{path}: a database of another program; name another file for ours")
    if version > migrations.newest_version():
        raise errors.NewerError(
            f"{path}: made by a newer version (schema {version}, this program knows"
            f" {migrations.newest_version()}); update the program"
        )
    return empty


def _configure(conn: sqlite3.Connection, *, readonly: bool, cache_mb: int) -> None:
    """The settings of a connection, each with its reason."""
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
    conn.execute(f"PRAGMA cache_size = -{cache_mb * 1024}")  # below zero: kibibytes, not pages
    conn.execute("PRAGMA temp_store = MEMORY")
    if not readonly:
        # WAL: readers and the writer never block each other. NORMAL: a power loss may cost the last
        # transactions, never the file; what they fetched is then simply fetched again, since an article
        # counts as seen only once it is stored. FULL would cost one more disk flush an article.
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = NORMAL")


def _is_newest(conn: sqlite3.Connection) -> bool:
    return _version(conn) == migrations.newest_version()


def _version(conn: sqlite3.Connection) -> int:
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def _check_tables(conn: sqlite3.Connection, path: Path) -> None:
    missing = shape.missing_tables(conn, _version(conn))
    if missing:
        raise errors.IncompleteError(f"{path}: {errors.missing_advice(missing)}")


def _bring_up(db: Database, path: Path, *, fresh: bool, readonly: bool, older: bool) -> None:
    if _is_newest(db.conn):
        return
    if readonly and fresh:
        raise errors.MissingError(f"{path}: the database is empty; run `scrapy crawl baotintuc` to fill it")
    if readonly and older:
        return
    if readonly:
        raise errors.OlderError(
            f"{path}: of an older version (schema {_version(db.conn)});"
            " any crawl or ingest brings it up to date"
        )
    with writing(db):  # two processes that start at once migrate one after the other
        migrations.migrations().apply(db)
