"""What hangs on an article, and the counters of runs: does each row follow from the others?"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Final

from pipelines.content import FIELDS
from pipelines.database.checks.findings import Check, Finding

_FIELDS: Final = ", ".join(f"'{name}'" for name in FIELDS)


def _said(kind: str, sql: str) -> Check:
    """A check whose query answers with the id of an article and what is wrong with it."""

    def check(conn: sqlite3.Connection) -> Iterator[Finding]:
        for article_id, what in conn.execute(sql):
            yield Finding(kind, article_id, what)

    return check


identities = _said(
    "identities",
    "SELECT a.id, 'its own id is missing from identities' FROM articles a"
    " LEFT JOIN identities i ON i.id = a.id AND i.article_id = a.id WHERE i.id IS NULL",
)
aliases = _said(
    "aliases",
    "SELECT x.article_id, 'its alias ' || x.url || ' is the address of article ' || a.id"
    " FROM aliases x JOIN articles a ON a.url = x.url WHERE a.id <> x.article_id",
)
revisions = _said(
    "revisions",
    "SELECT a.id, 'it is at revision ' || a.revision || ' and has ' || count(r.revision)"
    " || ' superseded texts' || ifnull(', numbered ' || min(r.revision) || ' to ' || max(r.revision), '')"
    " FROM articles a LEFT JOIN superseded r ON r.article_id = a.id GROUP BY a.key"
    " HAVING count(r.revision) <> a.revision - 1"
    " OR max(r.revision) <> a.revision - 1 OR min(r.revision) <> 1",
)
changes = _said(
    "revisions",
    "SELECT article_id, 'what changed after revision ' || revision || ' is not told: ' || changed"  # noqa: S608
    " FROM superseded r WHERE json_type(changed) <> 'array'"
    # Where a page flipped, earlier versions left a text that nothing changed after; that takes two.
    " OR (json_array_length(changed) = 0 AND NOT EXISTS (SELECT 1 FROM superseded n"
    " WHERE n.article_id = r.article_id AND n.revision <> r.revision))"
    f" OR EXISTS (SELECT 1 FROM json_each(changed) f WHERE f.value NOT IN ({_FIELDS}))",
)
followed = _said(
    "revisions",
    "SELECT a.id, 'the text that followed revision ' || r.revision || ' is not kept'"
    " FROM superseded r JOIN articles a ON a.id = r.article_id WHERE r.next_hash <> a.content_hash"
    " AND NOT EXISTS (SELECT 1 FROM superseded n"
    " WHERE n.article_id = r.article_id AND n.content_hash = r.next_hash)",
)
published_on = _said(
    "published_on",
    "SELECT id, 'published_on is ' || ifnull(published_on, 'NULL') || ', published_at '"
    " || ifnull(published_at, 'NULL')"
    " FROM articles WHERE published_on IS NOT substr(published_at, 1, 10)",
)
_GONE: Final = {
    "contributors": "byline IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contributors WHERE article_id = a.id)",
    "videos": "NOT EXISTS (SELECT 1 FROM videos WHERE article_id = a.id)",
    "section": "section_id IS NULL",
    "published_at": "published_at IS NULL",
}
"""What ``sources`` names where the page has it -> when that is missing. (Without a byline on the page it was
metadata that told who signs.)"""


def missing(conn: sqlite3.Connection) -> Iterator[Finding]:
    """What neither hash tells of: a whole field that the page has and the database has not."""
    columns = ", ".join(_GONE.values())
    for id_, sources, *gone in conn.execute(f"SELECT id, sources, {columns} FROM articles a"):  # noqa: S608
        named = json.loads(sources) if any(gone) else {}
        for name, is_gone in zip(_GONE, gone, strict=True):
            if is_gone and isinstance(named, dict) and name in named:
                yield Finding("missing", id_, f"no {name}, which its page has")


STORED_URLS: Final = "kind = 'article' AND url IN (SELECT url FROM articles WHERE template <> 'copy')"
"""Rows of ``frontier`` whose article is stored, under that very address."""
frontier = _said(
    "frontier",
    "SELECT NULL, url || ' is stored, and still owed' FROM frontier"  # noqa: S608  # our own text
    f" WHERE {STORED_URLS}",
)


def positions(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Whether what hangs on an article is numbered from 1, without gaps."""
    for table in ("photos", "videos", "contributors", "related"):
        wrong = "min(position) <> 1 OR max(position) <> count(*)"
        rows = conn.execute(f"SELECT article_id FROM {table} GROUP BY 1 HAVING {wrong}")  # noqa: S608
        for (article_id,) in rows:
            yield Finding("positions", article_id, f"its {table} are not numbered 1, 2, 3 ...")


def run_counts(conn: sqlite3.Connection) -> Iterator[Finding]:
    """The counters of each run against its fetches; of runs rolled up, those of each day together."""
    whole = "(SELECT id FROM runs WHERE rolled_up_at IS NULL)"
    counted = f"SELECT run_id, kind, outcome, count FROM run_counts WHERE run_id IN {whole}"  # noqa: S608
    ledger = f"SELECT run_id, kind, outcome, count(*) FROM fetches WHERE run_id IN {whole} GROUP BY 1, 2, 3"  # noqa: S608
    for (run_id,) in conn.execute(_apart("run_id", counted, ledger)):
        yield Finding("run_counts", None, f"the counters of run {run_id} differ from its fetches")
    kept = "SELECT day, kind, outcome, count FROM fetch_counts"
    for (day,) in conn.execute(_apart("day", kept, ROLLED_UP)):
        yield Finding("run_counts", None, f"the counts of {day} differ from what was rolled up")


def _apart(column: str, one: str, other: str) -> str:
    """The values of a column in the rows that only one of two queries gives."""
    return f"SELECT {column} FROM ({one} EXCEPT {other}) UNION SELECT {column} FROM ({other} EXCEPT {one})"  # noqa: S608


ROLLED_UP: Final = """
    SELECT day, kind, outcome, sum(n) FROM (
        SELECT substr(started_at, 1, 10) AS day, kind, outcome, count AS n
        FROM run_counts JOIN runs ON runs.id = run_id WHERE rolled_up_at IS NOT NULL
        UNION ALL
        SELECT substr(started_at, 1, 10), kind, outcome, -1
        FROM fetches JOIN runs ON runs.id = run_id WHERE rolled_up_at IS NOT NULL
    ) GROUP BY 1, 2, 3 HAVING sum(n) <> 0
"""
"""How many fetches the runs rolled up had and have no more: (day, kind, outcome, count)."""
