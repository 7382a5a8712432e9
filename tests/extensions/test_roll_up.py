"""A crawl rolls up old rows of its ledger at its end."""

from __future__ import annotations

import json
import sqlite3

from tests.replica import Replica
from tests.running import Place


def age(place: Place, days: int) -> None:
    """Let all that is recorded be so many days older."""
    with sqlite3.connect(place.database) as conn:
        for table, column in (("runs", "started_at"), ("runs", "finished_at"), ("fetches", "fetched_at")):
            conn.execute(
                f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-{days} days')"
            )
    conn.close()


def test_a_crawl_rolls_up_what_is_a_month_old_and_verify_finds_nothing(place: Place) -> None:
    with Replica(seed=31, articles=3, sections=2) as replica:
        place.crawl(replica.origin)
        place.crawl(replica.origin)
        before = place.one("SELECT count(*) FROM fetches")
        age(place, 31)
        ended = place.crawl(replica.origin)
    assert ended.code == 0, ended.err
    rolled = place.one("SELECT sum(count) FROM fetch_counts")
    assert rolled > 0
    assert place.one("SELECT count(*) FROM fetches WHERE run_id < 3") == before - rolled
    stats = json.loads(place.one("SELECT stats FROM runs WHERE id = 3"))
    assert stats["tintuc/ledger/rolled_up"] == rolled
    assert place.scrapy("verify").code == 0


def test_rows_are_kept_for_ever_where_days_are_0(place: Place) -> None:
    with Replica(seed=31, articles=2, sections=2) as replica:
        place.crawl(replica.origin)
        age(place, 400)
        place.crawl(replica.origin, TINTUC_LEDGER_DAYS=0)
    assert place.one("SELECT count(*) FROM fetch_counts") == 0


def test_a_number_of_days_that_is_none_stops_the_run_before_it_begins(place: Place) -> None:
    ended = place.crawl("http://127.0.0.1:9", TINTUC_LEDGER_DAYS="month")
    assert (ended.code, ended.line) == (
        1,
        "tintuc: TINTUC_LEDGER_DAYS must be a whole number of at least 0: 'month'",
    )
    assert not place.database.exists()
