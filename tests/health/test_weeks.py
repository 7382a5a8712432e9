"""Weeks of runs, judged as they pass: what is broken stays an alarm until it is mended, and nothing else is one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.health import Level, Thresholds
from tests.health.simulation import DAY, HOUR, Site, World, changes, level_of, levels, told

OK, WARN, FAIL = Level.OK, Level.WARN, Level.FAIL
START = datetime(2026, 9, 28, 17, 0, tzinfo=UTC)
"""Midnight in Hanoi."""

TEN_MINUTES = timedelta(minutes=10)
HEALTHY = 35


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of five healthy weeks of hourly runs."""
    path = tmp_path_factory.mktemp("weeks") / "healthy.db"
    world = World(path, START)
    for _ in range(HEALTHY * 24):
        world.judge(world.run()) if world.now.hour == 5 else world.run()
    world.db.close()
    return path


@pytest.fixture
def new_world(healthy: Path, tmp_path: Path) -> Iterator[Callable[[], World]]:
    """Worlds with five healthy weeks behind them."""
    worlds: list[World] = []

    def make() -> World:
        path = tmp_path / f"{len(worlds)}.db"
        shutil.copy(healthy, path)
        worlds.append(World(path, START + HEALTHY * DAY))
        return worlds[-1]

    yield make
    for world in worlds:
        world.db.close()


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    """One of them."""
    return new_world()


def test_healthy_weeks_never_cry_wolf(world: World) -> None:
    assert [told(verdict) for verdict in world.live(14, judged=5) if verdict.attention] == []


def test_a_first_week_never_cries_wolf(tmp_path: Path) -> None:
    world = World(tmp_path / "first.db", START)
    assert [told(verdict) for verdict in world.live(8, judged=5) if verdict.attention] == []


def test_a_holiday_of_nine_days_never_cries_wolf(world: World) -> None:
    world.site.rate = 0.3
    assert [told(verdict) for verdict in world.live(9, judged=5) if verdict.attention] == []
    world.site.rate = 1.0
    assert [told(verdict) for verdict in world.live(5, judged=5) if verdict.attention] == []


def test_a_lost_field_fails_until_it_is_back(world: World) -> None:
    world.site.has = {"lead": 0.0}
    found = levels(world.live(60, judged=40), "fields")
    assert set(found) == {FAIL}
    world.site.has = {}
    assert levels(world.live(1), "fields")[-1] is OK


def test_several_lost_fields_fail_until_they_are_back_the_time_of_publication_among_them(
    world: World,
) -> None:
    world.site.has = dict.fromkeys(("lead", "body", "byline", "published_at"), 0.0)
    found = [*world.live(20, judged=24)]
    assert {level_of(verdict, "fields") for verdict in found} == {FAIL}
    assert all(f"{name} in 0 of" in told(found[-1])["fields"] for name in world.site.has)


def test_a_field_that_was_lost_before_the_first_run_fails_for_ever(tmp_path: Path) -> None:
    world = World(tmp_path / "first.db", START)
    world.site.has = {"byline": 0.0}
    assert set(levels(world.live(20, judged=24), "fields")) == {FAIL}


def test_a_field_that_not_every_article_has_is_told_for_six_weeks(world: World) -> None:
    world.site.has = {"text.tags": 0.0}
    found = levels(world.live(42, judged=40), "fields")
    assert set(found[1:]) == {WARN}


def test_a_field_that_is_often_missing_does_not_come_and_go(world: World) -> None:
    for share in (0.3, 0.7, 0.84):
        world.site.has = {"byline": share}
        found = levels(world.live(3, judged=2), "fields")
        assert OK not in found[12:], share
        assert changes(found) <= 3, share


def test_a_slow_decay_is_told(world: World) -> None:
    found = []
    for day in range(28):
        world.site.has = {"byline": 0.99 - 0.35 * day / 27}
        found += [*world.live(1, judged=12)]
    at = [level_of(verdict, "fields") for verdict in found]
    assert OK not in at[2 * 16 :]  # from 80 % on
    assert FAIL in at


def test_what_is_repaired_by_reading_again_is_well_at_once(world: World) -> None:
    world.site.has = {"lead": 0.0}
    assert levels(world.live(5, judged=24), "fields")[-1] is FAIL
    world.db.conn.execute("UPDATE articles SET lead = 'x' WHERE lead IS NULL")
    world.db.conn.commit()
    assert level_of(world.judge(), "fields") is OK


@pytest.mark.parametrize("name", ["captions", "lead", "byline"])
def test_a_field_lost_by_one_kind_only_is_told(world: World, name: str) -> None:
    world.site.has = {f"photo.{name}": 0.0}
    found = [*world.live(28, judged=24)]
    assert {level_of(verdict, "fields") for verdict in found[3:]} == {FAIL}
    assert f"{name} in 0 of" in told(found[-1])["fields"]
    assert "(photo, template 2026)" in told(found[-1])["fields"]


def test_videos_that_lose_nearly_everything_are_told(world: World) -> None:
    world.site.has = {f"video.{name}": 0.0 for name in ("lead", "byline", "body", "published_at")}
    assert set(levels(world.live(21, judged=24), "fields")[4:]) == {FAIL}


def test_photo_stories_in_a_design_nobody_knows_are_told_until_somebody_does(world: World) -> None:
    world.site.template = {"photo": "generic"}
    found = [*world.live(70, judged=60)]
    assert {level_of(verdict, "template") for verdict in found[3:]} == {FAIL}
    assert "photo articles" in told(found[-1])["template"]


def test_a_back_fill_changes_nothing(world: World) -> None:
    today, world.site = world.site, Site(has={"lead": 0.4, "tags": 0.99}, template={"*": "2021"})
    world.judge(world.record(2500, datetime(2024, 4, 1, tzinfo=UTC), arguments={"since": "2024-04-01"}))
    world.site = today
    assert [told(verdict) for verdict in world.live(3) if verdict.attention] == []
    world.site.has = {"lead": 0.0}
    assert set(levels(world.live(3), "fields")) == {FAIL}


def test_a_lasting_change_is_accepted_by_a_setting(world: World) -> None:
    lines = Thresholds.from_settings({"TINTUC_HEALTH_ACCEPTED_FIELDS": "byline=0.3"}.get)
    world.site.has = {"byline": 0.3}
    assert levels(world.live(2), "fields")[-1] is FAIL
    assert set(levels(world.live(2, lines=lines), "fields")) == {OK}
    world.site.has = {"byline": 0.0}
    assert set(levels(world.live(2, lines=lines), "fields")) - {OK} != set()


@pytest.mark.parametrize("every", [HOUR, TEN_MINUTES])
def test_a_layer_that_dried_up_is_told_for_two_weeks(world: World, every: timedelta) -> None:
    world.site.links = {"feed": 0, "home": 80}
    found = levels(world.live(15, every=every, judged=DAY // every), "discovery by feed")
    assert set(found) == {WARN}


def test_a_back_fill_of_thirty_hours_fails_nothing(world: World) -> None:
    world.judge(world.run())
    begun = world.now
    run_id = world.record(
        300, datetime(2024, 4, 1, tzinfo=UTC), arguments={"since": "2024-04-01"}, ends=False
    )
    for hours in (13, 25, 29):
        world.now = begun + hours * HOUR
        world.db.conn.execute(
            "UPDATE fetches SET fetched_at = ? WHERE id = (SELECT max(id) FROM fetches)",
            (f"{world.now:%FT%TZ}",),
        )
        world.db.conn.commit()
        assert told(world.judge()) == {}, hours
    world.now = begun + 30 * HOUR
    world.end(run_id)
    assert told(world.judge(run_id)) == {}
    assert told(world.judge(world.run())) == {}


def test_a_run_that_slept_for_three_days_fails_nothing(world: World) -> None:
    run_id = world.run(ends=False)
    world.now += 72 * HOUR
    world.end(run_id)
    assert told(world.judge(run_id)) == {}


def test_a_look_at_one_page_does_not_hide_a_failing_site(world: World) -> None:
    site, world.site = world.site, Site(links={})
    world.judge(world.run(stats={}))
    world.site = site
    world.now += HOUR / 2
    world.judge(world.record(1, world.now, arguments={"url": "https://baotintuc.vn/x.html"}))
    assert world.judge().level is FAIL
    assert "found" in told(world.judge())


def test_a_misspelt_tag_does_not_fail_the_site(world: World) -> None:
    world.judge(world.run())
    world.now += HOUR / 2
    stats = {"tintuc/unanswered/tag bến tree": 1}
    assert world.judge(world.record(0, world.now, arguments={"tag": "bến tree"}, stats=stats)).level is FAIL
    verdict = world.judge()
    assert (verdict.level, [*told(verdict)]) == (WARN, ["other run"])
    assert world.judge(world.run()).level is OK


def test_looks_at_single_pages_are_no_schedule(world: World) -> None:
    for day in range(35):
        world.now += DAY
        world.judge(world.record(1, world.now, arguments={"url": "https://baotintuc.vn/x.html"}))
        expected = OK if day == 0 else FAIL
        assert level_of(world.judge(), "last good run") is expected


@pytest.mark.parametrize(("year", "tells"), [(1970, set()), (2036, {"clock"})])
def test_a_clock_that_was_wrong_once_blinds_nobody(world: World, year: int, tells: set[str]) -> None:
    now, world.now = world.now, datetime(year, 1, 1, tzinfo=UTC)
    world.judge(world.record(5, now))
    world.now = now
    assert told(world.judge(world.run())).keys() == tells
    world.now += 30 * HOUR
    assert {"last good run", "silence"} <= told(world.judge()).keys()


def test_a_run_that_is_stopped_before_its_first_feed_fails_nothing(world: World, tmp_path: Path) -> None:
    world.judge(world.run())
    world.site = Site(links={}, rate=0.0)
    assert [*told(world.judge(world.run(finish_reason="shutdown", stats={})))] == ["end"]
    first = World(tmp_path / "first.db", START)
    first.site = Site(links={}, rate=0.0)
    verdict = first.judge(first.run(finish_reason="shutdown", stats={}))
    assert level_of(verdict, "stored") is OK
    assert level_of(verdict, "found") is OK


def test_runs_that_are_killed_one_after_the_other_are_told_within_hours(world: World) -> None:
    world.judge(world.run())
    found = []
    for _ in range(7):
        world.run(ends=False)
        found.append(level_of(world.judge(), "end"))
    assert found == [OK, OK, WARN, WARN, FAIL, FAIL, FAIL]
    assert level_of(world.judge(world.run()), "end") is OK


def test_a_run_under_way_hides_nothing_of_the_one_before(world: World) -> None:
    world.site = Site(links={}, rate=0.0)
    world.judge(world.run(stats={}))
    world.run(ends=False)
    assert "found" in told(world.judge())
