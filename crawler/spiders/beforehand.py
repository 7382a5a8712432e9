"""Short looks into the database before a run begins: it may not be there, or be of an older version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from crawler.items import Section
from pipelines.database import crawling, open_database
from pipelines.database.errors import MissingError, OlderError


@contextmanager
def reading(path: Path) -> Iterator[Database | None]:
    """The database for reading; None where there is none yet, or one that the run will bring up to date.

    Raises:
        DatabaseError: there is one that can't be used.
    """
    try:
        database = open_database(path, create=False, readonly=True)
    except (MissingError, OlderError):
        yield None
        return
    try:
        yield database
    finally:
        database.close()


def known_sections(path: Path) -> dict[str, Section]:
    """The sections that stored articles name, by slug, beyond those built in.

    Raises:
        DatabaseError: the database can't be used.
    """
    with reading(path) as database:
        return crawling.known_sections(database) if database else {}
