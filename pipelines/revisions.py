"""Revisions: the texts an article had before, in the order of time.

The rules:

- A text is superseded when its content hash is (:mod:`pipelines.content`). What the article read
  before then becomes a row of ``revisions``, and the article's ``revision`` goes up by one.
- A row holds only the fields named in ``held``, those that do not read to the letter as in the next
  revision, at last as in the article; so a text that repeats is not stored again. The view
  ``revision_texts`` shows every text whole.
- A row says which text followed (``next_hash``), so that what changed is told as it was.
- **A page that flips back and forth does not grow**: a change from one text to another that a row tells
  already adds no row and the number stays; the article shows the new text and the ledger says ``updated``
  each time. So a text is kept once for each text that followed it, and there are never more rows than
  different changes from one text to another.
- A page saved earlier than what is stored (an old archive, ingested late) never replaces the
  newer text: its text takes its place in time among the superseded ones.

Nothing here ever removes a text.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from crawler.items import Cause
from pipelines.content import COPY_TEMPLATE, FIELDS, Content, hash_and_words, normal
from pipelines.database.stored import Stored, content_of, photos_of_json, photos_to_json

SAME_WORDS: Final = 0.9
"""Share of the words that two texts have in common when only the page design changed: both
designs print the same words but for the byline and boxes that one of them counts in."""


OLDER_PAGE: Final = "an older page"
"""How the reason in the ledger begins where a page was saved before what is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One whole text of an article.

    ``since``: when it was first seen, UTC; empty where its place is known without. ``template``: the page
    design it was read from. ``told``: how it gave way to another one, where that is known already.
    """

    content: Content
    content_hash: str
    template: str
    modified_at: str | None
    since: str = ""
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """How a text gave way: when that was first seen (UTC), why, in which fields (JSON), and to which text."""

    seen_at: str
    cause: str
    changed: str
    next_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a page differs from the text before: both texts and the cause; ``content_hash``: of the new one."""

    old: Content
    new: Content
    content_hash: str
    cause: Cause

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that differ."""
        return self.old.changed(self.new)


def cause_of(was: str, old: Content, template: str, new: Content, said: Cause = Cause.SITE) -> Cause:
    """What a change is put down to: a copy replaced, what the fetch says, a new page design, or the site.

    ``was`` and ``template``: those that the old and the new text were read from. Where another portal's copy
    differs from the one that stood in, the site changed nothing.
    """
    if was == COPY_TEMPLATE and (template != COPY_TEMPLATE or said is Cause.SITE):
        return Cause.COPY
    if said is not Cause.SITE:
        return said
    return Cause.TEMPLATE if was != template and same_words(old, new) else Cause.SITE


def same_words(old: Content, new: Content) -> bool:
    """Whether two contents say basically the same, whatever the page design made of it.

    A design prints boxes or leaves them out; it does not rewrite a headline or put one figure for another.
    """
    one, other = _words(old.headline), _words(new.headline)
    if one != other:
        return False
    one, other = _words(old.lead, old.body), _words(new.lead, new.body)
    most = max(one.total(), other.total())
    if (one & other).total() < SAME_WORDS * most:
        return False
    figures, others = _figures(one), _figures(other)
    return figures <= others or others <= figures


def _words(*texts: str | None) -> Counter[str]:
    return Counter(word for text in texts for word in normal(text).casefold().split())


def _figures(words: Counter[str]) -> Counter[str]:
    return Counter({word: count for word, count in words.items() if any(map(str.isdecimal, word))})


def kept_number(conn: sqlite3.Connection, article_id: str, content_hash: str) -> int | None:
    """The first revision that keeps a text with this content hash; None where none does."""
    row = conn.execute(
        "SELECT min(revision) FROM superseded WHERE article_id = ? AND content_hash = ?",
        (article_id, content_hash),
    ).fetchone()
    return None if row is None else row[0]


_CHANGED_SINCE: Final = """
    WITH looks AS (
        SELECT fetched_at, outcome, ifnull(reason, '') LIKE :older || '%' AS late FROM fetches
        WHERE article_id = :article AND fetched_at >= :at
            AND outcome IN ('new', 'updated', 'duplicate', 'unchanged')
    )
    SELECT EXISTS (SELECT 1 FROM looks WHERE fetched_at > :at AND outcome = 'updated' AND NOT late)
        OR ifnull((SELECT min(late) FROM looks WHERE fetched_at = :at), 0)
"""


def has_changed_since(conn: sqlite3.Connection, article_id: str, at: str) -> bool:
    """Whether the site has changed an article since it answered a page (at a moment, UTC), by the ledger.

    A page that flips may leave no revision, and one that was read late leaves some that lead back to the same
    text: but the ledger has each page that brought another text, and says which ones were late themselves.
    """
    values = {"article": article_id, "at": at, "older": OLDER_PAGE}
    return bool(conn.execute(_CHANGED_SINCE, values).fetchone()[0])


def supersede(conn: sqlite3.Connection, stored: Stored, change: Change, seen_at: str) -> int:
    """Keep the text that is about to be replaced; gives the number the article's new text has.

    ``seen_at``: when the change was seen, UTC.
    """
    if _is_told(conn, stored.id, stored.content_hash, change.content_hash):
        _hold(conn, stored, change.old, apart(change.old, change.new))
        return stored.revision
    text = Text(
        content=change.old,
        content_hash=stored.content_hash,
        template=stored.template,
        modified_at=stored.modified_at,
    )
    told = Told(seen_at, change.cause, json.dumps(change.changed), change.content_hash)
    _insert(conn, (stored.id, stored.revision), text, told, change.new)
    return stored.revision + 1


def _is_told(conn: sqlite3.Connection, article_id: str, content_hash: str, next_hash: str) -> bool:
    """Whether a row tells of this very change already."""
    sql = "SELECT 1 FROM superseded WHERE article_id = ? AND content_hash = ? AND next_hash = ?"
    return conn.execute(sql, (article_id, content_hash, next_hash)).fetchone() is not None


def keep_letters(conn: sqlite3.Connection, stored: Stored, old: Content, new: Content) -> None:
    """When the same text is written in other letters, let the texts before it read as they did."""
    if stored.revision > 1 and hash_and_words(old)[0] == stored.content_hash:  # not what somebody wrote here
        _hold(conn, stored, old, apart(old, new))


def _hold(conn: sqlite3.Connection, stored: Stored, old: Content, fields: Iterable[str]) -> None:
    """Let the last revision hold what it so far read from the article and the article now loses."""
    last = stored.revision - 1
    (text,) = conn.execute(
        "SELECT held FROM superseded WHERE article_id = ? AND revision = ?", (stored.id, last)
    ).fetchone()
    held = json.loads(text)
    values = field_values(old)
    for name in (name for name in fields if name not in held):
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
    " headline, lead, body, byline, photos, tags, template, modified_at, content_hash, next_hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _insert(conn: sqlite3.Connection, place: tuple[str, int], text: Text, told: Told, after: Content) -> None:
    """Write a superseded text at its place (article and number); ``after``: the text of the next number."""
    differ, changed, values = apart(text.content, after), json.loads(told.changed), field_values(text.content)
    held = [name for name in FIELDS if name in differ or name in changed]
    conn.execute(
        _INSERT,
        (
            *(*place, told.seen_at, told.cause, told.changed, json.dumps(held)),
            *(values[name] if name in held else None for name in FIELDS),
            *(text.template, text.modified_at, text.content_hash, told.next_hash),
        ),
    )


def apart(one: Content, other: Content) -> tuple[str, ...]:
    """The fields in which two texts are not the same to the letter."""
    mine, theirs = field_values(one), field_values(other)
    return tuple(name for name in FIELDS if mine[name] != theirs[name])


def texts_of(conn: sqlite3.Connection, article_id: str) -> list[Text]:
    """Every superseded text of an article, whole, in order."""
    rows = conn.execute(
        "SELECT w.headline, w.lead, w.body, w.byline, w.photos, w.tags, r.content_hash, r.template,"
        " r.modified_at, ifnull(lag(r.seen_at) OVER (ORDER BY r.revision), a.first_seen_at),"
        " r.seen_at, r.cause, r.changed, r.next_hash"
        " FROM revision_texts w JOIN superseded r USING (article_id, revision)"
        " JOIN articles a ON a.id = article_id"
        " WHERE w.article_id = ? AND NOT w.current ORDER BY w.revision",
        (article_id,),
    ).fetchall()
    return [
        Text(
            content=Content(
                row[0], row[1], row[2], row[3], photos_of_json(row[4]), tuple(json.loads(row[5]))
            ),
            content_hash=row[6],
            template=row[7],
            modified_at=row[8],
            since=row[9],
            told=Told(*row[10:]),
        )
        for row in rows
    ]


def history_of(conn: sqlite3.Connection, stored: Stored) -> list[Text]:
    """Every text of an article in order, that of today last."""
    texts = texts_of(conn, stored.id)
    last = texts[-1].told if texts else None
    today = Text(
        content=content_of(conn, stored.id),
        content_hash=stored.content_hash,
        since=last.seen_at if last else stored.first_seen_at,
        template=stored.template,
        modified_at=stored.modified_at,
    )
    updates = _updates(conn, stored.id)
    return [_dated(text, updates) for text in (*texts, today)]


def _dated(text: Text, updates: list[str]) -> Text:
    """A text since when it stood there last: a page that flipped to it may have left no row, but the ledger
    (``updates``, in order) has when."""
    until = bisect_left(updates, text.told.seen_at) if text.told else len(updates)
    return replace(text, since=max(text.since, updates[until - 1])) if until else text


_UPDATES: Final = (
    "SELECT fetched_at FROM fetches WHERE article_id = ? AND outcome = 'updated'"
    " AND ifnull(reason, '') NOT LIKE ? || '%' ORDER BY 1"
)
"""When pages changed an article: those that were older than its text have not."""


def _updates(conn: sqlite3.Connection, article_id: str) -> list[str]:
    return [at for (at,) in conn.execute(_UPDATES, (article_id, OLDER_PAGE))]


def insert_late(conn: sqlite3.Connection, stored: Stored, late: Text) -> int:
    """Give the text of an older page its place in time; gives the article's new ``revision``.

    The article's own text is not touched. Where it is older than the page, the site went back to it.
    Copies that stood in stay first, whenever they were read: each is an earlier state of what is known.
    Where a page has flipped since, without a row, what followed is not known: then the row tells no change.
    """
    texts = history_of(conn, stored)
    copied = 0
    if late.template != COPY_TEMPLATE:
        copied = next((at for at, text in enumerate(texts) if text.template != COPY_TEMPLATE), len(texts))
    at = bisect_right([text.since for text in texts], late.since, lo=copied)
    if at < len(texts) and _changed_between(conn, stored.id, late.since, texts[at].since):
        late = replace(late, told=Told(late.since, Cause.SITE, "[]", late.content_hash))
    placed = [*texts[:at], late, *texts[at:]]
    if 0 < at < len(texts) and _led_to(texts[at - 1], texts[at]):
        placed[at - 1] = replace(texts[at - 1], told=None)
    if at == len(texts):
        placed.append(replace(texts[-1], since=stored.last_seen_at))
    return rewrite(conn, stored.id, placed)


def _changed_between(conn: sqlite3.Connection, article_id: str, since: str, until: str) -> bool:
    """Whether a page changed an article between two moments, those left out."""
    return any(since < at < until for at in _updates(conn, article_id))


def _led_to(text: Text, after: Text) -> bool:
    """Whether a text gave way to this one, with nothing between (a page that flips may leave no row)."""
    told = text.told
    return told is not None and (told.next_hash, told.seen_at) == (after.content_hash, after.since)


def merged(histories: Iterable[list[Text]]) -> list[Text]:
    """The texts of several histories of one article in the order of time.

    What one of them has is not kept again for another, but for the last text of all, which the others
    led to. A copy that stood in comes first, whenever it was read: it is an earlier state of what is known.
    """
    told = [_Told(text, after, at) for at, one in enumerate(histories) for text, after in _followed(one)]
    told.sort(key=lambda one: (one.text.template != COPY_TEMPLATE, one.text.since))
    first: dict[str, int] = {}
    kept = [one for one in told[:-1] if first.setdefault(one.text.content_hash, one.history) == one.history]
    while kept and kept[-1].text.content_hash == told[-1].text.content_hash:
        kept.pop()
    kept.append(told[-1])
    following = [*(one.text for one in kept[1:]), None]
    return [
        one.text if one.after is after or not one.leads_on else replace(one.text, told=None)
        for one, after in zip(kept, following, strict=True)
    ]


class _Told(NamedTuple):
    """A text with the one that follows it in its own history."""

    text: Text
    after: Text | None
    history: int

    @property
    def leads_on(self) -> bool:
        """Whether it gave way to the one that follows it; where a page flipped it may have been another."""
        return self.after is None or _led_to(self.text, self.after)


def _followed(history: list[Text]) -> Iterable[tuple[Text, Text | None]]:
    return zip(history, [*history[1:], None], strict=True)


def rewrite(conn: sqlite3.Connection, article_id: str, texts: list[Text]) -> int:
    """Make these an article's texts, the last of which its row has; gives its ``revision``.

    Each change is told once, however often it came.
    """
    conn.execute("DELETE FROM superseded WHERE article_id = ?", (article_id,))
    changes: dict[tuple[str, str], tuple[Text, Told]] = {}
    for text, after in pairwise(texts):
        told = text.told or _tell(text, after)
        if text.told or told.next_hash != text.content_hash:
            changes.setdefault((text.content_hash, told.next_hash), (text, told))
    rows = list(changes.values())
    following = [*(text for text, _ in rows), texts[-1]][1:]
    for number, ((text, told), after) in enumerate(zip(rows, following, strict=True), start=1):
        _insert(conn, (article_id, number), text, told, after.content)
    return len(rows) + 1


def _tell(text: Text, after: Text) -> Told:
    """How a text gave way to the one that follows it."""
    return Told(
        # A copy that stood in gave way when the page was seen, even where that was before the copy was.
        seen_at=after.since if text.template == COPY_TEMPLATE else max(text.since, after.since),
        cause=cause_of(text.template, text.content, after.template, after.content),
        changed=json.dumps(text.content.changed(after.content)),
        next_hash=after.content_hash,
    )
