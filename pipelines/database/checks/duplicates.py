"""What articles repeat, checked: what is decided of each new article has to hold for all that are stored.

Only what is certain: that two texts are nearly the same is asked of the index of near-duplicates, some
milliseconds an article, and is not asked again here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain
from typing import Final

from pipelines.database.checks.findings import Finding
from pipelines.database.neighbours import SAME_CONTENT
from pipelines.similarity import Text, containment

_ALIKE: Final = 0.01
"""How far a similarity may be from what the texts come to: more than any version told words otherwise."""

_MISRESOLVED: Final = """
    SELECT a.key, a.id, o.id, o.duplicate_of FROM articles a JOIN articles o ON o.id = a.duplicate_of
    WHERE o.duplicate_of IS NOT NULL OR coalesce(o.published_at, o.created_at, '9999')
    > coalesce(a.published_at, a.created_at, '9999')
"""
"""Articles whose ``duplicate_of`` names one that is no original, or not the earlier."""

_ALONE: Final = f"""
    SELECT a.key, a.id, a.content_hash FROM articles a
    JOIN (SELECT content_hash FROM articles GROUP BY 1 HAVING count(*) BETWEEN 2 AND {SAME_CONTENT})
    USING (content_hash)
    WHERE a.duplicate_of IS NULL AND (a.lead IS NOT NULL OR a.body IS NOT NULL
        OR EXISTS (SELECT 1 FROM photos WHERE article_id = a.id))
    ORDER BY a.content_hash, coalesce(a.published_at, a.created_at, '9999'), a.key
"""  # noqa: S608  # our own number
"""Articles that repeat none although others read the same; those of one content one after the other, the
original first. Where more read the same, not all of them are looked at to decide who repeats whom."""

_LINKED: Final = """
    SELECT a.key, a.id, a.similarity, a.content_hash, a.lead, a.body, o.content_hash, o.lead, o.body
    FROM articles a JOIN articles o ON o.id = a.duplicate_of
"""


def duplicates(conn: sqlite3.Connection) -> Iterator[Finding]:
    """What is wrong with what articles repeat."""
    for id_, what in _wrong(conn).values():
        yield Finding("duplicate_of", id_, what)


def undecided(conn: sqlite3.Connection) -> list[int]:
    """The keys of the articles for which it has to be decided anew what they repeat."""
    return sorted(_wrong(conn))


def _wrong(conn: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    """What is wrong first with each article, by its key: its id, and in words."""
    found: dict[int, tuple[str, str]] = {}
    for key, id_, what in chain(_misresolved(conn), _unlinked(conn), _misjudged(conn)):
        found.setdefault(key, (id_, what))
    return found


def _misresolved(conn: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    for key, id_, original, itself in conn.execute(_MISRESOLVED):
        later = "which was published later" if itself is None else f"which itself repeats article {itself}"
        yield key, id_, f"it repeats article {original}, {later}"


def _unlinked(conn: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    """Articles that repeat another one to the letter and don't say so."""
    original, content = "", None
    for key, id_, hash_ in conn.execute(_ALONE):
        if hash_ == content:
            yield key, id_, f"it reads as article {original} does, and repeats none"
        else:
            original, content = id_, hash_


def _misjudged(conn: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    """Articles of which more or less is in their original than ``similarity`` says."""
    for key, id_, said, hash_, lead, body, its_hash, its_lead, its_body in conn.execute(_LINKED):
        same = hash_ == its_hash
        share = 1.0 if same else containment(Text(None, lead, body), Text(None, its_lead, its_body))
        if abs(said - share) > _ALIKE:
            yield key, id_, f"similarity is {said:.2f}, the texts have {share:.2f} in common"
