"""``scrapy ingest``: saved material in, articles out; what is broken is said and does not stop the rest."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import pytest

from tests.crawler import past
from tests.replica import Replica
from tests.running import Place


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    """Pages of both designs by file name, as a person saves them."""
    with Replica(seed=5, articles=6) as replica:
        return {f"{article.id}.html": replica.page(article.path).body for article in replica.articles}


def save(folder: Path, pages: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (folder / name).write_bytes(page)
    return folder


def test_a_folder_of_pages_is_read_and_known_the_second_time(place: Place, pages: dict[str, bytes]) -> None:
    folder = save(place.folder / "saved", pages)
    first = place.scrapy("ingest", folder)
    assert first.code == 0, first.err
    assert place.outcomes("file") == {"new": len(pages)}
    assert place.scrapy("ingest", folder).code == 0
    assert place.outcomes("file") == {"unchanged": len(pages)}
    assert place.one("SELECT count(*) FROM articles") == len(pages)
    assert place.one("SELECT count(*) FROM revisions") == 0


def test_the_url_of_a_bare_page_is_its_canonical_link(place: Place, pages: dict[str, bytes]) -> None:
    place.scrapy("ingest", save(place.folder / "saved", pages))
    ids = {
        row["id"]
        for row in place.rows("SELECT id FROM articles WHERE url LIKE 'https://baotintuc.vn/%' || id || '%'")
    }
    assert ids == {name.removesuffix(".html") for name in pages}


def test_the_summary_says_what_came_of_it_and_what_to_try_next(place: Place, pages: dict[str, bytes]) -> None:
    ended = place.scrapy("ingest", save(place.folder / "saved", pages))
    lines = [line.split() for line in ended.err.splitlines()]
    assert ["new", str(len(pages))] in lines
    assert ["updated", "0"] in lines
    assert any(line[:2] == ["database", str(place.database)] for line in lines)
    assert ended.err.splitlines()[-1].startswith(f"Next: sqlite3 {place.database}")


def test_an_edited_page_becomes_revision_2_with_the_old_text_kept(
    place: Place, pages: dict[str, bytes]
) -> None:
    name, page = next(iter(pages.items()))
    place.scrapy("ingest", save(place.folder / "saved", {name: page}))
    headline = place.one("SELECT headline FROM articles")
    edited = page.replace(headline.encode(), b"Tin sua: " + headline.encode())
    place.scrapy("ingest", save(place.folder / "saved", {name: edited}))
    assert place.one("SELECT revision FROM articles") == 2
    assert place.one("SELECT headline FROM revisions") == headline
    assert place.one("SELECT headline FROM articles") == f"Tin sua: {headline}"


def test_an_older_page_that_is_read_later_replaces_nothing(place: Place, pages: dict[str, bytes]) -> None:
    """A saved page is as old as its file: it is not what the site says when it is read."""
    name, page = next(iter(pages.items()))
    place.scrapy("ingest", save(place.folder / "saved", {name: page}))
    headline = place.one("SELECT headline FROM articles")
    old = save(place.folder / "old", {name: page.replace(headline.encode(), b"Tin cu: " + headline.encode())})
    os.utime(old / name, (1_790_000_000, 1_790_000_000))
    with place.connection() as conn:
        conn.execute("UPDATE articles SET withdrawn_at = last_seen_at")
        conn.commit()
    assert place.scrapy("ingest", old).code == 0
    assert place.one("SELECT fetched_at FROM fetches ORDER BY id DESC LIMIT 1") == "2026-09-21T14:13:20Z"
    assert place.one("SELECT headline FROM articles") == headline
    assert place.one("SELECT headline FROM revisions") == f"Tin cu: {headline}"
    assert place.one("SELECT withdrawn_at IS NOT NULL FROM articles") == 1, "it does not bring it back"


def test_broken_pieces_are_named_counted_and_do_not_stop_the_rest(
    place: Place, pages: dict[str, bytes]
) -> None:
    folder = save(place.folder / "saved", pages)
    (folder / "000-cut.html.gz").write_bytes(gzip.compress(next(iter(pages.values())))[:-200])
    (folder / "000-not-gzip.html.gz").write_bytes(b"<html>")
    (folder / "000-empty.html").write_bytes(b"")
    ended = place.scrapy("ingest", folder, place.folder / "nowhere.warc")
    assert ended.code == 3
    assert place.outcomes("file") == {"new": len(pages), "invalid": 4}
    for name in ("000-cut.html.gz", "000-not-gzip.html.gz", "000-empty.html", "nowhere.warc"):
        assert sum(line.startswith("tintuc: ") and name in line for line in ended.err.splitlines()) == 1
    assert "Traceback" not in ended.err


def in_latin_1(folder: Path, name: str) -> Path:
    """A path whose name has bytes that are no UTF-8, as older systems left them."""
    return Path(os.fsdecode(os.fsencode(folder) + b"/" + name.encode("latin-1")))


def test_a_name_that_is_no_utf_8_is_spelled_out_and_stops_nothing(
    place: Place, pages: dict[str, bytes]
) -> None:
    folder = save(place.folder / "saved", pages)
    in_latin_1(folder, "0-café.txt").write_text(COPY, encoding="utf-8")
    in_latin_1(folder, "0-café.html").write_bytes(
        b"<html><body><p>Kh\xc3\xb4ng c\xc3\xb3 g\xc3\xac</p></body></html>"
    )
    in_latin_1(folder, "0-café.html.gz").write_bytes(b"")
    ended = place.scrapy("ingest", folder, in_latin_1(folder, "đã mất".encode().decode("latin-1") + "\xe9"))
    assert ended.code == 3
    assert "Traceback" not in ended.err
    assert place.outcomes("file") == {"new": len(pages) + 1, "not_article": 1, "invalid": 2}
    assert f"tintuc: {folder}/0-caf\\xe9.html.gz: the file is empty" in ended.err.splitlines()
    urls = {row[0] for row in place.rows("SELECT url FROM fetches WHERE url NOT LIKE 'http%'")}
    assert {f"{folder}/0-caf\\xe9{end}" for end in (".txt", ".html", ".html.gz")} <= urls
    assert place.scrapy("reparse").code == 0
    assert place.scrapy("verify").code == 0


def test_a_copy_that_is_no_utf_8_could_not_be_read(place: Place) -> None:
    (place.folder / "copy.txt").write_text(COPY, encoding="utf-16")
    ended = place.scrapy("ingest", place.folder / "copy.txt")
    assert ended.code == 3
    said = f"tintuc: {place.folder}/copy.txt: not UTF-8 text: save the copy as UTF-8"
    assert said in ended.err.splitlines()
    assert place.outcomes("file") == {"invalid": 1}


def test_a_page_that_is_no_article_is_no_failure_but_says_what_it_is(place: Place) -> None:
    folder = save(
        place.folder / "saved", {"trang.html": "<html><body><p>Không có gì</p></body></html>".encode()}
    )
    assert place.scrapy("ingest", folder).code == 0
    (row,) = place.rows("SELECT outcome, reason FROM fetches")
    assert row["outcome"] == "not_article"
    assert row["reason"]


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        ((), 2, "name at least one file or folder"),
        (("--quiet", "x.html"), 2, "unknown option: --quiet"),
    ],
)
def test_wrong_usage_exits_2(place: Place, args: tuple[str, ...], code: int, says: str) -> None:
    ended = place.scrapy("ingest", *args)
    assert ended.code == code
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert not place.database.exists()


def test_an_empty_folder_is_said(place: Place) -> None:
    empty = place.folder / "empty"
    empty.mkdir()
    ended = place.scrapy("ingest", empty)
    assert ended.code == 3
    assert "nothing in it to read" in ended.err


def test_a_file_that_is_no_database_is_one_line_and_stays_as_it_was(
    place: Place, pages: dict[str, bytes]
) -> None:
    place.database.write_bytes(b"Day la so ghi chep, khong phai co so du lieu.")
    ended = place.scrapy("ingest", save(place.folder / "saved", pages))
    assert ended.code == 1
    assert "not a SQLite database" in ended.line
    assert place.database.read_bytes().startswith(b"Day la")


def test_a_database_of_another_program_is_one_line_and_stays_as_it_was(
    place: Place, pages: dict[str, bytes]
) -> None:
    with place.connection() as conn:
        conn.execute("CREATE TABLE others (x)")
    ended = place.scrapy("ingest", save(place.folder / "saved", pages))
    assert ended.code == 1
    assert "database of another program" in ended.line
    assert [row[0] for row in place.rows("SELECT name FROM sqlite_master")] == ["others"]


def test_a_busy_database_is_waited_for_only_so_long(place: Place, pages: dict[str, bytes]) -> None:
    from crawler.lock import RunLock

    with RunLock(place.database, "crawl baotintuc"):
        ended = place.scrapy("ingest", save(place.folder / "saved", pages), TINTUC_WAIT=0)
    assert ended.code == 75
    assert "is in use by crawl baotintuc" in ended.line


COPY = """Nông dân Bến Tre vào vụ thu hoạch dừa
Những ngày này, các nhà vườn ở Thạnh Phú đang thu hoạch rộ, thương lái tới tận nơi thu mua.
Thuyền chở dừa nối nhau trên kênh Giồng Luông. Ảnh: TTXVN
Giá dừa khô tại vườn tăng nhẹ so với tháng trước, bà con phấn khởi vì có lãi sau nhiều vụ thất bát.
Nguồn: https://baotintuc.vn/kinh-te/thu-hoach-dua-20260801090000001.htm
"""


def test_the_captions_of_a_plain_text_copy_are_kept_and_found(place: Place) -> None:
    copy = place.folder / "copy.txt"
    copy.write_text(COPY, encoding="utf-8")
    ended = place.scrapy("ingest", copy)
    assert ended.code == 0, ended.err
    caption = "Thuyền chở dừa nối nhau trên kênh Giồng Luông. Ảnh: TTXVN"
    assert place.one("SELECT captions FROM copies") == caption
    assert "Giồng Luông" not in place.one("SELECT body FROM articles")
    found = place.scrapy("search", '"kenh giong luong"')
    assert found.code == 0, found.err
    assert "Nông dân Bến Tre vào vụ thu hoạch dừa" in found.out
    assert place.scrapy("verify").code == 0


@pytest.mark.parametrize("written", ["archive", "archive/../archive/2026-09", "elsewhere/../archive"])
def test_pages_that_lie_in_the_raw_archive_are_not_kept_twice(place: Place, written: str) -> None:
    """What is restored from the raw archive keeps its place there, at the top or in a month's folder."""
    known = past.record(place, past.pages()[:2])
    (path,) = past.warcs(place)
    old = path.with_name("tintuc-20260101T000000-1-1.warc.gz")
    shutil.copy(path, old if written.endswith("2026-09") else old.parents[1] / old.name)
    (place.folder / "elsewhere").mkdir()
    place.database.unlink()
    ended = place.scrapy("ingest", place.folder / written)
    assert ended.code == 0, ended.err
    rows = place.rows("SELECT archive_file, archive_offset FROM fetches")
    copied = "2026-09/" * written.endswith("2026-09") + old.name
    assert {tuple(row) for row in rows} == {
        (file, fetch.archive_offset) for fetch in known for file in (fetch.archive_file, copied)
    }
    assert len(past.warcs(place)) == 2
    assert place.scrapy("reparse").code == 0
