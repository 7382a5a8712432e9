"""From saved material to a :class:`Fetch`, as if the page had just been answered.

The ledger's URL is the page's own address where the material says it, else the file's path; its time is
when the page was saved, which is not now: an old page must not pass for what the site says today.
Knows no Scrapy: processes that only read would start at half the speed.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from crawler.archive.pages import Broken, SavedPage
from crawler.items import Fetch, FetchKind, Outcome, RawPage
from crawler.parsers.copies import parse_copy
from crawler.parsers.errors import ParseError
from crawler.parsing import outcome_of, read_article
from crawler.site.urls import canonical

NOT_UTF8: Final = "not UTF-8 text: save the copy as UTF-8"
"""Why a copy is ``invalid`` that is no text, or in UTF-16 say: an input that could not be read."""

_ANSWERED: Final = range(200, 300)


def read_saved(piece: SavedPage | Broken, archive: Path | None = None) -> Fetch:
    """Read one piece of saved material; what is broken or no article says so in its outcome.

    Args:
        piece: what was found.
        archive: the folder of the raw archive: a record that lies in it or below is not archived again.
    """
    if isinstance(piece, Broken):
        fetch = Fetch(kind=FetchKind.FILE, url=_path(piece.file), fetched_at=_now())
        fetch.outcome, fetch.reason = Outcome.INVALID, piece.reason
        return fetch
    fetch = _read_copy(piece) if piece.is_text else _read_page(piece)
    if archive and piece.file.endswith((".warc", ".warc.gz")):
        fetch.archive_file = _place(piece.file, archive)
        fetch.archive_offset = None if fetch.archive_file is None else piece.offset
    return fetch


def _place(file: str, archive: Path) -> str | None:
    """Where a file lies in the raw archive; None outside, and where its name is no text the ledger could
    hold. Links stay: a month may lie on another disk."""
    if file != readable(file):
        return None
    path = Path(os.path.abspath(file))  # noqa: PTH100
    folder = Path(os.path.abspath(archive))  # noqa: PTH100
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else None


def _read_page(piece: SavedPage) -> Fetch:
    url = canonical(piece.url) if piece.url else None
    fetch = Fetch(
        kind=FetchKind.FILE,
        url=url or piece.url or _path(piece.file),
        fetched_at=piece.fetched_at or _now(),
        status=piece.status,
        bytes=len(piece.body),
        raw=RawPage(body=piece.body, status=piece.status or 200, headers=piece.headers),
    )
    if piece.url and url is None:
        fetch.outcome, fetch.reason = Outcome.SKIPPED, "an address outside baotintuc.vn"
        return fetch
    if piece.status is not None and piece.status not in _ANSWERED:
        fetch.outcome, fetch.reason = Outcome.HTTP_ERROR, f"saved with status {piece.status}"
        return fetch
    read_article(fetch, piece.body, url or "")
    if fetch.article and not piece.url:
        fetch.url = fetch.article.url  # what the page says of itself is a better address than a path
    return fetch


def _read_copy(piece: SavedPage) -> Fetch:
    fetch = Fetch(
        kind=FetchKind.FILE,
        url=piece.url or _path(piece.file),
        fetched_at=piece.fetched_at or _now(),
        bytes=len(piece.body),
        raw=RawPage(body=piece.body),
    )
    try:
        fetch.copy = parse_copy(piece.body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        fetch.outcome, fetch.reason = Outcome.INVALID, NOT_UTF8
    except ParseError as error:
        fetch.outcome, fetch.reason = outcome_of(error), str(error)
    return fetch


def _now() -> datetime:
    return datetime.now(UTC)


def readable(path: str) -> str:
    """A path as text: bytes in it that are no UTF-8, from an older system say, spelled out (``\\xe9``)."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _path(file: str) -> str:
    return readable(str(Path(file).absolute()))
