"""gzip, read one member at a time: where each starts and ends, and whether it is whole.

Python's own gzip module joins the members and forgets their places; a raw archive is found
again by the place of the member. Output is made piece by piece: never more than is asked for.
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.archive.errors import DamagedError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAGIC: Final = b"\x1f\x8b\x08"
_GZIP: Final = 16 + zlib.MAX_WBITS
_CHUNK: Final = 64 * 1024


class GzipMember(io.RawIOBase):
    """The decompressed bytes of the gzip member that starts at ``start`` of an open file.

    ``end`` is the byte behind the member, known once it was read to its end (its checksum held
    then). Reading raises DamagedError where the data are torn or damaged.
    """

    def __init__(self, file: BinaryIO, start: int, chunk: int = _CHUNK) -> None:
        super().__init__()
        self.end: int | None = None
        self._file = file
        self._at = start
        self._chunk = chunk
        self._inflater = zlib.decompressobj(_GZIP)
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._inflate(len(view))
        view[: len(data)] = data
        return len(data)

    def _inflate(self, size: int) -> bytes:
        """The next bytes, ``size`` at most; empty at the end of the member."""
        data = b""
        while not data and not self._inflater.eof:
            try:
                data = self._inflater.decompress(self._waiting, size)
            except zlib.error as error:
                raise DamagedError(f"the gzip data are damaged ({_plain(error)})") from None
            self._waiting = self._inflater.unconsumed_tail
            if not data and not self._waiting and not self._inflater.eof:
                self._waiting = self._next_chunk()
        if self._inflater.eof:
            self.end = self._at - len(self._inflater.unused_data)
        return data

    def _next_chunk(self) -> bytes:
        self._file.seek(self._at)
        chunk = self._file.read(self._chunk)
        if not chunk:
            raise DamagedError("the gzip data stop in the middle")
        self._at += len(chunk)
        return chunk


def _plain(error: zlib.error) -> str:
    return str(error).rpartition(": ")[2]


def open_member(file: BinaryIO, start: int) -> tuple[GzipMember, io.BufferedReader]:
    """A member and a buffered reader over it (for lines and look-ahead)."""
    member = GzipMember(file, start)
    return member, io.BufferedReader(member, _CHUNK)


def read_members(file: BinaryIO, limit: int) -> bytes:
    """The data of all members of a gzip file, decompressed; ``limit`` + 1 bytes at most.

    Raises:
        DamagedError: the file is torn, damaged, or no gzip data at all.
    """
    size = file.seek(0, io.SEEK_END)
    body, at = bytearray(), 0
    while at < size and len(body) <= limit:
        member, reader = open_member(file, at)
        body += reader.read(limit + 1 - len(body))
        # Fewer bytes than asked for: the member was read to its end and its checksum held.
        at = size if member.end is None else member.end
    return bytes(body)


def inflate(data: bytes, limit: int) -> bytes:
    """zlib data in memory decompressed, with or without their header; ``limit`` + 1 bytes at most.

    Raises:
        DamagedError: the data are torn or damaged.
    """
    trouble = ""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # some servers leave the zlib header out
        inflater = zlib.decompressobj(window)
        try:
            body = inflater.decompress(data, limit + 1)
        except zlib.error as error:
            trouble = _plain(error)
            continue
        if len(body) <= limit and not inflater.eof:
            raise DamagedError("the compressed answer stops in the middle")
        return body
    raise DamagedError(f"the compressed answer is damaged ({trouble})")


def next_member(file: BinaryIO, start: int, begins: bytes) -> int | None:
    """The next place at or behind ``start`` where a member starts whose data begin so; else None."""
    at = find(file, MAGIC, start)
    while at is not None and not _begins(file, at, begins):
        at = find(file, MAGIC, at + 1)
    return at


def _begins(file: BinaryIO, start: int, begins: bytes) -> bool:
    try:
        return io.BufferedReader(GzipMember(file, start, 1024), 512).read(len(begins)) == begins
    except DamagedError:
        return False


def find(file: BinaryIO, what: bytes, start: int) -> int | None:
    """Where ``what`` stands next in an open file at or behind ``start``; None where it doesn't."""
    file.seek(start)
    window, base = b"", start
    while chunk := file.read(_CHUNK):
        window += chunk
        if (found := window.find(what)) >= 0:
            return base + found
        kept = window[-(len(what) - 1) :]
        base += len(window) - len(kept)
        window = kept
    return None
