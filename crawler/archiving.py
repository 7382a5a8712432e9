"""The raw archive as the settings have it: opened for a run, and pruned after one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler import __version__, config
from crawler.archive.retention import prune
from crawler.archive.writer import ArchiveWriter
from crawler.errors import ArgumentError
from crawler.fetching import now
from crawler.items import FetchKind

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)


def open_archive(settings: BaseSettings) -> ArchiveWriter | None:
    """The writer of the raw archive; None where ``TINTUC_ARCHIVE`` is empty.

    Raises:
        ArgumentError: ``TINTUC_ARCHIVE_ALSO`` names a kind that does not exist.
    """
    folder = config.archive_folder(settings)
    if folder is None:
        return None
    return ArchiveWriter(folder, also=_also(settings), software=f"tintuc/{__version__}")


@contextmanager
def archive_of(settings: BaseSettings) -> Iterator[ArchiveWriter | None]:
    """The same for the length of a command; old files are pruned at its end."""
    archive = open_archive(settings)
    try:
        yield archive
    finally:
        close_archive(archive, settings)


def close_archive(archive: ArchiveWriter | None, settings: BaseSettings) -> None:
    """Close the archive, and delete the files that are older than ``TINTUC_ARCHIVE_DAYS``."""
    folder = config.archive_folder(settings)
    if archive is None or folder is None:
        return
    archive.close()
    pruned = prune(folder, config.whole_number(settings, "TINTUC_ARCHIVE_DAYS"), now=now())
    for trouble in pruned.troubles:
        logger.warning("raw archive: %s", trouble)


def _also(settings: BaseSettings) -> list[FetchKind]:
    names = [name.strip() for name in str(settings.get("TINTUC_ARCHIVE_ALSO") or "").split(",")]
    try:
        return [FetchKind(name) for name in names if name]
    except ValueError as error:
        known = ", ".join(FetchKind)
        raise ArgumentError(f"TINTUC_ARCHIVE_ALSO: {error}; there are {known}") from None
