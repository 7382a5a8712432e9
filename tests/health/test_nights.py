"""The nights that can happen, and what health says of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.health import Check, Level, Thresholds, Verdict, evaluate
from pipelines.database.history import Disk, History, Layer
from tests.health.making import (
    FEEDS,
    HOME,
    NIGHT,
    NOON,
    USUAL,
    counts,
    history,
    published,
    readings,
    run,
    weeks,
)

LINES = Thresholds()
NOTHING: dict[str, Layer] = {}
GENERIC = readings(13, template="generic", without=("byline", "photos", "captions", "contributors", "tags"))
FIRST: dict[str, Any] = {"earlier": (), "usual": ()}
HOUR = timedelta(hours=1)


def judge(past: History, now: datetime = NOON) -> Verdict:
    return evaluate(past, LINES, now)


def tet(now: datetime, days: int, share: int) -> History:
    """The ``days``-th day of a holiday on which a ``share``-th of the usual is published."""

    def rate(time: datetime) -> int:
        return published(time) // share if time > now - timedelta(days=days) else published(time)

    latest = run(now - timedelta(minutes=10), counts=counts(published(now) // share))
    return history(latest, earlier=weeks(latest, rate=rate))


def shares(**outcomes: int) -> History:
    return history(run(counts=counts(13, **outcomes)))


def quiet_run(now: datetime, hours: int) -> History:
    """Nothing new for some hours, though feeds are read as ever."""

    def rate(time: datetime) -> int:
        return 0 if time > now - hours * HOUR else published(time)

    latest = run(now - timedelta(minutes=10), counts=counts(0), layers={"feed": Layer(pages=23, links=600)})
    return history(latest, earlier=weeks(latest, rate=rate), ours=())


FINE = [
    pytest.param(history(), NOON, id="an ordinary noon"),
    pytest.param(history(run(NIGHT - timedelta(minutes=10))), NIGHT, id="an ordinary night"),
    pytest.param(quiet_run(NIGHT, 6), NIGHT, id="a quiet night without one article"),
    pytest.param(
        history(
            run(NIGHT, counts={"feed": {"not_modified": 23}, "robots": {"read": 1}}, layers=NOTHING), ours=()
        ),
        NIGHT,
        id="a run in which no feed has changed",
    ),
    pytest.param(history(**FIRST), NOON, id="the first run"),
    pytest.param(
        history(
            run(finished_at=None, finish_reason=None, verdict=None, counts={}, layers={}),
            **FIRST,
            is_empty=True,
        ),
        NOON,
        id="the first run, just begun",
    ),
    pytest.param(tet(NOON, 1, 4), NOON, id="the first day of Tết, a quarter of the usual"),
    pytest.param(tet(NOON, 5, 4), NOON, id="the fifth day of Tết"),
    pytest.param(
        history(run(arguments={"since": "2024-04-01"}), ours=(readings(300, template="2021"),)),
        NOON,
        id="a back-fill of an older template",
    ),
    pytest.param(
        history(run(arguments={"url": "https://..."}, counts={"article": {"unchanged": 1}}, layers=NOTHING)),
        NOON,
        id="a look at one page finds no links, and need not",
    ),
    pytest.param(
        history(run(counts=counts(2, http_error=1)), ours=(readings(2, without=("tags", "photos")),)),
        NOON,
        id="two odd articles and one error",
    ),
    pytest.param(
        history(ours=(readings(1, kind="longform", template="generic", without=("body", "lead")),)),
        NOON,
        id="one page of a kind never seen",
    ),
    pytest.param(
        history(run(layers={"feed": FEEDS}), earlier=weeks(run())),
        NOON,
        id="a layer that was not asked this time",
    ),
    pytest.param(
        history(usual=(), newest=(readings(20),)), NOON, id="a new template file, nothing to compare"
    ),
    pytest.param(
        history(
            run(
                counts={"feed": {"read": 1, "not_modified": 22}},
                layers={"feed": Layer(pages=1), "home": HOME},
            )
        ),
        NOON,
        id="an empty feed was read, and the others have not changed",
    ),
    pytest.param(
        history(
            ours=(replace(readings(40, template="2021"), by_template={"body": 40}),),
            usual=(
                replace(readings(30, template="2021"), by_template={"body": 30}),
                readings(30, template="2026"),
            ),
        ),
        NOON,
        id="two templates that take a field from elsewhere, with few articles of each",
    ),
]

# What happened, when health is asked, how bad it is, which check says so, and a word of what it saw.
BAD = [
    pytest.param(History(), NOON, Level.FAIL, "runs", "no run", id="nothing was ever run"),
    pytest.param(
        history(run(counts={"feed": {"read": 23}}, layers={"feed": Layer(pages=23)}), ours=()),
        NOON, Level.FAIL, "found", "0 links", id="a run that stored nothing because nothing was found",
    ),
    pytest.param(
        history(run(counts={}, layers=NOTHING), ours=()),
        NOON, Level.FAIL, "found", "0 links", id="a run that did nothing at all",
    ),
    pytest.param(
        history(run(counts={"feed": {"http_error": 23}}, layers=NOTHING), ours=(), newest=(), is_empty=True, **FIRST),
        NOON, Level.FAIL, "found", "23 not readable", id="the first run, and the site does not answer",
    ),
    pytest.param(
        history(run(counts={"feed": {"read": 3}}, layers={"feed": FEEDS}), ours=(), newest=(), is_empty=True, **FIRST),
        NOON, Level.FAIL, "stored", "no article is stored", id="the first run found links and stored nothing",
    ),
    pytest.param(
        history(run(arguments={"urls": "danh-sach.txt"}, counts={"article": {"http_error": 2}}, layers=NOTHING)),
        NOON, Level.FAIL, "asked for", "0 of 2 pages", id="of the pages asked for none could be had",
    ),
    pytest.param(
        history(run(arguments={"tag": "bến tre"}, layers=NOTHING, unanswered=("tag bến tre",))),
        NOON, Level.FAIL, "asked for", "nothing for tag bến tre", id="a tag that leads nowhere",
    ),
    pytest.param(
        history(run(left={"thoi-su": "more pages", "anh": "a", "video": "a", "y-te": "a", "the-gioi": "a"})),
        NOON, Level.WARN, "listings", "thoi-su was left: more pages; and 2 more", id="listings without end",
    ),
    pytest.param(
        history(run(defects={"feed": 2, "article": 1})),
        NOON, Level.FAIL, "defects", "made nothing of: 3 (1 article, 2 feed)", id="tintuc fails at feeds",
    ),
    pytest.param(
        history(ahead=(1, 2, 3, 4, 5, 6, 7)),
        NOON, Level.WARN, "clock", "later than now: run 1, 2, 3, 4, 5 and 2 more", id="a clock that was ahead",
    ),
    pytest.param(
        history(run(defects={"article": 1})),
        NOON, Level.WARN, "defects", "made nothing of: 1 (1 article)", id="tintuc fails at a page",
    ),
    pytest.param(
        history(run(arguments={"since": "2026-11-01"}, owed={"thoi-su": 2, "anh": 1})),
        NOON, Level.FAIL, "asked for", "are missing: 1 of anh, 2 of thoi-su", id="a back-fill with pages not read",
    ),
    pytest.param(
        history(run(counts={"robots": {"http_error": 1}, "feed": {"skipped": 23}}, layers=NOTHING), ours=()),
        NOON, Level.FAIL, "found", "robots.txt not readable", id="robots.txt answers 503",
    ),
    pytest.param(
        history(run(counts=counts(0) | {"article": {"not_article": 12}}), ours=()),
        NOON, Level.FAIL, "stored", "13 new links found, 0 articles read", id="new links lead to no article",
    ),
    pytest.param(
        history(ours=(GENERIC,), newest=(replace(GENERIC, articles=13), readings(7))),
        NOON, Level.FAIL, "template", "no template recognised 13 of", id="the night of the redesign: template",
    ),
    pytest.param(
        history(ours=(GENERIC,)), NOON, Level.FAIL, "fields", "byline in 0 of 13", id="the night of the redesign: fields",
    ),
    pytest.param(
        history(ours=(readings(3, template="generic"),), newest=(readings(3, template="generic"), readings(17))),
        NOON, Level.FAIL, "template", "3 of the run's 3", id="the first ten minutes of the redesign",
    ),
    pytest.param(
        history(
            ours=(readings(1, template="generic"),),
            newest=(readings(12, template="generic"), readings(8)),
        ),
        NOON, Level.FAIL, "template", "12 of the newest 20", id="a redesign seen over many small runs",
    ),
    pytest.param(
        history(ours=(GENERIC,), newest=(GENERIC,), usual=(readings(2000, template="generic"),)),
        NOON, Level.FAIL, "template", "13", id="a redesign never becomes what is usual",
    ),
    pytest.param(
        history(ours=(GENERIC,), newest=(GENERIC,), **FIRST),
        NOON, Level.FAIL, "fields", "byline in 0 of 13", id="the first run meets a design nobody knows",
    ),
    pytest.param(
        history(ours=(readings(13, without=("lead",)),)),
        NOON, Level.FAIL, "fields", "lead in 0 of 13 (text, template 2026)", id="one selector finds nothing any more",
    ),
    pytest.param(
        history(newest=(readings(20, lead=9),)),
        NOON, Level.FAIL, "fields", "lead in 9 of 20", id="a field is missing in half of the newest",
    ),
    pytest.param(
        history(ours=(readings(13, without=("tags",)),)),
        NOON, Level.WARN, "fields", "tags in 0 of 13", id="a field that not every article has is gone",
    ),
    pytest.param(
        history(ours=(replace(readings(13), by_template={"body": 13}),)),
        NOON, Level.WARN, "sources", "lead in 0 of 13", id="metadata fills in where a selector gave out",
    ),
    pytest.param(
        history(ours=(readings(20), readings(4, template="generic"))),
        NOON, Level.WARN, "template", "4 of the run's 24", id="some pages in a new design",
    ),
    pytest.param(shares(blocked=2), NOON, Level.WARN, "blocked", "2 of", id="a refusal now and then"),
    pytest.param(shares(blocked=40), NOON, Level.FAIL, "blocked", "40 of", id="blocked"),
    pytest.param(
        history(run(counts=counts(13, blocked=3), disallowed=3)),
        NOON, Level.WARN, "disallowed", "3 of", id="robots.txt disallows some pages",
    ),
    pytest.param(
        history(run(counts={"robots": {"read": 1}, "feed": {"blocked": 23}}, layers=NOTHING, disallowed=23), ours=()),
        NOON, Level.FAIL, "disallowed", "23 of 24", id="robots.txt disallows all",
    ),
    pytest.param(shares(invalid=3), NOON, Level.WARN, "invalid", "3 of", id="some pages are invalid"),
    pytest.param(shares(invalid=30), NOON, Level.FAIL, "invalid", "30 of", id="most pages are invalid"),
    pytest.param(shares(not_article=20), NOON, Level.WARN, "no article", "20 of", id="many pages are gone"),
    pytest.param(shares(not_article=99), NOON, Level.FAIL, "no article", "99 of", id="addresses have changed"),
    pytest.param(shares(http_error=20), NOON, Level.WARN, "errors", "20 of", id="a broken evening of the site"),
    pytest.param(shares(network_error=200), NOON, Level.FAIL, "errors", "200 of", id="the line is down"),
    pytest.param(shares(duplicate=12), NOON, Level.WARN, "duplicates", "12 of 25", id="many duplicates"),
    pytest.param(shares(duplicate=99), NOON, Level.FAIL, "duplicates", "99 of 112", id="all read the same box"),
    pytest.param(
        history(run(layers={"feed": Layer(pages=23), "home": HOME})),
        NOON, Level.WARN, "discovery by feed", "0 links from 23 pages", id="the feeds dried up",
    ),
    pytest.param(
        history(run(counts=counts() | {"feed": {"http_error": 23}}, layers={"home": HOME})),
        NOON, Level.WARN, "discovery by feed", "23 not readable", id="the feeds are gone",
    ),
    pytest.param(quiet_run(NOON, 7), NOON, Level.FAIL, "amount", "0 new articles", id="a morning without one article"),
    pytest.param(tet(NOON, 1, 13), NOON, Level.WARN, "amount", "new articles in 6 hours", id="a thirteenth of the usual"),
    pytest.param(quiet_run(NIGHT, 13), NIGHT, Level.WARN, "silence", "13 hours", id="no article in a day's half"),
    pytest.param(quiet_run(NOON, 30), NOON, Level.FAIL, "silence", "hours ago", id="no article in a day"),
    pytest.param(
        history(disks=(Disk(path="data", free=1_000_000_000),)),
        NOON, Level.WARN, "disk", "1,000 MB free", id="the disk will be full in weeks",
    ),
    pytest.param(
        history(disks=(Disk(path="a", free=10**12), Disk(path="b", free=10**8))),
        NOON, Level.FAIL, "disk", "100 MB free for b", id="one of two disks is nearly full",
    ),
    pytest.param(
        history(run(tls_verified=False)), NOON, Level.WARN, "certificate", "does not verify", id="the certificate",
    ),
    pytest.param(
        history(run(tls_verified=False, tls_handshake="unsafe legacy renegotiation disabled")),
        NOON, Level.WARN, "certificate", "unsafe legacy renegotiation disabled", id="a server of old rules",
    ),
    pytest.param(
        history(run(counts={"feed": {"skipped": 88}, "listing": {"read": 1}}, layers={"home": HOME}), ours=()),
        NOON, Level.WARN, "discovery by feed", "0 links", id="the site has no feeds any more",
    ),
    pytest.param(
        history(), NOON + 27 * HOUR, Level.FAIL, "last good run", "27 hours ago", id="no run for 27 hours",
    ),
    pytest.param(
        history(run(finish_reason="errored"), earlier=tuple(
            replace(one, verdict="FAIL") for one in weeks(run(), 1)
        )),
        NOON, Level.FAIL, "last good run", "no good run since", id="only failing runs for a week",
    ),
    pytest.param(
        history(run(finish_reason="shutdown")), NOON, Level.WARN, "end", "shutdown", id="stopped by a signal",
    ),
    pytest.param(
        history(run(finish_reason="closespider_timeout")), NOON, Level.WARN, "end", "timeout", id="stopped by a limit",
    ),
    pytest.param(
        history(run(finish_reason="database_full")), NOON, Level.FAIL, "end", "database_full", id="could not go on",
    ),
    pytest.param(
        history(unended=(run(NOON, 10001, finished_at=None), run(NOON, 10000, finished_at=None), run(NOON, 9999, finished_at=None))),
        NOON, Level.WARN, "end", "2 before it were killed", id="two runs were killed, a third is under way",
    ),
    pytest.param(
        history(run(finished_at=None), earlier=tuple(
            replace(one, finished_at=None) if index < 4 else one for index, one in enumerate(weeks(run()))
        )),
        NOON, Level.FAIL, "end", "4 before it were killed", id="every run is killed",
    ),
    pytest.param(
        history(other=run(NOON, 10000, arguments={"tag": "bén tre"}, verdict="FAIL")),
        NOON, Level.WARN, "other run", "run 10000 (tag=bén tre): FAIL", id="somebody asked for a tag that is none",
    ),
    pytest.param(
        history(run(arguments={"url": "https://..."}, layers=NOTHING), earlier=()),
        NOON, Level.FAIL, "last good run", "no run over the whole site", id="only single pages were ever asked for",
    ),
    pytest.param(
        history(newest=(readings(20), readings(12, kind="photo"), readings(8, kind="photo", template="generic"))),
        NOON, Level.WARN, "template", "8 of the newest 20 photo articles", id="photo stories in a new design",
    ),
    pytest.param(
        history(newest=(readings(20), readings(20, kind="photo", without=("captions",)))),
        NOON, Level.FAIL, "fields", "captions in 0 of 20 (photo", id="photo stories without captions",
    ),
    pytest.param(
        history(lately=(readings(100, byline=80),)),
        NOON, Level.WARN, "fields", "byline in 80 of 100", id="a field that wears off",
    ),
    pytest.param(
        history(run(finished_at=None, finish_reason=None)), NOON + 13 * HOUR, Level.WARN, "end", "13 hours",
        id="killed, or stuck",
    ),
]  # fmt: skip


def found(verdict: Verdict, name: str) -> list[Check]:
    return [check for check in verdict.checks if check.name == name]


@pytest.mark.parametrize(("past", "now"), FINE)
def test_all_is_well(past: History, now: datetime) -> None:
    verdict = judge(past, now)
    assert verdict.attention == ()
    assert verdict.level is Level.OK


@pytest.mark.parametrize(("past", "now", "level", "name", "saw"), BAD)
def test_an_alarm(past: History, now: datetime, level: Level, name: str, saw: str) -> None:
    verdict = judge(past, now)
    assert (level, True) in [(check.level, saw in check.saw) for check in found(verdict, name)]
    assert verdict.level.badness >= level.badness
    for check in verdict.attention:
        assert check.saw
        assert check.expected
        assert check.advice


@pytest.mark.parametrize(("past", "now", "level", "name", "saw"), [
    case for case in BAD if case.id in {
        "some pages are invalid", "the feeds dried up", "metadata fills in where a selector gave out", "the certificate",
        "a field that not every article has is gone", "many duplicates", "the disk will be full in weeks",
        "a refusal now and then", "stopped by a signal",
    }
])  # fmt: skip
def test_a_single_alarm_stays_single(past: History, now: datetime, level: Level, name: str, saw: str) -> None:
    assert [check.name for check in judge(past, now).attention] == [name]


def test_what_was_asked_for_is_not_missed_in_a_run_that_somebody_stopped() -> None:
    stopped = run(
        arguments={"url": "https://..."},
        counts={"article": {"network_error": 1}},
        layers=NOTHING,
        finish_reason="shutdown",
    )
    assert found(judge(history(stopped)), "asked for") == []


def test_kinds_that_no_template_has_ever_read_are_no_alarm() -> None:
    odd = readings(5, kind="infographic", template="generic")
    assert found(judge(history(newest=(odd,))), "template")[0].level is Level.OK
    known = (*USUAL, readings(3, kind="infographic"))
    assert found(judge(history(newest=(odd,), usual=known)), "template")[0].level is Level.FAIL


def test_the_best_weeks_are_what_is_usual_and_one_odd_week_is_not() -> None:
    weeks_ = [replace(readings(100, tags=60), week=week) for week in range(8)]
    fewer = (readings(20, tags=9),)
    assert found(judge(history(newest=fewer, usual=tuple(weeks_))), "fields")[0].level is Level.OK
    weeks_[5] = replace(readings(100, tags=99), week=5)
    assert found(judge(history(newest=fewer, usual=tuple(weeks_))), "fields")[0].level is Level.OK
    weeks_[:6] = [replace(readings(100, without=("tags",)), week=week) for week in range(6)]
    worn = history(newest=(readings(20, without=("tags",)),), usual=tuple(weeks_))
    assert found(judge(worn), "fields")[0].level is Level.WARN


def test_an_alarm_ends_when_half_of_the_fall_is_made_up_for() -> None:
    def level(share: int, held: dict[str, str]) -> Level:
        past = history(run(verdict=None), lately=(readings(100, byline=share),))
        before = replace(past.earlier[0], alarms=held)
        return found(judge(replace(past, earlier=(before, *past.earlier[1:]))), "fields")[0].level

    was = {"fields text byline": "FAIL"}
    assert [level(share, {}) for share in (75, 88, 99)] == [Level.WARN, Level.OK, Level.OK]
    assert [level(share, was) for share in (75, 88, 99)] == [Level.FAIL, Level.OK, Level.OK]
    assert level(88, {"fields text byline": "WARN"}) is Level.WARN
    assert level(97, {"fields text byline": "WARN"}) is Level.OK


def test_what_an_older_template_gave_is_no_measure_for_today_nor_the_other_way_round() -> None:
    older = history(
        run(arguments={"since": "2024-04-01"}), ours=(readings(300, template="2021", without=("tags",)),)
    )
    assert found(judge(older), "fields")[0].level is Level.OK
    worse = history(run(arguments={"since": "2024-04-01"}), ours=(readings(300, template="2021", lead=120),))
    assert found(judge(worse), "fields")[0].level is Level.FAIL  # whoever started it must hear of that


def test_four_healthy_weeks_hour_by_hour_never_cry_wolf() -> None:
    latest = run()
    runs = (latest, *weeks(latest, 8))
    for index in range(0, 4 * 7 * 24, 5):
        one = runs[index]
        past = history(one, earlier=runs[index + 1 : index + 700])
        assert judge(past, one.started_at + timedelta(minutes=10)).attention == ()


def test_a_daily_schedule_is_compared_by_days() -> None:
    latest = run(counts=counts(300))
    daily = tuple(run(NOON - timedelta(days=day), 9999 - day, counts=counts(300)) for day in range(1, 29))
    assert judge(history(latest, earlier=daily)).level is Level.OK
    few = run(counts=counts(2))
    more = tuple(replace(one, counts=counts(3)) for one in daily[:2])
    verdict = judge(history(few, earlier=(*more, *daily[2:])))
    assert [check.level for check in found(verdict, "amount")] == [Level.FAIL]


def advice_of(past: History, name: str) -> str:
    (check,) = (check for check in judge(past).checks if check.name == name)
    return check.advice


def test_slower_requests_are_no_advice_where_robots_txt_disallows() -> None:
    past = history(run(counts=counts(13, blocked=30), disallowed=30))
    assert "robots FROM hosts" in advice_of(past, "disallowed")
    assert "DOWNLOAD_DELAY" in advice_of(shares(blocked=30), "blocked")
    assert [check.name for check in judge(past).attention if "crawl less often" in check.advice] == []


def test_what_is_to_be_done_about_the_line_to_the_site() -> None:
    legacy = history(run(tls_verified=False, tls_handshake="unsafe legacy renegotiation disabled"))
    assert "leave TINTUC_TLS empty" in advice_of(legacy, "certificate")
    assert "does not verify" not in str(judge(legacy))
    assert "leave TINTUC_TLS empty" in advice_of(history(run(tls_verified=False)), "certificate")


def test_guesses_for_a_section_that_has_no_feed_are_no_sign_that_feeds_dry_up() -> None:
    found = {"listing": Layer(pages=1, links=20)}
    latest = run(
        counts={"feed": {"skipped": 2}, "listing": {"read": 1}}, layers=found, arguments={"sections": "anh"}
    )
    assert "discovery by feed" not in {check.name for check in judge(history(latest)).checks}


def test_a_run_for_which_nothing_was_left_of_the_days_budget_is_no_alarm() -> None:
    nothing = run(
        counts={"robots": {"skipped": 1}, "feed": {"skipped": 2}}, layers=NOTHING, finish_reason="budget"
    )
    verdict = judge(history(nothing, ours=()))
    assert verdict.level is Level.WARN
    assert [check.name for check in verdict.attention] == ["end"]
