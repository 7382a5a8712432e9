"""A tag is meant by its name, its slug or the address of its page, and found where the site links to it."""

from __future__ import annotations

import unicodedata

import pytest

from crawler.site.tags import Tag, slugify
from crawler.site.urls import ORIGIN

NEW = f"{ORIGIN}/tag/ben-tre-tag4711.html"
OLD = f"{ORIGIN}/tags/b%E1%BA%BFn+tre.htm"
PAGE = """<html><body><a href="/tag/ben-tre-tag4711.html" title="Bến Tre">#Bến Tre</a>
<a href="/tags/b%e1%ba%bfn+tre.htm">Bến Tre,</a> <a href="/tag/ben-tre-tag4711.html">Bến Tre</a>
<a href="/tu-khoa/ben-tre-tag12.html">bến trễ</a> <a href="/tag/du-lich-tag13.html">#Du lịch</a>
<a href="/ben-tre-post99.html">Bến Tre</a> <a href="https://example.com/tag/ben-tre-tag1.html">Bến Tre</a>
<a href="http://[">Bến Tre</a></body></html>""".encode()


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Bến Tre", "ben-tre"),
        ("Đồng bằng sông Cửu Long", "dong-bang-song-cuu-long"),
        ("COVID-19", "covid-19"),
    ],
)
def test_a_slug_is_made_as_the_site_does(name: str, slug: str) -> None:
    assert slugify(name) == slug


@pytest.mark.parametrize("asked", ["Bến Tre", "bến tre", "#Bến Tre", " BẾN  TRE "])
def test_a_name_means_the_tag_of_that_name_only(asked: str) -> None:
    assert Tag.read(asked).links_on(PAGE, NEW) == (NEW, OLD)


@pytest.mark.parametrize("asked", ["ben-tre", "Ben Tre"])
def test_a_slug_means_every_tag_of_that_slug(asked: str) -> None:
    assert Tag.read(asked).links_on(PAGE, NEW) == (NEW, OLD, f"{ORIGIN}/tu-khoa/ben-tre-tag12.html")


def test_a_name_in_decomposed_letters_is_the_same_name() -> None:
    assert Tag.read(unicodedata.normalize("NFD", "Bến Tre")).links_on(PAGE, NEW) == (NEW, OLD)


def test_a_link_without_text_is_named_by_its_address() -> None:
    page = b'<html><body><a href="/tag/ben-tre-tag4711.html"><img src="x"></a></body></html>'
    assert Tag.read("ben-tre").links_on(page, NEW) == (NEW,)


@pytest.mark.parametrize(
    ("asked", "url"),
    [
        ("http://www.baotintuc.vn/tag/ben-tre-tag4711.html?x=1", NEW),
        ("/tags/bến+tre.htm", OLD),
        (OLD, OLD),
    ],
)
def test_an_address_of_either_form_is_taken_as_it_is(asked: str, url: str) -> None:
    assert Tag.read(asked).url == url


@pytest.mark.parametrize("asked", [f"{ORIGIN}/thoi-su/", "https://example.com/tag/a-tag1.html", "/tag/"])
def test_another_address_is_refused(asked: str) -> None:
    with pytest.raises(ValueError, match="not the address of a tag page"):
        Tag.read(asked)


@pytest.mark.parametrize("page", [b"", b"   ", b"\x00\xff", b"<html></html>"])
def test_a_page_without_links_has_none(page: bytes) -> None:
    assert Tag.read("Bến Tre").links_on(page, NEW) == ()


def test_the_old_cms_spells_the_page_by_the_name() -> None:
    assert Tag.read("Bến Tre").old_url == OLD
    assert (Tag.read("ben-tre").words, Tag.read("Bến Tre").words) == ("ben tre", "Bến Tre")
