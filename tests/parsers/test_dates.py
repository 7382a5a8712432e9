"""The forms in which the site and its feeds print a time, and what is no time at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsers.dates import HANOI, read_date

AFTERNOON = datetime(2026, 7, 16, 17, 17, tzinfo=HANOI)

FORMS = [
    "Thứ Năm, 16/07/2026 17:17",
    "Thứ năm, 16/7/2026 17:17",
    "THỨ NĂM, 16/07/2026 17:17",
    "Thứ Năm, ngày 16/07/2026 - 17:17",
    "Thứ Năm - 16/07/2026 17:17",
    "Thứ Năm 16/07/2026, 17:17",
    "Thứ 5, 16/07/2026 17:17",
    "T5, 16/07/2026 17:17",
    "16/07/2026 17:17",
    "16/07/2026 17:17:00",
    "16/07/2026 | 17:17",
    "16/07/2026 - 17:17",
    "16/07/2026, 17:17",
    "16/7/2026, 17:17 (GMT+7)",
    "16/07/2026 lúc 17:17",
    "16-07-2026 17:17",
    "16.07.2026 17:17",
    "16/07/2026 17h17",
    "16/07/2026 5:17:00 CH",
    "17:17 16/07/2026",
    "17:17 ngày 16/07/2026",
    "17:17 Ngày 16/07/2026",
    "17:17, ngày 16/07/2026",
    "17:17 | 16/07/2026",
    "17:17 Thứ Năm, 16/07/2026",
    "17:17 (GMT+7) 16/07/2026",
    "  16/07/2026\u00a017:17\u200b ",
    "2026-07-16T17:17:00+07:00",
    "2026-07-16T17:17:00+0700",
    "2026-07-16T17:17:00+07",
    "2026-07-16T17:17:00 +07:00",
    "2026-07-16T17:17+07:00",
    "2026-07-16T17:17:00",
    "2026-07-16 17:17:00",
    "2026-07-16 17:17",
    "2026-07-16T10:17:00Z",
    "2026-07-16t10:17:00z",
    "2026-07-16T10:17:00.000Z",
    "2026-07-16T17:17:00.0000000+07:00",
    "2026-07-16T12:17:00+02:00",
    "Thu, 16 Jul 2026 17:17:00 +07:00",
    "Thu, 16 Jul 2026 17:17:00 +0700",
    "Thu, 16 Jul 2026 17:17:00 +0700 (ICT)",
    "Thu, 16 Jul 2026 17:17:00 GMT+7",
    "Thu, 16 Jul 2026 17:17:00 GMT+07:00",
    "Thu, 16 Jul 2026 17:17:00 GMT +7",
    "Thu, 16 Jul 2026 17:17:00 UTC+7",
    "Thu, 16 Jul 2026 10:17:00 GMT",
    "Thu, 16 Jul 2026 10:17:00 UTC",
    "Thu, 16 Jul 2026 10:17:00 Z",
    "Thu, 16 Jul 2026 05:17:00 -0500",
    "Thu, 16 Jul 2026 17:17:00",
    "16 Jul 2026 17:17 +0700",
    "Thursday, 16 July 2026 17:17:00 +0700",
    "7/16/2026 5:17:00 PM",
    "07/16/2026 05:17 PM",
    "7/16/2026 5:17:00 p.m.",
]


@pytest.mark.parametrize("text", FORMS)
def test_a_form_is_read(text: str) -> None:
    assert read_date(text) == AFTERNOON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chủ Nhật, 19/07/2026 06:31", datetime(2026, 7, 19, 6, 31, tzinfo=HANOI)),
        ("CN, 19/07/2026 06:31", datetime(2026, 7, 19, 6, 31, tzinfo=HANOI)),
        ("Thứ Hai, ngày 20/07/2026 - 06:31", datetime(2026, 7, 20, 6, 31, tzinfo=HANOI)),
        ("Thứ Tư, 22/07/2026 00:00", datetime(2026, 7, 22, tzinfo=HANOI)),
        ("29/02/2024 08:00", datetime(2024, 2, 29, 8, tzinfo=HANOI)),
        ("2026-07-16T17:17:26.5+07:00", AFTERNOON + timedelta(seconds=26.5)),
        ("2026-07-16T17:17:26,123456789+07:00", AFTERNOON + timedelta(seconds=26, microseconds=123456)),
        ("2026-07-16T24:00:00+07:00", datetime(2026, 7, 17, tzinfo=HANOI)),
        ("2026-12-31T23:30:00Z", datetime(2027, 1, 1, 6, 30, tzinfo=HANOI)),
        ("7/16/2026 12:05:00 AM", datetime(2026, 7, 16, 0, 5, tzinfo=HANOI)),
        ("7/16/2026 12:05:00 PM", datetime(2026, 7, 16, 12, 5, tzinfo=HANOI)),
        ("16/07/2026 9:05:00 SA", datetime(2026, 7, 16, 9, 5, tzinfo=HANOI)),
        ("1899-12-31T17:00:00Z", datetime(1900, 1, 1, tzinfo=HANOI)),
        ("31/12/2999 23:59", datetime(2999, 12, 31, 23, 59, tzinfo=HANOI)),
    ],
)
def test_a_time_is_read_to_its_last_digit(text: str, expected: datetime) -> None:
    assert read_date(text) == expected


def test_numbers_are_day_first_unless_a_twelve_hour_clock_says_otherwise() -> None:
    assert read_date("04/06/2018 10:00") == datetime(2018, 6, 4, 10, tzinfo=HANOI)
    assert read_date("04/06/2018 10:00 AM") == datetime(2018, 4, 6, 10, tzinfo=HANOI)
    assert read_date("04/06/2018 10:00 SA") == datetime(2018, 6, 4, 10, tzinfo=HANOI)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hôm qua",
        "3 giờ trước",
        "16/07/2026",  # a day has no minute of publication
        "2026-07-16",
        "17:17",
        "Thứ Năm",
        "31/02/2026 10:00",
        "29/02/2026 10:00",
        "16/13/2026 10:00",
        "00/07/2026 10:00",
        "16/07/2026 24:01",
        "16/07/2026 25:00",
        "16/07/2026 17:60",
        "16/07/26 17:17",  # could be of any century
        "13/16/2026 5:17:00 PM",
        "7/16/2026 0:17:00 PM",
        "7/16/2026 17:17:00 PM",
        "0000-07-16T17:17:00",
        "2026-07-16T17:17:61",
        "2026-07-16T17:17:00+99:00",
        "Thu, 16 Jul 2026 17:17:00 +0799",
        "Thu, 16 Jul 2026 17:17:00 EST",  # a zone whose offset the text does not say
        "Thu, 16 Jux 2026 17:17:00 GMT",
        "1784197020",
        "Đăng lúc 17:17 16/07/2026 bởi Hải Vân",
        "0001-01-01T00:00:00+14:00",  # before the first year, in +07:00
        "9999-12-31T23:59:00-12:00",
        "1/1/0001 12:00:00 AM",  # how .NET prints a date that is not set
        "01/01/0001 00:00",
        "0001-01-01T00:00:00",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Thứ Hai, 01/01/0001 00:00",
        "31/12/1899 23:59",
        "01/01/3000 00:00",
        "2999-12-31T17:00:00Z",  # a year later in Hanoi
        "9999-12-31T23:59:59",
        "16/07/2026 17:17" * 1000,
        " " * 1_000_000,
        "1" * 1_000_000,
    ],
    ids=lambda text: text[:40] or "nothing",
)
def test_anything_else_is_no_time(text: str) -> None:
    assert read_date(text) is None


def _weekday(when: datetime) -> str:
    return ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"][when.weekday()]


def _rfc822(when: datetime) -> str:
    day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][when.weekday()]
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{day}, {when:%d} {months[when.month - 1]} {when:%Y %H:%M:%S}"


def _american(when: datetime) -> str:
    half = "AM" if when.hour < 12 else "PM"
    return f"{when.month}/{when.day}/{when.year} {when.hour % 12 or 12}:{when:%M:%S} {half}"


PRINTERS: dict[str, Callable[[datetime], str]] = {
    "site": lambda when: f"{_weekday(when)}, {when:%d/%m/%Y %H:%M}",
    "site with ngày": lambda when: f"{_weekday(when)}, ngày {when:%d/%m/%Y - %H:%M}",
    "bar": lambda when: f"{when:%d/%m/%Y | %H:%M}",
    "time first": lambda when: f"{when:%H:%M Ngày %d/%m/%Y}",
    "iso": lambda when: when.isoformat(),
    "iso without offset": lambda when: when.replace(tzinfo=None).isoformat(),
    "iso without colon": lambda when: f"{when:%Y-%m-%dT%H:%M:%S%z}",
    "iso utc": lambda when: f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    "iso elsewhere": lambda when: when.astimezone(timezone(timedelta(hours=-9, minutes=-30))).isoformat(),
    "rfc 822": lambda when: f"{_rfc822(when)} +0700",
    "rfc 822 with colon": lambda when: f"{_rfc822(when)} +07:00",
    "rfc 822 gmt+7": lambda when: f"{_rfc822(when)} GMT+7",
    "rfc 822 gmt": lambda when: f"{_rfc822(when.astimezone(UTC))} GMT",
    "twelve hours": _american,
}
TO_THE_MINUTE = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - made aware by the next argument
    max_value=datetime(2100, 12, 31),  # noqa: DTZ001
    timezones=st.just(HANOI),
).map(lambda when: when.replace(second=0, microsecond=0))


@pytest.mark.parametrize("form", PRINTERS)
@given(when=TO_THE_MINUTE)
def test_what_is_printed_is_read_back(form: str, when: datetime) -> None:
    read = read_date(PRINTERS[form](when))
    assert read == when
    assert read is not None
    assert read.utcoffset() == timedelta(hours=7)


_PIECES = st.sampled_from(
    [
        "16",
        "07",
        "2026",
        "17",
        "/",
        ":",
        "-",
        " ",
        "T",
        "Z",
        "+",
        "Thứ Năm",
        ",",
        "GMT",
        "PM",
        "ngày",
        "Jul",
        "٣",
        ".",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=20).map("".join)))
def test_any_text_is_a_time_in_hanoi_or_none(text: str) -> None:
    read = read_date(text)
    assert read is None or read.utcoffset() == timedelta(hours=7)
