"""What a page is to what is stored: new, unchanged, updated, a duplicate."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawler.items import Fetch, Kind, Outcome, Video
from pipelines.times import HANOI
from tests.pipelines.bridges import BRIDGES
from tests.pipelines.factory import Desk, article, body, feed, fetch


def outcome(desk: Desk, *args: object, **kwargs: object) -> Outcome | None:
    return desk.record(*args, **kwargs).outcome  # type: ignore[arg-type]


def test_the_same_page_twice_is_one_article(desk: Desk) -> None:
    assert outcome(desk, article()) is Outcome.NEW
    assert outcome(desk, fetch(article(), hours=1)) is Outcome.UNCHANGED
    assert [desk.count(t) for t in ("articles", "photos", "contributors", "revisions")] == [1, 1, 1, 0]


def test_an_edited_page_is_the_same_row_with_its_first_text_kept(desk: Desk) -> None:
    desk.record(article())
    found = desk.record(fetch(article(headline="Đường về Bến Tre đã thông"), hours=1))
    assert (found.outcome, found.reason) == (Outcome.UPDATED, "changed: headline")
    assert desk.one("SELECT headline, revision FROM articles") == {
        "headline": "Đường về Bến Tre đã thông",
        "revision": 2,
    }
    assert desk.one("SELECT headline FROM revisions")["headline"] == article().headline


def test_the_same_content_under_another_id_is_a_duplicate_and_stored(desk: Desk) -> None:
    first = article(1)
    second = article(2, headline=first.headline, lead=first.lead, body=first.body, photos=first.photos)
    desk.record(first)
    found = desk.record(second)
    assert (found.outcome, found.article_id) == (Outcome.DUPLICATE, second.id)
    assert found.reason == f"the same text as article {first.id}"
    assert desk.all("SELECT id, duplicate_of, similarity FROM articles ORDER BY key") == [
        {"id": first.id, "duplicate_of": None, "similarity": None},
        {"id": second.id, "duplicate_of": first.id, "similarity": 1.0},
    ]


def test_nearly_the_same_is_a_duplicate_with_its_similarity(desk: Desk) -> None:
    first = article(1, body=body(1, 8))
    shortened = article(2, lead=first.lead, body="\n\n".join(body(1, 8).split("\n\n")[:6]))
    desk.record(first)
    found = desk.record(shortened)
    assert found.outcome is Outcome.DUPLICATE
    row = desk.one("SELECT duplicate_of, similarity FROM articles WHERE id = ?", shortened.id)
    assert row["duplicate_of"] == first.id
    assert 0.9 < row["similarity"] <= 1


def test_the_earliest_published_is_the_original_whichever_comes_first(desk: Desk) -> None:
    early, late = article(1), article(2, body=article(1).body, lead=article(1).lead)
    desk.record(late)
    assert outcome(desk, early) is Outcome.NEW
    found = desk.all("SELECT id, duplicate_of FROM articles ORDER BY published_at")
    assert found == [{"id": early.id, "duplicate_of": None}, {"id": late.id, "duplicate_of": early.id}]


def test_chains_resolve_to_the_original(desk: Desk) -> None:
    same = {"body": article(1).body, "lead": article(1).lead, "headline": article(1).headline}
    for n in (3, 2, 1):
        desk.record(article(n, **same, photos=article(1).photos))
    found = desk.all("SELECT duplicate_of FROM articles ORDER BY published_at")
    assert [row["duplicate_of"] for row in found] == [None, article(1).id, article(1).id]


def test_a_later_edit_decides_again(desk: Desk) -> None:
    first, second = article(1), article(2, body=article(1).body, lead=article(1).lead)
    desk.record(first)
    desk.record(second)
    desk.record(fetch(article(2), hours=1))
    assert desk.one("SELECT duplicate_of, similarity FROM articles WHERE id = ?", second.id) == {
        "duplicate_of": None,
        "similarity": None,
    }


def test_an_edit_of_the_original_frees_what_no_longer_repeats_it(desk: Desk) -> None:
    first, second = article(1), article(2, body=article(1).body, lead=article(1).lead)
    desk.record(first)
    desk.record(second)
    desk.record(fetch(article(1, body=body(77), lead="Sapô mới hoàn toàn."), hours=1))
    assert desk.one("SELECT duplicate_of FROM articles WHERE id = ?", second.id)["duplicate_of"] is None


def bridge(n: int, text: int, day: int, *, hours: float = 0, **changes: object) -> Fetch:
    """A page of article ``n`` with a bridge text (its number), published on a day of August."""
    published = datetime(2026, 8, day, 9, 0, tzinfo=HANOI)
    fields = {"lead": None, "body": BRIDGES[text], "photos": (), "published_at": published, **changes}
    return fetch(article(n, **fields), hours=hours)


def links(desk: Desk) -> dict[int, int | None]:
    """Which article repeats which, by their numbers."""
    rows = desk.all("SELECT id, duplicate_of FROM articles")
    return {int(row["id"][-3:]): row["duplicate_of"] and int(row["duplicate_of"][-3:]) for row in rows}


def test_an_original_moved_behind_its_duplicate_follows_it_to_the_end(desk: Desk) -> None:
    """The duplicate is near to another article as well, which is the earlier now: no chain is left."""
    for page in (bridge(1, 0, day=1), bridge(2, 7, day=2), bridge(3, 6, day=3)):
        desk.record(page)
    assert links(desk) == {1: None, 2: None, 3: 1}
    desk.record(bridge(1, 0, day=4, hours=1))
    assert links(desk) == {1: 2, 2: None, 3: 2}


def test_an_article_wholly_within_the_original_is_freed_with_the_one_between_them(desk: Desk) -> None:
    """Three paragraphs of ten are too few to be a copy: they repeated the six between."""
    for page in (bridge(1, 8, day=1), bridge(2, 0, day=2), bridge(3, 5, day=3)):
        desk.record(page)
    assert links(desk) == {1: None, 2: 1, 3: 1}
    assert desk.one("SELECT similarity FROM articles WHERE id LIKE '%003'")["similarity"] == 1
    desk.record(bridge(2, 4, day=2, hours=1))
    assert links(desk) == {1: None, 2: None, 3: None}


def test_an_article_left_without_text_frees_what_hung_on_another_through_it(desk: Desk) -> None:
    for page in (bridge(1, 0, day=1), bridge(2, 1, day=2), bridge(3, 2, day=3)):
        desk.record(page)
    assert links(desk) == {1: None, 2: 1, 3: 1}
    desk.record(
        bridge(2, 1, day=2, hours=1, kind=Kind.VIDEO, body=None, videos=(Video(url="https://v/1.mp4"),))
    )
    assert links(desk) == {1: None, 2: None, 3: None}


def test_two_videos_under_one_headline_are_two_articles(desk: Desk) -> None:
    issues = [
        article(
            n,
            kind=Kind.VIDEO,
            headline="Bản tin 60 giây",
            lead=None,
            body=None,
            photos=(),
            videos=(Video(url=f"https://video.baotintuc.vn/{n}.mp4"),),
        )
        for n in (1, 2)
    ]
    assert [outcome(desk, issue) for issue in issues] == [Outcome.NEW, Outcome.NEW]


def test_another_section_slug_is_another_url_of_the_same_article(desk: Desk) -> None:
    desk.record(article())
    elsewhere = article().url.replace("/thoi-su/", "/kinh-te/")
    found = desk.record(fetch(article(url=elsewhere), hours=1))
    assert (found.outcome, found.article_id) == (Outcome.UNCHANGED, article().id)
    assert desk.one("SELECT url FROM articles")["url"] == article().url
    assert desk.one("SELECT url, article_id FROM aliases") == {"url": elsewhere, "article_id": article().id}


def test_unchanged_writes_only_the_ledger_and_when_it_was_seen(desk: Desk) -> None:
    desk.record(article())
    tables = ("photos", "contributors", "article_tags", "revisions", "shingle_bands", "aliases", "identities")
    before = {table: desk.all(f"SELECT * FROM {table}") for table in tables}
    row = desk.one("SELECT * FROM articles")
    index = desk.all("SELECT * FROM articles_fts_data")
    desk.record(fetch(article(), hours=30))
    assert {table: desk.all(f"SELECT * FROM {table}") for table in tables} == before
    assert desk.all("SELECT * FROM articles_fts_data") == index
    now = desk.one("SELECT * FROM articles")
    assert {name for name in row if row[name] != now[name]} == {"last_seen_at", "next_check_at"}
    assert desk.count("fetches") == 2


@pytest.mark.parametrize("moved", ["https://media.baotintuc.vn/images/9f/anh-1.jpg.webp"])
def test_a_photo_that_moved_is_no_edit_but_its_address_is_kept_up(desk: Desk, moved: str) -> None:
    desk.record(article())
    photo = article().photos[0]
    found = desk.record(
        fetch(
            article(
                photos=(
                    type(photo)(
                        url=moved,
                        caption=photo.caption,
                        credit=photo.credit,
                        caption_raw=photo.caption_raw,
                        paragraph=1,
                    ),
                )
            ),
            hours=1,
        )
    )
    assert found.outcome is Outcome.UNCHANGED
    assert desk.one("SELECT url FROM photos")["url"] == moved
    assert desk.count("revisions") == 0


def test_a_listing_or_feed_is_read_and_is_no_article(desk: Desk) -> None:
    assert outcome(desk, feed()) is Outcome.READ
    assert desk.one("SELECT kind, outcome, article_id FROM fetches") == {
        "kind": "feed",
        "outcome": "read",
        "article_id": None,
    }
