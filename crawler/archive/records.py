"""WARC files cut into records, torn and damaged ones included, with nothing else lost.

Common readers hand out a record that was cut off as if it were whole, and lose what stands
behind it. Here each record is held against its own Content-Length and gzip checksum before it
is handed out, and reading goes on at the next place where a record starts. A file is streamed:
no more than one record is in memory, and no more of it than the limits allow.

The format is ISO 28500 (WARC 1.0 and 1.1): https://iipc.github.io/warc-specifications/
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from crawler.archive import gzips
from crawler.archive.errors import DamagedError
from crawler.archive.pages import Limits

VERSION: Final = b"WARC/"
_VERSION_LINE: Final = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n")
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One whole WARC record: its place, its headers (names in lower case), and its block.

    Of a block longer than the limit only the beginning is here (``cut``); of a record that is
    neither a response nor a text of its own (a ``resource``), nothing.
    """

    offset: int
    headers: dict[str, str]
    block: bytes = b""
    cut: bool = False

    @property
    def type(self) -> str:
        return self.headers.get("warc-type", "").lower()

    @property
    def is_text(self) -> bool:
        """Whether it is a plain text that was no answer to a request."""
        return _is_text(self.headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A place in a WARC file that holds no whole record, and why."""

    offset: int
    reason: str


def records(file: io.BufferedReader, limits: Limits, *, gz_name: bool = False) -> Iterator[Record | Gap]:
    """The records of an open WARC file in their order; what lies between them as gaps.

    Whether it is gzipped is seen in its bytes; ``gz_name`` decides where these say nothing.
    """
    size = os.fstat(file.fileno()).st_size
    start = _peek_at(file, 0, len(VERSION))
    gzipped = start.startswith(gzips.MAGIC) or (gz_name and start != VERSION)
    empty = True
    for found in _gzipped(file, size, limits) if gzipped else _plain(file, size, limits):
        empty = False
        yield found
    if empty:
        yield Gap(offset=0, reason="the file holds no record")


def record_at(file: io.BufferedReader, offset: int, limits: Limits) -> Record:
    """The one record that starts at ``offset`` of an open WARC file.

    Raises:
        DamagedError: no whole record starts there.
    """
    size = os.fstat(file.fileno()).st_size
    if not 0 <= offset < size:
        raise DamagedError(f"the file ends at byte {size}")
    if _peek_at(file, offset, len(gzips.MAGIC)) == gzips.MAGIC:
        found = next(_in_member(gzips.open_member(file, offset)[1], offset, limits), None)
    else:
        found = _next_record(file, limits, size=size)
    if found is None:
        raise DamagedError("there is no record")
    return found


def _peek_at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    start = file.read(size)
    file.seek(offset)
    return start


def _plain(file: io.BufferedReader, size: int, limits: Limits) -> Iterator[Record | Gap]:
    at = 0
    while at < size:
        file.seek(at)
        try:
            _skip_blank(file)
            at = file.tell()
            if record := _next_record(file, limits, size=size):
                yield record
            at = file.tell()
        except DamagedError as damage:
            yield Gap(offset=at, reason=str(damage))
            at = _next_start(file, at + 1, size)


def _next_start(file: io.BufferedReader, start: int, size: int) -> int:
    """Where the next record seems to start, not always on a line of its own; ``size`` at the end."""
    found = gzips.find(file, VERSION, start)
    while found is not None and not _VERSION_LINE.match(_peek_at(file, found, 16)):
        found = gzips.find(file, VERSION, found + 1)
    return size if found is None else found


def _gzipped(file: BinaryIO, size: int, limits: Limits) -> Iterator[Record | Gap]:
    at = 0
    while at < size:
        member, reader = gzips.open_member(file, at)
        try:
            yield from _in_member(reader, at, limits)
            at = size if member.end is None else member.end
        except DamagedError as damage:
            yield Gap(offset=at, reason=str(damage))
            found = gzips.next_member(file, at + 1, VERSION)
            at = size if found is None else found


def _in_member(reader: io.BufferedReader, offset: int, limits: Limits) -> Iterator[Record]:
    """The records of one gzip member; by rule it is one, but a file gzipped as a whole is read too."""
    _skip_blank(reader)
    while record := _next_record(reader, limits, offset=offset):
        yield record


def _skip_blank(stream: io.BufferedReader) -> int:
    """Go to the next byte that is no line break; answers how many lines that ended."""
    lines = skipped = 0
    while blank := _blank_ahead(stream.peek(1)):
        lines += stream.read(blank).count(b"\n")
        skipped += blank
        if skipped > _CHUNK:
            raise DamagedError("nothing but blank lines follow")
    return lines


def _blank_ahead(ahead: bytes) -> int:
    return len(ahead) - len(ahead.lstrip(b"\r\n"))


def _next_record(
    stream: io.BufferedReader, limits: Limits, *, offset: int | None = None, size: int | None = None
) -> Record | None:
    """The record that starts here; None at the end of the stream.

    ``offset`` is its place where the stream is a gzip member; ``size`` the size of a plain file,
    so that a length that can't be true costs no reading.
    """
    at = stream.tell() if offset is None else offset
    headers = _read_headers(stream, limits.head)
    if headers is None:
        return None
    length = _length(headers)
    if size is not None and stream.tell() + length > size:
        raise DamagedError(_torn(length, size - stream.tell()))
    if size is None and length > limits.skip:
        raise DamagedError(f"the record unpacks to {length} bytes, more than {limits.skip}")
    block = _read_block(stream, headers, length, limits)
    # In a gzip member this reads up to the checksum: where it is torn, so is the record.
    if _skip_blank(stream) < 2 and stream.peek(1):
        raise DamagedError("the record does not end where its Content-Length says")
    return Record(offset=at, headers=headers, block=block, cut=0 < len(block) < length)


def _read_headers(stream: BinaryIO, limit: int) -> dict[str, str] | None:
    first = stream.readline(32)
    if not first:
        return None
    if not _VERSION_LINE.match(first):
        raise DamagedError("no WARC record starts here")
    headers: dict[str, str] = {}
    room, name = limit, ""
    while (line := stream.readline(room)).strip():
        room -= len(line)
        if _VERSION_LINE.search(line) or not line.endswith(b"\n"):
            raise DamagedError("the headers of the record stop in the middle")
        name = _add_header(headers, name, line)
    if not line:
        raise DamagedError("the headers of the record stop in the middle")
    return headers


def _add_header(headers: dict[str, str], last: str, line: bytes) -> str:
    """Take one header line (or the continuation of the ``last`` one); answers the name."""
    text = line.decode("utf-8", "replace")
    if text[0] in " \t" and last:
        headers[last] = f"{headers[last]} {text}".strip()
        return last
    name, _, value = text.partition(":")
    name = name.strip().lower()
    headers.setdefault(name, value.strip())
    return name


def _length(headers: dict[str, str]) -> int:
    value = headers.get("content-length", "")
    if not re.fullmatch(r"[0-9]{1,15}", value):
        raise DamagedError("the record does not say how long it is (Content-Length)")
    return int(value)


def _read_block(stream: BinaryIO, headers: dict[str, str], length: int, limits: Limits) -> bytes:
    """The block as far as it is wanted; of the rest it is made sure that it is there."""
    wanted = length if length <= limits.page + limits.head else limits.head
    if headers.get("warc-type", "").lower() != "response" and not _is_text(headers):
        wanted = 0
    block = stream.read(wanted)
    there = len(block)
    while there < length and (part := stream.read(min(_CHUNK, length - there))):
        there += len(part)
    if there < length:
        raise DamagedError(_torn(length, there))
    return block


def _is_text(headers: dict[str, str]) -> bool:
    content_type = headers.get("content-type", "").lower()
    return headers.get("warc-type", "").lower() == "resource" and content_type.startswith("text/plain")


def _torn(length: int, there: int) -> str:
    return f"the record is torn: {there} of its {length} bytes are there"
