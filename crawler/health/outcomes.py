"""What became of the URLs that were touched, as shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.health.thresholds import Thresholds
from crawler.health.verdict import Check, Level
from pipelines.database.history import RunFacts

_BLOCKED = (
    "crawl less often or raise DOWNLOAD_DELAY, and set TINTUC_CONTACT so that the site can write to you"
)
_DISALLOWED = (
    "robots.txt forbids them, at whatever pace: read it (SELECT host, robots FROM hosts), leave out what it"
    " forbids, and where that is everything stop the schedule and ask the site's people"
)
_DUPLICATES = "compare two of them: do their bodies hold the same box of the page?"


@dataclass(frozen=True, slots=True)
class _Share:
    """``part`` of ``whole`` came to something that should be rare; from where on it is an alarm."""

    name: str
    part: int
    whole: int
    warn: float
    fail: float
    advice: str


def check(run: RunFacts, lines: Thresholds) -> Iterator[Check]:
    """The checks on outcomes of one run."""
    yield from _defects(run)
    yield from (_judged(share, lines) for share in _shares(run, lines))


def _defects(run: RunFacts) -> Iterator[Check]:
    """Answers that tintuc itself failed at: a page is tried again, but what only a list shows is missing."""
    if not run.defects:
        return
    level = Level.WARN if run.defects.keys() <= {"article"} else Level.FAIL
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(run.defects.items()))
    saw = f"answers that a defect of tintuc made nothing of: {sum(run.defects.values())} ({kinds})"
    advice = f"report it, with the traceback in the log of the run; {look(run, 'invalid')}"
    yield Check("defects", level, saw, "none", advice)


def _shares(run: RunFacts, lines: Thresholds) -> Iterator[_Share]:
    touched = sum(sum(outcomes.values()) - outcomes.get("skipped", 0) for outcomes in run.counts.values())
    answers = touched - run.disallowed  # of those nothing was asked
    pages = sum(run.counts.get("article", {}).values()) - run.of("article", "skipped", "not_modified")
    blocked = sum(run.of(kind, "blocked") for kind in run.counts) - run.disallowed
    errors = sum(run.of(kind, "http_error", "network_error") for kind in run.counts)
    invalid, others = run.of("article", "invalid"), run.of("article", "not_article")
    same = run.of("article", "duplicate")
    yield _Share("blocked", blocked, answers, lines.blocked_warn, lines.blocked_fail, _BLOCKED)
    yield _Share("disallowed", run.disallowed, touched, lines.blocked_warn, lines.blocked_fail, _DISALLOWED)
    yield _Share("errors", errors, answers, lines.errors_warn, lines.errors_fail, look(run, "%error"))
    yield _Share("invalid", invalid, pages, lines.invalid_warn, lines.invalid_fail, look(run, "invalid"))
    yield _Share(
        "no article", others, pages, lines.not_article_warn, lines.not_article_fail, look(run, "not_article")
    )
    yield _Share(
        "duplicates", same, run.new_articles, lines.duplicates_warn, lines.duplicates_fail, _DUPLICATES
    )


def look(run: RunFacts, outcome: str) -> str:
    """The query that shows what a count is made of; ``outcome`` is a pattern of LIKE."""
    columns = "SELECT kind, outcome, reason, url FROM fetches"
    return f"see which: {columns} WHERE run_id = {run.id} AND outcome LIKE '{outcome}'"


def _judged(share: _Share, lines: Thresholds) -> Check:
    rate = share.part / share.whole if share.whole else 0.0
    level = Level.FAIL if rate >= share.fail else Level.WARN if rate >= share.warn else Level.OK
    if share.whole < lines.shares_least or share.part < 2:
        level = Level.OK  # one of three is no rate
    saw = f"{share.part} of {share.whole}"
    return Check(share.name, level, saw, f"under {share.warn:.0%}", share.advice)
