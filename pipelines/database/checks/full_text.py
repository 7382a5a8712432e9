"""The full-text index, checked: does it say what the texts say, and does a search find what is in it?

FTS5's own check is an INSERT, which a reader may not do and which would hold the writer's lock all along.
So it is done on a copy of the index in SQLite's temporary file, over the texts where they are. It reads
every word with its place, but never looks a word up, as every search does: that is asked of the index
itself. Only where the check fails is a second index made from the texts, to say which of them it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from pipelines.database import shape
from pipelines.database.checks.findings import MOST, Finding
from pipelines.database.errors import code_of, is_undecodable
from pipelines.database.stored import id_of

_COLUMNS: Final = "headline, lead, body, captions, byline, search_text"
_TOKENS: Final = "tokenize='unicode61 remove_diacritics 2'"
_PARTS: Final = ("data", "idx", "docsize", "config")
_SHOWN: Final = 3
"""Words named in a finding."""


def full_text(conn: sqlite3.Connection) -> Iterator[Finding]:
    """What is wrong with the index of the database ``news``; damage within it is no damage of the file."""
    try:
        yield from _wrong(conn)
    except sqlite3.DatabaseError as error:
        known = code_of(error) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)
        if not known and not is_undecodable(error):
            raise
        yield Finding("full_text", None, f"the full-text index cannot be read ({error})")


def _wrong(conn: sqlite3.Connection) -> Iterator[Finding]:
    conn.execute("SELECT 1 FROM news.articles_fts LIMIT 1")
    if conn.execute("SELECT 1 FROM news.unindexed LIMIT 1").fetchone():
        waits = "`unindexed` is not empty: new articles wait to come into the full-text index"
        yield Finding("full_text", None, waits)
    conn.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (news, articles_fts, row)")
    holds = _passes_its_own_check(conn)
    lost = _lost(conn)
    if lost:
        some = ", ".join(lost[:_SHOWN])
        yield Finding(
            "full_text", None, f"a search does not find all that the full-text index has: {some} ..."
        )
    if not holds:
        found = list(_apart(conn))
        yield from found
        if not found and not lost:
            yield Finding(
                "full_text", None, "words stand elsewhere in the full-text index than in their text"
            )


def _passes_its_own_check(conn: sqlite3.Connection) -> bool:
    """Whether FTS5 finds a copy of the index sound, and every word of the texts in its place there."""
    conn.execute(f"CREATE TEMP VIEW texts AS SELECT key, {_COLUMNS} FROM news.articles")  # noqa: S608
    conn.execute(
        f"CREATE VIRTUAL TABLE temp.kept USING fts5 ({_COLUMNS}, content='texts', content_rowid='key',"
        f" {_TOKENS})"
    )
    for part in _PARTS:
        conn.execute(f"DELETE FROM temp.kept_{part}")  # noqa: S608  # names of ours
        conn.execute(f"INSERT INTO temp.kept_{part} SELECT * FROM news.articles_fts_{part}")  # noqa: S608
    try:
        conn.execute("INSERT INTO temp.kept (kept, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if code_of(error) & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        return False
    finally:
        _empty(conn)
    return True


def _empty(conn: sqlite3.Connection) -> None:
    """Give the room of the copy free, for the second index."""
    for part in ("data", "idx", "docsize"):
        conn.execute(f"DELETE FROM temp.kept_{part}")  # noqa: S608  # names of ours


def _lost(conn: sqlite3.Connection) -> list[str]:
    """Words, at most ``MOST``, that fewer articles are found by than have them."""
    found = conn.execute(
        "SELECT read.term FROM temp.words read WHERE"
        " (SELECT sought.doc FROM temp.words sought WHERE sought.term = read.term) IS NOT read.doc LIMIT ?",
        (MOST,),
    )
    return [term for (term,) in found]


def make_anew(conn: sqlite3.Connection) -> None:
    """Make the index anew from the texts, also one that cannot be opened, in the caller's transaction."""
    there = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in shape.index_tables():
        conn.execute(f"DELETE FROM {table.name}" if table.name in there else table.sql)  # noqa: S608
        for row in table.rows:
            conn.execute(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608
    conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    conn.execute("DELETE FROM unindexed")


def _apart(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Which articles read otherwise in a second index, just made from the texts."""
    conn.execute(f"CREATE VIRTUAL TABLE temp.made USING fts5 ({_COLUMNS}, content='', {_TOKENS})")
    conn.execute(f"INSERT INTO temp.made (rowid, {_COLUMNS}) SELECT key, {_COLUMNS} FROM news.articles")  # noqa: S608
    other = "its words in the full-text index are not those of its text"
    wrong = dict.fromkeys(_terms_apart(conn), other) | dict(_rows_apart(conn))
    for key, what in wrong.items():
        whose = id_of(conn, key)
        yield Finding("full_text", whose, what if whose else f"{what} (key {key})")
    if not wrong and _bad_terms(conn):
        yield Finding("full_text", None, "the full-text index counts words otherwise than the texts do")


def _rows_apart(conn: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Keys that only one of the indexes has, or with other numbers of words."""
    sql = "SELECT m.id FROM {0} m LEFT JOIN {1} k ON k.id = m.id WHERE k.id IS NULL"
    kept, made = "news.articles_fts_docsize", "temp.made_docsize"
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
    conn.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.made_terms USING fts5vocab (temp, made, col)")
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
        made = {key for (key,) in conn.execute("SELECT rowid FROM temp.made(?)", (phrase,))}
        keys |= kept ^ made
    return keys
