"""What a killed process left: opened as the next run would, and looked through."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from pipelines.database import open_database
from tests.comparing import differences, printed_fields, stored_fields
from tests.pipelines.factory import index_in_step, sound
from tests.replica import ReplicaArticle
from tests.running import Place


def look(place: Place, articles: Iterable[ReplicaArticle]) -> int:
    """Assert that the file is whole, and each article in it or absent; gives how many are stored.

    Whole: integrity, foreign keys, counters and full-text index hold. An article: every field of it
    is as its page says, it can be found as a duplicate, the ledger says how it came, and nothing owes it.
    """
    with closing(open_database(place.database, create=True)) as db:
        sound(db)
        index_in_step(db)
    halves = place.rows(
        "SELECT id FROM articles a WHERE"
        " NOT EXISTS (SELECT 1 FROM fetches WHERE article_id = a.id AND outcome IN ('new', 'duplicate'))"
        " OR EXISTS (SELECT 1 FROM frontier WHERE article_id = a.id)"
    )
    assert [row["id"] for row in halves] == []
    known = {article.id: article.article for article in articles}
    stored = {row["id"] for row in place.rows("SELECT id FROM articles")}
    assert stored <= known.keys(), f"no articles of the site: {stored - known.keys()}"
    with place.connection() as conn:
        for id_ in sorted(stored):
            wrong = list(differences(stored_fields(conn, id_), printed_fields(known[id_])))
            assert wrong == [], f"article {id_} is not whole: {wrong}"
    return len(stored)


def news_twice(place: Place) -> int:
    """How many articles were recorded as new more than once."""
    sql = "SELECT count(*) - count(DISTINCT article_id) FROM fetches WHERE outcome IN ('new', 'duplicate')"
    return int(place.one(sql))
