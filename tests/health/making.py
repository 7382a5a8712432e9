"""Made-up histories: four weeks of hourly runs over a site that publishes by day, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from pipelines.database.history import Disk, History, Layer, Readings, RunFacts

NOON = datetime(2026, 11, 20, 5, 5, tzinfo=UTC)
"""A Friday, 12:05 in Hanoi."""

NIGHT = datetime(2026, 11, 19, 20, 5, tzinfo=UTC)
"""A Friday, 03:05 in Hanoi."""

FEEDS = Layer(pages=23, links=600, new=12)
HOME = Layer(pages=1, links=80, new=1)


def published(hour: datetime) -> int:
    """Articles the site publishes in an hour: 13 by day, one every third hour by night."""
    local = (hour.hour + 7) % 24
    return 13 if 6 <= local < 22 else int(local % 3 == 0)


def counts(new: int = 13, **others: int) -> dict[str, dict[str, int]]:
    """What an ordinary run comes to; ``others``: further outcomes of article pages."""
    return {
        "article": {"new": new, "unchanged": 20, **others},
        "feed": {"read": 20, "not_modified": 3},
        "listing": {"read": 1},
        "robots": {"read": 1},
    }


def run(started_at: datetime = NOON - timedelta(minutes=10), number: int = 9999, **given: Any) -> RunFacts:
    """An ordinary hourly run."""
    facts = RunFacts(
        id=number,
        started_at=started_at,
        finished_at=started_at + timedelta(minutes=5),
        finish_reason="finished",
        verdict="OK",
        counts=counts(published(started_at)),
        layers={"feed": FEEDS, "home": HOME},
    )
    return replace(facts, **given)


def weeks(
    latest: RunFacts, number: int = 4, rate: Callable[[datetime], int] = published
) -> tuple[RunFacts, ...]:
    """The hourly runs before one, newest first."""
    return _before(latest.started_at, latest.id, number, rate)


@cache  # 700 runs, and most histories have the same ones before them
def _before(
    started_at: datetime, latest: int, number: int, rate: Callable[[datetime], int]
) -> tuple[RunFacts, ...]:
    hours = range(1, number * 7 * 24 + 24)
    times = [started_at - timedelta(hours=hour) for hour in hours]
    return tuple(
        run(time, latest - index, counts=counts(rate(time))) for index, time in enumerate(times, start=1)
    )


ALL = ("lead", "body", "byline", "published_at", "section", "captions", "photos", "contributors", "tags")


def readings(
    articles: int = 13,
    *,
    kind: str = "text",
    template: str = "2026",
    without: tuple[str, ...] = (),
    **given: int,
) -> Readings:
    """Articles that have every field but those ``without``; ``given``: how many have a field."""
    present = {name: articles for name in ALL if name not in without} | given
    return Readings(
        kind=kind,
        template=template,
        articles=articles,
        present=present,
        by_template={} if template == "generic" else dict(present),
    )


USUAL = (readings(1500), readings(300, kind="photo"), readings(40, kind="video", without=("body",)))


def history(latest: RunFacts | None = None, **given: Any) -> History:
    """A healthy history up to a run; ``given``: what is otherwise."""
    latest = run() if latest is None else latest
    usual = History(
        run=latest,
        earlier=weeks(latest),
        ours=(readings(13),),
        newest=(readings(20),),
        usual=USUAL,
        disks=(Disk(path="data", free=50_000_000_000),),
    )
    return replace(usual, **given)
