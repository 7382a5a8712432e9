"""Rules that hold for any page: own errors only, bounded, and no word of a body is ever lost."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Article
from crawler.parsers import parse_article
from crawler.parsers.errors import DefectError, ParseError
from tests.parsers import fuzz

_2021 = (
    '<html><head><meta charset="utf-8"></head><body><div class="detail-left"><h1 class="detail-title">Tiêu đề</h1>'
    '<div class="date"><span class="txt">Thứ Bảy, 16/03/2024 08:45</span></div><h2 class="sapo">Đoạn mở đầu.</h2>'
    '<div class="boxdetail"><div class="contents">{}</div><div class="author">Linh Sơn (TTXVN)</div></div></div></body></html>'
)
_2026 = (
    '<html><head><meta charset="utf-8"></head><body class="detail-normal"><div class="article">'
    '<h1 class="article__title cms-title">Tiêu đề</h1><div class="article__sapo cms-desc"><p>Đoạn mở đầu.</p></div>'
    '<div class="article__body cms-body" itemprop="articleBody">{}</div><div class="article__tag"></div></div></body></html>'
)
_BLOCKS = ("p", "div", "h2", "blockquote", "li", "figcaption", "section", "center")
_INLINE = ("b", "i", "span", "a", "font", "em", "sup")


def _element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    children = st.lists(inner, max_size=4).map("".join)
    return st.one_of(
        st.builds("<{0}>{1}</{0}>".format, st.sampled_from(_BLOCKS + _INLINE), children),
        st.builds("<figure>{}</figure>".format, children),
        st.builds("<table><tr><td>{}</td><td>{}</td></tr></table>".format, children, children),
        st.builds("<table><tr><td>{}</td></tr><tr><td>{}</td></tr></table>".format, children, children),
        st.builds('<table class="picture"><tr><td>{}</td></tr><tr><td class="caption">{}</td></tr></table>'.format, children, children),
        st.builds("<table>{0}<tr>{1}<td>{2}</td>{3}</tr>{1}</table>".format, *[children] * 4),
        st.builds("<table><tr><td>{}</td><td>{}</td></tr>{}".format, children, children, children),
        st.builds('<table class="picture">{0}<tr><td>{1}</td><td>{2}</td></tr>{0}<tr><td class="caption">{3}</td><td class="caption">{0}</td></tr></table>'.format, *[children] * 4),
        st.builds('<div class="layout-image-2">{}</div>'.format, children),
        st.builds('<div class="picture">{}</div>'.format, children),
    )  # fmt: skip


_LEAVES = st.sampled_from(("WORD", "WORD ", "<br>", '<img src="/a/WORD.jpg">', "&nbsp;", " "))
_BODIES = st.recursive(_LEAVES, _element, max_leaves=25)


def _with_words(body: str) -> tuple[str, list[str]]:
    """The body with each WORD made a word of its own, and those of them that are text."""
    numbers = itertools.count()
    made = re.sub("WORD", lambda _: f"tu{next(numbers)}x", body)
    return made, re.findall(r"tu\d+x", re.sub(r"<[^>]*>", " ", made))


def _said(article: Article) -> str:
    captions = " ".join(photo.caption_raw or "" for photo in article.photos)
    return f"{article.body or ''} {captions} {article.byline or ''} {' '.join(article.warnings)}"


@pytest.mark.parametrize("page", [_2021, _2026], ids=["2021", "2026"])
@settings(max_examples=60, deadline=None)
@given(body=_BODIES)
def test_every_word_of_a_body_is_a_paragraph_or_a_caption_or_told(page: str, body: str) -> None:
    made, words = _with_words(body)
    said = _said(parse_article(page.format(made).encode(), fuzz.URL))
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize("page", [_2021, _2026], ids=["2021", "2026"])
@settings(max_examples=40, deadline=None)
@given(body=_BODIES)
def test_every_photo_of_a_body_is_kept_once(page: str, body: str) -> None:
    made, _ = _with_words(body)
    article = parse_article(page.format(made).encode(), fuzz.URL)
    assert [photo.url.rsplit("/", 1)[-1] for photo in article.photos] == re.findall(r"tu\d+x\.jpg", made)
    paragraphs = len(article.body.split("\n\n")) if article.body else 0
    assert all(0 <= photo.paragraph <= paragraphs for photo in article.photos)


@settings(max_examples=100, deadline=None)
@given(page=st.binary(max_size=400), url=st.text(max_size=60))
def test_any_bytes_and_any_url_give_own_errors_only(page: bytes, url: str) -> None:
    try:
        parse_article(page, url)
    except DefectError:
        raise
    except ParseError as error:
        assert "\n" not in str(error)


@settings(max_examples=60, deadline=None)
@given(url=st.text(max_size=60))
def test_any_url_with_a_good_page_gives_own_errors_only(url: str) -> None:
    page = _2026.format("<p>Một đoạn.</p>").encode()
    try:
        parse_article(page, url)
    except ParseError as error:
        assert not isinstance(error, DefectError)


def test_a_small_share_of_the_fuzz_run() -> None:
    report = fuzz.run(150, "7")
    assert report.broken == []
    assert sum(report.outcomes.values()) == 150


@pytest.mark.parametrize(
    ("name", "page"), list(fuzz.hostile(400_000)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_hostile_pages_are_read_or_refused_in_time(name: str, page: bytes, untraced: None) -> None:
    report = fuzz.Report()
    report.take(name, page)
    assert report.broken == []
