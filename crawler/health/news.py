"""What of a verdict is news to somebody, given what they were told before.

A check that is not well is news once, and again when it gets worse; and so is the verdict when it gets
better. What stays as it was is none, nor is what comes back within a day of going: whoever was told of a
certificate that does not verify must still hear of all else, and not of every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from crawler.health.verdict import Level, Verdict
from pipelines import times

Told = Mapping[str, tuple[str, str]]
"""What somebody was told: check -> its level then, and when it was last seen to be so, UTC."""

_FORGET: Final = timedelta(days=1)


def amiss(verdict: Verdict | None, least: Level, leave_out: frozenset[str]) -> dict[str, Level]:
    """The checks that are at least so bad; a run that could not be judged is as bad as can be."""
    levels = {"verdict": Level.FAIL} if verdict is None else verdict.levels
    return {
        name: level
        for name, level in levels.items()
        if level is not Level.OK and level.badness >= least.badness and name not in leave_out
    }


def fresh(told: Told, now_amiss: Mapping[str, Level]) -> list[str]:
    """The checks that nobody was told of, or that are worse than was told."""
    return [name for name, level in now_amiss.items() if level.badness > _level(told.get(name)).badness]


def is_news(told: Told, now_amiss: Mapping[str, Level]) -> bool:
    """Whether there is something to tell: anything fresh, or all of it less bad than was told."""
    return bool(fresh(told, now_amiss)) or worst(now_amiss).badness < level_told(told).badness


def worst(now_amiss: Mapping[str, Level]) -> Level:
    """The worst level of some checks; OK where there is none."""
    return max(now_amiss.values(), key=lambda level: level.badness, default=Level.OK)


def level_told(told: Told) -> Level:
    """The worst that somebody was told."""
    return worst({name: _level(one) for name, one in told.items()})


def after_telling(now_amiss: Mapping[str, Level], now: datetime) -> Told:
    """What somebody knows who has just been told all of it."""
    return {name: (str(level), times.utc(now)) for name, level in now_amiss.items()}


def after_silence(told: Told, now_amiss: Mapping[str, Level], now: datetime) -> Told:
    """What somebody still knows after a verdict that they were not told of.

    A check that has been well, or less bad, for a day counts as that.
    """
    known = {}
    for name, (level, seen) in told.items():
        still = now_amiss.get(name, Level.OK)
        if still.badness >= Level(level).badness:
            known[name] = (level, times.utc(now))
        elif now - times.parse(seen) < _FORGET:
            known[name] = (level, seen)
        elif still is not Level.OK:
            known[name] = (str(still), times.utc(now))
    return known


def _level(told: tuple[str, str] | None) -> Level:
    return Level(told[0]) if told else Level.OK
