"""Whether anything was found at all, and whether each layer of discovery still gives links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from crawler.health.outcomes import look
from crawler.health.thresholds import Thresholds
from crawler.health.verdict import Check, Level
from pipelines.database.history import History, RunFacts

_KINDS = ("feed", "listing", "sitemap")
_FAILED = ("http_error", "network_error", "blocked", "invalid")
_NAMED = 3
"""Listings named one by one."""

_HAD = ("new", "updated", "unchanged", "not_modified", "duplicate")


def check(run: RunFacts, history: History, lines: Thresholds) -> Iterator[Check]:
    """The checks on discovery; a run over given pages discovers nothing and is not asked for links."""
    yield from _asked_for(run)
    yield from _left(run)
    yield from _owed(run)
    if any(run.arguments.get(name) for name in ("url", "urls", "query", "tag")):
        return
    yield _found(run)
    yield from _layers(run, history, lines)


def _asked_for(run: RunFacts) -> Iterator[Check]:
    """A person who asks for something and gets nothing of it must hear so, however little that was."""
    if run.finished_at is None or run.finish_reason == "shutdown":
        return
    if any(run.arguments.get(name) for name in ("url", "urls")):
        yield _pages(run)
    for name in run.unanswered:
        saw = f"nothing for {name}, at no address that the site or we know"
        yield Check("asked for", Level.FAIL, saw, "one that can be read", look(run, "%"))


def _pages(run: RunFacts) -> Check:
    had, asked = run.of("article", *_HAD), sum(run.counts.get("article", {}).values())
    saw = f"{had} of {asked} pages that were asked for are stored"
    level = Level.OK if had else Level.FAIL
    return Check("asked for", level, saw, "at least one of them", look(run, "%"))


def _left(run: RunFacts) -> Iterator[Check]:
    """A walk that did not come to its end may have missed something, and nobody else will say so."""
    if not run.left:
        return
    named = [f"the walk through {place} was left: {why}" for place, why in sorted(run.left.items())[:_NAMED]]
    more = f"; and {len(run.left) - _NAMED} more" if len(run.left) > _NAMED else ""
    advice = (
        "open that listing's last pages: where their articles are there, raise the setting named and start"
        " the same run again; else its links are at fault, and nothing is missed"
    )
    yield Check("listings", Level.WARN, "; ".join(named) + more, "listings that come to an end", advice)


def _owed(run: RunFacts) -> Iterator[Check]:
    """A back-fill whose pages could not all be read has not brought all of its days."""
    if not run.owed:
        return
    named = [f"{number} of {place}" for place, number in sorted(run.owed.items())[:_NAMED]]
    more = f" and of {len(run.owed) - _NAMED} more listings" if len(run.owed) > _NAMED else ""
    saw = f"pages that could not be read, so that articles of the days are missing: {', '.join(named)}{more}"
    advice = f"start the same run again later, which goes on there; {look(run, '%')} AND kind = 'listing'"
    yield Check("asked for", Level.FAIL, saw, "all pages of the days asked for", advice)


def _found(run: RunFacts) -> Check:
    """Nothing new on a quiet night is well; nothing found at all never is."""
    links = sum(layer.links for layer in run.layers.values())
    same = sum(run.of(kind, "not_modified") for kind in _KINDS)
    failed = sum(run.of(kind, *_FAILED) for kind in _KINDS)
    saw = f"{links} links on feeds and listings, {same} of these not changed, {failed} not readable"
    expected = "links, known or new, on every run"
    if robots := run.of("robots", *_FAILED):
        saw += f"; robots.txt not readable ({robots} times)"
    if links or same:
        return Check("found", Level.OK, saw, expected)
    if run.finished_at is None or run.finish_reason == "shutdown":
        return Check("found", Level.OK, saw + " so far", expected)
    if run.finish_reason == "budget" and not failed:
        return Check("found", Level.OK, saw + ": nothing was left of the day's budget", expected)
    advice = look(run, "%")
    return Check("found", Level.FAIL, saw, expected, advice)


def _layers(run: RunFacts, history: History, lines: Thresholds) -> Iterator[Check]:
    """Each layer that gave links before, where this run asked it."""
    for name in sorted({name for one in history.earlier for name in one.layers}):
        usual = _usual(name, history)
        if usual >= lines.layer_links and _was_asked(run, name):
            yield _layer(name, run, usual)


def _usual(name: str, history: History) -> int:
    """Links that a layer gave on the second best day of the weeks looked back on.

    Days and not runs are counted, and the best of them: a layer that has dried up must not become usual
    while the weeks last, however many runs there are in them. One day alone may have been an odd one.
    """
    days: dict[date, int] = {}
    for one in history.earlier:
        if name in one.layers:
            day = one.started_at.date()
            days[day] = max(days.get(day, 0), one.layers[name].links)
    best = sorted(days.values(), reverse=True)
    return best[min(1, len(best) - 1)]


def _was_asked(run: RunFacts, name: str) -> bool:
    """Not every run reads every layer; one that answered "not modified" gives no links, and is well."""
    if name in run.layers:
        return True
    failed = run.of(name, *_FAILED) + (run.of(name, "skipped") if _looked_everywhere(run) else 0)
    return name in _KINDS and failed > 0 and not run.of(name, "not_modified")


def _looked_everywhere(run: RunFacts) -> bool:
    """Whether it tried all that there may be: guessed addresses that are not there count as skipped."""
    return run.finish_reason == "finished" and not run.arguments.get("sections")


def _layer(name: str, run: RunFacts, usual: int) -> Check:
    layer = run.layers.get(name)
    links, pages = (layer.links, layer.pages) if layer else (0, 0)
    failed, same = run.of(name, *_FAILED), run.of(name, "not_modified")
    saw = f"{links} links from {pages} pages, {same} not changed, {failed} not readable"
    expected = f"about {usual} links"
    # The one empty feed that was read while the others have not changed is no alarm.
    level = Level.OK if links or same > pages else Level.WARN
    return Check(
        f"discovery by {name}",
        level,
        saw,
        expected,
        f"open one of the site's {name} pages: has its form changed?",
    )
