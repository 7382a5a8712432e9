"""Extensions that let a defect of ours, or of the database, come up while an answer is read."""

from __future__ import annotations

import sqlite3
from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.site import listings
from pipelines import frontier, validate
from pipelines.database import crawling


class ListingsBreak:
    """The reader of listings has a defect."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        def read_listing(*_: Any) -> Any:
            raise LookupError("nobody thought of this")

        listings.read_listing = read_listing
        return cls()


class RecordingBreaks:
    """What a feed links to can't be queued, because of a defect."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        def add_found(_conn: Any, found: tuple[Any, ...], *_: Any) -> None:
            if found:
                raise LookupError("nobody thought of this")

        frontier.add_found = add_found
        return cls()


class ValidatingBreaks:
    """What is read from a page can't be checked, because of a defect."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        def suspicious(*_: Any) -> Any:
            raise LookupError("nobody thought of this")

        validate.suspicious = suspicious
        return cls()


class DatabaseBreaks:
    """The database can't be read any more, once the run is under way."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        def known_links(*_: Any) -> Any:
            error = sqlite3.DatabaseError("database disk image is malformed")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error

        crawling.known_links = known_links
        return cls()


class OwedBreaks:
    """What is owed can't be told, because of a defect."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        def owed(*_: Any) -> Any:
            raise LookupError("nobody thought of this")

        crawling.owed = owed
        return cls()
