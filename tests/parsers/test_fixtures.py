"""Every field of every fixture is a test of its own; the table of kinds and templates has no empty cell."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from crawler.items import Kind
from tests.parsers.fixtures import Case, cases, derive
from tests.parsers.fixtures import __main__ as command

_CASES = {f"{case.template}/{case.name}": case for case in cases()}


@cache
def _derived(name: str) -> dict[str, Any]:
    return derive(_CASES[name])


def _fields() -> list[tuple[str, str]]:
    return [(name, field) for name, case in _CASES.items() for field in case.expected]


@pytest.mark.parametrize(("name", "field"), _fields(), ids=lambda value: value)
def test_field_reads_as_reviewed(name: str, field: str) -> None:
    assert _derived(name)[field] == _CASES[name].expected[field]


@pytest.mark.parametrize("name", _CASES)
def test_no_field_more_or_less_than_reviewed(name: str) -> None:
    assert set(_derived(name)) == set(_CASES[name].expected)


@pytest.mark.parametrize("template", ["2016", "2021", "2026"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_fixture_in_every_template(template: str, kind: Kind) -> None:
    kinds = {
        case.expected.get("kind") for case in _CASES.values() if case.expected.get("template") == template
    }
    assert kind in kinds


@pytest.mark.parametrize("name", [name for name in _CASES if not name.startswith(("refused", "generic"))])
def test_a_fixture_is_read_by_the_template_of_its_folder(name: str) -> None:
    assert _CASES[name].expected["template"] == _CASES[name].template


def test_the_command_never_overwrites_unless_told(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    original = _CASES["2021/text"]
    for name in ("page.html", "url.txt"):
        (tmp_path / name).write_bytes((original.folder / name).read_bytes())
    (tmp_path / "expected.json").write_text("{}\n", encoding="utf-8")
    monkeypatch.setattr(command, "cases", lambda: [Case("2021", "text", tmp_path)])
    assert command.main([]) == 1
    assert (tmp_path / "expected.json").read_text(encoding="utf-8") == "{}\n"
    assert command.main(["--overwrite"]) == 0
    assert command.main([]) == 0
