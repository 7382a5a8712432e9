"""A consistent copy of the database, taken while a crawl runs, checked, and put in place at once.

SQLite's backup, page by page, inside one read transaction of the source: the copy is the state of the
moment it began, the crawl goes on writing, and progress can be shown. (Without that transaction
the backup starts over with every commit of the crawl; VACUUM INTO makes a smaller file but takes
twice the time and tells nothing meanwhile.) The copy is a single file: it is taken out of WAL mode.

It is written under another name beside its place and renamed when it has passed SQLite's integrity
check and every text in it can be read, so that there is never half a copy under the name asked for. A
database of an earlier schema is copied as it is: before an upgrade brings it up to date is when a copy
is wanted most.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.database import errors
from pipelines.database.characters import unreadable
from pipelines.database.opening import open_database
from pipelines.database.stopping import stoppable

STEP_PAGES: Final = 2048
"""Pages (of 4 KiB) copied between two signs of progress: 8 MiB, some hundredths of a second."""

_BESIDE: Final = ("-wal", "-shm", "-journal")
_OF_THE_SOURCE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_BUSY})


class TargetError(errors.DatabaseError):
    """The copy can't be put where it was asked for."""


class CopyError(errors.DatabaseError):
    """The copy did not pass the check: the database itself is damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A copy that was made: its size in bytes, and how many articles it holds."""

    bytes: int
    articles: int


Progress = Callable[[int, int], None]


def backup(
    source: Path, target: Path, *, force: bool = False, progress: Progress = lambda _done, _all: None
) -> Copied:
    """Copy the database at ``source`` to ``target``; ``force``: also over a file that is there.

    ``progress`` is called with pages done and pages in all. Raises a DatabaseError; whatever the
    error, nothing is left at ``target`` that was not there before.
    """
    with closing(open_database(source, create=False, readonly=True, older=True)) as db, _os_errors(target):
        _check_target(source, target, force=force)
        part = _part(target)
        try:
            with _sqlite_errors(source, target):
                articles = _copy(db.conn, part, progress)
                _check(part, source)
            shutil.copymode(source, part)
            _flush(part)
            size = part.stat().st_size
            _put(part, target, force=force)
            _flush(target.parent)
        finally:
            for end in ("", *_BESIDE):
                part.with_name(part.name + end).unlink(missing_ok=True)
    return Copied(bytes=size, articles=articles)


def _check_target(source: Path, target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise TargetError(f"{target}: this is a folder; name the file that the copy is to be")
    if not target.parent.is_dir():
        raise TargetError(f"{target}: its folder does not exist; make it first")
    if target.exists():
        if target.samefile(source):
            raise TargetError(f"{target}: this is the database itself; name another file")
        if not force:
            raise TargetError(f"{target}: exists already; name another file, or overwrite it with --force")
    for end in _BESIDE:
        if target.with_name(target.name + end).exists():
            raise TargetError(
                f"{target}{end} exists: a program has that file open or left it so; name another file"
            )


def _part(target: Path) -> Path:
    """An empty file beside the target, of a name that nobody has."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    os.close(handle)
    return Path(name)


def _copy(conn: sqlite3.Connection, part: Path, progress: Progress) -> int:
    """Copy one state of the database; gives the number of articles in it."""
    conn.execute("BEGIN")
    (articles,) = conn.execute("SELECT count(*) FROM articles").fetchone()  # the snapshot begins here
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = OFF")  # flushed once, at the end
        conn.backup(
            copy, pages=STEP_PAGES, progress=lambda _status, left, pages: progress(pages - left, pages)
        )
        copy.execute("PRAGMA journal_mode = DELETE")
    conn.execute("ROLLBACK")
    return int(articles)


def _check(part: Path, source: Path) -> None:
    with closing(sqlite3.connect(f"{part.absolute().as_uri()}?mode=ro", uri=True)) as copy, stoppable(copy):
        (said,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        first = next(unreadable(copy), None) if said == "ok" else " ".join(said.split())
    if first is not None:
        raise CopyError(f"{source}: the copy is damaged as the database is ({first}); see `scrapy verify`")


def _flush(path: Path) -> None:
    """Bring a file, or a folder's list of names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put(part: Path, target: Path, *, force: bool) -> None:
    """Give the copy its name; without ``force`` never in place of another file, not even one just made."""
    if force:
        part.replace(target)
        return
    try:
        os.link(part, target)
    except FileExistsError:
        raise TargetError(f"{target}: was made by somebody else meanwhile; name another file") from None
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            raise
        part.rename(target)  # a file system without hard links


@contextmanager
def _sqlite_errors(source: Path, target: Path) -> Iterator[None]:
    """SQLite's errors as ours, about the file that they are about."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        ours = errors.explain(error, source if code in _OF_THE_SOURCE else target)
        if ours is None:
            raise
        raise ours from error
    except UnicodeDecodeError as error:  # a piece of a damaged schema in SQLite's own words
        raise errors.damaged(source) from error


@contextmanager
def _os_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise errors.FullError(
                f"{target}: no room left to write it; free some space or name another disk"
            ) from error
        raise TargetError(f"{target}: {error.strerror}; choose another place for the copy") from error
