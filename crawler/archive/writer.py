"""The raw archive: answers kept as they came, in WARC files that other tools read.

A file belongs to one process and is only ever appended to by it, so nothing is written behind
a record that a kill has torn: the next process starts a file of its own. Each record is one
gzip member, found again by its offset. What ``keep`` answers for is on the disk, not in a
buffer: the article is stored after it, never before.

A ten-minute schedule leaves some 40,000 files a year, each of a few pages; they lie in a folder for
each month (UTC). Joining a day's files would save 0.1 % of the room, and cost what makes them safe:
nothing is written to a file whose process has ended, so a copy of one stays a copy, and a torn record
is always the last of its file.

The format is WARC 1.1, ISO 28500: https://iipc.github.io/warc-specifications/
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.errors import ArchiveFullError, ArchiveWriteError
from crawler.items import Fetch, FetchKind, Outcome, RawPage

Headers = tuple[tuple[str, str], ...]

MAX_BYTES: Final = 128 * 1024 * 1024
"""Where a file is full: some 1,200 pages. One file is one task of ``reparse``, and one loss on a bad disk."""

COPY_TYPE: Final = "text/plain; charset=utf-8"
"""The content type of a plain-text copy."""

_KEPT: Final = frozenset({Outcome.NEW, Outcome.UPDATED, Outcome.DUPLICATE, Outcome.INVALID})
_TRIES: Final = 10
"""Times a folder is made that somebody removes before there is a file in it."""

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_UNDONE: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_NOT_IN_NAMES: Final = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_NOT_IN_VALUES: Final = re.compile(r"[\x00-\x1f\x7f]+")
_NOT_IN_ADDRESSES: Final = re.compile(r"[\x00-\x20\x7f<>]")


def utc_now() -> datetime:
    return datetime.now(UTC)


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """The head of an HTTP message, byte for byte: warcio would percent-encode what is not ASCII."""

    def __init__(self, first_line: str, headers: Headers) -> None:
        super().__init__(first_line, list(headers))
        lines = [first_line, *(f"{name}: {value}" for name, value in headers), "", ""]
        self._bytes = "\r\n".join(lines).encode("utf-8", "replace")

    def compute_headers_buffer(self, header_filter: object = None) -> None:  # noqa: ARG002
        self.headers_buff = self._bytes


@dataclass(slots=True)
class _OpenFile:
    """The file that is written now; ``size`` is where the next record starts."""

    name: str
    path: Path
    handle: int
    day: date
    info_id: str
    size: int = 0


class ArchiveWriter:
    """Writes the raw archive of one process; a context manager.

    ``folder`` is made when the first page is kept. ``max_bytes``: a file that has reached it is
    closed and a new one opened, as on each new day (UTC). ``now`` tells the time. ``also``: the
    kinds of fetches whose every answer is kept, not only those the rules ask for. ``software``
    is who wrote it, in each file's first record.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int = MAX_BYTES,
        now: Callable[[], datetime] = utc_now,
        also: Collection[FetchKind] = (),
        software: str = "tintuc",
    ) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._now = now
        self._also = frozenset(also)
        self._software = software
        self._count = 0
        self._open: _OpenFile | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a page kept afterwards starts a new one."""
        if self._open is not None:
            os.close(self._open.handle)
            self._open = None

    def wants(self, fetch: Fetch) -> bool:
        """Whether a fetch is to be kept: what a better parser may want to read again.

        That is: its article is new, changed (also where only its rows are written anew), invalid,
        or was read by no template. So the last page that is kept of an article is the one its rows
        were written from. Of saved files, only plain-text copies: a page has an address.
        """
        if fetch.raw is None or not (fetch.copy or fetch.url.startswith(("http://", "https://"))):
            return False
        generic = fetch.article is not None and fetch.article.template == "generic"
        return fetch.outcome in _KEPT or fetch.rewritten or generic or fetch.kind in self._also

    def keep(self, fetch: Fetch) -> tuple[str, int] | None:
        """Keep the answer of a fetch whose outcome is decided; None where it needs no keeping.

        Answers the file's place in the folder (``2026-11/NAME``) and the byte at which the response
        (of a copy: resource) record starts; by then both are synced to the disk.

        Raises:
            ArchiveFullError: no room is left.
            ArchiveWriteError: the folder or file can't be written.
        """
        if not self.wants(fetch) or fetch.raw is None:
            return None
        try:
            file = self._file()
            start = file.size
            self._append(file, _records(fetch, fetch.raw, file.info_id))
        except OSError as error:
            raise self._failure(error) from None
        return file.name, start

    def _failure(self, error: OSError) -> ArchiveFullError | ArchiveWriteError:
        if error.errno in _FULL:
            return ArchiveFullError(
                f"no room left for the raw archive in {self._folder}: make room there, "
                "or have old pages deleted (TINTUC_ARCHIVE_DAYS)"
            )
        return ArchiveWriteError(
            f"can't write the raw archive in {self._folder}: {error.strerror or error}. "
            "TINTUC_ARCHIVE names another folder, or none"
        )

    def _file(self) -> _OpenFile:
        """The file to write to: the open one, or a new one on a new day or when that is full."""
        today = self._now().astimezone(UTC).date()
        if self._open and (self._open.size >= self._max_bytes or self._open.day != today):
            self.close()
        if self._open is None:
            self._open = self._start_file()
        return self._open

    def _start_file(self) -> _OpenFile:
        now = self._now().astimezone(UTC)
        path, handle = self._create(now)
        info = _warcinfo(path.name, self._software, now)
        info_id = info.rec_headers.get_header("WARC-Record-ID")
        name = path.relative_to(self._folder).as_posix()
        file = _OpenFile(name, path, handle, now.date(), info_id)
        try:
            # Shared, and let go of when the process ends: the retention leaves such files alone.
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            self._append(file, _packed(info))
            _sync_folder(path.parent)
            _sync_folder(self._folder)  # another process may have made the month's folder just now
        except BaseException:
            os.close(handle)
            path.unlink(missing_ok=True)
            raise
        return file

    def _create(self, now: datetime) -> tuple[Path, int]:
        """A file that was not there before, whatever other processes do."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        folder, tries = self._folder / f"{now:%Y-%m}", 0
        while True:
            self._count += 1
            path = folder / f"tintuc-{now:%Y%m%dT%H%M%S}-{os.getpid()}-{self._count}.warc.gz"
            try:
                _make_folder(folder)
                return path, os.open(path, flags, 0o644)
            except FileExistsError:
                if not folder.is_dir():
                    raise
            except FileNotFoundError:  # the retention of another process found the folder empty
                tries += 1
                if tries == _TRIES:
                    raise

    def _append(self, file: _OpenFile, data: bytes) -> None:
        """Write and sync; where that fails or is stopped, what was written of it is cut off again."""
        try:
            _write_all(file.handle, data)
            os.fsync(file.handle)
        except BaseException:
            os.ftruncate(file.handle, file.size)
            raise
        file.size += len(data)


def _write_all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each known to its parent on the disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """A new file is safe only when its folder knows of it."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _records(fetch: Fetch, raw: RawPage, info_id: str) -> bytes:
    return _pair(fetch, raw, info_id) if fetch.copy is None else _resource(fetch, raw, info_id)


def _resource(fetch: Fetch, raw: RawPage, info_id: str) -> bytes:
    """A plain-text copy as it was, under the address of its file: nobody was asked for it over HTTP."""
    record = WARCWriter(BytesIO(), warc_version="1.1").create_warc_record(
        Path(fetch.url).absolute().as_uri(),
        "resource",
        payload=BytesIO(raw.body),
        length=len(raw.body),
        warc_content_type=COPY_TYPE,
        warc_headers_dict={"WARC-Date": _warc_date(fetch.fetched_at), "WARC-Warcinfo-ID": info_id},
    )
    return _packed(record)


def _pair(fetch: Fetch, raw: RawPage, info_id: str) -> bytes:
    """The response and the request of a fetch, one gzip member each, in this order."""
    common = {
        "WARC-Target-URI": _NOT_IN_ADDRESSES.sub(lambda match: f"%{ord(match[0]):02X}", raw.url or fetch.url),
        "WARC-Date": _warc_date(fetch.fetched_at),
        "WARC-Warcinfo-ID": info_id,
    }
    response = _record("response", common, _response_head(raw), raw.body)
    answered_by = response.rec_headers.get_header("WARC-Record-ID")
    request = _record("request", common | {"WARC-Concurrent-To": answered_by}, _request_head(fetch, raw))
    return _packed(response, request)


def _record(kind: str, headers: dict[str, str], head: _Head, body: bytes = b"") -> Any:
    return WARCWriter(BytesIO(), warc_version="1.1").create_warc_record(
        headers["WARC-Target-URI"],
        kind,
        payload=BytesIO(body),
        length=len(body),
        warc_headers_dict=headers,
        http_headers=head,
    )


def _packed(*records: Any) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    for record in records:
        writer.write_record(record)
    return out.getvalue()


def _warcinfo(name: str, software: str, now: datetime) -> Any:
    about = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": "baotintuc.vn",
        "robots": "obey",
    }
    record = WARCWriter(BytesIO(), warc_version="1.1").create_warcinfo_record(name, about)
    record.rec_headers.replace_header("WARC-Date", _warc_date(now))
    return record


def _warc_date(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _response_head(raw: RawPage) -> _Head:
    return _Head(f"HTTP/1.1 {raw.status} {_phrase(raw.status)}".rstrip(), _stored_headers(raw))


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _stored_headers(raw: RawPage) -> Headers:
    """The headers as sent, but true of the body as it is kept: decoded.

    The encodings it came in and the length it had are kept under the names that Common Crawl
    gives them (``X-Crawl-Content-Encoding`` ...).
    """
    kept = (
        (f"X-Crawl-{name}" if name.lower() in _UNDONE else name, value)
        for name, value in clean_headers(raw.headers)
    )
    return (*kept, ("Content-Length", str(len(raw.body))))


def clean_headers(headers: Headers) -> Headers:
    """Headers that can't break out of their line: control characters in values become a space,
    what no name may hold is left out, and a header without a name is dropped.
    """
    clean = ((_NOT_IN_NAMES.sub("", name), _clean_value(value)) for name, value in headers)
    return tuple((name, value) for name, value in clean if name)


def _clean_value(value: str) -> str:
    return _NOT_IN_VALUES.sub(" ", value.encode("utf-8", "replace").decode()).strip()


def _request_head(fetch: Fetch, raw: RawPage) -> _Head:
    parts = urlsplit(_NOT_IN_ADDRESSES.sub("", raw.url or fetch.url))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = clean_headers(raw.request_headers)
    if not any(name.lower() == "host" for name, _ in headers):
        headers = (("Host", parts.netloc), *headers)
    return _Head(f"GET {path} HTTP/1.1", headers)
