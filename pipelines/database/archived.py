"""Which pages of the raw archive a new reading is about, asked of the ledger. Reads only.

Of each stored article that is the one page that says how it reads now: the latest that was kept of
it, by the time it was fetched. An earlier page must never decide, so an article whose latest text came
from a page that was not kept is counted and left alone. Beside these stand the pages that gave no
article when they were fetched.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlite_utils import Database

from pipelines import times
from pipelines.content import COPY_TEMPLATE
from pipelines.dedupe import READ_ANEW
from pipelines.revisions import OLDER_PAGE

UNREAD: Final = 0
"""In place of an article's key: the page gave no article so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which pages are to be read again; None: all.

    ``since`` and ``until``: fetched on these local days (both included); ``template``: the article was
    read by it; ``id``: the site's id of the article.
    """

    since: date | None = None
    until: date | None = None
    template: str | None = None
    id: str | None = None

    def from_utc(self) -> str | None:
        """The first moment wanted, as the database writes it."""
        return _midnight(self.since) if self.since else None

    def before_utc(self) -> str | None:
        """The first moment no longer wanted, as the database writes it."""
        return _midnight(self.until + timedelta(days=1)) if self.until else None


@dataclass(slots=True)
class Pages:
    """Pages to read in one file of the raw archive: where each starts, and its article's key.

    Arrays, since a million pages have to fit in memory beside everything else (16 MB).
    """

    file: str
    offsets: array[int] = field(default_factory=lambda: array("q"))
    keys: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.offsets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What the raw archive should hold: the pages that stored articles read as, those that gave
    none (``unread``) and the plain-text ``copies``, file by file; ``not_kept``: articles whose latest
    page was not kept."""

    texts: list[Pages]
    unread: list[Pages]
    copies: list[Pages]
    not_kept: int


def archived(db: Database, wanted: Wanted, identify: Callable[[str], str | None]) -> Archived:
    """Ask the ledger for the pages to read again.

    Args:
        db: the database.
        wanted: which of them.
        identify: the site's id in a URL, None where it has none.
    """
    texts = _by_file(_texts(db, wanted))
    return Archived(
        texts=[pages for pages in texts if pages.file],
        unread=_by_file(_unread(db, wanted, identify)) if wanted.template is None else [],
        copies=_by_file(_copies(db, wanted)) if wanted.template in (None, COPY_TEMPLATE) else [],
        not_kept=sum(len(pages) for pages in texts if not pages.file),
    )


def known_templates(db: Database) -> list[str]:
    """The templates that stored articles were read by."""
    return [name for (name,) in db.conn.execute("SELECT DISTINCT template FROM articles ORDER BY 1")]


# What an article reads now was read from: the page of a row that wrote it, or a later one that was kept
# and read the same. A page older than what was stored then (ingested late) went among the superseded ones.
_TEXTS: Final = """
    WITH pages AS (
        SELECT article_id, archive_file, archive_offset, fetched_at, row_number() OVER (
            PARTITION BY article_id ORDER BY fetched_at DESC, id DESC) AS place
        FROM fetches
        WHERE article_id IS NOT NULL AND (:article IS NULL OR article_id = :article)
            AND kind IN ('article', 'file') AND url LIKE 'http%'
            AND (outcome IN ('new', 'updated', 'duplicate')
                OR outcome = 'unchanged' AND (archive_file IS NOT NULL OR reason LIKE '%' || :anew))
            AND ifnull(reason, '') NOT LIKE :older || '%'
    )
    SELECT ifnull(archive_file, ''), ifnull(archive_offset, 0), a.key
    FROM pages JOIN articles a ON a.id = article_id
    WHERE place = 1 AND (:template IS NULL OR a.template = :template)
        AND (:since IS NULL OR fetched_at >= :since) AND (:before IS NULL OR fetched_at < :before)
    ORDER BY archive_file, archive_offset
"""


def _texts(db: Database, wanted: Wanted) -> Iterable[tuple[str, int, int]]:
    """File, place and key of each page; no file where it was not kept."""
    values = {
        "article": _article(db, wanted.id),
        "template": wanted.template,
        "since": wanted.from_utc(),
        "before": wanted.before_utc(),
        "anew": READ_ANEW,
        "older": OLDER_PAGE,
    }
    return db.conn.execute(_TEXTS, values)


# Of saved files without an address of the site only copies are kept. All of them are read, the earlier ones
# first: each has a row of its own, whatever its article reads as.
_COPIES: Final = """
    SELECT archive_file, archive_offset, max(a.key) FROM fetches JOIN articles a ON a.id = article_id
    WHERE fetches.kind = 'file' AND fetches.url NOT LIKE 'http%' AND archive_file IS NOT NULL
        AND outcome IN ('new', 'updated', 'duplicate', 'unchanged')
        AND (:article IS NULL OR article_id = :article)
        AND (:since IS NULL OR fetched_at >= :since) AND (:before IS NULL OR fetched_at < :before)
    GROUP BY archive_file, archive_offset
    ORDER BY min(fetched_at), archive_file, archive_offset
"""


def _copies(db: Database, wanted: Wanted) -> Iterable[tuple[str, int, int]]:
    """File, place and article's key of each copy."""
    days = {"since": wanted.from_utc(), "before": wanted.before_utc()}
    return db.conn.execute(_COPIES, {"article": _article(db, wanted.id), **days})


def _article(db: Database, id_: str | None) -> str | None:
    """The id of the row that one of the site's ids means; itself where none does."""
    row = db.conn.execute("SELECT article_id FROM identities WHERE id = ?", (id_,)).fetchone()
    return row[0] if row else id_


_UNREAD: Final = """
    SELECT archive_file, archive_offset, min(url), max(article_id) FROM fetches
    WHERE archive_file IS NOT NULL AND kind IN ('article', 'file')
        AND (:since IS NULL OR fetched_at >= :since) AND (:before IS NULL OR fetched_at < :before)
    GROUP BY archive_file, archive_offset
    HAVING sum(outcome IN ('new', 'updated', 'duplicate', 'unchanged')) = 0
    ORDER BY archive_file, archive_offset
"""


def _unread(
    db: Database, wanted: Wanted, identify: Callable[[str], str | None]
) -> list[tuple[str, int, int]]:
    article = _article(db, wanted.id)
    rows = db.conn.execute(_UNREAD, {"since": wanted.from_utc(), "before": wanted.before_utc()})
    return [
        (file, offset, UNREAD)
        for file, offset, url, id_ in rows
        if wanted.id is None or article == id_ or wanted.id == identify(url)
    ]


def _by_file(rows: Iterable[tuple[str, int, int]]) -> list[Pages]:
    files: dict[str, Pages] = {}
    for file, offset, key in rows:
        pages = files.setdefault(file, Pages(file))
        pages.offsets.append(offset)
        pages.keys.append(key)
    return list(files.values())


def _midnight(day: date) -> str:
    return times.utc(datetime.combine(day, time.min, times.HANOI))
