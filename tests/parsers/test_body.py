"""The rules of the body: nothing of the article is lost in silence, and nothing else gets in."""

from __future__ import annotations

import pytest

from crawler.parsers.errors import CutOffError
from tests.parsers.test_pages import NEW, lines, new, old, read

STORY = (
    '<article class="story"><h2 class="story__heading"><a class="cms-link" href="/mua-lu-post798033.html">'
    'Mưa lũ chia cắt ba xã</a></h2><p class="story__summary">Nước lên nhanh trong đêm, ba xã phải đi xuồng ra ngoài.</p>'
    '<a href="/mua-lu-post798033.html"><img src="/images/ee/lu.jpg"></a></article>'
)
BOX = f'<div class="related-news"><h3>Tin liên quan</h3>{STORY}</div>'


class TestRelatedBox:
    def test_what_stands_behind_it_is_read(self) -> None:
        behind = '<p>Hai.</p><div>Ba.</div><figure><img src="/images/a/b.jpg"><figcaption>Cầu.</figcaption></figure>'
        article = read(new(f"<p>Một.</p>{BOX}{behind}<ul><li>Bốn.</li></ul>"), NEW)
        assert article.body == "Một.\n\nHai.\n\nBa.\n\nBốn."
        assert [photo.caption for photo in article.photos] == ["Cầu."]
        assert article.related == ("https://baotintuc.vn/mua-lu-post798033.html",)
        assert article.warnings == ()

    def test_what_it_swallows_of_the_article_is_told(self) -> None:
        open_box = (
            f'<div class="related-news">{STORY}<p>Nước rút chậm nên hai xã vẫn chưa có điện trở lại.</p>'
        )
        article = read(new(f'<p>Một.</p>{open_box}<figure><img src="/images/a/b.jpg"></figure></div>'), NEW)
        assert article.body == "Một."
        assert article.warnings == (
            "2 paragraphs, pictures or videos in the box of related articles were left out",
        )


class TestSeveralBodies:
    def test_all_parts_of_one_body_are_read_in_order(self) -> None:
        parts = (
            '<p>Một.</p></div><p>Quảng cáo</p><div class="contents"></div><div class="contents"><p>Hai.</p>'
        )
        assert lines(old(parts)) == ["Một.", "Hai."]
        parts = '<p>Một.</p></div><div class="article__body cms-body" itemprop="articleBody"><p>Hai.</p>'
        assert lines(new(parts), NEW) == ["Một.", "Hai."]

    def test_one_within_another_is_read_once(self) -> None:
        assert lines(
            new('<p>Một.</p><div class="cms-body" itemprop="articleBody"><p>Hai.</p></div>'), NEW
        ) == [
            "Một.",
            "Hai.",
        ]

    def test_one_that_repeats_another_is_read_once(self) -> None:
        twin = '<p>Một.</p></div><div class="cms-body" itemprop="articleBody"><p>Một.</p>'
        assert lines(new(twin), NEW) == ["Một."]

    @pytest.mark.parametrize("ad", ["", '<div class="sda_middle">Quảng cáo</div>'])
    def test_an_empty_one_does_not_hide_the_filled_one(self, ad: str) -> None:
        page = new("<p>Một.</p>", inner=f'<div itemprop="articleBody">{ad}</div>')
        article = read(page.replace('cms-body" itemprop="articleBody"', '"'), NEW)
        assert (article.body, article.warnings) == ("Một.", ())

    def test_the_next_article_under_the_first_is_another(self) -> None:
        other = '<div class="article"><h1 class="cms-title">Bài khác</h1><div class="cms-body" itemprop="articleBody"><p>Hai.</p></div></div>'
        assert lines(new("<p>Một.</p>").replace("</body>", other + "</body>"), NEW) == ["Một."]

    def test_a_page_cut_within_the_second_part_is_refused(self) -> None:
        page = old('<p>Một.</p></div><div class="contents"><p>Hai rất dài.</p>')
        with pytest.raises(CutOffError):
            read(page[: page.index("rất")])
