"""Checks a database through: is it whole, and does what is derived follow from what was read?

Reads the database only, in one snapshot, while a crawl may go on. What is made to compare with goes to
scratch files: a copy of the full-text index above all, so that they take about as much room as that for
as long as the check runs. What a crawl commits meanwhile waits in the -wal file, which grows by that much
until the check ends.

``repair`` makes anew only what follows from other rows. It never changes a text.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipelines import originals
from pipelines.content import captions_of, hash_and_words
from pipelines.database import errors, neighbours, shape
from pipelines.database.checks import (
    CHECKS,
    MOST,
    OF_THE_FILE,
    Check,
    Finding,
    full_text,
    of_moment,
    rows,
)
from pipelines.database.checks.duplicates import undecided
from pipelines.database.errors import code_of, is_undecodable
from pipelines.database.opening import explained, open_database, reading_uri, writing
from pipelines.database.stopping import stoppable
from pipelines.database.stored import content_of
from pipelines.similarity import Text


def verify(
    path: Path, *, now: datetime | None = None, progress: Callable[[str], None] = lambda _: None
) -> list[Finding]:
    """Check the database at ``path``; an empty list says that nothing is wrong.

    ``now``: the time, aware; the clock's where it is None. ``progress`` is called with what is being
    checked. A signal whose handler raises ends it within
    seconds. Raises a DatabaseError where the file cannot be read at all.
    """
    open_database(path, create=False, readonly=True, incomplete=True).close()
    findings: list[Finding] = []
    with _reading(path) as conn:
        for name, check in {**CHECKS, **of_moment(now or datetime.now(UTC))}.items():
            progress(name)
            findings += _limited(_guarded(check, conn))
            if any(_ends_it(finding) for finding in findings):
                break
    return findings


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """What the checks read through; a signal ends what it does."""
    with (
        tempfile.TemporaryDirectory(prefix="tintuc-verify-") as folder,
        explained(path),
        closing(_beside(path, Path(folder) / "scratch.db")) as conn,
        stoppable(conn),
    ):
        yield conn


_ROUNDS: Final = 5
"""How often repair decides anew at most: who turns out to repeat another one, those that followed it ..."""
_FATAL: Final = ("integrity", "tables", "encoding")
"""Kinds of findings that nothing can be worked out beside: the file is damaged, or not as we know it."""


def _ends_it(finding: Finding) -> bool:
    """Whether nothing that is read afterwards says anything: the file is damaged, or what the checks
    ask (a table, the view of the texts) is not there as they know it."""
    return finding.kind in _FATAL or "view revision_texts " in finding.what


def _guarded(check: Check, conn: sqlite3.Connection) -> Iterator[Finding]:
    """What a check finds; damage that it runs into is a finding too."""
    try:
        yield from check(conn)
    except sqlite3.DatabaseError as error:
        if is_undecodable(error):
            yield Finding("encoding", None, "a text cannot be read: the bytes are not UTF-8")
        elif code_of(error) & 0xFF == sqlite3.SQLITE_CORRUPT:
            yield Finding("integrity", None, str(error))
        else:
            raise


def _beside(path: Path, scratch: Path) -> sqlite3.Connection:
    """A connection to a scratch file, with the database attached for reading as ``news``.

    Tables without a schema's name are the database's, since the scratch file has none of theirs.
    """
    conn = sqlite3.connect(scratch.as_uri(), uri=True, isolation_level=None)
    conn.execute("PRAGMA journal_mode = OFF")
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("PRAGMA cache_size = -65536")
    conn.execute("ATTACH ? AS news", (reading_uri(path),))
    conn.execute("PRAGMA news.cache_size = -65536")
    conn.execute("PRAGMA temp.cache_size = -65536")
    conn.execute("BEGIN")
    conn.execute("SELECT count(*) FROM news.sqlite_master").fetchone()  # the snapshot begins here
    return conn


def _limited(found: Iterable[Finding]) -> list[Finding]:
    """At most ``MOST`` findings of each kind, and one that counts the rest."""
    counts: Counter[str] = Counter()
    kept = []
    for finding in found:
        counts[finding.kind] += 1
        if counts[finding.kind] <= MOST:
            kept.append(finding)
    more = ((kind, count - MOST) for kind, count in counts.items() if count > MOST)
    return kept + [Finding(kind, None, f"{left:,} more of this kind") for kind, left in more]


def repair(path: Path) -> None:
    """Make anew all that follows from the program or from other rows: indexes, triggers, views,
    counters, what duplicates resolve to.

    One transaction: all of it or nothing; nothing where the file is damaged, or a table is missing or
    another one, which ``verify`` says. The caller holds the lock. Raises DatabaseError.
    """
    open_database(path, create=False, incomplete=True).close()  # brings it up to date
    if _is_beyond_repair(path):
        return
    with (
        explained(path),
        closing(open_database(path, create=False)) as db,
        writing(db) as conn,
        stoppable(conn),
    ):
        shape.make_anew(conn)
        # Before the rest, since the triggers on what follows rely on it.
        full_text.make_anew(conn)
        conn.execute("INSERT OR IGNORE INTO identities SELECT id, id FROM articles")
        conn.execute(
            "UPDATE articles SET published_on = substr(published_at, 1, 10)"
            " WHERE published_on IS NOT substr(published_at, 1, 10)"
        )
        conn.execute(f"DELETE FROM frontier WHERE {rows.STORED_URLS}")  # noqa: S608
        _count_again(conn)
        _derive_all(conn)
        _decide_anew(conn)


def _is_beyond_repair(path: Path) -> bool:
    """Whether the file is damaged, or its tables are not ours: then whatever is made anew may be wrong."""
    with _reading(path) as conn:
        fatal = (_guarded(check, conn) for check in OF_THE_FILE)
        return any(finding.kind in _FATAL for findings in fatal for finding in findings)


def is_damaged(path: Path) -> bool:
    """Whether a file that could be opened is damaged, so that anything at all may go wrong with it."""
    try:
        return path.is_file() and _is_beyond_repair(path)
    except (errors.DatabaseError, sqlite3.Error, UnicodeDecodeError):
        return True


def _derive_all(conn: sqlite3.Connection) -> None:
    conn.execute("DELETE FROM shingle_bands")
    for key, id_ in conn.execute("SELECT key, id FROM articles ORDER BY key").fetchall():
        _derive(conn, key, id_)


def _decide_anew(conn: sqlite3.Connection) -> None:
    """Decide what articles repeat until nothing is left: who is found to repeat another one may have been
    an original itself."""
    for _ in range(_ROUNDS):
        wrong = undecided(conn)
        if not wrong:
            return
        originals.decide_anew(conn, wrong)


def _count_again(conn: sqlite3.Connection) -> None:
    """Count the fetches of each run; of runs rolled up, the counters are all there is to count by."""
    whole = "(SELECT id FROM runs WHERE rolled_up_at IS NULL)"
    conn.execute(f"DELETE FROM run_counts WHERE run_id IN {whole}")  # noqa: S608
    conn.execute(
        "INSERT INTO run_counts SELECT run_id, kind, outcome, count(*) FROM fetches"  # noqa: S608
        f" WHERE run_id IN {whole} GROUP BY 1, 2, 3"
    )
    conn.execute("DELETE FROM fetch_counts")
    conn.execute(f"INSERT INTO fetch_counts {rows.ROLLED_UP}")


def _derive(conn: sqlite3.Connection, key: int, id_: str) -> None:
    read = content_of(conn, id_)
    words, captions = hash_and_words(read)[1], captions_of(read.photos)
    conn.execute(
        "UPDATE articles SET word_count = ?1, captions = ?2 WHERE key = ?3"
        " AND (word_count <> ?1 OR captions IS NOT ?2)",
        (words, captions, key),
    )
    neighbours.replace_bands(conn, key, (), Text(read.headline, read.lead, read.body).bands)
