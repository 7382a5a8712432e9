"""What of a verdict is told: each thing once, what gets worse or better, and never every run."""

from __future__ import annotations

from datetime import timedelta

from crawler.health import Check, Level, Verdict
from crawler.health.news import Told, after_silence, after_telling, amiss, fresh, is_news
from tests.health.making import NOON

OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL
TEN_MINUTES = timedelta(minutes=10)


def verdict(**levels: Level) -> Verdict:
    """A verdict whose checks say this."""
    checks = [Check(name, level, "seen", "expected", "advice") for name, level in levels.items()]
    return Verdict(at=NOON, run_id=1, checks=tuple(checks))


def messages(
    *verdicts: dict[str, Level], least: Level = WARN, every: timedelta = TEN_MINUTES, down: int = 0
) -> list[int]:
    """After which of some verdicts somebody is told; the first ``down`` messages are not taken."""
    told: Told = {}
    sent, now = [], NOON
    for number, levels in enumerate(verdicts):
        now += every
        found = amiss(verdict(**levels), least, frozenset({"other"}))
        if is_news(told, found) and (down := down - 1) < 0:
            sent.append(number)
            told = after_telling(found, now)
        else:
            told = after_silence(told, found, now)
    return sent


def test_what_stays_amiss_is_told_once() -> None:
    assert messages(*[{"certificate": WARN}] * 5) == [0]


def test_a_certificate_that_never_verifies_does_not_silence_anything_else() -> None:
    known = {"certificate": WARN}
    assert messages(known, known | {"sources": WARN}, known | {"sources": WARN, "disk": WARN}) == [0, 1, 2]


def test_a_second_failure_is_told_and_the_end_of_all() -> None:
    assert messages({"found": FAIL}, {"found": FAIL, "disk": FAIL}, {"disk": FAIL}, {}) == [0, 1, 3]


def test_what_gets_worse_or_better_is_told() -> None:
    assert messages({"disk": WARN}, {"disk": FAIL}, {"disk": FAIL}, {"disk": WARN}, {}) == [0, 1, 3, 4]


def test_what_comes_and_goes_beside_something_that_stays_is_told_once_a_day_at_most() -> None:
    known, more = {"certificate": WARN}, {"certificate": WARN, "errors": WARN}
    assert messages(*[known, more] * 50) == [0, 1]
    days = [more, *[known] * 4]
    assert messages(*days, *days, every=timedelta(hours=13)) == [0, 5]


def test_only_what_is_asked_for_is_told() -> None:
    assert messages({"disk": WARN}, {"found": FAIL}, {"disk": WARN}, least=FAIL) == [1, 2]
    assert messages({"other": WARN}) == []


def test_what_was_not_taken_is_told_again_until_it_is() -> None:
    assert messages(*[{"found": FAIL}] * 6, down=3) == [3]


def test_a_run_that_could_not_be_judged_fails() -> None:
    assert amiss(None, FAIL, frozenset()) == {"verdict": FAIL}
    assert fresh({}, amiss(None, WARN, frozenset())) == ["verdict"]
