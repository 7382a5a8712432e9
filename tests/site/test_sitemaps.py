"""Sitemaps are read packed and unpacked; a packed one that grows too large is refused."""

from __future__ import annotations

import gzip

import pytest

from crawler.site.pages import Unreadable
from crawler.site.sitemaps import MAX_BYTES, read_sitemap
from crawler.site.urls import ORIGIN

URLSET = (
    b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    b"<url><loc>https://baotintuc.vn/mot-post1.html</loc></url>"
    b"<url><loc>https://baotintuc.vn/hai-post2.html</loc></url></urlset>"
)


def test_a_packed_sitemap_gives_what_the_plain_one_does() -> None:
    plain = read_sitemap(URLSET)
    assert [one.url for one in plain.articles] == [f"{ORIGIN}/mot-post1.html", f"{ORIGIN}/hai-post2.html"]
    assert read_sitemap(gzip.compress(URLSET)) == plain


def test_of_a_packed_sitemap_that_was_cut_what_stands_before_the_cut_is_read() -> None:
    packed = gzip.compress(URLSET, compresslevel=0)
    assert [one.url for one in read_sitemap(packed[:-60]).articles] == [f"{ORIGIN}/mot-post1.html"]


def test_a_packed_sitemap_that_grows_too_large_is_refused() -> None:
    with pytest.raises(Unreadable, match="larger than 50 MB"):
        read_sitemap(gzip.compress(URLSET + b" " * MAX_BYTES))


@pytest.mark.parametrize(
    "body", [b"\x1f\x8b", b"\x1f\x8b\x08nothing of the kind", gzip.compress(b"<html></html>", mtime=0)]
)
def test_what_is_packed_and_no_sitemap_says_so(body: bytes) -> None:
    with pytest.raises(Unreadable, match="not a sitemap"):
        read_sitemap(body)
