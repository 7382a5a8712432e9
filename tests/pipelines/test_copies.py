"""Copies: what others republished is kept apart, and stands in only until the page itself comes."""

from __future__ import annotations

import json

import pytest

from crawler.items import Cause, Copy, Outcome
from pipelines.database import queries
from pipelines.database.search import search
from pipelines.database.verify import repair, verify
from tests.pipelines.factory import NOON, Desk, article, copy_of, feed, fetch


def test_a_copy_of_an_unknown_article_stands_in_for_it(desk: Desk) -> None:
    found = desk.record(copy_of())
    assert (found.outcome, found.article_id) == (Outcome.NEW, article().id)
    row = desk.one("SELECT template, published_at, published_on, created_at, next_check_at FROM articles")
    assert row == {
        "template": "copy",
        "published_at": None,
        "published_on": None,
        "created_at": "2026-08-01T09:01:00+07:00",
        "next_check_at": None,
    }
    assert desk.one("SELECT article_id, source, body FROM copies")["body"] == copy_of().body


def test_an_article_with_only_a_copy_is_not_stored_and_is_owed(desk: Desk) -> None:
    desk.record(copy_of())
    assert queries.stored_ids(desk.db, [article().id]) == set()
    assert [row.url for row in queries.frontier_due(desk.db, NOON, 10)] == [article().url]
    assert queries.recheck_due(desk.db, NOON, 10) == []
    assert desk.one("SELECT stored, owed FROM completeness") == {"stored": 0, "owed": 1}


def test_the_page_itself_replaces_the_copy_as_a_revision(desk: Desk) -> None:
    desk.record(copy_of())
    found = desk.record(fetch(article(), hours=1))
    assert (found.outcome, found.reason) == (
        Outcome.UPDATED,
        "the article itself replaces the copy that stood in for it",
    )
    assert desk.one("SELECT template, body, revision FROM articles") == {
        "template": "2021",
        "body": article().body,
        "revision": 2,
    }
    assert desk.one("SELECT cause, template, body FROM revisions") == {
        "cause": "copy",
        "template": "copy",
        "body": copy_of().body,
    }
    assert desk.count("frontier") == 0
    assert desk.count("copies") == 1
    assert queries.stored_ids(desk.db, [article().id]) == {article().id}


def test_an_older_saved_page_also_replaces_the_copy(desk: Desk) -> None:
    desk.record(copy_of())
    assert desk.record(fetch(article(), hours=-500)).outcome is Outcome.UPDATED
    assert desk.one("SELECT template FROM articles")["template"] == "2021"


def told(desk: Desk) -> list[tuple[str, str, str | None]]:
    """Each text in order: headline, and when (hours) and why it gave way to the next."""
    rows = desk.all(
        "SELECT t.headline, r.seen_at, r.cause FROM revision_texts t"
        " LEFT JOIN superseded r USING (article_id, revision) ORDER BY t.revision"
    )
    return [(row["headline"], (row["seen_at"] or "")[:13], row["cause"]) for row in rows]


def test_pages_saved_before_the_copy_was_read_follow_each_other_after_it(desk: Desk) -> None:
    """A copy was never seen online, so no page is older than the article for its sake."""
    desk.record(fetch(copy_of(headline="Tít của cổng tỉnh"), hours=100))
    for hours, headline in ((-100, "Tít thứ nhất"), (-50, "Tít thứ hai")):
        desk.record(fetch(article(headline=headline), hours=hours))
    assert told(desk) == [
        ("Tít của cổng tỉnh", "2026-11-16T01", "copy"),
        ("Tít thứ nhất", "2026-11-18T03", "site"),
        ("Tít thứ hai", "", None),
    ]
    assert desk.one("SELECT first_seen_at, last_seen_at FROM articles") == {
        "first_seen_at": "2026-11-16T01:00:00Z",
        "last_seen_at": "2026-11-18T03:00:00Z",
    }
    assert verify(desk.path) == []


def test_a_page_older_than_the_one_that_replaced_a_copy_stands_between_the_two(desk: Desk) -> None:
    desk.record(fetch(copy_of(headline="Tít của cổng tỉnh"), hours=100))
    for hours, headline in ((-50, "Tít thứ ba"), (-100, "Tít thứ nhất"), (-70, "Tít thứ hai")):
        desk.record(fetch(article(headline=headline), hours=hours))
    assert told(desk) == [
        ("Tít của cổng tỉnh", "2026-11-16T01", "copy"),
        ("Tít thứ nhất", "2026-11-17T07", "site"),
        ("Tít thứ hai", "2026-11-18T03", "site"),
        ("Tít thứ ba", "", None),
    ]
    assert verify(desk.path) == []


def test_two_portals_copies_differ_by_no_edit_of_the_site(desk: Desk) -> None:
    desk.record(copy_of())
    other = copy_of(headline="Tít do cổng tỉnh đặt lại", source="Cổng B")
    assert desk.record(fetch(other, hours=1)).reason == "changed: headline"
    again = copy_of(headline="Tít do cổng tỉnh đặt lại", lead="Đọc đúng.", source="Cổng B")
    desk.record(fetch(again, hours=1, cause=Cause.PARSER))
    desk.record(fetch(article(), hours=4))
    causes = desk.all("SELECT cause FROM revisions ORDER BY revision")
    assert [row["cause"] for row in causes] == ["copy", "parser", "copy"]


def test_a_copy_read_again_takes_no_place_of_one_of_the_same_second(desk: Desk) -> None:
    copies = copy_of(), copy_of(lead="Sapô của cổng B.", source="Cổng B")
    for copy in (*copies, *copies):
        desk.record(fetch(copy, cause=Cause.PARSER if desk.count("copies") == 2 else Cause.SITE))
    assert desk.one("SELECT lead, revision FROM articles") == {"lead": "Sapô của cổng B.", "revision": 2}


def test_a_copy_of_a_stored_article_is_kept_beside_it(desk: Desk) -> None:
    desk.record(article())
    before = desk.one("SELECT * FROM articles")
    found = desk.record(fetch(copy_of(), hours=1))
    assert (found.outcome, found.article_id) == (Outcome.DUPLICATE, article().id)
    assert desk.one("SELECT * FROM articles") == before
    assert desk.count("copies") == 1


def test_the_same_copy_is_kept_once(desk: Desk) -> None:
    for hours in range(3):
        desk.record(fetch(copy_of(), hours=hours))
    assert [desk.count(table) for table in ("articles", "copies", "revisions")] == [1, 1, 0]


def test_a_feed_does_not_queue_the_article_twice(desk: Desk) -> None:
    desk.record(copy_of())
    desk.record(feed(article().url))
    assert desk.count("frontier") == 1


def test_a_failing_page_leaves_the_copy_in_place(desk: Desk) -> None:
    desk.record(copy_of())
    desk.record(fetch(None, url=article().url, status=500, outcome=Outcome.HTTP_ERROR, hours=1))
    assert desk.one("SELECT attempts FROM frontier")["attempts"] == 1
    assert desk.one("SELECT withdrawn_at FROM articles")["withdrawn_at"] is None


SEEN = ("Nông dân xã Thạnh Phú thu hoạch dừa. Ảnh: TTXVN", "Thuyền chở dừa trên kênh. Ảnh: Linh Sơn")


def captioned(*captions: str, **changes: object) -> Copy:
    return copy_of(1, captions=captions, **changes)


def test_the_captions_of_a_copy_are_kept_and_found(desk: Desk) -> None:
    desk.record(captioned(*SEEN))
    assert desk.one("SELECT captions FROM copies")["captions"] == "\n".join(SEEN)
    assert desk.one("SELECT captions FROM articles")["captions"] == "\n".join(SEEN)
    assert desk.count("photos") == 0, "plain text has no pictures"
    (hit,) = search(desk.db.conn, '"thuyen cho dua"').hits
    assert (hit.id, hit.snippet.text) == (article().id, " ".join(SEEN))


def test_copies_that_differ_in_captions_alone_are_two(desk: Desk) -> None:
    desk.record(captioned(SEEN[0]))
    found = desk.record(fetch(captioned(SEEN[1]), hours=1))
    assert (found.outcome, found.reason) == (Outcome.UPDATED, "changed: photos")
    assert [row["captions"] for row in desk.all("SELECT captions FROM copies ORDER BY id")] == list(SEEN)
    assert verify(desk.path) == []


def test_a_copy_of_captions_alone_is_one(desk: Desk) -> None:
    assert desk.record(captioned(*SEEN, body=None)).outcome is Outcome.NEW
    bare = desk.record(copy_of(2, body=None))
    assert (bare.outcome, bare.reason) == (Outcome.INVALID, "no body and no captions")


def test_verify_and_repair_leave_the_captions_of_a_copy(desk: Desk) -> None:
    desk.record(captioned(*SEEN))
    assert verify(desk.path) == []
    repair(desk.path)
    assert desk.one("SELECT captions FROM articles")["captions"] == "\n".join(SEEN)


def test_captions_stay_with_every_text_that_is_superseded(desk: Desk) -> None:
    desk.record(captioned(*SEEN))
    desk.record(fetch(captioned(*SEEN, lead="Sapô khác."), hours=1))
    desk.record(fetch(captioned(*SEEN), hours=2))
    desk.record(fetch(article(), hours=3))
    photos = desk.all("SELECT photos FROM revisions ORDER BY revision")
    assert len(photos) == 3
    assert all(caption in row["photos"] for row in photos for caption in SEEN)
    assert verify(desk.path) == []
    assert (
        desk.one("SELECT captions FROM articles")["captions"] == "Quang cảnh công trường. Ảnh: Linh Sơn/TTXVN"
    )


def known(*captions: str) -> list[dict[str, object]]:
    """What the views say of the photos of a copy: the captions as printed, and nothing that nobody knows."""
    rest = dict.fromkeys(("url", "caption", "credit", "paragraph"))
    return [{**rest, "caption_raw": caption} for caption in captions]


AWKWARD = (
    'Bà Tư nói: "Dừa \\n năm nay \\ được giá" \u2014 ảnh',
    '\'[]\', {"url": ""}, 100 %',
    "\U0001f965 Dừa sáp",
)


@pytest.mark.parametrize("captions", [SEEN, SEEN[:1], AWKWARD, ()])
def test_the_views_show_the_captions_of_a_copy_that_stands_in(desk: Desk, captions: tuple[str, ...]) -> None:
    desk.record(captioned(*captions))
    row = desk.one("SELECT current, photos FROM revision_texts")
    assert (row["current"], json.loads(row["photos"])) == (1, known(*captions))
    desk.record(fetch(article(), hours=1))
    before, after = desk.all("SELECT photos FROM revision_texts ORDER BY revision")
    assert json.loads(before["photos"]) == known(*captions)
    assert [photo["paragraph"] for photo in json.loads(after["photos"])] == [1]


def test_an_edit_of_a_copy_s_captions_is_told_before_and_after(desk: Desk) -> None:
    desk.record(captioned(SEEN[0]))
    desk.record(fetch(captioned(*SEEN), hours=1))
    edit = desk.one("SELECT field, before, after FROM edits")
    assert (edit["field"], json.loads(edit["before"])) == ("photos", known(SEEN[0]))
    assert json.loads(edit["after"]) == known(*SEEN)
