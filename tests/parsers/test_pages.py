"""The rules of pages that no fixture states: encodings, limits, identity, times, metadata, warnings."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from crawler.items import Article, Kind, Source
from crawler.parsers import parse_article
from crawler.parsers.errors import (
    BlockedError,
    CutOffError,
    EmptyPageError,
    NotArticleError,
    NotHtmlError,
    TooLargeError,
)
from crawler.parsers.limits import without_inline_images
from crawler.parsers.media.photos import original
from crawler.parsers.metadata import read_json

URL = "https://baotintuc.vn/xa-hoi/bai-thu-20240316083015204.htm"
NEW = "https://baotintuc.vn/bai-thu-post798200.html"


def old(
    body: str = "<p>Một đoạn.</p>", *, head: str = "", author: str = "Linh Sơn (TTXVN)", live: str = "0"
) -> str:
    """A small page of template 2021."""
    return (
        f'<html><head><meta charset="utf-8">{head}</head><body><div class="detail-left"><h1 class="detail-title">Tiêu đề'
        '</h1><div class="date"><span class="txt">Thứ Bảy, 16/03/2024 08:45</span><h4 class="cate">'
        '<a href="/xa-hoi-129ct0.htm">Xã hội</a></h4></div><h2 class="sapo">Mở đầu.</h2><div class="boxdetail">'
        f'<div class="contents">{body}</div><div class="author">{author}</div></div></div>'
        f'<input id="hdLive" value="{live}"></body></html>'
    )


def new(body: str = "<p>Một đoạn.</p>", *, head: str = "", inner: str = "") -> str:
    """A small page of template 2026."""
    return (
        f'<html><head><meta charset="utf-8">{head}</head><body class="detail-normal"><div class="article">'
        f'<h1 class="article__title cms-title">Tiêu đề</h1>{inner}<div class="article__sapo cms-desc"><p>Mở đầu.</p></div>'
        f'<div class="article__body cms-body" itemprop="articleBody">{body}</div><div class="end"></div></div></body></html>'
    )


OLDEST = "https://baotintuc.vn/xa-hoi/bai-thu-20180604093015204.htm"


def oldest(
    date: str = '<div class="date">Thứ Hai, 04/06/2018 09:45</div>',
    *,
    head: str = "",
    region: str = "newsdetail",
    below: str = "",
) -> str:
    """A small page of template 2016, with the clock that stands in its header."""
    return (
        f'<html><head><meta charset="utf-8">{head}</head><body><div id="header"><span class="date">Thứ Ba, 05/11/2019 '
        f'10:00</span></div><div class="{region}"><h1 class="title">Tiêu đề</h1>{date}'
        '<h2 id="plhMain_NewsDetail1_divSapoLive">Mở đầu.</h2><div id="plhMain_NewsDetail1_divContentLive">'
        f"<p>Một đoạn.</p></div>{below}</div></body></html>"
    )


def signed(*last: str, end: str = "", **rest: str) -> Article:
    """A page of template 2026 whose last paragraphs are these, as read."""
    paragraphs = "".join(f"<p>{line}</p>" for line in ("Một đoạn.", *last))
    return read(new(paragraphs + end, **rest), NEW)


def stated(**article: object) -> str:
    """The JSON-LD of an article."""
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **article})}</script>'


def read(page: str | bytes, url: str = URL) -> Article:
    """Parse a page of text or bytes."""
    return parse_article(page.encode() if isinstance(page, str) else page, url)


def lines(page: str, url: str = URL) -> list[str]:
    """The paragraphs of a page."""
    return (read(page, url).body or "").split("\n\n")


class TestEncoding:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_a_page_reads_the_same_in_any_encoding(self, encoding: str) -> None:
        assert read(old().encode(encoding)).headline == "Tiêu đề"

    def test_utf_8_wins_over_a_wrong_declaration(self) -> None:
        assert read(old().replace("utf-8", "windows-1252")).headline == "Tiêu đề"

    def test_bytes_that_cannot_be_read_are_replaced_and_counted(self) -> None:
        article = read(old("<p>Một \x00đoạn.</p>").encode().replace(b"\x00", b"\xff"))
        assert article.body == "Một \ufffdđoạn."
        assert article.warnings == ("1 characters could not be decoded",)

    def test_bytes_that_are_no_text_are_no_page(self) -> None:
        with pytest.raises(NotHtmlError, match="no text in utf-8"):
            read(b"<html>" + b"\xff\xc0" * 500)


class TestLimits:
    def test_a_page_at_the_limit_of_tags_is_read_and_one_beyond_it_refused(self) -> None:
        tags = old().count("<")
        assert read(old("<p>x" * (20_000 - tags + 2))).body
        with pytest.raises(TooLargeError, match="tags"):
            read(old("<p>x" * 20_001))

    def test_too_much_text_is_refused(self) -> None:
        with pytest.raises(TooLargeError, match="text"):
            read(old("<p>" + "chữ " * 260_000 + "</p>"))

    def test_nothing_deeper_than_the_limit_is_dropped_silently(self) -> None:
        assert read(old("<div>" * 100 + "đáy" + "</div>" * 100)).body == "đáy"
        with pytest.raises(TooLargeError, match="nested deeper"):
            read(old("<div>" * 400 + "đáy" + "</div>" * 400))

    def test_too_many_bytes_are_refused(self) -> None:
        with pytest.raises(TooLargeError, match="bytes"):
            read(b"<html>" + b" " * 9_000_000)

    def test_inline_images_go_and_nothing_else(self) -> None:
        page = (
            b"<img src=\"data:image/png;base64,AAAA\"> a <i style='url(data:x;base64,BB)'>b</i>;base64,C<p>"
        )
        assert without_inline_images(page) == (
            b"<img src=\"data:image/png;base64,\"> a <i style='url(data:x;base64,)'>b</i>;base64,<p>"
        )


class TestRefusals:
    @pytest.mark.parametrize(
        ("page", "error"),
        [
            (b"", EmptyPageError),
            (b" \n\t", EmptyPageError),
            (b"<html><body></body></html>", EmptyPageError),
            (b"%PDF-1.4 ...", NotHtmlError),
            (b"\x1f\x8b\x08\x00", NotHtmlError),
            (b'{"a": 1}', NotHtmlError),
            (b"<html><head><title>Access Denied</title></head><body>x</body></html>", BlockedError),
            (b"<html><body><p>Xin chao</p></body></html>", NotArticleError),
        ],
    )
    def test_what_is_no_article_says_so(self, page: bytes, error: type[Exception]) -> None:
        with pytest.raises(error):
            read(page, "https://baotintuc.vn/gioi-thieu.htm")

    def test_an_article_about_a_blockade_is_an_article(self) -> None:
        page = old("<p>Trang web bảo trì, captcha, 404, access denied.</p>").replace(
            "Tiêu đề", "Access denied"
        )
        assert read(page).headline == "Access denied"

    def test_a_page_cut_within_the_body_is_refused(self) -> None:
        page = old("<p>Một đoạn rất dài.</p>")
        with pytest.raises(CutOffError):
            read(page[: page.index("rất")])

    def test_a_page_that_merely_leaves_out_its_end_tags_is_read(self) -> None:
        article = read(old().replace("</body></html>", ""))
        assert (article.body, article.warnings) == ("Một đoạn.", ("the page ends without its end tag",))


class TestIdentity:
    def test_the_id_asked_for_is_never_overridden_by_the_canonical_link(self) -> None:
        other = "https://baotintuc.vn/xa-hoi/bai-khac-20240101000000000.htm"
        article = read(old(head=f'<link rel="canonical" href="{other}">'))
        assert (article.id, article.url, article.canonical_link) == ("20240316083015204", URL, other)
        assert article.warnings == ("the canonical link is that of another article, 20240101000000000",)

    def test_the_same_article_under_another_section_takes_the_page_s_own_address(self) -> None:
        own = "https://baotintuc.vn/thoi-su/bai-thu-20240316083015204.htm"
        assert read(old(head=f'<link rel="canonical" href="{own}">')).url == own

    def test_without_a_url_the_canonical_link_counts(self) -> None:
        assert read(old(head=f'<link rel="canonical" href="{URL}">'), "").id == "20240316083015204"

    def test_without_any_address_there_is_no_article(self) -> None:
        with pytest.raises(NotArticleError, match="without an address"):
            read(old(), "")

    def test_without_an_id_the_url_gives_one(self) -> None:
        article = read(old(), "https://baotintuc.vn/gioi-thieu/")
        assert article.id.startswith("url-")
        assert len(article.id) == 20

    def test_a_page_that_calls_itself_another_article_is_told(self) -> None:
        assert read(old(head='<input id="hdNewsId" value="20200101000000000">')).warnings == (
            "the page calls itself article 20200101000000000",
        )


class TestTimes:
    def test_the_most_precise_source_counts(self) -> None:
        article = read(
            old(head='<meta property="article:published_time" content="2024-03-16T08:45:31+07:00">')
        )
        assert article.published_at == datetime.fromisoformat("2024-03-16T08:45:31+07:00")
        assert article.sources["published_at"] is Source.METADATA

    def test_among_equals_the_template_s_place_counts(self) -> None:
        article = read(
            old(head='<meta property="article:published_time" content="2024-03-16T08:45:00+07:00">')
        )
        assert article.sources["published_at"] is Source.TEMPLATE
        assert article.warnings == ()

    @pytest.mark.parametrize(
        "stated", ["2024-03-16T08:45:33Z", "2024-03-16T08:51:20+07:00", "2024-03-18T08:45:33+07:00"]
    )
    def test_a_more_precise_source_that_says_another_time_does_not_count_and_is_told(
        self, stated: str
    ) -> None:
        article = read(old(head=f'<meta property="article:published_time" content="{stated}">'))
        assert article.published_at == datetime.fromisoformat("2024-03-16T08:45:00+07:00")
        assert article.sources["published_at"] is Source.TEMPLATE
        assert [warning[:50] for warning in article.warnings] == [
            "published: the page says 2024-03-16T08:45:00+07:00"
        ]

    def test_a_minute_apart_is_no_contradiction(self) -> None:
        article = read(
            old(head='<meta property="article:published_time" content="2024-03-16T08:46:05+07:00">')
        )
        assert article.published_at == datetime.fromisoformat("2024-03-16T08:45:00+07:00")
        assert article.warnings == ()

    def test_a_date_that_cannot_be_read_is_null_and_told(self) -> None:
        article = read(old().replace("16/03/2024 08:45", "hôm qua"))
        assert article.published_at is None
        assert "published_at" not in article.sources
        assert article.warnings == ("published: the page is not a date",)

    def test_published_long_before_it_was_created_is_told(self) -> None:
        article = read(old().replace("16/03/2024", "10/03/2024"))
        assert article.warnings[0].startswith(
            "published: 2024-03-10T08:45:00+07:00 is before the article was created"
        )

    def test_published_long_after_it_was_created_is_told(self) -> None:
        article = read(old().replace("16/03/2024", "16/03/2025"))
        assert article.published_at == datetime.fromisoformat("2025-03-16T08:45:00+07:00")
        assert article.warnings == (
            "published: 2025-03-16T08:45:00+07:00 is more than a day after the article was created,"
            " 2024-03-16T08:30:15.204000+07:00",
        )

    def test_a_draft_that_waited_for_the_evening_is_not_told(self) -> None:
        assert read(old().replace("16/03/2024 08:45", "17/03/2024 06:00")).warnings == ()

    @pytest.mark.parametrize("region", ["newsdetail", "redesigned"])
    def test_the_clock_of_the_header_is_no_date_of_the_article(self, region: str) -> None:
        assert read(oldest("", region=region), OLDEST).published_at is None
        meta = '<meta property="article:published_time" content="2018-06-04T09:45:00+07:00">'
        article = read(oldest("", region=region, head=meta), OLDEST)
        assert article.published_at == datetime.fromisoformat("2018-06-04T09:45:00+07:00")
        assert (article.sources["published_at"], article.warnings) == (Source.METADATA, ())

    @pytest.mark.parametrize(
        "date",
        [
            '<div class="date">Thứ Hai, 04/06/2018 09:45</div>',
            '<div class="info"><span class="time">04/06/2018 09:45</span></div>',
        ],
    )
    def test_the_oldest_design_prints_its_date_between_headline_and_body(self, date: str) -> None:
        article = read(oldest(date), OLDEST)
        assert article.published_at == datetime.fromisoformat("2018-06-04T09:45:00+07:00")
        assert (article.sources["published_at"], article.warnings) == (Source.TEMPLATE, ())

    @pytest.mark.parametrize("tag", ["div", "li", "a"])
    def test_the_time_of_a_related_article_is_not_the_article_s(self, tag: str) -> None:
        other = f'<ul><{tag}><span class="time">04/06/2017 10:00</span></{tag}></ul>'
        assert read(oldest(date="", below=other), OLDEST).published_at is None
        assert read(oldest(date=other), OLDEST).published_at is None

    def test_what_is_only_likely_to_be_the_date_comes_after_metadata(self) -> None:
        meta = '<meta property="article:published_time" content="2018-06-04T09:45:00+07:00">'
        article = read(oldest('<p><span class="time">01/06/2018 10:00</span></p>', head=meta), OLDEST)
        assert article.published_at == datetime.fromisoformat("2018-06-04T09:45:00+07:00")
        assert article.warnings == (
            "published: article:published_time says 2018-06-04T09:45:00+07:00, the page says 2018-06-01T10:00:00+07:00",
        )

    def test_the_time_of_a_card_is_not_the_article_s(self) -> None:
        page = new().replace(
            "</body>", '<time class="time" datetime="2020-01-01T00:00:00+07:00"></time></body>'
        )
        assert read(page, NEW).published_at is None


class TestMetadata:
    @pytest.mark.parametrize(
        "text",
        [
            '{"@type": "A", "x": "hai\ndòng\t"}',
            '{"@type": "A", "x": 1,}',
            '<!-- {"@type": "A"} -->',
            '//<![CDATA[\n{"@type": "A"}\n//]]>',
            '{"@type": "A"};',
            '{"@type": "A"}{"@type": "B"}',
            '\ufeff{"@type": "A"}',
        ],
    )
    def test_json_that_is_not_quite_json(self, text: str) -> None:
        assert read_json(text)[0]["@type"] == "A"

    @pytest.mark.parametrize("text", ["", "{", "không phải JSON", "[" * 100_000])
    def test_what_is_no_json_at_all_gives_nothing(self, text: str) -> None:
        assert read_json(text) == []

    def test_an_unreadable_block_is_told(self) -> None:
        article = read(
            old(head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>')
        )
        assert article.warnings == ("1 JSON-LD blocks could not be read",)

    def test_a_missing_headline_comes_from_metadata_and_says_so(self) -> None:
        stated = json.dumps({"@graph": [{"@type": ["NewsArticle"], "headline": "Tiêu &quot;đề&quot;"}]})
        page = old(head=f'<script type="application/ld+json">{stated}</script>').replace(">Tiêu đề<", "><")
        article = read(page)
        assert article.headline == 'Tiêu "đề"'
        assert article.sources["headline"] is Source.METADATA

    def test_the_site_is_no_author(self) -> None:
        stated = json.dumps({"@type": "NewsArticle", "author": {"name": "baotintuc.vn"}})
        article = read(old(head=f'<script type="application/ld+json">{stated}</script>', author=""))
        assert (article.byline, article.contributors) == (None, ())

    OTHER = "https://baotintuc.vn/xa-hoi/bai-khac-20200101000000000.htm"

    @pytest.mark.parametrize("name", ["url", "mainEntityOfPage", "@id"])
    def test_what_json_ld_says_of_another_article_is_not_the_article_s(self, name: str) -> None:
        other = stated(
            url=self.OTHER, datePublished="2020-01-01T00:00:00+07:00", author={"name": "Minh Khuê"}
        )
        address: object = {"@id": NEW} if name == "mainEntityOfPage" else NEW
        own = stated(**{name: address}, datePublished="2026-11-01T08:00:00+07:00", author={"name": "Hải Vân"})
        article = read(new(head=other + own), NEW)
        assert article.published_at == datetime.fromisoformat("2026-11-01T08:00:00+07:00")
        assert (article.byline, article.warnings) == ("Hải Vân", ())

    def test_json_ld_of_nothing_but_another_article_is_left_out_and_told(self) -> None:
        article = read(new(head=stated(url=self.OTHER, datePublished="2020-01-01T00:00:00+07:00")), NEW)
        assert (article.published_at, article.warnings) == (None, ("the JSON-LD is of another article",))

    @pytest.mark.parametrize("url", ["https://baotintuc.vn", "https://baotintuc.vn/xa-hoi/", "", None])
    def test_json_ld_that_names_no_article_is_this_one_s(self, url: str | None) -> None:
        article = read(new(head=stated(url=url, author={"name": "Hải Vân"})), NEW)
        assert (article.byline, article.warnings) == ("Hải Vân", ())

    @pytest.mark.parametrize(
        ("meta", "printed", "tags", "source"),
        [
            (["bão số 3"], ["Bão số 3", "Lũ quét"], ("bão số 3", "Lũ quét"), Source.TEMPLATE),
            (["bão số 3", "lũ quét"], ["Lũ quét"], ("lũ quét", "bão số 3"), Source.METADATA),
            (["bão số 3"], [], ("bão số 3",), Source.METADATA),
            ([], ["Lũ quét"], ("Lũ quét",), Source.TEMPLATE),
        ],
    )
    def test_a_tag_that_only_the_page_or_only_its_metadata_lists_is_not_lost(
        self, meta: list[str], printed: list[str], tags: tuple[str, ...], source: Source
    ) -> None:
        head = "".join(f'<meta property="article:tag" content="{tag}">' for tag in meta)
        anchors = "".join(f"<a>{tag},</a>" for tag in printed)
        article = read(old(head=head).replace("</h2>", f'</h2><div class="keysword">{anchors}</div>'))
        assert (article.tags, article.sources["tags"]) == (tags, source)


class TestBody:
    def test_a_template_without_its_body_is_told_and_null(self) -> None:
        article = read(old().replace("boxdetail", "boxnew").replace("contents", "textnew"))
        assert article.body is None
        assert article.warnings == ("no body where template 2021 has it",)

    def test_an_empty_body_of_a_text_is_told(self) -> None:
        assert read(old("")).warnings == ("the body is empty, which a page of kind text is not",)

    def test_a_line_break_ends_a_paragraph_and_inline_tags_do_not(self) -> None:
        assert lines(old("<p>Một <b>đoạn</b><br>Hai<i>.</i></p>ngoài<p>Ba</p>")) == [
            "Một đoạn",
            "Hai.",
            "ngoài",
            "Ba",
        ]

    def test_the_lead_repeated_is_dropped_and_photos_keep_their_place(self) -> None:
        article = read(old("<p>Mở đầu.</p><p>Một.</p><p><img src='/a/b.jpg'></p><p>Hai.</p>"))
        assert article.body == "Một.\n\nHai."
        assert article.photos[0].paragraph == 1

    def test_a_link_within_a_sentence_is_text_and_one_that_stands_alone_is_related(self) -> None:
        other = "/the-gioi/bai-khac-20240101000000000.htm"
        article = read(
            old(f'<p>Theo <a href="{other}">bài trước</a>, mưa to.</p><p><a href="{other}">Bài khác</a></p>')
        )
        assert article.body == "Theo bài trước, mưa to."
        assert article.related == ("https://baotintuc.vn" + other,)

    def test_a_link_to_elsewhere_that_stands_alone_is_text(self) -> None:
        assert lines(old('<p><a href="https://example.com/">Nguồn tài liệu</a></p>')) == ["Nguồn tài liệu"]

    def test_an_unclosed_figure_does_not_swallow_the_text(self) -> None:
        article = read(old("<figure><img src='/a/b.jpg'><figcaption>Chú.</figcaption><p>Một.</p><p>Hai.</p>"))
        assert article.body == "Một.\n\nHai."
        assert article.photos[0].caption == "Chú."

    def test_two_entries_with_their_times_are_a_live_report(self) -> None:
        body = "<p>17:42 Ngày 16/03/2024</p><p>Một.</p><p>16:30 Ngày 16/03/2024</p><p>Hai.</p>"
        assert read(old(body)).kind is Kind.LIVE
        assert read(old(live="1")).kind is Kind.LIVE
        assert read(old()).kind is Kind.TEXT

    def test_sentences_that_begin_with_a_time_are_no_live_report(self) -> None:
        body = "<p>19h00 ngày 06/09/2024, tâm bão ở vịnh.</p><p>7:00 ngày 07/09/2024, bão vào bờ.</p>"
        assert read(old(body)).kind is Kind.TEXT

    @pytest.mark.parametrize(
        "form", ["{} Ngày 16/03/2024", "{} ngày 16/03/2024:", "{}, ngày 16/3/2024", "{} 16/03/2024"]
    )
    def test_the_times_over_entries_in_their_forms(self, form: str) -> None:
        body = f"<p>{form.format('17:42')}</p><p>Một.</p><p>{form.format('16h30')}</p><p>Hai.</p>"
        assert read(old(body)).kind is Kind.LIVE

    @pytest.mark.parametrize(
        "line",
        [
            "Nguồn: https://nhandan.vn/bai-post1.html",
            "Nguồn: Báo Nhân Dân - https://nhandan.vn/bai-post1.html",
            "(Theo https://nhandan.vn/bai-post1.html)",
            "https://nhandan.vn/bai-post1.html",
        ],
    )
    @pytest.mark.parametrize("last", [(), ("Hải Vân (TTXVN)",)])
    def test_the_address_of_a_source_is_no_text_and_told(self, line: str, last: tuple[str, ...]) -> None:
        for article in (signed(*last, line), signed(line, *last)):
            assert article.body == "Một đoạn."
            assert article.byline == (last[0] if last else None)
            assert article.warnings == (f"a source line was left out of the body: {line}",)

    @pytest.mark.parametrize(
        "lines",
        [
            ("Tra cứu điểm thi tại địa chỉ:", "https://tracuu.edu.vn"),
            ("https://tracuu.edu.vn", "Thí sinh xem điểm từ 8 giờ."),
            ("Theo dõi tại https://tracuu.edu.vn",),
            ("Link đăng ký: https://tracuu.edu.vn",),
            ("Nguồn điện sẽ có lại vào tối nay.",),
        ],
    )
    def test_an_address_that_the_text_leads_up_to_is_text(self, lines: tuple[str, ...]) -> None:
        article = signed(*lines)
        assert (article.body, article.warnings) == ("\n\n".join(("Một đoạn.", *lines)), ())


class TestPhotosAndVideos:
    @pytest.mark.parametrize(
        ("address", "url"),
        [
            ("https://cdnthumb.baotintuc.vn/ha_w/260/https@@$$media.baotintuc.vn/Upload/a b.jpg", "https://media.baotintuc.vn/Upload/a%20b.jpg"),
            ("//media.baotintuc.vn/a.jpg", "https://media.baotintuc.vn/a.jpg"),
            ("/Upload/a.jpg", "https://baotintuc.vn/Upload/a.jpg"),
            ("data:image/png;base64,", None),
            ("javascript:void(0)", None),
            ("/web_images/play.png", None),
            ("http://[", None),
            ("", None),
        ],
    )  # fmt: skip
    def test_the_original_and_nothing_but_a_picture(self, address: str, url: str | None) -> None:
        assert original(address, URL) == url

    def test_two_photos_of_one_name_with_ids_of_their_own_are_two(self) -> None:
        image = '<figure><img data-src="https://media.baotintuc.vn/images/{0}/anh.jpg.avif" data-image-id="{0}"></figure>'
        assert len(read(new(image.format(1) + image.format(2)), NEW).photos) == 2
        assert len(read(new(image.format(1) + image.format(1)), NEW).photos) == 1

    def test_a_file_name_is_no_caption(self) -> None:
        page = new('<figure><img src="/images/a/x.jpg" title="IMG_2034.JPG" alt="luu-van18.jpg"></figure>')
        assert read(page, NEW).photos[0].caption_raw is None

    def test_the_headline_repeated_is_no_caption(self) -> None:
        assert (
            read(new('<p>x</p><img src="/images/a/x.jpg" alt="Tiêu đề">'), NEW).photos[0].caption_raw is None
        )

    def test_sound_and_maps_are_no_videos(self) -> None:
        page = new(
            '<video class="player"><source src="/a.m4a"></video><video src="/b.mp3"></video><iframe src="https://www.google.com/maps"></iframe><p>x</p>'
        )
        assert read(page, NEW).videos == ()

    @pytest.mark.parametrize(
        "tag",
        [
            '<iframe src="https://www.youtube.com/embed/abc"></iframe>',
            '<iframe data-video-src="https://www.youtube.com/embed/abc" src="about:blank"></iframe>',
            '<video><source src="https://www.youtube.com/embed/abc"></video>',
        ],
    )
    def test_a_video_wherever_its_address_stands(self, tag: str) -> None:
        assert [video.url for video in read(new(tag), NEW).videos] == ["https://www.youtube.com/embed/abc"]


class TestBylineVariants:
    @pytest.mark.parametrize(
        ("markup", "byline"),
        [
            ('<div class="article__source"><span class="author">Thu Trang/Báo Tin tức</span></div>', "Thu Trang/Báo Tin tức"),
            ('<div class="article__source"><div class="source"><span class="name">(TTXVN/Vietnam+)</span></div></div>', "(TTXVN/Vietnam+)"),
            ('<div class="article__author"><p class="name">Hà Anh</p></div>', "Hà Anh"),
            ('<div class="wrap-author"><div class="author"><span class="thumb"></span> Hà Anh </div></div>', "Hà Anh"),
            ('<div class="author cms-author"><a class="name">HÀ ANH - </a><a class="name">AN</a><a class="name">HÀ ANH</a></div>', "HÀ ANH - AN"),
            ('<span class="author cms-author">Hà Anh</span>', "Hà Anh"),
            ('<div class="article__author"><p class="name">Hà Anh</p></div><div class="article__source"><div class="source"><span class="name">(TTXVN)</span></div></div>', "Hà Anh (TTXVN)"),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("place", ["header", "body"])
    def test_wherever_it_stands(self, markup: str, byline: str, place: str) -> None:
        page = new(inner=markup) if place == "header" else new("<p>Một đoạn.</p>" + markup)
        article = read(page, NEW)
        assert (article.byline, article.body) == (byline, "Một đoạn.")

    def test_a_signature_under_the_body(self) -> None:
        article = read(old("<p>Một đoạn.</p><p><b>Hà Anh (TTXVN)</b></p>", author=""))
        assert (article.byline, article.body) == ("Hà Anh (TTXVN)", "Một đoạn.")

    def test_a_last_sentence_is_no_signature(self) -> None:
        assert read(old("<p>Một đoạn.</p><p>Tin do TTXVN phát.</p>", author="")).byline is None


AGENCY = (
    '<div class="article__source"><div class="source"><span class="name">(TTXVN/Vietnam+)</span></div></div>'
)
TABLE = "<table><tr><td>Tỉnh</td><td>Số ca</td></tr><tr><td>Huế</td><td>3</td></tr></table>"


def author(name: str) -> str:
    """A byline in its own place."""
    return f'<div class="article__author"><p class="name">{name}</p></div>'


def told(line: str) -> tuple[str, ...]:
    """The warning that a line was left where it may be a byline."""
    return (f"a last line that may be a byline was left in the body: {line}",)


class TestSignatures:
    """The last lines of the body, where the byline has no place of its own or says less there."""

    @pytest.mark.parametrize(
        "lines",
        [
            ("Bài, ảnh: Hải Vân",),
            ("Bài, ảnh: Hải Vân.",),
            ("(Bài, ảnh: Hải Vân)",),
            ("Tin: Hải Vân",),
            ("H.V (tổng hợp)",),
            ("Hải Vân (dịch)",),
            ("PV",),
            ("Nhóm PV",),
            ("Hải Vân (TTXVN).",),
            ("Theo TTXVN",),
            ("Nguồn: TTXVN",),
            ("Tin, ảnh: Nguyễn Văn Hải - Trần Thị Minh Khuê - Lê Hoàng Phương Linh - Phạm Quốc Bảo (TTXVN)",),
        ],
    )
    def test_one_that_the_grammar_is_sure_of_is_the_byline(self, lines: tuple[str]) -> None:
        article = signed(*lines)
        assert (article.byline, article.body, article.warnings) == (*lines, "Một đoạn.", ())
        assert article.sources["byline"] is Source.TEMPLATE

    @pytest.mark.parametrize(
        ("lines", "byline"),
        [
            (("Hải Vân", "(TTXVN)"), "Hải Vân (TTXVN)"),
            (("Hải Vân", "Theo TTXVN"), "Hải Vân - Theo TTXVN"),
            (("Hải Vân", "Minh Khuê", "(TTXVN)"), "Hải Vân - Minh Khuê (TTXVN)"),
            (("Bài và ảnh:", "Hải Vân"), "Bài và ảnh: Hải Vân"),
            (("Bài, ảnh:", "Hải Vân (TTXVN)"), "Bài, ảnh: Hải Vân (TTXVN)"),
            (("Hải Vân", "Clip: Minh Khuê"), "Hải Vân - Clip: Minh Khuê"),
            (("Hải Vân", "Ảnh: TTXVN"), "Hải Vân - Ảnh: TTXVN"),
            (("Hải Vân", "Ảnh: Minh Khuê"), "Hải Vân - Ảnh: Minh Khuê"),
            (("Hải Vân", "(TTXVN)", "Ảnh: Minh Khuê"), "Hải Vân (TTXVN) - Ảnh: Minh Khuê"),
            (
                ("Bài: Hải Vân", "Ảnh: Minh Khuê", "Đồ họa: Lê An"),
                "Bài: Hải Vân - Ảnh: Minh Khuê - Đồ họa: Lê An",
            ),
            (("Hải Vân (TTXVN)", "Hải Vân (TTXVN)"), "Hải Vân (TTXVN)"),
        ],
    )
    def test_of_several_lines_none_is_lost(self, lines: tuple[str, ...], byline: str) -> None:
        article = signed(*lines)
        assert (article.byline, article.body, article.warnings) == (byline, "Một đoạn.", ())

    @pytest.mark.parametrize("line", ["Hải Vân", "Hải Vân.", "H.V.", "Ảnh: Minh Khuê", "Video: Bão Yagi"])
    def test_one_that_nothing_confirms_stays_and_is_told(self, line: str) -> None:
        article = signed(line)
        assert (article.byline, article.body, article.warnings) == (None, f"Một đoạn.\n\n{line}", told(line))

    @pytest.mark.parametrize(
        "head",
        [
            stated(author={"name": "Hải Vân"}),
            stated(author={"name": "Hải VânTTXVN"}),
            '<meta name="author" content="HẢI VÂN">',
            "<script>dataLayer.push({'articleAuthor': 'Hải Vân'})</script>",
        ],
    )
    def test_a_name_that_metadata_names_as_well_is_the_byline_as_printed(self, head: str) -> None:
        article = signed("Hải Vân", head=head)
        assert (article.byline, article.body, article.warnings) == ("Hải Vân", "Một đoạn.", ())
        assert article.sources["byline"] is Source.TEMPLATE

    def test_a_name_that_metadata_contradicts_stays_and_is_told(self) -> None:
        article = signed("Hải Vân", head=stated(author={"name": "Minh Khuê"}))
        assert (article.byline, article.sources["byline"]) == ("Minh Khuê", Source.METADATA)
        assert (article.body, article.warnings) == ("Một đoạn.\n\nHải Vân", told("Hải Vân"))

    def test_an_agency_alone_does_not_take_the_place_of_the_author_in_metadata(self) -> None:
        article = signed("(TTXVN)", head=stated(author={"name": "Hải Vân"}))
        assert (article.byline, article.body) == ("Hải Vân (TTXVN)", "Một đoạn.")

    @pytest.mark.parametrize("name", ["Minh Khuê", "Hải Vân, Minh Khuê", "Hải VânTTXVN"])
    def test_what_is_printed_counts_before_another_author_in_metadata(self, name: str) -> None:
        article = signed("Hải Vân (TTXVN)", head=stated(author={"name": name}))
        assert (article.byline, article.body) == ("Hải Vân (TTXVN)", "Một đoạn.")

    @pytest.mark.parametrize(
        "line",
        [
            "Bài 2: Cây dừa xuống phố",
            "Bài cuối: Dừa lên ngôi",
            "* Kỳ 2: Giữ lấy vườn xưa",
            "(Còn nữa)",
            'Mời đọc: <a href="/bai-khac-post798999.html">Bài khác</a>',
            "Mời bạn đọc đón xem số sau.",
            "Ảnh minh họa: TTXVN",
            "***",
        ],
    )
    def test_an_announcement_below_does_not_hide_it_and_stays(self, line: str) -> None:
        article = signed("Hải Vân (TTXVN)", line)
        assert article.byline == "Hải Vân (TTXVN)"
        assert (article.body or "").startswith("Một đoạn.\n\n")
        assert "Hải Vân" not in (article.body or "")
        assert len((article.body or "").split("\n\n")) == 2

    @pytest.mark.parametrize(
        "line", ["Bài 2: Cây dừa xuống phố", "Tiếng nói từ vườn", "Hà Nội", "Đoạn.", "Ai là người thắng?"]
    )
    def test_what_reads_like_none_is_text_without_a_word(self, line: str) -> None:
        article = signed(line)
        assert (article.byline, article.body, article.warnings) == (None, f"Một đoạn.\n\n{line}", ())

    def test_one_that_text_hides_stays_and_is_told(self) -> None:
        article = signed("Hải Vân (TTXVN)", "Ý kiến bạn đọc xin gửi về tòa soạn")
        assert (article.byline, article.warnings) == (None, told("Hải Vân (TTXVN)"))

    def test_who_of_a_list_of_names_signs_is_not_guessed_at(self) -> None:
        names = ("Lê An", "Đỗ Bình", "Vũ Cường", "Hồ Dũng")
        article = signed(*names, "(TTXVN)")
        assert (article.byline, article.warnings) == (None, told("Hồ Dũng"))
        assert article.body == "\n\n".join(("Một đoạn.", *names, "(TTXVN)"))

    def test_a_name_above_a_whole_signature_is_none_of_it(self) -> None:
        article = signed("Trần Văn Nam", "Tin, ảnh: Hải Vân (TTXVN)")
        assert (article.byline, article.body) == ("Tin, ảnh: Hải Vân (TTXVN)", "Một đoạn.\n\nTrần Văn Nam")
        assert article.warnings == told("Trần Văn Nam")

    def test_a_name_under_a_bare_picture_may_be_its_caption(self) -> None:
        page = new('<p>Một.</p><p><img src="/images/a/b.jpg"></p><p>Cầu Rồng</p><p>Ảnh: TTXVN</p>')
        article = read(page, NEW)
        assert (article.byline, article.body) == (None, "Một.\n\nCầu Rồng\n\nẢnh: TTXVN")
        assert article.warnings == told("Cầu Rồng")

    @pytest.mark.parametrize("line", ["Nguồn: Bộ Y tế", "Nguồn: Reuters"])
    def test_the_source_of_a_table_is_no_byline(self, line: str) -> None:
        for head, byline in (("", None), (stated(author={"name": "Hải Vân"}), "Hải Vân")):
            article = read(new(f"<p>Một đoạn.</p>{TABLE}<p>{line}</p>", head=head), NEW)
            assert article.byline == byline
            assert (article.body or "").endswith(f"Huế | 3\n\n{line}")
            assert article.warnings == ()

    def test_an_authority_as_a_source_does_not_take_the_place_of_the_author(self) -> None:
        article = signed("Nguồn: Bộ Y tế", head=stated(author={"name": "Hải Vân"}))
        assert (article.byline, article.body) == ("Hải Vân", "Một đoạn.\n\nNguồn: Bộ Y tế")

    @pytest.mark.parametrize(
        ("lines", "own", "byline"),
        [
            (("Hải Vân",), AGENCY, "Hải Vân (TTXVN/Vietnam+)"),
            (("Hải Vân - Minh Khuê",), AGENCY, "Hải Vân - Minh Khuê (TTXVN/Vietnam+)"),
            (("Hải Vân (TTXVN)",), AGENCY, "Hải Vân (TTXVN/Vietnam+)"),
            (("Hải Vân/TTXVN",), AGENCY, "Hải Vân (TTXVN/Vietnam+)"),
            (("Bài, ảnh: Hải Vân",), AGENCY, "Bài, ảnh: Hải Vân (TTXVN/Vietnam+)"),
            (("Hải Vân - Minh Khuê (TTXVN)",), author("Hải Vân"), "Hải Vân - Minh Khuê (TTXVN)"),
            (("Hải Vân (TTXVN)",), author("Hải Vân"), "Hải Vân (TTXVN)"),
            (("Hải Vân (TTXVN)",), author("Bài, ảnh: Hải Vân"), "Bài, ảnh: Hải Vân (TTXVN)"),
            (("(TTXVN)",), author("Hải Vân"), "Hải Vân (TTXVN)"),
            (("Hải Vân",), author("Hải Vân (TTXVN)"), "Hải Vân (TTXVN)"),
            (("Hải Vân", "(TTXVN)"), author("Hải Vân"), "Hải Vân (TTXVN)"),
            (("Theo TTXVN",), author("Hải Vân (TTXVN)"), "Hải Vân (TTXVN)"),
            (("Theo Reuters",), author("Hải Vân (TTXVN)"), "Hải Vân (TTXVN) - Theo Reuters"),
        ],
    )
    def test_what_its_own_place_and_the_last_lines_say_is_one_byline(
        self, lines: tuple[str, ...], own: str, byline: str
    ) -> None:
        article = signed(*lines, end=own)
        assert (article.byline, article.body, article.warnings) == (byline, "Một đoạn.", ())
        assert article.sources["byline"] is Source.TEMPLATE

    def test_a_name_that_no_desk_of_its_own_place_is_stays_and_is_told(self) -> None:
        article = signed("Hải Vân", end=author("PV"))
        assert (article.byline, article.body, article.warnings) == (
            "PV",
            "Một đoạn.\n\nHải Vân",
            told("Hải Vân"),
        )

    @pytest.mark.parametrize("line", ["Minh Khuê (TTXVN)", "Minh Khuê (VOV)"])
    def test_what_contradicts_its_own_place_stays_and_is_told(self, line: str) -> None:
        article = signed(line, end=author("Hải Vân (TTXVN)"))
        assert (article.byline, article.body) == ("Hải Vân (TTXVN)", f"Một đoạn.\n\n{line}")
        assert article.warnings == told(line)

    def test_the_answer_to_a_question_is_no_name_above_the_agency(self) -> None:
        article = signed("Cảng nào sâu nhất?", "Cái Mép", end=AGENCY)
        assert (article.byline, article.warnings) == ("(TTXVN/Vietnam+)", ())
        assert signed("Cảng nào sâu nhất?", "Cái Mép").byline is None

    def test_two_places_of_its_own_are_one_byline(self) -> None:
        article = signed(end=author("Hải Vân (TTXVN)") + AGENCY)
        assert article.byline == "Hải Vân (TTXVN/Vietnam+)"


WORDY = (
    "Trong lúc này bạn đọc chưa xem được nội dung của trang, mong bạn thông cảm và quay lại sau ít phút nữa."
    " Xin cảm ơn sự quan tâm của bạn đọc gần xa, những người đã theo dõi chúng tôi suốt nhiều năm qua. "
)


@pytest.mark.parametrize(
    ("title", "heading", "text", "error"),
    [
        ("Attention Required!", "Xin lỗi", WORDY, BlockedError),
        ("Báo Tin tức", "Sorry, you have been blocked", WORDY, BlockedError),
        ("Báo Tin tức", "Thông báo", WORDY + "Hệ thống máy chủ đang được bảo trì.", BlockedError),
        ("Báo Tin tức", "Dành cho thành viên", WORDY + "Vui lòng đăng nhập để đọc tiếp.", BlockedError),
        ("Báo Tin tức", "This site is temporarily restricted", WORDY, BlockedError),
        ("Báo Tin tức", "Rất tiếc!", "Trang này không có trên hệ thống. " + WORDY, NotArticleError),
    ],
    ids=["challenge", "blocked", "maintenance", "login wall", "network notice", "soft 404"],
)
def test_what_stands_in_the_way_is_no_article_however_many_words_it_has(
    title: str, heading: str, text: str, error: type[Exception]
) -> None:
    page = f"<html><head><title>{title}</title></head><body><h1>{heading}</h1><p>{text}</p></body></html>"
    with pytest.raises(error):
        parse_article(page.encode(), URL)


def test_what_calls_itself_an_article_is_one_whatever_its_headline() -> None:
    page = (
        '<html><head><meta property="og:type" content="article"><title>x</title></head><body>'
        f"<h1>Cầu đang được bảo trì</h1><p>{WORDY}</p></body></html>"
    )
    assert parse_article(page.encode(), URL).headline == "Cầu đang được bảo trì"
