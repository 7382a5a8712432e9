"""Plain-text copies in the raw archive: kept beside the pages, told from them, and read again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.pages import SavedPage
from crawler.archive.writer import ArchiveWriter
from crawler.ingesting import read_saved
from crawler.items import Copy
from crawler.parsers.copies import NotCopyError
from crawler.site.urls import article_id
from pipelines.database import open_database, runs
from pipelines.recorder import Recorder
from tests.archive.making import record, write
from tests.crawler.past import THEN, number, pages, reread, warcs
from tests.crawler.past import record as record_pages
from tests.running import Place

URL = "https://baotintuc.vn/kinh-te/lang-nghe-bun-kho-vao-vu-20240503081502417.htm"
COPY = (
    "Làng nghề bún khô vào vụ\n\nCả làng dậy từ ba giờ sáng để kịp nắng.\n\n"
    "Phơi bún trên đê. Ảnh: Hải Vân/TTXVN\n\nPhơi bún trên đê. Ảnh: Hải Vân/TTXVN\n\n"
    "Mỗi nhà làm được hai tạ một ngày.\n\nGiá bán năm nay nhích lên đôi chút.\n\nHải Vân (TTXVN)\n\n"
    "Nguồn Tin Tức TTXVN: {url}\n"
)


def save(place: Place, url: str = URL, name: str = "copy.txt", text: str = COPY) -> Path:
    """A copy of the article at ``url`` as a person saves it."""
    path = place.folder / "saved" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.format(url=url), encoding="utf-8")
    return path


def ingest_as_before(place: Place, path: Path, read: Callable[[Copy], Copy]) -> None:
    """Read a copy as an older parser did: what today's makes of it, changed by ``read``."""
    with (
        closing(open_database(place.database, create=True)) as database,
        ArchiveWriter(place.folder / "archive", now=lambda: THEN) as archive,
    ):
        run_id = runs.start_run(database, "ingest", {}, THEN)
        with Recorder(database, run_id, keep=archive.keep, identify=article_id) as recorder:
            fetch = read_saved(
                SavedPage(body=path.read_bytes(), file=str(path), is_text=True, fetched_at=THEN)
            )
            assert fetch.copy
            fetch.copy = read(fetch.copy)
            recorder.record(fetch)


def shouting(copy: Copy) -> Copy:
    return replace(copy, headline=f"SAI {copy.headline}", contributors=())


def kept(place: Place) -> list[tuple[str, str, bytes]]:
    """Type, content type and payload of the records of the archive, as warcio reads them."""
    found: list[tuple[str, str, bytes]] = []
    for path in warcs(place):
        with path.open("rb") as file:
            for each in ArchiveIterator(file):
                head: Any = each.rec_headers
                found.append((each.rec_type, head.get_header("Content-Type"), each.content_stream().read()))
    return found


def test_a_copy_is_kept_as_it_was_and_found_by_its_place(place: Place) -> None:
    path = save(place)
    assert place.scrapy("ingest", path).code == 0
    ((kind, content_type, payload),) = [one for one in kept(place) if one[0] != "warcinfo"]
    assert (kind, content_type) == ("resource", "text/plain; charset=utf-8")
    assert payload == path.read_bytes()
    (row,) = place.rows("SELECT url, archive_file, archive_offset FROM fetches")
    assert row["url"] == str(path)
    assert (place.folder / "archive" / row["archive_file"]) == warcs(place)[0]
    assert row["archive_offset"] > 0


def test_warcio_finds_nothing_wrong_with_it(place: Place) -> None:
    place.scrapy("ingest", save(place, name="bản sao 1.txt"))
    checked = subprocess.run(
        [Path(sys.executable).with_name("warcio"), "check", "-v", *warcs(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    assert "resource\n    digest pass" in checked.stdout


def test_the_same_copy_is_kept_once(place: Place) -> None:
    path = save(place)
    for _ in range(2):
        assert place.scrapy("ingest", path).code == 0
    assert [kind for kind, *_ in kept(place)] == ["warcinfo", "resource"]
    assert place.outcomes("file") == {"unchanged": 1}


def test_nor_is_one_kept_again_of_an_article_that_is_stored_itself(place: Place) -> None:
    page = pages()[0]
    record_pages(place, [page])
    path = save(place, page.url)
    outcomes = []
    for _ in range(2):
        assert place.scrapy("ingest", path).code == 0
        outcomes.append(place.outcomes("file"))
    assert outcomes == [{"duplicate": 1}, {"unchanged": 1}]
    assert [kind for kind, *_ in kept(place)].count("resource") == 1
    assert place.one("SELECT count(*) FROM copies") == 1


def test_reparse_puts_right_what_stands_in_for_an_article(place: Place) -> None:
    ingest_as_before(place, save(place), shouting)
    assert place.one("SELECT headline FROM articles") == "SAI Làng nghề bún khô vào vụ"
    ended = place.scrapy("reparse")
    assert ended.code == 0, ended.err
    assert number(ended.err, "changed") == 1
    for table in ("articles", "copies"):
        assert place.rows(f"SELECT headline FROM {table}")[0][0] == "Làng nghề bún khô vào vụ"
    assert place.one("SELECT name FROM contributors") == "Hải Vân"
    assert [row["cause"] for row in place.rows("SELECT cause FROM revisions")] == ["parser"]
    again = place.scrapy("reparse")
    assert (number(again.err, "unchanged"), number(again.err, "changed")) == (1, 0)


def test_reparse_puts_right_a_copy_beside_its_article_and_leaves_that_alone(place: Place) -> None:
    page = pages()[0]
    record_pages(place, [page])
    ingest_as_before(place, save(place, page.url), shouting)
    before = place.rows("SELECT * FROM articles")
    tally = reread(place)
    assert (tally.changed, tally.unchanged, tally.sound) == (1, 1, True)
    assert place.one("SELECT headline FROM copies") == "Làng nghề bún khô vào vụ"
    assert place.rows("SELECT * FROM articles") == before
    assert reread(place).unchanged == 2


def test_reparse_also_reads_a_copy_that_a_later_one_has_replaced(place: Place) -> None:
    ingest_as_before(place, save(place), shouting)
    later = save(place, name="later.txt", text=COPY.replace("hai tạ", "ba tạ"))
    assert place.scrapy("ingest", later).code == 0
    assert reread(place).sound
    headlines = {row[0] for row in place.rows("SELECT headline FROM copies")}
    assert (headlines, place.one("SELECT count(*) FROM copies")) == ({"Làng nghề bún khô vào vụ"}, 2)
    assert "ba tạ" in place.one("SELECT body FROM articles")


def test_of_two_copies_read_in_the_same_second_the_last_stands_in_and_stays(place: Place) -> None:
    """Each took the place of the other, reading for reading, for ever."""
    ingest_as_before(place, save(place), shouting)
    ingest_as_before(place, save(place, name="b.txt", text=COPY.replace("hai tạ", "ba tạ")), shouting)
    assert place.one("SELECT count(DISTINCT fetched_at) FROM fetches") == 1
    assert reread(place).changed == 1
    causes = [row["cause"] for row in place.rows("SELECT cause FROM revisions ORDER BY revision")]
    assert causes == ["copy", "parser"]
    headline, body = place.rows("SELECT headline, body FROM articles")[0]
    assert (headline, "ba tạ" in body) == ("Làng nghề bún khô vào vụ", True)
    again = reread(place)
    assert (again.unchanged, again.changed, again.details) == (2, 0, 0)
    assert place.one("SELECT count(*) FROM revisions") == 2


def test_a_copy_that_is_none_any_more_stays_as_it_is_and_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest_as_before(place, save(place), lambda copy: copy)
    monkeypatch.setattr("crawler.ingesting.parse_copy", parse_nothing)
    tally = reread(place)
    assert (tally.lost, tally.sound) == (1, False)
    assert place.one("SELECT count(*) FROM articles") == 1


def parse_nothing(_text: str) -> Copy:
    raise NotCopyError("no copy", "a test says so")


def test_the_archive_alone_gives_the_copies_back(place: Place, tmp_path: Path) -> None:
    other = Place(tmp_path / "other")
    other.folder.mkdir()
    path = save(place)
    place.scrapy("ingest", path)
    assert other.scrapy("ingest", place.folder / "archive").code == 0
    sql = "SELECT article_id, source, url, seen_at, headline, lead, body, byline, captions FROM copies"
    assert [tuple(row) for row in other.rows(sql)] == [tuple(row) for row in place.rows(sql)]
    assert other.one("SELECT url FROM fetches") == str(path)


def test_what_others_log_as_plain_text_is_no_copy(place: Place) -> None:
    log = record(
        COPY.format(url=URL).encode(),
        kind="resource",
        url="metadata://gnu.org/software/wget/warc/wget.log",
        extra=("Content-Type: text/plain",),
    )
    write(place.folder / "other.warc", log, record())
    place.scrapy("ingest", place.folder / "other.warc")
    assert place.one("SELECT count(*) FROM copies") == 0
    assert place.one("SELECT count(*) FROM fetches") == 1
