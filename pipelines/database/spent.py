"""The requests of a day, over all runs: what the daily budget has left.

A run that ended says in its statistics what it sent. One that was killed says what it noted on the
way, or else what it recorded, which leaves out retries, redirects and what was under way.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlite_utils import Database

from pipelines import times
from pipelines.database.opening import explained, path_of, writing

# One run at a time: of those before the day, only the last can have gone on into it.
_RUNS: Final = """
    SELECT id, stats FROM runs WHERE spider = :spider AND id >= coalesce(
        (SELECT max(id) FROM runs WHERE spider = :spider AND started_at < :midnight), 0)
"""

# Without a status nothing was sent, unless the connection broke or the answer led elsewhere.
_SENT: Final = """
    SELECT count(*) FROM fetches WHERE run_id = :run AND fetched_at >= :midnight AND fetched_at < :next
    AND (status IS NOT NULL OR outcome IN ('network_error', 'http_error'))
"""


def statistic(day: date) -> str:
    """The name of the statistic that counts the requests of a run on a local day."""
    return f"tintuc/requests/{day.isoformat()}"


def requests_on(db: Database, day: date, spider: str = "baotintuc") -> int:
    """How many requests were sent to the site on a local day, retries and redirects included."""
    midnight, following = (_midnight(at) for at in (day, date.fromordinal(day.toordinal() + 1)))
    values = {"spider": spider, "midnight": midnight, "next": following}
    noted = f"SELECT id, coalesce(json_extract(stats, :noted), 0) FROM ({_RUNS})"  # noqa: S608  # a constant
    total = 0
    for run, number in db.conn.execute(noted, values | {"noted": _path(day)}).fetchall():
        (recorded,) = db.conn.execute(_SENT, values | {"run": run}).fetchone()
        total += max(number, recorded)
    return total


def note_requests(db: Database, run_id: int, day: date, number: int) -> None:
    """Put down how many requests a run under way has sent on a local day, in case it is killed."""
    with explained(path_of(db)), writing(db) as conn:
        conn.execute(
            "UPDATE runs SET stats = json_set(stats, ?, ?) WHERE id = ?", (_path(day), number, run_id)
        )


def _midnight(day: date) -> str:
    return times.utc(datetime(day.year, day.month, day.day, tzinfo=times.HANOI))


def _path(day: date) -> str:
    return f'$."{statistic(day)}"'
