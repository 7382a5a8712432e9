"""What can be wrong with a database file, each with one clear line that says what to do next.

Nothing here is raised for a bug of ours: those stay what they are, with their traceback.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


class DatabaseError(Exception):
    """The database cannot be used; the message is one line for a person."""


class MissingError(DatabaseError):
    """There is no such file, and the command does not create one."""


class NotOursError(DatabaseError):
    """The file is a database, but not one this program made."""


class NewerError(DatabaseError):
    """The database was made by a newer version of this program."""


class OlderError(DatabaseError):
    """The database is of an older version and was opened for reading only."""


class UnreadableError(DatabaseError):
    """The file cannot be read: no permission, a folder, not a database, or damaged."""


class ReadOnlyError(DatabaseError):
    """The file or its folder cannot be written."""


class LockedError(DatabaseError):
    """Another process kept the database for itself longer than we wait."""


class FullError(DatabaseError):
    """The disk, or what the database may take of it, is full."""


class VanishedError(DatabaseError):
    """The file or its folder went away, or the disk failed, while it was in use."""


_BY_CODE: dict[int, tuple[type[DatabaseError], str]] = {
    sqlite3.SQLITE_FULL: (FullError, "no room left to write it; free some space and run the command again"),
    sqlite3.SQLITE_BUSY: (LockedError, "another process is writing to it; try again when that has finished"),
    sqlite3.SQLITE_LOCKED: (
        LockedError,
        "another process is writing to it; try again when that has finished",
    ),
    sqlite3.SQLITE_READONLY: (ReadOnlyError, "it cannot be written; make the file and its folder writable"),
    sqlite3.SQLITE_CANTOPEN: (
        UnreadableError,
        "it cannot be opened; check that its folder exists and may be used",
    ),
    sqlite3.SQLITE_PERM: (UnreadableError, "it may not be read; check the permissions of the file"),
    sqlite3.SQLITE_AUTH: (UnreadableError, "it may not be read; check the permissions of the file"),
    sqlite3.SQLITE_NOTADB: (
        UnreadableError,
        "it is not a database; name another file, or move this one away",
    ),
    sqlite3.SQLITE_CORRUPT: (
        UnreadableError,
        "it is damaged; restore a backup, or try `sqlite3 FILE .recover`",
    ),
    sqlite3.SQLITE_IOERR: (
        VanishedError,
        "it went away or the disk failed; check the disk and run the command again",
    ),
}


def explain(error: sqlite3.Error, path: Path | str) -> DatabaseError | None:
    """Our error for one of SQLite's; None where it is no fault of the file (a bug of ours).

    ``path`` is named in the message. SQLite's extended codes count as the primary one.
    """
    code = getattr(error, "sqlite_errorcode", None)
    known = _BY_CODE.get(code & 0xFF) if code is not None else None
    if known is None:
        return None
    kind, advice = known
    return kind(f"{path}: {advice}")
