"""Pages found again by their place in the raw archive."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.errors import BrokenRecordError, MissingArchiveError
from crawler.archive.pages import Limits, SavedPage
from crawler.archive.reader import read_record, read_records
from tests.archive.making import PAGE, answer, numbered, page, record, write


@pytest.mark.parametrize("packed", [False, True])
def test_any_record_is_read_without_those_before_it(tmp_path: Path, packed: bool) -> None:
    write(tmp_path / "a.warc.gz", *numbered(4), packed=packed)
    places = [one.offset for one in read_records(tmp_path / "a.warc.gz") if isinstance(one, SavedPage)]
    for number, offset in reversed(list(enumerate(places, start=1))):
        assert read_record(tmp_path, "a.warc.gz", offset).body == page(number)


@pytest.mark.parametrize("date", ["soon", "", "9999-12-31T23:59:59-07:00", "0001-01-01T00:00:00+07:00"])
def test_a_record_without_a_readable_date_has_that_of_its_file(tmp_path: Path, date: str) -> None:
    write(tmp_path / "a.warc", record(date=date))
    written = datetime(2026, 9, 1, 3, tzinfo=UTC)
    os.utime(tmp_path / "a.warc", (0, written.timestamp()))
    assert read_record(tmp_path, "a.warc", 0).fetched_at == written


def test_damage_elsewhere_in_the_file_is_no_matter(tmp_path: Path) -> None:
    first, second = (gzip.compress(one) for one in numbered(2))
    write(tmp_path / "a.warc.gz", b"\0" * len(first), second)
    assert read_record(tmp_path, "a.warc.gz", len(first)).body == page(2)


@pytest.mark.parametrize(
    ("offset", "why"),
    [
        (1, "no WARC record starts"),
        (-1, "the file ends"),
        (10**9, "the file ends"),
        (0, "is no response but a warcinfo"),
    ],
)
def test_no_page_at_a_place(tmp_path: Path, offset: int, why: str) -> None:
    write(tmp_path / "a.warc", record(b"software: x\r\n", kind="warcinfo", url=None), record())
    with pytest.raises(BrokenRecordError, match=why) as caught:
        read_record(tmp_path, "a.warc", offset)
    assert "\n" not in str(caught.value)


def test_a_torn_record_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.warc.gz", gzip.compress(record())[:-3])
    with pytest.raises(BrokenRecordError, match="stop in the middle"):
        read_record(tmp_path, "a.warc.gz", 0)


def test_a_page_over_the_limit_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.warc", record(answer(b"x" * 1000)))
    with pytest.raises(BrokenRecordError, match="larger than 999 bytes"):
        read_record(tmp_path, "a.warc", 0, limits=Limits(page=999))


def test_a_member_of_nothing_holds_no_record(tmp_path: Path) -> None:
    write(tmp_path / "a.warc.gz", b"", packed=True)
    with pytest.raises(BrokenRecordError, match="there is no record"):
        read_record(tmp_path, "a.warc.gz", 0)


def test_a_file_that_is_gone_names_the_setting_that_may_have_deleted_it(tmp_path: Path) -> None:
    with pytest.raises(MissingArchiveError, match="TINTUC_ARCHIVE_DAYS"):
        read_record(tmp_path, "a.warc.gz", 0)


@pytest.mark.parametrize(
    "name",
    [
        *("../a.warc", "b/../../a.warc", "b/../b/a.warc", "/etc/passwd", "b//a.warc", "./b/a.warc"),
        *("", ".", "..", "b", "b/", "/", "a\0.warc"),
    ],
)
def test_no_name_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    (tmp_path / "archive" / "b").mkdir(parents=True)
    for place in (tmp_path / "a.warc", tmp_path / "archive" / "b" / "a.warc"):
        write(place, record(answer(PAGE)))
    with pytest.raises(MissingArchiveError):
        read_record(tmp_path / "archive", name, 0)


def test_a_file_is_found_at_the_top_and_in_the_folder_of_its_month(tmp_path: Path) -> None:
    """Older versions kept every file at the top."""
    (tmp_path / "2026-11").mkdir()
    for name in ("a.warc", "2026-11/b.warc"):
        write(tmp_path / name, record(answer(name.encode())))
        assert read_record(tmp_path, name, 0).body == name.encode()
