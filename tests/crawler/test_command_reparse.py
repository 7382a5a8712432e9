"""``scrapy reparse``: the raw archive read again; what an older parser got wrong is put right."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Article
from crawler.parsers import parse_article
from tests.crawler import past
from tests.crawler.past import Page, dump, number, pages, record, reread, warcs
from tests.replica import Replica
from tests.running import ROOT, Ended, Place


def headlines(place: Place) -> set[str]:
    return {row[0] for row in place.rows("SELECT headline FROM articles")}


def right(some: tuple[Page, ...]) -> set[str]:
    """The headlines as today's parser reads them."""
    return {parse_article(page.body, page.url).headline or "" for page in some}


class TestWhatChanges:
    def test_what_the_old_parser_got_wrong_becomes_a_revision(self, place: Place) -> None:
        record(place, pages(), past.shouting)
        ended = place.scrapy("reparse")
        assert ended.code == 0, ended.err
        assert headlines(place) == right(pages())
        rows = place.rows("SELECT cause, changed, headline FROM revisions")
        assert {(row["cause"], row["changed"]) for row in rows} == {("parser", '["headline"]')}
        assert {row["headline"] for row in rows} == {f"SAI {one}" for one in right(pages())}
        assert number(ended.err, "changed") == len(pages())

    def test_the_record_is_then_what_today_s_parser_would_have_made_of_the_pages(
        self, place: Place, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        other = Place(tmp_path_factory.mktemp("today"))
        record(other, pages())
        record(place, pages(), past.without_signatures)
        assert reread(place).sound
        assert dump(place, but=["revision"]) == dump(other, but=["revision"])

    def test_the_ledger_says_which_and_where_their_pages_are(self, place: Place) -> None:
        first, *others = pages()
        record(place, [first], past.shouting)
        record(place, others, hours=1)
        assert reread(place).sound
        sql = "SELECT f.* FROM fetches f JOIN runs r ON r.id = f.run_id WHERE r.spider = ?"
        (row,) = place.rows(sql, "reparse")
        (kept,) = place.rows(sql + " AND f.url = ?", "baotintuc", first.url)
        assert (row["outcome"], row["reason"], row["kind"]) == ("updated", "changed: headline", "file")
        assert [row[name] for name in ("url", "archive_file", "archive_offset", "fetched_at")] == [
            kept[name] for name in ("url", "archive_file", "archive_offset", "fetched_at")
        ]

    def test_the_run_keeps_its_numbers(self, place: Place) -> None:
        record(place, pages(), past.shouting)
        reread(place, until=date(2030, 1, 1))
        run = place.rows("SELECT * FROM runs ORDER BY id")[-1]
        assert (run["spider"], run["finish_reason"]) == ("reparse", "finished")
        assert run["arguments"] == '{"until": "2030-01-01"}'
        assert f'"tintuc/reparse/field/headline": {len(pages())}' in run["stats"]

    def test_what_is_not_part_of_the_text_is_put_right_without_a_revision(self, place: Place) -> None:
        def no_section(article: Article) -> Article:
            return replace(article, section=None, contributors=(), related=())

        record(place, pages(), no_section)
        tally = reread(place)
        assert tally.details == len(pages())
        assert place.one("SELECT count(*) FROM revisions") == 0
        assert place.one("SELECT count(*) FROM articles WHERE section_id IS NULL") == 0
        assert place.one("SELECT count(*) FROM contributors") > 0
        assert place.one("SELECT count(*) FROM related") > 0

    def test_what_was_invalid_and_can_be_read_becomes_an_article(self, place: Place) -> None:
        record(place, pages(), past.blind)
        assert place.one("SELECT count(*) FROM articles") == 0
        tally = reread(place)
        assert headlines(place) == right(pages())
        assert tally.recovered == len(pages())
        again = reread(place)
        assert (again.recovered, again.unchanged) == (0, len(pages()))

    def test_an_article_of_the_generic_reader_is_read_by_its_template(self, place: Place) -> None:
        record(place, pages(), lambda article: replace(article, template="generic", byline=None))
        assert reread(place).sound
        assert place.one("SELECT count(*) FROM articles WHERE template = 'generic'") == 0
        assert {row["cause"] for row in place.rows("SELECT cause FROM revisions")} == {"parser"}

    def test_an_article_that_a_copy_stands_in_for_is_replaced_by_its_page(self, place: Place) -> None:
        page = pages()[0]
        article = parse_article(page.body, page.url)
        record(place, [page], past.blind)
        copied = f"{article.headline}\n\n{article.lead}\n\n{article.body}\n\nNguồn: {page.url}\n"
        (place.folder / "copy.txt").write_text(copied, encoding="utf-8")
        assert place.scrapy("ingest", place.folder / "copy.txt").code == 0
        assert place.one("SELECT template FROM articles") == "copy"
        assert reread(place).sound
        assert place.one("SELECT template FROM articles") == article.template


class TestWhatStays:
    def test_nothing_changes_where_the_parser_is_the_same(self, place: Place) -> None:
        record(place, pages())
        before = dump(place), dump(place, "fetches", "revisions")
        tally = reread(place)
        assert tally.sound
        assert (dump(place), dump(place, "fetches", "revisions")) == before
        assert tally.unchanged == len(pages())

    def test_a_crawl_with_edits_moves_and_withdrawals_reads_the_same_again(self, place: Place) -> None:
        with Replica(seed=6, articles=24) as replica:
            some = [one.id for one in replica.articles]
            for change in (lambda: None, lambda: replica.edit(some[0], headline="Tít đã sửa")):
                change()
                assert place.crawl(replica.origin, "-a", "recheck=1000").code == 0
            replica.move(some[1])
            replica.withdraw(some[2])
            with place.connection() as conn:
                conn.execute("UPDATE articles SET next_check_at = '2000-01-01T00:00:00Z'")
                conn.commit()
            place.crawl(replica.origin, "-a", "recheck=1000")
        before = dump(place), dump(place, "fetches", "revisions")
        tally = reread(place)
        assert (tally.sound, tally.unchanged) == (True, 24)
        assert (dump(place), dump(place, "fetches", "revisions")) == before
        assert place.one("SELECT count(*) FROM articles WHERE withdrawn_at IS NOT NULL") == 1

    def test_an_earlier_page_never_replaces_a_later_text(self, place: Place) -> None:
        page = pages()[0]
        headline = parse_article(page.body, page.url).headline or ""
        later = page.edited(headline, "Tít của ngày hôm sau")
        record(place, [page], past.shouting)
        record(place, [later], past.shouting, hours=24)
        assert reread(place).sound
        assert headlines(place) == {"Tít của ngày hôm sau"}
        texts = place.rows("SELECT headline FROM revision_texts WHERE NOT current ORDER BY revision")
        assert [row[0] for row in texts] == [f"SAI {headline}", "SAI Tít của ngày hôm sau"]

    def test_nor_where_the_later_page_is_broken_in_the_archive(self, place: Place) -> None:
        page = pages()[0]
        record(place, [page], past.shouting)
        headline = parse_article(page.body, page.url).headline or ""
        record(place, [page.edited(headline, "Tít hôm sau")], hours=24)
        spoil(warcs(place)[-1])
        assert not reread(place).sound
        assert headlines(place) == {"Tít hôm sau"}

    def test_nor_where_the_later_page_was_not_kept(self, place: Place) -> None:
        page = pages()[0]
        record(place, [page], past.shouting)
        headline = parse_article(page.body, page.url).headline or ""
        record(place, [page.edited(headline, "Tít hôm sau")], hours=24, keep=False)
        tally = reread(place)
        assert (tally.sound, tally.not_kept) == (True, 1)
        assert headlines(place) == {"Tít hôm sau"}

    def test_a_page_ingested_late_does_not_decide(self, place: Place) -> None:
        page = pages()[0]
        headline = parse_article(page.body, page.url).headline or ""
        record(place, [page], past.shouting, hours=24)
        record(place, [page.edited(headline, "Tít hôm trước")], past.shouting)
        assert reread(place).sound
        assert headlines(place) == {headline}

    def test_details_of_a_later_page_are_not_taken_back(self, place: Place) -> None:
        page = pages()[0]
        record(place, [page])
        record(place, [page], lambda article: replace(article, section=None), hours=24)
        before = dump(place)
        later = reread(place)
        assert later.details == 1  # of the later page
        assert dump(place, "articles") != before["articles"]
        assert place.one("SELECT max(archive_offset) FROM fetches WHERE fetched_at >= '2026-09-21'") > 0

    def test_a_page_that_is_no_article_any_more_is_told_and_stays(
        self, place: Place, capsys: pytest.CaptureFixture[str]
    ) -> None:
        page = pages()[0]
        wrong = Page(page.url, "<html><body><p>Không tìm thấy trang</p></body></html>".encode())
        article = parse_article(page.body, page.url)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(past, "parse_article", lambda body, url: article)
            record(place, [wrong, *pages()[1:3]])
        before = dump(place)
        tally = reread(place)
        assert not tally.sound
        assert f"no longer read as article {article.id}, which stays as it is" in capsys.readouterr().err
        assert tally.lost == 1
        assert dump(place) == before


class TestDryRun:
    def test_shows_each_field_before_and_after_and_how_many(self, place: Place) -> None:
        record(place, pages()[:4], past.shouting)
        record(place, pages()[4:], hours=1)
        ended = place.scrapy("reparse", "--dry-run")
        assert ended.code == 0
        assert "headline: 4 articles" in ended.out
        assert number(ended.err, "would change") == 4
        assert number(ended.err, "unchanged") == len(pages()) - 4
        minus = [line.strip() for line in ended.out.splitlines() if line.strip().startswith("- SAI ")]
        assert len(minus) == 3
        assert sum(line.strip().startswith("+ ") for line in ended.out.splitlines()) == 3

    def test_writes_nothing_at_all(self, place: Place) -> None:
        record(place, pages()[:4], past.shouting)
        record(place, pages()[4:], past.blind)
        before = place.database.read_bytes()
        ended = place.scrapy("reparse", "--dry-run")
        assert number(ended.err, "would become articles") == len(pages()) - 4
        assert place.database.read_bytes() == before
        assert not place.database.with_name("baotintuc.db.lock").exists()

    def test_waits_for_nobody(self, place: Place) -> None:
        from crawler.lock import RunLock

        record(place, pages(), past.shouting)
        with RunLock(place.database, "crawl baotintuc"):
            assert place.scrapy("reparse", "--dry-run", TINTUC_WAIT=0).code == 0


class TestFilters:
    @pytest.fixture
    def filled(self, place: Place) -> Place:
        """Four articles fetched on 20 September, four on the 22nd, all of them read wrong."""
        record(place, pages()[:4], past.shouting)
        record(place, pages()[4:8], lambda one: replace(past.shouting(one), template="generic"), hours=48)
        return place

    @pytest.mark.parametrize(
        ("options", "count"),
        [
            ({"since": date(2026, 9, 22)}, 4),
            ({"until": date(2026, 9, 22)}, 8),
            ({"until": date(2026, 9, 21)}, 4),
            ({"since": date(2026, 9, 21), "until": date(2026, 9, 21)}, 0),
            ({"template": "generic"}, 4),
        ],
    )
    def test_by_local_day_of_fetching_and_by_template(
        self, filled: Place, options: dict[str, Any], count: int
    ) -> None:
        assert reread(filled, **options).sound
        assert filled.one("SELECT count(*) FROM articles WHERE headline NOT LIKE 'SAI %'") == count

    def test_by_id(self, filled: Place) -> None:
        id_ = filled.one("SELECT id FROM articles ORDER BY key LIMIT 1")
        assert filled.scrapy("reparse", "--id", id_).code == 0
        (row,) = filled.rows("SELECT id FROM articles WHERE headline NOT LIKE 'SAI %'")
        assert row["id"] == id_

    def test_by_the_id_of_a_page_that_gave_no_article(self, place: Place) -> None:
        record(place, pages(), past.blind)
        id_ = parse_article(pages()[3].body, pages()[3].url).id
        assert reread(place, id=id_).sound
        assert [row["id"] for row in place.rows("SELECT id FROM articles")] == [id_]

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (("--since", "24/9/2026"), "--since is not a date like 2026-09-24"),
            (("--until", "hôm qua"), "--until is not a date"),
            (("--since", "0001-01-01"), "--since is not a date like 2026-09-24"),
            (("--until", "9999-12-31"), "--until is not a date like 2026-09-24"),
            (
                ("--since", "2026-10-02", "--until", "2026-10-01"),
                "--since 2026-10-02 is after --until 2026-10-01: swap them",
            ),
            (("--id", ""), "--id is empty"),
            (("--template", ""), "--template is empty"),
            (("--parquet", ""), "--parquet is empty"),
            (("--template", "2030"), "no article was read by template '2030'; there are 20"),
            (("--id", "20990101000000000"), "no page of article 20990101000000000 is known"),
            (("--jobs", "0"), "--jobs must be a whole number of at least 1"),
        ],
    )
    def test_a_value_that_can_not_be_is_one_line(
        self, filled: Place, options: tuple[str, ...], says: str
    ) -> None:
        ended = filled.scrapy("reparse", *options)
        assert ended.code == 1
        assert says in ended.line


def spoil(path: Path, at: int = -1) -> None:
    """Damage a WARC file in the middle of what its last record holds, or at a byte."""
    data = bytearray(path.read_bytes())
    at = at if at >= 0 else len(data) // 2
    data[at : at + 40] = bytes(40)
    path.write_bytes(data)


class TestBrokenArchive:
    def test_a_broken_record_is_named_counted_and_stops_nothing(self, place: Place) -> None:
        record(place, pages(), past.shouting)
        file, offset = place.rows("SELECT archive_file, archive_offset FROM fetches ORDER BY id")[5]
        spoil(place.folder / "archive" / file, offset + 2000)
        ended = place.scrapy("reparse")
        assert ended.code == 3
        assert number(ended.err, "missing or broken in the archive") == 1
        assert f"no page at byte {offset} of " in ended.err
        assert place.one("SELECT count(*) FROM articles WHERE headline LIKE 'SAI %'") == 1
        assert "Traceback" not in ended.err

    def test_a_missing_file_is_one_line(self, place: Place) -> None:
        record(place, pages()[:5], past.shouting)
        record(place, pages()[5:], past.shouting, hours=1)
        warcs(place)[0].unlink()
        ended = place.scrapy("reparse")
        assert ended.code == 3
        assert sum("is not there (5 pages)" in line for line in ended.err.splitlines()) == 1
        assert place.one("SELECT count(*) FROM articles WHERE headline LIKE 'SAI %'") == 5

    def test_what_the_retention_deleted_is_no_fault(self, place: Place) -> None:
        record(place, pages()[:5])
        warcs(place)[0].unlink()
        tally = reread(place, days=1)
        assert (tally.sound, tally.expired) == (True, 5)

    def test_a_torn_tail_costs_only_the_record_it_tore(self, place: Place) -> None:
        record(place, pages(), past.shouting)
        (path,) = warcs(place)
        last = place.one("SELECT max(archive_offset) FROM fetches")
        path.write_bytes(path.read_bytes()[: last + 500])
        assert reread(place).broken == 1
        assert place.one("SELECT count(*) FROM articles WHERE headline LIKE 'SAI %'") == 1

    def test_no_archive_is_one_line(self, place: Place) -> None:
        record(place, pages()[:1], keep=False)
        ended = place.scrapy("reparse")
        assert ended.code == 1
        assert "there is no raw archive at" in ended.line
        off = place.scrapy("reparse", TINTUC_ARCHIVE="")
        assert off.code == 1
        assert "TINTUC_ARCHIVE is empty" in off.line

    @pytest.mark.parametrize("options", [(), ("--dry-run",)])
    def test_no_database_is_one_line_and_none_is_made(self, place: Place, options: tuple[str, ...]) -> None:
        (place.folder / "archive").mkdir()
        ended = place.scrapy("reparse", *options)
        assert ended.code == 1
        assert "no such database" in ended.line
        assert [path.name for path in place.folder.iterdir()] == ["archive"]


def test_any_number_of_processes_records_the_same_in_the_same_order(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    some, past_folder = pages(80, seed=13), tmp_path_factory.mktemp("past")
    record(Place(past_folder), some[:50], past.shouting, max_bytes=60_000)
    record(Place(past_folder), some[50:], past.blind, hours=1)
    told = []
    for jobs in (1, 2, 3):
        place = Place(tmp_path_factory.mktemp("jobs") / str(jobs))
        shutil.copytree(past_folder, place.folder)
        assert place.scrapy("reparse", "--jobs", jobs).code == 0
        told.append((dump(place, *past.TABLES, "fetches"), dump(place, "revisions", but=["seen_at"])))
    assert told[0] == told[1] == told[2]
    assert len(told[0][0]["articles"]) == 80


STRUCK = """
import os, signal, sys
from pipelines.recorder import Recorder
from crawler.reparsing import running
if __name__ == "__main__":
    running.BATCH = 10
    record, left, struck_by = Recorder.record, [25], getattr(signal, sys.argv[1])
    def struck(self, fetch):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), struck_by)
        return record(self, fetch)
    Recorder.record = struck
    sys.argv = ["scrapy", "reparse", "--jobs", "2"]
    from scrapy.cmdline import execute
    execute()
"""
"""The command, struck by a signal while it records its 25th change."""


def strike(place: Place, name: str) -> Ended:
    script = place.folder / "struck.py"
    script.write_text(STRUCK)
    environment = place.environment() | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script), name],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def test_files_of_before_there_were_folders_are_read_where_they_lie(place: Place) -> None:
    some = pages()
    record(place, some[:6], past.shouting)
    for path in warcs(place):
        path.rename(place.folder / "archive" / path.name)
    with place.connection() as conn:
        conn.execute("UPDATE fetches SET archive_file = replace(archive_file, '2026-09/', '')")
        conn.commit()
    record(place, some[6:], past.shouting, hours=1)
    assert [path.parent.name for path in warcs(place)] == ["archive", "2026-09"]
    ended = place.scrapy("reparse")
    assert (ended.code, number(ended.err, "changed")) == (0, len(some)), ended.err
    assert headlines(place) == right(some)


class TestEndings:
    def test_killed_in_the_middle_it_goes_through_the_next_time(self, place: Place) -> None:
        some = pages(80, seed=13)
        record(place, some, past.shouting)
        assert strike(place, "SIGKILL").code == -signal.SIGKILL
        assert place.one("SELECT count(*) FROM articles WHERE headline NOT LIKE 'SAI %'") == 20
        ended = place.scrapy("reparse")
        assert (ended.code, number(ended.err, "changed")) == (0, 60)
        assert headlines(place) == right(some)
        assert place.one("SELECT count(*) FROM revisions") == 80
        assert place.scrapy("verify").code == 0

    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
    def test_stopped_by_a_signal_it_keeps_what_it_has(self, place: Place, name: str) -> None:
        record(place, pages(80, seed=13), past.shouting)
        ended = strike(place, name)
        assert ended.code == 130, ended.err
        assert ended.line == "tintuc: stopped"
        assert place.one("SELECT count(*) FROM articles WHERE headline NOT LIKE 'SAI %'") == 24
        assert place.rows("SELECT finish_reason FROM runs ORDER BY id")[-1][0] == "shutdown"

    def test_another_run_is_waited_for_only_so_long(self, place: Place) -> None:
        from crawler.lock import RunLock

        record(place, pages()[:1])
        with RunLock(place.database, "crawl baotintuc"):
            ended = place.scrapy("reparse", TINTUC_WAIT=0)
        assert ended.code == 75
        assert "is in use by crawl baotintuc" in ended.line

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (("archive/",), "unknown argument: archive/"),
            (("--quiet",), "unknown option: --quiet"),
            (("--scheduler", "tcp://x:1"), "--scheduler goes with --engine dask"),
            (("--parquet", "out", "--dry-run"), "--dry-run does not go with it"),
            (("--engine", "spark"), "invalid choice"),
        ],
    )
    def test_wrong_usage_exits_2(self, place: Place, options: tuple[str, ...], says: str) -> None:
        ended = place.scrapy("reparse", *options)
        assert ended.code == 2
        assert says in ended.err
        assert "Traceback" not in ended.err
