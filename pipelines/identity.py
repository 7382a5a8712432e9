"""Which stored article a page is: by the site's ids in every URL that led to it.

Two ids become one article only on evidence: a redirect or a canonical link says so *and* headline
or publication time agrees, of two pages that were both seen. An id whose article was never seen
leads to nothing but a warning. Nor is a page that shows neither a template nor a date evidence of
anything but itself. Reads only; :mod:`pipelines.join` does the writing.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from crawler.items import Article, Cause, Fetch
from pipelines import times
from pipelines.content import normal
from pipelines.database.stored import Identify, Stored, by_id

NEAR_CREATION: Final = timedelta(days=1)
"""How far the day in a 17-digit id may lie from the publication: drafts wait over night at most
(35 minutes at most on the pages seen)."""

SAME_STORY: Final = timedelta(days=1)
"""How far apart two pages under one headline may be published and be the same article: further, they
are two issues of a series."""


_GENERIC: Final = "generic"
"""The ``template`` of a page that no template recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a page's ids say.

    ``stored``: the row it belongs to, None for a new article. ``joined``: rows that turn out to be
    the same article. ``own``: that of them which has the page's own id on record. ``ids``: ids to record
    for it. ``refused``: why the ids cannot be one article. ``doubts``: what could not be checked or was
    found wrong, as warnings. ``belied``: the row that has the page's id on record although it is another
    article, None where all is well.
    """

    stored: Stored | None = None
    joined: tuple[Stored, ...] = ()
    own: Stored | None = None
    ids: tuple[str, ...] = ()
    refused: str | None = None
    doubts: tuple[str, ...] = ()
    belied: Stored | None = None

    def alone(self) -> Identity:
        """The same page without the rows that its addresses would join."""
        return replace(self, stored=self.own or self.stored, joined=())


def identify_article(
    conn: sqlite3.Connection, fetch: Fetch, article: Article, identify: Identify
) -> Identity:
    """Find the stored article that a page is, and the ids to join; writes nothing."""
    found = by_id(conn, article.id)
    belied = found if found and _is_another(conn, fetch, article, found) else None
    own = None if belied else found
    ids = [id_ for id_ in named_ids(fetch, article, identify) if id_ != article.id]
    rows = {id_: by_id(conn, id_) for id_ in ids}
    others = _other_rows(own, rows)
    refused = _why_not(conn, article, own, others, elsewhere=bool(ids))
    if refused is not None:
        return Identity(stored=own, refused=refused)
    unknown = [id_ for id_, row in rows.items() if row is None]
    identity = _joined(own, others, article, unknown)
    return _taken_back(identity, article, belied) if belied else identity


def _why_not(
    conn: sqlite3.Connection, article: Article, own: Stored | None, others: list[Stored], *, elsewhere: bool
) -> str | None:
    """Why a page is not the article of the rows that it would change; None: it is.

    ``elsewhere``: the addresses name another id too, so that the page of another article may have been
    answered: then it must agree with its own row as well, under whatever headline that had.
    """
    rows = [*([own] if own else []), *others]
    if is_bare(article) and (row := next((row for row in rows if not _is_bare_row(row)), None)):
        return f"the page shows neither a template nor a date: it does not take the place of article {row.id}"
    unlike = next((row for row in others if not agree(article, row)), None)
    if unlike is not None:
        return _disagreement(article, unlike)
    if own and elsewhere and not (agree(article, own) or _was_called(conn, own, article.headline)):
        return (
            f"the page has neither headline nor publication time of article {own.id}, whose address this is"
        )
    return None


def is_bare(article: Article) -> bool:
    """Whether nothing vouches for a page but its address: no template read it, and it states no date.

    It may be an article of a design not known yet, or what stands in the way of one."""
    return article.template == _GENERIC and article.published_at is None


def bare_like(conn: sqlite3.Connection, content_hash: str) -> str | None:
    """The id of a stored article of this very text that nothing vouches for either."""
    sql = "SELECT id FROM articles WHERE content_hash = ? AND template = ? AND published_at IS NULL"
    row = conn.execute(sql, (content_hash, _GENERIC)).fetchone()
    return row[0] if row else None


def _is_bare_row(row: Stored) -> bool:
    return row.template == _GENERIC and row.published_at is None


def named_ids(fetch: Fetch, article: Article, identify: Identify) -> list[str]:
    """The site's ids in the URLs that led to a page and in its canonical link, each once."""
    urls = (fetch.url, *fetch.aliases, article.canonical_link)
    return list(dict.fromkeys(id_ for url in urls if url and (id_ := identify(url))))


def _other_rows(own: Stored | None, rows: dict[str, Stored | None]) -> list[Stored]:
    found = {row.key: row for row in rows.values() if row is not None}
    if own is not None:
        found.pop(own.key, None)
    return [found[key] for key in sorted(found)]


def _joined(own: Stored | None, others: list[Stored], article: Article, unknown: list[str]) -> Identity:
    rows = sorted([*([own] if own else []), *others], key=lambda row: row.key)
    wrong = next((id_ for id_ in unknown if _day_agrees(article, id_) is False), None)
    if wrong is not None:
        return Identity(
            stored=own, refused=f"the address names {wrong}, of another day than article {article.id}"
        )
    return Identity(
        stored=rows[0] if rows else None,
        joined=tuple(rows[1:]),
        own=own,
        ids=(article.id,),
        doubts=tuple(f"cannot tell whether {id_} is the same article as {article.id}" for id_ in unknown),
    )


def _is_another(conn: sqlite3.Connection, fetch: Fetch, article: Article, row: Stored) -> bool:
    """Whether the row that has a page's id on record is not the page's article after all.

    A row that was given the id of another article has an id and an address of its own. The parser
    takes nothing back: what it reads again may be older than the edits that came since. Nor does a
    copy, which is not the article's own page.
    """
    if row.id == article.id or row.url == article.url:
        return False
    if fetch.article is None or fetch.cause is Cause.PARSER:
        return False
    return not agree(article, row) and not _was_called(conn, row, article.headline)


def _was_called(conn: sqlite3.Connection, row: Stored, headline: str | None) -> bool:
    """Whether a superseded text of a stored article has this headline."""
    sql = "SELECT headline FROM superseded WHERE article_id = ? AND headline IS NOT NULL"
    return any(_same(headline, old) for (old,) in conn.execute(sql, (row.id,)))


def _taken_back(identity: Identity, article: Article, belied: Stored) -> Identity:
    doubt = f"{article.id} was recorded as article {belied.id}, but is another one"
    return replace(identity, belied=belied, doubts=(doubt, *identity.doubts))


def agree(article: Article, row: Stored) -> bool:
    """Whether headline or publication time of a page are those of a stored article.

    Times agree to the minute: one design prints no seconds. The headline alone does not count for
    pages published more than ``SAME_STORY`` apart.
    """
    if article.published_at is None or row.published_at is None:
        return _same(article.headline, row.headline)
    published = times.parse(row.published_at)
    if _minute(article.published_at) == _minute(published):
        return True
    near = abs(article.published_at - published) <= SAME_STORY
    return near and _same(article.headline, row.headline)


def _same(one: str | None, other: str | None) -> bool:
    return normal(one).casefold() == normal(other).casefold()


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _day_agrees(article: Article, id_: str) -> bool | None:
    """Whether an id not known yet fits a page's publication; None where nothing tells."""
    day = times.day_of_id(id_)
    at = article.published_at or article.created_at
    if day is None or at is None:
        return None
    created = datetime.fromisoformat(day).replace(tzinfo=times.HANOI)
    return -NEAR_CREATION <= at - created <= 2 * NEAR_CREATION


def _disagreement(article: Article, row: Stored) -> str:
    return (
        f"the address leads to article {article.id}, but {row.id} is stored with another headline"
        f" and publication time"
    )
