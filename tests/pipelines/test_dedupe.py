"""What a page is to what is stored: new, unchanged, updated, a duplicate."""

from __future__ import annotations

import pytest

from crawler.items import Kind, Outcome, Video
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
