"""The rules of selectors: they find what CSS finds, each element once, below the element that is asked."""

from __future__ import annotations

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
