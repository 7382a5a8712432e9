"""HTTP answers as archives hold them: encodings undone, broken ones refused."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.answers import decode, read_answer
from crawler.archive.errors import DamagedError
from tests.archive.making import PAGE, answer

LIMIT = 1_000_000


def body_of(block: bytes, limit: int = LIMIT) -> bytes:
    return decode(read_answer(block), limit)


def encoded(body: bytes, coding: str) -> bytes:
    return answer(body, headers=(f"Content-Encoding: {coding}",))


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: list[Any] = [
    pytest.param("gzip", gzip.compress, id="gzip"),
    pytest.param("x-gzip", gzip.compress, id="x-gzip"),
    pytest.param("deflate", zlib.compress, id="deflate with a header"),
    pytest.param("deflate", raw_deflate, id="deflate without one"),
    pytest.param("br", brotli.compress, id="brotli"),
]


@pytest.mark.parametrize(("coding", "pack"), PACKERS)
class TestContentEncoding:
    def test_is_undone(self, coding: str, pack: Any) -> None:
        assert body_of(encoded(pack(PAGE), coding)) == PAGE

    def test_is_left_alone_where_it_was_undone_before(self, coding: str, pack: Any) -> None:
        assert body_of(encoded(PAGE, coding)) == PAGE

    def test_cut_anywhere_is_refused(self, coding: str, pack: Any) -> None:
        packed = pack(PAGE)
        for cut in range(4, len(packed)):
            with pytest.raises(DamagedError):
                body_of(encoded(packed[:cut], coding))

    def test_a_bomb_is_refused(self, coding: str, pack: Any) -> None:
        with pytest.raises(DamagedError, match="larger than 1000000 bytes"):
            body_of(encoded(pack(b"0" * 50_000_000), coding))

    def test_as_large_as_the_limit_is_not_too_large(self, coding: str, pack: Any) -> None:
        assert body_of(encoded(pack(b"0" * LIMIT), coding)) == b"0" * LIMIT


def test_two_encodings_are_undone_in_turn() -> None:
    assert body_of(encoded(gzip.compress(brotli.compress(PAGE)), "br, gzip")) == PAGE


def test_no_encoding_by_name() -> None:
    assert body_of(encoded(PAGE, "identity")) == PAGE


def test_an_unknown_encoding_is_named() -> None:
    with pytest.raises(DamagedError, match="zstd"):
        body_of(encoded(PAGE, "zstd"))


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8))
def test_chunks_are_joined(chunks: list[bytes]) -> None:
    block = answer(chunked(*chunks), headers=("Transfer-Encoding: chunked",))
    assert body_of(block) == b"".join(chunks)


def test_chunked_and_compressed() -> None:
    packed = gzip.compress(PAGE)
    headers = ("Transfer-Encoding: chunked", "Content-Encoding: gzip")
    assert body_of(answer(chunked(packed[:9], packed[9:]), headers=headers)) == PAGE


def test_chunks_that_were_joined_before_are_left_alone() -> None:
    assert body_of(answer(PAGE, headers=("Transfer-Encoding: chunked",))) == PAGE


@pytest.mark.parametrize("cut", range(4, 30))
def test_chunks_that_break_off_are_refused(cut: int) -> None:
    with pytest.raises(DamagedError, match="broke off"):
        body_of(answer(chunked(b"x" * 9, b"y" * 9)[:cut], headers=("Transfer-Encoding: chunked",)))


def test_an_answer_shorter_than_it_promised_is_refused() -> None:
    with pytest.raises(DamagedError, match="9 of its 10 bytes"):
        body_of(answer(b"x" * 9, headers=("Content-Length: 10",)))


def test_an_answer_longer_than_it_promised_was_decoded_by_others() -> None:
    assert body_of(answer(b"x" * 11, headers=("Content-Length: 10",))) == b"x" * 11


def test_not_modified_has_no_body_whatever_its_length_says() -> None:
    assert body_of(answer(b"", status="304 Not Modified", headers=("Content-Length: 10",))) == b""


@pytest.mark.parametrize("line", ["HTTP/1.1 200", "HTTP/1.0 200 OK", "HTTP/2 200", "HTTP/1.1  200 Được"])
def test_status_lines(line: str) -> None:
    assert read_answer(f"{line}\r\n\r\n".encode()).status == 200


@pytest.mark.parametrize("block", [b"", b"200 OK", b"HTTP/1.1", b"HTTP/1.1 20", b"HTTP/1.1 2000 OK"])
def test_what_is_no_answer(block: bytes) -> None:
    with pytest.raises(DamagedError, match="no HTTP answer"):
        read_answer(block)


def test_headers_keep_their_order_doubles_and_case() -> None:
    lines = ("Set-Cookie: a=1", "set-cookie: b=2", "X-Vùng: Hà Nội", "X-Rong:")
    found = read_answer(answer(headers=lines)).headers
    assert found == (("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("X-Vùng", "Hà Nội"), ("X-Rong", ""))


def test_headers_that_are_no_utf8_are_latin_1() -> None:
    assert read_answer(b"HTTP/1.1 200 OK\r\nX: \xe9\r\n\r\n").headers == (("X", "é"),)


def test_an_answer_with_nothing_but_headers() -> None:
    found = read_answer(b"HTTP/1.1 200 OK\r\nX: 1")
    assert (found.headers, found.body) == ((("X", "1"),), b"")
