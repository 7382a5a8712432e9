"""Joining two rows that turn out to be one article: the earlier row survives with both histories.

Must be called inside the transaction that also writes the page that proved it.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Final

from pipelines import revisions
from pipelines.database import neighbours, rows
from pipelines.database.stored import Stored, content_of
from pipelines.similarity import Text

_REPOINTED: Final = ("identities", "aliases", "fetches")


def join(
    conn: sqlite3.Connection, survivor: Stored, loser: Stored, *, page_hash: str, seen_at: str
) -> Stored:
    """Move all that hangs on ``loser`` to ``survivor`` and delete its row; gives the survivor as it is now.

    The loser's texts take their place in time among the survivor's revisions. Photos and other
    children of the loser go: the page that is written next (content hash ``page_hash``) says what
    they are.
    """
    content = content_of(conn, loser.id)
    survivor = replace(survivor, revision=revisions.move_texts(conn, survivor, loser, content, page_hash))
    for table in _REPOINTED:
        conn.execute(f"UPDATE {table} SET article_id = ? WHERE article_id = ?", (survivor.id, loser.id))  # noqa: S608
    conn.execute("UPDATE related SET related_id = ? WHERE related_id = ?", (survivor.id, loser.id))
    conn.execute("UPDATE OR IGNORE copies SET article_id = ? WHERE article_id = ?", (survivor.id, loser.id))
    conn.execute("DELETE FROM copies WHERE article_id = ?", (loser.id,))  # those the survivor has too
    rows.add_aliases(conn, survivor.id, [loser.url], seen_at)
    _unlink(conn, survivor, loser)
    rows.delete_children(conn, loser.id)
    text = Text(content.headline, content.lead, content.body)
    neighbours.replace_bands(conn, loser.key, text.bands, ())
    conn.execute("DELETE FROM articles WHERE key = ?", (loser.key,))
    return _keep_times(conn, survivor, loser)


def _unlink(conn: sqlite3.Connection, survivor: Stored, loser: Stored) -> None:
    """Let the loser's duplicates follow the survivor; it repeats neither itself nor the loser."""
    conn.execute(
        "UPDATE articles SET duplicate_of = NULL, similarity = NULL WHERE key = ? AND duplicate_of = ?",
        (survivor.key, loser.id),
    )
    conn.execute(
        "UPDATE articles SET duplicate_of = ? WHERE duplicate_of = ? AND key <> ?",
        (survivor.id, loser.id, survivor.key),
    )


def _keep_times(conn: sqlite3.Connection, survivor: Stored, loser: Stored) -> Stored:
    conn.execute(
        "UPDATE articles SET first_seen_at = min(first_seen_at, ?), last_seen_at = max(last_seen_at, ?),"
        " revision = ? WHERE key = ?",
        (loser.first_seen_at, loser.last_seen_at, survivor.revision, survivor.key),
    )
    return survivor
