"""Clean text, and when two texts say the same."""

from __future__ import annotations

import sqlite3
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsers.text import clean, clean_or_none, same_text, text_key, unescape, without_dateline

TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(
        st.sampled_from("aạ Ảo\u0301\u0323\u200b\u00ad\ufeff\u00a0\n\t\x00\x1f\ud800 -()&#39;ĐPLO."),
        max_size=30,
    ),
)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("  Mưa   lớn\n\t ở Huế ", "Mưa lớn ở Huế"),
        ("Mưa\u00a0lớn\u2003ở\u202fHuế", "Mưa lớn ở Huế"),
        ("Mưa\r\nlớn\u2028ở\u0085Huế", "Mưa lớn ở Huế"),
        ("Mưa\x1clớn\x0bở\x0cHuế", "Mưa lớn ở Huế"),
        ("M\u200bưa l\u00adớn\ufeff", "Mưa lớn"),
        ("\u2060Mưa\u200e lớn\u200f", "Mưa lớn"),
        ("Mu\u031ba lo\u031b\u0301n", "Mưa lớn"),
        ("Hue\u0302\u200b\u0301", "Huế"),  # the letter is whole once what parts it is gone
        ("Mưa\x00 l\x08ớn\x7f", "Mưa lớn"),
        ("Mưa\ud800 lớn\udfff", "Mưa lớn"),
        ("\U000e0041Mưa", "Mưa"),
        ("", ""),
        (" \u00a0\u200b ", ""),
    ],
)
def test_what_nobody_sees_goes(printed: str, expected: str) -> None:
    assert clean(printed) == expected


@pytest.mark.parametrize(
    "printed",
    [
        '"Mưa" “lớn” ‘ở’ Huế…',
        "Từ 5 – 7/9, mức nước 2,5 m³/s; 30°C",
        "Tom & Jerry &amp; bạn",
        "Điện Biên Phủ – Ðà Nẵng",  # a letter of another alphabet that looks like Đ is still printed so
        "①½ﬁ™",  # compatibility letters are not NFC's business
        "👍🏽 tốt",
    ],
)
def test_what_is_printed_stays(printed: str) -> None:
    assert clean(printed) == printed


def test_no_text_is_none() -> None:
    assert clean_or_none(None) is None
    assert clean_or_none(" \u200b\u00a0") is None
    assert clean_or_none(" Mưa ") == "Mưa"


@given(TEXTS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(TEXTS)
def test_clean_text_is_one_line_of_nfc_that_a_database_can_hold(text: str) -> None:
    line = clean(text)
    assert unicodedata.is_normalized("NFC", line)
    assert line == " ".join(line.split())
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in line)
    assert sqlite3.connect(":memory:").execute("SELECT ?", (line,)).fetchone() == (line,)


def test_marks_piled_on_a_letter_cost_no_time() -> None:
    line = clean("a" + "\u0315\u0300" * 300_000 + " mưa")
    assert line.endswith(" mưa")
    assert len(line) < 40


@pytest.mark.parametrize("before", range(62))
def test_a_pile_of_marks_is_found_wherever_it_stands(before: int) -> None:
    cleaned = clean("x" * before + "\u0323" * 31)
    assert cleaned == "x" * before + "\u0323" * 30


def test_no_unseen_character_stays_wherever_it_stands() -> None:
    left_in = [
        code
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in ("Cc", "Cs") and clean(f"a{chr(code)}b") not in ("ab", "a b")
    ]
    assert left_in == []


def test_a_long_row_of_symbols_is_no_pile_of_marks() -> None:
    assert clean("★" * 100) == "★" * 100


@given(TEXTS)
def test_no_letter_is_lost(text: str) -> None:
    def letters(of: str) -> str:
        return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", of)))

    assert letters(clean(text)) == letters(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l&#39;été", "l'été"),
        ("l&#x27;été", "l'été"),
        ("&quot;Mưa&quot; &amp; gió", '"Mưa" & gió'),
        ("Hu&ecirc;", "Huê"),
        ("&amp;#39;", "&#39;"),  # one layer at a time
        ("?a=1&section=2&copy=3", "?a=1&section=2&copy=3"),
        ("AT&T; Tom & Jerry", "AT&T; Tom & Jerry"),
        ("&nosuchthing;", "&nosuchthing;"),
        ("mưa", "mưa"),
    ],
)
def test_entities_that_survived_decoding(text: str, expected: str) -> None:
    assert unescape(text) == expected


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("(PLO)- Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("(PLO)-\u00a0Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("(PLO) - Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("(TTXVN) Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("(Vietnam+) - Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("TTXVN - Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("TPO – Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("NDO -Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("VOV.VN - Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("Baotintuc.vn - Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("Mưa lớn ở Huế.", "Mưa lớn ở Huế."),
        ("TTXVN dẫn lời ngư dân.", "TTXVN dẫn lời ngư dân."),
        ("ASEAN - Trung Quốc họp cấp cao.", "ASEAN - Trung Quốc họp cấp cao."),
        ("TTXVN-PPP tăng.", "TTXVN-PPP tăng."),
        ("GDP-PPP tăng.", "GDP-PPP tăng."),
        ("(Quốc lộ 1) tắc nghẽn.", "(Quốc lộ 1) tắc nghẽn."),
        ("(GDP) tăng 7%.", "(GDP) tăng 7%."),
        ("TTXVN -", "TTXVN -"),
    ],
)
def test_the_mark_of_an_agency_before_a_lead(lead: str, expected: str) -> None:
    assert without_dateline(lead) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mưa lớn ở Huế.", "Mưa lớn ở Huế", True),
        ("Mưa  lớn\u00a0ở Huế", "MƯA LỚN Ở HUẾ!", True),
        ("TTXVN - Mưa lớn ở Huế.", "Mưa lớn ở Huế.", True),
        ("(PLO)- Mưa lớn ở Huế.", "TPO - Mưa lớn ở Huế.", True),
        ("“Mưa lớn” ở Huế", '"Mưa lớn" ở Huế', True),
        ("Mưa lớn ở Huế", "Mưa lớn ở Hue", False),
        ("Mưa lớn ở Huế", "Mưa lớn ở Huế, gió giật", False),
        ("", "", False),
        ("...", "---", False),
    ],
)
def test_texts_that_say_the_same(one: str, other: str, same: bool) -> None:
    assert same_text(one, other) is same


@given(TEXTS, TEXTS)
def test_sameness_has_no_direction(one: str, other: str) -> None:
    assert same_text(one, other) == same_text(other, one)
    assert same_text(one, one) == bool(text_key(one))
