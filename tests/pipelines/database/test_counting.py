"""Counting the articles: right, and without reading them through at the end of every run."""

from __future__ import annotations

from pipelines.database import crawling
from tests.pipelines.factory import Desk, article, copy_of, fetch


def test_an_article_that_a_copy_stands_in_for_is_not_counted(desk: Desk) -> None:
    for one in (article(1), article(2)):
        desk.record(fetch(one))
    desk.record(fetch(copy_of(3)))
    assert crawling.count_articles(desk.db) == 2


def test_the_count_reads_indexes_only(desk: Desk) -> None:
    asked: list[str] = []
    desk.db.conn.set_trace_callback(asked.append)
    crawling.count_articles(desk.db)
    desk.db.conn.set_trace_callback(None)
    (sql,) = [one for one in asked if one.startswith("SELECT")]
    steps = [row["detail"] for row in desk.all(f"EXPLAIN QUERY PLAN {sql}")]
    assert [step for step in steps if "articles" in step and "INDEX" not in step] == []
    assert any("articles_of_copies" in step for step in steps)
