"""The rules of the body: nothing of the article is lost in silence, and nothing else gets in."""

from __future__ import annotations

import json

import pytest

from crawler.items import Kind, Source
from crawler.parsers.errors import CutOffError
from tests.parsers.test_pages import AGENCY, NEW, URL, lines, new, old, read, told

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
            "2 paragraphs, pictures or videos, hidden or in a box of links, were left out",
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

    @pytest.mark.parametrize("inner", ["", '<div class="sda_middle">Quảng cáo</div>', "<p>&nbsp;</p>"])
    def test_an_empty_one_within_the_filled_one_does_not_hide_it(self, inner: str) -> None:
        body = f'<div class="cms-body" itemprop="articleBody">{inner}</div><p>Một.</p><p>Hai.</p>'
        page = new(body).replace('article__body cms-body" itemprop="articleBody"', 'article__body"')
        article = read(page, NEW)
        assert (article.body, article.warnings) == ("Một.\n\nHai.", ())
        assert lines(old('</div><p>Một.</p><div class="x">')) == ["Một."]

    def test_of_one_within_another_the_inner_one_that_is_filled_counts(self) -> None:
        body = '<div class="cms-body" itemprop="articleBody"><p>Một.</p></div><p>Mời bạn đọc góp ý.</p>'
        page = new(body).replace('article__body cms-body" itemprop="articleBody"', 'article__body"')
        assert lines(page, NEW) == ["Một."]

    def test_the_next_article_under_the_first_is_another(self) -> None:
        other = '<div class="article"><h1 class="cms-title">Bài khác</h1><div class="cms-body" itemprop="articleBody"><p>Hai.</p></div></div>'
        assert lines(new("<p>Một.</p>").replace("</body>", other + "</body>"), NEW) == ["Một."]

    def test_a_page_cut_within_the_second_part_is_refused(self) -> None:
        page = old('<p>Một.</p></div><div class="contents"><p>Hai rất dài.</p>')
        with pytest.raises(CutOffError):
            read(page[: page.index("rất")])


class TestSignature:
    @pytest.mark.parametrize("last", ["Cầu Ba Lai. Ảnh: TTXVN", "Lễ Thượng Cờ - Ảnh: Hải Vân/TTXVN"])
    def test_a_caption_as_last_paragraph_is_none(self, last: str) -> None:
        article = read(old(f"<p>Một.</p><p>{last}</p>", author=""))
        assert (article.byline, article.contributors) == (None, ())
        assert article.body == f"Một.\n\n{last}"

    @pytest.mark.parametrize(
        "last", ["Tin, ảnh: Hải Vân (TTXVN)", "Bài: Hải Vân. Ảnh: Minh Khuê/TTXVN", "Chùm ảnh: Hải Vân/TTXVN"]
    )
    def test_one_that_says_what_was_done_is(self, last: str) -> None:
        article = read(old(f"<p><img src='/a/b.jpg'></p><p>{last}</p>", author=""))
        assert (article.byline, article.body) == (last, None)

    @pytest.mark.parametrize(
        ("last", "byline"),
        [
            ("<p>(TTXVN/Vietnam+)</p>", "Minh Hà (TTXVN/Vietnam+)"),
            ("<p>TTXVN</p>", "Minh Hà/TTXVN"),
            ("<p><strong>Minh Hà</strong></p>", "Minh Hà"),
            ("<p>Minh Hà</p><p>(TTXVN)</p>", "Minh Hà (TTXVN)"),
        ],
    )
    def test_a_header_author_and_what_the_end_adds(self, last: str, byline: str) -> None:
        page = new(f"<p>Một.</p>{last}", inner='<span class="author cms-author">Minh Hà</span>')
        article = read(page, NEW)
        assert (article.byline, article.body) == (byline, "Một.")
        assert article.contributors[0].name == "Minh Hà"

    def test_a_name_and_its_agency_in_two_paragraphs(self) -> None:
        article = read(new("<p>Một.</p><p>Linh Sơn</p><p>(TTXVN/Báo Tin tức)</p>"), NEW)
        assert (article.byline, article.body) == ("Linh Sơn (TTXVN/Báo Tin tức)", "Một.")
        assert [one.name for one in article.contributors] == ["Linh Sơn"]


class TestPhotoCreditLine:
    """``Ảnh: TTXVN`` on a line of its own: whose the pictures are, never who alone wrote the article."""

    FIGURE = '<figure><img src="/a/{0}.jpg"><figcaption>{1}</figcaption></figure>'

    @pytest.mark.parametrize(
        ("author", "byline"),
        [
            ("Linh Sơn (TTXVN)", "Linh Sơn (TTXVN) - Ảnh: Minh Khuê"),
            ("TTXVN/Báo Tin tức", "TTXVN/Báo Tin tức - Ảnh: Minh Khuê"),
            ("Linh Sơn (TTXVN) - Ảnh: Minh Khuê", "Linh Sơn (TTXVN) - Ảnh: Minh Khuê"),
        ],
    )
    def test_as_last_line_it_adds_to_the_byline_of_its_own_place(self, author: str, byline: str) -> None:
        article = read(old("<p>Một.</p><p>Ảnh: Minh Khuê</p>", author=author))
        assert (article.byline, article.body) == (byline, "Một.")
        assert [(one.name, one.role) for one in article.contributors][1:] == [("Minh Khuê", "photo")]

    @pytest.mark.parametrize("last", ["Ảnh: TTXVN", "Ảnh: Minh Khuê", "ẢNH: MINH KHUÊ/TTXVN"])
    def test_below_a_signature_it_adds_to_that(self, last: str) -> None:
        article = read(old(f"<p>Một.</p><p>Linh Sơn (TTXVN)</p><p>{last}</p>", author=""))
        assert (article.byline, article.body) == (f"Linh Sơn (TTXVN) - {last}", "Một.")
        assert [one.role for one in article.contributors] == ["text", "photo"]

    def test_below_a_name_and_its_agency_it_adds_to_both(self) -> None:
        article = read(old("<p>Một.</p><p>Linh Sơn</p><p>(TTXVN)</p><p>Ảnh: TTXVN</p>", author=""))
        assert (article.byline, article.body) == ("Linh Sơn (TTXVN) - Ảnh: TTXVN", "Một.")

    def test_it_does_not_take_the_place_of_the_author_in_metadata(self) -> None:
        stated = '{"@type": "NewsArticle", "author": {"name": "Linh Sơn"}}'
        head = f'<script type="application/ld+json">{stated}</script>'
        article = read(old("<p>Một.</p><p>Ảnh: TTXVN</p>", head=head, author=""))
        assert (article.byline, article.body) == ("Linh Sơn - Ảnh: TTXVN", "Một.")
        assert [(one.name, one.role) for one in article.contributors] == [
            ("Linh Sơn", "text"),
            (None, "photo"),
        ]

    def test_with_no_other_byline_it_tells_of_the_pictures_only(self) -> None:
        article = read(old("<p>Một.</p><p>Ảnh: TTXVN</p>", author=""))
        assert (article.byline, article.body) == ("Ảnh: TTXVN", "Một.")
        assert [(one.name, one.role) for one in article.contributors] == [(None, "photo")]

    @pytest.mark.parametrize("last", ["Ảnh minh họa: TTXVN", "Ảnh tư liệu: TTXVN"])
    @pytest.mark.parametrize("author", ["", "Linh Sơn (TTXVN)"])
    def test_said_of_one_picture_it_is_no_byline(self, last: str, author: str) -> None:
        article = read(old(f"<p>Một.</p><p>{last}</p>", author=author))
        assert (article.byline, article.body) == (author or None, f"Một.\n\n{last}")

    @pytest.mark.parametrize("after", ["", "<p>Hai.</p>"])
    def test_behind_the_one_picture_whose_caption_lacks_it_it_is_its_credit(self, after: str) -> None:
        pictures = self.FIGURE.format(1, "Chợ. Ảnh: AFP") + "<p>Một.</p>" + self.FIGURE.format(2, "Cầu.")
        article = read(old(f"{pictures}<p><em>Ảnh: TTXVN</em></p>{after}"))
        assert [(one.caption, one.credit) for one in article.photos] == [("Chợ.", "AFP"), ("Cầu.", "TTXVN")]
        assert article.photos[1].caption_raw == "Cầu. Ảnh: TTXVN"
        assert article.body == ("Một.\n\nHai." if after else "Một.")
        assert article.byline == "Linh Sơn (TTXVN)"

    def test_behind_several_whose_captions_lack_it_it_is_not_the_last_one_s_alone(self) -> None:
        pictures = self.FIGURE.format(1, "Chợ.") + self.FIGURE.format(2, "Cầu.")
        article = read(old(f"<p>Một.</p>{pictures}<p>Ảnh: Minh Khuê/TTXVN</p>", author=""))
        assert [one.credit for one in article.photos] == [None, None]
        assert (article.byline, article.body) == ("Ảnh: Minh Khuê/TTXVN", "Một.")


class TestCaptions:
    @pytest.mark.parametrize("page", [old, new])
    @pytest.mark.parametrize(
        "picture",
        [
            '<p><img src="/images/a/b.jpg"></p>',
            '<figure><img src="/images/a/b.jpg"><figcaption></figcaption></figure>',
            '<figure><img src="/images/a/b.jpg" alt="Chú thích ảnh"></figure>',
        ],
    )
    def test_a_line_with_a_credit_behind_a_bare_picture(self, page: object, picture: str) -> None:
        body = f"<p>Một.</p>{picture}<p><em>Cầu Ba Lai. Ảnh: TTXVN</em></p><p>Hai.</p>"
        article = read(old(body)) if page is old else read(new(body), NEW)
        assert article.body == "Một.\n\nHai."
        assert [(one.caption, one.credit, one.paragraph) for one in article.photos] == [
            ("Cầu Ba Lai.", "TTXVN", 1)
        ]

    def test_a_line_without_credit_or_further_on_is_text(self) -> None:
        body = '<p><img src="/a/b.jpg"></p><p>Một.</p><p>Cầu Ba Lai. Ảnh: TTXVN</p><p>Hai.</p>'
        assert lines(old(body)) == ["Một.", "Cầu Ba Lai. Ảnh: TTXVN", "Hai."]

    @pytest.mark.parametrize(
        "line",
        [
            "Mưa lớn kéo dài ba ngày (Nguồn: Đài Khí tượng) đã làm sạt hai đoạn đê ở xã Ba Lai.",
            "Theo số liệu mới (ảnh: bản đồ ngập), nước còn lên.",
            "Bản đồ ngập. Nguồn: Đài Khí tượng. Theo đó nước sẽ còn lên trong hai ngày tới.",
            "Ảnh: TTXVN. Chiều cùng ngày, nước ở cầu Ba Lai bắt đầu rút chậm.",
        ],
    )
    def test_a_line_whose_credit_does_not_end_it_is_text(self, line: str) -> None:
        article = read(old(f'<p><img src="/a/b.jpg"></p><p>{line}</p><p>Hai.</p>'))
        assert article.body == f"{line}\n\nHai."
        assert article.photos[0].caption_raw is None

    @pytest.mark.parametrize(
        "line",
        [
            "Các xe chờ qua cầu. Ảnh: TTXVN phát",
            "Cầu cũ. Ảnh tư liệu: Hải Vân/TTXVN",
            "Ảnh minh họa: TTXVN",
            "Đội tuyển tập buổi cuối. (Ảnh: FIFA).",
            "Cầu Ba Lai (Nguồn: Vietnam+)",
            "Cầu Ba Lai. Ảnh TTXVN.",
        ],
    )
    def test_one_whose_credit_ends_it_is_a_caption(self, line: str) -> None:
        article = read(old(f'<p><img src="/a/b.jpg"></p><p>{line}</p><p>Hai.</p>'))
        assert (article.body, article.photos[0].caption_raw) == ("Hai.", line)

    SOURCED = (
        "Kim ngạch xuất khẩu đạt 5 tỷ USD (Nguồn: Bộ Công Thương).",
        "Kim ngạch xuất khẩu đạt 5 tỷ USD. (Nguồn: Bộ Công Thương)",
        "Kim ngạch xuất khẩu đạt 5 tỷ USD (Nguồn: Bộ Công Thương)",
        "Giá dầu tăng 2%, cao nhất từ đầu năm. Nguồn: Reuters",
    )

    @pytest.mark.parametrize("page", [old, new])
    @pytest.mark.parametrize("line", SOURCED)
    def test_a_sentence_that_names_its_source_is_text(self, page: object, line: str) -> None:
        body = f'<p><img src="/images/a/b.jpg"></p><p>{line}</p><p>Hai.</p>'
        article = read(old(body)) if page is old else read(new(body), NEW)
        assert (article.body, article.photos[0].caption_raw) == (f"{line}\n\nHai.", None)

    @pytest.mark.parametrize("line", SOURCED)
    @pytest.mark.parametrize(
        "block",
        ["<p><em>{}</em></p>", '<p style="text-align: center">{}</p>', "<div align=center><i>{}</i></div>"],
    )
    def test_one_that_is_set_as_captions_are_is_one(self, line: str, block: str) -> None:
        article = read(old(f'<p><img src="/images/a/b.jpg"></p>{block.format(line)}<p>Hai.</p>'))
        assert (article.body, article.photos[0].caption_raw) == ("Hai.", line)

    @pytest.mark.parametrize("line", ["Nguồn: Bộ Công Thương", "Sơ đồ. Nguồn ảnh: Đài Truyền hình Việt Nam"])
    def test_a_source_that_is_all_of_the_line_or_of_a_picture_is_that_of_the_picture(self, line: str) -> None:
        article = read(old(f'<p><img src="/images/a/b.jpg"></p><p>{line}</p><p>Hai.</p>'))
        assert (article.body, article.photos[0].caption_raw) == ("Hai.", line)

    @pytest.mark.parametrize("page", [old, new])
    @pytest.mark.parametrize(
        "frame",
        [
            "<figure>{}<figcaption>Chợ nổi<br>Ảnh: Hải Vân<br>Chợ có từ xưa.</figcaption></figure>",
            "<figure>{}<figcaption><p>Chợ nổi</p><p>Ảnh: Hải Vân</p><p>Chợ có từ xưa.</p></figcaption></figure>",
            "<figure>{}Chợ nổi<br>Ảnh: Hải Vân<br>Chợ có từ xưa.</figure>",
            '<figure>{}</figure><div class="caption">Chợ nổi<br>Ảnh: Hải Vân<br>Chợ có từ xưa.</div>',
            '<table class="picture"><tr><td>{}</td></tr><tr><td class="caption">Chợ nổi<br>Ảnh: Hải Vân<br>'
            "Chợ có từ xưa.</td></tr></table>",
        ],
    )
    def test_the_lines_of_a_caption_end_its_credit(self, page: object, frame: str) -> None:
        image = '<img src="/images/a/b.jpg">'
        body = f"<p>Một.</p>{frame.format(image)}<p>Hai.</p>"
        article = read(old(body)) if page is old else read(new(body), NEW)
        assert article.body == "Một.\n\nHai."
        assert [(one.caption, one.credit, one.caption_raw) for one in article.photos] == [
            ("Chợ nổi Chợ có từ xưa.", "Hải Vân", "Chợ nổi Ảnh: Hải Vân Chợ có từ xưa.")
        ]

    @pytest.mark.parametrize("name", ["srcset", "data-srcset"])
    def test_a_picture_with_nothing_but_a_set(self, name: str) -> None:
        image = f'<img src="data:image/gif;base64," {name}="/images/a/s.jpg 320w, /images/a/l.jpg 1200w">'
        article = read(old(f"<p>Một.</p><figure>{image}<figcaption>Cầu. Ảnh: TTXVN</figcaption></figure>"))
        assert article.body == "Một."
        assert [(one.url, one.credit) for one in article.photos] == [
            ("https://baotintuc.vn/images/a/l.jpg", "TTXVN")
        ]

    def test_one_of_no_usable_picture_is_told_and_no_text_nor_another_s(self) -> None:
        other = '<figure><img src="/images/a/b.jpg"></figure>'
        article = read(
            old(f'<p>Một.</p>{other}<figure><img src="data:x"><figcaption>Cầu. Ảnh: A</figcaption></figure>')
        )
        assert (article.body, article.photos[0].caption_raw) == ("Một.", None)
        assert article.warnings == ("a caption without a picture of its own was left out: Cầu. Ảnh: A",)

    @pytest.mark.parametrize(
        ("common", "captions", "warnings"),
        [
            ("Ảnh: TTXVN", ["Cầu. Ảnh: TTXVN", "Chợ. Ảnh: TTXVN"], 0),
            ("Phố sau mưa.", ["Cầu.", "Chợ."], 1),
        ],
    )
    def test_of_a_group_whose_pictures_have_their_own(
        self, common: str, captions: list[str], warnings: int
    ) -> None:
        figure = '<figure><img data-src="/images/{0}/{0}.jpg" data-image-id="{0}"><figcaption>{1}</figcaption></figure>'
        group = f'<div class="layout-image-2">{figure.format(1, "Cầu.")}{figure.format(2, "Chợ.")}<figcaption>{common}</figcaption></div>'
        article = read(new(f"<p>Một.</p>{group}<p>Hai.</p>"), NEW)
        assert article.body == "Một.\n\nHai."
        assert [one.caption_raw for one in article.photos] == captions
        assert len(article.warnings) == warnings

    def test_of_a_video_table_is_no_text(self) -> None:
        table = '<table class="video"><tr><td class="vid"><video src="/a.mp4"></video></td></tr><tr><td class="caption">Cảnh lũ. Clip: TTXVN</td></tr></table>'
        article = read(new(f"<p>Một.</p>{table}<p>Hai.</p>"), NEW)
        assert (article.body, len(article.videos)) == ("Một.\n\nHai.", 1)


class TestSwallowed:
    """What an element that is dropped swallows, its end tag missing, is told."""

    REST = f"<p>{'Nước rút chậm. ' * 4}</p>" * 2
    TOLD = "2 paragraphs or pictures were left out with what the template drops: an end tag may be missing"

    @pytest.mark.parametrize(
        "start",
        [
            *(
                '<div class="widget">',
                "<ins class=adsbygoogle>",
                "<ins data-ad-slot=1>",
                "<zone>",
                "<button>",
            ),
            *('<object class="ads">', "<audio>", "<select>", '<iframe src="/x">', '<video src="/a.mp4">'),
        ],
    )
    @pytest.mark.parametrize("page", [old, new])
    def test_by_an_advertisement_or_player(self, page: object, start: str) -> None:
        body = f"<p>Một.</p>{start}{self.REST}"
        article = read(old(body)) if page is old else read(new(body), NEW)
        assert article.body == "Một."
        assert self.TOLD in article.warnings

    def test_by_an_advertisement_of_2026(self) -> None:
        article = read(new(f'<p>Một.</p><div class="sda_middle">{self.REST}'), NEW)
        assert (article.body, article.warnings) == ("Một.", (self.TOLD,))

    def test_by_a_box_of_related_articles_amid_the_body(self) -> None:
        article = read(new(f'<p>Một.</p><div class="article-relate">{STORY}{self.REST}'), NEW)
        assert article.body == "Một."
        assert article.warnings == (
            "2 paragraphs, pictures or videos, hidden or in a box of links, were left out",
        )

    def test_by_the_line_of_the_author_all_but_a_sentence(self) -> None:
        meta = '<div class="article__meta"><p>Hà Anh, phóng viên thường trú tại tỉnh Ba Lai</p>'
        article = read(new(f"<p>Một.</p>{meta}{self.REST}"), NEW)
        assert article.warnings == (self.TOLD,)
        assert read(new(f"<p>Một.</p>{meta}</div>"), NEW).warnings == ()

    def test_pictures_of_advertisements_are_none_of_the_article(self) -> None:
        ad = '<div class="sda_middle"><img src="/ad.jpg"><div>Quảng cáo</div></div>'
        assert read(new(f"<p>Một.</p>{ad}"), NEW).warnings == ()

    def test_words_beside_an_opening_picture_are_told_and_leave_it_its_place(self) -> None:
        avatar = '<div class="article__avatar"><p>Phóng sự.</p><img src="/images/a/b.jpg"></div>'
        article = read(new(inner=avatar), NEW)
        assert [photo.paragraph for photo in article.photos] == [0]
        assert article.warnings == ("1 paragraphs beside an opening picture were left out",)


class TestInsertions:
    @pytest.mark.parametrize("page", [old, new])
    def test_words_that_were_put_in_later_are_text_and_an_advertisement_is_none(self, page: object) -> None:
        body = (
            '<p>Tổng số <ins cite="mailto:bt">mới nhất</ins> là 5.</p><ins data-ad-slot="1">Quảng cáo</ins>'
        )
        assert (lines(old(body)) if page is old else lines(new(body), NEW)) == ["Tổng số mới nhất là 5."]


class TestQuotations:
    @pytest.mark.parametrize("tag", ["span", "div", "p"])
    def test_who_is_quoted_is_no_author_and_stays_with_the_quotation(self, tag: str) -> None:
        quote = f'<blockquote><p>Trích.</p><{tag} class="author">Trần Văn Bình</{tag}></blockquote>'
        article = read(old(f"<p>Một.</p>{quote}", author=""))
        assert (article.byline, article.body) == (None, "Một.\n\nTrích.\n\nTrần Văn Bình")

    def test_in_2016_too(self) -> None:
        quote = '<blockquote>Trích.<div class="author">Trần Văn Bình</div></blockquote><p class="author">Hà Anh (TTXVN)</p>'
        page = f'<html><body><div class="newsdetail"><h1 class="title">T</h1><div class="content-btt"><p>Một.</p>{quote}</div></div></body></html>'
        article = read(page)
        assert (article.byline, article.body) == ("Hà Anh (TTXVN)", "Một.\n\nTrích.\n\nTrần Văn Bình")

    BOXES = (
        "<blockquote>{}</blockquote>",
        '<div class="quote">{}</div>',
        '<div class="cms-quote right">{}</div>',
        '<div class="box-Quote">{}</div>',
    )

    @pytest.mark.parametrize("box", BOXES)
    @pytest.mark.parametrize("tag", ["span", "div", "p"])
    @pytest.mark.parametrize("page", [old, new])
    def test_at_the_end_above_an_agency_he_is_no_author_either(
        self, page: object, tag: str, box: str
    ) -> None:
        quote = box.format(f'Mất rừng là mất làng.<{tag} class="author">Trần Văn Bình</{tag}>')
        body = f"<p>Một.</p>{quote}"
        article = read(old(body, author="TTXVN")) if page is old else read(new(body + AGENCY), NEW)
        assert article.byline in ("TTXVN", "(TTXVN/Vietnam+)")
        assert article.body == "Một.\n\nMất rừng là mất làng.\n\nTrần Văn Bình"
        assert article.warnings == ()

    @pytest.mark.parametrize(
        "last",
        ["<blockquote><p>Hay.</p><p>Trần Văn Bình</p></blockquote>", "<ul><li>Trần Văn Bình</li></ul>"],
    )
    def test_nor_above_an_agency_on_the_last_line(self, last: str) -> None:
        article = read(old(f"<p>Một.</p>{last}<p>(TTXVN)</p>", author=""))
        assert article.byline == "(TTXVN)"
        assert (article.body or "").endswith("Trần Văn Bình")

    def test_a_name_right_below_a_quotation_may_be_either_and_is_told(self) -> None:
        article = read(old("<p>Một.</p><blockquote>Hay.</blockquote><p>Trần Văn Bình</p>", author="TTXVN"))
        assert (article.byline, article.body) == ("TTXVN", "Một.\n\nHay.\n\nTrần Văn Bình")
        assert article.warnings == told("Trần Văn Bình")

    def test_what_signs_below_a_quotation_is_the_byline(self) -> None:
        article = read(old("<p>Một.</p><blockquote>Hay.</blockquote><p>Hà Anh</p><p>(TTXVN)</p>", author=""))
        assert (article.byline, article.body, article.warnings) == ("Hà Anh (TTXVN)", "Một.\n\nHay.", ())

    @pytest.mark.parametrize(
        "box", ["<blockquote>Hay.<p>{}</p></blockquote>", "<ol><li>Hay.</li><li>{}</li></ol>"]
    )
    def test_what_would_sign_were_it_not_in_a_quotation_or_list_stays_and_is_told(self, box: str) -> None:
        article = read(old("<p>Một.</p>" + box.format("Hà Anh (TTXVN)"), author=""))
        assert (article.byline, article.body) == (None, "Một.\n\nHay.\n\nHà Anh (TTXVN)")
        assert article.warnings == told("Hà Anh (TTXVN)")

    def test_a_signature_above_a_list_is_told(self) -> None:
        article = read(
            old("<p>Một.</p><p>Hà Anh (TTXVN)</p><ul><li>Ý kiến xin gửi về tòa soạn</li></ul>", author="")
        )
        assert (article.byline, article.warnings) == (None, told("Hà Anh (TTXVN)"))

    @pytest.mark.parametrize("name", ["quote", "interview-zone"])
    def test_the_author_block_in_a_quotation_of_2021_is_text(self, name: str) -> None:
        quote = (
            f'<div class="{name}">Hay.<p class="author">Ông Trần Văn Bình, Trưởng thôn</p></div><p>Hai.</p>'
        )
        article = read(old(f"<p>Một.</p>{quote}"))
        assert article.body == "Một.\n\nHay.\n\nÔng Trần Văn Bình, Trưởng thôn\n\nHai."
        assert (article.byline, article.warnings) == ("Linh Sơn (TTXVN)", ())


class TestTwins:
    """Blocks for wide and for narrow screens."""

    @staticmethod
    def block(screen: str, text: str) -> str:
        return f'<div data-display="{screen}"><p>{text}</p></div>'

    def test_in_two_rows_each_is_read_once(self) -> None:
        blocks = [self.block(screen, text) for screen in ("desktop", "mobile") for text in ("Một.", "Hai.")]
        assert lines(new("".join(blocks)), NEW) == ["Một.", "Hai."]

    def test_with_an_advertisement_between_them_it_is_read_once(self) -> None:
        ad = '<div class="sda_middle">Quảng cáo</div>'
        body = f"{self.block('desktop', 'Một.')}{ad}{self.block('mobile', 'Một.')}"
        assert lines(new(body), NEW) == ["Một."]

    def test_one_that_says_something_else_is_read(self) -> None:
        body = self.block("desktop", "Một.") + self.block("mobile", "Hai.")
        assert lines(new(body), NEW) == ["Một.", "Hai."]


class TestAttributeCaptions:
    @pytest.mark.parametrize(
        "alt",
        [
            *("Nhập chú thích ảnh", "Hình ảnh", "Ảnh tư liệu", "Ảnh 1", "Báo Tin tức", "baotintuc.vn"),
            *("Tiêu đề", "TIÊU ĐỀ.", "Tiêu đề - Ảnh 1.", "Tiêu đề (hình ảnh số 12)", "Mở đầu.", "Mở đầu"),
        ],
    )
    def test_a_placeholder_or_what_the_page_says_elsewhere_is_none(self, alt: str) -> None:
        page = new(f'<figure><img src="/images/a/b.jpg" alt="{alt}"></figure>')
        assert read(page, NEW).photos[0].caption_raw is None

    def test_one_that_is_escaped_twice_is_read_as_it_is_meant(self) -> None:
        page = new('<figure><img src="/images/a/b.jpg" alt="Cầu &amp;quot;mới&amp;quot;"></figure>')
        assert read(page, NEW).photos[0].caption_raw == 'Cầu "mới"'

    def test_one_with_a_number_of_its_own_is_kept(self) -> None:
        page = new('<figure><img src="/images/a/b.jpg" alt="Cầu Ba Lai - Ảnh 2"></figure>')
        assert read(page, NEW).photos[0].caption_raw == "Cầu Ba Lai - Ảnh 2"


class TestOnePhotoOrTwo:
    IMAGE = '<figure><img data-src="https://media.baotintuc.vn/images/{0}/anh.jpg.avif"{1}><figcaption>{2}</figcaption></figure>'

    def photos(self, *images: tuple[str, str], inner: str = "") -> list[str | None]:
        body = "".join(self.IMAGE.format(at, name, said) for at, (name, said) in enumerate(images))
        return [photo.caption_raw for photo in read(new(body, inner=inner), NEW).photos]

    def test_of_one_name_with_captions_that_differ_are_two(self) -> None:
        assert self.photos(("", "Cầu."), ("", "Chợ.")) == ["Cầu.", "Chợ."]

    def test_of_one_name_without_ids_or_with_the_same_caption_are_one(self) -> None:
        assert self.photos(("", "Cầu."), ("", "Cầu.")) == ["Cầu."]
        assert self.photos(("", ""), ("", "Cầu.")) == ["Cầu."]

    def test_of_one_name_in_one_group_are_two(self) -> None:
        figures = "".join(self.IMAGE.format(at, "", "") for at in range(2))
        group = f'<div class="layout-image-2">{figures}<figcaption>Hai cầu.</figcaption></div>'
        assert [photo.caption for photo in read(new(group), NEW).photos] == ["Hai cầu.", "Hai cầu."]

    def test_in_a_part_that_repeats_the_paragraphs_it_stands_behind_those_that_stay(self) -> None:
        article = read(old('<p>Một.</p></div><div class="contents"><p>Một.</p><img src="/a/b.jpg">'))
        assert (article.body, [photo.paragraph for photo in article.photos]) == ("Một.", [1])

    def test_a_sign_amid_the_words_is_none(self) -> None:
        article = read(new('<p>Một câu <img class="emoji" alt="🙂" src="/e.png"> tiếp.</p>'), NEW)
        assert (article.body, article.photos) == ("Một câu 🙂 tiếp.", ())

    def test_an_opening_picture_without_id_is_that_of_the_body(self) -> None:
        avatar = '<figure class="article__avatar"><img src="https://media.baotintuc.vn/images/zz/anh.jpg.avif" alt="a.jpg"></figure>'
        assert self.photos((' data-image-id="7"', "Cầu. Ảnh: TTXVN"), inner=avatar) == ["Cầu. Ảnh: TTXVN"]

    FIGURE = '<figure><img src="https://media.baotintuc.vn{0}"><figcaption>{1}</figcaption></figure>'

    def apart(self, one: tuple[str, str], other: tuple[str, str], inner: str = "") -> list[str | None]:
        body = f"{self.FIGURE.format(*one)}<p>Một.</p>{self.FIGURE.format(*other)}<p>Hai.</p>"
        return [photo.caption_raw for photo in read(new(body, inner=inner), NEW).photos]

    @pytest.mark.parametrize(
        "name", ["image", "1", "anh-2", "IMG_0012", "hinh-anh-3", "unnamed", "kk", "download (1)"]
    )
    @pytest.mark.parametrize(
        "captions", [("", ""), ("", "Chợ."), ("Ảnh: TTXVN", "Ảnh: TTXVN"), ("Cầu", "Cầu và chợ.")]
    )
    def test_of_a_name_that_any_may_have_two_apart_are_two(
        self, name: str, captions: tuple[str, str]
    ) -> None:
        one, other = (f"/images/{at}/{name}.jpg.avif" for at in ("a1", "b2"))
        assert self.apart((one, captions[0]), (other, captions[1])) == [said or None for said in captions]

    @pytest.mark.parametrize(
        "name", ["cau-ba-lai", "vay-tien-3533-5585", "IMG_20240316_083015", "z5261234567890"]
    )
    def test_of_a_name_that_no_other_has_they_are_one(self, name: str) -> None:
        one, other = (f"/images/{at}/{name}.jpg.avif" for at in ("a1", "b2"))
        assert self.apart((one, ""), (other, "Cầu.")) == ["Cầu."]

    def test_of_one_address_they_are_one_whatever_the_name(self) -> None:
        assert self.apart(("/images/a1/1.jpg", ""), ("/images/a1/1.jpg", "Cầu.")) == ["Cầu."]

    def test_older_addresses_tell_by_all_that_is_below_the_upload(self) -> None:
        one, other = "/Upload/x/files/2024/03/cau-ba-lai.jpg", "/Upload/x/files/2024/04/cau-ba-lai.jpg"
        assert self.apart((one, ""), (other, "Cầu.")) == [None, "Cầu."]
        assert self.apart((one, ""), (one, "Cầu.")) == ["Cầu."]
        small, large = (f"/{size}/Uploaded/2025/abc/2025_10_09/1.jpg.webp" for size in ("600x315", "w1000"))
        assert self.apart((small, ""), (large, "Cầu.")) == ["Cầu."]

    def test_an_opening_picture_is_one_of_the_body_and_no_second_one(self) -> None:
        avatar = '<figure class="article__avatar"><img src="https://media.baotintuc.vn/images/zz/1.jpg.avif"></figure>'
        one, other = "/images/a1/1.jpg.avif", "/images/b2/1.jpg.avif"
        assert self.apart((one, "Cầu."), (other, ""), inner=avatar) == ["Cầu.", None]

    def test_ids_of_their_own_make_two_whatever_the_name(self) -> None:
        assert self.photos((' data-image-id="7"', ""), (' data-image-id="8"', "")) == [None, None]


class TestSection:
    @staticmethod
    def section(*crumbs: tuple[int, str, str]) -> str | None:
        items = [{"position": at, "item": {"@id": url, "name": name}} for at, name, url in crumbs]
        stated = json.dumps({"@type": "BreadcrumbList", "itemListElement": items})
        head = f'<meta property="og:title" content="Tiêu đề"><script type="application/ld+json">{stated}</script>'
        section = read(new(head=head), NEW).section
        return section.name if section else None

    HOME = (1, "Trang chủ", "https://baotintuc.vn/")
    PARENT = (2, "Xã hội", "https://baotintuc.vn/xa-hoi/")
    LEAF = (3, "Giao thông", "https://baotintuc.vn/xa-hoi/giao-thong/")

    def test_the_last_by_position_that_is_a_section(self) -> None:
        assert self.section(self.HOME, self.PARENT, self.LEAF) == "Giao thông"
        assert self.section(self.LEAF, self.HOME, self.PARENT) == "Giao thông"
        assert self.section(self.HOME, self.PARENT, (3, "Bài", NEW)) == "Xã hội"
        assert self.section(self.HOME, self.PARENT, (3, "Tiêu đề", "")) == "Xã hội"

    def test_home_is_none(self) -> None:
        assert self.section(self.HOME) is None
        assert self.section((1, "Báo", "https://baotintuc.vn/")) is None

    def test_of_the_link_on_the_page_home_is_none(self) -> None:
        crumb = '<div class="breadcrumb"><div class="main"><a href="/">Trang chủ</a></div></div>'
        assert read(new(inner=crumb), NEW).section is None


class TestLeftOut:
    A = '<a href="/mua-lu-post798033.html">Mưa lũ</a>'
    B = '<a href="/sat-lo-post798034.html">Sạt lở</a>'

    @pytest.mark.parametrize("links", [f"{A}<br>{B}", f"Xem thêm: {A}; {B}", f"• {A} • {B}"])
    def test_a_paragraph_of_links_to_other_articles_is_related(self, links: str) -> None:
        article = read(new(f"<p>Một.</p><p>{links}</p>"), NEW)
        assert article.body == "Một."
        assert [url[-16:] for url in article.related] == ["-post798033.html", "-post798034.html"]

    @pytest.mark.parametrize("box", ["<p>{} {}</p>", "<table><tr><td>{}</td><td>{}</td></tr></table>"])
    def test_a_picture_that_leads_there_too_is_none_of_the_article(self, box: str) -> None:
        picture = '<a href="/mua-lu-post798033.html"><img src="/images/a/b.jpg"></a>'
        article = read(new(f"<p>Một.</p>{box.format(picture, self.A)}"), NEW)
        assert (article.body, article.photos) == ("Một.", ())
        assert [url[-16:] for url in article.related] == ["-post798033.html"]

    def test_a_picture_that_leads_to_another_article_without_words_is_a_photo(self) -> None:
        picture = '<p><a href="/mua-lu-post798033.html"><img src="/images/a/b.jpg"></a></p>'
        assert len(read(new(f"<p>Một.</p>{picture}"), NEW).photos) == 1

    @pytest.mark.parametrize("tag", ["h2", "p"])
    def test_a_line_that_is_a_keyword_link_is_text(self, tag: str) -> None:
        link = '<a class="cms-relate" href="/mua-lu-post798033.html">Mưa lũ ở Ba Lai</a>'
        assert lines(new(f"<{tag}>{link}</{tag}><p>Một.</p>"), NEW) == ["Mưa lũ ở Ba Lai", "Một."]

    def test_the_furniture_of_an_older_body_in_the_new_design_is_no_text(self) -> None:
        old_parts = '<div class="widget"><a href="#">X</a> cũ</div><div class="likeshare">Chia sẻ</div>'
        article = read(new(f"<p>Một.</p>{old_parts}"), NEW)
        assert (article.body, article.warnings) == ("Một.", ())

    def test_links_in_a_sentence_are_text(self) -> None:
        assert lines(new(f"<p>{self.A} gây {self.B}</p>"), NEW) == ["Mưa lũ gây Sạt lở"]

    @pytest.mark.parametrize("words", ["Xem thêm:", "<strong>Tin liên quan</strong>"])
    def test_words_that_only_announce_links_are_no_text(self, words: str) -> None:
        assert lines(new(f"<p>Một.</p><p>{words}</p>"), NEW) == ["Một."]

    def test_what_nobody_sees_is_no_text(self) -> None:
        hidden = (
            '<p style="color:red; DISPLAY: none">Ẩn.</p><div hidden><p>Ẩn.</p></div><textarea>Ẩn.</textarea>'
        )
        article = read(new(f"<p>Một.</p>{hidden}<datalist><option>Ẩn.</option></datalist>"), NEW)
        assert (article.body, article.warnings) == ("Một.", ())

    def test_a_hidden_paragraph_of_some_length_is_told(self) -> None:
        hidden = '<div style="display:none"><p>Nước rút chậm nên hai xã vẫn chưa có điện trở lại.</p></div>'
        article = read(new(f"<p>Một.</p>{hidden}"), NEW)
        assert article.body == "Một."
        assert len(article.warnings) == 1

    def test_the_buttons_of_a_republished_source_are_no_text(self) -> None:
        toggle = '<a class="link" href="https://www.vietnamplus.vn/a-post1.vnp">https://www.vietnamplus.vn/a-post1.vnp</a> Lấy link'
        source = (
            '<div class="article__source"><div class="source"><span class="name">(TTXVN)</span></div></div>'
        )
        article = read(new(f'<p>Một.</p>{source}<div class="source-toggle">{toggle}</div>'), NEW)
        assert (article.body, article.byline) == ("Một.", "(TTXVN)")

    def test_the_time_of_an_answer_is_not_glued_to_the_name(self) -> None:
        meta = '<div class="meta"><span class="name">Bạn đọc</span><span class="time">10:00</span></div>'
        assert lines(new(f'<div class="interview-zone">{meta}</div>'), NEW) == ["Bạn đọc", "10:00"]


class TestStatedAuthor:
    @staticmethod
    def page(author: str) -> str:
        stated = json.dumps(
            {"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "author": {"name": author}}}
        )
        return old(head=f'<script type="application/ld+json">{stated}</script>', author="")

    def test_glued_to_the_agency_it_is_no_byline_as_printed(self) -> None:
        article = read(self.page("Hải VânTTXVN"))
        assert article.byline is None
        assert [(one.name, one.agency) for one in article.contributors] == [("Hải Vân", "TTXVN")]
        assert article.sources["contributors"] is Source.METADATA

    def test_as_one_would_print_it_is(self) -> None:
        assert read(self.page("Hải Vân")).byline == "Hải Vân"


class TestStatedVideo:
    STATED = '<script type="application/ld+json">{"@type": "VideoObject", "contentUrl": "https://media.baotintuc.vn/a.mp4"}</script>'

    def test_of_a_text_that_shows_none_is_none_of_it(self) -> None:
        assert read(old(head=self.STATED)).videos == ()

    def test_of_a_video_is_its_own(self) -> None:
        article = read(old("", head=self.STATED), URL.replace("/xa-hoi/", "/video/"))
        assert (article.kind, len(article.videos)) == (Kind.VIDEO, 1)
