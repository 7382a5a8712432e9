"""The Prometheus file: read by Prometheus' own parser, put in place at once, never at the run's cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.extensions.metrics import HELP, Metric, render, write
from pipelines.database import open_database, reporting
from pipelines.database import runs as records
from tests.pipelines.factory import NOON
from tests.replica import Fault, Replica
from tests.running import Ended, Place

CALM = {"TINTUC_HEALTH_DISK_WARN_MB": 0, "TINTUC_HEALTH_DISK_FAIL_MB": 0}


def numbers(text: str) -> dict[str, float]:
    """Every sample by name and labels, the database's left out."""
    return {
        ":".join((sample.name, *(value for name, value in sample.labels.items() if name != "database"))): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, list[Ended], list[str]]]:
    """A run that is well and one in which the site is down, with the file after each."""
    place = Place(tmp_path_factory.mktemp("metrics"))
    file = place.folder / "tintuc.prom"
    settings = {"TINTUC_METRICS": file, **CALM}
    with Replica(seed=33, articles=4, sections=2) as replica:
        well, first = place.crawl(replica.origin, **settings), file.read_text(encoding="utf-8")
        replica.fault("*", Fault.status(500))
        down, second = place.crawl(replica.origin, **settings), file.read_text(encoding="utf-8")
    yield place, [well, down], [first, second]


def test_the_file_says_what_the_run_came_to(runs: tuple[Place, list[Ended], list[str]]) -> None:
    place, (ended, _), (text, _) = runs
    found = numbers(text)
    assert ended.code == 0, ended.err
    assert found["tintuc_run_fetches:article:new"] == 4
    assert found["tintuc_run_fetches:article:invalid"] == 0
    assert found["tintuc_articles"] == 4
    assert found["tintuc_frontier_owed"] == 0
    assert found["tintuc_run_verdict"] == 0
    assert found["tintuc_run_duration_seconds"] >= 0
    assert found["tintuc_last_good_run_timestamp_seconds"] == found["tintuc_run_finished_timestamp_seconds"]
    assert found["tintuc_check_level:found"] == 0
    assert found["tintuc_database_bytes"] > 0
    assert f'database="{place.database}"' in text


def test_a_failing_run_shows_and_the_last_good_one_stays(
    runs: tuple[Place, list[Ended], list[str]],
) -> None:
    _, (_, ended), texts = runs
    before, after = map(numbers, texts)
    good = "tintuc_last_good_run_timestamp_seconds"
    assert ended.code == 3
    assert after["tintuc_run_verdict"] == 2
    assert after["tintuc_check_level:found"] == 2
    assert after[good] == before[good]
    assert after["tintuc_run_started_timestamp_seconds"] >= before["tintuc_run_started_timestamp_seconds"]


def test_the_last_good_run_is_one_over_the_whole_site_that_has_been(tmp_path: Path) -> None:
    db = open_database(tmp_path / "a.db", create=True)
    given: list[tuple[dict[str, str], timedelta]] = [
        ({"sections": "", "recheck": "0"}, timedelta()),
        ({"url": "https://baotintuc.vn/mot-bai-post1.html"}, timedelta(hours=1)),
        ({}, timedelta(days=3650)),
    ]
    for arguments, later in given:
        run_id = records.start_run(db, "baotintuc", arguments, NOON + later)
        how: dict[str, Any] = {"finish_reason": "finished", "verdict": "OK", "stats": {}, "now": NOON + later}
        records.finish_run(db, run_id, **how)
    assert reporting.last_good_run(db, "baotintuc", NOON + timedelta(hours=2)) == NOON
    db.close()


def test_every_metric_is_explained_and_a_gauge(runs: tuple[Place, list[Ended], list[str]]) -> None:
    _, _, (text, _) = runs
    families = list(text_string_to_metric_families(text))
    assert {family.name: family.documentation for family in families} == HELP
    assert {family.type for family in families} == {"gauge"}


def test_nothing_but_the_file_is_left_and_others_may_read_it(
    runs: tuple[Place, list[Ended], list[str]],
) -> None:
    place, _, _ = runs
    (file,) = [path for path in place.folder.iterdir() if "prom" in path.name]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_path_with_quotes_stays_one_label() -> None:
    text = render([Metric("tintuc_articles", 3)], 'a "b"\\c\nd')
    (family,) = text_string_to_metric_families(text)
    assert family.samples[0].labels == {"database": 'a "b"\\c\nd'}


def test_large_numbers_lose_nothing() -> None:
    text = render([Metric("tintuc_run_started_timestamp_seconds", 1795395600.0)], "a")
    assert text.endswith(" 1795395600\n")


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a.prom").mkdir()
    with pytest.raises(OSError, match=r"a\.prom"):
        write(tmp_path / "a.prom", "x")
    assert list(tmp_path.iterdir()) == [tmp_path / "a.prom"]


def test_a_folder_that_does_not_exist_stops_the_run(place: Place) -> None:
    ended = place.crawl("http://127.0.0.1:9", TINTUC_METRICS="/nowhere/tintuc.prom")
    assert (ended.code, ended.line) == (
        1,
        "tintuc: TINTUC_METRICS must name a file in a folder that exists: '/nowhere/tintuc.prom'",
    )
    assert not place.database.exists()
