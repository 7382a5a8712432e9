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

HANOI: Final = timezone(timedelta(hours=7))
"""The site's time zone, meant where a text has no offset."""

_LONGEST: Final = 80  # characters; the longest real form has 45

_WEEKDAY: Final = (
    r"(?:(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật|t[2-7]|cn)\s*[,.]?\s*(?:ngày\s+|-\s+)?|ngày\s+)?"
)
_DAY: Final = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
_TIME: Final = r"(?P<hour>\d{1,2})\s*[:h]\s*(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
_ZONE: Final = r"(?:\s*\(?(?P<zone>(?:GMT|UTC)(?:\s*[+-]\s*\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}|Z)\)?)?"
_GAP: Final = r"\s*(?:[|,–-]\s*|lúc\s+)?"

# The first form that matches decides; each must match the whole text.
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        _WEEKDAY + _DAY + r"(?:(?<=\d)\s+|\s*[|,–-]\s*|\s+lúc\s+)" + _TIME + _ZONE,
        _TIME + _GAP + _WEEKDAY + _DAY + _ZONE,
        r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})\s+"
        r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[AP])\.?M\.?" + _ZONE,
        r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\s*,?\s*)?"
        r"(?P<day>\d{1,2})[\s-]+(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[\s-]+"
        r"(?P<year>\d{4}),?\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?" + _ZONE,
    )
)
_ISO: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s*(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE,
)
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_OFFSET: Final = re.compile(r"([+-])\s*(\d{1,2}):?(\d{2})?$")


def read_date(text: str) -> datetime | None:
    """The time a text spells, aware and in +07:00; None where it is none of the known forms.

    Reads the site's own forms (``Thứ Năm, 16/07/2026 17:17``, ``17:42 Ngày 04/06/2018``),
    ISO 8601, RFC 822 as feeds print it (``+07:00`` with its colon, ``GMT+7``) and
    ``M/d/yyyy h:mm:ss AM``. A text without an offset is meant in +07:00.
    """
    line = clean(text) if len(text) <= _LONGEST * 4 else ""
    if not line or len(line) > _LONGEST:
        return None
    try:
        return _read_iso(line) or _read_form(line)
    except (ValueError, OverflowError):
        return None


def _read_iso(line: str) -> datetime | None:
    if not _ISO.fullmatch(line):
        return None
    moment: datetime = isoparse(line.upper().replace(" ", "T", 1).replace(" ", ""))
    return (moment if moment.tzinfo else moment.replace(tzinfo=HANOI)).astimezone(HANOI)


def _read_form(line: str) -> datetime | None:
    for form in _FORMS:
        match = form.fullmatch(line)
        if match:
            return _moment(match.groupdict())
    return None


def _moment(parts: dict[str, str | None]) -> datetime:
    name = parts.get("name")
    month = _MONTHS.index(name.lower()) + 1 if name else int(parts["month"] or 0)
    return datetime(
        int(parts["year"] or 0),
        month,
        int(parts["day"] or 0),
        _hour(int(parts["hour"] or 0), parts.get("half")),
        int(parts["minute"] or 0),
        int(parts["second"] or 0),
        tzinfo=_zone(parts.get("zone")),
    ).astimezone(HANOI)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"no hour of a twelve-hour clock: {hour}")
    return hour % 12 + (12 if half.upper() == "P" else 0)


def _zone(zone: str | None) -> timezone:
    if zone is None:
        return HANOI
    offset = _OFFSET.search(zone)
    if offset is None:
        return UTC
    sign, hours, minutes = offset.groups()
    delta = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-delta if sign == "-" else delta)
