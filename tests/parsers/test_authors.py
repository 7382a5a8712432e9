"""The rules of the byline in its own place: two people are two, and nobody whom the page names is lost."""

from __future__ import annotations

import pytest

from crawler.items import Article
from tests.parsers.test_pages import NEW, new, old, read


def signers(article: Article) -> list[tuple[str | None, str, str | None]]:
    """Name, role and agency of each contributor."""
    return [(one.name, one.role, one.agency) for one in article.contributors]


class TestLines:
    @pytest.mark.parametrize(
        ("markup", "byline", "names"),
        [
            ("<strong>Hải Vân<br>Minh Khuê</strong><i> (TTXVN)</i>", "Hải Vân - Minh Khuê (TTXVN)", 2),
            ("<p>Hải Vân</p><p>Minh Khuê (TTXVN)</p>", "Hải Vân - Minh Khuê (TTXVN)", 2),
            (
                "<div>Hải Vân</div><div>Linh</div><div>Minh Khuê</div>(TTXVN)",
                "Hải Vân - Linh - Minh Khuê (TTXVN)",
                3,
            ),
            ("Hải Vân/TTXVN<br>Minh Khuê/TTXVN", "Hải Vân/TTXVN - Minh Khuê/TTXVN", 2),
            ("Tin, ảnh: Hải Vân<br>Minh Khuê (TTXVN)", "Tin, ảnh: Hải Vân - Minh Khuê (TTXVN)", 2),
            ("Hải Vân<br>Điện Biên<br>(TTXVN)", "Hải Vân - Điện Biên (TTXVN)", 1),
        ],
    )
    def test_names_on_lines_of_their_own_are_people_of_their_own(
        self, markup: str, byline: str, names: int
    ) -> None:
        article = read(old(author=markup))
        assert (article.byline, article.warnings) == (byline, ())
        assert [(bool(name), agency) for name, _, agency in signers(article)] == [(True, "TTXVN")] * names

    @pytest.mark.parametrize(
        ("markup", "byline"),
        [
            ("Hải Vân<br>(TTXVN)", "Hải Vân (TTXVN)"),
            ("<p>Hải Vân</p><p>TTXVN</p>", "Hải Vân TTXVN"),
            ("<p>Bài, ảnh:</p><p>Hải Vân (TTXVN)</p>", "Bài, ảnh: Hải Vân (TTXVN)"),
            ("Hải Vân -<br>Minh Khuê (TTXVN)", "Hải Vân - Minh Khuê (TTXVN)"),
            ("Hải Vân và<br>Minh Khuê (TTXVN)", "Hải Vân và Minh Khuê (TTXVN)"),
            ("Hải Vân<br>thực hiện (TTXVN)", "Hải Vân thực hiện (TTXVN)"),
            ("Tin: Hải Vân<br>Ảnh: Minh Khuê (TTXVN)", "Tin: Hải Vân Ảnh: Minh Khuê (TTXVN)"),
            ("Hải\n  Vân (TTXVN)", "Hải Vân (TTXVN)"),
        ],
    )
    def test_a_line_that_goes_on_with_the_one_above_stays_with_it(self, markup: str, byline: str) -> None:
        article = read(old(author=markup))
        assert (article.byline, article.warnings) == (byline, ())
        assert all(agency == "TTXVN" for _, _, agency in signers(article))

    def test_in_a_place_of_2026_too(self) -> None:
        place = '<div class="article__author">Hải Vân<br>Minh Khuê</div>'
        assert read(new(inner=place), NEW).byline == "Hải Vân - Minh Khuê"


class TestPlaces:
    """The new design names authors in its header, in the source line, under the body: all of them count."""

    @staticmethod
    def both(header: str, source: str) -> Article:
        above = f'<div class="author cms-author"><a class="name">{header}</a></div>'
        below = f'<div class="article__source"><p class="author">{source}</p></div>'
        return read(new(f"<p>Một.</p>{below}", inner=above), NEW)

    @pytest.mark.parametrize(
        ("header", "source", "byline"),
        [
            ("LÊ LAN - ", "Hải Vân", "Hải Vân - LÊ LAN"),
            ("Hà An", "Hà Anh", "Hà Anh - Hà An"),
            ("LÊ LAN", "Hải Vân (TTXVN)", "Hải Vân (TTXVN) - LÊ LAN"),
            ("LÊ LAN", "TTXVN", "LÊ LAN/TTXVN"),
            ("HẢI VÂN", "Hải Vân", "Hải Vân"),
            ("HẢI VÂN", "Bài, ảnh: Hải Vân (TTXVN)", "Bài, ảnh: Hải Vân (TTXVN)"),
            ("HẢI VÂN", "Hải Vân - Minh Khuê (TTXVN)", "Hải Vân - Minh Khuê (TTXVN)"),
            ("Hải Vân (TTXVN)", "Hải Vân", "Hải Vân (TTXVN)"),
        ],
    )
    def test_each_name_once_with_all_that_is_said_of_it(self, header: str, source: str, byline: str) -> None:
        article = self.both(header, source)
        assert (article.byline, article.body, article.warnings) == (byline, "Một.", ())

    def test_the_role_of_another_is_not_a_name_s_without_one(self) -> None:
        article = self.both("Lê Lan", "Ảnh: Hải Vân")
        assert article.byline == "Lê Lan - Ảnh: Hải Vân"
        assert signers(article) == [("Lê Lan", "text", None), ("Hải Vân", "photo", None)]

    def test_places_within_one_another_are_read_once(self) -> None:
        inner = '<div class="article__author"><div class="cms-author"><a class="name">Hải Vân</a> viết</div></div>'
        assert read(new(inner=inner), NEW).byline == "Hải Vân"
