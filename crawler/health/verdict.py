"""What health says, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How bad it is: ``FAIL`` needs a person today, ``WARN`` some day."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"

    @property
    def badness(self) -> int:
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what it saw, what it expected, and what to do where that differs.

    ``parts``: the level of each thing that is amiss, where a check looks at several.
    """

    name: str
    level: Level
    saw: str
    expected: str
    advice: str = ""
    parts: Mapping[str, Level] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All checks of one moment; ``run_id`` is the run judged, None where there is none."""

    at: datetime
    run_id: int | None
    checks: tuple[Check, ...]

    @property
    def level(self) -> Level:
        """As bad as the worst check."""
        return max((check.level for check in self.checks), key=lambda level: level.badness, default=Level.OK)

    @property
    def attention(self) -> tuple[Check, ...]:
        """The checks that are not OK, the worst first."""
        bad = (check for check in self.checks if check.level is not Level.OK)
        return tuple(sorted(bad, key=lambda check: -check.level.badness))

    @property
    def levels(self) -> dict[str, Level]:
        """Each check by name with its level, the worst where one name stands for several (disks)."""
        worst: dict[str, Level] = {}
        for check in sorted(self.checks, key=lambda check: check.level.badness):
            worst[check.name] = check.level
        return worst

    @property
    def alarms(self) -> dict[str, str]:
        """What is amiss, by name, as the next verdict wants to know it."""
        return {name: str(level) for check in self.checks for name, level in check.parts.items()}


def format_text(verdict: Verdict, *, verbose: bool = False) -> str:
    """The verdict for a terminal: what needs attention first; all checks where ``verbose``."""
    run = "" if verdict.run_id is None else f" (run {verdict.run_id})"
    fine = [check for check in verdict.checks if check.level is Level.OK]
    lines = [f"health: {verdict.level}{run}, {len(fine)} of {len(verdict.checks)} checks are fine"]
    for check in verdict.attention:
        lines.append(f"{check.level:<4} {check.name}: {check.saw}; expected {check.expected}")
        lines.append(f"     what to do: {check.advice}")
    if verbose:
        lines += [f"{check.level:<4} {check.name}: {check.saw}" for check in fine]
    return "\n".join(lines)


def to_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict for programs: plain values, times in UTC."""
    return {
        "verdict": str(verdict.level),
        "run_id": verdict.run_id,
        "at": verdict.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "checks": [_plain(check) for check in verdict.checks],
    }


def _plain(check: Check) -> dict[str, Any]:
    plain = asdict(check) | {"level": str(check.level)}
    del plain["parts"]
    return plain
