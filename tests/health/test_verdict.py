"""How a verdict is put, where its lines come from, and what chance means."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ArgumentError
from crawler.health import Level, Thresholds, evaluate, format_text, to_json
from crawler.health.chance import at_most
from pipelines.database.history import Disk
from tests.health.making import NOON, history, readings, run

BAD = history(
    run(tls_verified=False), ours=(readings(13, without=("lead",)),), disks=(Disk(path="data", free=1),)
)


def test_as_bad_as_its_worst_check() -> None:
    verdict = evaluate(BAD, Thresholds(), NOON)
    assert verdict.level is Level.FAIL
    assert [check.level for check in verdict.attention] == [Level.FAIL, Level.FAIL, Level.WARN]


def test_the_text_names_what_needs_attention_first() -> None:
    text = format_text(evaluate(BAD, Thresholds(), NOON))
    first, *rest = text.splitlines()
    assert first.startswith("health: FAIL (run 9999), ")
    assert rest[0] == "FAIL fields: lead in 0 of 13 (text, template 2026); expected lead in 100%"
    assert rest[1].startswith("     what to do: open a recent article")
    assert [line[:4] for line in rest[::2]] == ["FAIL", "FAIL", "WARN"]


def test_the_long_text_has_every_check() -> None:
    verdict = evaluate(history(), Thresholds(), NOON)
    assert len(format_text(verdict).splitlines()) == 1
    assert len(format_text(verdict, verbose=True).splitlines()) == 1 + len(verdict.checks)


def test_json() -> None:
    found = json.loads(json.dumps(to_json(evaluate(BAD, Thresholds(), NOON + timedelta(hours=0)))))
    assert (found["verdict"], found["run_id"], found["at"]) == ("FAIL", 9999, "2026-11-20T05:05:00Z")
    assert {tuple(check) for check in found["checks"]} == {("name", "level", "saw", "expected", "advice")}
    assert [check["name"] for check in found["checks"] if check["level"] == "WARN"] == ["certificate"]


def test_thresholds_come_from_settings() -> None:
    given = {
        "TINTUC_HEALTH_RUN_HOURS": "2",
        "TINTUC_HEALTH_DISK_FAIL_MB": 0.5,
        "TINTUC_HEALTH_SILENCE_WARN": "",
    }
    lines = Thresholds.from_settings(given.get)
    assert (lines.run_hours, lines.disk_fail_mb) == (2, 0.5)
    assert lines.silence_warn == Thresholds().silence_warn
    assert evaluate(history(), lines, NOON + timedelta(hours=3)).level is Level.FAIL


@pytest.mark.parametrize("value", ["nhiều", "-1", "nan", "inf"])
def test_a_threshold_that_is_no_number_is_named(value: str) -> None:
    with pytest.raises(ArgumentError, match="TINTUC_HEALTH_RUN_HOURS must be a number"):
        Thresholds.from_settings({"TINTUC_HEALTH_RUN_HOURS": value}.get)


def test_fields_that_are_accepted_come_from_a_setting() -> None:
    lines = Thresholds.from_settings({"TINTUC_HEALTH_ACCEPTED_FIELDS": " byline=0.3, photo.captions=0 "}.get)
    assert [lines.accepted(kind, "byline") for kind in ("text", "photo")] == [0.3, 0.3]
    assert [lines.accepted(kind, "captions") for kind in ("text", "photo")] == [1.0, 0.0]


@pytest.mark.parametrize("value", ["byline", "byline=2", "caption=0", "picture.captions=0", "byline = 0.3"])
def test_an_accepted_field_that_is_none_is_named(value: str) -> None:
    with pytest.raises(ArgumentError, match="TINTUC_HEALTH_ACCEPTED_FIELDS must be like"):
        Thresholds.from_settings({"TINTUC_HEALTH_ACCEPTED_FIELDS": value}.get)


@pytest.mark.parametrize(
    ("present", "of", "usual", "expected"),
    [(0, 1, 0.5, 0.5), (1, 2, 0.5, 0.75), (2, 2, 0.5, 1.0), (0, 5, 1.0, 0.02**5), (0, 3, 0.0, 1.0)],
)
def test_chance(present: int, of: int, usual: float, expected: float) -> None:
    assert at_most(present, of, usual) == pytest.approx(expected)


@given(st.integers(0, 1000), st.integers(0, 1000), st.floats(0, 1))
def test_chance_is_a_probability(present: int, of: int, usual: float) -> None:
    assert 0 <= at_most(min(present, of), of, usual) <= 1
