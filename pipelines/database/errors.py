"""What can be wrong with a database file, each with one clear line that says what to do next.

Nothing here is raised for a bug of ours: those stay what they are, with their traceback.
"""

from __future__ import annotations

import re
import resource
import sqlite3
from pathlib import Path
from typing import Final

from pipelines.database import shape


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


class IncompleteError(DatabaseError):
    """A table or view of ours is missing from the database."""


class ReadOnlyError(DatabaseError):
    """The file or its folder cannot be written."""


class LockedError(DatabaseError):
    """Another process kept the database for itself longer than we wait."""


class FullError(DatabaseError):
    """The disk, or what the database may take of it, is full."""


class VanishedError(DatabaseError):
    """The file or its folder went away, or the disk failed, while it was in use."""


_DAMAGED: Final = (UnreadableError, "it is damaged; restore a backup, or try `sqlite3 FILE .recover`")
_OF_THE_INDEX: Final = (
    UnreadableError,
    "its full-text index is damaged; `scrapy verify --repair` makes it anew",
)
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
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_CORRUPT_VTAB: _OF_THE_INDEX,
    sqlite3.SQLITE_IOERR: (
        VanishedError,
        "it went away or the disk failed; check the disk and run the command again",
    ),
}


_BY_MESSAGE: Final = (
    (
        # Python's own error, without a code: the bytes of a text are not UTF-8.
        "Could not decode to UTF-8",
        UnreadableError,
        "it is damaged: a text in it cannot be read; `scrapy verify` says which, restore a backup",
    ),
    ("invalid fts5 file format", *_OF_THE_INDEX),
    ("vtable constructor failed: articles_fts", *_OF_THE_INDEX),
)
"""What has no code of its own, by what SQLite (or Python's module for it) says."""

_NOT_THERE: Final = re.compile(r"no such (?:table|view): (?:main\.)?(\w+)$")
_NOT_WRITTEN: Final = frozenset(
    {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_SHMSIZE}
)


def code_of(error: sqlite3.Error) -> int:
    """SQLite's extended code of an error; 0 where Python's module made it without one."""
    return getattr(error, "sqlite_errorcode", None) or 0


def is_undecodable(error: sqlite3.Error) -> bool:
    """Whether a text could not be read because its bytes are not UTF-8."""
    return str(error).startswith(_BY_MESSAGE[0][0])


def explain(error: sqlite3.Error, path: Path | str) -> DatabaseError | None:
    """Our error for one of SQLite's; None where it is no fault of the file (a bug of ours).

    ``path`` is named in the message. SQLite's extended codes count as the primary one.
    """
    code = code_of(error)
    if code in _NOT_WRITTEN and (limit := _limit()) is not None:
        said = f"its files may not grow beyond {limit:,} bytes, the limit of this process"
        return FullError(f"{path}: {said}; raise it (`ulimit -f`) and run the command again")
    known = _by_message(str(error)) or _BY_CODE.get(code) or _BY_CODE.get(code & 0xFF)
    if known is None:
        return None
    kind, advice = known
    return kind(f"{path}: {advice}")


def damaged(path: Path | str) -> DatabaseError:
    """The error of a file that is damaged in a way that SQLite has no word for."""
    kind, advice = _DAMAGED
    return kind(f"{path}: {advice}")


def _limit() -> int | None:
    """How large the files that this process writes may get, bytes; None where nothing limits them."""
    soft, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return None if soft == resource.RLIM_INFINITY else soft


def _by_message(said: str) -> tuple[type[DatabaseError], str] | None:
    missing = _NOT_THERE.search(said)
    if missing and (part := shape.part_named(missing[1])):
        return IncompleteError, missing_advice([part])
    return next(((kind, advice) for start, kind, advice in _BY_MESSAGE if said.startswith(start)), None)


def missing_advice(parts: list[shape.Named]) -> str:
    """What to say of tables and views that are not there."""
    first = f"{parts[0].type} {parts[0].name} is missing"
    said = first if len(parts) == 1 else f"{first}, and {len(parts) - 1} more"
    tables = any(part.type == "table" for part in parts)
    do = "restore a backup" if tables else "`scrapy verify --repair` makes it anew"
    return f"{said}; {do} (`scrapy verify` says all that is wrong)"
