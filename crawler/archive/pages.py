"""What reading saved material gives: pages, and places that could not be read.

Plain data. A place that can't be read is a value, not an exception, since one broken file in
the middle must not end the reading of the others.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """One saved answer, decoded.

    ``body`` is without transfer and content encoding. ``url`` and ``status`` are None where the file
    does not say (a bare ``.html``); ``headers`` are (name, value) pairs in the order sent.
    ``fetched_at`` (aware, UTC) is the record's own date, else when its file was written, None only for
    what lies in no file. ``file`` is the path as it was walked, ``offset`` the byte at which the record
    starts (in a ``.warc.gz``: its gzip member), 0 for a whole file.
    ``is_text`` marks a plain-text copy; its ``url`` is the path of the file it lay in, None where that
    is ``file`` itself.
    """

    body: bytes
    file: str
    offset: int = 0
    url: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    fetched_at: datetime | None = None
    is_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Saved material that could not be read: where, and why in words a person understands.

    ``offset`` is the byte where the broken record starts, None where it is the file itself.
    """

    file: str
    reason: str
    offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of what may be hostile is taken, in bytes.

    ``page``: a page, decoded or not. A real one weighs 0.3 MB; 8 MiB is what the crawl itself
    takes of an answer. ``head``: the headers of a record, where a real one has 1 KB. ``skip``:
    not held but passed over inside a compressed record, where 1 MB of file can unpack to 1 GB;
    the longest video of the site is smaller.
    """

    page: int = 8 * MIB
    head: int = 256 * 1024
    skip: int = 1024 * MIB


DEFAULT_LIMITS: Final = Limits()


@dataclass(slots=True)
class Tally:
    """How far reading has come, for a progress bar: filled in while pages are taken.

    ``bytes_read`` of what ``saved.size`` counted; ``files`` opened; ``ignored`` files of unknown
    type in folders, and answers that are pictures, sound or the like.
    """

    bytes_read: int = 0
    files: int = 0
    ignored: int = 0


def written_at(found: os.stat_result) -> datetime:
    """When a file was last written, at most now: a page that states no time of its own was saved by then."""
    now = datetime.now(UTC)
    try:
        return min(datetime.fromtimestamp(found.st_mtime, UTC), now)
    except (OverflowError, ValueError, OSError):  # a year that no calendar has
        return now
