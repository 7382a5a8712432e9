"""What ``scrapy verify`` checks, check by check: what is wrong, with which article, and what to do about it.

Each check reads tables by their bare names through the connection that :mod:`pipelines.database.verify`
opens: a scratch file as ``main``, the database attached for reading as ``news``.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Final

from pipelines import revisions
from pipelines.content import FIELDS, captions_of, hash_and_words
from pipelines.database import shape
from pipelines.database.characters import unreadable
from pipelines.database.findings import ADVICE, MOST, Check, Finding
from pipelines.database.indexed import full_text
from pipelines.database.moments import moments
from pipelines.database.repeats import duplicates
from pipelines.database.stored import content_of, id_of
from pipelines.similarity import Text

__all__ = ["ADVICE", "CHECKS", "MOST", "ROLLED_UP", "STORED_URLS", "Check", "Finding"]

_FIELDS: Final = ", ".join(f"'{name}'" for name in FIELDS)

# --- the file -----------------------------------------------------------------------------------


_OF_THE_INDEX: Final = re.compile(r"FTS5 table \S*articles_fts\b")
"""What newer versions of SQLite say of the full-text index; a check of its own says more."""


def _file(conn: sqlite3.Connection) -> Iterator[Finding]:
    for (said,) in conn.execute(f"PRAGMA news.integrity_check({MOST})"):
        if said != "ok" and not _OF_THE_INDEX.search(said):
            yield Finding("integrity", None, said.replace("\n", " "))


def _schema(conn: sqlite3.Connection) -> Iterator[Finding]:
    for defect in shape.defects(conn, "news"):
        yield Finding("tables" if defect.part.type == "table" else "schema", None, str(defect))


def _characters(conn: sqlite3.Connection) -> Iterator[Finding]:
    for row in unreadable(conn, "news"):
        yield Finding("encoding", row.article_id, str(row))


def _foreign_keys(conn: sqlite3.Connection) -> Iterator[Finding]:
    counts = Counter((row[0], row[2]) for row in conn.execute("PRAGMA news.foreign_key_check"))
    for (table, parent), count in counts.items():
        yield Finding(
            "foreign_key", None, f"{count:,} rows of {table} name a row of {parent} that is not there"
        )


# --- what hangs on an article -------------------------------------------------------------------


def _said(kind: str, sql: str) -> Check:
    """A check whose query answers with the id of an article and what is wrong with it."""

    def check(conn: sqlite3.Connection) -> Iterator[Finding]:
        for article_id, what in conn.execute(sql):
            yield Finding(kind, article_id, what)

    return check


_identities = _said(
    "identities",
    "SELECT a.id, 'its own id is missing from identities' FROM articles a"
    " LEFT JOIN identities i ON i.id = a.id AND i.article_id = a.id WHERE i.id IS NULL",
)
_aliases = _said(
    "aliases",
    "SELECT x.article_id, 'its alias ' || x.url || ' is the address of article ' || a.id"
    " FROM aliases x JOIN articles a ON a.url = x.url WHERE a.id <> x.article_id",
)
_revisions = _said(
    "revisions",
    "SELECT a.id, 'it is at revision ' || a.revision || ' and has ' || count(r.revision)"
    " || ' superseded texts' || ifnull(', numbered ' || min(r.revision) || ' to ' || max(r.revision), '')"
    " FROM articles a LEFT JOIN superseded r ON r.article_id = a.id GROUP BY a.key"
    " HAVING count(r.revision) <> a.revision - 1"
    " OR max(r.revision) <> a.revision - 1 OR min(r.revision) <> 1",
)
_changes = _said(
    "revisions",
    "SELECT article_id, 'what changed after revision ' || revision || ' is not told: ' || changed"  # noqa: S608
    " FROM superseded r WHERE json_type(changed) <> 'array'"
    # A page that flips between kept texts may leave one of them that nothing changed after; that takes two.
    " OR (json_array_length(changed) = 0 AND NOT EXISTS (SELECT 1 FROM superseded n"
    " WHERE n.article_id = r.article_id AND n.revision <> r.revision))"
    f" OR EXISTS (SELECT 1 FROM json_each(changed) f WHERE f.value NOT IN ({_FIELDS}))",
)
_published_on = _said(
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


def _missing(conn: sqlite3.Connection) -> Iterator[Finding]:
    """What neither hash tells of: a whole field that the page has and the database has not."""
    columns = ", ".join(_GONE.values())
    for id_, sources, *gone in conn.execute(f"SELECT id, sources, {columns} FROM articles a"):  # noqa: S608
        named = json.loads(sources) if any(gone) else {}
        for name, is_gone in zip(_GONE, gone, strict=True):
            if is_gone and isinstance(named, dict) and name in named:
                yield Finding("missing", id_, f"no {name}, which its page has")


STORED_URLS: Final = "kind = 'article' AND url IN (SELECT url FROM articles WHERE template <> 'copy')"
"""Rows of ``frontier`` whose article is stored, under that very address."""
_frontier = _said(
    "frontier",
    "SELECT NULL, url || ' is stored, and still owed' FROM frontier"  # noqa: S608  # our own text
    f" WHERE {STORED_URLS}",
)


def _positions(conn: sqlite3.Connection) -> Iterator[Finding]:
    for table in ("photos", "videos", "contributors", "related"):
        wrong = "min(position) <> 1 OR max(position) <> count(*)"
        rows = conn.execute(f"SELECT article_id FROM {table} GROUP BY 1 HAVING {wrong}")  # noqa: S608
        for (article_id,) in rows:
            yield Finding("positions", article_id, f"its {table} are not numbered 1, 2, 3 ...")


def _run_counts(conn: sqlite3.Connection) -> Iterator[Finding]:
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


# --- texts --------------------------------------------------------------------------------------


def _texts(conn: sqlite3.Connection) -> Iterator[Finding]:
    """What is worked out from each article's text, worked out again; bands go to a scratch table."""
    # INTEGER as in the database: without it neither side could be looked up by the other's values.
    conn.execute(
        "CREATE TABLE main.bands_made (band INTEGER, article_key INTEGER,"
        " PRIMARY KEY (band, article_key)) WITHOUT ROWID"
    )
    rows = conn.execute(
        "SELECT key, id, revision, word_count, captions, content_hash FROM articles ORDER BY key"
    )
    for key, id_, revision, words, captions, hash_ in rows:
        read = content_of(conn, id_)
        bands = Text(read.headline, read.lead, read.body).bands
        conn.executemany("INSERT INTO main.bands_made VALUES (?, ?)", [(band, key) for band in bands])
        made, counted = hash_and_words(read)
        if words != counted:
            yield Finding("word_count", id_, f"word_count is {words}, the text has {counted} words")
        if captions != captions_of(read.photos):
            yield Finding("captions", id_, "captions are not those of its photos")
        if hash_ != made:
            yield Finding("content_hash", id_, "the text is not the one its content_hash was made of")
        if revision > 1:
            yield from _superseded(conn, id_)


def _superseded(conn: sqlite3.Connection, article_id: str) -> Iterator[Finding]:
    try:
        texts = revisions.texts_of(conn, article_id)
    except (TypeError, KeyError, ValueError):  # JSON, but not that of photos or tags
        yield Finding("revision_hash", article_id, "its superseded texts cannot be read")
        return
    for number, text in enumerate(texts, start=1):
        if hash_and_words(text.content)[0] != text.content_hash:
            what = f"the text of revision {number} is not the one its content_hash was made of"
            yield Finding("revision_hash", article_id, what)


def _bands(conn: sqlite3.Connection) -> Iterator[Finding]:
    """The index of near-duplicates against the one just made."""
    for made, kept, what in (
        ("main.bands_made", "news.shingle_bands", "missing from"),
        ("news.shingle_bands", "main.bands_made", "wrongly in"),
    ):
        rows = conn.execute(
            f"SELECT m.article_key, count(*) FROM {made} m LEFT JOIN {kept} k"  # noqa: S608  # names of ours
            " ON k.band = m.band AND k.article_key = m.article_key WHERE k.band IS NULL GROUP BY 1"
        )
        for key, count in rows:
            whose = id_of(conn, key)
            stray = "" if whose else f" for key {key}, which no article has"
            yield Finding("bands", whose, f"{count} bands are {what} the index of near-duplicates{stray}")


OF_THE_FILE: Final[tuple[Check, ...]] = (_file, _schema, _characters)
"""The checks that tell whether there is anything to work with."""

CHECKS: Final[dict[str, Check]] = {
    "the file": _file,
    "schema": _schema,
    "characters": _characters,
    "foreign keys": _foreign_keys,
    "identities": _identities,
    "aliases": _aliases,
    "revisions": _revisions,
    "changes": _changes,
    "dates": _published_on,
    "times": moments,
    "duplicates": duplicates,
    "rows of articles": _missing,
    "frontier": _frontier,
    "positions": _positions,
    "counters of runs": _run_counts,
    "texts": _texts,
    "index of near-duplicates": _bands,
    "full-text index": full_text,
}
"""Every check, in order; that of the bands needs the texts to have been read."""
