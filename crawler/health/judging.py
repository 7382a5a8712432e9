"""Where health meets the machine: the history out of the database, the room left on the disks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import config
from crawler.fetching import now
from crawler.health import evaluate
from crawler.health.thresholds import Thresholds
from crawler.health.verdict import Verdict
from pipelines.database import history

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings
    from sqlite_utils import Database


def judge(db: Database, settings: BaseSettings, path: Path, *, run_id: int | None = None) -> Verdict:
    """The verdict on a run and on those that led to it.

    Args:
        db: the database, open.
        settings: with the thresholds (``TINTUC_HEALTH_...``).
        path: where the database is, for the room left on its disk.
        run_id: the run to judge; the latest where it is None.

    Raises:
        ArgumentError: a threshold is no number.
        DatabaseError: the history can't be read.
    """
    folders = {path.parent, config.archive_folder(settings) or path.parent}
    at = now()
    told = history.load(db, at, run_id=run_id, disks=_disks(folders))
    return evaluate(told, Thresholds.from_settings(settings.get), at)


def _disks(folders: set[Path]) -> Iterator[history.Disk]:
    """The disks that hold these folders, each once; a folder that is not there yet has its parent's."""
    seen = set()
    for folder in sorted(folders):
        there = next((place for place in (folder, *folder.parents) if place.is_dir()), None)
        if there and (device := there.stat().st_dev) not in seen:
            seen.add(device)
            yield history.Disk(path=str(folder), free=shutil.disk_usage(there).free)
