"""The retention deletes what is older than wanted, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive.retention import prune
from crawler.archive.writer import ArchiveWriter
from tests.archive.test_writer import NOON, fetch

OLD = "tintuc-20261101T230000-7-1.warc.gz"


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"12345")


@pytest.mark.parametrize(
    ("now", "deleted"),
    [
        (datetime(2026, 11, 8, 23, 59, 59, tzinfo=UTC), ()),
        (datetime(2026, 11, 9, 0, 0, 0, tzinfo=UTC), (OLD,)),
    ],
)
def test_a_file_goes_when_the_last_page_it_may_hold_is_too_old(
    tmp_path: Path, now: datetime, deleted: tuple[str, ...]
) -> None:
    make(tmp_path, OLD)
    pruned = prune(tmp_path, 7, now=now)
    assert pruned.deleted == deleted
    assert pruned.freed == 5 * len(deleted)
    assert (tmp_path / OLD).exists() is not bool(deleted)


def test_a_month_of_which_nothing_is_left_goes_with_its_last_file(tmp_path: Path) -> None:
    october = [f"2026-10/tintuc-202610{day}T230000-7-1.warc.gz" for day in (30, 31)]
    november = "2026-11/tintuc-20261101T230000-7-1.warc.gz"
    make(tmp_path, *october, november)
    pruned = prune(tmp_path, 7, now=datetime(2026, 11, 7, tzinfo=UTC))
    assert pruned.deleted == (october[0],)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-10", "2026-11"]
    pruned = prune(tmp_path, 7, now=datetime(2026, 11, 8, tzinfo=UTC))
    assert (pruned.deleted, pruned.freed, pruned.troubles) == ((october[1],), 5, ())
    assert [path.name for path in tmp_path.iterdir()] == ["2026-11"]


def test_files_of_before_there_were_folders_go_too(tmp_path: Path) -> None:
    make(tmp_path, OLD, f"2026-11/{OLD}")
    assert prune(tmp_path, 7, now=NOON).deleted == (f"2026-11/{OLD}", OLD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["2026-10.bak", "other", ".2026-10"])
def test_folders_of_others_are_never_touched(tmp_path: Path, folder: str) -> None:
    make(tmp_path, f"{folder}/{OLD}")
    (tmp_path / f"{folder}-empty").mkdir()
    assert prune(tmp_path, 1, now=NOON).deleted == ()
    assert (tmp_path / folder / OLD).exists()
    assert (tmp_path / f"{folder}-empty").is_dir()


def test_what_somebody_put_into_a_month_keeps_its_folder(tmp_path: Path) -> None:
    make(tmp_path, f"2026-11/{OLD}", "2026-11/notes.txt")
    pruned = prune(tmp_path, 1, now=NOON)
    assert (pruned.deleted, pruned.troubles) == ((f"2026-11/{OLD}",), ())
    assert (tmp_path / "2026-11" / "notes.txt").exists()


def test_a_month_that_was_moved_elsewhere_is_pruned_through_its_link(tmp_path: Path) -> None:
    make(tmp_path, f"elsewhere/{OLD}")
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "2026-11").symlink_to(tmp_path / "elsewhere")
    pruned = prune(tmp_path / "archive", 1, now=NOON)
    assert (pruned.deleted, pruned.troubles) == ((f"2026-11/{OLD}",), ())
    assert (tmp_path / "elsewhere").is_dir()


def test_a_month_that_can_not_be_looked_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, f"2026-10/{OLD}", OLD)
    real = Path.iterdir

    def refuse(self: Path) -> Iterator[Path]:
        if self.name == "2026-10":
            raise PermissionError(13, "Permission denied")
        return real(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    pruned = prune(tmp_path, 1, now=NOON)
    assert pruned.deleted == (OLD,)
    assert pruned.troubles == ("2026-10 was not looked through: Permission denied",)


def test_an_archive_that_can_not_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    pruned = prune(tmp_path, 1, now=NOON)
    assert (pruned.deleted, pruned.troubles) == (
        (),
        (f"{tmp_path.name} was not looked through: Permission denied",),
    )


@pytest.mark.parametrize("days", [0, -1])
def test_no_days_keep_everything_for_ever(tmp_path: Path, days: int) -> None:
    make(tmp_path, OLD)
    assert prune(tmp_path, days, now=NOON + timedelta(days=9999)).deleted == ()
    assert (tmp_path / OLD).exists()


def test_files_of_others_are_never_touched(tmp_path: Path) -> None:
    names = [
        "pages.warc.gz",
        "tintuc-20200101T000000-7-1.warc.gz.bak",
        "x-tintuc-20200101T000000-7-1.warc.gz",
        "tintuc-20209901T000000-7-1.warc.gz",
        "tintuc.db",
    ]
    make(tmp_path, *names)
    assert prune(tmp_path, 1, now=NOON).deleted == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_file_that_is_still_written_stays(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, now=lambda: NOON) as archive:
        place = archive.keep(fetch())
        assert place
        pruned = prune(tmp_path, 1, now=NOON + timedelta(days=90))
        assert (pruned.deleted, pruned.freed) == ((), 0)
        assert pruned.troubles == (f"{place[0]} was not deleted: a process still writes it",)
        assert archive.keep(fetch())
    assert prune(tmp_path, 1, now=NOON + timedelta(days=90)).deleted == (place[0],)


def test_a_file_that_another_process_writes_stays(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.archive.endless", str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout
        process.stdout.readline()
        pruned = prune(tmp_path, 1, now=datetime.now(UTC) + timedelta(days=90))
        process.kill()
    assert any("still writes" in line for line in pruned.troubles)


def test_a_file_that_can_not_be_deleted_does_not_stop_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = "tintuc-20261102T230000-7-1.warc.gz"
    make(tmp_path, OLD, second)
    real = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if self.name == OLD:
            raise PermissionError(13, "Permission denied")
        real(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    pruned = prune(tmp_path, 7, now=NOON + timedelta(days=30))
    assert pruned.deleted == (second,)
    assert pruned.troubles == (f"{OLD} was not deleted: Permission denied",)


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert prune(tmp_path / "archive", 7, now=NOON).deleted == ()
