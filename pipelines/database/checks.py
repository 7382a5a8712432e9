"""What ``scrapy verify`` checks, check by check: what is wrong, with which article, and what to do about it.

Each check reads tables by their bare names through the connection that :mod:`pipelines.database.verify`
opens: a scratch file as ``main``, the database attached for reading as ``news``.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pipelines import revisions
from pipelines.content import captions_of, hash_and_words
from pipelines.database import shape
from pipelines.database.stored import content_of
from pipelines.similarity import Text

MOST: Final = 100
"""Findings of one kind that are listed one by one; the rest are counted."""

_FTS_COLUMNS: Final = "headline, lead, body, captions, byline, search_text"
_REPAIR: Final = "`scrapy verify --repair` makes it anew"
_BACKUP: Final = (
    "restore a backup from before; `scrapy ingest` of the raw archive brings back what came since"
)

ADVICE: Final = {
    "integrity": "restore a backup, or rescue what is left with `sqlite3 FILE .recover`",
    "tables": "nothing more can be checked: put the table back as it was, or restore a backup",
    "schema": _REPAIR,
    "foreign_key": _BACKUP,
    "content_hash": "the text was not written by this program; `scrapy reparse` reads the saved page again",
    "revision_hash": _BACKUP,
    "full_text": _REPAIR,
    "bands": _REPAIR,
    "word_count": _REPAIR,
    "captions": _REPAIR,
    "published_on": _REPAIR,
    "offsets": "`scrapy reparse` reads the saved page again",
    "duplicate_of": _REPAIR,
    "run_counts": _REPAIR,
    "revisions": _BACKUP,
    "identities": _REPAIR,
    "aliases": "`scrapy crawl baotintuc -a url=URL` with that address settles which of them it is",
    "positions": "`scrapy reparse` writes the article's rows again",
}
"""Every kind of finding, with what to do about it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: its kind (a key of ``ADVICE``), whose it is (None: no article's), and what."""

    kind: str
    article_id: str | None
    what: str

    def __str__(self) -> str:
        whose = f"article {self.article_id}: " if self.article_id else ""
        return f"{self.kind}: {whose}{self.what}; {ADVICE[self.kind]}"


Check = Callable[[sqlite3.Connection], Iterable[Finding]]


# --- the file -----------------------------------------------------------------------------------


def _file(conn: sqlite3.Connection) -> Iterator[Finding]:
    for (said,) in conn.execute(f"PRAGMA news.integrity_check({MOST})"):
        if said != "ok":
            yield Finding("integrity", None, said.replace("\n", " "))


def _schema(conn: sqlite3.Connection) -> Iterator[Finding]:
    for defect in shape.defects(conn, "news"):
        yield Finding("tables" if defect.part.type == "table" else "schema", None, str(defect))


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
_published_on = _said(
    "published_on",
    "SELECT id, 'published_on is ' || ifnull(published_on, 'NULL') || ', published_at '"
    " || ifnull(published_at, 'NULL')"
    " FROM articles WHERE published_on IS NOT substr(published_at, 1, 10)",
)
_offsets = _said(
    "offsets",
    "SELECT id, name || ' has not the offset +07:00: ' || at FROM ("
    " SELECT id, 'published_at' AS name, published_at AS at FROM articles"
    " UNION ALL SELECT id, 'modified_at', modified_at FROM articles"
    " UNION ALL SELECT id, 'created_at', created_at FROM articles) WHERE at NOT LIKE '%+07:00'",
)
_seen = _said(
    "offsets",
    "SELECT id, name || ' is not UTC ending in Z: ' || at FROM ("
    " SELECT id, 'first_seen_at' AS name, first_seen_at AS at FROM articles"
    " UNION ALL SELECT id, 'last_seen_at', last_seen_at FROM articles"
    " UNION ALL SELECT article_id, 'seen_at of an alias', seen_at FROM aliases"
    " UNION ALL SELECT article_id, 'seen_at of a copy', seen_at FROM copies"
    " UNION ALL SELECT article_id, 'seen_at of revision ' || revision, seen_at FROM superseded)"
    " WHERE at NOT GLOB '????-??-??T??:??:??*Z'",
)
MISRESOLVED: Final = """
    FROM articles a JOIN articles o ON o.id = a.duplicate_of
    WHERE o.duplicate_of IS NOT NULL OR coalesce(o.published_at, o.created_at, '9999')
    > coalesce(a.published_at, a.created_at, '9999')
"""
"""Articles ``a`` whose ``duplicate_of`` names one (``o``) that is no original, or not the earlier."""
_duplicates = _said(
    "duplicate_of",
    "SELECT a.id, CASE WHEN o.duplicate_of IS NOT NULL"
    " THEN 'it repeats article ' || o.id || ', which itself repeats article ' || o.duplicate_of"
    f" ELSE 'it repeats article ' || o.id || ', which was published later' END {MISRESOLVED}",
)


def _positions(conn: sqlite3.Connection) -> Iterator[Finding]:
    for table in ("photos", "videos", "contributors", "related"):
        sql = f"SELECT article_id FROM {table} GROUP BY 1 HAVING max(position) <> count(*)"  # noqa: S608
        for (article_id,) in conn.execute(sql):
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
    texts = revisions.texts_of(conn, article_id)
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
            whose = _id_of(conn, key)
            stray = "" if whose else f" for key {key}, which no article has"
            yield Finding("bands", whose, f"{count} bands are {what} the index of near-duplicates{stray}")


def _id_of(conn: sqlite3.Connection, key: int) -> str | None:
    row = conn.execute("SELECT id FROM articles WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


# --- the full-text index ------------------------------------------------------------------------


def _full_text(conn: sqlite3.Connection) -> Iterator[Finding]:
    conn.execute(
        f"CREATE VIRTUAL TABLE main.made USING fts5 ({_FTS_COLUMNS}, content='',"
        " tokenize='unicode61 remove_diacritics 2')"
    )
    conn.execute(
        f"INSERT INTO main.made (rowid, {_FTS_COLUMNS}) SELECT key, {_FTS_COLUMNS} FROM news.articles"  # noqa: S608
    )
    other = "its words in the full-text index are not those of its text"
    wrong = dict.fromkeys(_terms_apart(conn), other) | dict(_rows_apart(conn))
    for key, what in wrong.items():
        whose = _id_of(conn, key)
        yield Finding("full_text", whose, what if whose else f"{what} (key {key})")
    if not wrong and _bad_terms(conn):
        yield Finding("full_text", None, "the full-text index counts words otherwise than the texts do")


def _rows_apart(conn: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Keys that only one of the indexes has, or with other numbers of words."""
    sql = "SELECT m.id FROM {0} m LEFT JOIN {1} k ON k.id = m.id WHERE k.id IS NULL"
    kept, made = "news.articles_fts_docsize", "main.made_docsize"
    for (key,) in conn.execute(sql.format(made, kept)):
        yield key, "it is missing from the full-text index"
    for (key,) in conn.execute(sql.format(kept, made)):
        yield key, "the full-text index has a text that no article has"
    for (key,) in conn.execute(f"SELECT k.id FROM {kept} k JOIN {made} m ON m.id = k.id WHERE m.sz <> k.sz"):  # noqa: S608
        yield key, "its number of words in the full-text index is another one"


def _bad_terms(conn: sqlite3.Connection) -> list[str]:
    """Words that the two indexes count differently; at most ``MOST``."""
    conn.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.kept_terms USING fts5vocab (news, articles_fts, col)"
    )
    conn.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.made_terms USING fts5vocab (main, made, col)")
    one, other = (
        "SELECT term, col, doc, cnt FROM temp.kept_terms",
        "SELECT term, col, doc, cnt FROM temp.made_terms",
    )
    sql = f"SELECT term FROM ({one} EXCEPT {other}) UNION SELECT term FROM ({other} EXCEPT {one}) LIMIT ?"  # noqa: S608
    return [term for (term,) in conn.execute(sql, (MOST,))]


def _terms_apart(conn: sqlite3.Connection) -> set[int]:
    """Keys of the articles that have a word in one index and not in the other."""
    keys: set[int] = set()
    for term in _bad_terms(conn):
        phrase = '"' + term.replace('"', '""') + '"'
        kept = {key for (key,) in conn.execute("SELECT rowid FROM news.articles_fts(?)", (phrase,))}
        made = {key for (key,) in conn.execute("SELECT rowid FROM main.made(?)", (phrase,))}
        keys |= kept ^ made
    return keys


CHECKS: Final[dict[str, Check]] = {
    "the file": _file,
    "schema": _schema,
    "foreign keys": _foreign_keys,
    "identities": _identities,
    "aliases": _aliases,
    "revisions": _revisions,
    "dates": _published_on,
    "offsets": _offsets,
    "times seen": _seen,
    "duplicates": _duplicates,
    "positions": _positions,
    "counters of runs": _run_counts,
    "texts": _texts,
    "index of near-duplicates": _bands,
    "full-text index": _full_text,
}
"""Every check, in order; that of the bands needs the texts to have been read."""
