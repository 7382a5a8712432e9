"""Whether articles are read as fully as ever: each field by kind and template, and by whom.

A field that is NULL is missing. What an article usually has is told by the articles before,
those that no template recognised left out, so that a redesign never becomes what is usual;
until there are enough, fixed floors hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crawler.health.chance import at_most
from crawler.health.thresholds import Thresholds
from crawler.health.verdict import Check, Level
from pipelines.database.history import FIELDS, History, Readings

GENERIC = "generic"
_LARGEST = 1000  # a sample larger than this says nothing more
_EVERY_ARTICLE_HAS = frozenset({"body", "published_at", "lead", "byline", "section"})
_FLOOR = 0.9
"""Share of text articles that have these at least: on the pages seen, all of them do."""
_ADVICE = (
    "open a recent article: has the page design changed? Then add a template "
    "(docs/operations.md) and run scrapy reparse; the raw pages are in the archive"
)


@dataclass(frozen=True, slots=True)
class _Miss:
    """One field that is there less often than usual."""

    level: Level
    text: str
    usual: str


def check(history: History, lines: Thresholds) -> Iterator[Check]:
    """The checks on templates and fields, over the run's own articles and over the newest."""
    samples = {"the run's": history.ours, "the newest": history.newest}
    yield _generic(samples, lines)
    yield _presence(samples, history.usual, lines)
    yield _sources(samples, history.usual, lines)


def _generic(samples: Mapping[str, tuple[Readings, ...]], lines: Thresholds) -> Check:
    """Text articles that no template recognised: absolutely, since a redesign must stay an alarm."""
    name, expected = "template", f"under {lines.generic_warn:.0%} of text articles read by no template"
    worst = Check(name, Level.OK, "every page design is known", expected)
    for whose, sample in samples.items():
        text = [one for one in sample if one.kind == "text"]
        without, all_ = _total(one for one in text if one.template == GENERIC), _total(text)
        share = without / all_ if all_ else 0.0
        level = (
            _level(share, lines.generic_warn, lines.generic_fail)
            if without >= lines.generic_least
            else Level.OK
        )
        saw = f"{without} of {whose} {all_} text articles"
        found = Check(
            name, level, f"no template recognised {saw}" if without else worst.saw, expected, _ADVICE
        )
        worst = max(worst, found, key=lambda one: one.level.badness)
    return worst


def _presence(
    samples: Mapping[str, tuple[Readings, ...]], usual: tuple[Readings, ...], lines: Thresholds
) -> Check:
    misses = [
        miss for sample in samples.values() for group in sample for miss in _missing(group, usual, lines)
    ]
    return _summed("fields", misses, "every field as often as usual")


def _missing(group: Readings, usual: Iterable[Readings], lines: Thresholds) -> Iterator[_Miss]:
    known = _usual_for(group, usual, lines)
    for name in FIELDS:
        share = known.present.get(name, 0) / known.articles if known else _floor(group, name)
        miss = _judge(group, name, group.present.get(name, 0), share, lines)
        if miss:
            yield miss


def _floor(group: Readings, name: str) -> float:
    return _FLOOR if group.kind == "text" and name in _EVERY_ARTICLE_HAS else 0.0


def _usual_for(group: Readings, usual: Iterable[Readings], lines: Thresholds) -> Readings | None:
    """What to compare with: the same kind and template, else the same kind; None: too few."""
    kind = [one for one in usual if one.kind == group.kind and one.template != GENERIC]
    same = [one for one in kind if one.template == group.template]
    return next((_joined(some) for some in (same, kind) if _total(some) >= lines.usual_least), None)


def _joined(groups: list[Readings]) -> Readings:
    return Readings(
        kind=groups[0].kind,
        template=groups[0].template if len({one.template for one in groups}) == 1 else "several",
        articles=_total(groups),
        present=_summed_up(one.present for one in groups),
        by_template=_summed_up(one.by_template for one in groups),
    )


def _summed_up(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in counts:
        for name, count in one.items():
            total[name] = total.get(name, 0) + count
    return total


def _judge(  # noqa: PLR0913  # what is compared, and with what
    group: Readings, name: str, count: int, usual: float, lines: Thresholds, *, of: int | None = None
) -> _Miss | None:
    """Whether ``count`` of a group's articles (or of some ``of`` them) is too few to be chance."""
    whole = group.articles if of is None else of
    if not whole:
        return None
    scale = min(1.0, _LARGEST / whole)
    chance = at_most(round(count * scale), round(whole * scale), usual)
    drop = usual - count / whole
    if chance >= lines.chance_warn or drop < lines.field_drop_warn:
        return None
    fails = name in _EVERY_ARTICLE_HAS and chance < lines.chance_fail and drop >= lines.field_drop_fail
    text = f"{name} in {count} of {whole} ({group.kind}, template {group.template})"
    return _Miss(Level.FAIL if fails else Level.WARN, text, f"{name} in {usual:.0%}")


def _sources(
    samples: Mapping[str, tuple[Readings, ...]], usual: tuple[Readings, ...], lines: Thresholds
) -> Check:
    """Fields that a template's selectors used to give and now something weaker does."""
    misses = []
    for group in (group for sample in samples.values() for group in sample if group.template != GENERIC):
        known = _usual_for(group, usual, lines)
        for name in known.by_template if known and known.template == group.template else ():
            misses.append(_weaker(group, known, name, lines) if known else None)
    found = [_Miss(Level.WARN, miss.text, miss.usual) for miss in misses if miss]
    return _summed("sources", found, "fields from where they usually come")


def _weaker(group: Readings, known: Readings, name: str, lines: Thresholds) -> _Miss | None:
    """Of the articles that have a field, those in which the template gave it."""
    usual = known.by_template[name] / max(_having(known, name), 1)
    return _judge(group, name, group.by_template.get(name, 0), usual, lines, of=_having(group, name))


def _having(group: Readings, name: str) -> int:
    return group.present.get(name, 0) if name in FIELDS else group.articles


def _summed(name: str, misses: list[_Miss], expected: str) -> Check:
    if not misses:
        return Check(name, Level.OK, "as usual", expected)
    worst = max((miss.level for miss in misses), key=lambda level: level.badness)
    saw = "; ".join(dict.fromkeys(miss.text for miss in misses))
    return Check(name, worst, saw, "; ".join(dict.fromkeys(miss.usual for miss in misses)), _ADVICE)


def _total(groups: Iterable[Readings]) -> int:
    return sum(one.articles for one in groups)


def _level(share: float, warn: float, fail: float) -> Level:
    return Level.FAIL if share >= fail else Level.WARN if share >= warn else Level.OK
