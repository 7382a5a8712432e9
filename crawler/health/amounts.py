"""How much came, and when: runs that end, articles that keep coming."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise, takewhile
from statistics import median

from crawler.health.outcomes import look
from crawler.health.thresholds import Thresholds
from crawler.health.verdict import Check, Level
from pipelines.database.history import WEEKS, History, RunFacts

_HOUR = timedelta(hours=1)
_WINDOW = 6 * _HOUR
_WELL = frozenset({"finished"})
_TOLD_TO = ("shutdown", "cancelled", "closespider_", "budget")  # by a signal, or a limit that someone set


def check(run: RunFacts, history: History, lines: Thresholds, now: datetime) -> Iterator[Check]:
    """The checks on runs and amounts; a run that was asked for something says nothing of the schedule."""
    yield _ended(run, history, lines, now)
    yield _stored(run, history, lines)
    if run.is_whole_site or history.of_site:
        yield _last_good(history, lines, now)
    if run.is_whole_site:
        whole_site = [one for one in (*history.unended, run, *history.earlier) if one.is_whole_site]
        yield _silence(whole_site, history, lines, now)
        yield _amount(whole_site, lines, now)


def _ended(run: RunFacts, history: History, lines: Thresholds, now: datetime) -> Check:
    expected = "a run that ends by itself"
    unended = [*history.unended, *([] if run.finished_at else [run])]
    killed = _killed(history, unended)
    if unended:
        hours = (now - unended[0].started_at) / _HOUR
        level = Level.WARN if hours > lines.stuck_hours else Level.OK
        saw = f"run {unended[0].id} has not ended since it began {_ago(hours)} ago"
        if killed >= lines.killed_warn:
            level = Level.FAIL if killed >= lines.killed_fail else Level.WARN
            saw += f", and {killed} before it were killed"
        advice = "see whether it still runs; a killed run needs only the next one"
        if killed >= lines.killed_warn:
            advice = "see who kills them: the kernel for memory (dmesg), a service's time limit, a reboot"
        return Check("end", level, saw, expected, advice)
    saw = f"run {run.id} ended: {run.finish_reason or 'without a reason'}"
    if run.finish_reason in _WELL:
        return Check("end", Level.OK, saw, expected)
    told_to = (run.finish_reason or "").startswith(_TOLD_TO)
    level = Level.WARN if told_to else Level.FAIL
    return Check("end", level, saw, expected, "the log of the run says why; the next run goes on from there")


def _killed(history: History, unended: list[RunFacts]) -> int:
    """Runs in a row that have no end and can't be at work, since another began after each."""
    if not unended or unended[-1] is not history.run:
        return max(len(unended) - 1, 0)
    before = takewhile(lambda one: one.finished_at is None, filter(_is_whole_site, history.earlier))
    return len(unended) - 1 + sum(1 for _ in before)


def _is_whole_site(run: RunFacts) -> bool:
    return run.is_whole_site


def _last_good(history: History, lines: Thresholds, now: datetime) -> Check:
    """Age of the last run over the whole site that ended and was not found failing.

    The run judged counts as it ends. Hours in which another run held the lock are left out: a
    back-fill of two days fails nobody.
    """
    name, expected = "last good run", f"one over the whole site within {lines.run_hours:g} hours"
    runs = [one for one in (history.run, *history.earlier) if one and one.is_whole_site]
    advice = (
        "see whether the schedule still starts it (systemctl list-timers, crontab -l) and what its log says"
    )
    if not runs:
        saw = f"no run over the whole site in {WEEKS} weeks"
        return Check(name, Level.FAIL, saw, expected, "start one, then schedule it: scrapy crawl baotintuc")
    ends = [
        one.finished_at
        for one in runs
        if one.finished_at
        and one.finish_reason in _WELL
        and (one is history.run or one.verdict != Level.FAIL)
    ]
    last = max(ends, default=min(one.started_at for one in runs))
    hours = (now - last) / _HOUR
    saw = f"the last good run ended {_ago(hours)} ago" if ends else f"no good run since {_ago(hours)}"
    is_late = _free_hours(last, now, history) > lines.run_hours
    return Check(name, Level.FAIL if is_late else Level.OK, saw, expected, advice)


def _stored(run: RunFacts, history: History, lines: Thresholds) -> Check:
    """A run that found new links and stored nothing, or a database that is still empty."""
    found = sum(layer.new for layer in run.layers.values())
    stored = run.of("article", "new", "updated", "unchanged", "duplicate")
    saw = f"{found} new links found, {stored} articles read"
    expected = "articles where new links are found"
    if history.is_empty and run.finished_at and run.finish_reason != "shutdown":
        saw = "no article is stored, after a run that ended"
    elif stored or found < lines.stored_least or run.finish_reason not in _WELL:
        return Check("stored", Level.OK, saw, expected)
    advice = look(run, "%")
    return Check("stored", Level.FAIL, saw, expected, advice)


def _silence(runs: list[RunFacts], history: History, lines: Thresholds, now: datetime) -> Check:
    """Hours without a new article, those left out in which no run over the whole site could be."""
    came = [one.finished_at or one.started_at for one in runs if one.new_articles]
    last = max(came, default=min(one.started_at for one in runs))
    hours = (now - last) / _HOUR
    saw = (
        f"the last new article came {_ago(hours)} ago" if came else f"no new article in {_ago(hours)} of runs"
    )
    expected = f"one within {lines.silence_warn:g} hours, on the quietest day too"
    level = _level(_free_hours(last, now, history), lines.silence_warn, lines.silence_fail)
    return Check(
        "silence", level, saw, expected, "open the site: does it publish? then look at the feeds and listings"
    )


def _free_hours(since: datetime, until: datetime, history: History) -> float:
    """Hours between two moments in which a run over the whole site could have begun."""
    suspended = [
        (one.started_at, one.finished_at)
        for one in (history.run, *history.earlier)
        if one and one.finished_at and one.finished_at - one.started_at > _WINDOW
    ]
    taken, upto = timedelta(), since
    for start, end in sorted((*history.busy, *suspended)):
        begin, upto_here = max(start, upto), min(end, until)
        if upto_here > begin:
            taken, upto = taken + (upto_here - begin), upto_here
    return (until - since - taken) / _HOUR


def _amount(runs: list[RunFacts], lines: Thresholds, now: datetime) -> Check:
    """New articles of the last hours against the same hours of the same weekday, weeks before."""
    window = _window(runs)
    name = "amount"
    seen = _new_within(runs, now - window, now)
    weeks = (timedelta(weeks=week) for week in range(1, WEEKS + 1))
    before = [_new_within(runs, now - week - window, now - week) for week in weeks]
    known = [number for number in before if number is not None]
    saw = f"{seen or 0} new articles in {_ago(window / _HOUR)}"
    if not known:
        return Check(name, Level.OK, saw, "no earlier week to compare with yet")
    usual = median(known)
    expected = f"about {usual:g}, as in the same hours of {len(known)} earlier weeks"
    if usual < lines.amount_least or seen is None:
        return Check(name, Level.OK, saw, f"{expected}: too few to judge by")
    share = seen / usual
    level = Level.FAIL if share < lines.amount_fail else Level.WARN if share < lines.amount_warn else Level.OK
    return Check(name, level, saw, expected, "open the site: where it publishes as ever, discovery misses it")


def _window(runs: list[RunFacts]) -> timedelta:
    """Six hours, or as many as hold two runs of a slower schedule."""
    gaps = [(later.started_at - earlier.started_at) / _HOUR for later, earlier in pairwise(runs)]
    return max(_WINDOW, 2.5 * median(gaps) * _HOUR) if gaps else _WINDOW


def _new_within(runs: list[RunFacts], since: datetime, until: datetime) -> int | None:
    """New articles of the runs begun between two moments; None where there was no run."""
    within = [one.new_articles for one in runs if since < one.started_at <= until]
    return sum(within) if within else None


def _level(value: float, warn: float, fail: float) -> Level:
    return Level.FAIL if value >= fail else Level.WARN if value >= warn else Level.OK


def _ago(hours: float) -> str:
    return (
        f"{hours * 60:.0f} minutes"
        if hours < 2
        else f"{hours:.0f} hours"
        if hours < 48
        else f"{hours / 24:.0f} days"
    )
