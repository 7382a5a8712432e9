"""Signatures: which of the last lines of a text are its byline.

Told apart from captions and sentences, which read like one too (``Cầu Ba Lai. Ảnh: TTXVN`` is a
caption, ``Đoạn.`` a sentence): a name must never be made of them.
"""

from __future__ import annotations

from typing import Final

from crawler.items import Contributor, ContributorKind
from crawler.parsers.byline import read_byline
from crawler.parsers.byline_words import UnreadableError, Word, tokens_of
from crawler.parsers.captions import split_caption
from crawler.parsers.text import clean

_LONGEST: Final = 80  # characters
_ENDS_SENTENCE: Final = '.!?…:;"”'
_OF_ONE_PHOTO: Final = frozenset({"ảnh tư liệu", "ảnh minh họa", "ảnh minh hoạ"})
"""Roles that open nothing but the credit of a caption."""

_CREDITS: Final = frozenset({"ảnh", "hình", "hình ảnh", "photo", "photos"}) | _OF_ONE_PHOTO
"""Roles that open the credit of a caption at least as often as a byline."""


def is_byline(line: str) -> bool:
    """Whether a line may be a byline: no caption with its credit, no sentence without an agency."""
    read = read_byline(line)
    if not read.understood or not read.contributors or _label(line) in _OF_ONE_PHOTO:
        return False
    if clean(line).endswith(".") and not _has_agency(read.contributors):
        return False
    return opens_with_role(line) or not all(split_caption(line))


def opens_with_role(line: str) -> bool:
    """Whether a line opens as only bylines do: ``Tin, ảnh:``, ``Bài:``, ``Chùm ảnh:``, but not ``Ảnh:``."""
    return _label(line) not in _CREDITS | {None}


def is_photo_credit(line: str) -> bool:
    """Whether a line says whose the pictures are and nothing else: ``Ảnh: Hải Vân/TTXVN``.

    Behind a picture it is that one's credit; under an article it adds to the byline.
    """
    if not _is_short(line) or _label(line) not in _CREDITS - _OF_ONE_PHOTO:
        return False
    read = read_byline(line)
    return read.understood and {one.role for one in read.contributors} == {"photo"}


def with_photo_credit(line: str, credit: str) -> str | None:
    """A byline and the photo credit printed under it; None where the grammar reads them as one no more."""
    both = line if credit in line else f"{line} - {credit}"
    return both if read_byline(line).understood and read_byline(both).understood else None


def _label(line: str) -> str | None:
    """The roles that a line opens with, in lower case (``tin, ảnh``); None where it opens otherwise."""
    try:
        opening = next(iter(tokens_of(clean(line))), None)
    except UnreadableError:
        return None
    return opening.text.casefold() if opening is not None and opening.kind == Word.LABEL else None


def take_signature(paragraphs: list[str]) -> tuple[str | None, int]:
    """The byline in the last paragraphs, as printed, and how many they are.

    One that names an agency, or a name and below it the agency; a photo credit may follow.
    """
    last = paragraphs[-1] if paragraphs else ""
    if is_photo_credit(last):
        signed, taken = take_signature(paragraphs[-3:-1])
        both = with_photo_credit(signed, last) if signed else None
        if both:
            return both, taken + 1
    if not _is_short(last) or not is_byline(last) or not _has_agency(read_byline(last).contributors):
        return None, 0
    if len(paragraphs) > 1 and is_agency_line(last) and is_name_line(paragraphs[-2]):
        both = f"{paragraphs[-2]} {last}" if last.startswith("(") else f"{paragraphs[-2]}/{last}"
        if read_byline(both).understood:
            return both, 2
    return last, 1


def take_repeated(line: str, paragraphs: list[str]) -> tuple[str, int]:
    """A byline of its own place, completed by what the last paragraphs sign, and how many do so.

    A paragraph that neither repeats the byline nor adds its agency or a photo credit is none of them.
    """
    last = paragraphs[-1] if paragraphs else ""
    if not is_photo_credit(last):
        return _take_repeated(line, paragraphs[-2:])
    signed, taken = _take_repeated(line, paragraphs[-3:-1])
    both = with_photo_credit(signed, last)
    return (both, taken + 1) if both else (line, 0)


def _take_repeated(line: str, paragraphs: list[str]) -> tuple[str, int]:
    taken = 0
    for last in reversed(paragraphs):
        if last != line and not (is_name_line(last) and last.casefold() in line.casefold()):
            completed = _with_agency(line, last)
            if completed is None:
                break
            line = completed
        taken += 1
    return line, taken


def _with_agency(line: str, last: str) -> str | None:
    """The byline with the agency of a last paragraph; None where that is no part of it."""
    if not is_agency_line(last):
        return None
    if last.strip("() ") in line:
        return line
    completed = f"{line} {last}" if last.startswith("(") else f"{line}/{last}"
    signed = read_byline(line)
    alone = signed.understood and not _has_agency(signed.contributors)
    return completed if alone and read_byline(completed).understood else None


def is_agency_line(line: str) -> bool:
    """Whether a line is nothing but the agency that signs: ``(TTXVN/Vietnam+)``."""
    read = read_byline(line) if _is_short(line) else None
    return (
        read is not None
        and read.understood
        and bool(read.contributors)
        and all(one.kind is ContributorKind.AGENCY and one.role == "text" for one in read.contributors)
    )


def is_name_line(line: str) -> bool:
    """Whether a line is nothing but full names."""
    read = read_byline(line) if _is_short(line) else None
    return (
        read is not None
        and read.understood
        and bool(read.contributors)
        and all(
            one.kind is ContributorKind.PERSON and one.agency is None and " " in (one.name or "")
            for one in read.contributors
        )
    )


def _is_short(line: str) -> bool:
    return 0 < len(line) <= _LONGEST and line[-1] not in _ENDS_SENTENCE


def _has_agency(contributors: tuple[Contributor, ...]) -> bool:
    return any(contributor.agency for contributor in contributors)
