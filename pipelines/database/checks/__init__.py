"""What ``scrapy verify`` checks, check by check: what is wrong, with which article, and what to do about it.

Each check reads tables by their bare names through the connection that :mod:`pipelines.database.verify`
opens: a scratch file as ``main``, the database attached for reading as ``news``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pipelines.database.checks import clock, duplicates, file, full_text, moments, rows, texts
from pipelines.database.checks.findings import ADVICE, MOST, Check, Finding

__all__ = ["ADVICE", "CHECKS", "MOST", "OF_THE_FILE", "Check", "Finding", "of_moment"]

OF_THE_FILE: Final[tuple[Check, ...]] = (file.file, file.schema, file.characters)
"""The checks that tell whether there is anything to work with."""

CHECKS: Final[dict[str, Check]] = {
    "the file": file.file,
    "schema": file.schema,
    "characters": file.characters,
    "foreign keys": file.foreign_keys,
    "identities": rows.identities,
    "aliases": rows.aliases,
    "revisions": rows.revisions,
    "changes": rows.changes,
    "what followed": rows.followed,
    "dates": rows.published_on,
    "times": moments.moments,
    "duplicates": duplicates.duplicates,
    "rows of articles": rows.missing,
    "frontier": rows.frontier,
    "positions": rows.positions,
    "counters of runs": rows.run_counts,
    "texts": texts.texts,
    "index of near-duplicates": texts.bands,
    "full-text index": full_text.full_text,
}
"""Every check that depends on the database alone, in order; that of the bands needs the texts to have been
read."""


def of_moment(now: datetime) -> dict[str, Check]:
    """The checks that depend on what time it is (aware)."""
    return {"clock": clock.ahead_of(now)}
