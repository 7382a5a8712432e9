"""The URL grammar: what a URL of the site is, and which article it means."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.site.urls import HANOI, ORIGIN, UrlKind, article_id, canonical, created_at, read, url_id

OLD = "20250711140623717"


@pytest.mark.parametrize(
    ("path", "id_"),
    [
        (f"/thoi-su/mot-bai-bao-{OLD}.htm", OLD),
        (f"/thoi-su/mot-bai-bao-{OLD}.HTM", OLD),
        (f"/long-form/emagazine/mot-bai-{OLD}.htm", OLD),
        (f"/long-form/megastory/mot-bai-{OLD}.htm", OLD),
        (f"/infographics/mot-hinh-{OLD}.htm", OLD),
        (f"/anh-360/mot-anh-{OLD}.htm", OLD),
        (f"/video/mot-clip-v{OLD}.htm", OLD),
        (f"/video/mot-clip-{OLD}.htm", OLD),
        ("/mot-bai-bao-moi-post797521.html", "797521"),
        ("/mot-bai-bao-moi-post797521.html?utm_source=x#binh-luan", "797521"),
        ("/mot-bai-bao-moi-post797521.amp", "797521"),
        ("/share797521.html", "797521"),
    ],
)
def test_an_article_is_known_by_the_sites_own_id(path: str, id_: str) -> None:
    link = read(path)
    assert link is not None
    assert (link.kind, link.id) == (UrlKind.ARTICLE, id_)


@pytest.mark.parametrize("path", [f"/mot-bai-bao-n{OLD}.htm", "/print-1125344.html"])
def test_a_print_view_means_its_article_but_is_not_one(path: str) -> None:
    link = read(path)
    assert link is not None
    assert link.kind is UrlKind.PRINT
    assert link.id in (OLD, "1125344")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", UrlKind.HOME),
        ("", UrlKind.HOME),
        ("/robots.txt", UrlKind.ROBOTS),
        ("/rss.htm", UrlKind.FEED_INDEX),
        ("/rss.html", UrlKind.FEED_INDEX),
        ("/thoi-su.rss", UrlKind.FEED),
        ("/rss/home.rss", UrlKind.FEED),
        ("/tags/b%E1%BA%BFn+tre.htm", UrlKind.TAG),
        ("/tag/ben-tre-tag12.html", UrlKind.TAG),
        ("/dong-su-kien/bao-so-3-e123.htm", UrlKind.EVENT),
        ("/su-kien.htm", UrlKind.OTHER),
        ("/Search.aspx?KeySearch=Ben+Tre", UrlKind.SEARCH),
        ("/search/?q=ben+tre", UrlKind.SEARCH),
        ("/sitemap.xml", UrlKind.SITEMAP),
        ("/sitemaps/news-2026-9.xml", UrlKind.SITEMAP),
        ("/anh.htm", UrlKind.SECTION),
        ("/thoi-su/", UrlKind.SECTION),
        ("/Details.aspx?n=1", UrlKind.OTHER),
        ("/rss/", UrlKind.OTHER),
        ("/tag/", UrlKind.OTHER),
    ],
)
def test_everything_else_is_named_for_what_it_is(path: str, kind: UrlKind) -> None:
    link = read(path)
    assert link is not None
    assert link.kind is kind


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/phan-tich-nhan-dinh-525ct130.htm", ("phan-tich-nhan-dinh", 525, 130, 1)),
        ("/phap-luat-475ct0/trang-7.htm", ("phap-luat", 475, 0, 7)),
        ("/Thuc-hien-Nghi-quyet-57-1624ct0.htm", ("Thuc-hien-Nghi-quyet-57", 1624, 0, 1)),
    ],
)
def test_a_section_tells_slug_number_parent_and_page(path: str, expected: tuple[str, int, int, int]) -> None:
    link = read(path)
    assert link is not None
    assert (link.slug, link.section_id, link.parent_id, link.page) == expected


def test_a_feed_of_the_new_cms_tells_its_zone() -> None:
    link = read("/rss/kinh-te-128.rss")
    assert link is not None
    assert (link.slug, link.section_id) == ("kinh-te", 128)


def test_the_listing_api_is_read_at_its_own_host_only() -> None:
    url = "https://api.baotintuc.vn/api/morenews-zone-128-3.html?phrase=&st=zone"
    link = read(url)
    assert link is not None
    assert (link.kind, link.section_id, link.page, link.url) == (UrlKind.MORE, 128, 3, url)
    on_www = read("/api/morenews-zone-128-3.html")
    assert on_www is not None
    assert on_www.kind is UrlKind.OTHER


@pytest.mark.parametrize(
    "url",
    [
        f"http://baotintuc.vn/thoi-su/a-{OLD}.htm",
        f"https://www.baotintuc.vn/thoi-su/a-{OLD}.htm",
        f"//baotintuc.vn/thoi-su/a-{OLD}.htm",
        f"https://BAOTINTUC.vn:443//thoi-su//a-{OLD}.htm?gidzl=1&a=b#x",
        f"  /thoi-su/a-{OLD}.htm\n",
        f"https://baotintuc.vn/thoi-su/%61-{OLD}.htm",
    ],
)
def test_one_article_has_one_canonical_url(url: str) -> None:
    assert canonical(url) == f"{ORIGIN}/thoi-su/a-{OLD}.htm"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a-post1.html",
        f"https://video.baotintuc.vn/a-v{OLD}.htm",
        "https://dantocmiennui.baotintuc.vn/a-post1.html",
        "https://baotintuc.vn.example.com/",
        "https://baotintuc.vn:8443/",
        "https://baotintuc.vn:99999/",
        "javascript:void(0)",
        "mailto:thuky@baotintuc.vn",
        "ftp://baotintuc.vn/",
        "http://[::1/",
        "https://user@example.com",
    ],
)
def test_what_is_not_the_site_is_none(url: str) -> None:
    assert read(url) is None


def test_created_at_is_the_17_digits_in_local_time() -> None:
    assert created_at(OLD) == datetime(2025, 7, 11, 14, 6, 23, 717000, HANOI)


@pytest.mark.parametrize(
    "id_", ["797521", "url-0123456789abcdef", "20251399990000000", "2" * 17, "00010101000000000", ""]
)
def test_other_ids_tell_no_time(id_: str) -> None:
    assert created_at(id_) is None


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 31)),  # noqa: DTZ001
    st.integers(0, 999),
)
def test_created_at_reads_every_id_the_old_cms_can_make(moment: datetime, millis: int) -> None:
    moment = moment.replace(microsecond=0)
    id_ = f"{moment:%Y%m%d%H%M%S}{millis:03}"
    assert created_at(id_) == moment.replace(tzinfo=HANOI) + timedelta(milliseconds=millis)


@given(st.text())
def test_any_text_is_read_or_refused_never_an_error(text: str) -> None:
    link = read(text)
    assert link is None or link.url.startswith(("https://baotintuc.vn/", "https://api.baotintuc.vn/"))


@given(st.text(alphabet="abcđươ/-%20.?&=+ \t0123456789ct"))
def test_a_canonical_url_is_its_own_canonical_form(path: str) -> None:
    url = canonical("/" + path)
    if url is not None:
        assert canonical(url) == url
        assert article_id(url) == article_id("/" + path)


def test_an_article_without_an_id_is_named_by_its_url() -> None:
    id_ = url_id(f"{ORIGIN}/mot-trang-dac-biet.htm")
    assert id_ == url_id(f"{ORIGIN}/mot-trang-dac-biet.htm")
    assert id_.startswith("url-")
    assert len(id_) == 20
