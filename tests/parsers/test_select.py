"""The rules of selectors: they find what CSS finds, each element once, below the element that is asked."""

from __future__ import annotations

import pytest
from cssselect import SelectorError
from lxml import html

from crawler.parsers.select import select

PAGE = html.fromstring(
    '<div class="main"><blockquote><div id="here"><p class="author">0</p><blockquote><i class="author">1</i>'
    '<blockquote><i class="author">2</i></blockquote></blockquote><div class="main"><div class="crumb">'
    '<div class="main"><b><a>3</a></b></div></div></div></div></blockquote></div>'
)
HERE = PAGE.xpath("//*[@id='here']")[0]


def found(selector: str, element: html.HtmlElement = HERE) -> list[str | None]:
    """The texts of what a selector finds."""
    return [one.text for one in select(element, selector)]


def test_what_stands_below_two_of_a_kind_is_found_once_and_in_order() -> None:
    assert found("blockquote .author") == ["1", "2"]
    assert found("blockquote .author", PAGE) == ["0", "1", "2"]


def test_what_stands_above_the_element_does_not_count() -> None:
    assert found(".main a") == ["3"]
    assert found("#here .author") == []


def test_an_outer_element_that_does_not_match_whole_hides_no_inner_one() -> None:
    assert found(".crumb .main a") == ["3"]
    assert found(".crumb > .main a") == ["3"]
    assert found(".crumb .main > a") == []


def test_a_list_finds_what_each_of_its_selectors_finds_once_and_in_order() -> None:
    assert found("blockquote .author, i, i.author, .crumb a") == ["1", "2", "3"]
    assert found("p.author, [class^=auth], .crumb", PAGE) == ["0", "1", "2", None]
    assert found("i, *") == found("*")


def test_a_class_is_one_word_among_others() -> None:
    page = html.fromstring(
        '<div class="a"><p class="a">0</p><p class="b  a\n">1</p><p class="a-b">2</p><p class="ab a">3</p>'
        '<p class="a\xa0b">4</p><p>5</p><i class="a">6</i><div><p class="\tc\fa">7</p></div></div>'
    )
    assert found("p.a", page) == ["0", "1", "3", "7"]
    assert found("p.c, p.a-b", page) == ["2", "7"]
    assert found("div.a, i", page) == ["6"]


def test_a_list_with_a_gap_is_an_error_and_not_everything() -> None:
    with pytest.raises(SelectorError):
        found("p, ")
