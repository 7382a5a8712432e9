"""The work of one process: records of one WARC file in, what today's parser makes of them out.

The same function for every engine. It knows no database and writes nothing; what it gives back is
plain data, small enough to be sent to the process that records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.archive import reader
from crawler.archive.errors import BrokenRecordError, MissingArchiveError
from crawler.archive.pages import Broken, SavedPage
from crawler.ingesting import read_saved
from crawler.items import Cause
from pipelines.dedupe import Prepared, prepare
from pipelines.validate import validate


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Records of one WARC file to read.

    ``folder`` and ``file`` lead to it, on whichever machine; ``offsets`` are the bytes at which the
    records start, None for every record of the file; ``cause`` is what a change is put down to.
    """

    folder: str
    file: str
    offsets: tuple[int, ...] | None = None
    cause: Cause = Cause.PARSER


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What became of one record: a page, prepared to be recorded, or the trouble that kept it from
    being read, in words. ``offset`` is None where the whole file could not be read."""

    file: str
    offset: int | None
    page: Prepared | None = None
    trouble: str | None = None


def read_task(task: Task) -> list[Reading]:
    """Read the records of a task, in its order; what can't be read is among them as trouble."""
    if task.offsets is None:
        return [_read(piece, task) for piece in _every(task)]
    return [_read_at(task, offset) for offset in task.offsets]


def _every(task: Task) -> Iterator[SavedPage | Broken]:
    path = Path(task.folder, task.file)
    try:
        yield from reader.read_records(path)
    except OSError as error:
        yield Broken(file=str(path), reason=f"can't be read: {error.strerror or error}")


def _read_at(task: Task, offset: int) -> Reading:
    try:
        return _read(reader.read_record(Path(task.folder), task.file, offset), task)
    except (MissingArchiveError, BrokenRecordError) as error:
        return Reading(file=task.file, offset=offset, trouble=str(error))


def _read(piece: SavedPage | Broken, task: Task) -> Reading:
    if isinstance(piece, Broken):
        where = piece.file if piece.offset is None else f"{piece.file}, byte {piece.offset}"
        return Reading(file=task.file, offset=piece.offset, trouble=f"{where}: {piece.reason}")
    fetch = read_saved(piece)
    fetch.raw = None  # it has its place in the archive, and is large
    fetch.cause = task.cause
    fetch.archive_file, fetch.archive_offset = task.file, piece.offset
    return Reading(file=task.file, offset=piece.offset, page=prepare(validate(fetch)))
