"""Copies: articles of the site as other sites republish them, in plain text."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Contributor, ContributorKind, Copy
from crawler.parsers.copies import NotCopyError, parse_copy
from crawler.parsers.dates import HANOI
from crawler.parsers.errors import ParseError, TooLargeError

URL = "https://baotintuc.vn/kinh-te/ben-tre-mo-rong-vung-dua-huu-co-20240503081502417.htm"
ID = "20240503081502417"

HEADLINE = "Bến Tre mở rộng vùng dừa hữu cơ"
LEAD = "Tỉnh Bến Tre đặt mục tiêu có thêm 2.000 ha dừa hữu cơ trong năm nay."
CAPTION = "Nông dân thu hoạch dừa ở xã ven sông."
FIRST = "Theo ngành nông nghiệp tỉnh, các hợp tác xã đã ký hợp đồng bao tiêu với doanh nghiệp chế biến."
SECOND = "Giá dừa khô tại vườn tăng so với cùng kỳ năm trước."
BYLINE = "Hải Vân (TTXVN)"
SOURCE = f"Nguồn Tin Tức TTXVN: {URL}"

SIGNED = (Contributor(kind=ContributorKind.PERSON, name="Hải Vân", agency="TTXVN"),)
CREATED = datetime(2024, 5, 3, 8, 15, 2, tzinfo=HANOI) + timedelta(milliseconds=417)
WHOLE = Copy(
    id=ID,
    url=URL,
    source="Tin Tức TTXVN",
    headline=HEADLINE,
    lead=LEAD,
    body=f"{FIRST}\n\n{SECOND}",
    byline=BYLINE,
    created_at=CREATED,
    captions=(CAPTION,),
    contributors=SIGNED,
)
LINES = (HEADLINE, LEAD, CAPTION, CAPTION, FIRST, SECOND, BYLINE, SOURCE)


def text_of(*lines: str, gap: str = "\n\n") -> str:
    return gap.join(lines)


@pytest.mark.parametrize("gap", ["\n\n", "\n", "\r\n\r\n", "\r\n", "\n \n\u00a0\n", "\r"])
def test_a_copy_is_read_whatever_its_line_ends(gap: str) -> None:
    assert parse_copy(text_of(*LINES, gap=gap)) == WHOLE


def test_a_byte_order_mark_and_blanks_around_do_not_matter() -> None:
    assert parse_copy("\ufeff\n\n  " + text_of(*LINES) + "  \n\n") == WHOLE


def test_a_copy_may_lack_everything_but_a_headline_and_a_body() -> None:
    copy = parse_copy(text_of(HEADLINE, FIRST, URL))
    assert copy == Copy(id=ID, url=URL, headline=HEADLINE, body=FIRST, created_at=CREATED)


def test_a_headline_printed_twice_is_one() -> None:
    assert parse_copy(text_of(HEADLINE, *LINES)) == WHOLE


def test_a_line_that_is_a_date_is_the_other_site_s_own() -> None:
    assert parse_copy(text_of(HEADLINE, "Thứ Sáu, 03/05/2024 10:20", *LINES[1:])) == WHOLE


# --- lead


def test_a_caption_after_the_headline_leaves_no_lead() -> None:
    copy = parse_copy(text_of(HEADLINE, CAPTION, CAPTION, FIRST, SECOND, BYLINE, SOURCE))
    assert (copy.lead, copy.captions, copy.body) == (None, (CAPTION,), f"{FIRST}\n\n{SECOND}")


def test_what_is_too_long_for_a_lead_is_body() -> None:
    long = "Mưa lớn kéo dài. " * 70
    copy = parse_copy(text_of(HEADLINE, long, SECOND, SOURCE))
    assert copy.lead is None
    assert copy.body == f"{long.strip()}\n\n{SECOND}"


def test_a_lead_printed_twice_is_the_lead() -> None:
    assert parse_copy(text_of(HEADLINE, LEAD, *LINES[1:])) == WHOLE
    long = (
        LEAD.removesuffix(".") + ", gấp đôi diện tích đã được chứng nhận tính đến cuối năm ngoái của cả vùng."
    )
    copy = parse_copy(text_of(HEADLINE, long, long, FIRST, SECOND, BYLINE, SOURCE))
    assert (copy.lead, copy.captions, copy.body) == (long, (), WHOLE.body)


def test_a_lead_repeated_further_down_is_no_paragraph() -> None:
    assert parse_copy(text_of(*LINES[:4], LEAD, *LINES[4:])) == WHOLE
    assert parse_copy(text_of(*LINES[:5], f"TTXVN - {LEAD}", *LINES[5:])) == WHOLE


def test_a_text_that_is_nothing_but_its_lead_is_body() -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, LEAD.upper(), SOURCE))
    assert (copy.lead, copy.body) == (None, f"{LEAD}\n\n{LEAD.upper()}")


# --- captions


def test_captions_keep_their_order_and_leave_the_body() -> None:
    copy = parse_copy(
        text_of(HEADLINE, LEAD, CAPTION, CAPTION, FIRST, "Xe chở dừa.", "Xe chở dừa.", SECOND, SOURCE)
    )
    assert copy.captions == (CAPTION, "Xe chở dừa.")
    assert copy.body == f"{FIRST}\n\n{SECOND}"


def test_two_photos_of_the_same_caption_are_two_captions() -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, *[CAPTION] * 4, FIRST, SOURCE))
    assert copy.captions == (CAPTION, CAPTION)


def test_a_caption_printed_once_is_known_by_its_credit_only() -> None:
    credited = "Nông dân thu hoạch dừa. Ảnh: Hải Vân/TTXVN"
    copy = parse_copy(text_of(HEADLINE, LEAD, credited, "Một góc vườn dừa.", FIRST, SOURCE))
    assert copy.captions == (credited,)
    assert copy.body == f"Một góc vườn dừa.\n\n{FIRST}"


def test_a_line_that_names_a_source_in_its_middle_is_no_caption() -> None:
    line = "Giá dừa khô (Nguồn: Sở Công Thương) tăng 5.000 đồng một chục so với tháng trước."
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, line, SECOND, BYLINE, SOURCE))
    assert (copy.captions, copy.body) == ((), f"{FIRST}\n\n{line}\n\n{SECOND}")


@pytest.mark.parametrize("marker", ["Nguồn: Tổng cục Thống kê", "Theo nguồn: Reuters"])
def test_a_paragraph_that_ends_in_the_source_of_its_numbers_is_no_caption(marker: str) -> None:
    line = f"Giá dừa khô bình quân tháng trước tăng 5,3% ({marker})."
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, line, SECOND, BYLINE, SOURCE))
    assert (copy.captions, copy.body) == ((), f"{FIRST}\n\n{line}\n\n{SECOND}")


def test_a_copy_of_a_photo_story_may_be_captions_alone() -> None:
    copy = parse_copy(text_of(HEADLINE, CAPTION, CAPTION, SOURCE))
    assert (copy.body, copy.lead, copy.captions) == (None, None, (CAPTION,))


# --- byline


@pytest.mark.parametrize(
    ("byline", "contributor"),
    [
        ("PV/TTXVN", Contributor(kind=ContributorKind.DESK, name="PV", agency="TTXVN")),
        ("TTXVN", Contributor(kind=ContributorKind.AGENCY, agency="TTXVN")),
        ("Tin, ảnh: Hải Vân", Contributor(kind=ContributorKind.PERSON, name="Hải Vân", role="text,photo")),
    ],
)
def test_the_last_line_is_the_byline(byline: str, contributor: Contributor) -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, byline, SOURCE))
    assert (copy.byline, copy.contributors, copy.body) == (byline, (contributor,), FIRST)


@pytest.mark.parametrize(
    "last", ["Người trồng dừa đang chờ giá tăng tiếp.", "Còn nữa", "Bài 2: Cây dừa xuống phố"]
)
def test_a_last_line_that_is_no_byline_stays_in_the_body(last: str) -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, last, SOURCE))
    assert (copy.byline, copy.contributors, copy.body) == (None, (), f"{FIRST}\n\n{last}")


def test_a_caption_printed_once_as_last_line_is_no_byline() -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, "Cầu Ba Lai. Ảnh: TTXVN", SOURCE))
    assert (copy.byline, copy.contributors, copy.body) == (None, (), FIRST)
    assert copy.captions == ("Cầu Ba Lai. Ảnh: TTXVN",)


def test_a_sentence_of_one_word_is_no_byline() -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, "Đoạn.", SOURCE))
    assert (copy.byline, copy.body) == (None, f"{FIRST}\n\nĐoạn.")


def test_a_photo_credit_below_the_byline_adds_to_it() -> None:
    copy = parse_copy(text_of(*LINES[:-1], "Ảnh: Minh Khuê", SOURCE))
    assert (copy.byline, copy.body) == (f"{BYLINE} - Ảnh: Minh Khuê", WHOLE.body)
    assert [(one.name, one.role) for one in copy.contributors] == [
        ("Hải Vân", "text"),
        ("Minh Khuê", "photo"),
    ]


def test_a_last_line_printed_twice_is_a_caption() -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, "Vườn Dừa", "Vườn Dừa", SOURCE))
    assert (copy.byline, copy.captions) == (None, ("Vườn Dừa",))


@pytest.mark.parametrize(
    ("last", "byline"),
    [
        (("Hải Vân", "(TTXVN)"), "Hải Vân (TTXVN)"),
        (("Hải Vân", "Ảnh: TTXVN"), "Hải Vân - Ảnh: TTXVN"),
        (("Hải Vân", "Minh Khuê", "(TTXVN)"), "Hải Vân - Minh Khuê (TTXVN)"),
        (("Bài, ảnh: Hải Vân",), "Bài, ảnh: Hải Vân"),
        (("H.V (tổng hợp)",), "H.V (tổng hợp)"),
        (("Hải Vân",), "Hải Vân"),
    ],
)
def test_the_last_lines_are_the_byline(last: tuple[str, ...], byline: str) -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, *last, SOURCE))
    assert (copy.byline, copy.body) == (byline, FIRST)


def test_a_name_printed_twice_above_the_agency_is_a_caption() -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, "Vườn Dừa", "Vườn Dừa", "(TTXVN)", SOURCE))
    assert (copy.byline, copy.captions, copy.body) == ("(TTXVN)", ("Vườn Dừa",), FIRST)


def test_an_announcement_below_the_byline_does_not_hide_it() -> None:
    copy = parse_copy(text_of(*LINES[:-1], "Bài 2: Cây dừa xuống phố", SOURCE))
    assert (copy.byline, copy.body) == (BYLINE, f"{WHOLE.body}\n\nBài 2: Cây dừa xuống phố")


# --- dates


def test_the_times_over_the_entries_of_a_live_report_stay() -> None:
    entries = ("17:42 Ngày 03/05/2024", FIRST, "16:30 Ngày 03/05/2024", SECOND)
    for lead in ((), (LEAD,)):
        copy = parse_copy(text_of(HEADLINE, *lead, "Thứ Sáu, 03/05/2024 10:20", *entries, BYLINE, SOURCE))
        assert (copy.lead, copy.body) == (lead[0] if lead else None, "\n\n".join(entries))
        assert (copy.byline, copy.captions) == (BYLINE, ())


@pytest.mark.parametrize("at", [0, 1, 2, 7])
def test_the_date_of_the_other_site_is_at_either_end_or_below_headline_and_lead(at: int) -> None:
    dated = [*LINES[:at], "03/05/2024 10:20", *LINES[at:]]
    assert parse_copy(text_of(*dated)) == WHOLE


def test_a_date_amid_the_text_is_text() -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, "10:20 03/05/2024", SECOND, BYLINE, SOURCE))
    assert copy.body == f"{FIRST}\n\n10:20 03/05/2024\n\n{SECOND}"


@pytest.mark.parametrize(
    "date",
    [
        "03/05/2024",
        "3-5-2024",
        "Thứ Sáu, 03/05/2024",
        "Thứ 6, ngày 03/05/2024",
        "Ngày đăng: 03/05/2024 15:30",
        "Ngày đăng 03/05/2024",
        "Cập nhật: 03/05/2024 - 15:30",
        "Cập nhật lúc 15:30, 03/05/2024",
        "Cập nhật: 03/05/2024, 15:30 (GMT+7)",
        "Cập nhật lần cuối: Thứ Sáu, 03/05/2024 | 3:30 CH",
        "Đăng lúc 15:30 ngày 03/05/2024",
        "Đăng ngày: 03.05.2024, 15h30",
        "Thời gian đăng: 03/05/2024 15:30:21",
        "(03/05/2024)",
        "Thứ Sáu, ngày 3 tháng 5 năm 2024",
    ],
)
@pytest.mark.parametrize("at", [0, 1, 2, 7])
def test_a_line_that_is_nothing_but_a_date_in_any_form_is_the_other_site_s_own(date: str, at: int) -> None:
    assert parse_copy(text_of(*LINES[:at], date, *LINES[at:])) == WHOLE


@pytest.mark.parametrize(
    "line",
    [
        "Ngày 03/05/2024, nước rút.",
        "Cập nhật giá dừa 03/05/2024",
        "Cập nhật: 45/13/2024",
        "Năm 2024",
        "03/05",
    ],
)
def test_a_line_that_says_more_than_a_date_or_is_none_is_text(line: str) -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, line, FIRST, SECOND, SOURCE))
    assert (copy.lead, copy.body) == (LEAD, f"{line}\n\n{FIRST}\n\n{SECOND}")


def test_the_dates_over_the_entries_of_a_diary_stay() -> None:
    entries = ("03/05/2024", FIRST, "Ngày 04/05/2024", SECOND)
    for lead in ((), (LEAD,)):
        copy = parse_copy(text_of("02/05/2024", HEADLINE, *lead, *entries, BYLINE, SOURCE))
        assert (copy.headline, copy.lead) == (HEADLINE, lead[0] if lead else None)
        assert (copy.body, copy.byline) == ("\n\n".join(entries), BYLINE)


# --- source line


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (f"Nguồn Tin Tức TTXVN: {URL}", "Tin Tức TTXVN"),
        (f"Nguồn: Báo Tin tức - {URL}", "Báo Tin tức"),
        (f"Nguồn: Báo Tin tức ({URL})", "Báo Tin tức"),
        (f"Nguồn: TTXVN\n{URL}", "TTXVN"),
        (f"Nguồn: Báo Tin tức\nLink: {URL}", "Báo Tin tức"),
        (f"Theo Báo Tin tức\nLink gốc: {URL}", "Báo Tin tức"),
        (f"Nguồn: Báo Tin tức\nXem bài gốc tại: {URL}", "Báo Tin tức"),
        (f"Theo Báo Tin tức\n{URL}", "Báo Tin tức"),
        (f"Theo Báo Tin tức: {URL}", "Báo Tin tức"),
        (f"(Nguồn: {URL})", None),
        (f"[Nguồn: {URL}]", None),
        (f"NGUỒN: {URL}.", None),
        (f"Nguồn tin: {URL}", None),
        (f"Link gốc: {URL}", None),
        (f"Xem bài gốc tại: {URL}", None),
        (URL, None),
        (URL.replace("https://", "Nguồn: "), None),
        (URL.replace("https://", "Nguồn: http://www."), None),
        (f"Nguồn: {URL}?utm_source=zalo#binh-luan", None),
    ],
)
def test_a_source_line_in_its_variants(line: str, name: str | None) -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, BYLINE, line))
    assert (copy.url, copy.id, copy.source) == (URL, ID, name)
    assert (copy.byline, copy.body) == (BYLINE, FIRST)


def test_an_agency_above_a_line_that_is_itself_the_source_is_the_byline() -> None:
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, "Theo TTXVN", f"Nguồn: {URL}"))
    assert (copy.byline, copy.source, copy.body) == ("Theo TTXVN", None, FIRST)


def test_an_address_of_the_new_site_has_no_time_of_creation() -> None:
    url = "https://baotintuc.vn/ben-tre-mo-rong-vung-dua-huu-co-post801234.html"
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, f"Nguồn: {url}"))
    assert (copy.id, copy.url, copy.created_at) == ("801234", url, None)


def test_a_source_line_may_come_first() -> None:
    assert parse_copy(text_of(SOURCE, *LINES[:-1])) == WHOLE


def test_what_follows_the_source_line_is_the_other_site_s_own() -> None:
    assert parse_copy(text_of(*LINES, "Lượt xem: 120", "Tin liên quan")) == WHOLE


def test_a_link_within_a_paragraph_is_no_source_line() -> None:
    other = "https://baotintuc.vn/xa-hoi/cho-dua-mien-tay-20230101070000123.htm"
    linked = f"Phiên chợ dừa đầu tiên của tỉnh được tổ chức từ năm ngoái, như bài {other} đã đưa, thu hút nhiều khách."
    copy = parse_copy(text_of(HEADLINE, LEAD, FIRST, linked, SOURCE))
    assert (copy.id, copy.body) == (ID, f"{FIRST}\n\n{linked}")


def test_a_bare_link_does_not_rival_a_line_that_says_it_is_the_source() -> None:
    other = "https://baotintuc.vn/xa-hoi/cho-dua-mien-tay-20230101070000123.htm"
    assert parse_copy(text_of(HEADLINE, LEAD, other, FIRST, SOURCE)).id == ID


# --- what is no copy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no address"),
        ("\ufeff \n", "no address"),
        (text_of(HEADLINE, LEAD, FIRST, BYLINE), "no address"),
        (text_of(HEADLINE, LEAD, FIRST, "Nguồn: https://vnexpress.net/ben-tre-4741234.html"), "no address"),
        (text_of(HEADLINE, LEAD, FIRST, "Nguồn: https://baotintuc.vn/"), "no address"),
        (text_of(HEADLINE, LEAD, FIRST, "Nguồn: https://baotintuc.vn/kinh-te-128ct0.htm"), "no address"),
        (
            text_of(HEADLINE, FIRST, "Nguồn: https://dantocmiennui.baotintuc.vn/a-post12345.html"),
            "no address",
        ),
        (SOURCE, "no text"),
        (text_of(HEADLINE, SOURCE), "no text"),
        (text_of(*LINES, SOURCE.replace(ID, "20230101070000123")), "several"),
        (f"<!DOCTYPE html><html><body><p>{HEADLINE}</p>\n{SOURCE}", "HTML"),
    ],
)
def test_a_text_that_is_no_copy_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(NotCopyError, match=said) as refused:
        parse_copy(text)
    assert "\n" not in str(refused.value)


def test_a_text_of_megabytes_is_refused() -> None:
    with pytest.raises(TooLargeError, match="characters"):
        parse_copy("dừa " * 300_000 + SOURCE)


_LINES = st.one_of(st.sampled_from([*LINES, "", "Ảnh: TTXVN", "03/05/2024 10:20"]), st.text(max_size=40))


@given(st.lists(_LINES, max_size=15).map("\n".join))
def test_any_text_is_a_copy_or_refused(text: str) -> None:
    try:
        copy = parse_copy(text)
    except ParseError as error:
        assert str(error)
        return
    assert copy.id == ID
    assert copy.headline
    assert copy.body or copy.captions
    said = [copy.headline, copy.lead, copy.byline, *copy.captions, *(copy.body or "").split("\n\n")]
    assert all("\n" not in part for part in said if part)


# --- the real one, listed as printed


def test_the_seed_is_read_field_by_field(shared_site: Path) -> None:
    text = (shared_site / "seed.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line]
    copy = parse_copy(text)
    assert copy.headline == lines[0]
    assert copy.lead == lines[1]
    assert copy.captions == (lines[2], lines[9])
    assert (lines[2], lines[9]) == (lines[3], lines[10])  # each stands there twice
    assert copy.body == "\n\n".join([*lines[4:9], *lines[11:13]])
    assert copy.byline == "PV/TTXVN"
    assert copy.contributors == (Contributor(kind=ContributorKind.DESK, name="PV", agency="TTXVN"),)
    assert copy.source == "Tin Tức TTXVN"
    assert copy.url == lines[-1].removeprefix("Nguồn Tin Tức TTXVN: ")
    assert copy.id == "20240412174135131"
    assert copy.created_at == datetime(2024, 4, 12, 17, 41, 35, 131_000, tzinfo=HANOI)
