"""The caption grammar, form by form (``captions.tsv``), and what holds for any text at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsers.media.captions import ends_in_credit, is_placeholder, split_caption, split_lines
from crawler.parsers.text import clean

TABLE = Path(__file__).with_name("captions.tsv")


def _table() -> list[tuple[str, str | None, str | None]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(raw, *(None if cell == "-" else cell for cell in cells)) for raw, *cells in rows]  # type: ignore[misc]


ROWS = _table()


@pytest.mark.parametrize(("raw", "caption", "credit"), ROWS, ids=[row[0] for row in ROWS])
def test_a_printed_caption_is_split(raw: str, caption: str | None, credit: str | None) -> None:
    assert split_caption(raw) == (caption, credit)


def test_the_table_has_no_form_twice_and_enough_of_them() -> None:
    forms = [raw for raw, *_ in ROWS]
    assert len(forms) == len(set(forms)) >= 60


@pytest.mark.parametrize(
    ("raw", "caption", "credit"),
    [
        ("Chợ nổi\nẢnh: Hải Vân\nChợ có từ thế kỷ 19.", "Chợ nổi Chợ có từ thế kỷ 19.", "Hải Vân"),
        ("Chợ nổi.\nẢnh: TTXVN\n(Xem tiếp trang 2)", "Chợ nổi. (Xem tiếp trang 2)", "TTXVN"),
        ("Ảnh: Hải Vân/TTXVN\nChợ nổi buổi sớm", "Chợ nổi buổi sớm", "Hải Vân/TTXVN"),
        ("Chợ nổi\nẢnh TTXVN\nFloating market", "Chợ nổi Floating market", "TTXVN"),
        ("Chợ nổi\nẢnh: Hải Vân", "Chợ nổi", "Hải Vân"),
        ("chợ nổi\nảnh: Hải Vân", "chợ nổi", "Hải Vân"),
        # A credit that goes on below.
        ("Chợ nổi.\nẢnh:\nHải Vân", "Chợ nổi.", "Hải Vân"),
        ("Chợ nổi. Ảnh: Hải Vân/\nTTXVN", "Chợ nổi.", "Hải Vân/ TTXVN"),
        ("Chợ nổi. Ảnh: Hải Vân\n(TTXVN)\nSáng sớm.", "Chợ nổi. Sáng sớm.", "Hải Vân (TTXVN)"),
        ("Chợ nổi (Ảnh: Hải Vân,\nMinh Khuê)", "Chợ nổi", "Hải Vân, Minh Khuê"),
        ("Chợ nổi.\nẢnh: Hải Vân\nNguồn: Vietnam+", "Chợ nổi.", "Hải Vân Nguồn: Vietnam+"),
        # A photographer or who is shown: no one can tell.
        ("Chợ nổi.\nẢnh: Hải Vân\nTrần Minh Khuê", "Chợ nổi. Ảnh: Hải Vân Trần Minh Khuê", None),
        ("Ảnh: Quang cảnh hội nghị\nHà Nội, 2024", "Ảnh: Quang cảnh hội nghị Hà Nội, 2024", None),
    ],
)
def test_the_end_of_its_line_ends_a_credit(raw: str, caption: str, credit: str | None) -> None:
    assert split_lines(raw) == (caption, credit)


@pytest.mark.parametrize("raw", ["", " \u00a0", "\u200b"])
def test_no_text_has_neither(raw: str) -> None:
    assert split_caption(raw) == (None, None)


def test_real_captions_split_as_a_reader_split_them(shared_site: Path) -> None:
    pages = json.loads((shared_site / "real" / "expected.json").read_text(encoding="utf-8"))
    photos = [photo for page in pages.values() for photo in page["photos"] if photo["caption_raw"]]
    assert photos
    for photo in photos:
        assert split_caption(photo["caption_raw"]) == (photo["caption"], photo["credit"])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Nhập chú thích ảnh",
            "Chú thích ảnh",
            "Hình ảnh",
            "Ảnh tư liệu",
            "(Ảnh tư liệu minh họa)",
            "Ảnh 1",
            "hình 12",
        ),
        *("Ảnh số 3.", "ẢNH MINH HOẠ", "undefined", "null", "No image", "cau-moi-12.jpg", "...", ""),
    ],
)
def test_a_placeholder_says_nothing(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["Ảnh 1: Cầu cũ", "Ảnh TTXVN", "Hình ảnh cây cầu", "Cầu mới", "Ảnh 1945", "1"]
)
def test_what_says_something_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    "line", ["Ảnh: Quang cảnh hội nghị", "Infographic: 10 sự kiện", "Triển lãm ảnh: 80 năm"]
)
def test_a_line_that_tells_what_is_shown_ends_in_no_credit(line: str) -> None:
    assert not ends_in_credit(line)


_WORDS = st.sampled_from(
    (
        *("Ảnh:", "Ảnh", "ảnh:", "(Ảnh:", "Ảnh tư liệu:", "Ảnh minh họa:", "Nguồn:", "Photo:", "Trong ảnh:"),
        *("Ảnh minh họa/", "Hải Vân.", "H.V.", "quang cảnh", "(trái, ảnh:", "Hình:"),
        *("Ảnh do", "cung cấp", "Cầu mới", "nhìn từ bờ nam.", "TTXVN", "Hải Vân/TTXVN", *"().-?: "),
    )
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(_WORDS, max_size=12).map(" ".join))


@given(TEXTS)
def test_nothing_is_made_up(raw: str) -> None:
    """A credit is printed text, letter for letter; a description uses the caption's words in order."""
    caption, credit = split_caption(raw)
    assert credit is None or (credit and credit in clean(raw))
    letters = iter(clean(raw))
    assert caption is None or all(letter in letters for letter in caption)


@given(TEXTS)
def test_what_has_no_credit_is_not_cut(raw: str) -> None:
    caption, credit = split_caption(raw)
    if credit is None and caption is not None and ":" not in raw:
        assert caption == clean(raw)


@given(st.lists(TEXTS.map(clean).filter(bool), min_size=1))
def test_nothing_is_made_up_of_lines(lines: list[str]) -> None:
    caption, credit = split_lines("\n".join(lines))
    printed = " ".join(lines)
    assert credit is None or credit in printed
    letters = iter(printed)
    assert caption is None or all(letter in letters for letter in caption)


@given(TEXTS)
def test_white_space_does_not_matter(raw: str) -> None:
    assert split_caption(" " + clean(raw).replace(" ", "\u00a0 \n")) == split_caption(raw)


@given(TEXTS)
def test_a_credit_ends_in_no_full_stop_but_that_of_initials(raw: str) -> None:
    _, credit = split_caption(raw)
    assert credit is None or not credit.endswith(".") or credit.split()[-1].count(".") > 1


@pytest.mark.parametrize(
    "credit", ["Thu Hà", "AP", "Hải Vân/TTXVN", "baochinhphu.vn", "Công an tỉnh Nghệ An"]
)
def test_a_photographer_has_one_credit_with_a_full_stop_or_without(credit: str) -> None:
    assert split_caption(f"Cầu mới. Ảnh: {credit}.") == split_caption(f"Cầu mới. Ảnh: {credit}")
