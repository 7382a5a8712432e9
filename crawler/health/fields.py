"""Whether articles are read as fully as ever: each field by kind and template, and by whom.

A field that is NULL is missing. What an article usually has is told by the articles of the weeks before,
week by week: the best weeks count, so that what broke this week, or wears off from week to week, does
not become what is usual before all of them are like it. Articles that no template recognised never
count. For text articles fixed floors hold besides, from the first run on and for ever, and so does the
line on pages that no template recognises: a redesign never becomes what is usual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from crawler.health.chance import at_most
from crawler.health.thresholds import Thresholds
from crawler.health.verdict import Check, Level
from pipelines.database.history import FIELDS, History, Readings

GENERIC = "generic"
_LARGEST = 1000  # a sample larger than this says nothing more
_WEEKS_FOR_SECOND = 6  # with so many weeks to compare, one odd week is left out
_EVERY_ARTICLE_HAS = frozenset({"body", "published_at", "lead", "byline", "section"})
_EVERY_PHOTO_STORY_HAS = frozenset({"photos", "captions"})
_ALWAYS_KNOWN = frozenset({"text", "photo", "video"})  # kinds that every template so far has read
_ADVICE = (
    "open a recent article: has the page design changed? Then add a template "
    "(docs/operations.md) and run scrapy reparse; the raw pages are in the archive"
)

Samples = Mapping[str, tuple[Readings, ...]]
"""Whose articles -> how fully they were read."""


@dataclass(frozen=True, slots=True)
class _Miss:
    """One field that is there less often than usual; ``part`` names it for the next verdict."""

    part: str
    level: Level
    text: str
    usual: str


@dataclass(frozen=True, slots=True)
class _Judge:
    """What all comparisons need: the lines, what is usual, and what was amiss the last time."""

    lines: Thresholds
    usual: tuple[Readings, ...]
    held: Mapping[str, str]
    is_whole_site: bool


def check(history: History, lines: Thresholds) -> Iterator[Check]:
    """The checks on templates and fields: over the run's own articles, the newest, and some more."""
    samples = {"the run's": history.ours, "the newest": history.newest, "the latest": history.lately}
    whole = history.run is None or history.run.is_whole_site
    judge = _Judge(lines, history.usual, history.held, whole)
    yield _generic(samples, judge)
    yield _presence(samples, judge)
    yield _sources(samples, judge)


def _generic(samples: Samples, judge: _Judge) -> Check:
    """Articles that no template recognised, kind by kind: absolutely, since a redesign must stay an alarm."""
    expected = f"under {judge.lines.generic_warn:.0%} of the articles of a kind read by no template"
    found = [
        _generic_of(kind, whose, sample, judge)
        for whose, sample in samples.items()
        for kind in sorted({one.kind for one in sample})
        if _is_known(kind, judge)
    ]
    level, saw = max(found, key=lambda one: one[0].badness, default=(Level.OK, ""))
    return Check("template", level, saw or "every page design is known", expected, _ADVICE)


def _is_known(kind: str, judge: _Judge) -> bool:
    """Whether some template reads this kind of article, as far as anybody has seen."""
    read = _total(one for one in judge.usual if one.kind == kind and one.template != GENERIC)
    return kind in _ALWAYS_KNOWN or read >= judge.lines.generic_least


def _generic_of(kind: str, whose: str, sample: tuple[Readings, ...], judge: _Judge) -> tuple[Level, str]:
    lines, of_kind = judge.lines, [one for one in sample if one.kind == kind]
    without, all_ = _total(one for one in of_kind if one.template == GENERIC), _total(of_kind)
    if not without:
        return Level.OK, ""
    level = _level(without / all_, lines.generic_warn, lines.generic_fail)
    saw = f"no template recognised {without} of {whose} {all_} {kind} articles"
    return level if without >= lines.generic_least else Level.OK, saw


def _presence(samples: Samples, judge: _Judge) -> Check:
    misses = [
        miss
        for whose, sample in samples.items()
        for group in sample
        for miss in _missing(group, judge, may_hold=whose == "the latest")
    ]
    return _summed("fields", misses, "every field as often as usual")


def _missing(group: Readings, judge: _Judge, *, may_hold: bool) -> Iterator[_Miss]:
    weeks = _usual_for(group, judge)
    for name in FIELDS:
        usual = _share(weeks, lambda one: one.present.get(name, 0), _total) if weeks else 0.0  # noqa: B023
        share = min(max(usual, _floor(group, name, judge.lines)), judge.lines.accepted(group.kind, name))
        miss = _judge(group, name, group.present.get(name, 0), share, judge, may_hold=may_hold)
        if miss:
            yield miss


def _floor(group: Readings, name: str, lines: Thresholds) -> float:
    return lines.field_floor if group.kind == "text" and name in _EVERY_ARTICLE_HAS else 0.0


def _usual_for(group: Readings, judge: _Judge) -> list[list[Readings]]:
    """Week by week what to compare with: the same kind and template, else the same kind; empty: too few.

    Another template's articles are no measure for those of an older one, as a back-fill brings them.
    """
    kind = [one for one in judge.usual if one.kind == group.kind and one.template != GENERIC]
    same = [one for one in kind if one.template == group.template]
    is_old = any(group.template < one.template for one in kind) or not judge.is_whole_site
    for some in (same, *([] if is_old and group.template != GENERIC else [kind])):
        if _total(some) >= judge.lines.usual_least:
            return _weeks(some, judge.lines.usual_least)
    return []


def _weeks(groups: Iterable[Readings], least: float) -> list[list[Readings]]:
    """The groups week by week, the latest first; as many weeks together as hold enough articles."""
    weeks: list[list[Readings]] = []
    for group in sorted(groups, key=lambda one: one.week):
        is_full = weeks and weeks[-1][-1].week != group.week and _total(weeks[-1]) >= least
        if is_full or not weeks:
            weeks.append([])
        weeks[-1].append(group)
    if len(weeks) > 1 and _total(weeks[-1]) < least:
        weeks[-2:] = [weeks[-2] + weeks[-1]]
    return weeks


def _share(
    weeks: list[list[Readings]], having: Callable[[Readings], int], of: Callable[[list[Readings]], int]
) -> float:
    """The share in the best of some weeks, in the second best of many."""
    shares = [sum(having(one) for one in week) / max(of(week), 1) for week in weeks]
    return sorted(shares, reverse=True)[1 if len(shares) >= _WEEKS_FOR_SECOND else 0]


def _judge(  # noqa: PLR0913  # what is compared, and with what
    group: Readings,
    name: str,
    count: int,
    usual: float,
    judge: _Judge,
    *,
    of: int | None = None,
    check: str = "fields",
    may_hold: bool = False,
) -> _Miss | None:
    """Whether ``count`` of a group's articles (or of some ``of`` them) is too few to be chance.

    What was amiss the last time stays so (``may_hold``) until half of the fall is made up for: an
    alarm that ends and begins again from run to run tells nobody anything.
    """
    whole = group.articles if of is None else of
    if not whole:
        return None
    part = f"{check} {group.kind} {name}"
    drop = usual - count / whole
    level = _level_of(group.kind, name, drop, _chance(count, whole, usual), judge.lines)
    held = Level(judge.held.get(part, Level.OK))
    if may_hold and held.badness > level.badness and drop >= _line(held, judge.lines) / 2:
        level = held
    if level is Level.OK:
        return None
    text = f"{name} in {count} of {whole} ({group.kind}, template {group.template})"
    return _Miss(part, level, text, f"{name} in {usual:.0%}")


def _chance(count: int, whole: int, usual: float) -> float:
    scale = min(1.0, _LARGEST / whole)
    return at_most(round(count * scale), round(whole * scale), usual)


def _level_of(kind: str, name: str, drop: float, chance: float, lines: Thresholds) -> Level:
    if chance >= lines.chance_warn or drop < lines.field_drop_warn:
        return Level.OK
    is_always_there = name in _EVERY_ARTICLE_HAS or (kind == "photo" and name in _EVERY_PHOTO_STORY_HAS)
    fails = is_always_there and chance < lines.chance_fail and drop >= lines.field_drop_fail
    return Level.FAIL if fails else Level.WARN


def _line(level: Level, lines: Thresholds) -> float:
    return lines.field_drop_fail if level is Level.FAIL else lines.field_drop_warn


def _sources(samples: Samples, judge: _Judge) -> Check:
    """Fields that a template's selectors used to give and now something weaker does."""
    misses: list[_Miss] = []
    for whose, sample in samples.items():
        for group in (group for group in sample if group.template != GENERIC):
            weeks = _usual_for(group, judge)
            if weeks and {one.template for week in weeks for one in week} == {group.template}:
                misses += _weaker(group, weeks, judge, may_hold=whose == "the latest")
    return _summed("sources", misses, "fields from where they usually come")


def _weaker(
    group: Readings, weeks: list[list[Readings]], judge: _Judge, *, may_hold: bool
) -> Iterator[_Miss]:
    """Of the articles that have a field, those in which the template gave it."""
    for name in sorted({name for week in weeks for one in week for name in one.by_template}):
        usual = _share(weeks, lambda one: one.by_template.get(name, 0), lambda week: _all_having(week, name))  # noqa: B023
        found, whole = group.by_template.get(name, 0), _having(group, name)
        miss = _judge(group, name, found, usual, judge, of=whole, check="sources", may_hold=may_hold)
        if miss:
            yield replace(miss, level=Level.WARN)


def _all_having(groups: list[Readings], name: str) -> int:
    return sum(_having(one, name) for one in groups)


def _having(group: Readings, name: str) -> int:
    return group.present.get(name, 0) if name in FIELDS else group.articles


def _summed(name: str, misses: list[_Miss], expected: str) -> Check:
    if not misses:
        return Check(name, Level.OK, "as usual", expected)
    worst = max((miss.level for miss in misses), key=lambda level: level.badness)
    saw = "; ".join(dict.fromkeys(miss.text for miss in misses))
    parts: dict[str, Level] = {}
    for miss in sorted(misses, key=lambda one: one.level.badness):
        parts[miss.part] = miss.level
    usual = "; ".join(dict.fromkeys(miss.usual for miss in misses))
    return Check(name, worst, saw, usual, _ADVICE, parts)


def _total(groups: Iterable[Readings]) -> int:
    return sum(one.articles for one in groups)


def _level(share: float, warn: float, fail: float) -> Level:
    return Level.FAIL if share >= fail else Level.WARN if share >= warn else Level.OK
