"""The hostile mode of the replica: every fault can be asked for by name, and befalls what it is named for."""

from __future__ import annotations

import pytest

from tests.replica import Replica
from tests.replica.__main__ import main
from tests.replica.hostile import NAMES, ON_ARTICLES, make_hostile

TARGETS = ("/robots.txt", "/tin-moi-nhat.rss", "/thoi-su-472ct0.htm")


def answer(replica: Replica, target: str) -> object:
    return replica._handle("GET", target, {})[1]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "gzip-bomb"])  # it takes a second to pack
def test_a_fault_changes_what_it_is_named_for_and_spares_the_rest(name: str) -> None:
    replica = Replica(seed=6, articles=6, sections=("thoi-su",))
    make_hostile(replica, [name])
    paths = [plan.path for plan in replica.plans]
    spoilt = {target for target in (*TARGETS, *paths) if answer(replica, target) != replica.page(target)}
    if name in ON_ARTICLES:
        assert spoilt == {paths[2], paths[5]}
    else:
        kind = name.partition("-")[0]
        others = {"robots": {TARGETS[0]}, "feeds": {TARGETS[1]}, "listings": {TARGETS[2]}}
        assert spoilt == others.get(kind, {*TARGETS[1:], *paths})


def test_all_faults_of_articles_come_in_turn() -> None:
    replica = Replica(seed=6, articles=3 * len(ON_ARTICLES), sections=("thoi-su",))
    make_hostile(replica, ["articles"])
    assert len({fault.name for _, fault in replica._faults}) > 10


def test_a_fault_that_does_not_exist_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--hostile", "khong-co"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "no fault 'khong-co': one of articles, drip," in line
