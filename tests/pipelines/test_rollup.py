"""Roll-up of the ledger: what only says "as before" becomes a count, nothing that explains goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.items import Fetch, FetchKind, Outcome, Section
from crawler.site.urls import article_id
from pipelines.database import open_database, queries, rollup, runs
from pipelines.database.archived import Wanted, archived
from pipelines.database.rollup import roll_up
from pipelines.database.verify import repair, verify
from pipelines.dedupe import READ_ANEW
from tests.pipelines.factory import NOON, Desk, article, failure, feed, fetch

FEED = "https://baotintuc.vn/thoi-su.rss"
LATER = NOON + timedelta(days=40)
MONTH_AGO = LATER - timedelta(days=30)
UNCHANGED = 'SELECT count(*) AS n FROM fetches WHERE outcome = "unchanged"'


class Ledger(Desk):
    """A desk at which a new run begins whenever it is told so."""

    def run(self, *fetches: Fetch, days: float = 0) -> int:
        """One run, so many days after noon, that records these."""
        moment = NOON + timedelta(days=days)
        self.run_id = runs.start_run(self.db, "baotintuc", {}, moment)
        self.now = moment
        recorder = self.another()
        for one in fetches:
            recorder.record(replace(one, fetched_at=moment))
        return self.run_id

    def roll_up(self, **options: Any) -> int:
        """Roll up what is a month old forty days after noon."""
        return roll_up(self.db, MONTH_AGO, LATER, **options)

    def findings(self) -> list[str]:
        """What verify says of the file."""
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return [finding.what for finding in verify(self.path, now=LATER)]


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    """A ledger to write in; whatever a test does to it, verify finds nothing."""
    made = Ledger(tmp_path / "baotintuc.db")
    yield made
    assert made.findings() == []
    made.db.close()


def same_again(desk: Ledger, times: int = 5) -> None:
    """One article and its feed, read on as many days in a row."""
    for day in range(times):
        desk.run(feed(article().url), fetch(article()), days=day)


def test_old_rows_that_say_as_before_become_a_count_per_day(desk: Ledger) -> None:
    same_again(desk)
    assert desk.roll_up() == 7  # 4 of 5 readings of the feed, 3 of 4 of the article after the first
    counts = desk.all("SELECT day, kind, outcome, count FROM fetch_counts ORDER BY 1, 2")
    assert counts[:2] == [
        {"day": "2026-11-20", "kind": "feed", "outcome": "read", "count": 1},
        {"day": "2026-11-21", "kind": "article", "outcome": "unchanged", "count": 1},
    ]
    assert sum(one["count"] for one in counts) == 7


def test_the_latest_row_of_each_url_stays_with_its_validators(desk: Ledger) -> None:
    tagged = replace(feed(), etag='"1"', last_modified="Fri, 20 Nov 2026 05:00:00 GMT")
    same = replace(feed(), status=304, outcome=Outcome.NOT_MODIFIED)
    desk.run(replace(tagged, etag='"0"'))
    desk.run(tagged, days=1)
    for day in range(2, 6):
        desk.run(same, days=day)
    assert desk.roll_up() == 4
    assert queries.validators(desk.db, FEED) == ('"1"', "Fri, 20 Nov 2026 05:00:00 GMT")
    assert queries.last_fetched(desk.db, FEED) == NOON + timedelta(days=5)


def test_rows_that_explain_something_stay(desk: Ledger) -> None:
    url = article().url
    desk.run(fetch(article()))
    desk.run(fetch(article(headline="Tít sửa")), days=1)
    desk.run(failure(url), days=2)
    desk.run(failure(url, None, outcome=Outcome.NETWORK_ERROR), days=3)
    desk.run(fetch(None, outcome=Outcome.INVALID, reason="không có tít"), days=4)
    desk.run(replace(feed(), outcome=Outcome.INVALID, reason="không phải XML"), days=5)
    desk.run(feed(), fetch(article(headline="Tít sửa")), days=6)
    before = desk.count("fetches")
    assert desk.roll_up() == 0
    assert desk.count("fetches") == before


def test_a_row_that_tells_that_details_were_read_anew_stays(desk: Ledger) -> None:
    """Or ``reparse`` would take the page that was kept before for the one the article reads as."""
    kept = fetch(article(), archive_file="2026-11/a.warc.gz", archive_offset=1)
    moved_on = article(section=Section(name="Kinh tế", id=128, slug="kinh-te", parent_id=0))
    for day, one in enumerate((kept, fetch(moved_on), fetch(moved_on), fetch(moved_on))):
        desk.run(one, days=day)
    assert archived(desk.db, Wanted(), article_id).not_kept == 1
    assert desk.roll_up() == 1
    assert archived(desk.db, Wanted(), article_id).not_kept == 1
    assert [row["reason"] for row in desk.all("SELECT reason FROM fetches")] == [None, READ_ANEW, None]


def test_a_warning_stays_until_a_later_row_says_it_too(desk: Ledger) -> None:
    odd = replace(feed(), warnings=("answers with another feed: Home",))
    for day, one in enumerate((odd, odd, feed(), feed())):
        desk.run(one, days=day)
    assert desk.roll_up() == 2
    assert [row["warnings"] is None for row in desk.all("SELECT warnings FROM fetches")] == [False, True]


def test_what_was_read_for_some_days_only_stands_for_no_reading_of_all(desk: Ledger) -> None:
    some_days = replace(feed(), reason=f"{queries.IN_RANGE}: since 2026-11-24")
    desk.run(replace(feed(), etag='"1"'))
    for day in (4, 5, 6):
        desk.run(some_days, days=day)
    assert desk.roll_up() == 2
    assert queries.last_fetched(desk.db, FEED) == NOON
    assert queries.validators(desk.db, FEED) == ('"1"', None)


def test_a_row_that_leads_into_the_raw_archive_stays(desk: Ledger) -> None:
    kept = replace(feed(), archive_file="tintuc-20261120.warc.gz", archive_offset=0)
    desk.run(kept)
    desk.run(feed(), days=1)
    assert desk.roll_up() == 0


def test_a_robots_txt_that_is_always_missing_is_rolled_up_too(desk: Ledger) -> None:
    robots = fetch(None, url="https://baotintuc.vn/robots.txt", kind=FetchKind.ROBOTS, status=404)
    for day in range(3):
        desk.run(replace(robots, outcome=Outcome.READ), days=day)
    assert desk.roll_up() == 2


def test_younger_runs_are_left_alone(desk: Ledger) -> None:
    same_again(desk, times=2)
    for day in (30, 31):
        desk.run(feed(), days=day)
    assert desk.roll_up() == 2  # the last reading of the feed is in a young run now
    assert desk.one("SELECT count(*) AS n FROM runs WHERE rolled_up_at IS NULL")["n"] == 2


def test_a_row_that_was_the_latest_goes_once_a_later_one_is_rolled_up(desk: Ledger) -> None:
    desk.run(fetch(article()))
    desk.run(fetch(article()), days=1)
    assert desk.roll_up() == 0
    desk.run(fetch(article()), days=35)
    assert desk.roll_up() == 0  # nothing is older than a month that was not looked at
    assert roll_up(desk.db, LATER, LATER) == 1
    assert desk.one(UNCHANGED)["n"] == 1


def test_a_run_is_rolled_up_once_and_no_call_takes_long(desk: Ledger) -> None:
    same_again(desk)
    assert [desk.roll_up(most=1) for _ in range(7)] == [1, 2, 2, 2, 0, 0, 0]


def test_a_long_run_goes_in_several_transactions(desk: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup, "_BATCH", 3)
    desk.run(*(feed() for _ in range(10)))
    assert desk.roll_up() == 9


def test_a_kill_between_two_batches_leaves_a_whole_file_and_the_next_look_takes_the_rest_along(
    desk: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "_BATCH", 3)
    desk.run(*(feed() for _ in range(10)))
    whole, calls = rollup._roll_up_rows, iter(range(99))

    def killed(*given: Any) -> int:
        if next(calls) == 3:  # the first was for the empty run of the desk itself
            raise KeyboardInterrupt
        return whole(*given)

    with monkeypatch.context() as during:
        during.setattr(rollup, "_roll_up_rows", killed)
        with pytest.raises(KeyboardInterrupt):
            desk.roll_up()
    assert (desk.findings(), desk.count("fetches"), desk.roll_up()) == ([], 4, 0)
    desk.run(feed(), days=9)
    desk.run(feed(), days=11)
    assert desk.roll_up() == 5  # the four left behind, and that of the ninth day


def test_repair_counts_runs_that_were_rolled_up_by_what_was_counted_then(desk: Ledger) -> None:
    same_again(desk)
    desk.run(feed(), days=39)
    desk.roll_up()
    before = desk.all("SELECT * FROM run_counts"), desk.all("SELECT * FROM fetch_counts")
    desk.db.execute("DELETE FROM fetch_counts")
    assert desk.findings()
    repair(desk.path)
    assert (desk.all("SELECT * FROM run_counts"), desk.all("SELECT * FROM fetch_counts")) == before


def test_counters_that_do_not_add_up_are_found(desk: Ledger) -> None:
    same_again(desk)
    desk.roll_up()
    desk.db.execute("UPDATE fetch_counts SET count = count + 1 WHERE kind = 'feed' AND day = '2026-11-20'")
    assert desk.findings() == ["the counts of 2026-11-20 differ from what was rolled up"]
    desk.db.execute("UPDATE fetch_counts SET count = count - 1 WHERE kind = 'feed' AND day = '2026-11-20'")


def test_the_database_opens_as_before(desk: Ledger) -> None:
    same_again(desk)
    desk.roll_up()
    again = open_database(desk.path, create=False, readonly=True)
    assert queries.stored_ids(again, [article().id]) == {article().id}
    again.close()


PAGES: Final = (FEED, "https://baotintuc.vn/robots.txt", article(1).url, article(2).url)
ANSWERS: Final = ("whole", "not_modified", "error", "odd", "kept", "changed")


def answered(url: str, how: str, number: int) -> Fetch:
    """A fetch of a page that came to something; ``number`` tells its ETag from others."""
    one = {PAGES[2]: fetch(article(1)), PAGES[3]: fetch(article(2))}.get(url) or feed(url=url)
    one = replace(one, etag=f'"{number}"')
    if how == "changed" and one.article:
        return replace(one, article=replace(one.article, headline=f"Tít thứ {number}"))
    return replace(
        one,
        **{
            "not_modified": {"status": 304, "outcome": Outcome.NOT_MODIFIED, "article": None},
            "error": {"status": 500, "outcome": Outcome.HTTP_ERROR, "article": None, "etag": None},
            "odd": {"warnings": ("lạ",)},
            "kept": {"archive_file": "a.warc.gz", "archive_offset": number},
        }.get(how, {}),
    )


def told(desk: Ledger) -> dict[str, Any]:
    """What the rest of the project asks of the ledger, and every row that explains something."""
    plain = "outcome IN ('unchanged', 'read', 'not_modified') AND archive_file IS NULL AND warnings IS NULL"
    return {
        "validators": [queries.validators(desk.db, url) for url in PAGES],
        "read": [queries.last_fetched(desk.db, url) for url in PAGES[:2]],
        "warnings": desk.all("SELECT DISTINCT url, warnings FROM fetches WHERE warnings IS NOT NULL"),
        "explaining": desk.all(f"SELECT * FROM fetches WHERE NOT ({plain}) AND warnings IS NULL"),
        "counted": desk.all("SELECT kind, outcome, sum(count) FROM run_counts GROUP BY 1, 2 ORDER BY 1, 2"),
    }


@given(
    runs_=st.lists(
        st.lists(st.tuples(st.sampled_from(PAGES), st.sampled_from(ANSWERS)), max_size=8), max_size=8
    ),
    cuts=st.lists(st.integers(0, 9), max_size=3),
)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_happened_nobody_who_asks_the_ledger_notices(
    tmp_path_factory: pytest.TempPathFactory, runs_: list[list[tuple[str, str]]], cuts: list[int]
) -> None:
    desk = Ledger(tmp_path_factory.mktemp("ledger") / "baotintuc.db")
    for day, looks in enumerate(runs_):
        desk.run(*(answered(url, how, 10 * day + at) for at, (url, how) in enumerate(looks)), days=day)
    before, rows = told(desk), desk.count("fetches")
    gone = sum(roll_up(desk.db, NOON + timedelta(days=cut), LATER, most=5) for cut in cuts)
    assert told(desk) == before
    assert desk.count("fetches") == rows - gone
    assert desk.findings() == []
    desk.db.close()
