"""Times as the database keeps them: text that sorts as the times do.

Never makes up a time, and never takes one without an offset.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

HANOI: Final = timezone(timedelta(hours=7))
"""The site's time zone: +07:00 all year."""

SLACK: Final = timedelta(minutes=5)
"""Clocks are set right by so much now and then. What was put down at a time later than that never was: a run
whose clock was ahead must not blind those after it until that time has come."""

_ID_DIGITS: Final = 17
_YEARS: Final = range(1900, 3000)  # of other years no date of the site is: its program writes them for none


@lru_cache(maxsize=64)
def utc(at: datetime) -> str:
    """A moment of ours as ``2026-11-23T00:10:00Z``; ValueError without an offset."""
    _check(at)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@lru_cache(maxsize=64)
def local(at: datetime | None) -> str | None:
    """A time of the site as ``2026-11-23T07:10:00+07:00``, milliseconds where it has any."""
    if at is None:
        return None
    _check(at)
    return at.astimezone(HANOI).isoformat(timespec="milliseconds" if at.microsecond else "seconds")


def latest(now: datetime | None) -> str:
    """The latest time, as the database has it, that can have been put down by ``now``; None: any."""
    return utc(now + SLACK) if now else "9999"


def parse(text: str) -> datetime:
    """The time that the database's text means; aware."""
    return datetime.fromisoformat(text)


def day_of_id(id_: str | None) -> str | None:
    """The local date that a 17-digit id spells; None for any other id."""
    if id_ is None or len(id_) != _ID_DIGITS or not id_.isdecimal() or int(id_[:4]) not in _YEARS:
        return None
    try:
        return date(int(id_[:4]), int(id_[4:6]), int(id_[6:8])).isoformat()
    except ValueError:
        return None


def _check(at: datetime) -> None:
    if at.utcoffset() is None:
        raise ValueError(f"a time without an offset: {at}")
