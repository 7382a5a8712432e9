"""The rules of slips in the markup: tags that nobody knows, too many and too few."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.items import Article
from tests.parsers.test_pages import NEW, OLDEST, new, old, oldest, read


def in_2016(body: str) -> Article:
    """A page of template 2016 with this body."""
    return read(
        oldest(below='<div class="author">Linh Sơn (TTXVN)</div>').replace("<p>Một đoạn.</p>", body), OLDEST
    )


def in_2021(body: str) -> Article:
    """A page of template 2021 with this body."""
    return read(old(body))


def in_2026(body: str) -> Article:
    """A page of template 2026 with this body."""
    return read(new(body), NEW)


Reader = Callable[[str], Article]
in_any = pytest.mark.parametrize("reader", [in_2016, in_2021, in_2026])


class TestUnknownTags:
    @in_any
    @pytest.mark.parametrize(
        "word",
        [
            '<st1:City w:st="on"><st1:place>London</st1:place></st1:City>',
            '<g class="gr_ gr_12">London</g>',
            "<custom-x>London</custom-x>",
            "<math><mi>London</mi></math>",
            "<svg><path d='M0 0'/></svg>London",
        ],
    )
    def test_one_amid_a_sentence_does_not_part_it(self, reader: Reader, word: str) -> None:
        article = reader(f"<p>Tại {word} trời mưa lớn.</p><p>Hết.</p>")
        assert (article.body, article.warnings) == ("Tại London trời mưa lớn.\n\nHết.", ())

    @in_any
    def test_one_amid_a_caption_does_not_either(self, reader: Reader) -> None:
        caption = "Cầu <st1:place>Ba Lai</st1:place> mới. Ảnh: <g>Hải</g> Vân"
        figure = f'<figure><img src="/images/a/b.jpg"><figcaption>{caption}</figcaption></figure>'
        photo = reader(f"<p>Một.</p>{figure}").photos[0]
        assert (photo.caption, photo.credit) == ("Cầu Ba Lai mới.", "Hải Vân")

    @in_any
    @pytest.mark.parametrize(
        "name",
        [
            *("div", "section", "article", "aside", "main", "header", "footer", "nav", "h1", "h6", "address"),
            *("pre", "center", "form", "fieldset", "details", "summary", "dl", "dt", "dd", "ul", "li"),
        ],
    )
    def test_what_html_calls_a_block_stands_on_lines_of_its_own(self, reader: Reader, name: str) -> None:
        assert reader(f"Một<{name}>Hai</{name}>Ba").body == "Một\n\nHai\n\nBa"
