"""The raw archive is read by other people's tools: warcio's own check, and pywb's replay."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.writer import ArchiveWriter
from crawler.items import Fetch, FetchKind, Outcome, RawPage
from tests.archive.making import page

ROOT = Path(__file__).parents[2]
HOSTILE = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Encoding", "gzip"),
    ("Transfer-Encoding", "chunked"),
    ("Content-Length", "99"),
    ("X-Toà-soạn", "Báo Tin tức"),
    ("X-Break", "one\r\ntwo: three\r\n\r\n<html>"),
)


def url(number: int) -> str:
    return f"https://baotintuc.vn/xa-hoi/ban-tin-{20261120120000000 + number}.htm"


@pytest.fixture
def archive_file(tmp_path: Path) -> Path:
    with ArchiveWriter(tmp_path / "archive") as archive:
        for number in range(1, 6):
            fetch = Fetch(
                kind=FetchKind.ARTICLE,
                url=url(number),
                fetched_at=datetime(2026, 11, 20, 12, number, tzinfo=UTC),
                outcome=Outcome.NEW,
                raw=RawPage(body=page(number), headers=HOSTILE),
            )
            place = archive.keep(fetch)
    assert place
    return tmp_path / "archive" / place[0]


def warcio(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from warcio.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_warcio_check_finds_every_digest_right(archive_file: Path) -> None:
    done = warcio("check", "-v", str(archive_file))
    assert done.returncode == 0, done.stdout
    # Each response and request passes; the first record is none of an answer but has a digest too.
    assert done.stdout.count("digest pass") == 11
    assert "Content-Length is invalid" not in done.stderr


def test_warcio_check_would_notice_damage(archive_file: Path) -> None:
    """Otherwise the test above would say nothing."""
    plain = archive_file.parent / "plain.warc"
    assert warcio("recompress", "-v", str(archive_file), str(plain)).returncode == 0
    data = gzip.decompress(plain.read_bytes())
    plain.write_bytes(data.replace(b"<h1>", b"<H1>", 1))
    assert warcio("check", str(plain)).returncode == 1


def test_warcio_index_finds_every_page(archive_file: Path) -> None:
    done = warcio("index", "-f", "warc-type,http:status,warc-target-uri", str(archive_file))
    assert done.returncode == 0
    for number in range(1, 6):
        assert f'"response", "http:status": "200", "warc-target-uri": "{url(number)}"' in done.stdout


@pytest.fixture(scope="session")
def pywb_python() -> Path:
    """The interpreter of an environment with pywb: its requirements are kept out of ours."""
    python = Path(os.environ.get("TINTUC_TEST_PYWB") or ROOT / ".venv-pywb" / "bin" / "python")
    if not python.exists():
        pytest.skip("no pywb here: python3 -m venv .venv-pywb && .venv-pywb/bin/pip install pywb")
    return python


def test_pywb_replays_every_page(archive_file: Path, pywb_python: Path, tmp_path: Path) -> None:
    def run(*command: str) -> None:
        done = subprocess.run([str(pywb_python), *command], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    manager = "from pywb.manager.manager import main; main()"
    run("-c", manager, "init", "tintuc")
    run("-c", manager, "add", "tintuc", str(archive_file))
    for number in (1, 5):
        run(str(ROOT / "tests/archive/replay.py"), "tintuc", url(number), "replayed.html")
        assert (tmp_path / "replayed.html").read_bytes() == page(number)
