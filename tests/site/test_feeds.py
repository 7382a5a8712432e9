"""Feeds of both generations are read for their links and dates; strange ones are named for what they are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from crawler.site.feeds import Feed, names_feed, read_feed, read_feed_index
from crawler.site.pages import Unreadable
from crawler.site.urls import HANOI, ORIGIN

OLD_FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Thời sự</title><link>https://baotintuc.vn/thoi-su-472ct0.htm</link>
<item><title>Khai mạc hội nghị</title>
<link>https://baotintuc.vn/thoi-su/khai-mac-hoi-nghi-20260310081500123.htm</link>
<description><![CDATA[<a href='https://baotintuc.vn/thoi-su/khai-mac-hoi-nghi-20260310081500123.htm'>
<img src='https://media.baotintuc.vn/a.jpg' /></a>Sáng 10/3, hội nghị khai mạc.]]></description>
<pubDate>3/10/2026 8:20:00 AM</pubDate></item>
<item><title>Không ngày</title><link>/thoi-su/khong-ngay-20260310091500123.htm</link></item>
<item><title>Ngoài trang</title><link>https://example.com/tin-post1.html</link></item>
<item><title>Chuyên mục</title><link>https://baotintuc.vn/thoi-su-472ct0.htm</link></item>
</channel></rss>"""

NEW_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Kinh tế</title><link>https://baotintuc.vn/kinh-te/</link>
<item><title><![CDATA[Giá lúa tăng]]></title>
<description><![CDATA[<p>Giá lúa.</p><ul><li><a href='/khac-post2.html'>Khác</a></li></ul>]]></description>
<pubDate>Thu, 24 Sep 2026 09:05:26 +07:00</pubDate><updated>Thu, 24 Sep 2026 10:49:12 +07:00</updated>
<guid>https://baotintuc.vn/gia-lua-tang-post797600.html</guid>
<link>https://baotintuc.vn/gia-lua-tang-post797600.html</link></item>
</channel></rss>"""


def test_the_old_feed_gives_its_articles_and_nothing_else() -> None:
    feed = read_feed(OLD_FEED.encode())
    assert [entry.url for entry in feed.entries] == [
        f"{ORIGIN}/thoi-su/khai-mac-hoi-nghi-20260310081500123.htm",
        f"{ORIGIN}/thoi-su/khong-ngay-20260310091500123.htm",
    ]
    assert feed.title == "Thời sự"
    assert feed.link == f"{ORIGIN}/thoi-su-472ct0.htm"


def test_a_date_without_an_offset_is_local_and_a_missing_one_is_none() -> None:
    first, second = read_feed(OLD_FEED.encode()).entries
    assert first.published_at == datetime(2026, 3, 10, 8, 20, tzinfo=HANOI)
    assert second.published_at is None


def test_the_new_feed_tells_publication_and_edit_with_its_colon_offset() -> None:
    (entry,) = read_feed(NEW_FEED.encode()).entries
    assert entry.published_at == datetime(2026, 9, 24, 9, 5, 26, tzinfo=HANOI)
    assert entry.modified_at == datetime(2026, 9, 24, 10, 49, 12, tzinfo=HANOI)


@pytest.mark.parametrize("link", ["", "<link></link>", "<link>https://example.com/</link>"])
def test_a_channel_without_a_link_of_the_site_has_none(link: str) -> None:
    without = OLD_FEED.replace("<link>https://baotintuc.vn/thoi-su-472ct0.htm</link>", link, 1)
    assert read_feed(without.encode()).link is None


def test_an_entry_that_stands_twice_counts_once() -> None:
    doubled = NEW_FEED.replace("</channel>", NEW_FEED[NEW_FEED.index("<item>") :], 1)
    assert len(read_feed(doubled.encode()).entries) == 1


def test_a_cut_feed_gives_the_entries_before_the_cut() -> None:
    cut = OLD_FEED.encode()[: OLD_FEED.encode().index(b"<pubDate>")]
    assert [entry.url[-22:] for entry in read_feed(cut).entries] == ["-20260310081500123.htm"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html><body>Not found</body></html>",
        b"<!DOCTYPE html><p>x",
        b"{}",
        b"\xff\xfe",
        b"<rss></rss>",
        "Bảo trì".encode(),
    ],
)
def test_what_is_no_feed_says_so(body: bytes) -> None:
    with pytest.raises(Unreadable, match="not a feed"):
        read_feed(body)


def test_an_entity_bomb_stays_unexploded() -> None:
    lol = "".join(f'<!ENTITY l{i} "{"".join(f"&l{i - 1};" for _ in range(10))}">' for i in range(1, 10))
    bomb = (
        f'<!DOCTYPE rss [<!ENTITY l0 "ha">{lol}]><rss><channel><title>&l9;</title>'
        + OLD_FEED.split("</link>", 1)[1]
    )
    try:
        feed = read_feed(bomb.encode())
    except Unreadable:
        return
    assert len(feed.title or "") < 1_000


def test_another_encoding_is_read_as_declared() -> None:
    text = NEW_FEED.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read_feed(text.encode("utf-16")).title == "Kinh tế"


def test_the_index_names_feeds_of_both_forms_once_in_its_order() -> None:
    page = """<html><body><a href="/thoi-su.rss">RSS</a><a href="https://baotintuc.vn/rss/kinh-te-128.rss">x</a>
    <a href="/thoi-su.rss">again</a><a href="/thoi-su-472ct0.htm">no feed</a></body></html>"""
    assert read_feed_index(page.encode()) == (f"{ORIGIN}/thoi-su.rss", f"{ORIGIN}/rss/kinh-te-128.rss")


@pytest.mark.parametrize(
    ("link", "url", "same"),
    [
        ("/kinh-te/", "/rss/kinh-te-128.rss", True),
        ("/the-thao/", "/rss/kinh-te-128.rss", False),
        ("/kinh-te-128ct0.htm", "/rss/kinhte-128.rss", True),
        ("/thoi-su-472ct0.htm", "/thoi-su.rss", True),
        ("/the-gioi-130ct0.htm", "/thoi-su.rss", False),
        ("/", "/tin-moi-nhat.rss", True),
        (None, "/thoi-su.rss", True),
        ("/kinh-te/", "/rss/home.rss", True),
        ("/", "/rss/home.rss", True),
        ("/", "/rss/tennis-549.rss", False),
        ("/index.html", "/tennis.rss", False),
        ("/rss/home.rss", "/rss/tennis-549.rss", False),
        ("/tin-moi-nhat.rss", "/thoi-su.rss", False),
        ("/kinh-te.rss", "/rss/tennis-549.rss", False),
        ("/rss/kinh-te-128.rss", "/rss/kinh-te-128.rss", True),
        ("/kinhte.rss", "/rss/kinh-te-128.rss", True),
        ("/kinh-te-128ct0.htm", "/kinh-te.rss", True),
        ("/tin-kinh-te-128ct0.htm", "/kinh-te.rss", True),
        ("/the-thao/tennis/", "/rss/tennis-549.rss", True),
        ("/y-te/", "/suc-khoe.rss", True),
        ("/rss/y-te-564.rss", "/suc-khoe.rss", True),
        ("/phan-tichnhan-dinh-525ct130.htm", "/phan-tich-nhan-dinh.rss", True),
        ("/moi-truong/", "/moi-truong.rss", True),
        ("/moi-truong/", "/rss/moi-truong-1700.rss", True),
        ("/rss.html", "/thoi-su.rss", True),
    ],
)
def test_a_feed_that_answers_for_another_is_noticed(link: str | None, url: str, same: bool) -> None:
    feed = Feed(title="", link=ORIGIN + link if link else None, entries=())
    assert names_feed(feed, ORIGIN + url) is same


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Thời sự", True),
        ("Thời sự - Báo Tin tức", True),
        ("baotintuc.vn | Thời sự", True),
        ("Báo Tin tức", False),
        ("Trang chủ", False),
        ("Báo Tin tức - Tin tức thời sự, kinh tế, văn hóa", False),
        ("Thời sự quốc tế - Báo Tin tức", False),
        (None, False),
    ],
)
def test_a_feed_whose_link_is_the_home_page_may_name_its_section_in_the_title(
    title: str | None, same: bool
) -> None:
    assert names_feed(Feed(title=title, link=ORIGIN + "/", entries=()), ORIGIN + "/thoi-su.rss") is same


def test_where_a_feed_has_no_link_the_address_that_answered_tells_what_it_is_of() -> None:
    feed = Feed(title="Tin tức", link=None, entries=())
    asked = ORIGIN + "/tennis.rss"
    assert names_feed(feed, asked, asked)
    assert names_feed(feed, asked, ORIGIN + "/rss/tennis-549.rss")
    assert not names_feed(feed, asked, ORIGIN + "/rss/home.rss")
    assert not names_feed(feed, asked, ORIGIN + "/")


def test_the_feeds_of_sister_sites_on_the_new_platform_are_read(shared_site: Path) -> None:
    body = (shared_site / "sister" / "sggp_kinh-te-89_2026-09-24.rss").read_bytes()
    body = body.replace(b"https://www.sggp.org.vn/", b"https://baotintuc.vn/")
    feed = read_feed(body)
    assert len(feed.entries) == body.count(b"<item>")
    assert all(entry.published_at and entry.modified_at for entry in feed.entries)
    assert {str(entry.published_at)[-6:] for entry in feed.entries} == {"+07:00"}


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("sggp_kinh-te-89_2026-09-24.rss", b"https://www.sggp.org.vn"),
        ("vietnamplus_kinhte_2026-09-14_trimmed.rss", b"https://www.vietnamplus.vn"),
    ],
)
def test_the_feeds_of_sister_sites_are_those_of_their_section_and_of_no_other(
    shared_site: Path, name: str, host: bytes
) -> None:
    body = (shared_site / "sister" / name).read_bytes().replace(host, b"https://baotintuc.vn")
    feed = read_feed(body)
    assert names_feed(feed, f"{ORIGIN}/rss/kinh-te-128.rss")
    assert names_feed(feed, f"{ORIGIN}/rss/home.rss")
    assert not names_feed(feed, f"{ORIGIN}/rss/the-thao-273.rss")
