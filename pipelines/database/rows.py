"""The rows of an article, written: prepared SQL only, no decision.

Every statement is a constant, so that SQLite compiles it once a connection; children go in with
``executemany``. Ids of sections and tags are remembered in :class:`Names`.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Final

from crawler.items import Article, Fetch, Section
from pipelines import times
from pipelines.content import COPY_TEMPLATE, Content, Hashes, captions_of, nfc
from pipelines.database.stored import Identify

TEXT_COLUMNS: Final = (
    *("url", "kind", "section_id", "headline", "lead", "body", "byline", "published_at", "published_on"),
    *(
        "modified_at",
        "created_at",
        "word_count",
        "template",
        "sources",
        "content_hash",
        "details_hash",
        "captions",
    ),
)
"""The columns of ``articles`` that say what the page says, in the order of :func:`text_values`."""

_INSERT: Final = (
    f"INSERT INTO articles ({', '.join(TEXT_COLUMNS)}, id, first_seen_at, last_seen_at, next_check_at,"  # noqa: S608
    f" duplicate_of, similarity) VALUES ({', '.join('?' * (len(TEXT_COLUMNS) + 6))})"
)
_WHEN_SEEN: Final = (
    "first_seen_at = min(first_seen_at, :seen), next_check_at = :due,"
    # A page saved before the article was withdrawn does not bring it back.
    " withdrawn_at = CASE WHEN withdrawn_at > :seen THEN withdrawn_at END"
)
_UPDATE: Final = (
    f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in TEXT_COLUMNS)}, revision = :revision,"  # noqa: S608
    # A copy that stood in was never seen online: what replaces it is, and is all that was.
    f" last_seen_at = CASE WHEN template = '{COPY_TEMPLATE}' AND :template <> '{COPY_TEMPLATE}'"
    f" THEN :seen ELSE max(last_seen_at, :seen) END, {_WHEN_SEEN} WHERE key = :key"
)
_SEEN: Final = (
    f"UPDATE articles SET last_seen_at = max(last_seen_at, :seen), {_WHEN_SEEN},"  # noqa: S608
    " modified_at = coalesce(:modified, modified_at) WHERE key = :key"
)
_PHOTO: Final = "INSERT INTO photos VALUES (?, ?, ?, ?, ?, ?, ?)"
_VIDEO: Final = "INSERT INTO videos VALUES (?, ?, ?, ?)"
_CONTRIBUTOR: Final = "INSERT INTO contributors VALUES (?, ?, ?, ?, ?, ?)"
_TAG: Final = "INSERT OR IGNORE INTO article_tags VALUES (?, ?)"
_RELATED: Final = (
    "INSERT INTO related VALUES (?1, ?2, ?3, coalesce((SELECT article_id FROM identities WHERE id = ?4),"
    " (SELECT id FROM articles WHERE url = ?3), (SELECT article_id FROM aliases WHERE url = ?3)))"
)
_CHILDREN: Final = ("photos", "videos", "contributors", "article_tags", "related")


class Names:
    """The ids of sections and tags, remembered; forget them when a transaction is rolled back."""

    def __init__(self) -> None:
        self._sections: dict[Section, tuple[int, str]] = {}
        self._tags: dict[str, int] = {}

    def forget(self) -> None:
        """Ask the database again from now on."""
        self._sections.clear()
        self._tags.clear()

    def section_id(self, conn: sqlite3.Connection, section: Section | None, named_at: str) -> int | None:
        """The row of a section, made or completed where needed; None for no section.

        ``named_at``: when the page that names it was fetched, UTC.
        """
        if section is None:
            return None
        known, until = self._sections.get(section, (None, ""))
        if known is not None and named_at <= until:
            return known
        id_ = _store_section(conn, section, named_at)
        if section.id is not None and _adopt(conn, section):
            self._sections.clear()  # some of them are gone
        self._sections[section] = id_, named_at
        return id_

    def tag_id(self, conn: sqlite3.Connection, name: str) -> int:
        """The row of a tag, made where needed."""
        if name not in self._tags:
            conn.execute("INSERT OR IGNORE INTO tags (name) VALUES (?)", (name,))
            (self._tags[name],) = conn.execute("SELECT id FROM tags WHERE name = ?", (name,)).fetchone()
        return self._tags[name]


_NEWER_FIRST: Final = (
    "slug = coalesce(excluded.slug, slug), name = excluded.name,"
    " parent_id = coalesce(excluded.parent_id, parent_id)"
)
_ONLY_MISSING: Final = (
    "slug = coalesce(slug, excluded.slug), name = coalesce(name, excluded.name),"
    " parent_id = coalesce(parent_id, excluded.parent_id)"
)


def _store_section(conn: sqlite3.Connection, section: Section, named_at: str) -> int:
    """Write what is known of a section; what another page said stays where this one says nothing, or is
    the older one."""
    parent = section.parent_id or None
    if parent is not None:
        # A parent that no article has named yet gets a row without a name.
        conn.execute("INSERT OR IGNORE INTO sections (id) VALUES (?)", (parent,))
    id_ = section.id if section.id is not None else _unnumbered(conn, section)
    later = "SELECT 1 FROM section_names WHERE section_id = ? AND named_at > ?"
    is_newest = conn.execute(later, (id_, named_at)).fetchone() is None
    conn.execute(
        "INSERT INTO sections (id, slug, name, parent_id) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "  # noqa: S608
        + (_NEWER_FIRST if is_newest else _ONLY_MISSING),
        (id_, section.slug, nfc(section.name), parent),
    )
    if is_newest:
        conn.execute("INSERT OR REPLACE INTO section_names VALUES (?, ?)", (id_, named_at))
    return id_


def _unnumbered(conn: sqlite3.Connection, section: Section) -> int:
    """The id for a section whose page gives none: of the same slug or name, else a new negative one."""
    row = conn.execute(
        "SELECT id FROM sections WHERE slug = ?1 OR (name = ?2 AND (?1 IS NULL OR slug IS NULL))"
        " ORDER BY id < 0, slug IS NULL, id LIMIT 1",
        (section.slug, nfc(section.name)),
    ).fetchone()
    if row is None:
        row = conn.execute("SELECT min(ifnull(min(id), 0), 0) - 1 FROM sections").fetchone()
    return int(row[0])


def _adopt(conn: sqlite3.Connection, section: Section) -> bool:
    """Give a section's number to the articles that named it before without one; whether there were any."""
    rows = conn.execute(
        "SELECT id FROM sections WHERE id < 0"
        " AND (slug = ?1 OR (name = ?2 AND (slug IS NULL OR ?1 IS NULL)))",
        (section.slug, nfc(section.name)),
    ).fetchall()
    for (old,) in rows:
        conn.execute("UPDATE articles SET section_id = ? WHERE section_id = ?", (section.id, old))
        conn.execute("DELETE FROM section_names WHERE section_id = ?", (old,))
        conn.execute("DELETE FROM sections WHERE id = ?", (old,))
    return bool(rows)


def text_values(
    article: Article, content: Content, section_id: int | None, hashes: Hashes
) -> tuple[object, ...]:
    """The values of ``TEXT_COLUMNS`` for an article; ``content``: its own, or that of its copy."""
    published = times.local(article.published_at)
    return (
        *(article.url, article.kind, section_id),
        *(nfc(article.headline), nfc(article.lead), nfc(article.body), nfc(article.byline)),
        *(published, published[:10] if published else None),
        *(times.local(article.modified_at), times.local(article.created_at)),
        *(hashes.words, article.template),
        *(json.dumps(article.sources), hashes.content, hashes.details, captions_of(content.photos)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is written of an article: the ``TEXT_COLUMNS``, when it was seen and is due (UTC)."""

    values: tuple[object, ...]
    seen_at: str
    next_check_at: str | None


def insert_article(conn: sqlite3.Connection, id_: str, row: Row, original: tuple[str, float] | None) -> int:
    """Insert the row of a new article; gives its key. ``original``: what it repeats, and by how much."""
    seen, due = row.seen_at, row.next_check_at
    key = conn.execute(_INSERT, (*row.values, id_, seen, seen, due, *(original or (None, None)))).lastrowid
    assert key is not None
    return key


def update_article(conn: sqlite3.Connection, key: int, row: Row, revision: int) -> None:
    """Overwrite what the row says with what the page says now."""
    values = dict(zip(TEXT_COLUMNS, row.values, strict=True))
    conn.execute(
        _UPDATE, {**values, "revision": revision, "seen": row.seen_at, "due": row.next_check_at, "key": key}
    )


def seen_again(
    conn: sqlite3.Connection, key: int, seen_at: str, next_check_at: str | None, modified_at: str | None
) -> None:
    """Note that an article was seen online with the same content: its text columns are not touched."""
    conn.execute(_SEEN, {"seen": seen_at, "due": next_check_at, "modified": modified_at, "key": key})


def write_children(
    conn: sqlite3.Connection, id_: str, article: Article, names: Names, identify: Identify
) -> None:
    """Insert photos, videos, contributors, tags and related links of an article that has none."""
    if article.photos:
        conn.executemany(_PHOTO, _photo_rows(id_, article))
    if article.videos:
        conn.executemany(_VIDEO, _video_rows(id_, article))
    if article.contributors:
        conn.executemany(_CONTRIBUTOR, _contributor_rows(id_, article))
    if article.tags:
        tags = [nfc(tag) or "" for tag in article.tags]
        conn.executemany(_TAG, [(id_, names.tag_id(conn, tag)) for tag in tags])
    if article.related:
        links = enumerate(dict.fromkeys(article.related), start=1)
        conn.executemany(_RELATED, [(id_, at, url, identify(url)) for at, url in links])


def _photo_rows(id_: str, article: Article) -> list[tuple[object, ...]]:
    return [
        (id_, at, photo.url, nfc(photo.caption), nfc(photo.credit), nfc(photo.caption_raw), photo.paragraph)
        for at, photo in enumerate(article.photos, start=1)
    ]


def _video_rows(id_: str, article: Article) -> list[tuple[object, ...]]:
    return [(id_, at, video.url, video.poster) for at, video in enumerate(article.videos, start=1)]


def _contributor_rows(id_: str, article: Article) -> list[tuple[object, ...]]:
    return [
        (id_, at, who.kind, nfc(who.name), who.role, nfc(who.agency))
        for at, who in enumerate(article.contributors, start=1)
    ]


_ROWS: Final = {"photos": _photo_rows, "videos": _video_rows, "contributors": _contributor_rows}


def are_as_read(conn: sqlite3.Connection, id_: str, article: Article) -> bool:
    """Whether the photos, videos and contributors of a stored article are those read, row by row."""
    return all(
        conn.execute(f"SELECT * FROM {table} WHERE article_id = ? ORDER BY position", (id_,)).fetchall()  # noqa: S608
        == rows_of(id_, article)
        for table, rows_of in _ROWS.items()
    )


def delete_children(conn: sqlite3.Connection, id_: str) -> None:
    """Delete what :func:`write_children` inserts."""
    for table in _CHILDREN:
        conn.execute(f"DELETE FROM {table} WHERE article_id = ?", (id_,))  # noqa: S608  # a name of ours


def add_identities(conn: sqlite3.Connection, id_: str, ids: tuple[str, ...]) -> None:
    """Record ids of the site for an article; an id that already means one keeps its meaning."""
    conn.executemany("INSERT OR IGNORE INTO identities VALUES (?, ?)", [(known, id_) for known in ids])


def article_of(conn: sqlite3.Connection, id_: str) -> str | None:
    """The article that an id of the site is on record as; None where it is not."""
    row = conn.execute("SELECT article_id FROM identities WHERE id = ?", (id_,)).fetchone()
    return row[0] if row else None


def take_back(conn: sqlite3.Connection, id_: str, article: Article) -> None:
    """Forget that an article's id and address were recorded as those of article ``id_``."""
    conn.execute("DELETE FROM identities WHERE id = ? AND article_id = ?", (article.id, id_))
    conn.execute("DELETE FROM aliases WHERE url = ? AND article_id = ?", (article.url, id_))
    conn.execute("UPDATE related SET related_id = NULL WHERE related_id = ? AND url = ?", (id_, article.url))


def add_aliases(conn: sqlite3.Connection, id_: str, urls: list[str], seen_at: str) -> None:
    """Record other URLs of an article; what is the address of another one stays that."""
    conn.executemany(
        "INSERT INTO aliases SELECT ?1, ?2, ?3"
        " WHERE NOT EXISTS (SELECT 1 FROM articles WHERE url = ?1 AND id <> ?2)"
        " ON CONFLICT (url) DO UPDATE SET article_id = excluded.article_id"
        " WHERE article_id <> excluded.article_id",
        [(url, id_, seen_at) for url in urls],
    )


def link_related(conn: sqlite3.Connection, id_: str, url: str) -> None:
    """Let the related links that waited for a new article lead to it."""
    conn.execute("UPDATE related SET related_id = ? WHERE url = ? AND related_id IS NULL", (id_, url))


_FETCH: Final = (
    "INSERT INTO fetches (run_id, kind, url, article_id, warnings, fetched_at, status, outcome, reason,"
    " bytes, elapsed_ms, etag, last_modified, archive_file, archive_offset)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_COUNT: Final = (
    "INSERT INTO run_counts VALUES (?, ?, ?, 1)"
    " ON CONFLICT (run_id, kind, outcome) DO UPDATE SET count = count + 1"
)


def insert_fetch(conn: sqlite3.Connection, run_id: int, fetch: Fetch) -> None:
    """Write the ledger's row of a fetch whose outcome is decided, and count it for its run."""
    warnings = json.dumps(fetch.warnings, ensure_ascii=False) if fetch.warnings else None
    conn.execute(
        _FETCH,
        (
            *(run_id, fetch.kind, fetch.url, fetch.article_id, warnings, times.utc(fetch.fetched_at)),
            *(fetch.status, fetch.outcome, fetch.reason, fetch.bytes, fetch.elapsed_ms),
            *(fetch.etag, fetch.last_modified, fetch.archive_file, fetch.archive_offset),
        ),
    )
    conn.execute(_COUNT, (run_id, fetch.kind, fetch.outcome))
