"""Whatever the bytes are: reading them ends, and is never an exception."""

from __future__ import annotations

import gzip
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.archive import saved
from crawler.archive.saved import Limits
from tests.archive.making import answer, numbered, record, write

CHUNKED = record(answer(b"5\r\nabcde\r\n0\r\n\r\n", headers=("Transfer-Encoding: chunked",)))
ZIPPED = record(answer(gzip.compress(b"<html>"), headers=("Content-Encoding: gzip",)))
WHOLE = [
    b"".join((*numbered(2), CHUNKED, ZIPPED)),
    b"".join(map(gzip.compress, (*numbered(2), CHUNKED, ZIPPED))),
]
NAMES = ("a.warc", "a.warc.gz", "a.html", "a.html.gz", "a.txt")
FUZZ = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(name=st.sampled_from(NAMES), data=st.binary(max_size=600))
def test_any_bytes(tmp_path: Path, name: str, data: bytes) -> None:
    assert len(list(saved.walk([write(tmp_path / name, data)]))) == 1


@FUZZ
@given(
    whole=st.sampled_from(WHOLE),
    cuts=st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 40), st.binary(max_size=12)), max_size=4),
)
def test_damaged_warcs(tmp_path: Path, whole: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    for at, length, instead in cuts:
        whole = whole[:at] + instead + whole[at + length :]
    found = list(saved.walk([write(tmp_path / "a.warc.gz", whole)], limits=Limits(page=10_000, head=2_000)))
    assert found
    assert len(found) <= 4 * (1 + len(cuts))
