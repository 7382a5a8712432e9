"""Listings of both generations are read for their articles and the page after them."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path

import pytest

from crawler.site.listings import more_url, read_home, read_listing
from crawler.site.pages import Unreadable
from crawler.site.urls import HANOI, ORIGIN
from tests.replica import Replica

ID = "202603100815001"


def page_2021(numbers: range, pager: str = "") -> bytes:
    cards = "".join(
        f'<li class="item"><a class="thumb" href="/thoi-su/tin-{n}-{ID}{n:02}.htm" title="Tin {n}"></a>'
        f'<div class="item-info"><a class="title" href="/thoi-su/tin-{n}-{ID}{n:02}.htm"><h3>Tin {n}</h3></a></div>'
        f'<ul class="ul-relation"><li><a href="/thoi-su/lien-quan-20200101000000000.htm">x</a></li></ul></li>'
        for n in numbers
    )
    return f"""<html><head><meta charset="utf-8"></head><body>
    <div class="list-content w1040"><div class="lc-bottom"><div class="lcb-left">
    <ul class="list-newsest">{cards}</ul><ul class="list-pagination">{pager}</ul></div>
    <div class="right-bar"><a href="/xa-hoi/doc-nhieu-20210101000000000.htm">Đọc nhiều</a></div></div></div>
    </body></html>""".encode()


PAGE_2026 = """<html><head><script>var cmsConfig = { adsZone: 128, };</script></head><body>
<div class="main-col"><div class="content-list" data-source="zone-timeline-128">
<article class="story" data-id="1"><figure class="story__thumb"><a class="cms-link" href="/gia-lua-post797600.html">
</a></figure><h2 class="story__heading" data-tracking="797600"><a class=" cms-link" href="/gia-lua-post797600.html">Giá lúa</a></h2>
<time class="time" datetime="2026-09-24T09:05:26+07:00">24/09/2026</time></article>
<article class="story"><h2><a href="https://baotintuc.vn/ca-phe-post797601.html">Cà phê</a></h2></article>
</div><button class="control__loadmore" data-zone="128">Xem thêm</button></div>
<div class="sub-col sidebar-right"><article class="story"><a href="/doc-nhieu-post1.html">x</a></article></div>
</body></html>"""


def test_a_2021_listing_gives_its_own_articles_not_the_side_boxes() -> None:
    listing = read_listing(page_2021(range(3)), f"{ORIGIN}/thoi-su-472ct0.htm")
    assert [card.url for card in listing.cards] == [
        f"{ORIGIN}/thoi-su/tin-{n}-{ID}{n:02}.htm" for n in range(3)
    ]


def test_the_age_of_a_2021_card_is_the_creation_time_in_its_id() -> None:
    card = read_listing(page_2021(range(1)), f"{ORIGIN}/thoi-su-472ct0.htm").cards[0]
    assert card.dated_at == datetime(2026, 3, 10, 8, 15, 0, 100_000, HANOI)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/thoi-su-472ct0.htm", "/thoi-su-472ct0/trang-2.htm"),
        ("/thoi-su-472ct0/trang-2.htm", "/thoi-su-472ct0/trang-3.htm"),
        ("/thoi-su-472ct0/trang-3.htm", None),
    ],
)
def test_the_next_page_is_the_one_the_pager_links_to(url: str, expected: str | None) -> None:
    pager = "".join(
        f'<li class="pagination-item"><a href="/thoi-su-472ct0/trang-{n}.htm">{n}</a></li>' for n in (2, 3)
    )
    listing = read_listing(page_2021(range(2), pager), ORIGIN + url)
    assert listing.next_url == (ORIGIN + expected if expected else None)


def test_a_2026_listing_gives_each_article_once_with_its_time() -> None:
    listing = read_listing(PAGE_2026.encode(), f"{ORIGIN}/kinh-te/")
    assert [(card.url, card.dated_at) for card in listing.cards] == [
        (f"{ORIGIN}/gia-lua-post797600.html", datetime(2026, 9, 24, 9, 5, 26, tzinfo=HANOI)),
        (f"{ORIGIN}/ca-phe-post797601.html", None),
    ]


@pytest.mark.parametrize(
    "url", ["/Search.aspx?KeySearch=x", "/search/?q=x", "/tag/x-tag1.html", "/tags/x.htm"]
)
@pytest.mark.parametrize(
    "results", ["<div id='search_result'></div>", "<div class='timeline content-list'></div>"]
)
def test_a_search_without_results_gives_none_of_the_side_boxes(url: str, results: str) -> None:
    page = f"<html><body>{results}<div class='right-bar'><a href='/doc-nhieu-post1.html'>x</a></div></body></html>"
    assert read_listing(page.encode(), ORIGIN + url).cards == ()
    assert len(read_listing(page.encode(), f"{ORIGIN}/thoi-su/").cards) == 1


def test_more_of_a_2026_listing_comes_from_the_api() -> None:
    assert read_listing(PAGE_2026.encode(), f"{ORIGIN}/kinh-te/").next_url == more_url(128, 1)


def api_answer(urls: list[str], more: bool = True) -> bytes:
    contents = [{"title": "x", "url": url, "date": 1790215526} for url in urls]
    return json.dumps({"error_code": 0, "data": {"contents": contents, "load_more": more}}).encode()


def test_an_answer_of_the_api_gives_articles_their_time_and_the_next_page() -> None:
    listing = read_listing(
        api_answer(["/a-post1.html", "https://baotintuc.vn/b-post2.html"]), more_url(128, 4)
    )
    assert [card.url for card in listing.cards] == [f"{ORIGIN}/a-post1.html", f"{ORIGIN}/b-post2.html"]
    assert listing.cards[0].dated_at == datetime.fromtimestamp(1790215526, HANOI)
    assert listing.next_url == more_url(128, 5)


@pytest.mark.parametrize("date", [0, "0", None, "hôm qua", 10**30, -62135596800, 253402300799])
def test_an_answer_of_the_api_without_a_time_tells_no_age(date: object) -> None:
    content = {"url": "/a-post1.html", "date": date}
    body = json.dumps({"data": {"contents": [content], "load_more": True}}).encode()
    assert read_listing(body, more_url(128, 4)).cards[0].dated_at is None


@pytest.mark.parametrize("answer", [api_answer([]), api_answer(["/a-post1.html"], more=False)])
def test_the_api_ends_where_it_says_so_or_is_empty(answer: bytes) -> None:
    assert read_listing(answer, more_url(128, 4)).next_url is None


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"[]", b'{"data": 1}', b'{"data": {"contents": 3}}', b"[" * 99_999]
)
def test_what_is_no_answer_of_the_api_says_so(answer: bytes) -> None:
    with pytest.raises(Unreadable, match="not an answer of the listing API"):
        read_listing(answer, more_url(128, 1))


def test_a_listing_of_an_unknown_design_still_leads_to_its_articles() -> None:
    page = '<div class="neu"><a href="/mot-post1.html">1</a><a href="/hai-post2.html">2</a><a href="/x/">x</a></div>'
    cards = read_listing(page.encode(), f"{ORIGIN}/thoi-su/").cards
    assert [card.url for card in cards] == [f"{ORIGIN}/mot-post1.html", f"{ORIGIN}/hai-post2.html"]


@pytest.mark.parametrize("body", [b"", b"  \n ", b"<!-- -->"])
def test_an_empty_page_is_no_listing(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_listing(body, f"{ORIGIN}/thoi-su/")


def test_the_home_page_names_sections_of_both_forms_and_articles() -> None:
    page = f"""<div id="menu"><ul class="list-navbar"><li class="nav-item">
    <a href="/thoi-su-472ct0.htm" title="Thời sự">Thời sự</a><a href="/chinh-tri-321ct472.htm">  Chính trị </a>
    <a href="/kinh-te/" title="Kinh tế">KT</a></li></ul></div>
    <h3><a href="/thoi-su/tin-{ID}01.htm">Tin</a></h3><a href="/tin-post9.html">Tin</a>"""
    home = read_home(page.encode())
    assert [(section.name, section.id, section.parent_id) for section in home.sections] == [
        ("Thời sự", 472, None),
        ("Chính trị", 321, 472),
        ("Kinh tế", None, None),
    ]
    assert len(home.cards) == 2


def test_the_real_listing_gives_its_24_articles_and_its_second_page(shared_site: Path) -> None:
    body = gzip.decompress((shared_site / "real/pages/listing_phap-luat-475ct0.html.gz").read_bytes())
    listing = read_listing(body, f"{ORIGIN}/phap-luat-475ct0.htm")
    assert len(listing.cards) == 24
    assert listing.next_url == f"{ORIGIN}/phap-luat-475ct0/trang-2.htm"
    assert all(card.dated_at and card.dated_at.year == 2025 for card in listing.cards)


# --- the page after it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "linked"),
    [
        ("phan-tich-nhan-dinh-525ct130", "phan-tichnhan-dinh-525ct130"),
        ("thoisu-472ct0", "thoi-su-472ct0"),
        ("Thuc-hien-Nghi-quyet-57-1624ct0", "thuc-hien-nghi-quyet-57-1624ct0"),
    ],
)
def test_the_page_after_it_is_of_the_same_number_however_its_slug_is_spelt(asked: str, linked: str) -> None:
    body = page_2021(range(2), f'<li class="pagination-item"><a href="/{linked}/trang-2.htm">2</a></li>')
    assert read_listing(body, f"{ORIGIN}/{asked}.htm").next_url == f"{ORIGIN}/{linked}/trang-2.htm"


def test_the_second_page_of_another_section_does_not_follow() -> None:
    body = page_2021(
        range(2), '<li class="pagination-item"><a href="/the-gioi-130ct0/trang-2.htm">2</a></li>'
    )
    assert read_listing(body, f"{ORIGIN}/thoi-su-472ct0.htm").next_url is None


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_listing_that_was_cut_before_its_pager_is_not_the_last_page(share: float) -> None:
    """Taken for the last one, it would end the walk, and what stands behind it would never be found."""
    replica = Replica(
        seed=34, articles=90, sections=("thoi-su",), kinds=("text",), cms="old", templates=("2021",)
    )
    body = replica.page("/thoi-su-472ct0.htm").body
    pager = body.index(b"/thoi-su-472ct0/trang-2.htm")
    with pytest.raises(Unreadable, match="was cut"):
        read_listing(body[: int(share * pager)], f"{ORIGIN}/thoi-su-472ct0.htm")
    last = replica.page("/thoi-su-472ct0/trang-5.htm").body
    assert read_listing(last, f"{ORIGIN}/thoi-su-472ct0/trang-5.htm").next_url is None


@pytest.mark.parametrize(
    "title", ["Hệ thống đang bảo trì | baotintuc.vn", "Không tìm thấy trang", "Access denied"]
)
def test_a_page_that_stands_in_the_way_is_none_although_it_links_to_the_latest_articles(title: str) -> None:
    links = "".join(f"<li><a href='/tin-{n}-post{n}.html'>Tin {n}</a></li>" for n in range(1, 11))
    page = f"<html><head><title>{title}</title></head><body><ul>{links}</ul></body></html>"
    with pytest.raises(Unreadable, match="stands in its place"):
        read_listing(page.encode(), f"{ORIGIN}/thoi-su-472ct0/trang-2.htm")
    page = page.replace(title, "Thời sự - tin mới nhất")
    assert len(read_listing(page.encode(), f"{ORIGIN}/thoi-su-472ct0/trang-2.htm").cards) == 10
