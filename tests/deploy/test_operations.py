"""docs/operations.md promises nothing that is not there, and leaves out no alarm."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import fields
from pathlib import Path

import pytest

from crawler import settings
from crawler.health import Thresholds, evaluate
from pipelines.database import open_database
from tests.health.test_nights import BAD, FINE
from tests.running import ROOT, Place

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z .]+)` \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
QUERIES = re.findall(r"SELECT [^`]*?(?:DESC LIMIT 5|DESC)(?=[`)\n])", TEXT)


def checks() -> set[str]:
    """The names of all health checks, as the checks themselves give them on every night there is a test of."""
    nights = ((night.values[0], night.values[1]) for night in (*FINE, *BAD))
    verdicts = (evaluate(past, Thresholds(), now) for past, now in nights)  # type: ignore[arg-type]
    names = {check.name for verdict in verdicts for check in verdict.checks}
    return {re.sub(r"(?<=discovery by ).*", "...", name) for name in names}


def test_every_health_check_is_explained_once_and_no_other() -> None:
    assert sorted(name for name, _, _ in ROWS) == sorted(checks())


def test_every_line_that_health_draws_is_named_with_its_check_and_no_other() -> None:
    named = {name for _, _, rest in ROWS for name in re.findall(r"`([A-Z_]+)`", rest.rpartition(" | ")[2])}
    assert named == {field.name.upper() for field in fields(Thresholds)}
    without = {name for name, _, rest in ROWS if rest.endswith("| -")}
    assert without == {
        "runs",
        "found",
        "asked for",
        "listings",
        "defects",
        "clock",
        "other run",
        "certificate",
    }


def test_every_setting_named_exists() -> None:
    named = set(re.findall(r"\b(TINTUC_[A-Z_]+[A-Z])\b", TEXT))
    assert len(named) > 5
    assert {name for name in named if not hasattr(settings, name)} == set()


def test_every_command_and_option_named_exists(place: Place) -> None:
    shown = re.findall(r"(?:^    |`)tintuc ([a-z]+)([^`\n]*)", TEXT, re.MULTILINE)
    assert {"crawl", "health", "backup", "verify", "reparse", "ingest"} == {name for name, _ in shown}
    usages = {name: place.scrapy(name, "-h").out for name in {name for name, _ in shown}}
    for name, rest in shown:
        usage = usages[name]
        assert [option for option in re.findall(r"(?<= )--[a-z-]+", rest) if option not in usage] == []


def test_every_file_named_is_there() -> None:
    named = set(re.findall(r"`((?:deploy|crawler|tests)/[\w./]+)`", TEXT)) - {
        "crawler/parsers/templates/t2027.py"
    }
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_unit_and_line_of_the_schedule_is_named() -> None:
    assert "deploy/systemd/" in TEXT
    for timer in (ROOT / "deploy" / "systemd").glob("*.timer"):
        assert timer.name in TEXT


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_runs(query: str, tmp_path: Path) -> None:
    db = open_database(tmp_path / "a.db", create=True)
    try:
        db.conn.execute(query)
    except sqlite3.OperationalError as error:
        pytest.fail(f"{error}: {query}")
    finally:
        db.close()


def test_queries_were_found() -> None:
    assert len(QUERIES) == 4


def test_every_heading_linked_to_is_there() -> None:
    headings = {line[3:].lower().replace(" ", "-") for line in TEXT.splitlines() if line.startswith("## ")}
    assert set(re.findall(r"\(#([a-z-]+)\)", TEXT)) == headings
