"""Readings as Parquet: one file for each WARC file, one row for each page, readable or not.

A file appears whole or not at all. No database is asked or changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from crawler.errors import TintucError
from crawler.items import Article, Outcome
from crawler.reparsing.cluster import extra
from crawler.reparsing.reading import Reading
from pipelines import times
from pipelines.database.archived import Wanted

_TEXTS: Final = (
    *("archive_file", "url", "fetched_at", "outcome", "reason", "id", "article_url", "kind", "template"),
    *("headline", "lead", "body", "byline", "published_at", "modified_at", "created_at"),
    *("section", "section_slug", "sources", "content_hash"),
)
"""Columns of text; named as in the database, where it has them."""

_LISTS: Final = ("warnings", "tags", "related")


def open_schema() -> Any:
    """The columns of a file.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    pa = extra("pyarrow")
    text = pa.string()
    photo = [(name, text) for name in ("url", "caption", "credit", "caption_raw")] + [
        ("paragraph", pa.int32())
    ]
    return pa.schema(
        [
            *((name, text) for name in _TEXTS),
            ("archive_offset", pa.int64()),
            ("status", pa.int32()),
            ("section_id", pa.int32()),
            *((name, pa.list_(text)) for name in _LISTS),
            ("photos", pa.list_(pa.struct(photo))),
            ("videos", pa.list_(pa.struct([("url", text), ("poster", text)]))),
            (
                "contributors",
                pa.list_(pa.struct([(name, text) for name in ("kind", "name", "role", "agency")])),
            ),
        ]
    )


def write(folder: Path, file: str, readings: Iterable[Reading], wanted: Wanted) -> int:
    """Write the rows of one WARC file to its place in ``folder``; gives how many.

    Raises:
        TintucError: it can't be written.
    """
    pa, parquet = extra("pyarrow"), extra("pyarrow.parquet")
    rows = [row for reading in readings if (row := _row(reading)) and _is_wanted(row, wanted)]
    path = folder / f"{file}.parquet"
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(pa.Table.from_pylist(rows, schema=open_schema()), part)
        os.replace(part, path)  # noqa: PTH105  # a name may be taken over, whole
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TintucError(f"can't write {path}: {error.strerror or error}; name another folder") from None
    return len(rows)


def _row(reading: Reading) -> dict[str, Any]:
    place = {"archive_file": reading.file, "archive_offset": reading.offset}
    if reading.page is None:
        return place | {"outcome": Outcome.INVALID.value, "reason": reading.trouble}
    fetch, article = reading.page.fetch, reading.page.article
    row = place | {
        "url": fetch.url,
        "fetched_at": times.utc(fetch.fetched_at),
        "status": fetch.status,
        "outcome": fetch.outcome.value if fetch.outcome else None,
        "reason": fetch.reason,
        "warnings": list(fetch.warnings),
    }
    if article is None:
        return row
    return row | _columns(article) | {"content_hash": reading.page.hashes.content}


def _columns(article: Article) -> dict[str, Any]:
    names = ("id", "headline", "lead", "body", "byline")
    moments = ("published_at", "modified_at", "created_at")
    section = article.section
    return {
        **{name: getattr(article, name) for name in names},
        **{name: times.local(getattr(article, name)) for name in moments},
        "article_url": article.url,
        "kind": article.kind.value,
        "template": article.template,
        "section": section.name if section else None,
        "section_id": section.id if section else None,
        "section_slug": section.slug if section else None,
        "sources": json.dumps(article.sources),
        "tags": list(article.tags),
        "related": list(article.related),
        "photos": [asdict(photo) for photo in article.photos],
        "videos": [asdict(video) for video in article.videos],
        "contributors": [asdict(one) | {"kind": one.kind.value} for one in article.contributors],
    }


def _is_wanted(row: dict[str, Any], wanted: Wanted) -> bool:
    """What could not be read is always told; a template or id is asked of articles only."""
    if "fetched_at" not in row:
        return True
    if wanted.id not in (None, row.get("id")) or wanted.template not in (None, row.get("template")):
        return False
    since, before = wanted.from_utc(), wanted.before_utc()
    return not (since and row["fetched_at"] < since) and not (before and row["fetched_at"] >= before)
