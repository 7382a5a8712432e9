"""Whatever comes in whatever order, the record stays whole."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Article, Cause, Fetch, Outcome, Section
from pipelines.content import Content, hash_and_words
from pipelines.database.verify import verify
from pipelines.revisions import texts_of
from tests.pipelines.bridges import BRIDGES, LINKED, links_by_rule, links_stored, pairs_linked
from tests.pipelines.factory import (
    NOON,
    Desk,
    article,
    body,
    copy_of,
    failure,
    feed,
    fetch,
    index_in_step,
    moved,
    sound,
)

NUMBERS = st.integers(1, 4)
CAPTIONS = st.sampled_from((("Thu hoạch dừa.",), ("Thu hoạch dừa.", "Thuyền chở dừa.")))
HOURS = st.integers(-3, 12)
SECTIONS = (None, Section(name="Thời sự"), Section(name="Thời sự", id=472, slug="thoi-su", parent_id=7))


@st.composite
def changes(draw: st.DrawFn) -> dict[str, object]:
    """Some fields of an article, drawn from few values so that they meet again."""
    possible: dict[str, st.SearchStrategy[object]] = {
        "headline": st.sampled_from(("Tít một", "Tít hai", None)),
        "lead": st.sampled_from((None, "Sapô chung của hai bài.")),
        "body": st.sampled_from((None, body(1, 6), body(1, 5), body(2))),
        "tags": st.sampled_from(((), ("a", "b"), ("b", "a"))),
        "photos": st.sampled_from(((), article(1).photos)),
        "section": st.sampled_from(SECTIONS),
        "template": st.sampled_from(("2021", "2026", "generic")),
        "published_at": st.sampled_from((None, article(1).published_at, article(3).published_at)),
    }
    names = draw(st.sets(st.sampled_from(sorted(possible)), max_size=3))
    return {name: draw(possible[name]) for name in sorted(names)}


@st.composite
def anything(draw: st.DrawFn) -> Fetch:
    """One fetch of any sort."""
    n, hours, some = draw(NUMBERS), draw(HOURS), draw(changes())
    here, there = article(n, **some), moved(n, **some)
    sorts = {
        "page": fetch(here, hours=hours),
        "moved": fetch(there, hours=hours),
        "redirect": fetch(there, hours=hours, url=here.url, aliases=(there.url,)),
        "wrong redirect": fetch(there, hours=hours, url=article(n % 4 + 1).url, aliases=(there.url,)),
        "canonical": fetch(article(n, **{**some, "canonical_link": there.url}), hours=hours),
        "reparsed": fetch(here, hours=hours, cause=Cause.PARSER),
        "copy": fetch(copy_of(n), hours=hours),
        "other copy": fetch(copy_of(n, captions=draw(CAPTIONS), lead=None), hours=hours),
        "gone": failure(here.url, 404, hours=hours),
        "broken": failure(there.url, 500, hours=hours),
        "same": failure(here.url, 304, hours=hours, outcome=Outcome.NOT_MODIFIED),
        "feed": feed(here.url, there.url, article(9).url, hours=hours),
    }
    return sorts[draw(st.sampled_from(sorted(sorts)))]


@settings(max_examples=120, deadline=None)
@given(st.lists(anything(), min_size=1, max_size=14), st.sampled_from((1, 3, 50)))
def test_any_sequence_of_fetches_keeps_the_record_whole(sequence: list[Fetch], batch: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "a.db", batch=batch)
        recorded = [desk.record(one) for one in sequence]
        desk.recorder.close()
        sound(desk.db)
        index_in_step(desk.db)
        assert desk.count("fetches") == len(sequence)
        one_row_for_each_identity(desk)
        nothing_stored_is_owed(desk)
        every_text_can_be_read(desk)
        no_text_is_lost(desk, recorded)
        desk.db.close()
        if batch > 1:  # of whatever came, verify cries no wolf
            assert verify(desk.path) == []


def one_row_for_each_identity(desk: Desk) -> None:
    for row in desk.all("SELECT id, article_id FROM identities"):
        assert desk.one("SELECT count(*) AS n FROM articles WHERE id = ?", row["article_id"])["n"] == 1
    addresses = desk.all("SELECT url FROM articles GROUP BY url HAVING count(*) > 1")
    assert addresses == [], "two articles at one address"
    assert desk.all("SELECT url FROM aliases x JOIN articles a USING (url) WHERE a.id = x.article_id") == []


def nothing_stored_is_owed(desk: Desk) -> None:
    owed = desk.all(
        "SELECT f.url FROM frontier f JOIN identities i ON i.id = f.article_id"
        " JOIN articles a ON a.id = i.article_id WHERE a.template <> 'copy'"
    )
    assert owed == []


def every_text_can_be_read(desk: Desk) -> None:
    """Each text whole, and each change from one text that is kept to another told once."""
    rows = desk.all(
        "SELECT t.article_id, t.headline, t.content_hash, r.next_hash, r.changed, EXISTS (SELECT 1 FROM revision_texts n"
        " WHERE n.article_id = t.article_id AND n.content_hash = r.next_hash) AS followed"
        " FROM revision_texts t JOIN superseded r USING (article_id, revision)"
        " WHERE NOT t.current ORDER BY article_id, revision"
    )
    assert all(row["headline"] and row["followed"] for row in rows)
    kept = [(row["article_id"], row["content_hash"], row["next_hash"]) for row in rows]
    assert all(row["content_hash"] != row["next_hash"] or row["changed"] == "[]" for row in rows)
    assert len(kept) == len(set(kept))
    for article_id in {article_id for article_id, *_ in kept}:
        texts = texts_of(desk.db.conn, article_id)
        assert [hash_and_words(text.content)[0] for text in texts] == [text.content_hash for text in texts]


STORED = frozenset({Outcome.NEW, Outcome.UPDATED, Outcome.DUPLICATE})


def no_text_is_lost(desk: Desk, recorded: list[Fetch]) -> None:
    """Whatever was stored once is there still, beside the articles or in one of their texts."""
    kept = {
        row["content_hash"]
        for row in desk.all("SELECT content_hash FROM revision_texts UNION SELECT content_hash FROM copies")
    }
    stored = [fetch.article or fetch.copy for fetch in recorded if fetch.outcome in STORED]
    assert {hash_and_words(Content.of(read))[0] for read in stored if read is not None} <= kept


@settings(max_examples=60, deadline=None)
@given(st.lists(anything(), min_size=1, max_size=8))
def test_batches_leave_what_single_transactions_leave(sequence: list[Fetch]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for batch in (1, 5):
            desk = Desk(Path(folder) / f"{batch}.db", batch=batch)
            for one in sequence:
                one.outcome = one.outcome if one.article is None and one.copy is None else None
                desk.record(one)
            desk.recorder.close()
            tables = ("articles", "identities", "aliases", "photos", "revisions", "frontier", "run_counts")
            found.append([desk.all(f"SELECT * FROM {table}") for table in tables])
            desk.db.close()
        assert found[0] == found[1]


VERSIONS = st.builds(
    lambda headline, body, tags, photos: article(headline=headline, body=body, tags=tags, photos=photos),
    st.sampled_from(("Tít một", "Tít  một", "Tít hai")),
    st.sampled_from(("Đoạn một.\n\nĐoạn hai.", "Đoạn một. Đoạn hai.", "Đoạn ba.")),
    st.sampled_from((("a",), ("a", "b"))),
    st.sampled_from((article(1).photos, article(2).photos)),
)
"""Few texts, some of which differ in their letters alone."""

Printed = tuple[str | None, str | None, list[str], list[str]]


def printed(version: Article) -> Printed:
    return version.headline, version.body, sorted(version.tags), [photo.url for photo in version.photos]


@settings(max_examples=80, deadline=None)
@given(st.lists(VERSIONS, min_size=1, max_size=10))
def test_every_text_reads_to_the_letter_as_it_last_did(versions: list[Article]) -> None:
    """Against the rule, which the rows only save room for: see pipelines/revisions.py."""
    hashed = [hash_and_words(Content.of(version))[0] for version in versions]
    expected: list[tuple[str, Printed]] = []
    told: set[tuple[str, str]] = set()
    for at, (before, after) in enumerate(pairwise(hashed)):
        if before != after and (before, after) not in told:
            told.add((before, after))
            expected.append((before, printed(versions[at])))
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "a.db")
        for hours, version in enumerate(versions):
            desk.record(fetch(version, hours=hours))
        rows = desk.all("SELECT headline, body, tags, photos FROM revision_texts ORDER BY revision")
        desk.db.close()
    read = [
        (
            row["headline"],
            row["body"],
            json.loads(row["tags"]),
            [photo["url"] for photo in json.loads(row["photos"])],
        )
        for row in rows
    ]
    assert read == [*(text for _, text in expected), printed(versions[-1])]


# --- which article repeats which ----------------------------------------------------------------


@st.composite
def tellings(draw: st.DrawFn) -> list[Fetch]:
    """Pages of up to seven articles, each with any of the bridge texts and any date: the first of an article
    stores it, another edits its text, moves it in time, or both."""
    pages = st.tuples(
        st.integers(1, 7),
        st.sampled_from(BRIDGES),
        st.one_of(st.none(), st.integers(0, 6)),
        st.booleans(),
    )
    return [
        fetch(
            article(
                n,
                headline="Tít chung" if shared else f"Tít của bài số {n}",
                lead=None,
                body=text,
                photos=(),
                published_at=None if day is None else (article(0).created_at or NOON) + timedelta(days=day),
            ),
            hours=hours,
        )
        for hours, (n, text, day, shared) in enumerate(draw(st.lists(pages, min_size=2, max_size=12)))
    ]


def test_the_bridge_texts_are_near_as_meant() -> None:
    assert pairs_linked() == LINKED


@settings(max_examples=80, deadline=None)
@given(tellings())
def test_links_follow_from_texts_and_dates_whatever_was_stored_edited_and_moved(told: list[Fetch]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "a.db", batch=50)
        for page in told:
            desk.record(page)
            links = links_stored(desk)
            originals = {original for original, _ in links.values() if original}
            assert all(links[original] == (None, None) for original in originals), "a duplicate is named"
            assert links == links_by_rule(desk)
        desk.recorder.close()
        sound(desk.db)
        desk.db.close()
