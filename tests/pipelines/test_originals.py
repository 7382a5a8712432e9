"""Which original an article repeats: the earliest, whatever the order they come in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from pipelines import originals
from pipelines.database import neighbours, open_database
from pipelines.originals import Decision, decide, find_original, settle
from pipelines.similarity import NEAR, Text, containment
from tests.benchmarks.material import DAY, Story, paragraphs_cut, story, weather, words_edited

LONG = story("originals", paragraphs=10)
CUT = paragraphs_cut(LONG, 2, Random(1))
EDITED = words_edited(LONG, 0.05, Random(2))
OTHER = story("another", paragraphs=10)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    db = open_database(tmp_path / "news.db", create=True)
    db.conn.execute("BEGIN IMMEDIATE")
    yield db.conn
    db.conn.execute("ROLLBACK")
    db.close()


def at(hour: int) -> str:
    return f"2026-09-14T{hour:02}:00:00+07:00"


def add(
    conn: sqlite3.Connection, id_: str, told: Story, published: str | None, *, content: str = ""
) -> Decision:
    """Store an article the way the store does: decide, write the row, settle."""
    content = content or f"1-{id_}"
    decision = decide(conn, told.text, content_hash=content, published=published)
    found = decision.original
    key = conn.execute(
        "INSERT INTO articles (id, url, kind, headline, lead, body, published_at, published_on, template, content_hash,"
        " details_hash, duplicate_of, similarity, first_seen_at, last_seen_at)"
        " VALUES (?, ?, 'text', ?, ?, ?, ?, ?, '2026', ?, '', ?, ?, '', '')",
        (
            *(
                id_,
                f"https://baotintuc.vn/a-post{id_}.html",
                told.headline,
                told.lead,
                "\n\n".join(told.paragraphs),
            ),
            *(published, published and published[:10], content),
            *((found.id, found.similarity) if found else (None, None)),
        ),
    ).lastrowid
    assert key is not None
    settle(conn, key, told.text, decision)
    return decision


def edit(conn: sqlite3.Connection, id_: str, told: Story, published: str | None = None) -> None:
    """Change a stored article's text, or its date as well, the way the store does."""
    key, dated, headline, lead, body = conn.execute(
        "SELECT key, published_at, headline, lead, body FROM articles WHERE id = ?", (id_,)
    ).fetchone()
    published = published or dated
    decision = decide(conn, told.text, content_hash=f"2-{id_}", published=published, key=key)
    found = decision.original
    conn.execute(
        "UPDATE articles SET lead = ?, body = ?, published_at = ?, published_on = ?, content_hash = ?,"
        " duplicate_of = ?, similarity = ? WHERE key = ?",
        (
            *(told.lead, "\n\n".join(told.paragraphs), published, published and published[:10], f"2-{id_}"),
            *((found.id, found.similarity) if found else (None, None)),
            key,
        ),
    )
    settle(conn, key, told.text, decision, before=Text(headline, lead, body))


def links(conn: sqlite3.Connection) -> dict[str, str | None]:
    return dict(conn.execute("SELECT id, duplicate_of FROM articles"))


def retold(times: int, edited: float = 0.02) -> list[tuple[str, Story, str]]:
    """One story told so many times, a minute apart: id, text with a share of its words edited, publication."""
    return [
        (f"{n:03}", words_edited(LONG, edited, Random(n)), f"2026-09-14T10:{n:02}:00+07:00")
        for n in range(1, times + 1)
    ]


def followers_of(conn: sqlite3.Connection) -> dict[str | None, int]:
    """How many articles name which original."""
    return dict(conn.execute("SELECT duplicate_of, count(*) FROM articles GROUP BY 1"))


@contextmanager
def statements(conn: sqlite3.Connection) -> Iterator[list[str]]:
    """What was asked of SQLite meanwhile, and which links were written; not the article itself."""
    run: list[str] = []
    conn.set_trace_callback(lambda sql: run.append(" ".join(sql.split())))
    yield run
    conn.set_trace_callback(None)
    run[:] = [sql for sql in run if sql.startswith(("SELECT", "UPDATE")) and "articles_fts" not in sql]


def test_a_copy_names_the_original_and_the_containment(conn: sqlite3.Connection) -> None:
    add(conn, "1", LONG, at(8))
    add(conn, "2", EDITED, at(9))
    assert links(conn) == {"1": None, "2": "1"}
    (stored,) = conn.execute("SELECT similarity FROM articles WHERE id = '2'").fetchone()
    assert stored == pytest.approx(containment(LONG.text, EDITED.text))


def test_the_earliest_published_is_the_original_in_whatever_order_they_come(tmp_path: Path) -> None:
    stories = [("1", LONG, at(8)), ("2", CUT, at(9)), ("3", EDITED, at(10)), ("4", OTHER, at(7))]
    for number, order in enumerate(permutations(stories)):
        db = open_database(tmp_path / f"{number}.db", create=True)
        for id_, told, published in order:
            add(db.conn, id_, told, published)
        assert links(db.conn) == {"1": None, "2": "1", "3": "1", "4": None}, [id_ for id_, *_ in order]
        db.close()


def test_an_article_without_a_date_is_never_the_original_of_one_with(conn: sqlite3.Connection) -> None:
    add(conn, "1", LONG, None)
    add(conn, "2", CUT, at(9))
    assert links(conn) == {"1": "2", "2": None}


def test_of_two_at_one_time_the_first_stored_is_the_original(conn: sqlite3.Connection) -> None:
    add(conn, "9", LONG, at(8))
    add(conn, "1", CUT, at(8))
    assert links(conn) == {"9": None, "1": "9"}


def _chain() -> tuple[Story, Story, Story]:
    """Three texts of which each is near to the next, and the last not to the first."""
    more = story("more", paragraphs=6)
    first = replace(LONG, paragraphs=LONG.paragraphs[:9])
    second = replace(LONG, paragraphs=(*LONG.paragraphs[3:9], *more.paragraphs[:3]))
    third = replace(LONG, lead=more.lead, paragraphs=(*LONG.paragraphs[6:9], *more.paragraphs))
    return first, second, third


def test_a_chain_resolves_to_its_first_link(conn: sqlite3.Connection) -> None:
    first, second, third = _chain()
    assert containment(first.text, second.text) >= NEAR <= containment(second.text, third.text)
    assert containment(first.text, third.text) < NEAR
    add(conn, "1", first, at(8))
    add(conn, "2", second, at(9))
    add(conn, "3", third, at(10))
    assert links(conn) == {"1": None, "2": "1", "3": "1"}
    (stored,) = conn.execute("SELECT similarity FROM articles WHERE id = '3'").fetchone()
    assert stored == pytest.approx(containment(first.text, third.text))


def test_the_missing_link_that_comes_last_joins_the_chain(conn: sqlite3.Connection) -> None:
    first, second, third = _chain()
    add(conn, "1", first, at(8))
    add(conn, "3", third, at(10))
    assert links(conn) == {"1": None, "3": None}
    add(conn, "2", second, at(9))
    assert links(conn) == {"1": None, "2": "1", "3": "1"}


def test_a_link_that_is_edited_away_breaks_the_chain(conn: sqlite3.Connection) -> None:
    first, second, third = _chain()
    for id_, told, published in (("1", first, at(8)), ("2", second, at(9)), ("3", third, at(10))):
        add(conn, id_, told, published)
    edit(conn, "2", OTHER)
    assert links(conn) == {"1": None, "2": None, "3": None}


def test_an_edit_that_makes_a_copy_is_noticed(conn: sqlite3.Connection) -> None:
    add(conn, "1", LONG, at(8))
    add(conn, "2", OTHER, at(9))
    edit(conn, "2", CUT)
    assert links(conn) == {"1": None, "2": "1"}


def test_when_the_original_is_edited_its_copies_find_each_other(conn: sqlite3.Connection) -> None:
    add(conn, "1", LONG, at(8))
    add(conn, "2", CUT, at(9))
    add(conn, "3", EDITED, at(10))
    edit(conn, "1", OTHER)
    assert links(conn) == {"1": None, "2": None, "3": "2"}


def test_an_edit_that_changes_little_changes_no_link(conn: sqlite3.Connection) -> None:
    add(conn, "1", LONG, at(8))
    add(conn, "2", CUT, at(9))
    edit(conn, "1", EDITED)
    assert links(conn) == {"1": None, "2": "1"}


def test_the_same_content_counts_however_short(conn: sqlite3.Connection) -> None:
    short = Story("Ảnh đẹp trong ngày", "Sen hồ Tây.", ())
    add(conn, "1", short, at(8), content="1-same")
    decision = add(conn, "2", short, at(9), content="1-same")
    assert decision.original is not None
    assert decision.original.similarity == 1
    assert links(conn) == {"1": None, "2": "1"}


def test_a_copy_of_todays_weather_is_found_among_years_of_it(conn: sqlite3.Connection) -> None:
    for n in range(120):
        day = DAY + timedelta(days=n)
        add(conn, f"{n}", weather(day, 1), f"{day.isoformat()}T05:00:00+07:00")
    assert set(links(conn).values()) == {None}
    last = weather(DAY + timedelta(days=119), 1)
    add(conn, "copy", replace(last, headline="Dự báo"), f"{last.day.isoformat()}T09:00:00+07:00")
    assert links(conn)["copy"] == "119"


def test_the_bands_of_an_edited_text_replace_the_old_ones(conn: sqlite3.Connection) -> None:
    add(conn, "1", LONG, at(8))
    edit(conn, "1", OTHER)
    bands = {band for (band,) in conn.execute("SELECT band FROM shingle_bands")}
    assert bands == set(OTHER.text.bands)


def test_asking_writes_nothing(conn: sqlite3.Connection) -> None:
    add(conn, "1", LONG, at(8))
    before = conn.total_changes
    found = find_original(conn, CUT.text, content_hash="1-x", published=at(9))
    assert found is not None
    assert (found.id, conn.total_changes) == ("1", before)


# --- a story told more often than candidates are looked at ------------------------------------


@pytest.mark.parametrize("times", [12, 20])
def test_the_earliest_that_comes_last_takes_over_from_however_many(
    conn: sqlite3.Connection, times: int
) -> None:
    for id_, told, published in retold(times):
        add(conn, id_, told, published)
    assert followers_of(conn) == {None: 1, "001": times - 1}
    add(conn, "first", LONG, at(8))
    assert followers_of(conn) == {None: 1, "first": times}
    for _, told, _ in retold(1):
        (stored,) = conn.execute("SELECT similarity FROM articles WHERE id = '001'").fetchone()
        assert stored == pytest.approx(containment(LONG.text, told.text))


def test_a_story_told_often_has_one_original_whatever_order_its_copies_come_in(tmp_path: Path) -> None:
    for seed in range(6):
        db = open_database(tmp_path / f"{seed}.db", create=True)
        for id_, told, published in Random(seed).sample(retold(20), 20):
            add(db.conn, id_, told, published)
        assert followers_of(db.conn) == {None: 1, "001": 19}, seed
        db.close()


def test_an_article_edited_into_the_earliest_of_many_takes_over(conn: sqlite3.Connection) -> None:
    add(conn, "first", OTHER, at(8))
    for id_, told, published in retold(20):
        add(conn, id_, told, published)
    edit(conn, "first", LONG)
    assert followers_of(conn) == {None: 1, "first": 20}


def test_one_of_many_copies_keeps_its_original_when_it_is_edited(conn: sqlite3.Connection) -> None:
    for id_, told, published in retold(20):
        add(conn, id_, told, published)
    edit(conn, "002", CUT)
    assert followers_of(conn) == {None: 1, "001": 19}


@pytest.mark.parametrize("edited", [0.0, 0.02])
@pytest.mark.parametrize(
    ("told", "published", "found"),
    [(OTHER, None, {None: 2, "002": 18}), (LONG, at(23), {None: 1, "002": 19})],
    ids=["another text", "published after all of them"],
)
def test_when_the_original_of_many_goes_the_next_takes_its_place(
    conn: sqlite3.Connection,
    told: Story,
    published: str | None,
    found: dict[str | None, int],
    edited: float,
) -> None:
    for one in retold(20, edited):
        add(conn, *one)
    edit(conn, "001", told, published)
    assert followers_of(conn) == found


@pytest.mark.parametrize("edited", [0.0, 0.02])
def test_an_edit_of_the_original_of_many_that_changes_little_changes_no_link(
    conn: sqlite3.Connection, edited: float
) -> None:
    for one in retold(20, edited):
        add(conn, *one)
    edit(conn, "001", CUT)
    assert followers_of(conn) == {None: 1, "001": 19}


def test_many_copies_of_a_missing_link_follow_it_to_the_start_of_the_chain(conn: sqlite3.Connection) -> None:
    """They are near to both ends, which are not near to each other; the earlier end comes last."""
    first, second, third = _chain()
    add(conn, "3", third, at(9))
    for n in range(12):
        add(conn, f"2-{n}", words_edited(second, 0.005, Random(n)), at(10))
    assert followers_of(conn) == {None: 1, "3": 12}
    add(conn, "1", first, at(8))
    assert followers_of(conn) == {None: 2, "1": 12}


def test_a_copy_names_what_it_repeats_and_not_what_another_text_near_to_it_repeats(
    conn: sqlite3.Connection,
) -> None:
    """What is near to two stories hangs on the earlier; that makes no copy of the later one of it."""
    first, bridge, third = _chain()
    add(conn, "1", first, at(8))
    add(conn, "3", third, at(9))
    add(conn, "2", bridge, at(10))
    add(conn, "copy", third, at(11))
    assert links(conn) == {"1": None, "3": None, "2": "1", "copy": "3"}


# --- bounds -----------------------------------------------------------------------------------


def test_an_original_that_very_many_repeat_keeps_them(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "FOLLOWERS", 10)
    for id_, told, published in retold(12):
        add(conn, id_, told, published)
    with statements(conn) as run:
        add(conn, "first", LONG, at(8))
    assert followers_of(conn) == {None: 2, "001": 11}
    assert not [sql for sql in run if sql.startswith("UPDATE")]


def test_another_copy_costs_no_more_however_often_the_story_was_told(conn: sqlite3.Connection) -> None:
    costs = []
    for id_, told, published in retold(40):
        with statements(conn) as run:
            add(conn, id_, told, published)
        costs.append(len([sql for sql in run if "INTO shingle_bands" not in sql]))
    alone = 2  # the same content, the candidates
    assert costs[:2] == [alone, alone + 1]
    assert max(costs) == costs[-1] == alone + neighbours.CANDIDATES + 1  # the original as well
