"""The block of a WARC response record read as what it holds: an HTTP answer, decoded.

The transfer and content encodings named in the headers are undone, unless whoever wrote the
file has undone them already and left the headers as they were, which is common.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Final

import brotli  # type: ignore[import-untyped]

from crawler.archive import gzips
from crawler.archive.errors import DamagedError

Headers = tuple[tuple[str, str], ...]

_STATUS_LINE: Final = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})(?!\d)")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_NO_BODY: Final = frozenset({204, 205, 304})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered: ``headers`` and ``body`` as sent, encodings and all."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """All values of a header (its name in lower case), comma-joined; empty where it is absent."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)


def read_answer(block: bytes) -> Answer:
    """Read the block of a response record.

    Raises:
        DamagedError: it is no HTTP answer.
    """
    status = _STATUS_LINE.match(block)
    if not status:
        raise DamagedError("the record holds no HTTP answer")
    end = _HEAD_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    return Answer(status=int(status[1]), headers=_read_headers(head), body=body)


def _read_headers(head: bytes) -> Headers:
    lines = re.split(rb"\r?\n(?![ \t])", head)[1:]
    pairs = (_text(line).partition(":") for line in lines if b":" in line)
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _text(line: bytes) -> str:
    """Headers are ASCII by rule; what isn't is UTF-8 nearly always, and any byte is Latin-1."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def decode(answer: Answer, limit: int) -> bytes:
    """The body of an answer without its transfer and content encoding.

    Raises:
        DamagedError: it is cut short, encoded in a way that can't be undone, or longer than
            ``limit`` bytes.
    """
    chunked = "chunked" in answer.header("transfer-encoding").lower()
    body = _unchunk(answer.body) if chunked else answer.body
    if not chunked:
        _check_length(answer)
    codings = [part.strip() for part in answer.header("content-encoding").lower().split(",")]
    for coding in reversed([coding for coding in codings if coding not in ("", "identity")]):
        body = _decompress(body, coding, limit)
    if len(body) > limit:
        raise DamagedError(f"the page is larger than {limit} bytes")
    return body


def _check_length(answer: Answer) -> None:
    """An answer that broke off is no page; more than promised is the trace of an undone encoding."""
    promised = answer.header("content-length")[:18]
    if not answer.body and answer.status in _NO_BODY:
        return
    if promised.isascii() and promised.isdecimal() and len(answer.body) < int(promised):
        raise DamagedError(f"the answer broke off: {len(answer.body)} of its {promised} bytes are there")


def _unchunk(body: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts)
        parts.append(body[size.end() : size.end() + length])
        at = size.end() + length
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    if at == 0:
        return body  # not chunked any more, whatever the headers say
    raise DamagedError("the chunked answer broke off")


def _decompress(body: bytes, coding: str, limit: int) -> bytes:
    if coding in ("gzip", "x-gzip"):
        plain = not body.startswith(gzips.MAGIC)  # undone already
        return body if plain else gzips.read_members(io.BytesIO(body), limit)
    if coding == "deflate":
        return body if body[:1] == b"<" else gzips.inflate(body, limit)
    if coding == "br":
        return body if body[:1] == b"<" else _unbrotli(body, limit)
    raise DamagedError(f"the answer is encoded in a way not known here ({coding[:40]})")


def _unbrotli(body: bytes, limit: int) -> bytes:
    unpacker = brotli.Decompressor()
    parts: list[bytes] = []
    size, data = 0, body
    try:
        while not unpacker.is_finished() and size <= limit:
            part = unpacker.process(data, output_buffer_limit=limit + 1 - size)
            if not part and unpacker.can_accept_more_data():
                raise DamagedError("the compressed answer stops in the middle")
            parts.append(part)
            size, data = size + len(part), b""
    except brotli.error:
        raise DamagedError("the compressed answer is damaged (brotli)") from None
    return b"".join(parts)
