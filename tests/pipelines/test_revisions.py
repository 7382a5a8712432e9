"""Revisions: the first text is never lost, each text is kept once, and causes are told apart."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from crawler.items import Article, Cause, Outcome
from crawler.site.urls import article_id
from pipelines.database.archived import Wanted, archived
from pipelines.database.verify import verify
from pipelines.dedupe import READ_ANEW
from tests.pipelines.factory import NOON, Desk, article, body, failure, fetch

FIELDS = ("headline", "lead", "body", "byline", "photos", "tags")


def texts(desk: Desk) -> list[str]:
    """The headlines of all texts of the only article, the current one last."""
    return [row["headline"] for row in desk.all("SELECT headline FROM revision_texts ORDER BY revision")]


def test_an_edit_keeps_what_was_and_says_what_changed(desk: Desk) -> None:
    desk.record(article())
    desk.record(fetch(article(headline="Tít mới", tags=("giao thông",)), hours=2))
    row = desk.one("SELECT * FROM revisions")
    assert (row["revision"], row["cause"], row["seen_at"]) == (1, "site", "2026-11-20T07:00:00Z")
    assert json.loads(row["changed"]) == ["headline", "tags"]
    assert row["headline"] == article().headline
    assert json.loads(row["tags"]) == ["Bến Tre", "giao thông"]


def test_text_that_repeats_is_not_stored_again(desk: Desk) -> None:
    desk.record(article())
    desk.record(fetch(article(headline="Tít mới"), hours=1))
    assert desk.one("SELECT body, lead, byline, photos FROM superseded") == dict.fromkeys(
        ("body", "lead", "byline", "photos")
    )


def test_a_revision_reads_whole_though_its_text_is_kept_in_parts(desk: Desk) -> None:
    first = article()
    desk.record(first)
    desk.record(fetch(article(headline="Tít mới"), hours=1))
    row = desk.one("SELECT revision, changed, headline, lead, body, byline FROM revisions")
    assert row == {
        "revision": 1,
        "changed": '["headline"]',
        "headline": first.headline,
        "lead": first.lead,
        "body": first.body,
        "byline": first.byline,
    }


def test_every_text_can_be_read_whole(desk: Desk) -> None:
    versions = [
        article(),
        article(headline="Tít hai"),
        article(headline="Tít hai", body=body(5)),
        article(headline="Tít ba", body=body(5), lead=None, photos=()),
        article(headline="Tít ba", body=body(6), lead="Sapô trở lại."),
    ]
    for hours, version in enumerate(versions):
        desk.record(fetch(version, hours=hours))
    rows = desk.all("SELECT * FROM revision_texts ORDER BY revision")
    assert [row["current"] for row in rows] == [0, 0, 0, 0, 1]
    for row, version in zip(rows, versions, strict=True):
        assert [row[name] for name in FIELDS[:4]] == [getattr(version, name) for name in FIELDS[:4]]
        assert [photo["url"] for photo in json.loads(row["photos"])] == [
            photo.url for photo in version.photos
        ]
        assert json.loads(row["tags"]) == sorted(version.tags)


def test_the_view_edits_tells_before_and_after(desk: Desk) -> None:
    desk.record(article())
    desk.record(fetch(article(headline="Tít hai"), hours=1))
    desk.record(fetch(article(headline="Tít ba", lead=None), hours=2))
    found = desk.all("SELECT revision, field, before, after FROM edits ORDER BY revision, field")
    assert [tuple(row.values()) for row in found] == [
        (1, "headline", article().headline, "Tít hai"),
        (2, "headline", "Tít hai", "Tít ba"),
        (2, "lead", article().lead, None),
    ]


def test_a_page_that_flips_back_and_forth_does_not_grow(desk: Desk) -> None:
    one, other = article(), article(headline="Tít hai")
    outcomes = [desk.record(fetch((one, other)[n % 2], hours=n)).outcome for n in range(20)]
    assert outcomes == [Outcome.NEW] + [Outcome.UPDATED] * 19
    assert desk.count("revisions") == 2
    assert desk.one("SELECT headline, revision FROM articles") == {"headline": "Tít hai", "revision": 3}
    assert texts(desk) == [article().headline, "Tít hai", "Tít hai"]


def test_flipping_among_three_texts_keeps_each_of_them_readable(desk: Desk) -> None:
    versions = [article(), article(headline="Tít hai"), article(headline="Tít hai", body=body(9))]
    for hours, n in enumerate((0, 1, 2, 0, 1, 2, 1, 0, 2, 0)):
        desk.record(fetch(versions[n], hours=hours))
    assert desk.count("revisions") == 6, "one for each change from one of them to another"
    kept = {
        (row["headline"], row["body"]) for row in desk.all("SELECT * FROM revision_texts WHERE NOT current")
    }
    assert kept == {(version.headline, version.body) for version in versions}
    assert desk.one("SELECT headline, body FROM articles")["body"] == versions[0].body


TRIPLE = (
    article(headline="Tít một", lead="Sapô một."),
    article(headline="Tít hai", lead="Sapô hai."),
    article(headline="Tít ba", lead="Sapô một."),
)


def changes_told(desk: Desk) -> list[tuple[str, str]]:
    """The headlines before and after each change, as the view has them."""
    rows = desk.all("SELECT before, after FROM edits WHERE field = 'headline' ORDER BY revision")
    return [(row["before"], row["after"]) for row in rows]


@pytest.mark.parametrize("count", range(2, 10))
def test_no_change_is_told_that_never_was_however_a_page_goes_round(desk: Desk, count: int) -> None:
    """A, B, C, A, B: the change from A to B is told already, and no one ever saw C become B."""
    names = [TRIPLE[n % 3].headline or "" for n in range(count)]
    for hours in range(count):
        desk.record(fetch(TRIPLE[hours % 3], hours=hours))
    assert changes_told(desk) == list(dict.fromkeys(pairwise(names)))
    leads = desk.all("SELECT before, after FROM edits WHERE field = 'lead' ORDER BY revision")
    ways = [("Sapô một.", "Sapô hai."), ("Sapô hai.", "Sapô một.")]
    assert [tuple(row.values()) for row in leads] == ways[: count - 1]
    assert verify(desk.path) == []


def test_an_edit_after_a_page_went_back_and_forth_and_back_is_told_as_it_was(desk: Desk) -> None:
    one, two, three = TRIPLE
    for hours, version in enumerate((one, two, one, two, three)):
        desk.record(fetch(version, hours=hours))
    assert changes_told(desk) == [("Tít một", "Tít hai"), ("Tít hai", "Tít một"), ("Tít hai", "Tít ba")]


def test_an_older_page_makes_up_no_change_where_a_page_went_round(desk: Desk) -> None:
    """From between two looks, one of which left no row, and from after the last of them."""
    for hours in range(5):
        desk.record(fetch(TRIPLE[hours % 3], hours=hours * 2))
    desk.record(fetch(TRIPLE[1], hours=20))
    desk.record(fetch(article(headline="Tít lạ"), hours=7))
    desk.record(fetch(article(headline="Tít sau"), hours=15))
    assert changes_told(desk) == [
        *[("Tít một", "Tít hai"), ("Tít hai", "Tít ba"), ("Tít ba", "Tít một")],
        *[("Tít lạ", "Tít hai"), ("Tít hai", "Tít sau"), ("Tít sau", "Tít hai")],
    ]
    assert desk.one("SELECT headline FROM articles")["headline"] == "Tít hai"
    assert verify(desk.path) == []


def test_what_followed_an_older_page_is_not_told_where_flips_left_no_row(desk: Desk) -> None:
    for hours in range(6):
        desk.record(fetch(TRIPLE[hours % 3], hours=hours * 2))
    before = changes_told(desk)
    desk.record(fetch(article(headline="Tít lạ"), hours=7))
    assert changes_told(desk) == before, "which text came after it left no row"
    assert "Tít lạ" in texts(desk)
    assert verify(desk.path) == []


def test_an_edit_after_a_page_went_back_is_told_too(desk: Desk) -> None:
    first, second, third = article(), article(headline="Tít hai"), article(body=body(9), tags=("mới",))
    for hours, version in enumerate((first, second, first, third)):
        desk.record(fetch(version, hours=hours))
    row = desk.one("SELECT headline, body, tags FROM revision_texts WHERE revision = 2")
    assert (row["headline"], row["body"]) == ("Tít hai", second.body)
    assert json.loads(row["tags"]) == sorted(second.tags)
    rows = desk.all("SELECT seen_at, changed FROM revisions ORDER BY revision")
    assert [json.loads(row["changed"]) for row in rows] == [["headline"], ["headline"], ["body", "tags"]]
    assert rows[-1]["seen_at"] == "2026-11-20T08:00:00Z"
    edit = desk.one("SELECT before, after, cause FROM edits WHERE field = 'body'")
    assert edit == {"before": first.body, "after": third.body, "cause": "site"}


def test_a_text_kept_before_still_reads_whole_after_a_change_that_adds_no_row(desk: Desk) -> None:
    first, second = article(), article(body=body(9), tags=("mới",))
    for hours, version in enumerate((first, second, first, second, first)):
        desk.record(fetch(version, hours=hours))
    assert desk.count("revisions") == 2, "both texts were kept already"
    row = desk.one("SELECT headline, body, tags FROM revision_texts WHERE revision = 2")
    assert (row["headline"], row["body"]) == (second.headline, second.body)
    assert json.loads(row["tags"]) == ["mới"]


def test_the_parser_takes_back_no_text_that_a_page_flipped_to(desk: Desk) -> None:
    one, other = article(), article(headline="Tít hai")
    for hours in range(4):
        desk.record(fetch((one, other)[hours % 2], hours=hours))
    found = desk.record(fetch(article(lead="Sapô đọc đúng."), hours=2, cause=Cause.PARSER))
    assert found.outcome is Outcome.UNCHANGED
    assert desk.one("SELECT headline FROM articles")["headline"] == "Tít hai"


def test_a_change_by_our_parser_is_put_down_to_it(desk: Desk) -> None:
    desk.record(article())
    better = fetch(article(lead="Sapô đọc đúng."), cause=Cause.PARSER)
    assert desk.record(better).outcome is Outcome.UPDATED
    assert desk.one("SELECT cause FROM revisions")["cause"] == "parser"


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"byline": "Linh Sơn/TTXVN"}, "template"),
        ({"tags": ("Bến Tre",)}, "template"),
        ({"body": body(40), "lead": "Một sapô khác hẳn, viết lại từ đầu."}, "site"),
        ({"headline": "Đường về Cần Thơ không gần, số 1"}, "site"),
        ({"body": body(1).replace("103", "130")}, "site"),
        ({"body": f"{body(1)}\n\nẢnh: Linh Sơn"}, "template"),
    ],
)
def test_a_new_page_design_with_the_same_words_is_no_edit_by_the_site(
    desk: Desk, changes: dict[str, object], cause: str
) -> None:
    desk.record(article())
    desk.record(fetch(article(template="2026", **changes), hours=1))
    assert desk.one("SELECT cause FROM revisions")["cause"] == cause


def test_a_new_page_design_alone_is_no_revision(desk: Desk) -> None:
    desk.record(article())
    found = desk.record(fetch(article(template="2026"), hours=1))
    assert found.outcome is Outcome.UNCHANGED
    assert desk.one("SELECT template, revision FROM articles") == {"template": "2026", "revision": 1}


def test_an_older_page_never_replaces_the_newer_text(desk: Desk) -> None:
    desk.record(fetch(article(headline="Tít của hôm nay"), hours=0))
    found = desk.record(fetch(article(headline="Tít của hôm qua"), hours=-24))
    assert found.outcome is Outcome.UPDATED
    assert texts(desk) == ["Tít của hôm qua", "Tít của hôm nay"]
    assert desk.one("SELECT first_seen_at, last_seen_at FROM articles") == {
        "first_seen_at": "2026-11-19T05:00:00Z",
        "last_seen_at": "2026-11-20T05:00:00Z",
    }


def test_older_pages_take_their_place_in_time(desk: Desk) -> None:
    for hours, name in ((10, "năm"), (2, "hai"), (8, "bốn"), (5, "ba"), (0, "một")):
        desk.record(fetch(article(headline=f"Tít {name}"), hours=hours))
    assert texts(desk) == ["Tít một", "Tít hai", "Tít ba", "Tít bốn", "Tít năm"]


def told(desk: Desk) -> list[tuple[str, str, str | None]]:
    """Each text in order: headline, and when and why it gave way to the next."""
    rows = desk.all(
        "SELECT t.headline, r.seen_at, r.cause FROM revision_texts t"
        " LEFT JOIN superseded r USING (article_id, revision) ORDER BY t.revision"
    )
    return [(row["headline"], (row["seen_at"] or "")[11:13], row["cause"]) for row in rows]


def test_a_page_from_between_two_texts_takes_its_place_between_them(desk: Desk) -> None:
    for hours, name in ((0, "một"), (10, "ba"), (5, "hai")):
        desk.record(fetch(article(headline=f"Tít {name}"), hours=hours))
    assert told(desk) == [("Tít một", "10", "site"), ("Tít hai", "15", "site"), ("Tít ba", "", None)]
    found = desk.all("SELECT before, after FROM edits ORDER BY revision")
    assert [tuple(row.values()) for row in found] == [("Tít một", "Tít hai"), ("Tít hai", "Tít ba")]


def test_a_page_from_between_two_looks_at_one_text_tells_that_the_site_went_back(desk: Desk) -> None:
    desk.record(fetch(article(headline="Tít một"), hours=0))
    desk.record(fetch(article(headline="Tít một"), hours=10))
    desk.record(fetch(article(headline="Tít hai"), hours=5))
    assert told(desk) == [("Tít một", "10", "site"), ("Tít hai", "15", "site"), ("Tít một", "", None)]


def test_an_older_page_of_the_old_design_is_no_edit_by_the_site(desk: Desk) -> None:
    desk.record(fetch(article(template="2026", byline="Linh Sơn/TTXVN"), hours=10))
    desk.record(fetch(article(), hours=0))
    assert desk.one("SELECT cause FROM revisions")["cause"] == "template"


def test_what_the_parser_changed_is_not_put_down_to_it_where_another_text_stands_between(desk: Desk) -> None:
    desk.record(fetch(article(headline="Tít một"), hours=0))
    desk.record(fetch(article(headline="Tít một, đọc lại"), hours=0, cause=Cause.PARSER))
    desk.record(fetch(article(headline="Tít ba"), hours=9))
    desk.record(fetch(article(headline="Tít hai"), hours=5))
    assert told(desk) == [
        ("Tít một", "05", "parser"),
        ("Tít một, đọc lại", "10", "site"),
        ("Tít hai", "14", "site"),
        ("Tít ba", "", None),
    ]


def test_a_superseded_text_reads_to_the_letter_as_it_did(desk: Desk) -> None:
    """What its hash does not see too: a paragraph's break, the address of a photo."""
    first = article(body="Đoạn một. Đoạn hai.")
    elsewhere = (replace(first.photos[0], url=first.photos[0].url.replace("cdnmedia", "media")),)
    second = replace(first, headline="Tít hai", body="Đoạn một.\n\nĐoạn hai.", photos=elsewhere)
    desk.record(first)
    desk.record(fetch(second, hours=1))
    row = desk.one("SELECT changed, body, photos FROM revisions")
    assert (json.loads(row["changed"]), row["body"]) == (["headline"], first.body)
    assert json.loads(row["photos"])[0]["url"] == first.photos[0].url


def test_a_superseded_text_stays_when_the_text_after_it_is_written_anew(desk: Desk) -> None:
    desk.record(article(body="Đoạn một. Đoạn hai."))
    desk.record(fetch(article(headline="Tít hai", body="Đoạn một. Đoạn hai."), hours=1))
    found = desk.record(fetch(article(headline="Tít hai", body="Đoạn một.\n\nĐoạn hai."), hours=2))
    assert (found.outcome, found.reason) == (Outcome.UNCHANGED, READ_ANEW)
    assert desk.one("SELECT body FROM revisions")["body"] == "Đoạn một. Đoạn hai."
    assert desk.one("SELECT body FROM articles")["body"] == "Đoạn một.\n\nĐoạn hai."
    assert verify(desk.path) == []


def held(desk: Desk) -> list[str]:
    """What each superseded text holds of its own."""
    return [row["held"] for row in desk.all("SELECT held FROM superseded ORDER BY article_id, revision")]


def test_older_pages_do_not_keep_again_what_the_next_text_repeats(desk: Desk) -> None:
    versions = [
        article(headline="Tít một"),
        article(headline="Tít hai"),
        article(headline="Tít hai", body=body(9), photos=()),
        article(headline="Tít ba", body=body(9), photos=()),
    ]
    for hours in (3, 1, 0, 2):
        desk.record(fetch(versions[hours], hours=hours))
    assert held(desk) == ['["headline"]', '["body", "photos"]', '["headline"]']
    rows = desk.all("SELECT headline, lead, body, photos, tags FROM revision_texts ORDER BY revision")
    for row, version in zip(rows, versions, strict=True):
        assert (row["headline"], row["lead"], row["body"]) == (version.headline, version.lead, version.body)
        assert len(json.loads(row["photos"])) == len(version.photos)
        assert json.loads(row["tags"]) == sorted(version.tags)
    assert verify(desk.path) == []


def test_a_text_numbered_anew_reads_as_exactly_as_before(desk: Desk) -> None:
    """What differs in white space alone is the same content, but not the same text."""
    printed = article(body="Đoạn một.\n\nĐoạn hai.")
    desk.record(fetch(replace(printed, headline="Tít hai"), hours=2))
    desk.record(fetch(replace(printed, body="Đoạn một. Đoạn hai."), hours=0))
    row = desk.one("SELECT body FROM revisions")
    assert row["body"] == "Đoạn một. Đoạn hai."


def test_an_older_page_with_a_text_that_is_kept_adds_nothing(desk: Desk) -> None:
    desk.record(article())
    desk.record(fetch(article(headline="Tít hai"), hours=2))
    found = desk.record(fetch(article(), hours=1))
    assert (found.outcome, desk.count("revisions")) == (Outcome.UNCHANGED, 1)
    assert desk.one("SELECT headline FROM articles")["headline"] == "Tít hai"


def test_the_parser_reads_an_old_page_of_today_s_text_anew(desk: Desk) -> None:
    desk.record(fetch(article(), hours=0))
    desk.record(fetch(article(), hours=5))
    better = article(lead="Sapô đọc đúng.")
    found = desk.record(fetch(better, hours=0, cause=Cause.PARSER))
    assert found.outcome is Outcome.UPDATED
    assert desk.one("SELECT seen_at, cause FROM revisions") == {
        "seen_at": "2026-11-20T10:00:00Z",
        "cause": "parser",
    }
    assert desk.record(fetch(better, hours=0, cause=Cause.PARSER)).outcome is Outcome.UNCHANGED
    again = desk.record(fetch(article(lead="Đọc lần ba."), hours=0, cause=Cause.PARSER))
    assert (again.outcome, desk.count("revisions")) == (Outcome.UPDATED, 2)


def test_the_parser_leaves_today_s_text_alone_when_it_reads_an_older_page(desk: Desk) -> None:
    desk.record(fetch(article(), hours=0))
    desk.record(fetch(article(headline="Tít hai"), hours=5))
    found = desk.record(fetch(article(lead="Sapô đọc đúng."), hours=0, cause=Cause.PARSER))
    assert (found.outcome, desk.count("revisions")) == (Outcome.UNCHANGED, 1)
    assert desk.one("SELECT headline FROM articles")["headline"] == "Tít hai"


def test_the_parser_repairs_a_text_that_the_site_went_back_to(desk: Desk) -> None:
    """As a page told that was read late: the page kept of the text is older than that, and says it all the same."""
    desk.record(fetch(article(), hours=0))
    desk.record(fetch(article(), hours=10))
    desk.record(fetch(article(headline="Tít lạ"), hours=5))
    assert [headline for headline, *_ in told(desk)] == [article().headline, "Tít lạ", article().headline]
    for lead in ("Sapô đọc đúng.", "Sapô đọc đúng hơn."):
        found = desk.record(fetch(article(lead=lead), hours=0, cause=Cause.PARSER))
        assert (found.outcome, found.reason) == (Outcome.UPDATED, "changed: lead")
        assert desk.one("SELECT lead FROM articles")["lead"] == lead
    late = desk.record(fetch(article(headline="Tít lạ, đọc lại"), hours=5, cause=Cause.PARSER))
    assert late.outcome is Outcome.UNCHANGED
    assert desk.one("SELECT headline FROM articles")["headline"] == article().headline
    assert verify(desk.path) == []


def test_the_first_text_survives_any_number_of_edits(desk: Desk) -> None:
    first: Article = article()
    desk.record(first)
    for n in range(2, 12):
        desk.record(fetch(replace(first, body=body(n)), hours=n))
    row = desk.one("SELECT headline, body FROM revision_texts WHERE revision = 1")
    assert row == {"headline": first.headline, "body": first.body}


def test_the_parser_repairs_what_no_hash_sees(desk: Desk) -> None:
    desk.record(article())
    related = ("https://baotintuc.vn/bai-khac-post797521.html",)
    better = article(related=related, modified_at=NOON)
    found = desk.record(fetch(better, cause=Cause.PARSER))
    assert (found.outcome, found.rewritten, desk.count("revisions")) == (Outcome.UNCHANGED, True, 0)
    assert desk.one("SELECT url FROM related")["url"] == related[0]
    assert desk.one("SELECT modified_at FROM articles")["modified_at"] == "2026-11-20T12:00:00+07:00"
    assert not desk.record(fetch(better, cause=Cause.PARSER)).rewritten


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE articles SET body = body || ' Thêm vào.'",
        "UPDATE articles SET headline = 'Tít lạ'",
        "UPDATE photos SET caption_raw = 'Ảnh lạ'",
        "DELETE FROM article_tags",
    ],
)
def test_the_parser_writes_a_text_again_that_is_not_the_one_of_its_hash(desk: Desk, tampering: str) -> None:
    """As verify advises: somebody wrote into the database."""
    desk.record(article())
    before = desk.all("SELECT * FROM revision_texts")
    desk.db.conn.execute(tampering)
    desk.db.conn.commit()
    assert {finding.kind for finding in verify(desk.path)} >= {"content_hash"}
    found = desk.record(fetch(article(), cause=Cause.PARSER))
    assert (found.outcome, found.rewritten) == (Outcome.UNCHANGED, True)
    assert verify(desk.path) == []
    assert desk.all("SELECT * FROM revision_texts") == before
    assert not desk.record(fetch(article(), cause=Cause.PARSER)).rewritten


def test_the_parser_does_not_take_back_what_a_later_page_said(desk: Desk) -> None:
    desk.record(article(modified_at=NOON))
    later = NOON + timedelta(hours=2)
    desk.record(fetch(article(modified_at=later), hours=3))
    desk.record(fetch(article(lead="Sapô đọc đúng.", modified_at=NOON), cause=Cause.PARSER))
    assert desk.one("SELECT lead, modified_at FROM articles") == {
        "lead": "Sapô đọc đúng.",
        "modified_at": "2026-11-20T14:00:00+07:00",
    }


def test_the_parser_brings_no_withdrawn_article_back(desk: Desk) -> None:
    desk.record(article())
    desk.record(failure(article().url, status=410, hours=2))
    found = desk.record(fetch(article(section=None), cause=Cause.PARSER))
    assert (found.outcome, found.reason) == (Outcome.UNCHANGED, READ_ANEW)
    assert desk.one("SELECT withdrawn_at FROM articles")["withdrawn_at"] == "2026-11-20T07:00:00Z"


def test_a_page_that_is_online_again_and_was_read_anew_says_both(desk: Desk) -> None:
    """``reparse`` must know that an earlier page, which was kept, no longer says what the rows do."""
    desk.record(fetch(article(), archive_file="2026-11/a.warc.gz", archive_offset=1))
    desk.record(failure(article().url, status=404, hours=2))
    found = desk.record(fetch(article(section=None), hours=4))
    assert (found.outcome, found.reason) == (Outcome.UNCHANGED, f"online again; {READ_ANEW}")
    assert archived(desk.db, Wanted(), article_id).not_kept == 1


def test_a_fetch_tells_whether_rows_were_written_anew_from_it(desk: Desk) -> None:
    desk.record(article())
    assert not desk.record(fetch(article(), hours=1)).rewritten
    assert desk.record(fetch(article(section=None), hours=2)).rewritten
    assert desk.record(fetch(article(section=None, lead="Sapô khác."), hours=3)).rewritten


@pytest.mark.parametrize("asked", ["", " WHERE article_id = '1'"])
def test_the_view_edits_reads_the_texts_of_changes_only(desk: Desk, asked: str) -> None:
    """It took a second of every 30,000 articles, changed or not."""
    plan = desk.db.conn.execute(f"EXPLAIN QUERY PLAN SELECT * FROM edits{asked}").fetchall()
    steps = [step for *_, step in plan]
    assert any(step.startswith("SEARCH a USING INDEX") for step in steps)
    assert [step for step in steps if step.startswith(("MATERIALIZE", "SCAN a", "SEARCH a USING AUTO"))] == []
    assert [step for step in steps if "AUTOMATIC" in step] == []


def test_the_view_edits_follows_each_field_to_where_it_changed_next(desk: Desk) -> None:
    desk.record(article())
    desk.record(fetch(article(headline="Tít hai"), hours=1))
    desk.record(fetch(article(headline="Tít hai", tags=("mới",)), hours=2))
    desk.record(fetch(article(headline="Tít ba", tags=("mới",), photos=()), hours=3))
    found = desk.all("SELECT revision, field, before, after FROM edits ORDER BY revision, field")
    one = article()
    tags = '["Bến Tre","giao thông"]'
    assert [(row["revision"], row["field"], row["after"]) for row in found] == [
        (1, "headline", "Tít hai"),
        (2, "tags", '["mới"]'),
        (3, "headline", "Tít ba"),
        (3, "photos", "[]"),
    ]
    assert [row["before"] for row in found][0::2] == [one.headline, "Tít hai"]
    assert found[1]["before"].replace(" ", "") == tags.replace(" ", "")
