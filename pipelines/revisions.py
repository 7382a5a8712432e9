"""Revisions: the texts an article had before, each kept once.

The rules:

- A text is superseded when its content hash is (:mod:`pipelines.content`). What the article read
  before then becomes a row of ``revisions``, and the article's ``revision`` goes up by one.
- A row holds only the fields named in ``held``; the others read as in the next revision, at last
  as in the article. ``held`` is at first what the change changed, so a text that repeats is not
  stored again. The view ``revision_texts`` shows every text whole.
- **A page that flips back and forth does not grow**: when the text being superseded is already
  kept (same content hash), no row is added and the number stays; the article shows the new text and
  the ledger says ``updated`` each time. So there are never more rows than different texts.
- A page saved earlier than what is stored (an old archive, ingested late) never replaces the
  newer text: its text takes its place among the superseded ones.

Nothing here ever removes a text.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import Final

from crawler.items import Article, Cause
from pipelines.content import FIELDS, Content, normal
from pipelines.database.stored import Stored, content_of, photos_of_json, photos_to_json

SAME_WORDS: Final = 0.9
"""Share of the words that two texts have in common when only the page design changed: both
designs print the same words but for the byline and boxes that one of them counts in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a page differs from the stored text: the old text, the fields changed, and the cause."""

    old: Content
    changed: tuple[str, ...]
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One whole text of an article, as ``revisions`` keeps it."""

    content: Content
    content_hash: str
    seen_at: str
    cause: str
    template: str
    modified_at: str | None


def cause_of(stored: Stored, old: Content, article: Article, new: Content, said: Cause) -> Cause:
    """What a change is put down to: a copy replaced, what the fetch says, a new page design, or the site."""
    if stored.is_copy and article.template != stored.template:
        return Cause.COPY
    if said is not Cause.SITE:
        return said
    if stored.template != article.template and same_words(old, new):
        return Cause.TEMPLATE
    return Cause.SITE


def same_words(old: Content, new: Content) -> bool:
    """Whether two contents say basically the same, whatever the page design made of it."""
    one, other = _words(old), _words(new)
    most = max(one.total(), other.total())
    return most > 0 and (one & other).total() >= SAME_WORDS * most


def _words(content: Content) -> Counter[str]:
    texts = (content.headline, content.lead, content.body)
    return Counter(word for text in texts for word in normal(text).casefold().split())


def kept_number(conn: sqlite3.Connection, article_id: str, content_hash: str) -> int | None:
    """The revision that keeps a text with this content hash; None where none does."""
    row = conn.execute(
        "SELECT min(revision) FROM superseded WHERE article_id = ? AND content_hash = ?",
        (article_id, content_hash),
    ).fetchone()
    return None if row is None else row[0]


def changed_at(conn: sqlite3.Connection, article_id: str) -> str:
    """When the site last changed an article, UTC; empty where it never did. The parser does not count."""
    sql = "SELECT ifnull(max(seen_at), '') FROM superseded WHERE article_id = ? AND cause <> 'parser'"
    return str(conn.execute(sql, (article_id,)).fetchone()[0])


def supersede(conn: sqlite3.Connection, stored: Stored, change: Change, seen_at: str) -> int:
    """Keep the text that is about to be replaced; gives the number the article's new text has.

    ``seen_at``: when the change was seen, UTC.
    """
    if kept_number(conn, stored.id, stored.content_hash) is not None:
        _hold(conn, stored, change.old, change.changed)
        return stored.revision
    text = Text(
        content=change.old,
        content_hash=stored.content_hash,
        seen_at=seen_at,
        cause=change.cause,
        template=stored.template,
        modified_at=stored.modified_at,
    )
    _insert(conn, stored.id, stored.revision, text, (change.changed, change.changed))
    return stored.revision + 1


def _hold(conn: sqlite3.Connection, stored: Stored, old: Content, changed: tuple[str, ...]) -> None:
    """Let the last revision hold what it so far read from the article and the article now loses."""
    last = stored.revision - 1
    (text,) = conn.execute(
        "SELECT held FROM superseded WHERE article_id = ? AND revision = ?", (stored.id, last)
    ).fetchone()
    held = json.loads(text)
    values = field_values(old)
    for name in (name for name in changed if name not in held):
        held.append(name)
        sql = f"UPDATE superseded SET {name} = ? WHERE article_id = ? AND revision = ?"  # noqa: S608  # a name of FIELDS
        conn.execute(sql, (values[name], stored.id, last))
    conn.execute(
        "UPDATE superseded SET held = ? WHERE article_id = ? AND revision = ?",
        (json.dumps(held), stored.id, last),
    )


def field_values(content: Content) -> dict[str, str | None]:
    """The six fields as ``revisions`` keeps them."""
    return {
        "headline": content.headline,
        "lead": content.lead,
        "body": content.body,
        "byline": content.byline,
        "photos": photos_to_json(content.photos),
        "tags": json.dumps(sorted(content.tags), ensure_ascii=False),
    }


_INSERT: Final = (
    "INSERT INTO superseded (article_id, revision, seen_at, cause, changed, held,"
    " headline, lead, body, byline, photos, tags, template, modified_at, content_hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _insert(
    conn: sqlite3.Connection,
    id_: str,
    number: int,
    text: Text,
    fields: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    changed, held = fields
    values = field_values(text.content)
    conn.execute(
        _INSERT,
        (
            *(id_, number, text.seen_at, text.cause, json.dumps(changed), json.dumps(held)),
            *(values[name] if name in held else None for name in FIELDS),
            *(text.template, text.modified_at, text.content_hash),
        ),
    )


def texts_of(conn: sqlite3.Connection, article_id: str) -> list[Text]:
    """Every superseded text of an article, whole, in order."""
    rows = conn.execute(
        "SELECT w.headline, w.lead, w.body, w.byline, w.photos, w.tags,"
        " r.content_hash, r.seen_at, r.cause, r.template, r.modified_at"
        " FROM revision_texts w JOIN superseded r USING (article_id, revision)"
        " WHERE w.article_id = ? AND NOT w.current ORDER BY w.revision",
        (article_id,),
    ).fetchall()
    return [
        Text(
            content=Content(
                row[0], row[1], row[2], row[3], photos_of_json(row[4]), tuple(json.loads(row[5]))
            ),
            content_hash=row[6],
            seen_at=row[7],
            cause=row[8],
            template=row[9],
            modified_at=row[10],
        )
        for row in rows
    ]


def insert_texts(conn: sqlite3.Connection, stored: Stored, more: list[Text]) -> int:
    """Give texts their place in time among an article's superseded ones; gives its new ``revision``.

    All are numbered anew in the order of ``seen_at``, and each is kept once. The article's own
    text is not touched, and is not kept a second time unless it was before.
    """
    own = texts_of(conn, stored.id)
    known = {text.content_hash for text in own} | {stored.content_hash}
    merged = list(own)
    for text in more:
        if text.content_hash not in known:
            known.add(text.content_hash)
            merged.append(text)
    merged.sort(key=lambda text: text.seen_at)
    _write_all(conn, stored, merged)
    return len(merged) + 1


def _write_all(conn: sqlite3.Connection, stored: Stored, texts: list[Text]) -> None:
    """Replace an article's revisions by these texts; each holds what the next one does not repeat."""
    following = [*(text.content for text in texts), content_of(conn, stored.id)][1:]
    conn.execute("DELETE FROM superseded WHERE article_id = ?", (stored.id,))
    for number, (text, after) in enumerate(zip(texts, following, strict=True), start=1):
        fields = text.content.changed(after), _apart(text.content, after)
        _insert(conn, stored.id, number, text, fields)


def _apart(one: Content, other: Content) -> tuple[str, ...]:
    """The fields in which two texts are not the same to the letter."""
    mine, theirs = field_values(one), field_values(other)
    return tuple(name for name in FIELDS if mine[name] != theirs[name])


def move_texts(
    conn: sqlite3.Connection, survivor: Stored, loser: Stored, loser_content: Content, but: str
) -> int:
    """Give the survivor of a join the texts of the row that goes; gives the survivor's new ``revision``.

    ``but``: the content hash of the page about to be written, which need not be kept twice.
    """
    last = Text(
        content=loser_content,
        content_hash=loser.content_hash,
        seen_at=loser.last_seen_at,
        cause=Cause.SITE,
        template=loser.template,
        modified_at=loser.modified_at,
    )
    texts = [text for text in (*texts_of(conn, loser.id), last) if text.content_hash != but]
    conn.execute("DELETE FROM superseded WHERE article_id = ?", (loser.id,))
    return insert_texts(conn, survivor, texts)
