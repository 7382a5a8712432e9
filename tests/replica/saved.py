"""Saved pages served at their own paths: a folder, a page, or a WARC file."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from .web import Answer, Request, page

_CANONICAL = re.compile(rb'<link rel="canonical" href="([^"]+)"')


class SavedPages:
    """Pages by path. What names no address (no canonical link, no WARC target) is left out."""

    def __init__(self, path: Path) -> None:
        self._pages: dict[str, bytes] = {}
        for url, body in _walk(path):
            self._pages.setdefault(_target(url), body)
        if not self._pages:
            raise ValueError(
                f"no saved page with an address in {path}: give a folder, .html, .html.gz or WARC"
            )

    @property
    def paths(self) -> list[str]:
        """The paths it answers to."""
        return list(self._pages)

    def answer(self, request: Request) -> Answer | None:
        """The saved page at the request's path; None without one."""
        body = self._pages.get(request.target) or self._pages.get(request.path)
        return None if body is None else page(body)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _walk(path: Path) -> Iterator[tuple[str, bytes]]:
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    for file in files:
        if file.name.endswith((".warc", ".warc.gz")):
            yield from _warc(file)
        elif file.name.endswith((".html", ".html.gz", ".htm")):
            yield from _page(file)


def _page(file: Path) -> Iterator[tuple[str, bytes]]:
    data = file.read_bytes()
    body = gzip.decompress(data) if file.suffix == ".gz" else data
    canonical = _CANONICAL.search(body)
    if canonical:
        yield canonical[1].decode().replace("&amp;", "&"), body


def _warc(file: Path) -> Iterator[tuple[str, bytes]]:
    from warcio.archiveiterator import ArchiveIterator

    with file.open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                yield record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()
