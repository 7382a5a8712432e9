"""Texts that are near to some of each other only, and what their links have to be by the rule alone."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

from pipelines.database import neighbours
from pipelines.similarity import Text, containment, near
from tests.benchmarks.material import story
from tests.pipelines.factory import Desk

_PARAGRAPHS: Final = story("bridges", paragraphs=24).paragraphs


def _joined(*numbers: int) -> str:
    return "\n\n".join(_PARAGRAPHS[number] for number in numbers)


BRIDGES: Final = (
    *(_joined(*range(first, first + 6)) for first in (0, 2, 4, 6, 8)),  # each near to the next
    _joined(0, 1, 2),  # cut from the first; under a third of the last
    _joined(
        0, 1, 2, 3, 14, 15, 16, 17
    ),  # near to the first and to the following, whose paragraphs are others
    _joined(*range(14, 20)),
    _joined(*range(10)),  # holds three of the first whole, and too much for the one cut from it
)
"""Bodies: chains of four, forks, a text near to two that have nothing in common, one too short for another."""

LINKED: Final = frozenset(
    {(0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6), (0, 6), (6, 7), (0, 8), (1, 8), (2, 8), (3, 8)}
)
"""Which of them are near to each other."""


def linked(one: str, other: str) -> bool:
    """Whether two bodies are near and found by the index for certain: by two bands at least."""
    texts = [Text(None, None, body) for body in (one, other)]
    return (
        near(*texts, same_day=False) is not None and len(set(texts[0].bands).intersection(texts[1].bands)) > 1
    )


def pairs_linked() -> frozenset[tuple[int, int]]:
    """The numbers of the bridges that are linked."""
    numbered = combinations(enumerate(BRIDGES), 2)
    return frozenset((m, n) for (m, one), (n, other) in numbered if linked(one, other))


Row = dict[str, Any]
Link = tuple[str | None, float | None]


def links_stored(desk: Desk) -> dict[str, Link]:
    """What each article repeats and by how much, as stored."""
    rows = desk.all("SELECT id, duplicate_of, similarity FROM articles")
    return {row["id"]: (row["duplicate_of"], row["similarity"]) for row in rows}


def links_by_rule(desk: Desk) -> dict[str, Link]:
    """The same by the rule, every article compared with every earlier one.

    An article hangs on the earliest before it that is near, and names the first link of that chain.
    """
    rows = desk.all("SELECT *, ifnull(published_at, created_at) AS at FROM articles")
    rows.sort(key=lambda row: neighbours.order(row["at"], row["key"]))
    found: dict[str, Link] = {}
    firsts: dict[str, Row] = {}
    for place, row in enumerate(rows):
        nearest = next((other for other in rows[:place] if _repeats(row, other)), None)
        first = firsts[row["id"]] = firsts[nearest["id"]] if nearest else row
        found[row["id"]] = (first["id"], _share(row, first)) if nearest else (None, None)
    return found


def _text(row: Row) -> Text:
    return Text(row["headline"], row["lead"], row["body"])


def _repeats(one: Row, other: Row) -> bool:
    same_day = bool(one["at"]) and (one["at"] or "")[:10] == (other["at"] or "")[:10]
    same = one["content_hash"] == other["content_hash"]
    return same or near(_text(one), _text(other), same_day=same_day) is not None


def _share(one: Row, other: Row) -> float:
    return 1.0 if one["content_hash"] == other["content_hash"] else containment(_text(one), _text(other))
