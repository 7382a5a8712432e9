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


class TestEndTagTooMany:
    """A ``</div>`` amid the text closes the body: what stands behind it is the article's all the same."""

    FIRST = "<p>Một.</p>"
    REST = (
        "<p>Nước rút chậm nên hai xã ven sông vẫn chưa có điện.</p>"
        '<figure><img src="/images/a/b.jpg"><figcaption>Cầu. Ảnh: TTXVN</figcaption></figure><ul><li>Ba điều.</li></ul>'
    )
    BODY = "Một.\n\nNước rút chậm nên hai xã ven sông vẫn chưa có điện.\n\nBa điều."
    PUT_BACK = "the body was closed by an end tag too many: what stands behind it was read as its own"

    @in_any
    @pytest.mark.parametrize("many", [1, 2, 3])
    def test_what_it_put_behind_the_body_is_read(self, reader: Reader, many: int) -> None:
        article = reader(self.FIRST + "</div>" * many + self.REST)
        assert article.body == self.BODY
        assert [(one.caption, one.credit, one.paragraph) for one in article.photos] == [("Cầu.", "TTXVN", 2)]
        assert article.warnings == (self.PUT_BACK,)

    @pytest.mark.parametrize("reader", [in_2016, in_2021])
    @pytest.mark.parametrize("many", [1, 2, 3])
    def test_the_byline_behind_it_too(self, reader: Reader, many: int) -> None:
        article = reader(self.FIRST + "</div>" * many + self.REST)
        assert article.byline == "Linh Sơn (TTXVN)"

    @in_any
    @pytest.mark.parametrize("many", [1, 2, 3])
    def test_a_picture_alone_behind_it_is_read(self, reader: Reader, many: int) -> None:
        cells = '<tr><td><img src="/images/a/b.jpg"></td></tr><tr><td class="caption">Cầu.</td></tr>'
        article = reader(f'{self.FIRST}{"</div>" * many}<table class="picture">{cells}</table>')
        assert [one.caption for one in article.photos] == ["Cầu."]

    @in_any
    def test_words_without_a_paragraph_behind_it_are_read_whatever_is_in_them(self, reader: Reader) -> None:
        article = reader("Một \x01câu.</div>Nước rút chậm \x02nên hai xã vẫn chưa có điện.<p>Hết.</p>")
        text = (article.body or "").replace("\n\n", " ").split()
        assert " ".join(text) == "Một câu. Nước rút chậm nên hai xã vẫn chưa có điện. Hết."

    def test_within_an_element_of_the_body_it_puts_another_part_behind_it(self) -> None:
        parts = f'<div id="divfirst">{self.FIRST}</div></div><div id="divend">{self.REST}</div>'
        article = in_2021(parts)
        assert (article.body, article.byline, article.warnings) == (
            self.BODY,
            "Linh Sơn (TTXVN)",
            (self.PUT_BACK,),
        )

    def test_a_second_part_of_the_body_that_it_put_outside_is_read(self) -> None:
        article = in_2021(f'{self.FIRST}</div></div><div class="contents">{self.REST}')
        assert (article.body, article.byline) == (self.BODY, "Linh Sơn (TTXVN)")

    @in_any
    def test_where_no_end_tag_is_too_many_what_stands_behind_is_told(self, reader: Reader) -> None:
        article = reader(f"{self.FIRST}</div>{self.REST}<div>")
        assert article.body == "Một."
        assert article.warnings == (
            "2 paragraphs or pictures stand behind the body: there may be an end tag too many",
        )

    @in_any
    @pytest.mark.parametrize(
        "behind",
        [
            "<p>Mời bạn đọc góp ý.</p>",
            '<p><a href="/lien-he.htm">Mời bạn đọc gửi tin bài và góp ý về địa chỉ của tòa soạn</a></p>',
            '<div class="box"><p>Nước rút chậm nên hai xã ven sông vẫn chưa có điện trở lại.</p></div>',
            '<div class="likeshare"><p>Nước rút chậm nên hai xã ven sông vẫn chưa có điện.</p></div>',
            "<script>document.write('a');</script>",
        ],
    )
    def test_what_may_stand_behind_a_body_is_none_of_it(self, reader: Reader, behind: str) -> None:
        article = reader(f"{self.FIRST}</div>{behind}<div>")
        assert (article.body, article.warnings) == ("Một.", ())


class TestTextInCaption:
    """The end tags of a caption left out, or paragraphs typed into it: they are text and no caption."""

    IMAGE = '<img src="/images/a/{0}.jpg">'
    TEXT = "Chợ nổi họp từ tờ mờ sáng, ghe xuồng neo kín một khúc sông dài. "

    @in_any
    @pytest.mark.parametrize("end", ["", "</figure>", "</figcaption></figure>"])
    def test_what_follows_the_credit_is_read_in_order(self, reader: Reader, end: str) -> None:
        figures = (f"<figure>{self.IMAGE.format(at)}<figcaption>Cầu {at}. Ảnh: TTXVN" for at in (1, 2, 3))
        article = reader(
            "<p>Một.</p>" + f"<p>Hai câu.</p><h2>Ba.</h2><p>Bốn câu.</p>{end}".join(figures) + end
        )
        text = "Hai câu.\n\nBa.\n\nBốn câu."
        assert article.body == f"Một.\n\n{text}\n\n{text}"
        assert [(one.caption, one.credit, one.paragraph) for one in article.photos] == [
            ("Cầu 1.", "TTXVN", 1),
            ("Cầu 2.", "TTXVN", 4),
            ("Cầu 3.", "TTXVN", 7),
        ]
        assert article.warnings

    @in_any
    @pytest.mark.parametrize(
        ("caption", "said"),
        [
            ("Cầu. Ảnh: TTXVN<p>Hai câu.</p><p>Ba câu.</p>", ("Cầu.", "TTXVN")),
            ("<p>Cầu.</p><p>Ảnh: TTXVN</p><p>Hai câu.</p><p>Ba câu.</p>", ("Cầu.", "TTXVN")),
            ("<div><p>Cầu. Ảnh: TTXVN</p><p>Hai câu.</p></div><p>Ba câu.</p>", ("Cầu.", "TTXVN")),
            ("Cầu.<h3>Hai câu.</h3><p>Ba câu.</p>", ("Cầu.", None)),
            ("Cầu.<ul><li>Hai câu.</li><li>Ba câu.</li></ul>", ("Cầu.", None)),
        ],
    )
    def test_paragraphs_typed_into_it_are_text_and_told(
        self, reader: Reader, caption: str, said: tuple[str, str | None]
    ) -> None:
        figure = f"<figure>{self.IMAGE.format(1)}<figcaption>{caption}</figcaption></figure>"
        article = reader(f"<p>Một.</p>{figure}<p>Bốn câu.</p>")
        assert article.body == "Một.\n\nHai câu.\n\nBa câu.\n\nBốn câu."
        assert [(one.caption, one.credit) for one in article.photos] == [said]
        assert article.warnings == (
            "2 paragraphs stood in the caption of a picture, read as text: an end tag may be missing before:"
            " Hai câu.",
        )

    @in_any
    def test_without_a_credit_the_first_block_is_the_caption_of_one_too_long(self, reader: Reader) -> None:
        caption = "<p>Cầu Ba Lai.</p>" + f"<p>{self.TEXT * 3}</p>" * 3
        article = reader(f"<figure>{self.IMAGE.format(1)}<figcaption>{caption}</figcaption></figure>")
        assert (article.photos[0].caption, len(article.warnings)) == ("Cầu Ba Lai.", 1)
        assert (article.body or "").split("\n\n") == [(self.TEXT * 3).strip()] * 3

    @in_any
    @pytest.mark.parametrize(
        "caption",
        [
            TEXT * 10,
            f"<em>{TEXT * 10}</em>Ảnh: TTXVN",
            f"<p>{TEXT * 5}</p><p>{TEXT * 5} Ảnh: TTXVN</p>",
            "<p>Chợ nổi.</p><p>Ảnh: TTXVN</p><p>Floating market.</p>",
            "<p>Chợ nổi.</p><p>Floating market.</p><p>Sáng sớm.</p>",
            f"{TEXT}<br>Ảnh: TTXVN<br>{TEXT}<br>{TEXT}",
        ],
    )
    def test_a_caption_of_some_length_or_some_lines_stays_one(self, reader: Reader, caption: str) -> None:
        figure = f"<figure>{self.IMAGE.format(1)}<figcaption>{caption}</figcaption></figure>"
        article = reader(f"<p>Một.</p>{figure}<p>Hai.</p>")
        assert (article.body, article.warnings) == ("Một.\n\nHai.", ())

    @in_any
    def test_the_cell_of_a_caption_without_its_end_tags(self, reader: Reader) -> None:
        table = f'<table class="picture"><tr><td>{self.IMAGE.format(1)}</td></tr><tr><td class="caption">'
        article = reader(f"<p>Một.</p>{table}Cầu. Ảnh: TTXVN<p>Hai câu.</p><p>Ba câu.</p>")
        assert article.body == "Một.\n\nHai câu.\n\nBa câu."
        assert [(one.caption, one.credit) for one in article.photos] == [("Cầu.", "TTXVN")]

    def test_captions_without_end_tag_in_one_another_are_read_however_deep(self) -> None:
        figure = f"<figure>{self.IMAGE.format(1)}<figcaption>Cầu. Ảnh: TTXVN<p>Hai câu.</p><p>Ba câu.</p>"
        article = in_2021(figure * 60)
        assert (article.body or "").split("\n\n") == ["Hai câu.", "Ba câu."] * 60
