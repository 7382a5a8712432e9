"""The full-text index of many articles written in one transaction: made by one statement at its end.

FTS5 writes out what it has gathered with every statement that a trigger is part of. So the triggers
put articles on a list as long as there is one (table ``unindexed``), and the transaction ends by
indexing all that are on it. Whatever happens in between, the list is empty in every committed state.
"""

from __future__ import annotations

import sqlite3


def put_off(conn: sqlite3.Connection) -> None:
    """Let the articles that this transaction inserts wait for :func:`catch_up`."""
    conn.execute("INSERT OR IGNORE INTO unindexed VALUES (0)")


def catch_up(conn: sqlite3.Connection) -> None:
    """Index what waits, as it reads by now, and let no more wait."""
    conn.execute(
        "INSERT INTO articles_fts (rowid, headline, lead, body, captions, byline, search_text)"
        " SELECT key, headline, lead, body, captions, byline, search_text FROM articles"
        " WHERE key IN (SELECT key FROM unindexed) ORDER BY key"
    )
    conn.execute("DELETE FROM unindexed")
