"""The rules of the lead: all of it is read, wherever the page holds it, and it is no paragraph of the body."""

from __future__ import annotations

import pytest

from crawler.items import Article, Source
from tests.parsers.test_pages import NEW, OLDEST, new, old, oldest, read

FIRST = "Ba xã ven sông Ba Lai đã có điện trở lại."
SECOND = "Hai xã còn lại phải chờ nước rút."


def lead_2021(lead: str, body: str = "<p>Một.</p>", **rest: str) -> Article:
    """A page of template 2021 with this markup as its lead, as read."""
    return read(old(body, **rest).replace('<h2 class="sapo">Mở đầu.</h2>', lead))


def lead_2026(lead: str, body: str = "<p>Một.</p>") -> Article:
    """A page of template 2026 with this lead, as read."""
    return read(new(body).replace("<p>Mở đầu.</p>", lead), NEW)


class TestRepeated:
    """What the body only says again of the lead is no paragraph of it."""

    @pytest.mark.parametrize(
        "parts",
        [
            (f"{FIRST} {SECOND}",),
            (FIRST, SECOND),
            (f"(TTXVN) - {FIRST}", SECOND),
            ("Ba xã ven sông Ba Lai", "đã có điện trở lại.", "Hai xã còn lại", "phải chờ nước rút."),
        ],
    )
    def test_in_one_paragraph_or_several(self, parts: tuple[str, ...]) -> None:
        body = "".join(f"<p>{part}</p>" for part in parts) + '<p>Một.</p><img src="/a/b.jpg"><p>Hai.</p>'
        for article in (
            lead_2021(f'<h2 class="sapo">{FIRST}<br>{SECOND}</h2>', body),
            lead_2026(f"<p>{FIRST}</p><p>{SECOND}</p>", body),
        ):
            assert (article.lead, article.body) == (f"{FIRST} {SECOND}", "Một.\n\nHai.")
            assert [photo.paragraph for photo in article.photos] == [1]

    @pytest.mark.parametrize("said", [(FIRST,), (SECOND, FIRST), (FIRST, "Một.", SECOND)])
    def test_in_part_or_in_another_order_it_stays(self, said: tuple[str, ...]) -> None:
        article = lead_2026(f"<p>{FIRST}</p><p>{SECOND}</p>", "".join(f"<p>{one}</p>" for one in said))
        assert article.body == "\n\n".join(said)


class TestPutOut:
    """A heading can't hold a paragraph: the parser puts what stood in it behind it."""

    BOTH = f"<p>{FIRST}</p><p>&nbsp;</p><p><strong>{SECOND}</strong></p>"
    META = '<meta property="og:description" content="Ba xã có điện.">'
    TOLD = ("the lead is that of metadata: its own place in the page is empty",)

    def test_paragraphs_in_the_lead_are_the_lead(self) -> None:
        article = lead_2021(f'<h2 class="sapo">{self.BOTH}</h2>', head=self.META)
        assert (article.lead, article.sources["lead"]) == (f"{FIRST} {SECOND}", Source.TEMPLATE)
        assert (article.body, article.warnings) == ("Một.", ())

    def test_in_the_other_designs_too(self) -> None:
        page = oldest(head=self.META).replace('SapoLive">Mở đầu.', f'SapoLive">{self.BOTH}')
        article = read(page, OLDEST)
        assert (article.lead, article.body, article.warnings) == (f"{FIRST} {SECOND}", "Một đoạn.", ())
        sapo = f'<h2 class="article__sapo cms-desc"><p>PLO - {FIRST}</p></h2>'
        page = new("<p>Một.</p>").replace('<div class="article__sapo cms-desc"><p>Mở đầu.</p></div>', sapo)
        article = read(page, NEW)
        assert (article.lead, article.body, article.warnings) == (FIRST, "Một.", ())

    @pytest.mark.parametrize(
        "block",
        [
            '<div class="share"><p>Chia sẻ</p></div>',
            '<p class="author">Hải Vân (TTXVN)</p>',
            '<p><img src="/a/b.jpg"></p>',
            '<ul class="list-concern"><li><a href="/a.htm">Mưa lũ</a></li></ul><p>Xem thêm</p>',
        ],
    )
    def test_up_to_the_next_block_of_the_page(self, block: str) -> None:
        page = oldest().replace('SapoLive">Mở đầu.</h2>', f'SapoLive"><p>{FIRST}</p></h2>{block}')
        assert read(page, OLDEST).lead == FIRST

    def test_an_empty_place_for_which_metadata_stands_in_is_told(self) -> None:
        for empty in ('<h2 class="sapo"></h2>', '<div class="sapo"></div><p>Chia sẻ</p>'):
            article = lead_2021(empty, head=self.META)
            assert (article.lead, article.sources["lead"]) == ("Ba xã có điện.", Source.METADATA)
            assert article.warnings == self.TOLD

    def test_a_page_without_a_place_for_it_is_not_told(self) -> None:
        article = lead_2021("", head=self.META)
        assert (article.lead, article.warnings) == ("Ba xã có điện.", ())
        assert lead_2021('<h2 class="sapo"></h2>').warnings == ()

    @pytest.mark.parametrize(
        "behind",
        [
            "<p>Đoạn.</p>" * 5,
            "<p>" + "Nước rút chậm. " * 80 + "</p>",
            "<p>Hai.</p>Ba.",
            "<p>Nghe đọc bài</p>",
        ],
    )
    def test_paragraphs_that_may_be_no_lead_are_none(self, behind: str) -> None:
        article = lead_2021(f'<h2 class="sapo">{behind}</h2>', head=self.META)
        assert (article.lead, article.warnings) == ("Ba xã có điện.", self.TOLD)

    def test_within_the_body_they_are_paragraphs_of_it(self) -> None:
        page = oldest(head=self.META).replace('<h2 id="plhMain_NewsDetail1_divSapoLive">Mở đầu.</h2>', "")
        lead = f'<h2 id="plhMain_NewsDetail1_divSapoLive"><p>{FIRST}</p></h2>'
        article = read(page.replace("<p>Một đoạn.</p>", f"{lead}<p>Một đoạn.</p>"), OLDEST)
        assert (article.lead, article.body) == ("Ba xã có điện.", f"{FIRST}\n\nMột đoạn.")
        assert article.warnings == self.TOLD
