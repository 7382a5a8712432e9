"""Dates as the site and its feeds print them, read into aware times in +07:00.

A text either has one of the forms listed here, in full, or it is no date: nothing is filled in
from the current time, and an impossible date is None. Numbers are day first (``dd/MM/yyyy``)
except in the form with AM or PM, which is month first.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from dateutil.parser import isoparse  # type: ignore[import-untyped]

from crawler.parsers.text import clean
from crawler.site.urls import YEARS

HANOI: Final = timezone(timedelta(hours=7))
"""The site's time zone, meant where a text has no offset."""

_LONGEST: Final = 80  # characters; the longest real form has about 45
_WIDEST_OFFSET: Final = timedelta(hours=14)

_WEEKDAY: Final = (
    r"(?:(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật|t[2-7]|cn)\s*[,.]?\s*(?:-\s*)?)?(?:ngày\s+)?"
)
_DAY: Final = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
_CLOCK: Final = r"(?P<hour>\d{1,2})\s*[:h]\s*(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
_ZONE: Final = (
    r"(?:\s*\(?(?P<zone>(?:GMT|UTC)(?:\s*[+-]\s*\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}|Z)\)?"
    r"(?:\s*\([A-Z]{2,5}\))?)?"
)
_GAP: Final = r"(?:\s*[|,–-]\s*|\s+(?:lúc\s+)?)"
_ENGLISH_DAY: Final = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\s*,?\s*)?"
_ENGLISH_MONTH: Final = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"

# The first form that matches the whole text decides.
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # Thứ Năm, 16/07/2026 17:17 · 16/07/2026 | 17:17 · 16/7/2026, 17:17 (GMT+7) · 16/07/2026 5:17:00 CH
        rf"{_WEEKDAY}{_DAY}{_GAP}{_CLOCK}(?:\s*(?P<half>SA|CH))?{_ZONE}",
        # 17:42 Ngày 04/06/2018 · 17:42 | 04/06/2018
        rf"{_CLOCK}{_ZONE}{_GAP}{_WEEKDAY}{_DAY}",
        # 7/16/2026 5:17:00 PM: what an English-speaking server prints, month first
        rf"(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})/(?P<year>\d{{4}}),?\s+{_CLOCK}\s*(?P<half>[AP])\.?M\.?{_ZONE}",
        # Thu, 16 Jul 2026 17:17:00 +07:00
        rf"{_ENGLISH_DAY}(?P<day>\d{{1,2}})[\s-]+{_ENGLISH_MONTH}[\s-]+(?P<year>\d{{4}}),?\s+{_CLOCK}{_ZONE}",
    )
)
_ISO: Final = re.compile(
    r"(?P<moment>\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*"
    r"(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE | re.ASCII,
)
_IN_WORDS: Final = re.compile(r"(?<=\d)\s+tháng\s+(\d{1,2})\s*(?:,|,?\s*năm)\s*(?=\d{4})", re.IGNORECASE)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OFFSET: Final = re.compile(r"([+-])\s*(\d{1,2}):?(\d{2})?$")


def read_date(text: str) -> datetime | None:
    """The time a text spells, aware and in +07:00; None where it is none of the known forms.

    Reads the site's own forms (``Thứ Năm, 16/07/2026 17:17``, ``17:42 Ngày 04/06/2018``),
    ISO 8601, RFC 822 as feeds print it (``+07:00`` with its colon, ``GMT+7``) and
    ``M/d/yyyy h:mm:ss AM``. A text without an offset is meant in +07:00; a date without a time
    of day is None, and so is one of no year in ``YEARS``. A weekday is not checked against its date.
    """
    line = clean(text) if len(text) <= _LONGEST * 4 else ""
    if not line or len(line) > _LONGEST:
        return None
    try:
        moment = _read_iso(line) or _read_form(line)
    except (ValueError, OverflowError):
        return None
    return moment if moment and moment.year in YEARS else None


def is_day(text: str) -> bool:
    """Whether a text is nothing but a date without a time of day.

    Reads the forms of :func:`read_date` (``Thứ Sáu, 03/05/2024``) and ``ngày 3 tháng 5 năm 2024``.
    """
    if len(text) > _LONGEST:
        return False
    numbers = _IN_WORDS.sub(r"/\1/", text)
    return read_date(f"{numbers} 00:00") is not None


def _read_iso(line: str) -> datetime | None:
    match = _ISO.fullmatch(line)
    if match is None:
        return None
    moment: datetime = isoparse(match["moment"].upper().replace(" ", "T"))
    return moment.replace(tzinfo=_zone(match["zone"])).astimezone(HANOI)


def _read_form(line: str) -> datetime | None:
    for form in _FORMS:
        match = form.fullmatch(line)
        if match:
            return _moment(match.groupdict(default=""))
    return None


def _moment(parts: dict[str, str]) -> datetime:
    name = parts.get("name", "").lower()
    moment = datetime(
        int(parts["year"]),
        _MONTHS.index(name) + 1 if name else int(parts["month"]),
        int(parts["day"]),
        _hour(int(parts["hour"]), parts.get("half", "")),
        int(parts["minute"]),
        int(parts["second"] or 0),
        tzinfo=_zone(parts["zone"]),
    )
    return moment.astimezone(HANOI)


def _hour(hour: int, half: str) -> int:
    """The hour of the day; ``half`` is A(M), P(M), or SA (morning), CH (afternoon) in Vietnamese."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"no hour of a twelve-hour clock: {hour}")
    return hour % 12 + (12 if half.upper() in ("P", "CH") else 0)


def _zone(zone: str | None) -> timezone:
    if not zone:
        return HANOI
    offset = _OFFSET.search(zone)
    if offset is None:
        return UTC
    sign, hours, minutes = offset.groups(default="0")
    delta = timedelta(hours=int(hours), minutes=int(minutes))
    if int(minutes) > 59 or delta > _WIDEST_OFFSET:
        raise ValueError(f"no offset of any place: {zone}")
    return timezone(-delta if sign == "-" else delta)
