"""Saved material: what is read, in which order, and what is said of what can't be read."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive import reader, saved
from crawler.archive.saved import Broken, Limits, SavedPage, Tally
from tests.archive.making import PAGE, URL, answer, numbered, page, record, write


def read(*paths: Path, limits: Limits = saved.DEFAULT_LIMITS) -> list[SavedPage | Broken]:
    return list(saved.walk(paths, limits=limits))


def good(found: list[SavedPage | Broken]) -> list[SavedPage]:
    return [one for one in found if isinstance(one, SavedPage)]


def broken(found: list[SavedPage | Broken]) -> list[Broken]:
    return [one for one in found if isinstance(one, Broken)]


def only_reason(found: list[SavedPage | Broken]) -> str:
    [one] = found
    assert isinstance(one, Broken)
    assert "\n" not in one.reason
    return one.reason


SAVED = datetime(2024, 5, 2, 3, 4, 5, tzinfo=UTC)
"""When the files of a test were written."""


def dated(path: Path, at: datetime = SAVED) -> Path:
    """A file, written at a moment."""
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


@contextmanager
def not_root() -> Iterator[None]:
    """Without the rights of root, who may read everything."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


class TestSingleFiles:
    @pytest.mark.parametrize("name", ["bai.html", "bai.htm", "BAI.HTML"])
    def test_a_page_is_its_bytes_and_has_no_address(self, tmp_path: Path, name: str) -> None:
        path = dated(write(tmp_path / name, PAGE))
        assert read(path) == [SavedPage(body=PAGE, file=str(path), fetched_at=SAVED)]

    @pytest.mark.parametrize("name", ["bai.html.gz", "bai.htm.gz"])
    def test_a_gzipped_page_is_unpacked(self, tmp_path: Path, name: str) -> None:
        path = dated(write(tmp_path / name, PAGE, packed=True))
        assert read(path) == [SavedPage(body=PAGE, file=str(path), fetched_at=SAVED)]

    def test_gzip_members_that_follow_each_other_are_one_page(self, tmp_path: Path) -> None:
        path = write(tmp_path / "bai.html.gz", PAGE[:20], PAGE[20:], packed=True)
        assert good(read(path))[0].body == PAGE

    def test_a_plain_text_copy_is_marked_as_one(self, tmp_path: Path) -> None:
        path = dated(write(tmp_path / "ban-sao.txt", "Chợ nổi".encode()))
        assert read(path) == [
            SavedPage(body="Chợ nổi".encode(), file=str(path), fetched_at=SAVED, is_text=True)
        ]

    def test_a_file_dated_in_the_future_was_saved_by_now(self, tmp_path: Path) -> None:
        now = datetime.now(UTC)
        path = dated(write(tmp_path / "bai.html", PAGE), now + timedelta(days=400))
        [one] = good(read(path))
        assert one.fetched_at is not None
        assert now <= one.fetched_at <= datetime.now(UTC)

    def test_a_path_that_does_not_exist(self, tmp_path: Path) -> None:
        assert "No such file" in only_reason(read(tmp_path / "khong-co.html"))
        assert "No such file" in only_reason(read(tmp_path / "khong-co"))

    def test_a_named_file_of_unknown_type_says_which_are_known(self, tmp_path: Path) -> None:
        assert ".html" in only_reason(read(write(tmp_path / "anh.jpg", b"\xff\xd8")))

    @pytest.mark.parametrize("name", ["a.html", "a.html.gz", "a.txt", "a.warc", "a.warc.gz"])
    def test_an_empty_file(self, tmp_path: Path, name: str) -> None:
        assert only_reason(read(write(tmp_path / name))) == "the file is empty"

    def test_a_truncated_gzip(self, tmp_path: Path) -> None:
        path = write(tmp_path / "bai.html.gz", gzip.compress(PAGE)[:-1])
        assert "stop in the middle" in only_reason(read(path))

    def test_a_gzip_that_unpacks_to_something_else_than_was_packed(self, tmp_path: Path) -> None:
        packed = bytearray(gzip.compress(PAGE))
        packed[-6] ^= 0xFF  # a byte of the checksum
        assert "damaged" in only_reason(read(write(tmp_path / "bai.html.gz", bytes(packed))))

    def test_no_gzip_at_all_although_named_so(self, tmp_path: Path) -> None:
        assert "no gzip data" in only_reason(read(write(tmp_path / "bai.html.gz", PAGE)))

    def test_a_page_larger_than_the_limit_is_refused(self, tmp_path: Path) -> None:
        limits = Limits(page=len(PAGE) - 1)
        assert "larger than" in only_reason(read(write(tmp_path / "bai.html", PAGE), limits=limits))
        limits = Limits(page=len(PAGE))
        assert good(read(write(tmp_path / "bai.html", PAGE), limits=limits))

    @pytest.mark.parametrize("members", [1, 4])
    def test_a_decompression_bomb_is_refused(self, tmp_path: Path, members: int) -> None:
        bomb = write(tmp_path / "bom.html.gz", *[b"0" * 4_000_000] * members, packed=True)
        assert "larger than 8388608 bytes" in only_reason(read(bomb)) if members > 2 else read(bomb)
        assert "larger than 1000 bytes" in only_reason(read(bomb, limits=Limits(page=1000)))

    def test_a_file_nobody_may_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write(tmp_path / "bai.html", PAGE)

        def refuse(self: Path, *args: object, **kwargs: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
        assert "Permission denied" in only_reason(read(path))

    def test_a_file_with_no_read_permission(self, tmp_path: Path) -> None:
        path = write(tmp_path / "bai.html", PAGE)
        path.chmod(0)
        with not_root():
            assert "Permission denied" in only_reason(read(path))

    def test_a_named_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "ong.html")
        assert only_reason(read(tmp_path / "ong.html")) == "not a regular file"

    def test_a_broken_file_does_not_stop_the_rest(self, tmp_path: Path) -> None:
        first, second = write(tmp_path / "a.html", PAGE), write(tmp_path / "c.html", PAGE)
        found = read(first, tmp_path / "b.html", second)
        assert [type(one) for one in found] == [SavedPage, Broken, SavedPage]


class TestFolders:
    def test_are_walked_to_the_bottom_by_name_without_hidden_files(self, tmp_path: Path) -> None:
        for name in ("b/2.html", "b/1.html", "a.html", "c.txt", ".an/1.html", "b/.an.html"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            write(tmp_path / name, PAGE)
        found = [Path(one.file).relative_to(tmp_path).as_posix() for one in read(tmp_path)]
        assert found == ["a.html", "b/1.html", "b/2.html", "c.txt"]

    def test_count_files_of_other_types_and_pass_over_them(self, tmp_path: Path) -> None:
        write(tmp_path / "a.html", PAGE)
        write(tmp_path / "anh.jpg", b"\xff\xd8")
        tally = Tally()
        assert len(list(saved.walk([tmp_path], tally=tally))) == 1
        assert (tally.files, tally.ignored) == (1, 1)

    def test_with_nothing_in_it_are_reported_once(self, tmp_path: Path) -> None:
        (tmp_path / "trong" / "ben-trong").mkdir(parents=True)
        assert "nothing in it to read" in only_reason(read(tmp_path / "trong"))

    def test_with_nothing_but_other_types_say_so(self, tmp_path: Path) -> None:
        write(tmp_path / "anh.jpg", b"\xff\xd8")
        assert "nothing but 1 files of other types" in only_reason(read(tmp_path))

    def test_that_can_not_be_listed_are_reported(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "kin").mkdir()
        write(tmp_path / "mo.html", PAGE)
        real = Path.iterdir

        def refuse(self: Path) -> object:
            if self.name == "kin":
                raise PermissionError(13, "Permission denied")
            return real(self)

        monkeypatch.setattr(Path, "iterdir", refuse)
        found = read(tmp_path)
        assert [type(one) for one in found] == [Broken, SavedPage]

    def test_with_links_in_a_loop_are_walked_once(self, tmp_path: Path) -> None:
        (tmp_path / "a" / "b").mkdir(parents=True)
        write(tmp_path / "a" / "b" / "1.html", PAGE)
        (tmp_path / "a" / "b" / "len").symlink_to(tmp_path / "a")
        assert len(read(tmp_path)) == 1

    def test_with_a_link_to_itself_say_so(self, tmp_path: Path) -> None:
        (tmp_path / "vong.html").symlink_to(tmp_path / "vong.html")
        assert "symbolic links" in only_reason(read(tmp_path))

    def test_with_a_link_to_nowhere_say_so(self, tmp_path: Path) -> None:
        (tmp_path / "mat.html").symlink_to(tmp_path / "khong-co.html")
        assert "No such file" in only_reason(read(tmp_path))


def test_the_warc_files_of_an_archive_are_named_by_their_place(tmp_path: Path) -> None:
    names = ["2026-10/b.warc.gz", "2026-11/a.warc.gz", "deep/er/c.warc", "old.warc.gz"]
    for name in (*names, "2026-11/notes.txt", ".hidden/d.warc.gz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"any")
    assert saved.warc_files(tmp_path) == names
    assert saved.warc_files(tmp_path / "nowhere") == []


class TestWarc:
    def test_tells_address_time_status_headers_and_place(self, tmp_path: Path) -> None:
        first = record(kind="warcinfo", block=b"software: x\r\n", url=None)
        path = write(tmp_path / "a.warc", first, record())
        assert read(path) == [
            SavedPage(
                body=PAGE,
                file=str(path),
                offset=len(first),
                url=URL,
                status=200,
                headers=(("Content-Type", "text/html; charset=utf-8"),),
                fetched_at=datetime(2024, 4, 1, 0, 40, tzinfo=UTC),
            )
        ]

    def test_in_gzip_the_place_is_that_of_the_member(self, tmp_path: Path) -> None:
        parts = numbered(3)
        path = write(tmp_path / "a.warc.gz", *parts, packed=True)
        sizes = [len(gzip.compress(part)) for part in parts]
        assert [one.offset for one in good(read(path))] == [0, sizes[0], sizes[0] + sizes[1]]

    def test_what_is_gzipped_is_seen_in_the_bytes(self, tmp_path: Path) -> None:
        assert len(good(read(write(tmp_path / "a.warc", *numbered(2), packed=True)))) == 2
        assert len(good(read(write(tmp_path / "a.warc.gz", *numbered(2))))) == 2

    def test_a_file_gzipped_as_a_whole_is_read(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.warc.gz", b"".join(numbered(3)), packed=True)
        assert [one.body for one in good(read(path))] == [page(1), page(2), page(3)]

    @pytest.mark.parametrize("kind", ["warcinfo", "request", "revisit", "metadata", "resource", "conversion"])
    def test_records_that_are_no_response_are_passed_over(self, tmp_path: Path, kind: str) -> None:
        path = write(tmp_path / "a.warc", record(kind=kind), record())
        assert [one.body for one in read(path) if isinstance(one, SavedPage)] == [PAGE]
        assert len(read(path)) == 1

    def test_a_dns_answer_is_passed_over(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.warc", record(b"20240401\nbaotintuc.vn", url="dns:baotintuc.vn"), record())
        assert len(good(read(path))) == len(read(path)) == 1

    @pytest.mark.parametrize("mime", ["image/jpeg", "video/mp4", "audio/mpeg", "text/css", "font/woff2"])
    def test_pictures_and_the_like_are_counted_and_passed_over(self, tmp_path: Path, mime: str) -> None:
        picture = answer(b"\xff\xd8", headers=(f"Content-Type: {mime}",))
        tally = Tally()
        path = write(tmp_path / "a.warc", record(picture))
        assert list(saved.walk([path], tally=tally)) == []
        assert tally.ignored == 1

    @pytest.mark.parametrize("status", ["404 Not Found", "503 Service Unavailable", "301 Moved"])
    def test_error_statuses_are_passed_on(self, tmp_path: Path, status: str) -> None:
        [one] = good(read(write(tmp_path / "a.warc", record(answer(status=status)))))
        assert one.status == int(status[:3])

    def test_an_address_in_angle_brackets(self, tmp_path: Path) -> None:
        [one] = good(read(write(tmp_path / "a.warc", record(url=f"<{URL}>"))))
        assert one.url == URL

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2024-04-01T00:40:00.123456Z", datetime(2024, 4, 1, 0, 40, 0, 123456, tzinfo=UTC)),
            ("2024-04-01T07:40:00+07:00", datetime(2024, 4, 1, 0, 40, tzinfo=UTC)),
            ("2024-04-01T00:40:00", datetime(2024, 4, 1, 0, 40, tzinfo=UTC)),
        ],
    )
    def test_dates(self, tmp_path: Path, text: str, expected: datetime) -> None:
        [one] = good(read(dated(write(tmp_path / "a.warc", record(date=text)))))
        assert one.fetched_at == expected

    @pytest.mark.parametrize("text", ["hôm qua", "", "0001-01-01T00:00:00+07:00"])
    def test_without_a_date_that_can_be_read_it_is_that_of_the_file(self, tmp_path: Path, text: str) -> None:
        path = dated(write(tmp_path / "a.warc", record(date=text)))
        [one] = good(read(path))
        assert one.fetched_at == SAVED
        assert reader.read_record(tmp_path, "a.warc", one.offset).fetched_at == SAVED

    def test_continued_header_lines(self, tmp_path: Path) -> None:
        folded = record().replace(b"WARC-Type: response", b"WARC-Type:\r\n response")
        assert good(read(write(tmp_path / "a.warc", folded)))

    def test_a_file_that_is_none(self, tmp_path: Path) -> None:
        assert "no WARC record starts here" in only_reason(read(write(tmp_path / "a.warc", PAGE)))
        assert "gzip data are damaged" in only_reason(read(write(tmp_path / "a.warc.gz", PAGE)))

    @pytest.mark.parametrize("packed", [False, True])
    def test_a_file_of_nothing_but_blank_lines(self, tmp_path: Path, packed: bool) -> None:
        path = write(tmp_path / "a.warc", b"\r\n\r\n", packed=packed)
        assert "holds no record" in only_reason(read(path))

    def test_a_response_without_an_http_answer(self, tmp_path: Path) -> None:
        found = read(write(tmp_path / "a.warc", record(b"<html>"), *numbered(1)))
        assert [one.reason for one in broken(found)] == ["the record holds no HTTP answer"]
        assert len(good(found)) == 1

    def test_what_its_archiver_cut_is_broken(self, tmp_path: Path) -> None:
        found = read(write(tmp_path / "a.warc", record(extra=("WARC-Truncated: length",))))
        assert "WARC-Truncated: length" in only_reason(found)


class TestTornWarc:
    @pytest.mark.parametrize("packed", [False, True])
    def test_at_any_byte_what_came_before_is_read_and_the_rest_told(
        self, tmp_path: Path, packed: bool
    ) -> None:
        parts = [gzip.compress(part) if packed else part for part in numbered(2)]
        whole = b"".join(parts)
        # Behind the last byte of a plain block only blank lines follow: the record is whole there.
        whole_from = len(whole) if packed else len(whole) - 4
        for cut in range(len(parts[0]) + 1, len(whole) + 1):
            found = read(write(tmp_path / "a.warc.gz", whole[:cut]))
            assert good(found)[0].body == page(1)
            assert (len(good(found)), len(broken(found))) == ((2, 0) if cut >= whole_from else (1, 1)), cut
            assert all(one.offset == len(parts[0]) for one in broken(found))

    @pytest.mark.parametrize("packed", [False, True])
    def test_what_was_appended_behind_a_torn_record_is_read(self, tmp_path: Path, packed: bool) -> None:
        first, torn, last = (gzip.compress(part) if packed else part for part in numbered(3))
        for cut in range(1, len(torn) - 4):
            found = read(write(tmp_path / "a.warc.gz", first, torn[:cut], last))
            assert [one.body for one in good(found)] == [page(1), page(3)], cut
            assert [one.offset for one in broken(found)] == [len(first)]

    @pytest.mark.parametrize("packed", [False, True])
    @pytest.mark.parametrize("garbage", [b"\0" * 3000, b"rac rac\r\n" * 9, b"\x1f\x8b\x08 gzip?", b"WARC"])
    def test_garbage_between_records_is_told_once(self, tmp_path: Path, packed: bool, garbage: bytes) -> None:
        first, last = (gzip.compress(part) if packed else part for part in numbered(2))
        found = read(write(tmp_path / "a.warc.gz", first, garbage, b"\n", last))
        assert [one.body for one in good(found)] == [page(1), page(2)]
        assert [one.offset for one in broken(found)] == [len(first)]

    def test_a_length_that_is_too_short(self, tmp_path: Path) -> None:
        first, last = numbered(2)
        path = write(tmp_path / "a.warc", record(length=50), first, last)
        found = read(path)
        assert len(good(found)) == 2
        assert "Content-Length" in broken(found)[0].reason

    def test_a_length_that_reaches_into_the_next_record(self, tmp_path: Path) -> None:
        first, last = numbered(2)
        path = write(tmp_path / "a.warc", record(length=len(answer()) + 60), first, last)
        found = read(path)
        assert [one.body for one in good(found)] == [page(1), page(2)]
        assert len(broken(found)) == 1

    @pytest.mark.parametrize("length", ["", "-5", "nhiều", "1e9", "9" * 400])
    def test_a_length_that_is_none(self, tmp_path: Path, length: str) -> None:
        bad = record().replace(
            f"Content-Length: {len(answer())}".encode(), f"Content-Length: {length}".encode()
        )
        found = read(write(tmp_path / "a.warc", bad, record()))
        assert "how long it is" in broken(found)[0].reason
        assert len(good(found)) == 1

    def test_headers_without_end(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.warc", b"WARC/1.1\r\n" + b"X: " + b"x" * 5000, b"\r\n", record())
        found = read(path, limits=Limits(head=1000))
        assert "headers" in broken(found)[0].reason
        assert len(good(found)) == 1

    def test_blank_lines_without_end(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.warc.gz", record() + b"\n" * 1_000_000, *numbered(1), packed=True)
        found = read(path)
        assert "blank lines" in broken(found)[0].reason
        assert [one.body for one in good(found)] == [page(1)]

    @pytest.mark.parametrize("packed", [False, True])
    def test_a_page_larger_than_the_limit_is_broken_and_the_next_is_read(
        self, tmp_path: Path, packed: bool
    ) -> None:
        big = record(answer(b"<html>" + b" " * 400_000))
        path = write(tmp_path / "a.warc.gz", big, *numbered(1), packed=packed)
        found = read(path, limits=Limits(page=100_000))
        assert [one.body for one in good(found)] == [page(1)]
        assert "larger than 100000 bytes" in broken(found)[0].reason

    def test_a_large_picture_is_still_only_passed_over(self, tmp_path: Path) -> None:
        picture = record(answer(b"\0" * 400_000, headers=("Content-Type: image/png",)))
        path = write(tmp_path / "a.warc.gz", picture, *numbered(1), packed=True)
        assert [type(one) for one in read(path, limits=Limits(page=100_000))] == [SavedPage]

    def test_a_record_that_is_a_bomb_is_left_unread(self, tmp_path: Path) -> None:
        bomb = record(answer(b"0" * 3_000_000))
        path = write(tmp_path / "a.warc.gz", bomb, *numbered(1), packed=True)
        found = read(path, limits=Limits(page=1000, skip=2_000_000))
        assert "unpacks to" in broken(found)[0].reason
        assert [one.body for one in good(found)] == [page(1)]


class TestProgress:
    def test_ends_at_the_size_that_was_counted(self, tmp_path: Path) -> None:
        write(tmp_path / "a.html", PAGE)
        write(tmp_path / "b.warc.gz", *numbered(50), b"rac", packed=True)
        write(tmp_path / "c.html.gz", b"rac")
        write(tmp_path / "d.jpg", b"12345")
        tally, steps = Tally(), []
        for _ in saved.walk([tmp_path, tmp_path / "a.html", tmp_path / "khong-co"], tally=tally):
            steps.append(tally.bytes_read)
        assert steps == sorted(steps)
        assert tally.bytes_read == saved.size([tmp_path, tmp_path / "a.html", tmp_path / "khong-co"])

    def test_moves_inside_a_large_file(self, tmp_path: Path) -> None:
        noise = [record(answer(os.urandom(100_000))) for _ in range(8)]
        path = write(tmp_path / "a.warc.gz", *noise, packed=True)
        tally, steps = Tally(), set()
        for _ in saved.walk([path], tally=tally):
            steps.add(tally.bytes_read)
        assert len(steps) == 8
        assert max(steps) <= saved.size([path])


class TestMemory:
    """A tape of any length goes through in the room of one page."""

    def peak(self, path: Path, limits: Limits) -> int:
        tracemalloc.start()
        try:
            for _ in saved.walk([path], limits=limits):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("packed", [False, True])
    def test_of_a_long_warc(self, tmp_path: Path, packed: bool) -> None:
        pages = [record(answer(bytes([65 + number]) * 200_000)) for number in range(50)]
        path = write(tmp_path / "a.warc.gz", *pages, packed=packed)
        assert self.peak(path, saved.DEFAULT_LIMITS) < 2_000_000

    @pytest.mark.parametrize("name", ["a.html", "a.warc", "a.txt"])
    def test_of_a_file_that_is_one_huge_thing(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        with path.open("wb") as file:
            file.truncate(300_000_000)
        assert self.peak(path, Limits(page=500_000)) < 3_000_000

    def test_of_a_bomb(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.html.gz", b"0" * 40_000_000, packed=True)
        assert self.peak(path, Limits(page=500_000)) < 3_000_000


class TestRealPages:
    def test_pages(self, shared_site: Path) -> None:
        found = read(shared_site / "real" / "pages.warc.gz")
        assert len(good(found)) == len(found) == 9
        plain = {gzip.decompress(path.read_bytes()) for path in (shared_site / "real/pages").iterdir()}
        assert {one.body for one in good(found)} == plain

    def test_refetched(self, shared_site: Path) -> None:
        found = good(read(shared_site / "real" / "refetched.warc.gz"))
        assert len(found) == 9
        assert len({one.url for one in found}) == 1
        assert len({one.fetched_at for one in found}) == 9
