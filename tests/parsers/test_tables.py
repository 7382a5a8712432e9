"""The rules of tables: nothing in them is lost, and no caption is given to a picture that it is not of."""

from __future__ import annotations

import pytest

from crawler.items import Article
from tests.parsers.test_pages import NEW, lines, new, old, read

A, B = '<img src="/images/1/a.jpg">', '<img src="/images/1/b.jpg">'


def captions(article: Article) -> list[str | None]:
    """The captions as printed."""
    return [photo.caption_raw for photo in article.photos]


@pytest.fixture(params=["2021", "2026"])
def design(request: pytest.FixtureRequest) -> str:
    """The template that the body is read by."""
    return str(request.param)


def read_body(design: str, body: str) -> Article:
    """A page of a template with this body."""
    return read(new(body), NEW) if design == "2026" else read(old(body))


class TestWordsOutsideOfCells:
    def test_a_table_without_its_end_tag_does_not_swallow_the_article(self, design: str) -> None:
        table = "<table><tr><td>a</td><td>b</td></tr>"
        article = read_body(
            design,
            f"<p>Một.</p>{table}<p>Hai dài.</p><figure>{A}<figcaption>Cầu.</figcaption></figure><p>Ba.</p>",
        )
        assert article.body == "Một.\n\na | b\n\nHai dài.\n\nBa."
        assert captions(article) == ["Cầu."]

    @pytest.mark.parametrize(
        ("table", "read_as"),
        [
            ("<table><p>Bảng giá</p><tr><td>1</td><td>2</td></tr></table>", ["Bảng giá", "1 | 2"]),
            ("<table><tr><p>Bảng giá</p><td>1</td><td>2</td></tr></table>", ["Bảng giá", "1 | 2"]),
            ("<table><tr><td>1</td>và<td>2</td></tr></table>", ["1 | 2", "và"]),
            ("<table><tbody>Bảng giá<tr><td>1</td><td>2</td></tr></tbody></table>", ["Bảng giá", "1 | 2"]),
            ("<table><caption>Bảng giá</caption><tr><td>1</td><td>2</td></tr></table>", ["Bảng giá", "1 | 2"]),
            ("<table><td>1</td><td>2</td></table>", ["1 | 2"]),
            ("<table><form><tr><td>1</td><td>2</td></tr></form></table>", ["1 | 2"]),
        ],
    )  # fmt: skip
    def test_words_outside_of_cells_are_paragraphs(self, table: str, read_as: list[str]) -> None:
        assert lines(old(table)) == read_as

    def test_between_the_rows_of_a_picture_frame_they_are_too(self, design: str) -> None:
        table = (
            f'<table class="picture"><tr><td>{A}</td></tr>Giữa.<tr><td class="caption">Cầu.</td></tr></table>'
        )
        article = read_body(design, table)
        assert (article.body, captions(article), article.warnings) == ("Giữa.", ["Cầu."], ())

    @pytest.mark.parametrize("row", ["<tr>{}</tr>", "{}", "<tbody>{}</tbody>", "<tr><div>{}</div></tr>"])
    @pytest.mark.parametrize("table", ["<table>", '<table class="picture">'])
    def test_a_picture_outside_of_a_cell_is_a_photo_with_its_caption(self, table: str, row: str) -> None:
        below = '<tr><td class="caption">Cầu. Ảnh: TTXVN</td></tr></table>'
        article = read(old(f"<p>Một.</p>{table}{row.format(A)}{below}"))
        assert (article.body, captions(article)) == ("Một.", ["Cầu. Ảnh: TTXVN"])


class TestRows:
    @pytest.mark.parametrize("name", ["notebox", "picture", ""])
    def test_a_box_made_of_one_cell_is_read_in_its_paragraphs(self, design: str, name: str) -> None:
        box = f'<table class="{name}"><tr><td><h3>Hộp</h3><p>Đoạn 1.</p><p>Đoạn 2.<br>Đoạn 3.</p></td></tr></table>'
        assert read_body(design, box).body == "Hộp\n\nĐoạn 1.\n\nĐoạn 2.\n\nĐoạn 3."

    def test_a_cell_of_several_is_one_text_with_its_letters_as_they_stand(self) -> None:
        assert lines(old("<table><tr><td>H<sub>2</sub>O<br>tinh</td><td>1</td></tr></table>")) == [
            "H2O tinh | 1"
        ]

    def test_a_table_within_a_cell_is_read_once(self, design: str) -> None:
        inner = "<table><tr><td>1</td><td>2</td></tr></table>"
        table = f'<table class="picture"><tr><td class="caption">Đầu.</td></tr><tr><td>{A}{inner}</td></tr></table>'
        article = read_body(design, table)
        assert (article.body, captions(article)) == ("1 | 2", ["Đầu."])


class TestCaptionsOfPictures:
    @pytest.mark.parametrize("table", ['<table class="picture">', "<table>"])
    @pytest.mark.parametrize("cell", ['<td class="caption">', "<td>"])
    def test_two_below_two_go_by_column(self, design: str, table: str, cell: str) -> None:
        below = f"{cell}Trái. Ảnh: TTXVN</td>{cell}Phải. Ảnh: TTXVN</td>"
        article = read_body(design, f"{table}<tr><td>{A}</td><td>{B}</td></tr><tr>{below}</tr></table>")
        assert (article.body, captions(article)) == (None, ["Trái. Ảnh: TTXVN", "Phải. Ảnh: TTXVN"])

    @pytest.mark.parametrize("table", ['<table class="picture">', "<table>"])
    def test_one_below_two_is_of_both(self, design: str, table: str) -> None:
        below = "<tr><td colspan=2><em>Hai cây cầu.</em></td></tr></table><p>Một.</p>"
        article = read_body(design, f"{table}<tr><td>{A}</td><td>{B}</td></tr>{below}")
        assert (article.body, captions(article)) == ("Một.", ["Hai cây cầu.", "Hai cây cầu."])

    def test_one_below_the_second_is_of_that_alone(self, design: str) -> None:
        below = '<tr><td class="caption">&nbsp;</td><td class="caption">Phải.</td></tr></table>'
        article = read_body(design, f'<table class="picture"><tr><td>{A}</td><td>{B}</td></tr>{below}')
        assert captions(article) == [None, "Phải."]

    @pytest.mark.parametrize("cell", ['<td class="caption">', "<td>"])
    def test_an_empty_one_closes_the_picture_above_it(self, design: str, cell: str) -> None:
        rows = (f"<td>{A}</td>", f"{cell}&nbsp;</td>", f"<td>{B}</td>", f"{cell}Chợ.</td>")
        table = "".join(f"<tr>{row}</tr>" for row in rows)
        assert captions(read_body(design, f'<table class="picture">{table}</table>')) == [None, "Chợ."]

    def test_a_cell_that_reaches_down_keeps_its_column(self, design: str) -> None:
        rows = (
            f'<tr><td rowspan="2">{A}</td><td>{B}</td></tr><tr><td class="caption">Phải.</td><td></td></tr>'
        )
        assert captions(read_body(design, f'<table class="picture">{rows}</table>')) == [None, "Phải."]

    @pytest.mark.parametrize(
        "rows",
        [
            '<tr><td class="caption">Cầu.</td></tr><tr><td>{}</td></tr>',
            '<tr><td class="caption">Cầu.</td><td>{}</td></tr>',
            '<tr><td>{}</td><td class="caption">Cầu.</td></tr>',
            "<caption>Cầu.</caption><tr><td>{}</td></tr>",
        ],
    )
    def test_above_or_beside_its_picture_it_is_no_paragraph(self, design: str, rows: str) -> None:
        article = read_body(design, f'<p>Một.</p><table class="picture">{rows.format(A)}</table>')
        assert (article.body, captions(article)) == ("Một.", ["Cầu."])

    def test_above_each_picture_it_is_that_one_s(self, design: str) -> None:
        row = '<tr><td class="caption">{}</td></tr><tr><td>{}</td></tr>'
        table = f'<table class="picture">{row.format("Cầu.", A)}{row.format("Chợ.", B)}</table>'
        assert captions(read_body(design, table)) == ["Cầu.", "Chợ."]

    def test_where_it_cannot_be_told_whose_it_is_it_is_left_out_and_told(self, design: str) -> None:
        cells = "".join(f'<td class="caption">{text}</td>' for text in ("Cầu.", "Chợ.", "Phố."))
        article = read_body(
            design, f'<table class="picture"><tr>{cells}<td>{A}</td><td>{B}</td></tr></table>'
        )
        assert (article.body, captions(article)) == (None, [None, None])
        assert [text for text in article.warnings if "caption without a picture" in text] == [
            f"a caption without a picture of its own was left out: {text}"
            for text in ("Cầu.", "Chợ.", "Phố.")
        ]

    def test_rows_of_figures_below_pictures_are_no_captions(self, design: str) -> None:
        rows = f"<tr><td>{A}</td><td>{B}</td></tr><tr><td>3</td><td>2</td></tr><tr><td>5</td><td>7</td></tr>"
        article = read_body(design, f"<table>{rows}</table>")
        assert (article.body, captions(article)) == ("3 | 2\n\n5 | 7", [None, None])
