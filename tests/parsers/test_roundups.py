"""The rules of lines that are links to other articles: headings of a round-up are text, other links are not."""

from __future__ import annotations

import pytest

from tests.parsers.test_pages import NEW, new, old, read
from tests.parsers.test_slips import Reader, in_2021, in_2026

both = pytest.mark.parametrize("reader", [in_2021, in_2026])
TITLES = ("Quốc hội thông qua luật mới", "Bão số 3 đổ bộ", "Giá vàng giảm mạnh")
URLS = tuple(f"https://baotintuc.vn/bai-{at}-post79830{at}.html" for at in range(3))
TEXTS = ("Sáng nay, Quốc hội bỏ phiếu.", "Bão mạnh cấp 12 khi vào bờ.", "Mỗi lượng mất một triệu đồng.")
PICTURE = '<figure><img src="/images/a/{0}.jpg"><figcaption>Ảnh: TTXVN</figcaption></figure>'


def line(at: int, tag: str = "p", title: str = "") -> str:
    """A line that is a link to another article."""
    return f'<{tag}><strong><a href="{URLS[at]}">{title or TITLES[at]}</a></strong></{tag}>'


def paragraph(at: int) -> str:
    """A paragraph of text."""
    return f"<p>{TEXTS[at]}</p>"


class TestHeadings:
    @both
    @pytest.mark.parametrize("between", ["", PICTURE.format(1)])
    def test_of_a_roundup_are_text_and_related(self, reader: Reader, between: str) -> None:
        article = reader(
            "<p>Tin trong ngày.</p>" + "".join(line(at) + between + paragraph(at) for at in range(3))
        )
        said = [text for pair in zip(TITLES, TEXTS, strict=True) for text in pair]
        assert article.body == "\n\n".join(["Tin trong ngày.", *said])
        assert article.related == URLS
        assert article.warnings == ()
        assert [photo.paragraph for photo in article.photos] == ([2] if between else [])

    @both
    def test_photos_stand_where_they_stood(self, reader: Reader) -> None:
        parts = (line(at) + PICTURE.format(at) + paragraph(at) + PICTURE.format(f"b{at}") for at in range(3))
        article = reader("".join(parts))
        assert [photo.paragraph for photo in article.photos] == [1, 2, 3, 4, 5, 6]

    @both
    @pytest.mark.parametrize("tag", ["h2", "h3", "h4"])
    def test_by_their_tag_are_text_and_related(self, reader: Reader, tag: str) -> None:
        article = reader(f"<p>Một.</p>{line(0, tag)}{paragraph(0)}<p>Hai.</p><p>Ba.</p><p>Bốn.</p>")
        assert article.body == f"Một.\n\n{TITLES[0]}\n\n{TEXTS[0]}\n\nHai.\n\nBa.\n\nBốn."
        assert (article.related, article.warnings) == (URLS[:1], ())

    @both
    def test_two_that_may_be_links_are_kept_and_told(self, reader: Reader) -> None:
        article = reader(f"<p>Một.</p>{line(0)}{paragraph(0)}{line(1)}{paragraph(1)}")
        assert article.body == f"Một.\n\n{TITLES[0]}\n\n{TEXTS[0]}\n\n{TITLES[1]}\n\n{TEXTS[1]}"
        assert article.warnings == (
            f"lines that are links, kept as headings, may be none: {TITLES[0]}; {TITLES[1]}",
        )

    def test_in_two_parts_of_a_body_are_those_of_one(self) -> None:
        parts = f'{line(0)}{paragraph(0)}</div><div class="contents">{line(1)}{paragraph(1)}{line(2)}{paragraph(2)}'
        article = read(old(parts))
        assert [text for text in TITLES if text in (article.body or "")] == list(TITLES)


class TestLinks:
    TEXT = "".join(map(paragraph, range(3)))

    @both
    @pytest.mark.parametrize(
        "body",
        [
            f"{TEXT}{line(0)}{TEXT}",
            f"{TEXT}{line(0)}{TEXT}{line(1)}{TEXT}",
            f"<p>Một.</p>{line(0)}{TEXT}{line(1)}{TEXT}",
            f"{TEXT}{line(0)}{line(1)}{line(2)}",
            f"{TEXT}{line(0, 'h3')}{line(1, 'h3')}",
            f"<p>Một.</p>{line(0)}{line(1)}{line(2)}<p>Hai.</p>",
            f"<p>Một.</p><p>Xem thêm:</p>{line(0)}<p>Hai.</p><p>Xem thêm:</p>{line(1)}<p>Ba điều.</p>",
            f"<p>Một.</p><p>&gt;&gt; <a href='{URLS[0]}'>A</a></p><p>Hai.</p><p>&gt;&gt; <a href='{URLS[1]}'>B</a></p><p>Ba điều.</p>",
        ],
    )
    def test_amid_the_text_or_at_its_end_are_no_text(self, reader: Reader, body: str) -> None:
        article = reader(body)
        assert not any(title in (article.body or "") for title in (*TITLES, "Xem thêm", ">"))
        assert article.related
        assert article.warnings == ()

    @both
    @pytest.mark.parametrize(
        "text",
        ["Sáng nay, Quốc hội đã bỏ phiếu thông qua.", "Ông nói: “Nước rút chậm.”", "Nước rút chậm " * 20],
    )
    @pytest.mark.parametrize("end", ["</a>", ""])
    def test_a_paragraph_that_is_all_a_link_is_text(self, reader: Reader, text: str, end: str) -> None:
        article = reader(f'<p>Một.</p><p><a href="{URLS[0]}">{text}{end}</p><p>Hai.</p>')
        assert article.body == f"Một.\n\n{text.strip()}\n\nHai."
        assert article.related == URLS[:1]

    @pytest.mark.parametrize("title", ["Vì sao giá vàng giảm?", "Giá vàng giảm...", "Nhà ở TP. HCM"])
    def test_a_headline_may_end_in_other_marks(self, title: str) -> None:
        article = read(new(f"{self.TEXT}{line(0, title=title)}{self.TEXT}"), NEW)
        assert title not in (article.body or "")
