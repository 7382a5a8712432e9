"""WARC records made by hand, byte by byte, so that tests can tear and damage them at will."""

from __future__ import annotations

import gzip
from pathlib import Path

URL = "https://baotintuc.vn/xa-hoi/cho-noi-cai-rang-vao-mua-20240401073512345.htm"
PAGE = "<html><body><h1>Chợ nổi Cái Răng vào mùa</h1></body></html>".encode()


def answer(
    body: bytes = PAGE,
    *,
    status: str = "200 OK",
    headers: tuple[str, ...] = ("Content-Type: text/html; charset=utf-8",),
) -> bytes:
    """An HTTP answer as it goes over the wire."""
    head = "\r\n".join((f"HTTP/1.1 {status}", *headers))
    return head.encode() + b"\r\n\r\n" + body


def record(
    block: bytes | None = None,
    *,
    kind: str = "response",
    url: str | None = URL,
    date: str = "2024-04-01T00:40:00Z",
    length: int | None = None,
    extra: tuple[str, ...] = (),
) -> bytes:
    """A WARC record; ``length`` lies about the length of its block."""
    block = answer() if block is None else block
    lines = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Date: {date}", *extra]
    if url is not None:
        lines.append(f"WARC-Target-URI: {url}")
    lines.append(f"Content-Length: {len(block) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def page(number: int) -> bytes:
    """The body of page ``number``: each another one."""
    return f"<html><body><h1>Bản tin số {number}</h1><p>{'Nước lên. ' * number}</p></body></html>".encode()


def numbered(count: int) -> list[bytes]:
    """``count`` records, each with a page and an address of its own."""
    return [record(answer(page(number)), url=f"{URL}?n={number}") for number in range(1, count + 1)]


def files(folder: Path) -> list[Path]:
    """Every file of a raw archive, by name; no folder that is not there has any."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def write(path: Path, *parts: bytes, packed: bool = False) -> Path:
    """A file of these parts, each a gzip member of its own where ``packed``."""
    path.write_bytes(b"".join(gzip.compress(part) if packed else part for part in parts))
    return path
