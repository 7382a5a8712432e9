"""Search: as people type, and never an error."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Article
from pipelines.database import open_database, query, search
from pipelines.database.search import Filters, Found, Ranking, UnknownSectionError
from pipelines.times import HANOI

from .news import ARTICLES, article, make

FILLER = "Mưa lớn kéo dài nhiều giờ liền khiến giao thông qua khu vực bị chia cắt. "
"""Words that nobody looks for here: an article of many is scored lower for each that is found."""


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    db = make(tmp_path_factory.mktemp("search") / "news.db")
    yield db.conn
    db.close()


@pytest.fixture
def searched(tmp_path: Path) -> Iterator[Callable[..., list[str]]]:
    """Search among articles of one's own: ids, best first."""
    opened = []

    def ask_among(articles: tuple[Article, ...], typed: str) -> list[str]:
        opened.append(make(tmp_path / f"{len(opened)}.db", articles))
        return ids(search.search(opened[-1].conn, typed))

    yield ask_among
    for db in opened:
        db.close()


def ids(found: Found) -> list[str]:
    return [hit.id for hit in found.hits]


def ask(conn: sqlite3.Connection, typed: str, **filters: object) -> list[str]:
    return ids(search.search(conn, typed, Filters(**filters)))  # type: ignore[arg-type]


# --- what is found ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["Bến Tre", "ben tre", "BẾN TRE", "bEN tRE", unicodedata.normalize("NFD", "Bến Tre"), " ben   tre "],
)
def test_case_diacritics_and_unicode_form_find_the_same(conn: sqlite3.Connection, typed: str) -> None:
    assert sorted(ask(conn, typed)) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("typed", ["duong", "Duong", "DUONG", "dương"])
def test_d_finds_both_letters(conn: sqlite3.Connection, typed: str) -> None:
    assert sorted(ask(conn, typed)) == ["1", "2", "4"]


@pytest.mark.parametrize("typed", ["đường", "Đường", "ĐƯỜNG", "đuong"])
def test_what_is_typed_with_d_finds_all_that_the_other_letter_finds(
    conn: sqlite3.Connection, typed: str
) -> None:
    assert sorted(ask(conn, typed)) == ["1", "4"]
    assert set(ask(conn, typed)) < set(ask(conn, "duong"))


@pytest.mark.parametrize("typed", ["Ðường", "ðường", "ÐƯỜNG", "Ðuong"])
def test_the_letter_that_only_looks_like_it_is_taken_for_it(conn: sqlite3.Connection, typed: str) -> None:
    assert sorted(ask(conn, typed)) == ["1", "4"]


@pytest.mark.parametrize(
    "typed", ["đồng đăng", "dong dang", "Ðồng Ðăng", '"đồng đăng"', '"dong dang"', "DONG DANG", "ðông"]
)
def test_a_text_written_with_the_letter_that_only_looks_like_it_is_found(
    searched: Callable[..., list[str]], typed: str
) -> None:
    told = (article(1, "Cửa khẩu Ðồng Ðăng", None, FILLER), article(2, "Đồng Đăng đón khách", None, FILLER))
    assert sorted(searched(told, typed)) == ["1", "2"]


def test_an_abbreviation_is_found_without_its_stroke(conn: sqlite3.Connection) -> None:
    assert ask(conn, "hdnd") == ask(conn, "HĐND") == ["3"]


def test_a_phrase_with_many_d_is_found_in_the_folded_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    told = article(9, "Đoàn đại biểu đô thị đến Đà Lạt", None, "Đường đi đẹp.")
    db = make(tmp_path_factory.mktemp("folded") / "news.db", (told,))
    found = search.search(db.conn, '"doan dai bieu do thi den da lat"')
    assert ids(found) == ["9"]
    assert found.hits[0].headline.text == told.headline
    db.close()


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ('"Bến Tre"', ["1", "2", "3", "4"]),
        ('"tre khởi bến"', []),
        ('"nhịp cầu"', ["1"]),
        ("“nhịp cầu”", ["1"]),
        ("tinh*", ["3", "4"]),
        ('"giá d"*', ["2"]),
        ("dừa OR vaccine", ["1", "2", "3"]),
        ("bến tre NOT dừa", ["3", "4"]),
        ("bến tre AND NOT dừa", ["3", "4"]),
        ("bến AND tre AND vaccine", ["3"]),
        ("(dừa OR vaccine) NOT cầu", ["2", "3"]),
        ("vaccine OR dừa NOT cầu", ["2", "3"]),
        ("Minh Trí", ["1"]),
        ("Đặng Thị Hạnh", ["2"]),
    ],
)
def test_phrases_prefixes_and_operators(conn: sqlite3.Connection, typed: str, wanted: list[str]) -> None:
    assert sorted(ask(conn, typed)) == wanted


def test_operators_in_lower_case_are_words(conn: sqlite3.Connection) -> None:
    assert ask(conn, "dừa or vaccine") == []
    assert ask(conn, "bến tre not dừa") == []


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("covid-19", ["3"]),
        ("TP.HCM", ["3"]),
        ("12/4", ["3"]),
        ('"covid-19', ["3"]),
        ("covid-19'", ["3"]),
        ("vaccine -", ["3"]),
        ("(vaccine", ["3"]),
        ("vaccine)", ["3"]),
        ("vaccine () ", ["3"]),
        ("headline:vaccine", []),
        ("^vaccine", ["3"]),
        ("+vaccine", ["3"]),
        ("vaccine*)", ["3"]),
        ("vaccine OR", []),
        ("AND vaccine", []),
    ],
)
def test_stray_signs_give_results(conn: sqlite3.Connection, typed: str, wanted: list[str]) -> None:
    assert ask(conn, typed) == wanted


@pytest.mark.parametrize("typed", ["", "   ", '"', "-", "()", "***", "…", "\x00", "\ud800"])
def test_nothing_to_look_for_finds_nothing(conn: sqlite3.Connection, typed: str) -> None:
    assert search.search(conn, typed) == Found(hits=(), matches=0, capped=False)


_PIECES = st.sampled_from(
    ["AND", "OR", "NOT", "NEAR", "(", ")", '"', "*", "^", ":", "-", "+", "{", "}", "'", "đ", "d", "bến", "headline", ",", " ",
     "\x00", "\ud83d", "\u0301", "12", ";", "--", "%", "\\"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    typed=st.one_of(
        st.text(max_size=80), st.lists(_PIECES, max_size=30).map(" ".join), st.lists(_PIECES).map("".join)
    )
)
def test_no_query_is_ever_an_error(conn: sqlite3.Connection, typed: str) -> None:
    found = search.search(conn, typed)
    assert found.matches <= len(ARTICLES)


def test_a_very_long_query_says_what_it_leaves_out(conn: sqlite3.Connection) -> None:
    found = search.search(conn, "bến " * 500)
    assert (found.matches, found.left_out) == (4, 500 - query.MOST_TERMS)
    assert search.search(conn, "(" * 300 + "bến" + ")" * 300).matches == 4


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("ben NOT covid" + " tre" * 40, ["1", "2", "4"]),
        ("ben" + "".join(f" OR zz{n}" for n in range(40)), ["1", "2", "3", "4"]),
        ("dừa NOT (cầu" + "".join(f" OR zz{n}" for n in range(40)) + ")", ["2"]),
        ("(dừa OR vaccine) NOT cầu" + " tre" * 40, ["2", "3"]),
        ("(dừa" + " OR (zz" * 9 + " OR zz" * 40 + ")" * 10, ["1", "2"]),
        ("AND " * 40 + "ben", []),
    ],
)
def test_what_is_left_of_a_very_long_query_means_what_it_meant(
    conn: sqlite3.Connection, typed: str, wanted: list[str]
) -> None:
    found = search.search(conn, typed)
    assert sorted(ids(found)) == wanted
    assert found.left_out > 0


@pytest.mark.parametrize("typed", [" ".join(p) for p in product(["AND", "OR", "NOT", "bến"], repeat=3)])
def test_every_order_of_operators_can_be_read(conn: sqlite3.Connection, typed: str) -> None:
    assert search.search(conn, typed).matches <= len(ARTICLES)


# --- the order ----------------------------------------------------------------------------------


def test_headline_before_lead_before_body(conn: sqlite3.Connection) -> None:
    assert ask(conn, "Bến Tre")[:3] == ["1", "2", "3"]


def _standing(word: str, *, plain: str = "Trời nhiều mây") -> tuple[Article, ...]:
    """One word where it counts least to where it counts most, in texts that pull the score the other way."""
    return (
        article(1, plain, None, " ".join([word] * 20)),
        article(2, plain, None, FILLER, byline=word),
        article(3, plain, f"{word}, {word} và {word}.", FILLER),
        article(4, plain, f"{FILLER} {word}.", FILLER * 40),
        article(5, f"Ghi nhận về {word}", None, FILLER),
        article(6, f"{FILLER} {word}", None, "\n\n".join([FILLER * 5] * 120)),
    )


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        ("sầu riêng", "sầu riêng"),
        ("sầu riêng", '"sau rieng"'),
        ("đậu đỏ", "dau"),
        ("đậu đỏ", "đậu"),
        ("sầu riêng", "sau OR zz"),
        ("sầu riêng", "rieng NOT zz"),
        ("sầu riêng", "riê*"),
        ("đoàn đại biểu đô thị đến Đà Lạt", '"doan dai bieu do thi den da lat"'),
        ("đoàn đại biểu đô thị đến Đà Lạt", '"doan dai bieu do thi den da l"*'),
        ("đá-đỏ-đen-đục-đậm", "da-do-den-duc-dam"),
    ],
)
def test_length_and_repetition_never_outdo_the_place(
    searched: Callable[..., list[str]], word: str, typed: str
) -> None:
    found = searched(_standing(word), typed)
    assert set(found[:2]) == {"5", "6"}
    assert set(found[2:4]) == {"3", "4"}
    assert set(found[4:]) == {"1", "2"}


@pytest.mark.parametrize("limit", range(1, 7))
def test_the_place_decides_however_few_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(search, "REORDERED", 1)
    db = make(tmp_path / "news.db", _standing("sầu riêng"))
    found = ids(search.search(db.conn, "sau rieng", limit=limit))
    db.close()
    places = {"5": 0, "6": 0, "3": 1, "4": 1, "1": 2, "2": 2}
    assert [places[id_] for id_ in found] == [0, 0, 1, 1, 2, 2][:limit]


def test_the_whole_query_in_the_headline_comes_before_a_part_of_it(
    searched: Callable[..., list[str]],
) -> None:
    told = (
        article(1, "Văn bản mới về văn bản, bản ghi", None, "Nhật ký của một thủ tướng."),
        article(2, "Chuyến thăm", "Thủ tướng Nhật Bản tới Hà Nội.", FILLER * 40),
        article(3, "Nhật Bản mong đợi chuyến thăm", "Thủ tướng tới Hà Nội.", FILLER * 40),
        article(4, "Thủ tướng Nhật Bản tới Hà Nội", None, FILLER * 40),
    )
    found = searched(told, "thủ tướng nhật bản")
    assert found[0] == "4"
    assert set(found[1:3]) == {"2", "3"}


def test_the_place_decides_among_the_newest_in_one_section_too(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 2)
    assert ask(conn, "ben tre", section="thoi-su") == ["4", "2"]
    assert ask(conn, "ben tre", until=date(2026, 9, 14)) == ["4", "3"]


def test_diacritics_as_typed_come_first(conn: sqlite3.Connection) -> None:
    assert ask(conn, "bến tre")[-1] == "4"
    assert ask(conn, "bên trẻ")[0] == "4"


def test_diacritics_of_what_is_not_wanted_do_not_count(conn: sqlite3.Connection) -> None:
    assert ask(conn, "bên trẻ NOT vắc-xin")[0] == "4"


def test_only_the_newest_are_ranked_unless_all_are_asked_for(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 2)
    found = search.search(conn, "ben tre")
    assert (sorted(ids(found)), found.matches, found.capped) == (["3", "4"], 2, True)
    found = search.search(conn, "ben tre", ranking=Ranking.EVERY)
    assert (len(found.hits), found.matches, found.capped) == (4, 4, False)


def test_newest_first_does_not_rank(conn: sqlite3.Connection) -> None:
    assert ids(search.search(conn, "ben tre", limit=3, ranking=Ranking.NONE)) == ["4", "3", "2"]


def test_limit(conn: sqlite3.Connection) -> None:
    found = search.search(conn, "Bến Tre", limit=1)
    assert (ids(found), found.matches) == (["1"], 4)


# --- snippets -----------------------------------------------------------------------------------


def test_snippets_show_the_text_as_printed(conn: sqlite3.Connection) -> None:
    (hit,) = search.search(conn, "covid 12/4").hits
    marked = [hit.headline.text[a:b] for a, b in hit.headline.marks]
    assert marked == ["COVID"]
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["12/4"]
    assert hit.snippet.text == "Đợt tiêm bắt đầu từ ngày 12/4 tại các trạm y tế."


def test_marks_stand_on_the_words_with_their_diacritics(conn: sqlite3.Connection) -> None:
    (hit,) = search.search(conn, "duong dan").hits
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["đường", "dẫn"]
    assert "\n" not in hit.snippet.text


# --- filters ------------------------------------------------------------------------------------


def test_since_and_until_are_local_days_both_included(conn: sqlite3.Connection) -> None:
    # Article 2 was published on the 15th at 00:30 local time, which is still the 14th in UTC.
    assert sorted(ask(conn, "ben tre", since=date(2026, 9, 15))) == ["2"]
    assert sorted(ask(conn, "ben tre", since=date(2026, 9, 14), until=date(2026, 9, 14))) == ["1", "4"]
    assert sorted(ask(conn, "ben tre", until=date(2026, 4, 12))) == ["3"]


@pytest.mark.parametrize("section", ["thoi-su", "Thời sự", "thoi su", "472", " THỜI SỰ "])
def test_a_section_by_slug_name_or_number_with_those_below(conn: sqlite3.Connection, section: str) -> None:
    assert sorted(ask(conn, "ben tre", section=section)) == ["1", "2", "4"]


def test_an_unknown_section_names_those_there_are(conn: sqlite3.Connection) -> None:
    with pytest.raises(UnknownSectionError, match=r"'thể thao'.*chinh-phu-voi-nguoi-dan, suc-khoe, thoi-su"):
        ask(conn, "ben tre", section="thể thao")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Linh Sơn", ["1", "4"]),
        ("dang thi hanh", ["2"]),
        ("PV", ["2"]),
        ("TTXVN/Báo Tin tức và Dân tộc", ["3"]),
        ("TTXVN", []),
        ("Ai", []),
    ],
)
def test_contributor(conn: sqlite3.Connection, name: str, wanted: list[str]) -> None:
    assert sorted(ask(conn, "ben tre", contributor=name)) == wanted


def test_searching_writes_nothing(conn: sqlite3.Connection) -> None:
    before = conn.total_changes
    search.search(
        conn, "ben tre", Filters(contributor="Linh Sơn", since=datetime(2026, 1, 1, tzinfo=HANOI).date())
    )
    assert conn.total_changes == before


# --- what docs/ promise of other tools ------------------------------------------------------------


@pytest.mark.parametrize("typed", ["bến tre", "BẾN TRE", "ben tre", unicodedata.normalize("NFD", "Bến Tre")])
def test_sqlite_utils_and_raw_match_find_the_same(conn: sqlite3.Connection, typed: str) -> None:
    rows = conn.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", (typed,)).fetchall()
    assert len(rows) == 4
    assert conn.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'duong'").fetchone() == (
        3,
    )


@pytest.mark.parametrize("typed", ["covid-19", "TP.HCM", "12/4"])
def test_raw_match_keeps_sqlite_s_syntax(conn: sqlite3.Connection, typed: str) -> None:
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
    with pytest.raises(sqlite3.OperationalError):
        conn.execute(sql, (typed,)).fetchall()
    quoted = conn.execute(sql, (f'"{typed}"',)).fetchall()
    assert {str(key) for (key,) in quoted} == set(ids(search.search(conn, typed)))
    assert quoted


def test_marks_piled_on_one_letter_take_no_time(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Composing them takes a time that grows with the square of their number."""
    longest = 0
    real = unicodedata.normalize

    def watched(form: str, text: str) -> str:
        nonlocal longest
        longest = max(longest, len(text))
        return real(form, text)  # type: ignore[arg-type]

    monkeypatch.setattr(unicodedata, "normalize", watched)
    assert ask(conn, "a" + "\u0301\u0323" * 60_000) == []
    assert ask(conn, "ben tre", contributor="a" + "\u0323\u0301" * 60_000) == []
    assert longest < 10_000


def test_a_phrase_of_many_d_is_marked_in_the_text_as_printed(tmp_path: Path) -> None:
    said = "đường đèo đi đến đỉnh Đá Đen"
    long = "Mưa lớn kéo dài nhiều giờ liền khiến giao thông chia cắt. " * 9
    db = make(
        tmp_path / "news.db", (article(1, "Giao thông", None, f"{long}Trên {said}, xe dừng lại. {long}"),)
    )
    (hit,) = search.search(db.conn, '"duong deo di den dinh da den"').hits
    db.close()
    assert said in hit.snippet.text
    assert {hit.snippet.text[start:end] for start, end in hit.snippet.marks} == {said}
    assert hit.snippet.text.startswith("…")
    assert hit.snippet.text.endswith("…")


# --- a database that is not in order, or is being written ----------------------------------------


def test_an_index_row_without_an_article_is_skipped_and_counted(tmp_path: Path) -> None:
    db = make(tmp_path / "news.db")
    db.conn.execute(
        "INSERT INTO articles_fts (rowid, headline, search_text) VALUES (99, 'Bến Tre', 'Bến Tre')"
    )
    for ranking in Ranking:
        found = search.search(db.conn, "bến tre", ranking=ranking)
        assert sorted(ids(found)) == ["1", "2", "3", "4"]
        assert (found.matches, found.missing) == (4, 1)
    assert ids(search.search(db.conn, "bến tre", limit=1)) == ["1"]
    db.close()


def test_what_is_written_meanwhile_is_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An article that no longer matches when it is shown would have no snippet."""
    make(tmp_path / "news.db").close()
    db = open_database(tmp_path / "news.db", create=False, readonly=True)
    real = search._best

    def written_meanwhile(*arguments: Any) -> Any:
        with closing(sqlite3.connect(tmp_path / "news.db")) as writer, writer:
            writer.execute("UPDATE articles SET headline = 'Mới', body = 'Mới', lead = 'Mới'")
        return real(*arguments)

    monkeypatch.setattr(search, "_best", written_meanwhile)
    assert sorted(ask(db.conn, "bến tre")) == ["1", "2", "3", "4"]
    assert ask(db.conn, "bến tre") == []
    db.close()
