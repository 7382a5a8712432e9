"""``deploy/tintuc``: a command by hand is the schedule's own, on its database and as its user."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.running import ROOT

SCRIPT = (ROOT / "deploy" / "tintuc").read_text(encoding="utf-8")
UNITS = [path.read_text(encoding="utf-8") for path in (ROOT / "deploy" / "systemd").glob("*.service")]


@pytest.fixture
def by_hand(tmp_path: Path) -> Path:
    """The script with all that it reaches in the test's own folder, and a ``runuser`` that says whom it was."""
    program, runuser = tmp_path / "program", tmp_path / "runuser"
    program.write_text('#!/bin/sh\nfor word; do echo "[$word]"; done; env | grep ^TINTUC_ | sort; exit 3\n')
    runuser.write_text('#!/bin/sh\n[ "$4" = test ] && exit; echo "$1 $2"; shift 3; exec "$@"\n')
    script = tmp_path / "tintuc"
    text = SCRIPT.replace("/opt/tintuc/bin/tintuc", str(program)).replace("runuser -u", f"{runuser} -u")
    script.write_text(text.replace("/etc/tintuc.env", str(tmp_path / "tintuc.env")))
    for file in (program, runuser, script):
        file.chmod(0o755)
    return script


def run(script: Path, *words: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        [script, *words], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_it_is_the_user_the_database_and_the_settings_of_the_schedule(by_hand: Path) -> None:
    settings = (
        "# ours\nTINTUC_CONTACT=a b@example.org\n\nTINTUC_NOTIFY=mailto://u:p$@x?a=1&b=2\nTINTUC_ARCHIVE=/x"
    )
    by_hand.with_name("tintuc.env").write_text(settings, encoding="utf-8")
    code, said = run(by_hand, "backup", "a b.db")
    assert (code, said) == (
        3,
        [
            "-u tintuc",
            "[backup]",
            "[a b.db]",
            "TINTUC_ARCHIVE=/x",
            "TINTUC_CONTACT=a b@example.org",
            "TINTUC_DATABASE=/var/lib/tintuc/baotintuc.db",
            "TINTUC_NOTIFY=mailto://u:p$@x?a=1&b=2",
        ],
    )


def test_it_needs_no_settings(by_hand: Path) -> None:
    assert run(by_hand)[1] == [
        "-u tintuc",
        "TINTUC_ARCHIVE=/var/lib/tintuc/archive",
        "TINTUC_DATABASE=/var/lib/tintuc/baotintuc.db",
    ]


@pytest.mark.parametrize("unit", UNITS)
def test_its_paths_are_those_of_the_units(unit: str) -> None:
    for name in ("TINTUC_DATABASE", "TINTUC_ARCHIVE"):
        (there,) = re.findall(rf"^Environment={name}=(.+)$", unit, re.MULTILINE)
        assert f"export {name}={there}\n" in SCRIPT
    assert "ExecStart=/opt/tintuc/bin/tintuc " in unit
    assert "EnvironmentFile=-/etc/tintuc.env" in unit
    assert "User=tintuc" in unit
