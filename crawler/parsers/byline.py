"""The byline grammar: who signs an article, in which role, for which agency."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.items import Contributor, ContributorKind
from crawler.parsers.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """A byline, read: its contributors in printed order, and whether the grammar understood it.

    Where it did not, the whole text is one contributor, never cut.
    """

    contributors: tuple[Contributor, ...]
    understood: bool


_ROLES = {
    "tin": "text",
    "bài": "text",
    "ảnh": "photo",
    "chùm ảnh": "photo",
    "clip": "video",
    "video": "video",
}


def read_byline(printed: str) -> Byline:
    """Read a byline as printed; never raises."""
    line = clean(printed)
    if not line:
        return Byline(contributors=(), understood=True)
    role = "text"
    label = re.match(r"([^:]{2,40}):\s*", line)
    if label:
        found = [_ROLES.get(word.strip().casefold()) for word in re.split(r",| và ", label[1])]
        role = ",".join(dict.fromkeys(part for part in found if part))
        line = line[label.end() :]
    signed = re.fullmatch(r"(?P<names>[^/()]+?)\s*(?:/\s*(?P<a>.+)|\((?P<b>[^()]+)\))", line)
    if line.startswith("TTXVN") or not signed:
        return Byline(
            contributors=(Contributor(kind=ContributorKind.AGENCY, role=role, agency=line),),
            understood=line.startswith("TTXVN"),
        )
    agency = signed["a"] or signed["b"]
    return Byline(
        contributors=tuple(
            Contributor(
                kind=ContributorKind.DESK if name in {"PV", "CTV", "BTV"} else ContributorKind.PERSON,
                name=name,
                role=role,
                agency=agency,
            )
            for name in re.split(r"\s+[–-]\s+|,\s*", signed["names"])
        ),
        understood=True,
    )
