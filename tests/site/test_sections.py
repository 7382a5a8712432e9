"""Where a section is read: by the site's own links, and by guesses only where it has none."""

from __future__ import annotations

import pytest

from crawler.items import Section
from crawler.site.sections import pages_of
from crawler.site.urls import ORIGIN

SPORT = Section(id=273, slug="the-thao", name="Thể thao")
FOOTBALL = Section(id=547, slug="bong-da", name="Bóng đá", parent_id=273)
PHOTOS = Section(slug="anh", name="Ảnh")


def read(section: Section, *menu: str) -> tuple[set[str], set[str], set[str]]:
    """Paths linked, guessed, and of feeds."""
    pages = pages_of(section, [ORIGIN + path for path in menu])
    linked, guessed, feeds = (
        {url.removeprefix(ORIGIN) for url in urls} for urls in (pages.linked, pages.guessed, pages.feeds)
    )
    return linked, guessed, feeds


@pytest.mark.parametrize(
    ("menu", "linked", "guessed", "feeds"),
    [
        ((), set(), {"/the-thao-273ct0.htm", "/the-thao/"}, {"/the-thao.rss", "/rss/the-thao-273.rss"}),
        (("/the-thao/", "/kinh-te/"), {"/the-thao/"}, set(), {"/rss/the-thao-273.rss"}),
        (("/the-thao-273ct0.htm",), {"/the-thao-273ct0.htm"}, set(), {"/the-thao.rss"}),
        # the number is the section's, whatever its slug has become
        (("/tin-the-thao-273ct0.htm",), {"/tin-the-thao-273ct0.htm"}, set(), {"/the-thao.rss"}),
        # a site that is half moved: the form that others are linked in is worth a guess
        (
            ("/the-thao-273ct0.htm", "/kinh-te/"),
            {"/the-thao-273ct0.htm"},
            {"/the-thao/"},
            {"/the-thao.rss", "/rss/the-thao-273.rss"},
        ),
        # a menu without the section says nothing about it
        (("/kinh-te/",), set(), {"/the-thao-273ct0.htm", "/the-thao/"}, {"/the-thao.rss", "/rss/the-thao-273.rss"}),
    ],
)  # fmt: skip
def test_the_menu_decides_where_it_has_the_section(
    menu: tuple[str, ...], linked: set[str], guessed: set[str], feeds: set[str]
) -> None:
    assert read(SPORT, *menu) == (linked, guessed, feeds)


def test_a_section_below_another_may_stand_in_its_path() -> None:
    assert read(FOOTBALL, "/the-thao/", "/the-thao/bong-da/")[0] == {"/the-thao/bong-da/"}


def test_a_section_of_another_number_is_another() -> None:
    assert read(SPORT, "/the-thao-999ct0.htm")[0] == set()


def test_a_section_without_a_number_is_known_by_its_slug() -> None:
    assert read(PHOTOS, "/anh.htm", "/anh-360-617ct0.htm") == ({"/anh.htm"}, set(), {"/anh.rss"})


def test_what_is_no_section_is_left_out_of_the_menu() -> None:
    assert read(SPORT, "/the-thao-post12.html", "/tag/the-thao-tag1.html")[0] == set()
