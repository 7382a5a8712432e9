"""Dedupe: what a page is to what is stored (new, updated, unchanged, a duplicate), and why.

Three steps, each with its reason: the same identity is the same row; the same content under
another identity, and nearly the same, is a duplicate of the earliest published. Decides only, by
reading; :mod:`pipelines.store` writes, in the same transaction. Nothing is ever dropped.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from crawler.items import Article, Cause, Fetch, Outcome
from pipelines import copies, originals, revisions, times
from pipelines.content import Content, Hashes, hash_and_words, hashes_of, stand_in
from pipelines.database import rows
from pipelines.database.stored import Identify, Stored, content_of, related_of
from pipelines.identity import Identity, bare_like, identify_article, is_bare
from pipelines.revisions import OLDER_PAGE, Change
from pipelines.similarity import Text

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

READ_ANEW: Final = "the text is the same; other fields were read anew"
"""How the reason of ``unchanged`` ends where the rows were written again, to be told by in the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A fetch with what can be worked out from it alone.

    The article (or the one a copy stands in for), its content and hashes, its text ready to be
    compared; None and empty for a fetch without an article.
    """

    fetch: Fetch
    article: Article | None = None
    content: Content | None = None
    hashes: Hashes = field(default_factory=lambda: Hashes("", "", 0))
    text: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with a page.

    ``url``: the address the row is to have. ``rewrite``: the rows are to be written again.
    ``late``: the page is older than what is stored, so that its text goes among the superseded
    ones. ``beside``: it is a copy, kept beside the article and not in it.
    """

    outcome: Outcome
    reason: str | None = None
    identity: Identity = field(default_factory=Identity)
    change: Change | None = None
    url: str = ""
    rewrite: bool = False
    late: bool = False
    beside: bool = False
    near: originals.Decision = field(default_factory=originals.Decision)

    @property
    def stored(self) -> Stored | None:
        """The row the page belongs to; None for a new article."""
        return self.identity.stored


def prepare(fetch: Fetch) -> Prepared:
    """Work out what needs no database; pure."""
    article = fetch.article or (stand_in(fetch.copy) if fetch.copy else None)
    if article is None or fetch.outcome is not None:
        return Prepared(fetch=fetch)
    content = Content.of(fetch.article or fetch.copy or article)
    return Prepared(
        fetch=fetch,
        article=article,
        content=content,
        hashes=hashes_of(article, content),
        text=Text(article.headline, article.lead, article.body),
    )


def decide(conn: sqlite3.Connection, page: Prepared, identify: Identify) -> Decision:
    """Decide what a page with an article is to what is stored; reads only."""
    assert page.article is not None
    identity = identify_article(conn, page.fetch, page.article, identify)
    if identity.refused is not None:
        return Decision(outcome=Outcome.NOT_ARTICLE, reason=identity.refused, identity=identity)
    stored = identity.stored
    if stored is None:
        return _new(conn, page, identity)
    if page.fetch.article is None and not stored.is_copy:
        reason = f"a copy of article {stored.id}, which is stored itself"
        known = copies.is_known(conn, stored.id, page.hashes.content)
        outcome = Outcome.UNCHANGED if known else Outcome.DUPLICATE
        return Decision(outcome=outcome, reason=reason, identity=identity, beside=True)
    if identity.joined and any(_was_seen_since(page, row) for row in (stored, *identity.joined)):
        identity = identity.alone()  # only a page of today joins ids
        stored = identity.stored or stored
    if _is_late(conn, page, stored):
        return _late(conn, page, identity)
    return _seen_before(conn, page, identity)


def _was_seen_since(page: Prepared, row: Stored) -> bool:
    """Whether an article was seen later than the page was; a copy that stands in never was."""
    return times.utc(page.fetch.fetched_at) < row.last_seen_at and not row.is_copy


def _is_late(conn: sqlite3.Connection, page: Prepared, stored: Stored) -> bool:
    """Whether the page was saved before what is stored of its article.

    A new reading by the parser is late where it is of a page that the site has changed since.
    """
    if page.fetch.article is None:
        return _is_late_copy(conn, page, stored)
    if page.fetch.cause is Cause.PARSER and not stored.is_copy:
        return revisions.has_changed_since(conn, stored.id, times.utc(page.fetch.fetched_at))
    return _was_seen_since(page, stored)


def _is_late_copy(conn: sqlite3.Connection, page: Prepared, stored: Stored) -> bool:
    """Whether a copy was read before the one that stands in; read again, whether it is another one.

    Two may have been read in the same second: their places in the raw archive tell them apart, or that the
    text of this one is superseded.
    """
    saved_at = times.utc(page.fetch.fetched_at)
    if page.fetch.cause is not Cause.PARSER:
        return saved_at < stored.last_seen_at
    if page.fetch.archive_file is not None:
        place = (page.fetch.archive_file, page.fetch.archive_offset)
        return place != copies.place_of_stand_in(conn, stored.id)
    if revisions.has_changed_since(conn, stored.id, saved_at):
        return True
    new = page.hashes.content
    return new != stored.content_hash and revisions.kept_number(conn, stored.id, new) is not None


def _new(conn: sqlite3.Connection, page: Prepared, identity: Identity) -> Decision:
    assert page.article is not None
    if is_bare(page.article) and (same := bare_like(conn, page.hashes.content)):
        reason = f"the page shows neither a template nor a date, and was answered for article {same} too"
        return Decision(outcome=Outcome.NOT_ARTICLE, reason=reason, identity=Identity(refused=reason))
    near = near_of(conn, page, None)
    return Decision(
        url=page.article.url,
        outcome=Outcome.NEW if near.original is None else Outcome.DUPLICATE,
        reason=_repeats(near.original) or ("a copy stands in for the article" if page.fetch.copy else None),
        identity=identity,
        near=near,
    )


def near_of(conn: sqlite3.Connection, page: Prepared, key: int | None) -> originals.Decision:
    """What the text repeats; ``key``: its own row, None while it has none.

    Without lead, body and photos there is nothing that could be repeated: two videos under one
    headline are two issues of a programme.
    """
    article = page.article
    assert article is not None
    assert page.text is not None
    if not (article.lead or article.body or article.photos):
        return originals.nothing(conn, key)
    published = times.local(article.published_at or article.created_at)
    return originals.decide(conn, page.text, content_hash=page.hashes.content, published=published, key=key)


def _repeats(original: originals.Original | None) -> str | None:
    if original is None:
        return None
    if original.similarity == 1:
        return f"the same text as article {original.id}"
    return f"{original.similarity:.0%} of the shorter text is also in article {original.id}"


def _late(conn: sqlite3.Connection, page: Prepared, identity: Identity) -> Decision:
    """A page saved earlier than the stored text: known already, or one more superseded text."""
    stored = identity.stored
    assert stored is not None
    if page.fetch.cause is Cause.PARSER:
        what = (
            "a page that the site has changed" if page.fetch.article else "a copy that another one followed"
        )
        said = f"{what} since: superseded texts stay as they were read"
        return Decision(outcome=Outcome.UNCHANGED, reason=said, identity=identity, url=stored.url)
    known = page.hashes.content == stored.content_hash
    number = None if known else revisions.kept_number(conn, stored.id, page.hashes.content)
    if known or number is not None:
        reason = None if known else f"{OLDER_PAGE}: its text is kept as revision {number}"
        return Decision(outcome=Outcome.UNCHANGED, reason=reason, identity=identity, url=stored.url)
    reason = f"{OLDER_PAGE} than the one stored: its text is kept among the revisions"
    return Decision(outcome=Outcome.UPDATED, reason=reason, identity=identity, url=stored.url, late=True)


def _seen_before(conn: sqlite3.Connection, page: Prepared, identity: Identity) -> Decision:
    stored = identity.stored
    assert stored is not None
    change = _change(conn, page, stored)
    url = _address(page, stored)
    details = stored.details_hash != page.hashes.details or _reads_more(conn, page, stored)
    rewrite = bool(change or identity.joined or url != stored.url or details)
    back = stored.is_copy and page.fetch.article is not None
    return Decision(
        outcome=Outcome.UPDATED if change or back or identity.joined else Outcome.UNCHANGED,
        reason=_what_changed(page, change, identity, back=back, rewrite=rewrite),
        identity=identity,
        change=change,
        url=url,
        rewrite=rewrite,
        # What is joined must not count as an original: the store asks again after the join.
        near=near_of(conn, page, stored.key) if rewrite and not identity.joined else originals.Decision(),
    )


def _reads_more(conn: sqlite3.Connection, page: Prepared, stored: Stored) -> bool:
    """Whether the parser reads anew what no hash sees: what every fetch changes, what others wrote here."""
    article = page.article
    assert article is not None
    if page.fetch.cause is not Cause.PARSER:
        return False
    if times.local(modified_at(page, stored)) != stored.modified_at:
        return True
    if not rows.are_as_read(conn, stored.id, article):
        return True
    if related_of(conn, stored.id) != tuple(dict.fromkeys(article.related)):
        return True
    return hash_and_words(content_of(conn, stored.id))[0] != stored.content_hash


def modified_at(page: Prepared, stored: Stored) -> datetime | None:
    """When an article was modified, as pages say: what the parser reads again in an earlier page does
    not take back what a later one, with the same text, said."""
    article = page.article
    assert article is not None
    read = article.modified_at
    is_last = times.utc(page.fetch.fetched_at) >= stored.last_seen_at
    if page.fetch.cause is not Cause.PARSER or is_last or stored.modified_at is None:
        return read
    said = times.parse(stored.modified_at)
    return said if read is None or read < said else read


def _address(page: Prepared, stored: Stored) -> str:
    """The address of a stored article: what it was, unless that now leads to another one, or nowhere."""
    article = page.article
    assert article is not None
    led = (page.fetch.url, *page.fetch.aliases)
    gone = stored.withdrawn_at is not None and stored.withdrawn_at <= times.utc(page.fetch.fetched_at)
    moved = (gone or stored.url in led) and article.canonical_link in (None, article.url)
    return article.url if moved or stored.is_copy else stored.url


def _change(conn: sqlite3.Connection, page: Prepared, stored: Stored) -> Change | None:
    if page.hashes.content == stored.content_hash:
        return None
    return change_from(content_of(conn, stored.id), stored.template, page)


def change_from(old: Content, template: str, page: Prepared) -> Change:
    """How a page differs from a text, which was read from ``template``."""
    assert page.article is not None
    assert page.content is not None
    return Change(
        old=old,
        new=page.content,
        content_hash=page.hashes.content,
        cause=revisions.cause_of(template, old, page.article.template, page.content, page.fetch.cause),
    )


def _what_changed(
    page: Prepared, change: Change | None, identity: Identity, *, back: bool, rewrite: bool
) -> str | None:
    withdrawn_at = identity.stored.withdrawn_at if identity.stored else None
    if identity.joined:
        return f"the same article as {', '.join(row.id for row in identity.joined)}: joined"
    if back:
        return "the article itself replaces the copy that stood in for it"
    if change:
        return f"changed: {', '.join(change.changed)}"
    anew = READ_ANEW if rewrite else None
    if withdrawn_at and withdrawn_at <= times.utc(page.fetch.fetched_at):
        return f"online again; {anew}" if anew else "online again"
    return anew


class Dedupe:
    """Scrapy's step 200: works out hashes and the comparable text ahead of the store's transaction."""

    @classmethod
    def from_crawler(cls, _crawler: Crawler) -> Dedupe:
        """Scrapy's way to make a pipeline."""
        return cls()

    def process_item(self, item: Fetch) -> Prepared:
        """The fetch, prepared for :class:`pipelines.store.Store`, which decides and writes at once."""
        return prepare(item)
