"""The words of a byline: a line cut into roles, names, desks, agencies, places and separators.

Built from the lists of ``newsroom.py``. A line with anything else in it is unreadable; no part
of a line may be passed over.
"""

from __future__ import annotations

import functools
import re
import string
from enum import StrEnum
from typing import Final, NamedTuple

from crawler.parsers import newsroom


class UnreadableError(Exception):
    """The text is no byline this grammar knows; never leaves ``byline.py``."""


_UPPER: Final = "".join(chr(code) for code in range(0x41, 0x1F00) if chr(code).isupper())
_LOWER: Final = "".join(chr(code) for code in range(0x61, 0x1F00) if chr(code).islower())
_CONSONANTS: Final = "".join(set(string.ascii_letters) - set("aeiouyAEIOUY")) + "đĐ"
_LETTER: Final = r"[^\W\d_]"


def _any(words: tuple[str, ...] | list[str]) -> str:
    return "(?:" + "|".join(words) + ")"


def _joined(atom: str, separator: str) -> str:
    return rf"{atom}(?:{separator}{atom})*"


_ROLE: Final = r"(?i:" + "|".join(sorted(newsroom.ROLES, key=len, reverse=True)) + r")(?!\w)"
_ROLE_GAP: Final = r"(?:\s*(?:[,/&+–-]|\bvà\b|\bVÀ\b)\s*|\s+)"
_ROLE_LIST: Final = _joined(_ROLE, _ROLE_GAP)
_END: Final = (
    r"(?=\s*(?:$|[()\[\],;/&+:–—]|\.\s*$|\s-\s)"
    r"|\s+(?:và|phát|tại|từ|theo|tổng hợp|biên dịch|lược dịch|dịch|t/h|TTXVN)\b)"
)
_TAIL: Final = r"[^()\[\],;/&:–—]{1,60}?" + _END
_PAPER: Final = rf"{newsroom.PAPERS}\s+(?=[{_UPPER}]|điện tử)" + _TAIL
# JSON-LD glues the agency to the name: "Hải VânTTXVN".
_ATOM: Final = rf"(?:(?<!\w)|(?<=[{_LOWER}])(?=TTXVN))(?:{_any(list(newsroom.AGENCIES))}|{_PAPER})(?!\w)"
_AGENCY: Final = _joined(_ATOM, r"(?:\s*[/,;–—&-]\s*|\s+và\s+)")
_SOURCE_AHEAD: Final = rf"(?=\s*(?:{_ATOM}|[{_UPPER}]))"
_DESK: Final = rf"(?:{_any(list(newsroom.DESKS))}|{newsroom.SECTIONS_OF_NEWSROOM}(?:{_END}|{_TAIL}))"
_STOP: Final = (
    rf"(?:{_ROLE_LIST}\s*:|{_ATOM}|(?i:theo|và|tại|nguồn)\b|(?:P/[vV]|PV|CTV|BTV)\b"
    r"|(?i:tổng hợp|biên dịch|lược dịch|thực hiện|biên soạn|sưu tầm|chuyển ngữ)\b)"
)
# "N.", "Tr.", "PGS.", "TS."; a full stop after a word with a vowel ends a sentence instead.
_INITIAL: Final = rf"(?:[{_UPPER}]|(?=[{_UPPER}])[{_CONSONANTS}]{{2,4}})\."
_CAPITALISED: Final = rf"[{_UPPER}](?:(?!TTXVN){_LETTER})*(?:['’ʼ`]{_LETTER}+)*"
_WORD: Final = (
    rf"(?:(?:{_INITIAL})+(?:{_CAPITALISED})?|{_CAPITALISED})(?:-(?!{_ATOM}){_CAPITALISED})*"
    r"(?:(?=TTXVN)|(?![\w@]|['’]\w))"
)
_NAME: Final = (
    rf"(?:{newsroom.TITLES}\s+)?(?!{_STOP}){_WORD}"
    rf"(?:\s+(?:(?:de|van|von|der|bin|al|da|di|du|la|el)\s+)*(?!{_STOP}){_WORD})*"
)


class Word(StrEnum):
    """What a word of a byline is."""

    LABEL = "label"  # roles and a colon
    BARE_LABEL = "bare label"  # roles, the colon missing
    DESK = "desk"
    AGENCY = "agency"
    SOURCE = "source"  # "theo", "nguồn": an agency follows
    PLACE = "place"
    ROLE = "role"
    NAME = "name"
    OPEN = "open"
    CLOSE = "close"
    AND = "and"
    SLASH = "slash"
    COMMA = "comma"
    DASH = "dash"
    STOP = "stop"


SEPARATORS: Final = frozenset({Word.AND, Word.SLASH, Word.COMMA, Word.DASH, Word.STOP})

# The order matters: the first kind of word that matches at a place is taken.
_LEXICON: Final = (
    (Word.LABEL, rf"(?P<said>{_ROLE_LIST})\s*(?::|của\b(?=\s+[{_UPPER}]))"),
    (Word.BARE_LABEL, rf"(?=[{_UPPER}])(?P<said>{_ROLE_LIST})(?=\s+(?:[{_UPPER}]|{_ATOM}))"),
    (Word.DESK, rf"(?P<said>{_DESK})"),
    (Word.AGENCY, rf"(?P<said>{_AGENCY})"),
    (Word.SOURCE, rf"(?P<said>(?i:theo|nguồn(?: tin(?=\s*:))?))\b\s*:?{_SOURCE_AHEAD}"),
    (Word.SOURCE, rf"(?P<said>từ)\b(?:(?=\s+{_ATOM})|(?:(?<=dịch từ)|(?<=hợp từ)){_SOURCE_AHEAD})"),
    (
        Word.PLACE,
        rf"(?P<said>(?:tại|từ|ở|(?<=\()T(?:ại|ừ))\s+(?=[{_UPPER}])[^()\[\],;/:–—]{{2,40}}?){_END}",
    ),
    (Word.ROLE, rf"(?P<said>{_ROLE_LIST}|(?<=\()TH(?=\s*\)))"),
    (Word.AND, r"(?P<said>và|VÀ|cùng|với)\b"),
    (Word.NAME, rf"(?P<said>{_NAME})"),
    (Word.OPEN, r"(?P<said>[(\[])"),
    (Word.CLOSE, r"(?P<said>[)\]])"),
    (Word.AND, r"(?P<said>[&+])"),
    (Word.SLASH, r"(?P<said>/)"),
    (Word.COMMA, r"(?P<said>[,;])"),
    (Word.DASH, r"(?P<said>[-–—])"),
    (Word.STOP, r"(?P<said>\.)"),
)
_ORGANISATION: Final = re.compile(rf"\s*(?P<said>{newsroom.ORGANISATIONS}\s+{_TAIL})")
_ACRONYM: Final = re.compile(r"\s*(?!BTV|CTV)(?P<said>[A-Z]{3,10})(?=\s*(?:$|[)\],;]))")


@functools.cache
def _lexicon() -> tuple[tuple[Word, re.Pattern[str]], ...]:
    """Compiled when the first byline is read: it takes 0.1 s, and most commands read none."""
    return tuple((kind, re.compile(rf"\s*(?:{pattern})")) for kind, pattern in _LEXICON)


class Token(NamedTuple):
    """One word of a byline: its kind, and the text as printed."""

    kind: Word
    text: str


def tokens_of(line: str) -> list[Token]:
    """Cut a line into words; raises ``UnreadableError`` where something in it is none."""
    tokens: list[Token] = []
    at = 0
    while at < len(line):
        kind, match = _next(line, at, tokens)
        tokens.append(Token(kind, match.groupdict().get("said") or ""))
        at = match.end()
        at += len(line[at:]) - len(line[at:].lstrip())
    return tokens


def _next(line: str, at: int, before: list[Token]) -> tuple[Word, re.Match[str]]:
    last = before[-1].kind if before else None
    if last == Word.SOURCE and (match := _ORGANISATION.match(line, at)):
        return Word.AGENCY, match
    if _may_be_acronym(before) and (match := _ACRONYM.match(line, at)):
        return Word.AGENCY, match
    for kind, pattern in _lexicon():
        match = pattern.match(line, at)
        if match and kind is not Word.BARE_LABEL:
            return kind, match
        if match and _opens_bare(match["said"], last):
            return Word.LABEL, match
    raise UnreadableError


def _may_be_acronym(before: list[Token]) -> bool:
    """Whether an unknown ``(KTXH)`` or ``Hải Vân/VNP`` would be an agency here."""
    if len(before) < 2 or before[-1].kind not in (Word.OPEN, Word.SLASH):
        return False
    return before[-1].kind == Word.OPEN or not before[-2].text.isupper()


def _opens_bare(label: str, last: Word | None) -> bool:
    """Whether role words without a colon open a byline or a part of it here."""
    begins = last is None or last in SEPARATORS or last == Word.OPEN
    return begins and (len(roles_of(label)) > 1 or label.casefold() in newsroom.BARE_ROLES)


def roles_of(said: str) -> tuple[str, ...]:
    """The roles that role words stand for, each once, in printed order."""
    if said == "TH":
        return ("compile",)
    words = re.findall(_ROLE, said)
    return tuple(dict.fromkeys(newsroom.ROLES[word.casefold()] for word in words))
