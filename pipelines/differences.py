"""What of a stored article reads differently now, field by field, as text that a person compares.

Reads only, and decides nothing: :mod:`pipelines.dedupe` has decided that there is a difference.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final

from crawler.items import Article, Section
from pipelines import times
from pipelines.content import nfc
from pipelines.database.stored import Stored, content_of, related_of
from pipelines.dedupe import Prepared, modified_at

Texts = dict[str, str | None]
"""Field -> what it says, as text; None: nothing."""

_COLUMNS: Final = ("kind", "template", "published_at", "modified_at", "created_at", "sources")


def differences(
    conn: sqlite3.Connection, stored: Stored, page: Prepared
) -> dict[str, tuple[str | None, str | None]]:
    """The fields in which a page reads differently from what is stored: before and after."""
    assert page.article is not None
    before = _stored_texts(conn, stored)
    after = _read_texts(page.article) | {"modified_at": times.local(modified_at(page, stored))}
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def _stored_texts(conn: sqlite3.Connection, stored: Stored) -> Texts:
    content = content_of(conn, stored.id)
    row = conn.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM articles WHERE key = ?",  # noqa: S608  # names of ours
        (stored.key,),
    ).fetchone()
    plain: Texts = dict(zip(_COLUMNS, row, strict=True))
    return {
        "headline": content.headline,
        "lead": content.lead,
        "body": content.body,
        "byline": content.byline,
        **plain,
        "sources": _sources(json.loads(plain["sources"] or "{}")),
        "section": _stored_section(conn, stored),
        "photos": _lines(
            (one.url, one.caption, one.credit, one.caption_raw, one.paragraph) for one in content.photos
        ),
        "videos": _children(conn, "SELECT url, poster FROM videos", stored.id),
        "contributors": _children(conn, "SELECT kind, name, role, agency FROM contributors", stored.id),
        "tags": _lines((tag,) for tag in sorted(content.tags)),
        "related": _lines((url,) for url in related_of(conn, stored.id)),
    }


def _children(conn: sqlite3.Connection, select: str, id_: str) -> str | None:
    return _lines(conn.execute(f"{select} WHERE article_id = ? ORDER BY position", (id_,)))


def _stored_section(conn: sqlite3.Connection, stored: Stored) -> str | None:
    row = conn.execute(
        "SELECT s.id, s.name FROM articles a JOIN sections s ON s.id = a.section_id WHERE a.key = ?",
        (stored.key,),
    ).fetchone()
    return None if row is None else str(row[0]) if row[0] >= 0 else row[1]


def _read_texts(article: Article) -> Texts:
    return {
        "headline": nfc(article.headline),
        "lead": nfc(article.lead),
        "body": nfc(article.body),
        "byline": nfc(article.byline),
        "kind": str(article.kind),
        "template": article.template,
        "published_at": times.local(article.published_at),
        "created_at": times.local(article.created_at),
        "sources": _sources(article.sources),
        "section": _section(article.section),
        "photos": _lines(
            (one.url, one.caption, one.credit, one.caption_raw, one.paragraph) for one in article.photos
        ),
        "videos": _lines((one.url, one.poster) for one in article.videos),
        "contributors": _lines((one.kind, one.name, one.role, one.agency) for one in article.contributors),
        "tags": _lines((tag,) for tag in sorted({nfc(tag) or "" for tag in article.tags})),
        "related": _lines((url,) for url in dict.fromkeys(article.related)),
    }


def _section(section: Section | None) -> str | None:
    """A section by its number where the page gives one: its name may be another since."""
    if section is None:
        return None
    return nfc(section.name) if section.id is None else str(section.id)


def _sources(sources: Mapping[str, str]) -> str | None:
    return ", ".join(f"{name}: {source}" for name, source in sorted(sources.items())) or None


def _lines(rows: Iterable[Iterable[object]]) -> str | None:
    """One line a row; None without rows."""
    return (
        "\n".join(" | ".join("NULL" if v is None else nfc(str(v)) or "" for v in row) for row in rows) or None
    )
