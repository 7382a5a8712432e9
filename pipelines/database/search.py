"""Search as people do it: ranked, with the words found marked in the text as it was printed.

Reads only. The newest ``RANKED`` matches are ranked (a word that is in every article would
otherwise cost seconds at a million): those that have all that was asked for in the headline, then
those that have it in headline and lead, then the rest, each by FTS5's bm25. Among the best, those
that have the words with the diacritics as typed come first.
"""

from __future__ import annotations

import heapq
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from pipelines.database import query as grammar
from pipelines.database.errors import DatabaseError

RANKED: Final = 10_000
"""Matches that are ranked unless every one is asked for: the newest stored."""

WEIGHTS: Final = (100.0, 15.0, 1.0, 1.0, 1.0, 1.0)
"""What a hit counts for in headline, lead, body, captions, byline and the folded text, among articles
that have the words in the same place. No weight would keep the places apart: bm25 soon has enough of
a word, and makes less of it in a long article."""

PLACES: Final = ("{headline}", "{headline lead}")
"""Where all that was asked for may stand, the best place first; the rest of the text is the last."""

REORDERED: Final = 100
"""The best matches among which diacritics as typed decide first."""

SNIPPET_WORDS: Final = 28

_OPEN, _CLOSE = "\x02", "\x03"
_MARKS: Final = re.compile(f"{_OPEN}|{_CLOSE}")


class UnknownSectionError(DatabaseError):
    """No section has that slug, name or number."""


class Ranking(Enum):
    """Which matches are ranked: the newest ``RANKED``, every one, or none (the newest stored first)."""

    RECENT = "recent"
    EVERY = "every"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a search; None: not at all.

    ``since`` and ``until`` are local dates, both included. ``section``: slug, name or number, with all
    sections below it. ``contributor``: a name in the byline, or an agency that signs alone; case and
    diacritics do not matter.
    """

    since: date | None = None
    until: date | None = None
    section: str | None = None
    contributor: str | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A piece of text, and where in it (start, end, in characters) the words found stand."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article found. ``score``: bm25's, the higher the better, comparable only within one search
    and between articles that have the words in the same place (headline, lead, the rest)."""

    id: str
    url: str
    kind: str
    section: str | None
    published_at: str | None
    headline: Marked
    snippet: Marked
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best hits, and how many articles matched (``capped``: at least so many).

    ``left_out``: words of the query that were not looked for. ``missing``: matches that the index has
    and ``articles`` has not, skipped; the index is damaged then.
    """

    hits: tuple[Hit, ...]
    matches: int
    capped: bool
    left_out: int = 0
    missing: int = 0


def search(
    conn: sqlite3.Connection,
    typed: str,
    filters: Filters | None = None,
    *,
    limit: int = 20,
    ranking: Ranking = Ranking.RECENT,
) -> Found:
    """Search for what was typed; no text at all is an error. At most ``limit`` hits come back.

    Raises:
        UnknownSectionError: there is no such section.
    """
    query = grammar.read(typed)
    if query.expression is None:
        return Found(hits=(), matches=0, capped=False)
    most = {Ranking.RECENT: RANKED, Ranking.EVERY: -1, Ranking.NONE: limit}[ranking]
    ranked = ranking is not Ranking.NONE
    with _one_state(conn):
        rows = _matches(conn, query.expression, filters or Filters(), most=most, ranked=ranked)
        best = _best(conn, rows, query, limit) if ranked else rows
        hits, missing = _shown(conn, query.expression, best, limit)
    return Found(
        hits=hits,
        matches=len(rows) - missing,
        capped=len(rows) == most,
        left_out=query.left_out,
        missing=missing,
    )


@contextmanager
def _one_state(conn: sqlite3.Connection) -> Iterator[None]:
    """Let all that is read be of one moment: an article that a crawl changes while it is looked at may
    match no longer. A transaction that the caller began is left as it is."""
    if conn.in_transaction:
        yield
        return
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.rollback()


def _shown(
    conn: sqlite3.Connection, expression: str, best: list[Row], limit: int
) -> tuple[tuple[Hit, ...], int]:
    """The first hits of the best that there is an article for, and how many were passed over."""
    hits: list[Hit] = []
    missing = 0
    for key, score in best:
        if len(hits) == limit:
            break
        hit = _hit(conn, expression, key, score)
        if hit is None:
            missing += 1
        else:
            hits.append(hit)
    return tuple(hits), missing


Row = tuple[int, float]
"""The key of an article that matches, and its score (FTS5's: the lower the better)."""


def _matches(
    conn: sqlite3.Connection, expression: str, filters: Filters, *, most: int, ranked: bool
) -> list[Row]:
    conditions, values = _conditions(conn, filters)
    joined = "CROSS JOIN articles a ON a.key = articles_fts.rowid" if conditions else ""
    score = f"bm25(articles_fts, {', '.join(map(str, WEIGHTS))})" if ranked else "0.0"
    where = " AND ".join(("articles_fts MATCH ?", *conditions))
    found = conn.execute(
        f"SELECT articles_fts.rowid, {score} FROM articles_fts {joined} WHERE {where}"  # noqa: S608
        " ORDER BY articles_fts.rowid DESC LIMIT ?",
        (expression, *values, most),
    )
    return found.fetchall()


def _conditions(conn: sqlite3.Connection, filters: Filters) -> tuple[list[str], list[str | int]]:
    conditions: list[str] = []
    values: list[str | int] = []
    for day, sign in ((filters.since, ">="), (filters.until, "<=")):
        if day is not None:
            conditions.append(f"a.published_on {sign} ?")
            values.append(day.isoformat())
    if filters.section is not None:
        ids = sections_named(conn, filters.section)
        conditions.append(f"a.section_id IN ({', '.join('?' * len(ids))})")
        values.extend(ids)
    if filters.contributor is not None:
        conn.create_function("fold", 1, lambda text: grammar.fold(text or ""), deterministic=True)
        conditions.append(
            "EXISTS (SELECT 1 FROM contributors c WHERE c.article_id = a.id"
            " AND ? = fold(ifnull(c.name, c.agency)))"
        )
        values.append(grammar.fold(" ".join(filters.contributor.split())))
    return conditions, values


def sections_named(conn: sqlite3.Connection, wanted: str) -> list[int]:
    """The numbers of the section with this slug, name or number, and of those below it.

    Raises:
        UnknownSectionError: there is none; the message names those there are.
    """
    rows = conn.execute("SELECT id, slug, name FROM sections ORDER BY id").fetchall()
    folded = grammar.fold(wanted.strip())
    ids = [id_ for id_, slug, name in rows if folded in (str(id_), slug, grammar.fold(name or ""))]
    if not ids:
        known = ", ".join(sorted(slug or name for _, slug, name in rows if slug or name))
        raise UnknownSectionError(f"no section is called {wanted!r}; there are: {known or 'none yet'}")
    below = conn.execute(
        f"WITH RECURSIVE below (id) AS (SELECT id FROM sections WHERE id IN ({', '.join('?' * len(ids))})"  # noqa: S608
        " UNION SELECT s.id FROM sections s JOIN below b ON s.parent_id = b.id) SELECT id FROM below",
        ids,
    )
    return [id_ for (id_,) in below]


def _best(conn: sqlite3.Connection, rows: list[Row], query: grammar.Query, limit: int) -> list[Row]:
    """The best rows, best first, ``limit`` or a few more; among those near the top, diacritics as typed
    come first."""
    enough = max(limit, REORDERED)
    places = _places(conn, query.narrowed, rows, enough)
    ordered = ((places.get(key, len(PLACES)), score, -key) for key, score in rows)
    best = [(-key, score) for _, score, key in heapq.nsmallest(enough, ordered)]
    typed = [_as_typed(term) for term in query.terms if not term.unwanted and _has_diacritics(term.text)]
    if typed:
        top = best[:REORDERED]
        found = {key: _count(conn, key, typed) for key, _ in top}
        best = [*sorted(top, key=lambda row: -found[row[0]]), *best[REORDERED:]]
    return best


def _places(conn: sqlite3.Connection, narrowed: str, rows: list[Row], enough: int) -> dict[int, int]:
    """Which of ``PLACES`` has all that was asked for, by key; a match without one has it further down.

    The index tells, within the keys of the rows (the newest first): no text is read. Where ``enough``
    have it in a better place, the next is not looked at.
    """
    found: dict[int, int] = {}
    left = {key for key, _ in rows}
    for place, columns in enumerate(PLACES):
        if left and len(found) < enough:
            span = rows[-1][0], rows[0][0]
            keys = conn.execute(_WITHIN, (f"{columns} : ({narrowed})", *span))
            here = left.intersection(key for (key,) in keys)
            found.update(dict.fromkeys(here, place))
            left -= here
    return found


_WITHIN: Final = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? AND rowid BETWEEN ? AND ?"


def _has_diacritics(text: str) -> bool:
    return grammar.fold(text) != text.casefold()


def _as_typed(term: grammar.Term) -> re.Pattern[str]:
    """Matches a term with its diacritics in lower-case text, whatever stands between its words."""
    words = r"\W+".join(map(re.escape, re.findall(r"\w+", term.text.lower())))
    return re.compile(rf"\b{words}" if term.prefix else rf"\b{words}\b")


def _count(conn: sqlite3.Connection, key: int, typed: list[re.Pattern[str]]) -> int:
    """How many of the terms an article has as they were typed."""
    row = conn.execute(
        "SELECT headline, lead, body, captions, byline FROM articles WHERE key = ?", (key,)
    ).fetchone()
    text = "\n".join(filter(None, row or ())).lower()
    return sum(pattern.search(text) is not None for pattern in typed)


def _hit(conn: sqlite3.Connection, expression: str, key: int, score: float) -> Hit | None:
    """What is shown of a match; None where only the index has it."""
    article = conn.execute(_ARTICLE, (key,)).fetchone()
    if article is None:
        return None
    id_, url, kind, section, published_at = article
    texts = conn.execute(_TEXTS, (expression, key)).fetchone()
    headline, *pieces = (_marked(text or "") for text in texts)
    snippet = max(pieces, key=lambda piece: len(piece.marks))
    if not (headline.marks or snippet.marks):
        snippet = _folded_snippet(conn, expression, key) or snippet
    return Hit(
        id=id_,
        url=url,
        kind=kind,
        section=section,
        published_at=published_at,
        headline=headline,
        snippet=snippet,
        score=-score,
    )


_ARTICLE: Final = (
    "SELECT a.id, a.url, a.kind, s.name, a.published_at FROM articles a"
    " LEFT JOIN sections s ON s.id = a.section_id WHERE a.key = ?"
)
_SNIPPETS: Final = ", ".join(
    f"snippet(articles_fts, {column}, '{_OPEN}', '{_CLOSE}', '…', {SNIPPET_WORDS})" for column in range(1, 5)
)
_TEXTS: Final = (
    f"SELECT highlight(articles_fts, 0, '{_OPEN}', '{_CLOSE}'), {_SNIPPETS}"  # noqa: S608  # texts of ours
    " FROM articles_fts WHERE articles_fts MATCH ? AND rowid = ?"
)


_FOLDED: Final = (
    f"SELECT snippet(articles_fts, 5, '{_OPEN}', '{_CLOSE}', '', {SNIPPET_WORDS}),"  # noqa: S608
    " a.headline || char(10) || ifnull(a.lead, '') || char(10) || ifnull(a.body, '') || char(10)"
    " || ifnull(a.captions, '') || char(10) || ifnull(a.byline, '')"
    " FROM articles_fts JOIN articles a ON a.key = articles_fts.rowid"
    " WHERE articles_fts MATCH ? AND articles_fts.rowid = ?"
)


def _folded_snippet(conn: sqlite3.Connection, expression: str, key: int) -> Marked | None:
    """The snippet of a match that only the folded text has, as it was printed; None without one.

    Text and folded text have the same length, so what SQLite cut out of the one is found in the other.
    """
    cut, text = conn.execute(_FOLDED, (expression, key)).fetchone()
    plain = _MARKS.sub("", cut)
    at = grammar.fold_d(text).find(plain)
    if at < 0 or plain == cut:
        return None
    letters = iter(text[at : at + len(plain)])
    printed = "".join(c if c in (_OPEN, _CLOSE) else next(letters) for c in cut)
    before, after = "…" if at else "", "…" if at + len(plain) < len(text) else ""
    return _marked(f"{before}{printed}{after}")


def _marked(text: str) -> Marked:
    """Text with the places that SQLite marked taken out of it; white space folded."""
    text = " ".join(text.split())
    plain, marks, start = "", [], 0
    at = 0
    for match in _MARKS.finditer(text):
        plain += text[at : match.start()]
        at = match.end()
        if match.group() == _OPEN:
            start = len(plain)
        else:
            marks.append((start, len(plain)))
    return Marked(plain + text[at:], tuple(marks))
