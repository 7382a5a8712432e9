"""An hour of the torture's week, so that the suite knows it works; and its command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from rich.console import Console

from tests.replica import Replica
from tests.running import Place
from tests.torture import __main__ as torture
from tests.torture.week import START, STEP, Day, Run, Week, faults, simulate, table, verdict

RUN = Run(code=0, seconds=1.5, cpu=1.0, memory=95, fetches=50, new=3, again=20, verdict="OK")


def day(runs: int = 3, grown: float = 1.0, **changes: object) -> Day:
    """A day of runs that are all alike, in which the files grew by so many times the usual."""
    alike = [replace(RUN, **changes)] * runs  # type: ignore[arg-type]
    return Day(
        runs=alike,
        database=20.0,
        archive=10.0,
        database_grew=2.0 * grown,
        archive_grew=1.0 * grown,
        files=12,
        ledger=1234,
    )


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    """A week that has not begun."""
    with Replica(seed=2, articles=0, now=START) as replica:
        yield Week(tmp_path, replica, seed=2)


def test_an_hour_goes_by_as_the_clock_says_and_nothing_is_found(tmp_path: Path) -> None:
    start = START + timedelta(hours=9)
    with Replica(seed=3, articles=10, sections=2, now=start) as replica:
        week = Week(tmp_path, replica, seed=3)
        with week.running():
            days = list(week.play(6))
            assert list(faults(week, days)) == []
        published = len(replica.plans)
    (one,) = days
    assert [run.code for run in one.runs] == [0] * 6
    assert published > 20
    assert sum(run.new for run in one.runs) >= 10 + 12
    place = Place(tmp_path)
    started = [row["started_at"] for row in place.rows("SELECT started_at FROM runs ORDER BY id")]
    assert started[0].startswith("2026-11-16T02:00:0")
    assert started[5].startswith("2026-11-16T02:50:0")
    assert place.one("SELECT count(*) FROM fetches WHERE fetched_at NOT LIKE '2026-11-16T02:%'") == 0
    assert place.one("SELECT count(*) FROM articles WHERE first_seen_at NOT LIKE '2026-11-16T02:%'") == 0
    assert all(run.memory > 20 and run.seconds > 0 and run.cpu > 0 for run in one.runs)


def test_the_site_publishes_by_day_more_than_by_night(week: Week) -> None:
    counts = []
    for _ in range(24):
        before = len(week.replica.plans)
        for _ in range(6):
            week.pass_time()
        counts.append(len(week.replica.plans) - before)
    assert sum(counts) == 300
    assert max(counts[:5]) <= 2
    assert min(counts[7:21]) == 18
    assert week.replica.now == START + 144 * STEP


@pytest.mark.parametrize(
    ("last", "found"),
    [
        (day(), []),
        (day(memory=120), ["memory of a run grew from 95 to 120 MB"]),
        (day(cpu=1.4), ["CPU time of a run grew from 1.00 to 1.40 s"]),
        (
            day(cpu=2.0),
            ["CPU time of a run grew from 1.00 to 2.00 s", "CPU time of a fetch grew from 20.0 to 40.0 ms"],
        ),
        (day(fetches=30), ["CPU time of a fetch grew from 20.0 to 33.3 ms"]),
        (
            day(grown=1.4),
            [
                "room of a new article in the database grew from 222 to 311 KB",
                "room of a new article in the archive grew from 111 to 156 KB",
            ],
        ),
        (day(new=6, grown=2), []),  # twice the articles take twice the room
        (day(code=3), ["runs that did not end with 0: {3: 3}"]),
    ],
)
def test_what_grows_or_fails_is_found(
    week: Week, monkeypatch: pytest.MonkeyPatch, last: Day, found: list[str]
) -> None:
    monkeypatch.setattr(Week, "command", lambda self, *args: {"code": 0})
    monkeypatch.setattr(Place, "rows", lambda self, *args: [])
    told = list(faults(week, [day(cpu=9.0), day(), last]))
    assert len(told) == len(found)
    assert all(line.startswith(start) for line, start in zip(told, found, strict=True))


def test_a_day_that_was_cut_short_says_nothing_of_growth(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night alone has few articles, and runs of another kind."""
    monkeypatch.setattr(Week, "command", lambda self, *args: {"code": 0})
    monkeypatch.setattr(Place, "rows", lambda self, *args: [])
    days = [day(cpu=9.0), day(), day(), day(runs=1, memory=999, grown=9)]
    assert list(faults(week, days)) == []
    assert len(list(faults(week, [*days[:2], day(memory=999), days[3]]))) == 1


def test_one_slow_run_of_a_busy_machine_is_no_growth() -> None:
    assert Day(runs=[RUN, RUN, RUN, replace(RUN, cpu=50.0)]).cpu == RUN.cpu


def test_a_last_line_says_how_it_went() -> None:
    days = [day(), day()]
    whole = "6 runs, 18 articles, database 20.0 MB, archive 10.0 MB in 12 files"
    assert verdict(days, []) == f"week: OK: {whole}"
    assert verdict(days, ["one", "other"]) == f"week: FAILED, 2 not as it should be: {whole}"


def test_an_article_that_is_missing_is_found(week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Week, "command", lambda self, *args: {"code": 3})
    monkeypatch.setattr(Place, "rows", lambda self, *args: [])
    (article,) = week.replica.publish(1, at=START - timedelta(hours=1))
    assert list(faults(week, [day()])) == [
        "verify found something",
        f"1 of 1 articles are missing: ['{article.id}']",
    ]


def test_the_table_has_a_line_a_day() -> None:
    console = Console(width=150, record=True, quiet=False, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(table([day(), day(verdict="WARN")]))
    head, first, second = captured.get().strip().splitlines()
    assert head.split()[:3] == ["day", "runs", "new"]
    assert first.split() == [
        *("1", "3", "9", "60", "1.50", "1.00", "20.0", "95"),
        *("20.0", "10.0", "12", "1,234", "3", "OK"),
    ]
    assert second.endswith("3 WARN")


def test_the_verdict_is_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "well").mkdir()
    assert simulate(tmp_path / "well", 1, seed=4, articles=4, sections=1) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("week: OK: 1 runs, ")
    monkeypatch.setattr("tests.torture.week.faults", lambda *_: ["something grew"])
    (tmp_path / "ill").mkdir()
    assert simulate(tmp_path / "ill", 1, seed=4, articles=4, sections=1) == 1
    last = capsys.readouterr().out.splitlines()[-2:]
    assert last[0] == "NOT AS IT SHOULD BE: something grew"
    assert last[1].startswith("week: FAILED, 1 not as it should be: 1 runs, ")


def test_every_part_of_make_torture_is_there() -> None:
    assert [name for name, (module, _) in torture.PARTS.items() if find_spec(module) is None] == []


def test_make_torture_hands_options_on_and_knows_its_parts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(torture, "run", lambda name, arguments: ran.append((name, arguments)) or len(ran) - 1)  # type: ignore[func-returns-value]
    assert torture.main(["week", "--runs", "6"]) == 0
    assert torture.main([]) == len(torture.PARTS)
    assert [name for name, _ in ran] == ["week", *torture.PARTS]
    assert ran[0][1] == ["--runs", "6"]
    assert torture.main(["year"]) == 2
    assert (
        "there is no part 'year': there are kills, crawls, ingests, memory, week" in capsys.readouterr().err
    )
