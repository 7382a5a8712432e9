"""Holding what the database says of an article against what its page says, field by field."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crawler.items import Article

SCALARS = (
    "url",
    "headline",
    "lead",
    "body",
    "byline",
    "published_at",
    "modified_at",
    "created_at",
    "kind",
    "template",
)


def stored_fields(conn: sqlite3.Connection, id_: str) -> dict[str, Any]:
    """Every field of a stored article, children as lists of tuples."""
    row = conn.execute("SELECT * FROM articles WHERE id = ?", (id_,)).fetchone()
    fields: dict[str, Any] = {name: row[name] for name in SCALARS}
    section = conn.execute("SELECT id, name FROM sections WHERE id = ?", (row["section_id"],)).fetchone()
    fields["section"] = tuple(section) if section else None
    for name, columns in (
        ("photos", "url, caption, credit, caption_raw, paragraph"),
        ("videos", "url, poster"),
        ("contributors", "kind, name, role, agency"),
        ("related", "url"),
    ):
        sql = f"SELECT {columns} FROM {name} WHERE article_id = ? ORDER BY position"
        fields[name] = [tuple(child) for child in conn.execute(sql, (id_,))]
    sql = "SELECT name FROM article_tags JOIN tags ON tags.id = tag_id WHERE article_id = ?"
    fields["tags"] = {name for (name,) in conn.execute(sql, (id_,))}
    return fields


def printed_fields(article: Article) -> dict[str, Any]:
    """The same of an article as its page says it."""
    fields: dict[str, Any] = {name: _plain(getattr(article, name)) for name in SCALARS}
    section = article.section
    fields["section"] = (section.id, section.name) if section else None
    fields["photos"] = [(p.url, p.caption, p.credit, p.caption_raw, p.paragraph) for p in article.photos]
    fields["videos"] = [(video.url, video.poster) for video in article.videos]
    fields["contributors"] = [(str(c.kind), c.name, c.role, c.agency) for c in article.contributors]
    fields["related"] = [(url,) for url in article.related]
    fields["tags"] = set(article.tags)
    return fields


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    return str(value) if value is not None else None


def differences(stored: dict[str, Any], printed: dict[str, Any]) -> Iterator[str]:
    """The fields that differ, each in a line with both readings."""
    for name, expected in printed.items():
        if stored[name] != expected:
            yield f"{name}: stored {stored[name]!r}, printed {expected!r}"
