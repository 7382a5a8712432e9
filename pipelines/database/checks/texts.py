"""What is worked out from the texts (hashes, counts, captions, bands), worked out again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from pipelines import revisions
from pipelines.content import captions_of, hash_and_words
from pipelines.database.checks.findings import Finding
from pipelines.database.stored import content_of, id_of
from pipelines.similarity import Text


def texts(conn: sqlite3.Connection) -> Iterator[Finding]:
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


def bands(conn: sqlite3.Connection) -> Iterator[Finding]:
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
