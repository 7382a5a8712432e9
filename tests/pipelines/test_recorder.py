"""The Recorder: one fetch is one transaction, whole or not at all."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Cause, Fetch, FetchKind, Outcome, Photo
from crawler.site.urls import article_id
from pipelines.database import errors, open_database
from pipelines.database.verify import verify
from pipelines.dedupe import Dedupe
from pipelines.recorder import Recorder
from pipelines.store import Store
from pipelines.validate import Validate
from tests.pipelines.factory import NOON, Desk, article, body, fetch, index_in_step, sound

# A photo whose place is no number breaks a STRICT column in the middle of the writing: a bug of a caller.
BROKEN_PHOTO = {"photos": (Photo(url="https://a/b.jpg", paragraph="không phải số"),)}  # type: ignore[arg-type]


MOVED_FROM = "20260716171703717"


def elsewhere(desk: Desk) -> sqlite3.Connection:
    """Another process' view of the file."""
    return open_database(desk.path, create=False, readonly=True).conn


def seen(desk: Desk) -> int:
    """How many articles another process sees."""
    conn = elsewhere(desk)
    try:
        return int(conn.execute("SELECT count(*) FROM articles").fetchone()[0])
    finally:
        conn.close()


def test_live_each_fetch_is_committed_by_itself(desk: Desk) -> None:
    for n in (1, 2):
        desk.record(article(n))
        assert seen(desk) == n


def test_in_batches_every_nth_commits_and_closing_commits_the_rest(desk: Desk) -> None:
    counts = []
    with desk.another(batch=3) as recorder:
        for n in range(1, 6):
            recorder.record(fetch(article(n)))
            counts.append(seen(desk))
    assert counts == [0, 0, 3, 3, 3]
    assert seen(desk) == 5


def test_flush_commits_at_once(desk: Desk) -> None:
    recorder = desk.another(batch=100)
    recorder.record(fetch(article()))
    recorder.flush()
    assert seen(desk) == 1


def test_a_fetch_that_fails_in_the_middle_leaves_nothing_of_itself(desk: Desk) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        desk.record(article(**BROKEN_PHOTO))
    tables = (
        "articles",
        "identities",
        "photos",
        "fetches",
        "run_counts",
        "tags",
        "sections",
        "shingle_bands",
    )
    assert [desk.count(table) for table in tables] == [0] * 8
    assert desk.record(article()).outcome is Outcome.NEW


def test_a_fetch_that_fails_does_not_take_the_batch_with_it(desk: Desk) -> None:
    with desk.another(batch=100) as recorder:
        recorder.record(fetch(article(1)))
        recorder.record(fetch(article(1), hours=1))
        with pytest.raises(sqlite3.IntegrityError):
            recorder.record(fetch(article(2, **BROKEN_PHOTO)))
        recorder.record(fetch(article(3)))
    outcomes = desk.all("SELECT outcome FROM fetches ORDER BY id")
    assert [row["outcome"] for row in outcomes] == ["new", "unchanged", "new"]
    assert {row["id"] for row in desk.all("SELECT id FROM articles")} == {article(1).id, article(3).id}


def test_a_batch_comes_into_the_full_text_index_together_at_its_end(desk: Desk) -> None:
    old, new = article(1, id=MOVED_FROM, headline="Mùa dừa sáp"), article(2, headline="Mùa dừa sáp")
    moved = fetch(new, hours=1, aliases=(f"https://baotintuc.vn/kinh-te/mua-dua-sap-{MOVED_FROM}.htm",))
    with desk.another(batch=5, identify=article_id) as recorder:
        for one in (old, new, article(3)):
            recorder.record(fetch(one))
        assert desk.count("unindexed") == 1 + 3
        assert found(desk, "dừa") == []
        recorder.record(
            fetch(article(3, headline="Cầu Rạch Miễu thông xe"), hours=1)
        )  # edited while it waits
        recorder.record(moved)  # and the first two are joined
    assert desk.count("unindexed") == 0
    assert found(desk, "dừa") == [new.headline]
    assert found(desk, "thông xe") == ["Cầu Rạch Miễu thông xe"]
    index_in_step(desk.db)


def found(desk: Desk, words: str) -> list[str]:
    """The headlines that the full-text index finds."""
    sql = "SELECT headline FROM articles WHERE key IN (SELECT rowid FROM articles_fts(?))"
    return [row["headline"] for row in desk.all(sql, f'"{words}"')]


def test_live_an_article_is_indexed_with_its_row(desk: Desk) -> None:
    desk.record(article(headline="Mùa dừa sáp"))
    assert (desk.count("unindexed"), found(desk, "dừa sáp")) == (0, ["Mùa dừa sáp"])


def test_what_is_written_again_after_a_failure_is_indexed_too(desk: Desk) -> None:
    with desk.another(batch=100) as recorder:
        recorder.record(fetch(article(1, headline="Mùa dừa sáp")))
        with pytest.raises(sqlite3.IntegrityError):
            recorder.record(fetch(article(2, **BROKEN_PHOTO)))
    assert (desk.count("unindexed"), found(desk, "dừa sáp")) == (0, ["Mùa dừa sáp"])


def test_keep_is_called_with_the_outcome_and_before_anything_is_written(desk: Desk) -> None:
    calls: list[tuple[Outcome | None, int]] = []

    def keep(one: Fetch) -> tuple[str, int]:
        calls.append((one.outcome, desk.count("articles")))
        return "2026-11-20.warc.gz", 4096

    recorder = desk.another(keep=keep)
    found = recorder.record(fetch(article()))
    recorder.record(fetch(article(headline=None), hours=1))
    assert calls == [(Outcome.NEW, 0), (Outcome.INVALID, 1)]
    assert (found.archive_file, found.archive_offset) == ("2026-11-20.warc.gz", 4096)
    row = desk.all("SELECT archive_file, archive_offset FROM fetches")[0]
    assert tuple(row.values()) == ("2026-11-20.warc.gz", 4096)


def test_keep_may_have_nothing_to_keep_and_is_not_asked_for_what_is_kept(desk: Desk) -> None:
    asked: list[str] = []
    recorder = desk.another(keep=lambda one: asked.append(one.url))
    assert recorder.record(fetch(article(1))).archive_file is None
    recorder.record(fetch(article(2), archive_file="cũ.warc.gz", archive_offset=7))
    assert asked == [article(1).url]


def test_the_ledger_says_all_that_the_fetch_says(desk: Desk) -> None:
    desk.record(
        fetch(
            article(),
            bytes=281_000,
            elapsed_ms=321,
            etag='"1"',
            last_modified="Fri, 20 Nov 2026 05:00:00 GMT",
            warnings=("JSON-LD hỏng",),
        )
    )
    row = desk.one("SELECT * FROM fetches")
    assert row == {
        "id": 1,
        "run_id": desk.run_id,
        "kind": "article",
        "url": article().url,
        "article_id": article().id,
        "warnings": '["JSON-LD hỏng"]',
        "fetched_at": "2026-11-20T05:00:00Z",
        "status": 200,
        "outcome": "new",
        "reason": None,
        "bytes": 281_000,
        "elapsed_ms": 321,
        "etag": '"1"',
        "last_modified": "Fri, 20 Nov 2026 05:00:00 GMT",
        "archive_file": None,
        "archive_offset": None,
    }


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (FetchKind.FEED, Outcome.READ),
        (FetchKind.LISTING, Outcome.READ),
        (FetchKind.SITEMAP, Outcome.READ),
        (FetchKind.ROBOTS, Outcome.READ),
        (FetchKind.ARTICLE, Outcome.INVALID),
        (FetchKind.FILE, Outcome.INVALID),
    ],
)
def test_every_fetch_gets_an_outcome(desk: Desk, kind: FetchKind, outcome: Outcome) -> None:
    assert desk.record(fetch(None, kind=kind)).outcome is outcome


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_decided_elsewhere_stands(desk: Desk, outcome: Outcome) -> None:
    found = desk.record(fetch(None, url="tệp.html", outcome=outcome, reason="vì thế"))
    assert (found.outcome, found.reason) == (outcome, "vì thế")
    assert desk.one("SELECT outcome, reason FROM fetches") == {"outcome": outcome, "reason": "vì thế"}


class Stats:
    """As much of Scrapy's collector as the steps use."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}

    def inc_value(self, key: str, count: int = 1) -> None:
        self.values[key] = self.values.get(key, 0) + count


class Crawler:
    """As much of Scrapy's crawler as the steps use."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.stats = Stats()


def test_the_three_steps_do_what_the_recorder_does(desk: Desk) -> None:
    crawler: Any = Crawler(desk.recorder)
    steps: list[Any] = [step.from_crawler(crawler) for step in (Validate, Dedupe, Store)]

    def through(one: Any) -> Fetch:
        for step in steps:
            one = step.process_item(one)
        assert isinstance(one, Fetch)
        return one

    same = {"headline": article(1).headline, "lead": article(1).lead, "body": article(1).body}
    outcomes = [
        through(fetch(article(1))).outcome,
        through(fetch(article(2, **same, photos=article(1).photos))).outcome,
        through(fetch(article(3, headline=None))).outcome,
        through(fetch(None, kind=FetchKind.FEED)).outcome,
    ]
    assert outcomes == [Outcome.NEW, Outcome.DUPLICATE, Outcome.INVALID, Outcome.READ]
    assert crawler.stats.values == {
        "tintuc/outcome/article/new": 1,
        "tintuc/outcome/article/duplicate": 1,
        "tintuc/outcome/article/invalid": 1,
        "tintuc/outcome/feed/read": 1,
    }


def test_items_that_overtake_each_other_between_the_steps_are_decided_when_written(desk: Desk) -> None:
    """Two fetches of one article are both prepared before either is stored."""
    dedupe = Dedupe()
    prepared = [
        dedupe.process_item(Validate(Crawler(desk.recorder)).process_item(fetch(article()))) for _ in "ab"
    ]  # type: ignore[arg-type]
    assert [desk.recorder.record(one).outcome for one in prepared] == [Outcome.NEW, Outcome.UNCHANGED]


def limit_pages(desk: Desk, more: int) -> None:
    """Let the file grow by so many pages and no more, as a full disk would."""
    (pages,) = desk.db.conn.execute("PRAGMA page_count").fetchone()
    desk.db.conn.execute(f"PRAGMA max_page_count = {pages + more}")


@pytest.mark.parametrize("batch", [1, 50])
def test_a_full_disk_is_one_clear_line_and_what_was_there_is_intact(desk: Desk, batch: int) -> None:
    recorder = desk.another(batch=batch)
    for n in range(1, 11):
        recorder.record(fetch(article(n)))
    recorder.flush()
    limit_pages(desk, 8)
    with pytest.raises(errors.FullError, match="no room left") as caught:
        for n in range(11, 500):
            recorder.record(fetch(article(n)))
        recorder.flush()
    assert "\n" not in str(caught.value)
    assert str(desk.path) in str(caught.value)
    if desk.db.conn.in_transaction:
        recorder.flush()
    sound(desk.db)
    index_in_step(desk.db)
    assert desk.count("articles") >= 10
    assert desk.count("articles") == desk.count("fetches")


@pytest.mark.parametrize("more", range(0, 24, 2))
def test_a_disk_that_fills_while_a_batch_is_written_again_leaves_no_half_of_an_article(
    desk: Desk, more: int
) -> None:
    for n in range(1, 7):
        desk.record(article(n))
    asked: list[None] = []

    def clock() -> datetime:
        asked.append(None)
        if len(asked) == 8:  # six edits, the one that fails, and the first of them again
            limit_pages(desk, more)
        return desk.now

    with (
        pytest.raises(errors.FullError, match="no room left"),
        desk.another(batch=9, clock=clock) as recorder,
    ):
        for n in range(1, 7):
            recorder.record(fetch(article(n, body=body(50 + n, paragraphs=60)), hours=1))
        recorder.record(fetch(article(7, **BROKEN_PHOTO)))
    desk.db.conn.execute("PRAGMA max_page_count = 1000000")
    assert verify(desk.path) == []
    assert [row["revision"] for row in desk.all("SELECT revision FROM articles")] == [1] * 6
    assert desk.record(article(7)).outcome is Outcome.NEW


def test_a_view_that_somebody_dropped_is_named_where_it_is_asked(desk: Desk) -> None:
    desk.record(article(1))
    desk.record(fetch(article(1, headline="Tít hai"), hours=2))
    view = desk.one("SELECT sql FROM sqlite_master WHERE name = 'revision_texts'")["sql"]
    desk.db.conn.execute("DROP VIEW revision_texts")
    with pytest.raises(
        errors.IncompleteError, match=r"view revision_texts is missing; `scrapy verify --repair`"
    ):
        desk.record(fetch(article(1, headline="Tít ba"), hours=1))
    desk.db.conn.execute(view)


def test_a_writer_in_another_process_is_waited_for_and_then_named(desk: Desk) -> None:
    other = sqlite3.connect(desk.path)
    other.execute("BEGIN IMMEDIATE")
    desk.db.conn.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(errors.LockedError, match="another process is writing"):
        desk.record(article())
    other.rollback()
    other.close()
    assert desk.record(article()).outcome is Outcome.NEW


def test_readers_neither_wait_nor_make_wait(desk: Desk) -> None:
    desk.record(article(1))
    readers = [elsewhere(desk) for _ in range(3)]
    for reader in readers:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
    recorder = desk.another(batch=10)
    recorder.record(fetch(article(2)))
    during = [reader.execute("SELECT count(*) FROM articles").fetchone() for reader in readers]
    recorder.flush()
    after = [reader.execute("SELECT count(*) FROM articles").fetchone() for reader in readers]
    assert during == after == [(1,)] * 3, "a reader's transaction sees one moment"
    for reader in readers:
        reader.close()
    assert seen(desk) == 2


def test_two_writers_take_turns(desk: Desk) -> None:
    other = open_database(desk.path, create=False)
    second = Recorder(other, desk.run_id, clock=lambda: NOON)
    for n in range(1, 9):
        (desk.recorder if n % 2 else second).record(fetch(article(n)))
    second.close()
    other.close()
    assert desk.count("articles") == 8


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_went_away_is_noticed_at_the_next_commit(tmp_path: Path, replaced: bool) -> None:
    lost = Desk(tmp_path / "data" / "a.db")
    lost.record(article(1))
    (tmp_path / "data").rename(tmp_path / "away")
    if replaced:
        Desk(tmp_path / "data" / "a.db").db.close()
    with pytest.raises(errors.VanishedError, match="deleted or replaced while in use"):
        lost.record(article(2))
    lost.db.close()
    left = Desk(tmp_path / "away" / "a.db")
    assert left.count("articles") == 1
    left.db.close()


def test_a_fetch_dated_in_the_future_counts_as_of_now(desk: Desk) -> None:
    """A wrong clock, or the WARC-Date of somebody's archive: no page would be newer for years."""
    desk.record(fetch(article(1, headline="Tít một"), hours=-1))
    found = desk.recorder.record(fetch(article(1, headline="Tít một"), hours=24 * 3650, kind=FetchKind.FILE))
    assert found.outcome is Outcome.UNCHANGED
    said = "dated in the future, 2036-11-17T05:00:00Z: it counts as fetched now"
    assert found.warnings == (said,)
    row = desk.one("SELECT fetched_at, warnings FROM fetches ORDER BY id DESC LIMIT 1")
    assert row == {"fetched_at": "2026-11-20T05:00:00Z", "warnings": f'["{said}"]'}
    assert desk.one("SELECT last_seen_at FROM articles")["last_seen_at"] == "2026-11-20T05:00:00Z"
    assert desk.record(fetch(article(1, headline="Tít hai"), hours=1)).outcome is Outcome.UPDATED
    assert desk.one("SELECT headline FROM articles")["headline"] == "Tít hai"


def test_nor_does_reading_such_a_page_again_show_the_article_today(desk: Desk) -> None:
    desk.record(article(1))
    desk.now += timedelta(days=3)
    again = fetch(article(1, section=None), hours=24 * 3650, cause=Cause.PARSER, kind=FetchKind.FILE)
    assert desk.recorder.record(again).rewritten
    assert desk.one("SELECT last_seen_at FROM articles")["last_seen_at"] == "2026-11-20T05:00:00Z"
