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

from pipelines.database import errors, migrations

WAIT_MS: Final = 30_000
"""How long a writer waits for another one, milliseconds: a batch of an ingest takes under a
second, a checkpoint of a large log a few; half a minute means that something is stuck."""

CACHE_MB: Final = 64
"""Mebibytes of the file that a connection keeps for itself: the inner pages of every index at a million
articles."""

_HEADER: Final = b"SQLite format 3\x00"


def open_database(
    path: Path | str,
    *,
    create: bool,
    readonly: bool = False,
    older: bool = False,
    cache_mb: int = CACHE_MB,
) -> Database:
    """Open the database at ``path``, brought to the newest schema where it may be written.

    ``create``: make the file (and its folder) where there is none. ``readonly``: nothing is
    ever written. ``older``: a database of an earlier schema may be read as it is. ``cache_mb``:
    mebibytes of the file kept in memory at most. Raises a :class:`errors.DatabaseError`.
    """
    path = Path(path)
    _check_file(path, create=create and not readonly)
    with explained(path):
        conn = _connect(path, readonly=readonly)
        try:
            db = Database(conn)
            fresh = _identify(conn, path)
            _configure(conn, readonly=readonly, cache_mb=cache_mb)
            _bring_up(db, path, fresh=fresh, readonly=readonly, older=older)
        except BaseException:
            conn.close()
            raise
    return db


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
    uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
    return sqlite3.connect(uri, uri=True, timeout=WAIT_MS / 1000)


def _identify(conn: sqlite3.Connection, path: Path) -> bool:
    """Whether the file is still empty; raises where it is foreign or too new."""
    (mark,) = conn.execute("PRAGMA application_id").fetchone()
    (version,) = conn.execute("PRAGMA user_version").fetchone()
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


def _bring_up(db: Database, path: Path, *, fresh: bool, readonly: bool, older: bool) -> None:
    (version,) = db.conn.execute("PRAGMA user_version").fetchone()
    if version == migrations.newest_version():
        return
    if readonly and fresh:
        raise errors.MissingError(f"{path}: the database is empty; run `scrapy crawl baotintuc` to fill it")
    if readonly and older:
        return
    if readonly:
        raise errors.OlderError(
            f"{path}: of an older version (schema {version}); any crawl or ingest brings it up to date"
        )
    with writing(db):  # two processes that start at once migrate one after the other
        migrations.migrations().apply(db)
