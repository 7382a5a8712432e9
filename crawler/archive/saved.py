"""Saved material as a person has it: pages, plain-text copies, WARC files, folders of them.

Walks them in one order, always the same, and hands out each page, or says of each thing why it
could not be read. Never stops for a broken one, and never holds more than one page.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from crawler.archive import gzips, reader
from crawler.archive.errors import DamagedError
from crawler.archive.pages import DEFAULT_LIMITS, Broken, Limits, SavedPage, Tally, written_at

__all__ = ["DEFAULT_LIMITS", "Broken", "Limits", "SavedPage", "Tally", "size", "walk", "warc_files"]

_HTML: Final = (".html", ".htm", ".html.gz", ".htm.gz")
_TEXT: Final = (".txt", ".txt.gz")
_WARC: Final = (".warc", ".warc.gz")
_KNOWN: Final = _HTML + _TEXT + _WARC
_SUFFIXES: Final = ".html, .htm, .txt, .warc, each also with .gz"


@dataclass(frozen=True, slots=True)
class _Unknown:
    """A file in a folder whose name says nothing to us."""


def walk(
    paths: Iterable[Path], *, limits: Limits = DEFAULT_LIMITS, tally: Tally | None = None
) -> Iterator[SavedPage | Broken]:
    """Every page in the files and folders named, in the order named; in folders by name.

    Folders are walked to the bottom, hidden files passed over; files of unknown type are
    counted in ``tally`` in a folder, and broken where they are named. ``tally`` is filled in
    before each page is handed out.
    """
    tally = Tally() if tally is None else tally
    for path in paths:
        if _is_folder(path):
            yield from _walk_folder(path, limits, tally)
        elif path.name.lower().endswith(_KNOWN) or not _exists(path):
            yield from _read_file(path, limits, tally)
        else:
            yield Broken(file=str(path), reason=f"not a type that can be read ({_SUFFIXES})")


def warc_files(folder: Path) -> list[str]:
    """The WARC files in a folder and below: their places in it (``2026-11/NAME``), by name."""
    found = (path for path in _files(folder) if isinstance(path, Path))
    return [path.relative_to(folder).as_posix() for path in found if path.name.lower().endswith(_WARC)]


def size(paths: Iterable[Path]) -> int:
    """How many bytes ``walk`` will read, as they lie on the disk; what can't be read counts nothing."""
    found = (entry for path in paths for entry in (_files(path) if _is_folder(path) else [path]))
    return sum(_file_size(entry) for entry in found if isinstance(entry, Path))


def _file_size(path: Path) -> int:
    try:
        found = path.stat()
    except OSError:
        return 0  # reading will say what is the matter with it
    return found.st_size if stat.S_ISREG(found.st_mode) and path.name.lower().endswith(_KNOWN) else 0


def _walk_folder(folder: Path, limits: Limits, tally: Tally) -> Iterator[SavedPage | Broken]:
    empty, before = True, tally.ignored
    for entry in _files(folder):
        if isinstance(entry, _Unknown):
            tally.ignored += 1
            continue
        empty = False
        if isinstance(entry, Broken):
            yield entry
        else:
            yield from _read_file(entry, limits, tally)
    if empty:
        others = tally.ignored - before
        what = f"nothing but {others} files of other types" if others else "nothing in it to read"
        yield Broken(file=str(folder), reason=f"the folder has {what} ({_SUFFIXES})")


def _is_folder(path: Path) -> bool:
    return _exists(path) and path.is_dir()


def _exists(path: Path) -> bool:
    """Whether we can see it: what lies behind a locked door is not there for us."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def _files(folder: Path, seen: set[tuple[int, int]] | None = None) -> Iterator[Path | _Unknown | Broken]:
    """The files in a folder and below by name; each real folder once, so a loop of links ends."""
    seen = set() if seen is None else seen
    try:
        found = folder.stat()
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        yield Broken(file=str(folder), reason=_why(error))
        return
    if (found.st_dev, found.st_ino) in seen:
        return
    seen.add((found.st_dev, found.st_ino))
    for path in entries:
        if _is_folder(path):
            yield from _files(path, seen)
        else:
            yield path if path.name.lower().endswith(_KNOWN) else _Unknown()


def _read_file(path: Path, limits: Limits, tally: Tally) -> Iterator[SavedPage | Broken]:
    before = tally.bytes_read
    tally.files += 1
    try:
        yield from _read_known(path, limits, tally)
    except OSError as error:
        yield Broken(file=str(path), reason=_why(error))
    except DamagedError as damage:
        yield Broken(file=str(path), reason=str(damage))
    tally.bytes_read = before + _file_size(path)


def _read_known(path: Path, limits: Limits, tally: Tally) -> Iterator[SavedPage | Broken]:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise DamagedError("not a regular file")
    if found.st_size == 0:
        raise DamagedError("the file is empty")
    if path.name.lower().endswith(_WARC):
        yield from _read_warc(path, limits, tally)
    else:
        yield _read_page(path, limits, written_at(found))


def _read_warc(path: Path, limits: Limits, tally: Tally) -> Iterator[SavedPage | Broken]:
    before = tally.bytes_read
    with path.open("rb") as file:
        for page in reader.pages(file, str(path), limits=limits, tally=tally):
            tally.bytes_read = before + file.tell()
            yield page


def _read_page(path: Path, limits: Limits, saved_at: datetime) -> SavedPage:
    name = path.name.lower()
    with path.open("rb") as file:
        if name.endswith(".gz"):
            if file.read(len(gzips.MAGIC)) != gzips.MAGIC:
                raise DamagedError("named .gz but holds no gzip data")
            body = gzips.read_members(file, limits.page)
        else:
            body = file.read(limits.page + 1)
    if len(body) > limits.page:
        raise DamagedError(f"the page is larger than {limits.page} bytes")
    return SavedPage(body=body, file=str(path), fetched_at=saved_at, is_text=name.endswith(_TEXT))


def _why(error: OSError) -> str:
    """The system's own words for what it would not do."""
    return f"can't be read: {error.strerror or error}"
