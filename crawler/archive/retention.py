"""How long the raw archive is kept: whole files older than wanted are deleted, nothing else.

Only files that carry our names are ever touched, and never one that a process still writes.
"""

from __future__ import annotations

import fcntl
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"tintuc-(\d{8})T\d{6}-\d+-\d+\.warc\.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What the retention did: names of ``deleted`` files, bytes ``freed``, and a line for each
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
    old = [path for path in sorted(folder.iterdir()) if is_older(path.name, older_than_days, now=now)]
    deleted, freed, troubles = [], 0, []
    for path in old:
        try:
            freed += _delete(path)
            deleted.append(path.name)
        except OSError as error:
            troubles.append(f"{path.name} was not deleted: {error.strerror or error}")
    return Pruned(deleted=tuple(deleted), freed=freed, troubles=tuple(troubles))


def is_older(name: str, days: int, *, now: datetime) -> bool:
    """Whether a file of the raw archive is one that the retention deletes, or has deleted."""
    match = _NAME.fullmatch(name) if days > 0 else None
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
