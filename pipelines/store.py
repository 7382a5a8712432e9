"""Store: what was decided, written. One fetch is one set of rows, all in the caller's transaction.

The ledger's row, the article with all that hangs on it, its identities and aliases, the
frontier and the run's counters change together or not at all. Decides nothing that
:mod:`pipelines.dedupe` has not decided, except when to look again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol, cast

from crawler.items import Article, Cause, Copy, Fetch, FetchKind, Found, Outcome
from pipelines import copies, frontier, originals, revisions, times
from pipelines.content import COPY_TEMPLATE, Content
from pipelines.database import rows
from pipelines.database.stored import Identify, Stored, by_url, content_of
from pipelines.dedupe import Decision, Prepared, change_from, modified_at, near_of
from pipelines.join import join
from pipelines.schedule import Schedule
from pipelines.similarity import Text

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Keep = Callable[[Fetch], "tuple[str, int] | None"]
"""Puts a fetch into the raw archive; gives file and offset, None where there is nothing to keep."""

_WITHDRAWN: Final = frozenset({404, 410})
_LATEST: Final = 20
"""Answers for articles looked back on. Where half of them were 404 or 410 the site is at fault: what is
not found then is not marked withdrawn, but looked at again in some hours."""
_LATEST_ROWS: Final = 500
"""Rows of the ledger in which they are looked for: the last few runs', feeds and all."""
_LATEST_GONE: Final = """
    SELECT count(*) FILTER (WHERE status IN (404, 410)) FROM (
        SELECT status FROM (SELECT kind, status FROM fetches ORDER BY id DESC LIMIT ?)
        WHERE kind = 'article' AND status IS NOT NULL LIMIT ?)
"""


_SAME_TEXT: Final = 0.95
"""From which similarity on an article of the old CMS and a post of the new one may be the same: what moved
lost at most a line."""


@dataclass(slots=True, kw_only=True)
class Writer:
    """Writes fetches through one connection, inside the transaction that the caller has begun."""

    conn: sqlite3.Connection
    run_id: int
    identify: Identify
    schedule: Schedule
    names: rows.Names = field(default_factory=rows.Names)

    def ledger(self, fetch: Fetch, now: datetime) -> None:
        """Write a fetch that brought no article: the ledger, and what it means for what is known."""
        stored = self._concerns(fetch) if fetch.kind in (FetchKind.ARTICLE, FetchKind.FILE) else None
        if stored is not None:
            fetch.article_id = stored.id
            self._known_article(fetch, stored, now)
        if fetch.outcome in frontier.RETRIED:
            frontier.failed(self.conn, fetch, now, self.schedule)
        if fetch.outcome is Outcome.READ or (
            fetch.outcome is Outcome.NOT_MODIFIED and not _owes_article(fetch, stored)
        ):
            frontier.read(self.conn, fetch.url, fetch.walks)
        frontier.add_found(self.conn, fetch.found, now, self.identify)
        rows.insert_fetch(self.conn, self.run_id, fetch)

    def _concerns(self, fetch: Fetch) -> Stored | None:
        return by_url(self.conn, fetch.url, self.identify)

    def _known_article(self, fetch: Fetch, stored: Stored, now: datetime) -> None:
        """A stored article answered without a page: seen again, gone, or to be tried later."""
        born = stored.published_at or stored.created_at or stored.first_seen_at
        again = self._next_check(born, stored.first_seen_at, now)
        seen = times.utc(fetch.fetched_at)
        if fetch.outcome is Outcome.NOT_MODIFIED:
            rows.seen_again(self.conn, stored.key, seen, again, None)
        elif fetch.outcome in frontier.RETRIED and not stored.is_copy:
            gone = fetch.status in _WITHDRAWN and fetch.url == stored.url and seen >= stored.last_seen_at
            since = stored.withdrawn_at or (seen if gone else None)
            withdrawn_at = seen if gone and not self._is_amid_faults() else None
            self.conn.execute(
                "UPDATE articles SET next_check_at = ?, withdrawn_at = coalesce(withdrawn_at, ?)"
                " WHERE key = ?",
                (_earlier(again, self._next_look(since, now)), withdrawn_at, stored.key),
            )

    def _next_look(self, gone_since: str | None, now: datetime) -> str | None:
        """When to look whether an article that is not found is back; None: there is no such look."""
        at = self.schedule.next_look(times.parse(gone_since), now) if gone_since else None
        return times.utc(at) if at else None

    def _is_amid_faults(self) -> bool:
        """Whether so many of the latest articles were not found that it says nothing of any one of them."""
        (gone,) = self.conn.execute(_LATEST_GONE, (_LATEST_ROWS, _LATEST)).fetchone()
        return int(gone) >= _LATEST // 2

    def article(self, page: Prepared, decision: Decision, now: datetime) -> None:
        """Write a fetch that brought an article (or a copy of one), as decided."""
        fetch = page.fetch
        if decision.outcome is Outcome.NOT_ARTICLE:
            self.ledger(fetch, now)
            return
        fetch.article_id = self._write(page, decision, now)
        self._around(page, decision, fetch.article_id, now)
        frontier.add_found(self.conn, fetch.found, now, self.identify)
        rows.insert_fetch(self.conn, self.run_id, fetch)

    def _write(self, page: Prepared, decision: Decision, now: datetime) -> str:
        stored = decision.stored
        if decision.identity.belied is not None:
            rows.take_back(self.conn, decision.identity.belied.id, _article(page))
        if stored is None:
            return self._insert(page, decision, now)
        if decision.identity.joined:
            self._join(page, decision, stored, now)
        elif decision.late:
            self._insert_late(page, stored)
        elif decision.rewrite:
            was = decision.change.old if decision.change else content_of(self.conn, stored.id)
            self._update(page, decision, stored, was, now)
        elif not decision.beside:
            self._touch(page, stored, now)
        return stored.id

    def _insert(self, page: Prepared, decision: Decision, now: datetime) -> str:
        article, original = _article(page), decision.near.original
        link = (original.id, original.similarity) if original else None
        seen = times.utc(page.fetch.fetched_at)
        row = self._row(page, article, seen, now)
        key = rows.insert_article(self.conn, article.id, row, link)
        rows.add_identities(self.conn, article.id, decision.identity.ids)
        rows.write_children(self.conn, article.id, article, self.names, self.identify)
        rows.link_related(self.conn, article.id, article.url)
        self.conn.execute("DELETE FROM aliases WHERE url = ?", (article.url,))  # it led elsewhere until now
        if page.text is not None:
            originals.settle(self.conn, key, page.text, decision.near)
        if original is not None:
            self._look_whether_moved(article.id, original, now)
        return article.id

    def _look_whether_moved(self, id_: str, original: originals.Original, now: datetime) -> None:
        """Let the original be due where it may be the same article, of the days of the old CMS: then its
        address redirects to the new one's, and the two are joined."""
        of_old_cms = times.day_of_id(original.id) is not None and times.day_of_id(id_) is None
        if of_old_cms and original.similarity >= _SAME_TEXT:
            self.conn.execute(
                "UPDATE articles SET next_check_at = ? WHERE id = ? AND template <> ?",
                (times.utc(now), original.id, COPY_TEMPLATE),
            )

    def _join(self, page: Prepared, decision: Decision, stored: Stored, now: datetime) -> None:
        """Let the page follow on the last text of all the rows that are one article."""
        seen = times.utc(page.fetch.fetched_at)
        stored, last = join(self.conn, stored, decision.identity.joined, seen_at=seen)
        same = last.content_hash == page.hashes.content
        change = None if same else change_from(last.content, last.template, page)
        decision = replace(decision, change=change, near=near_of(self.conn, page, stored.key))
        self._update(page, decision, stored, last.content, now)

    def _update(
        self, page: Prepared, decision: Decision, stored: Stored, was: Content, now: datetime
    ) -> None:
        """Write a page over the row of its article; ``was``: the text that it follows."""
        assert page.content is not None
        article = replace(_article(page), url=decision.url, modified_at=modified_at(page, stored))
        revision, change = stored.revision, decision.change
        before = content_of(self.conn, stored.id) if decision.identity.joined else was
        if change is not None:
            # What the parser changes is superseded now, whenever the page was saved.
            seen = now if change.cause is Cause.PARSER else page.fetch.fetched_at
            revision = revisions.supersede(self.conn, stored, change, times.utc(seen))
        else:
            revisions.keep_letters(self.conn, stored, was, page.content)
        rows.delete_children(self.conn, stored.id)
        row = self._row(page, article, stored.first_seen_at, now)
        row = replace(row, seen_at=_seen_at(page, stored))
        rows.update_article(self.conn, stored.key, row, revision)
        rows.write_children(self.conn, stored.id, article, self.names, self.identify)
        if decision.url != stored.url:  # what was an alias until now
            self.conn.execute("DELETE FROM aliases WHERE url = ?", (decision.url,))
        self._settle(page, decision, stored, before)

    def _settle(self, page: Prepared, decision: Decision, stored: Stored, before: Content) -> None:
        """Write what the changed text repeats, and decide anew for those that repeated it."""
        assert page.text is not None
        original = decision.near.original
        link = (original.id, original.similarity) if original else (None, None)
        self.conn.execute(
            "UPDATE articles SET duplicate_of = ?, similarity = ? WHERE key = ?", (*link, stored.key)
        )
        text = Text(before.headline, before.lead, before.body)
        originals.settle(self.conn, stored.key, page.text, decision.near, before=text)

    def _touch(self, page: Prepared, stored: Stored, now: datetime) -> None:
        article, seen = _article(page), _seen_at(page, stored)
        late = seen < stored.last_seen_at
        modified = None if late else times.local(article.modified_at)
        rows.seen_again(self.conn, stored.key, seen, self._due(article, stored.first_seen_at, now), modified)

    def _insert_late(self, page: Prepared, stored: Stored) -> None:
        article, seen = _article(page), times.utc(page.fetch.fetched_at)
        assert page.content is not None
        late = revisions.Text(
            content=page.content,
            content_hash=page.hashes.content,
            since=seen,
            template=article.template,
            modified_at=times.local(article.modified_at),
        )
        revision = revisions.insert_late(self.conn, stored, late)
        self.conn.execute(
            "UPDATE articles SET revision = ?, first_seen_at = min(first_seen_at, ?) WHERE key = ?",
            (revision, seen, stored.key),
        )

    def _around(self, page: Prepared, decision: Decision, id_: str, now: datetime) -> None:
        """Identities, aliases, the copy itself and the frontier of an article just written."""
        article, fetch = _article(page), page.fetch
        seen = times.utc(fetch.fetched_at)
        if decision.stored is not None:
            rows.add_identities(self.conn, id_, decision.identity.ids)
        if fetch.copy is not None:
            self._keep_copy(page, fetch.copy, id_)
        if fetch.article is None:
            if decision.stored is None:
                owed = Found(url=article.url, kind=FetchKind.ARTICLE, found_by="copy")
                frontier.add_found(self.conn, (owed,), now, self.identify)
            return
        urls = self._aliases(fetch, article, decision, id_)
        rows.add_aliases(self.conn, id_, [url for url in urls if url != decision.url], seen)
        frontier.remove(self.conn, [article.url, *urls], decision.identity.ids)
        if not self._may_be_of(fetch.url, id_):  # its own article was not answered: that is still owed
            frontier.failed(self.conn, fetch, now, self.schedule)

    def _aliases(self, fetch: Fetch, article: Article, decision: Decision, id_: str) -> list[str]:
        """The other URLs that are this article's: those that led to the page and name no other one, and its
        canonical link where that names the article (a broken one names the home page, or another article)."""
        urls = (fetch.url, *fetch.aliases, article.url, decision.stored.url if decision.stored else "")
        mine = []
        for url in dict.fromkeys(url for url in urls if url.startswith(("https://", "http://"))):
            is_own_word = url == article.canonical_link and url not in (fetch.url, article.url)
            if self._may_be_of(url, id_) and (self.identify(url) or not is_own_word):
                mine.append(url)
        return mine

    def _may_be_of(self, url: str, id_: str) -> bool:
        """Whether a URL names no article, or this one by an id that is known to be its; one that is only
        asked about (a redirect away from an article not seen yet) is that of an article of its own."""
        named = self.identify(url)
        return named is None or rows.article_of(self.conn, named) == id_

    def _keep_copy(self, page: Prepared, copy: Copy, id_: str) -> None:
        assert page.content is not None
        copies.keep(self.conn, id_, page.fetch, copies.row_of(copy, page.content, page.hashes.content))

    def _row(self, page: Prepared, article: Article, first_seen_at: str, now: datetime) -> rows.Row:
        assert page.content is not None
        seen = times.utc(page.fetch.fetched_at)
        section_id = self.names.section_id(self.conn, article.section, seen)
        return rows.Row(
            values=rows.text_values(article, page.content, section_id, page.hashes),
            seen_at=seen,
            next_check_at=self._due(article, first_seen_at, now),
        )

    def _due(self, article: Article, first_seen_at: str, now: datetime) -> str | None:
        if article.template == COPY_TEMPLATE:
            return None  # owed by the frontier, not due for a re-check
        born = article.published_at or article.created_at
        return self._next_check(times.local(born) or first_seen_at, first_seen_at, now)

    def _next_check(self, born: str, first_seen_at: str, now: datetime) -> str | None:
        """When an article is due again: what is dated after it was seen is as old as its first sight."""
        at = self.schedule.next_check(min(times.parse(born), times.parse(first_seen_at)), now)
        return times.utc(at) if at else None


def _seen_at(page: Prepared, stored: Stored) -> str:
    """When a page shows a stored article: one that is read again shows it no later than was known before,
    even where its record is dated in the future."""
    seen = times.utc(page.fetch.fetched_at)
    return min(seen, stored.last_seen_at) if page.fetch.cause is Cause.PARSER else seen


def _owes_article(fetch: Fetch, stored: Stored | None) -> bool:
    """Whether a fetch was for an article that is still not stored."""
    return fetch.kind is FetchKind.ARTICLE and (stored is None or stored.is_copy)


def _earlier(one: str | None, other: str | None) -> str | None:
    """The earlier of two times; None is never."""
    return min(filter(None, (one, other)), default=None)


def _article(page: Prepared) -> Article:
    assert page.article is not None
    return page.article


class Recording(Protocol):
    """What the pipeline needs of a :class:`pipelines.recorder.Recorder`."""

    def record(self, fetch: Fetch | Prepared) -> Fetch:
        """Decide and write in one transaction."""


class Store:
    """Scrapy's step 300: decides and writes in one transaction, through ``crawler.recorder``.

    The extension that opens the run puts a :class:`pipelines.recorder.Recorder` there before the
    first item; without one nothing can be recorded, and the first item fails with an error.
    """

    def __init__(self, crawler: Crawler):
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Store:
        """Scrapy's way to make a pipeline."""
        return cls(crawler)

    def process_item(self, item: Fetch | Prepared) -> Fetch:
        """The fetch with its outcome, reason and article id; raises DatabaseError."""
        recorder = cast(Recording, self._crawler.recorder)  # type: ignore[attr-defined]
        fetch = recorder.record(item)
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value(f"tintuc/outcome/{fetch.kind}/{fetch.outcome}")
        return fetch
