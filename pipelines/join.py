"""Joining two rows that turn out to be one article: the earlier row survives with both histories.

Must be called inside the transaction that also writes the page that proved it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pipelines import revisions, similarity
from pipelines.database import neighbours, rows
from pipelines.database.stored import Stored, content_of
from pipelines.revisions import Text

_REPOINTED: Final = ("identities", "aliases", "fetches")


def join(
    conn: sqlite3.Connection, survivor: Stored, losers: Iterable[Stored], *, seen_at: str
) -> tuple[Stored, Text]:
    """Move all that hangs on ``losers`` to ``survivor`` and delete their rows.

    Gives the survivor as it is now and the last text of the history that is now its own: the text that
    the page written next follows, whichever row it was in. Photos and other children of the losers go:
    that page says what they are.
    """
    losers = tuple(losers)
    texts = revisions.merged(revisions.history_of(conn, row) for row in (survivor, *losers))
    for loser in losers:
        _absorb(conn, survivor, loser, seen_at)
    revision, last = revisions.rewrite(conn, survivor.id, texts), texts[-1]
    conn.execute("UPDATE articles SET revision = ? WHERE key = ?", (revision, survivor.key))
    joined = replace(
        survivor,
        revision=revision,
        content_hash=last.content_hash,
        template=last.template,
        modified_at=last.modified_at,
    )
    return joined, last


def _absorb(conn: sqlite3.Connection, survivor: Stored, loser: Stored, seen_at: str) -> None:
    for table in _REPOINTED:
        conn.execute(f"UPDATE {table} SET article_id = ? WHERE article_id = ?", (survivor.id, loser.id))  # noqa: S608
    conn.execute("UPDATE related SET related_id = ? WHERE related_id = ?", (survivor.id, loser.id))
    conn.execute("UPDATE OR IGNORE copies SET article_id = ? WHERE article_id = ?", (survivor.id, loser.id))
    conn.execute("DELETE FROM copies WHERE article_id = ?", (loser.id,))  # those the survivor has too
    _unlink(conn, survivor, loser)
    conn.execute("DELETE FROM superseded WHERE article_id = ?", (loser.id,))
    rows.delete_children(conn, loser.id)
    _delete(conn, loser)
    rows.add_aliases(conn, survivor.id, [loser.url], seen_at)  # now that it is nobody's address
    online = "" if loser.is_copy else loser.last_seen_at
    conn.execute(
        "UPDATE articles SET first_seen_at = min(first_seen_at, ?), last_seen_at = max(last_seen_at, ?)"
        " WHERE key = ?",
        (loser.first_seen_at, online, survivor.key),
    )


def _delete(conn: sqlite3.Connection, row: Stored) -> None:
    content = content_of(conn, row.id)
    text = similarity.Text(content.headline, content.lead, content.body)
    neighbours.replace_bands(conn, row.key, text.bands, ())
    conn.execute("DELETE FROM articles WHERE key = ?", (row.key,))


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
