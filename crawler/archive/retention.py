"""How long the raw archive is kept: whole files older than wanted are deleted, nothing else.

Only files that carry our names are ever touched, and never one that a process still writes. A month's
folder goes with its last file.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final

_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_NAME: Final = re.compile(r"tintuc-(\d{8})T\d{6}-\d+-\d+\.warc\.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What the retention did: places of ``deleted`` files, bytes ``freed``, and a line for each
    file that was to go but could not be deleted.
    """

    deleted: tuple[str, ...] = ()
    freed: int = 0
    troubles: tuple[str, ...] = ()


def prune(folder: Path, older_than_days: int, *, now: datetime) -> Pruned:
    """Delete the files whose last page is older than so many days; 0 keeps everything for ever.

    A file holds pages of one day (UTC), that of its name. A folder that is not there is empty.
    """
    if older_than_days <= 0 or not folder.is_dir():
        return Pruned()
    deleted: list[str] = []
    troubles: list[str] = []
    freed = 0
    for path in _files(folder, troubles):
        if not is_older(path.name, older_than_days, now=now):
            continue
        place = path.relative_to(folder).as_posix()
        try:
            freed += _delete(path)
            deleted.append(place)
        except OSError as error:
            troubles.append(f"{place} was not deleted: {error.strerror or error}")
    for month in {(folder / place).parent for place in deleted} - {folder}:
        _remove_if_empty(month)
    return Pruned(deleted=tuple(deleted), freed=freed, troubles=tuple(troubles))


def _files(folder: Path, troubles: list[str]) -> Iterator[Path]:
    """The files at the top, where older versions kept them, and those of each month."""
    for path in _within(folder, troubles):
        if _MONTH.fullmatch(path.name) and path.is_dir():
            yield from _within(path, troubles)
        else:
            yield path


def _within(folder: Path, troubles: list[str]) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        troubles.append(f"{folder.name} was not looked through: {error.strerror or error}")
        return []


def _remove_if_empty(month: Path) -> None:
    """A folder in which something is left, or which is a link to another disk, stays."""
    if not month.is_symlink():
        with suppress(OSError):
            month.rmdir()


def is_older(file: str, days: int, *, now: datetime) -> bool:
    """Whether a file of the raw archive, at this place, is one that the retention deletes or has deleted."""
    match = _NAME.fullmatch(PurePosixPath(file).name) if days > 0 else None
    try:
        day = datetime.strptime(match[1], "%Y%m%d").replace(tzinfo=UTC) if match else now
    except ValueError:
        return False
    return day + timedelta(days=days + 1) <= now


def _delete(path: Path) -> int:
    """Delete a file nobody writes; answers its size in bytes."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        size = os.fstat(handle).st_size
        path.unlink()
    except BlockingIOError:
        raise OSError(0, "a process still writes it") from None
    finally:
        os.close(handle)
    return size
