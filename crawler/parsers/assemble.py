"""The draft of an article: fields are put in with their source, and come out as an Article."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from crawler.items import AUTHOR_LEFT_OUT, BYLINE_KEPT_WHOLE, Article, Kind, Source
from crawler.parsers.byline import grammar, newsroom
from crawler.parsers.identity import Identity
from crawler.parsers.times import Times
from crawler.site import urls

_GLUED: Final = re.compile(rf"[^\W\d_](?:{newsroom.GLUED})")
"""How JSON-LD joins a name and the agency: ``Hải VânTTXVN``, ``Minh KhuêBáo Tin tức``."""


@dataclass(slots=True)
class Draft:
    """An article being read; what was not put in stays None or empty."""

    identity: Identity
    template: str
    kind: Kind = Kind.TEXT
    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    created_at: datetime | None = field(init=False)
    """The creation time that the article's id spells."""

    def __post_init__(self) -> None:
        self.created_at = urls.created_at(self.identity.id)

    def put(self, name: str, value: object, source: Source | None) -> None:
        """Put in a field with its source; a missing value is left out."""
        if value and source:
            self.values[name] = value
            self.sources[name] = source

    def put_byline(self, printed: str | None, source: Source) -> None:
        """Put in the byline as printed and the contributors in it."""
        if not printed:
            return
        read = grammar.read_byline(printed)
        if source is Source.METADATA and _GLUED.search(printed):
            # No page prints that: it tells who wrote the article, but not in which words.
            self.put("contributors", read.contributors if read.understood else (), source)
            if not read.understood:
                self.warn(AUTHOR_LEFT_OUT)
            return
        self.put("byline", printed, source)
        self.put("contributors", read.contributors, source)
        if not read.understood:
            self.warn(BYLINE_KEPT_WHOLE)

    def put_times(self, times: Times) -> None:
        """Put in the times of publication and modification, with their contradictions."""
        self.put("published_at", times.published_at, times.published_source)
        self.put("modified_at", times.modified_at, times.modified_source)
        self.warn(*times.warnings)

    def warn(self, *warnings: str) -> None:
        """Record contradictions and gaps of the page."""
        self.warnings.extend(warning for warning in warnings if warning not in self.warnings)

    def article(self) -> Article:
        """The article as read."""
        self.put("created_at", self.created_at, Source.METADATA)
        self.put("canonical_link", self.identity.canonical_link, Source.METADATA)
        return Article(
            id=self.identity.id,
            url=self.identity.url,
            kind=self.kind,
            template=self.template,
            sources=self.sources,
            warnings=tuple(self.warnings),
            **self.values,
        )
