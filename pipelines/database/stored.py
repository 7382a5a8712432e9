"""What is stored of one article, found by its identity or by a URL. Reads only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from crawler.items import Photo
from pipelines.content import COPY_TEMPLATE, Content, photos_of_captions

Identify = Callable[[str], "str | None"]
"""Tells the site's id that a URL names, None where it names none (``crawler.site.urls.article_id``)."""


def no_identity(_url: str) -> None:
    """The :data:`Identify` that knows no URL grammar: only whole URLs are recognised."""
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The columns of a stored article that decisions are made by."""

    key: int
    id: str
    url: str
    headline: str
    published_at: str | None
    created_at: str | None
    modified_at: str | None
    withdrawn_at: str | None
    template: str
    content_hash: str
    details_hash: str
    revision: int
    duplicate_of: str | None
    first_seen_at: str
    last_seen_at: str

    @property
    def is_copy(self) -> bool:
        """Whether a copy stands in: the article itself was never seen."""
        return self.template == COPY_TEMPLATE


_COLUMNS: Final = ", ".join(f"a.{name}" for name in Stored.__dataclass_fields__)
_BY_ID: Final = f"SELECT {_COLUMNS} FROM identities i JOIN articles a ON a.id = i.article_id WHERE i.id = ?"  # noqa: S608
_BY_URL: Final = f"SELECT {_COLUMNS} FROM articles a WHERE a.url = ? LIMIT 1"  # noqa: S608
_BY_ALIAS: Final = f"SELECT {_COLUMNS} FROM aliases x JOIN articles a ON a.id = x.article_id WHERE x.url = ?"  # noqa: S608


def _one(conn: sqlite3.Connection, sql: str, value: str) -> Stored | None:
    row = conn.execute(sql, (value,)).fetchone()
    return Stored(**dict(zip(Stored.__dataclass_fields__, row, strict=True))) if row else None


def by_id(conn: sqlite3.Connection, id_: str) -> Stored | None:
    """The article that has, or once had, this id."""
    return _one(conn, _BY_ID, id_)


def by_url(conn: sqlite3.Connection, url: str, identify: Identify = no_identity) -> Stored | None:
    """The article a URL leads to: by its address, by the id in it, or where it has none as an alias."""
    found = _one(conn, _BY_URL, url)
    if found is not None:
        return found
    id_ = identify(url)
    return by_id(conn, id_) if id_ else _one(conn, _BY_ALIAS, url)


def id_of(conn: sqlite3.Connection, key: int) -> str | None:
    """The id of the article with this key; None where none has it."""
    row = conn.execute("SELECT id FROM articles WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def content_of(conn: sqlite3.Connection, id_: str) -> Content:
    """The six fields of a stored article as they read now; of one that a copy stands in for, the copy's."""
    headline, lead, body, byline, template = conn.execute(
        "SELECT headline, lead, body, byline, template FROM articles WHERE id = ?", (id_,)
    ).fetchone()
    photos = _captions_of_copy(conn, id_) if template == COPY_TEMPLATE else _photos_of(conn, id_)
    tags = conn.execute(
        "SELECT t.name FROM article_tags x JOIN tags t ON t.id = x.tag_id WHERE x.article_id = ?"
        " ORDER BY t.name",
        (id_,),
    )
    return Content(headline, lead, body, byline, photos, tuple(name for (name,) in tags))


def _captions_of_copy(conn: sqlite3.Connection, id_: str) -> tuple[Photo, ...]:
    """The captions of the copy that stands in for an article."""
    row = conn.execute(
        "SELECT c.captions FROM articles a JOIN copies c"
        " ON c.article_id = a.id AND c.content_hash = a.content_hash WHERE a.id = ?",
        (id_,),
    ).fetchone()
    return photos_of_captions((row[0] or "").split("\n")) if row else ()


def related_of(conn: sqlite3.Connection, id_: str) -> tuple[str, ...]:
    """The addresses of the related articles of a stored one, in their order."""
    rows = conn.execute("SELECT url FROM related WHERE article_id = ? ORDER BY position", (id_,))
    return tuple(url for (url,) in rows)


def _photos_of(conn: sqlite3.Connection, id_: str) -> tuple[Photo, ...]:
    rows = conn.execute(
        "SELECT url, caption, credit, caption_raw, paragraph FROM photos WHERE article_id = ?"
        " ORDER BY position",
        (id_,),
    )
    return tuple(
        Photo(url=url, caption=caption, credit=credit, caption_raw=raw, paragraph=paragraph)
        for url, caption, credit, raw, paragraph in rows
    )


def photos_of_json(text: str | None) -> tuple[Photo, ...]:
    """Photos as ``revisions.photos`` keeps them."""
    return tuple(
        Photo(**{**photo, "url": photo["url"] or "", "paragraph": photo["paragraph"] or 0})
        for photo in json.loads(text or "[]")
    )


def photos_to_json(photos: tuple[Photo, ...]) -> str:
    """Photos as ``revisions.photos`` keeps them: of a copy's captions nothing else is known."""
    return json.dumps([_said_of(photo) for photo in photos], ensure_ascii=False)


def _said_of(photo: Photo) -> dict[str, str | int | None]:
    return {
        "url": photo.url or None,
        "caption": photo.caption,
        "credit": photo.credit,
        "caption_raw": photo.caption_raw,
        "paragraph": photo.paragraph if photo.url else None,
    }
