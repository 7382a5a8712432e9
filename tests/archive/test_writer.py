"""The raw archive as it is written: what is kept, in which form, and that it is safe on the disk."""

from __future__ import annotations

import errno
import gzip
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import saved
from crawler.archive.errors import ArchiveFullError, ArchiveWriteError
from crawler.archive.reader import read_record
from crawler.archive.saved import SavedPage
from crawler.archive.writer import ArchiveWriter, clean_headers
from crawler.items import Article, Fetch, FetchKind, Kind, Outcome, RawPage
from tests.archive.making import PAGE, URL, files

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FETCHED = datetime(2026, 11, 20, 11, 59, 58, 250_000, tzinfo=UTC)


def fetch(
    body: bytes = PAGE,
    *,
    outcome: Outcome | None = Outcome.NEW,
    kind: FetchKind = FetchKind.ARTICLE,
    url: str = URL,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),),
    template: str = "2026",
    status: int = 200,
) -> Fetch:
    return Fetch(
        kind=kind,
        url=url,
        fetched_at=FETCHED,
        outcome=outcome,
        raw=RawPage(
            body=body, status=status, headers=headers, request_headers=(("User-Agent", "tintuc/0.1"),)
        ),
        article=Article(id="20240401073512345", url=url, kind=Kind.TEXT, template=template),
    )


def writer(folder: Path, now: Callable[[], datetime] = lambda: NOON, **options: Any) -> ArchiveWriter:
    return ArchiveWriter(folder, now=now, **options)


def warcio_records(path: Path) -> list[dict[str, Any]]:
    """The records of a file as warcio reads them."""
    found = []
    with path.open("rb") as file:
        records = ArchiveIterator(file, check_digests="raise")
        for record in records:
            found.append(
                {
                    "headers": dict(record.rec_headers.headers),
                    "http": record.http_headers,
                    "body": record.content_stream().read(),
                    "offset": records.get_record_offset(),
                }
            )
    return found


def members(data: bytes) -> int:
    """How many gzip members a file has."""
    count = 0
    while data:
        inflater = zlib.decompressobj(31)
        inflater.decompress(data)
        data, count = inflater.unused_data, count + 1
    return count


class TestWhatIsKept:
    @pytest.mark.parametrize(
        ("outcome", "kept"),
        [(one, one in {"new", "updated", "duplicate", "invalid"}) for one in Outcome],
    )
    def test_new_changed_and_invalid_articles(self, tmp_path: Path, outcome: Outcome, kept: bool) -> None:
        with writer(tmp_path) as archive:
            assert (archive.keep(fetch(outcome=outcome)) is not None) is kept

    def test_the_page_that_the_rows_are_written_anew_from(self, tmp_path: Path) -> None:
        with writer(tmp_path) as archive:
            assert archive.keep(replace(fetch(outcome=Outcome.UNCHANGED), rewritten=True))

    def test_under_the_address_that_answered(self, tmp_path: Path) -> None:
        asked = fetch()
        assert asked.raw is not None
        moved = "https://baotintuc.vn/cho-noi-cai-rang-vao-mua-post797521.html"
        with writer(tmp_path) as archive:
            place = archive.keep(replace(asked, raw=replace(asked.raw, url=moved)))
        assert place is not None
        assert read_record(tmp_path, *place).url == moved

    @pytest.mark.parametrize("outcome", Outcome)
    def test_all_that_no_template_recognised(self, tmp_path: Path, outcome: Outcome) -> None:
        with writer(tmp_path) as archive:
            assert archive.keep(fetch(outcome=outcome, template="generic"))

    @pytest.mark.parametrize("kind", [FetchKind.FEED, FetchKind.LISTING, FetchKind.SITEMAP])
    def test_feeds_and_listings_only_where_asked_for(self, tmp_path: Path, kind: FetchKind) -> None:
        read = fetch(kind=kind, outcome=Outcome.READ)
        with writer(tmp_path) as archive, writer(tmp_path, also={kind}) as more:
            assert archive.keep(read) is None
            assert more.keep(read)

    def test_unchanged_articles_where_asked_for(self, tmp_path: Path) -> None:
        with writer(tmp_path, also=[FetchKind.ARTICLE]) as archive:
            assert archive.keep(fetch(outcome=Outcome.UNCHANGED))

    def test_nothing_without_an_answer(self, tmp_path: Path) -> None:
        with writer(tmp_path) as archive:
            assert archive.keep(replace(fetch(), raw=None)) is None

    def test_nothing_that_was_not_fetched_over_http(self, tmp_path: Path) -> None:
        with writer(tmp_path) as archive:
            assert archive.keep(fetch(url="saved/bai.html")) is None

    def test_a_run_that_keeps_nothing_leaves_nothing(self, tmp_path: Path) -> None:
        with writer(tmp_path / "archive") as archive:
            archive.keep(fetch(outcome=Outcome.UNCHANGED))
        assert list(tmp_path.iterdir()) == []


class TestForm:
    def test_a_page_is_read_again_from_its_place(self, tmp_path: Path) -> None:
        with writer(tmp_path) as archive:
            places = [archive.keep(fetch(f"trang {number}".encode())) for number in range(5)]
        for number, place in enumerate(places):
            assert place
            page = read_record(tmp_path, *place)
            assert page.body == f"trang {number}".encode()
            assert (page.url, page.status, page.fetched_at) == (URL, 200, FETCHED)

    def test_the_name_tells_time_process_and_number(self, tmp_path: Path) -> None:
        with writer(tmp_path) as archive:
            place = archive.keep(fetch())
        assert place
        assert place[0] == f"2026-11/tintuc-20261120T120000-{os.getpid()}-1.warc.gz"
        assert files(tmp_path) == [tmp_path / place[0]]

    def test_the_records_are_those_the_standard_asks_for(self, tmp_path: Path) -> None:
        with writer(tmp_path) as archive:
            place = archive.keep(fetch())
        assert place
        path = tmp_path / place[0]
        info, response, request = warcio_records(path)
        assert [one["headers"]["WARC-Type"] for one in (info, response, request)] == [
            "warcinfo",
            "response",
            "request",
        ]
        assert info["headers"]["WARC-Filename"] == path.name
        assert b"software: tintuc" in info["body"]
        assert response["headers"]["Content-Type"] == "application/http; msgtype=response"
        assert request["headers"]["Content-Type"] == "application/http; msgtype=request"
        assert request["headers"]["WARC-Concurrent-To"] == response["headers"]["WARC-Record-ID"]
        for one in (response, request):
            assert one["headers"]["WARC-Target-URI"] == URL
            assert one["headers"]["WARC-Date"] == "2026-11-20T11:59:58.250000Z"
            assert one["headers"]["WARC-Warcinfo-ID"] == info["headers"]["WARC-Record-ID"]
        assert response["offset"] == place[1]
        assert response["body"] == PAGE
        assert members(path.read_bytes()) == 3
        assert gzip.decompress(path.read_bytes()).count(b"WARC/1.1\r\n") == 3

    def test_the_request_is_the_one_that_was_sent(self, tmp_path: Path) -> None:
        with writer(tmp_path) as archive:
            archive.keep(fetch(url="https://baotintuc.vn/Search.aspx?KeySearch=lu"))
        request = warcio_records(*files(tmp_path))[2]["http"]
        assert (request.protocol, request.statusline) == ("GET", "/Search.aspx?KeySearch=lu HTTP/1.1")
        assert request.headers == [("Host", "baotintuc.vn"), ("User-Agent", "tintuc/0.1")]

    def test_headers_are_true_of_the_decoded_body(self, tmp_path: Path) -> None:
        sent = (
            ("Content-Encoding", "br"),
            ("transfer-encoding", "chunked"),
            ("Content-Length", "7"),
            ("ETag", "x"),
        )
        with writer(tmp_path) as archive:
            place = archive.keep(fetch(headers=sent))
        assert place
        page = read_record(tmp_path, *place)
        assert page.body == PAGE
        assert page.headers == (
            ("X-Crawl-Content-Encoding", "br"),
            ("X-Crawl-transfer-encoding", "chunked"),
            ("X-Crawl-Content-Length", "7"),
            ("ETag", "x"),
            ("Content-Length", str(len(PAGE))),
        )

    @pytest.mark.parametrize("status", [200, 404, 503, 299])
    def test_the_status_is_kept(self, tmp_path: Path, status: int) -> None:
        with writer(tmp_path) as archive:
            place = archive.keep(fetch(status=status, outcome=Outcome.INVALID))
        assert place
        assert read_record(tmp_path, *place).status == status

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        body=st.binary(max_size=3000) | st.just(b"\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n"),
        headers=st.lists(st.tuples(st.text(max_size=12), st.text(max_size=30)), max_size=5),
        url=st.text(max_size=20).map(lambda tail: "https://baotintuc.vn/" + tail),
    )
    def test_hostile_answers_come_back_as_they_were(
        self, tmp_path: Path, body: bytes, headers: list[tuple[str, str]], url: str
    ) -> None:
        with writer(tmp_path) as archive:
            place = archive.keep(fetch(body, headers=tuple(headers), url=url))
            other = archive.keep(fetch(b"the next"))
        assert place
        assert other
        page = read_record(tmp_path, *place)
        assert page.body == body
        known = {"content-length", "content-encoding", "transfer-encoding"}
        names = [(name.lower(), value) for name, value in clean_headers(tuple(headers))]
        expected = [(f"x-crawl-{name}" if name in known else name, value) for name, value in names]
        assert [(name.lower(), value) for name, value in page.headers[:-1]] == expected
        assert page.url
        assert not re.search(r"[\x00-\x20<>]", page.url)
        assert read_record(tmp_path, *other).body == b"the next"
        assert all(isinstance(one, SavedPage) for one in saved.walk([tmp_path / place[0]]))

    @given(st.lists(st.tuples(st.text(), st.text())))
    def test_clean_headers_stay_as_they_are(self, headers: list[tuple[str, str]]) -> None:
        once = clean_headers(tuple(headers))
        assert clean_headers(once) == once
        assert not any("\n" in name + value or "\r" in name + value for name, value in once)


class TestRolling:
    def test_a_full_file_is_followed_by_the_next(self, tmp_path: Path) -> None:
        with writer(tmp_path, max_bytes=3000) as archive:
            places = [archive.keep(fetch(os.urandom(1000))) for _ in range(9)]
        names = sorted({place[0] for place in places if place}, key=lambda name: int(name.split("-")[4][:-8]))
        assert len(names) >= 4
        assert [name.split("-")[4] for name in names] == [f"{n}.warc.gz" for n in range(1, len(names) + 1)]
        for name in names:
            assert warcio_records(tmp_path / name)[0]["headers"]["WARC-Type"] == "warcinfo"
            assert (tmp_path / name).stat().st_size < 3000 + 2500
        assert len(list(saved.walk([tmp_path]))) == 9

    def test_each_day_of_utc_has_a_file_of_its_own(self, tmp_path: Path) -> None:
        clock = [NOON]
        names = []
        with writer(tmp_path, lambda: clock[0]) as archive:
            for hours in (0, 11, 12, 13):
                clock[0] = NOON + timedelta(hours=hours)
                place = archive.keep(fetch())
                assert place
                names.append(place[0].split("-")[2])
        assert names == ["20261120T120000"] * 2 + ["20261121T000000"] * 2

    def test_each_month_of_utc_has_a_folder_of_its_own(self, tmp_path: Path) -> None:
        """A ten-minute schedule leaves some 40,000 files a year: too many for one folder."""
        clock = [datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)]
        with writer(tmp_path, lambda: clock[0]) as archive:
            places = [archive.keep(fetch())]
            clock[0] += timedelta(seconds=1)
            places.append(archive.keep(fetch(b"next year")))
        assert [place[0].split("/")[0] for place in places if place] == ["2026-12", "2027-01"]
        assert places[1]
        assert read_record(tmp_path, *places[1]).body == b"next year"
        (info,) = [one for one in warcio_records(tmp_path / places[1][0]) if b"software" in one["body"]]
        assert info["headers"]["WARC-Filename"] == places[1][0].split("/")[1]

    def test_a_folder_that_is_removed_meanwhile_is_made_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As the retention of another process may do between the making and the first file."""
        real, removed = os.open, []

        def open_(path: Any, flags: int, mode: int = 0o777) -> int:
            if flags & os.O_CREAT and not removed:
                removed.append(Path(path).parent)
                Path(path).parent.rmdir()
            return real(path, flags, mode)

        monkeypatch.setattr(os, "open", open_)
        with writer(tmp_path) as archive:
            place = archive.keep(fetch())
        assert place
        assert removed == [tmp_path / "2026-11"]
        assert read_record(tmp_path, *place).body == PAGE

    def test_a_name_that_is_taken_is_not_written_to(self, tmp_path: Path) -> None:
        taken = tmp_path / f"2026-11/tintuc-20261120T120000-{os.getpid()}-1.warc.gz"
        taken.parent.mkdir()
        taken.write_bytes(b"of another process with our number")
        with writer(tmp_path) as archive:
            place = archive.keep(fetch())
        assert place
        assert place[0] == f"2026-11/tintuc-20261120T120000-{os.getpid()}-2.warc.gz"
        assert taken.read_bytes() == b"of another process with our number"

    def test_after_closing_a_new_file_is_begun(self, tmp_path: Path) -> None:
        archive = writer(tmp_path)
        first = archive.keep(fetch())
        archive.close()
        second = archive.keep(fetch())
        archive.close()
        assert first
        assert second
        assert first[0] != second[0]


class TestSafety:
    def test_what_is_answered_for_is_synced(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        synced: dict[int, int] = {}
        real = os.fsync

        def fsync(handle: int) -> None:
            real(handle)
            found = os.fstat(handle)
            synced[found.st_ino] = found.st_size

        monkeypatch.setattr(os, "fsync", fsync)
        archive_folder = tmp_path / "data" / "archive"
        with writer(archive_folder) as archive:
            for _ in range(3):
                place = archive.keep(fetch())
                assert place
                now = (archive_folder / place[0]).stat()
                assert synced[now.st_ino] == now.st_size
        # The new file is safe only when its folder knows of it, and the new folders when theirs do.
        for folder in (archive_folder / "2026-11", archive_folder, tmp_path / "data", tmp_path):
            assert folder.stat().st_ino in synced

    def test_a_full_disk_leaves_no_half_record(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real = os.write

        def half(handle: int, data: Any) -> int:
            if len(data) < 50:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(handle, data[: len(data) // 2])

        with writer(tmp_path) as archive:
            place = archive.keep(fetch())
            assert place
            before = (tmp_path / place[0]).read_bytes()
            with monkeypatch.context() as patch:
                patch.setattr(os, "write", half)
                with pytest.raises(ArchiveFullError, match=r"no room left .*TINTUC_ARCHIVE_DAYS"):
                    archive.keep(fetch())
            assert (tmp_path / place[0]).read_bytes() == before
            again = archive.keep(fetch(b"room again"))
        assert again
        assert read_record(tmp_path, *again).body == b"room again"

    def test_a_disk_full_at_the_first_page_leaves_no_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(handle: int, data: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "write", full)
        with writer(tmp_path) as archive, pytest.raises(ArchiveFullError):
            archive.keep(fetch())
        assert files(tmp_path) == []

    @pytest.mark.parametrize("after", ["the first page", "nothing"])
    def test_a_stop_in_the_middle_leaves_no_half_record(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str
    ) -> None:
        real = os.write

        def stopped(handle: int, data: Any) -> int:
            real(handle, data[: len(data) // 2])
            raise KeyboardInterrupt

        with writer(tmp_path) as archive:
            if after != "nothing":
                archive.keep(fetch())
            before = [path.read_bytes() for path in files(tmp_path)]
            with monkeypatch.context() as patch:
                patch.setattr(os, "write", stopped)
                with pytest.raises(KeyboardInterrupt):
                    archive.keep(fetch(b"half"))
            assert [path.read_bytes() for path in files(tmp_path)] == before
            again = archive.keep(fetch(b"again"))
        assert again
        assert read_record(tmp_path, *again).body == b"again"

    def test_short_writes_are_carried_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real = os.write
        monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:7]))
        with writer(tmp_path) as archive:
            place = archive.keep(fetch())
        assert place
        assert read_record(tmp_path, *place).body == PAGE

    def test_a_folder_that_can_not_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "archive").write_text("a file stands where the folder should be")
        with (
            writer(tmp_path / "archive") as archive,
            pytest.raises(ArchiveWriteError, match=r"can't write .* File exists\. TINTUC_ARCHIVE"),
        ):
            archive.keep(fetch())

    def test_a_kill_at_any_moment_tears_one_record_at_most(self, tmp_path: Path) -> None:
        """A process is killed while it writes: every page it had answered for is there."""
        for number in range(3):
            folder = tmp_path / str(number)
            with subprocess.Popen(
                [sys.executable, "-m", "tests.archive.endless", str(folder)],
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[2],
            ) as process:
                assert process.stdout
                told = [process.stdout.readline() for _ in range(20 + 7 * number)]
                process.kill()
                told += process.stdout.readlines()
            found = list(saved.walk([folder]))
            pages = [one for one in found if isinstance(one, SavedPage)]
            assert len(pages) >= len(told)
            assert len(found) - len(pages) <= 1
            assert {one.body[:8] for one in pages} == {b"%08d" % index for index in range(len(pages))}

    def test_two_processes_at_once_do_not_meet(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "tests.archive.endless", str(tmp_path), "40"]
        root = Path(__file__).parents[2]
        both = [subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) for _ in range(2)]
        for process in both:
            process.communicate()
            assert process.returncode == 0
        assert len(files(tmp_path)) == 2
        assert [type(one) for one in saved.walk([tmp_path])] == [SavedPage] * 80


@pytest.mark.parametrize("cut", [1, 8, 100, 400])
def test_behind_a_torn_file_a_new_process_goes_on(tmp_path: Path, cut: int) -> None:
    with writer(tmp_path) as archive:
        places = [archive.keep(fetch()), archive.keep(fetch(b"torn"))]
    assert places[0]
    torn = tmp_path / places[0][0]
    torn.write_bytes(torn.read_bytes()[:-cut])
    with writer(tmp_path) as archive:
        place = archive.keep(fetch(b"after"))
    assert place
    assert read_record(tmp_path, *place).body == b"after"
    assert read_record(tmp_path, *places[0]).body == PAGE
