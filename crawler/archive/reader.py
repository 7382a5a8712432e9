"""Pages read from WARC files, ours and other people's: one after the other, or by place.

The plain-text copies that our own archive keeps are among them. Records that hold no page
(``warcinfo``, ``request``, ``revisit``, ``metadata``) and answers that are no text (pictures, sound,
style sheets) are passed over; HTTP error statuses are not.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from crawler.archive import records
from crawler.archive.answers import Answer, decode, read_answer
from crawler.archive.errors import BrokenRecordError, DamagedError, MissingArchiveError
from crawler.archive.pages import DEFAULT_LIMITS, Broken, Limits, SavedPage, Tally, written_at
from crawler.archive.records import Gap, Record

_NO_PAGES: Final = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "text/css",
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
)


def read_records(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[SavedPage | Broken]:
    """The pages of a WARC file in their order, what could not be read among them.

    Raises:
        OSError: the file can't be opened.
    """
    with path.open("rb") as file:
        yield from pages(file, str(path), limits=limits, tally=Tally())


def read_record(folder: Path, file: str, offset: int, *, limits: Limits = DEFAULT_LIMITS) -> SavedPage:
    """The page at a place of the raw archive, as the ledger has it (``archive_file``, ``archive_offset``).

    Raises:
        MissingArchiveError: the file is not in the folder.
        BrokenRecordError: no whole response record starts at that byte.
    """
    path = _inside(folder, file)
    try:
        with path.open("rb") as opened:
            record = records.record_at(opened, offset, limits)
            written = written_at(os.fstat(opened.fileno()))
        return (
            _copy(record, file, limits, written)
            if holds_copy(record)
            else _page(record, _answer(record), file, limits, written)
        )
    except OSError as error:
        raise MissingArchiveError(
            f"can't read {file} of the raw archive in {folder}: {error.strerror}. "
            "Was it moved, or deleted as too old (TINTUC_ARCHIVE_DAYS)?"
        ) from None
    except DamagedError as damage:
        raise BrokenRecordError(f"no page at byte {offset} of {path}: {damage}") from None


def _inside(folder: Path, file: str) -> Path:
    """A file of the raw archive lies in the folder or below: nothing in a ledger leads out of it."""
    place = PurePosixPath(file)
    if place.is_absolute() or ".." in place.parts or not place.name or str(place) != file or "\0" in file:
        raise MissingArchiveError(f"not the name of a file of the raw archive: {file!r}")
    return folder / file


def pages(
    file: io.BufferedReader, name: str, *, limits: Limits, tally: Tally
) -> Iterator[SavedPage | Broken]:
    """The pages of an open WARC file; ``name`` is what they are told to be from."""
    written = written_at(os.fstat(file.fileno()))
    for record in records.records(file, limits, gz_name=name.lower().endswith(".gz")):
        if isinstance(record, Gap):
            yield Broken(file=name, offset=record.offset, reason=record.reason)
        elif holds_page(record) or holds_copy(record):
            yield from _page_or_broken(record, name, limits, tally, written)


def holds_page(record: Record) -> bool:
    """Whether a record is an answer to an HTTP request, and no DNS look-up or the like."""
    uri = _target(record)
    return record.type == "response" and (uri is None or uri.lower().startswith(("http:", "https:")))


def holds_copy(record: Record) -> bool:
    """Whether a record is a plain-text copy: a text that lay in a file, and no log of a crawler."""
    return record.is_text and (_target(record) or "").lower().startswith("file:///")


def _page_or_broken(
    record: Record, name: str, limits: Limits, tally: Tally, written: datetime
) -> Iterator[SavedPage | Broken]:
    try:
        if holds_copy(record):
            yield _copy(record, name, limits, written)
            return
        answer = _answer(record)
        if answer.header("content-type").lower().startswith(_NO_PAGES):
            tally.ignored += 1
        else:
            yield _page(record, answer, name, limits, written)
    except DamagedError as damage:
        yield Broken(file=name, offset=record.offset, reason=str(damage))


def _answer(record: Record) -> Answer:
    if record.type != "response":
        raise DamagedError(f"the record is no response but a {record.type or 'nameless'} one")
    return read_answer(record.block)


def _check_whole(record: Record, limits: Limits) -> None:
    if record.cut:
        raise DamagedError(f"the page is larger than {limits.page} bytes")
    if cut := record.headers.get("warc-truncated"):
        raise DamagedError(f"the answer was cut when it was saved (WARC-Truncated: {cut[:40]})")


def _copy(record: Record, name: str, limits: Limits, written: datetime) -> SavedPage:
    _check_whole(record, limits)
    return SavedPage(
        body=record.block,
        file=name,
        offset=record.offset,
        url=unquote(urlsplit(_target(record) or "").path),
        fetched_at=_date(record) or written,
        is_text=True,
    )


def _page(record: Record, answer: Answer, name: str, limits: Limits, written: datetime) -> SavedPage:
    _check_whole(record, limits)
    return SavedPage(
        body=decode(answer, limits.page),
        file=name,
        offset=record.offset,
        url=_target(record),
        status=answer.status,
        headers=answer.headers,
        fetched_at=_date(record) or written,
    )


def _target(record: Record) -> str | None:
    """The address that was asked for; Wget 1.19 put it in angle brackets."""
    return record.headers.get("warc-target-uri", "").strip("<>") or None


def _date(record: Record) -> datetime | None:
    """WARC-Date, which is UTC; None where it can't be read."""
    try:
        date = datetime.fromisoformat(record.headers.get("warc-date", ""))
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter near the ends of the calendar
        return None
