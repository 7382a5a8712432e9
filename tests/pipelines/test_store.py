"""What the rows of an article say: exactly what the page says, or NULL."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

from crawler.items import Contributor, ContributorKind, FetchKind, Kind, Photo, Section, Source, Video
from tests.pipelines.factory import Desk, article, fetch


def test_every_column_says_what_the_page_says(desk: Desk) -> None:
    desk.record(article(modified_at=datetime(2026, 8, 1, 4, 0, tzinfo=UTC)))
    row = desk.one("SELECT * FROM articles")
    expected = {
        "id": "20260801090100001",
        "url": article().url,
        "kind": "text",
        "section_id": 472,
        "headline": article().headline,
        "lead": article().lead,
        "body": article().body,
        "byline": "Linh Sơn (TTXVN)",
        "published_at": "2026-08-01T09:06:00+07:00",
        "published_on": "2026-08-01",
        "modified_at": "2026-08-01T11:00:00+07:00",
        "created_at": "2026-08-01T09:01:00+07:00",
        "withdrawn_at": None,
        "template": "2021",
        "revision": 1,
        "captions": "Quang cảnh công trường. Ảnh: Linh Sơn/TTXVN",
        "first_seen_at": "2026-11-20T05:00:00Z",
    }
    assert {name: row[name] for name in expected} == expected
    assert json.loads(row["sources"]) == {"headline": "template", "body": "template"}
    assert row["word_count"] == len(f"{article().lead} {article().body}".split())


def test_what_the_page_does_not_say_is_null(desk: Desk) -> None:
    desk.record(
        article(
            lead=None,
            byline=None,
            published_at=None,
            created_at=None,
            section=None,
            photos=(),
            contributors=(),
            tags=(),
            sources={},
        )
    )
    row = desk.one("SELECT * FROM articles")
    names = (
        "lead",
        "byline",
        "published_at",
        "published_on",
        "modified_at",
        "created_at",
        "section_id",
        "captions",
    )
    assert {name: row[name] for name in names} == dict.fromkeys(names)


def test_the_day_is_the_local_one(desk: Desk) -> None:
    desk.record(article(published_at=datetime(2026, 8, 1, 18, 30, tzinfo=UTC)))
    row = desk.one("SELECT published_at, published_on FROM articles")
    assert row == {"published_at": "2026-08-02T01:30:00+07:00", "published_on": "2026-08-02"}


def test_a_17_digit_ids_milliseconds_are_kept(desk: Desk) -> None:
    desk.record(article(created_at=datetime(2026, 8, 1, 2, 0, 5, 131_000, tzinfo=UTC)))
    assert desk.one("SELECT created_at FROM articles")["created_at"] == "2026-08-01T09:00:05.131+07:00"


def test_text_is_kept_composed(desk: Desk) -> None:
    apart = unicodedata.normalize("NFD", "Đường về Bến Tre")
    desk.record(
        article(
            headline=apart,
            tags=(apart,),
            contributors=(Contributor(kind=ContributorKind.PERSON, name=apart),),
            section=Section(name=apart, id=1),
        )
    )
    for sql in (
        "SELECT headline AS t FROM articles",
        "SELECT name AS t FROM tags",
        "SELECT name AS t FROM contributors",
        "SELECT name AS t FROM sections",
    ):
        assert desk.one(sql)["t"] == "Đường về Bến Tre"


def test_children_keep_their_order_and_an_edit_replaces_them(desk: Desk) -> None:
    photos = tuple(Photo(url=f"https://a/{n}.jpg", paragraph=n) for n in range(3))
    people = tuple(Contributor(kind=ContributorKind.PERSON, name=name) for name in ("Lê Sen", "Hồng Phát"))
    videos = (Video(url="https://a/v.mp4", poster="https://a/v.jpg"),)
    desk.record(article(photos=photos, contributors=people, videos=videos))
    assert [row["url"] for row in desk.all("SELECT url FROM photos ORDER BY position")] == [
        p.url for p in photos
    ]
    assert [row["name"] for row in desk.all("SELECT name FROM contributors ORDER BY position")] == [
        "Lê Sen",
        "Hồng Phát",
    ]
    assert desk.one("SELECT position, url, poster FROM videos") == {
        "position": 1,
        "url": "https://a/v.mp4",
        "poster": "https://a/v.jpg",
    }
    desk.record(fetch(article(photos=photos[1:], contributors=people[:1], tags=("mới",)), hours=1))
    assert [desk.count(table) for table in ("photos", "contributors", "videos", "article_tags")] == [
        2,
        1,
        0,
        1,
    ]


def test_better_reading_of_the_same_text_is_written_without_a_revision(desk: Desk) -> None:
    desk.record(article(contributors=(), section=None))
    found = desk.record(fetch(article(), hours=1))
    assert found.reason == "the text is the same; other fields were read anew"
    assert desk.one("SELECT section_id, revision FROM articles") == {"section_id": 472, "revision": 1}
    assert desk.count("contributors") == 1


def test_a_tag_is_one_row_however_many_articles_have_it(desk: Desk) -> None:
    desk.record(article(1, tags=("Bến Tre", "Bến Tre")))
    desk.record(article(2, tags=("Bến Tre", "lũ")))
    assert desk.all("SELECT name FROM tags ORDER BY id") == [{"name": "Bến Tre"}, {"name": "lũ"}]
    assert desk.count("article_tags") == 3


def named(id_: int, name: str, slug: str | None = None) -> Section:
    return Section(name=name, id=id_, slug=slug)


def test_an_old_page_does_not_take_back_the_name_that_a_section_has_today(desk: Desk) -> None:
    today = named(131, "Khoa học và Công nghệ", "khoa-hoc-cong-nghe")
    desk.record(article(1, section=today))
    desk.record(fetch(article(2, section=named(131, "KH-CN cũ", "khcn")), hours=-50_000, kind=FetchKind.FILE))
    assert desk.one("SELECT slug, name FROM sections") == {"slug": today.slug, "name": today.name}
    assert {row["section"] for row in desk.all("SELECT section FROM article_list")} == {today.name}
    desk.record(fetch(article(3, section=named(131, "Công nghệ", "cong-nghe")), hours=1))
    assert desk.one("SELECT slug, name FROM sections") == {"slug": "cong-nghe", "name": "Công nghệ"}


def test_a_page_between_two_others_does_not_name_it_either_in_any_order(desk: Desk) -> None:
    """What is remembered of a section must not be taken for what is stored."""
    for n, (hours, name) in enumerate(((0, "Một"), (20, "Hai"), (10, "Một"), (30, "Hai"), (25, "Một"))):
        desk.record(fetch(article(n + 1, section=named(131, name)), hours=hours, kind=FetchKind.FILE))
        assert desk.one("SELECT name FROM sections")["name"] == ("Một" if n == 0 else "Hai")


def test_an_old_page_still_says_what_no_other_one_has(desk: Desk) -> None:
    desk.record(article(1, section=named(131, "Công nghệ")))
    older = Section(name="KH-CN", id=131, slug="khcn", parent_id=128)
    desk.record(fetch(article(2, section=older), hours=-9, kind=FetchKind.FILE))
    assert desk.one("SELECT slug, name, parent_id FROM sections WHERE id = 131") == {
        "slug": "khcn",
        "name": "Công nghệ",
        "parent_id": 128,
    }
    older_parent = named(128, "Kinh tế")
    desk.record(fetch(article(3, section=older_parent), hours=-9, kind=FetchKind.FILE))
    assert desk.one("SELECT name FROM sections WHERE id = 128")["name"] == "Kinh tế"


def test_a_section_and_its_parent_are_rows(desk: Desk) -> None:
    desk.record(article(1, section=Section(name="Thị trường", id=145, slug="thi-truong", parent_id=128)))
    assert desk.all("SELECT * FROM sections ORDER BY id") == [
        {"id": 128, "slug": None, "name": None, "parent_id": None},
        {"id": 145, "slug": "thi-truong", "name": "Thị trường", "parent_id": 128},
    ]
    desk.record(article(2, section=Section(name="Kinh tế", id=128, slug="kinh-te", parent_id=0)))
    assert desk.one("SELECT name, slug FROM sections WHERE id = 128") == {
        "name": "Kinh tế",
        "slug": "kinh-te",
    }


def test_what_one_page_says_of_a_section_is_not_lost_by_another_that_says_less(desk: Desk) -> None:
    desk.record(article(1, section=Section(name="Thị trường", id=145, slug="thi-truong", parent_id=128)))
    desk.record(article(2, section=Section(name="Thị trường", id=145)))
    assert desk.one("SELECT slug, parent_id FROM sections WHERE id = 145") == {
        "slug": "thi-truong",
        "parent_id": 128,
    }


def test_a_section_without_a_number_gets_one_once_it_is_known(desk: Desk) -> None:
    bare = Section(name="Thời sự", slug="thoi-su")
    desk.record(article(1, section=bare))
    desk.record(article(2, section=bare))
    assert [row["section_id"] for row in desk.all("SELECT section_id FROM articles")] == [-1, -1]
    desk.record(article(3))
    desk.record(article(4, section=bare))
    assert {row["section_id"] for row in desk.all("SELECT section_id FROM articles")} == {472}
    assert desk.count("sections") == 1


def test_sections_without_numbers_are_told_apart(desk: Desk) -> None:
    for n, name in enumerate(("Ảnh", "Video", "Ảnh"), start=1):
        desk.record(article(n, section=Section(name=name)))
    assert [row["section_id"] for row in desk.all("SELECT section_id FROM articles ORDER BY key")] == [
        -1,
        -2,
        -1,
    ]


def test_related_links_lead_to_what_is_stored_before_and_after(desk: Desk) -> None:
    links = (article(1).url, article(3).url, article(1).url, "https://baotintuc.vn/ngoai.htm")
    desk.record(article(1))
    desk.record(article(2, related=links))
    desk.record(article(3))
    assert desk.all("SELECT position, url, related_id FROM related") == [
        {"position": 1, "url": article(1).url, "related_id": article(1).id},
        {"position": 2, "url": article(3).url, "related_id": article(3).id},
        {"position": 3, "url": "https://baotintuc.vn/ngoai.htm", "related_id": None},
    ]


def test_every_kind_of_article_is_stored(desk: Desk) -> None:
    for n, kind in enumerate(Kind, start=1):
        desk.record(article(n, kind=kind, videos=(Video(url="https://a/v.mp4"),)))
    assert {row["kind"] for row in desk.all("SELECT kind FROM articles")} == set(Kind)


def test_sources_are_plain_words(desk: Desk) -> None:
    desk.record(article(sources={"headline": Source.METADATA, "body": Source.GENERIC}))
    assert json.loads(desk.one("SELECT sources FROM articles")["sources"]) == {
        "headline": "metadata",
        "body": "generic",
    }


def test_other_addresses_are_aliases_and_paths_of_files_are_not(desk: Desk) -> None:
    led = replace(fetch(article()), url="/data/trang.html", aliases=("https://baotintuc.vn/chuyen-huong",))
    desk.record(led)
    assert [row["url"] for row in desk.all("SELECT url FROM aliases")] == [
        "https://baotintuc.vn/chuyen-huong"
    ]
