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

from crawler.parsers.byline import newsroom


class UnreadableError(Exception):
    """The text is no byline this grammar knows; never leaves ``grammar.py``."""


_UPPER: Final = "".join(chr(code) for code in range(0x41, 0x1F00) if chr(code).isupper())
_LOWER: Final = "".join(chr(code) for code in range(0x61, 0x1F00) if chr(code).islower())
_CONSONANTS: Final = "".join(set(string.ascii_letters) - set("aeiouyAEIOUY")) + "đĐ"
_LETTER: Final = r"[^\W\d_]"


def _any(words: tuple[str, ...] | list[str]) -> str:
    return "(?:" + "|".join(words) + ")"


def _joined(atom: str, separator: str) -> str:
    return rf"{atom}(?:{separator}{atom})*"


# Atomic: "ảnh minh họa" read as one role and as two would take twice as long for each in a row.
_ROLE: Final = r"(?>(?i:" + "|".join(sorted(newsroom.ROLES, key=len, reverse=True)) + r")(?!\w))"
_ROLE_GAP: Final = r"(?:\s*(?:[,/&+–-]|\bvà\b|\bVÀ\b)\s*|\s+)"
_ROLE_LIST: Final = _joined(_ROLE, _ROLE_GAP)
_END: Final = (
    r"(?=\s*(?:$|[()\[\],;/&+:–—]|\.\s*$|\s-\s)"
    r"|\s+(?:và|phát|tại|từ|theo|tổng hợp|biên dịch|lược dịch|dịch|t/h|TTXVN)\b)"
)
_TAIL: Final = r"[^()\[\],;/&:–—]{1,60}?" + _END
_PAPER: Final = rf"{newsroom.PAPERS}\s+(?=[{_UPPER}]|điện tử)" + _TAIL
_ATOM: Final = (
    rf"(?:(?<!\w)|(?<=[{_LOWER}])(?={newsroom.GLUED}))(?:{_any(list(newsroom.AGENCIES))}|{_PAPER})(?!\w)"
)
_AGENCY: Final = _joined(_ATOM, r"(?:\s*[/,;–—&-]\s*|\s+và\s+)")
_SOURCE_AHEAD: Final = rf"(?=\s*(?:{_ATOM}|[{_UPPER}]))"
_PLACE_AHEAD: Final = rf"(?=[{_UPPER}]|(?:châu|tỉnh|thành phố|khu vực)\s)"
_DESK: Final = rf"(?:{_any(list(newsroom.DESKS))}|{newsroom.SECTIONS_OF_NEWSROOM}(?:{_END}|{_TAIL}))"
_STOP: Final = (
    rf"(?:{_ROLE_LIST}\s*:|{_ATOM}|(?i:theo|và|tại|nguồn)\b|(?:P/[vV]|PV|CTV|BTV)\b"
    r"|(?i:tổng hợp|biên dịch|lược dịch|thực hiện|biên soạn|sưu tầm|chuyển ngữ)\b)"
)
# "N.", "Tr.", "PGS.", "TS."; a full stop after a word with a vowel ends a sentence instead.
_INITIAL: Final = rf"(?:[{_UPPER}]|(?=[{_UPPER}])[{_CONSONANTS}]{{2,4}})\."
# No capital behind a small letter, but for McCarthy: "KhuêBáo" is a name and the next word.
_CAPITALISED: Final = (
    rf"(?:(?:Mc|Mac|De|Di|La|Le|Du)(?=[A-Z][a-z])|Th(?=S\b))?(?:(?!{newsroom.GLUED})[{_UPPER}])+"
    rf"[{_LOWER}]*(?:['’ʼ`]{_LETTER}+)*"
)
_WORD_PART: Final = rf"(?:(?:{_INITIAL})+(?:{_CAPITALISED})?|{_CAPITALISED})"
_WORD: Final = rf"{_WORD_PART}(?:-{_WORD_PART})*(?:(?={newsroom.GLUED})|(?![\w@]|['’]\w))"
_NAME_GAP: Final = r"\s+(?:(?:de|van|von|der|bin|al|da|di|du|la|el)\s+)*"
_DEGREE: Final = r"(?:PGS|GS|TSKH|TS|ThS|BS|DS|KS|KTS|LS|NSND|NSƯT|NGND|NGƯT|(?:BS)?CK ?(?:II?|[12]))(?!\w)"
_DEGREES: Final = rf"(?:{_DEGREE}(?:\.?\s*[,–-]\s*|\.\s*|\s+))+"
# "PGS, TS Trần Minh Khuê" is one; a single degree is a word of the name like any other.
_TITLES: Final = (
    rf"(?:{newsroom.TITLES}(?:\s*,\s*(?={_DEGREE})|\s+))?(?:{_DEGREES}(?={_DEGREE}){_DEGREE}\.?\s+)?"
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

_MARKS: Final = {
    mark: kind
    for kind, marks in {
        Word.OPEN: "([",
        Word.CLOSE: ")]",
        Word.AND: "&+",
        Word.SLASH: "/",
        Word.COMMA: ",;",
        Word.DASH: "-–—",
        Word.STOP: ".",
    }.items()
    for mark in marks
}
# The order matters: the first kind of word that matches at a place is taken; a name is what is none of these.
_LEXICON: Final = (
    (Word.LABEL, rf"(?P<said>{_ROLE_LIST})\s*(?::|của\b(?=\s+[{_UPPER}]))"),
    (Word.BARE_LABEL, rf"(?=[{_UPPER}])(?P<said>{_ROLE_LIST})(?=\s+(?:[{_UPPER}]|{_ATOM}))"),
    (Word.DESK, rf"(?P<said>{_DESK})"),
    (Word.AGENCY, rf"(?P<said>{_AGENCY})"),
    (Word.SOURCE, rf"(?P<said>(?i:theo|nguồn(?: tin(?=\s*:))?))\b\s*:?{_SOURCE_AHEAD}"),
    (Word.SOURCE, rf"(?P<said>từ)\b(?:(?=\s+{_ATOM})|(?:(?<=dịch từ)|(?<=hợp từ)){_SOURCE_AHEAD})"),
    (
        Word.PLACE,
        rf"(?:thường trú\s+)?(?P<said>(?:tại|từ|ở|(?<=\()T(?:ại|ừ))\s+{_PLACE_AHEAD}"
        rf"[^()\[\],;/:–—]{{2,40}}?){_END}",
    ),
    (Word.ROLE, rf"(?P<said>{_ROLE_LIST}|(?<=\()TH(?=\s*\)))"),
    (Word.AND, r"(?P<said>và|VÀ|cùng|với)\b"),
)
# "Kyiv Independent", "BBC News", "Times of India", "The Sun": one paper, whatever agency is in it.
_LATIN: Final = r"[A-Z][A-Za-z'’]*"
_FOREIGN_PAPER: Final = (
    rf"(?:The(?:\s+{_LATIN}){{1,4}}"
    rf"|(?:{_LATIN}\s+){{0,4}}{_any(sorted(newsroom.SOURCE_HINTS))}(?:\s+(?:of|the|{_LATIN})){{0,4}})"
    rf"(?:(?:\s*[/,;–—&-]\s*|\s+và\s+){_ATOM})*(?!\w){_END}"
)
_SOURCES: Final = rf"{newsroom.ORGANISATIONS}\s+{_TAIL}|{_FOREIGN_PAPER}"
_ACRONYM: Final = re.compile(r"(?!BTV|CTV)(?P<said>[A-Z]{3,10})(?=\s*(?:$|[)\],;]))")


@functools.cache
def _lexicon() -> tuple[tuple[Word, re.Pattern[str]], ...]:
    """Compiled when the first byline is read: it takes 0.1 s, and most commands read none."""
    return tuple((kind, re.compile(pattern)) for kind, pattern in _LEXICON)


class _Patterns(NamedTuple):
    """What stands behind "Theo", and what a run of name words is made of."""

    sources: re.Pattern[str]
    titles: re.Pattern[str]
    word: re.Pattern[str]
    gap: re.Pattern[str]
    stop: re.Pattern[str]
    agency: re.Pattern[str]


@functools.cache
def _patterns() -> _Patterns:
    return _Patterns(*map(re.compile, (_SOURCES, _TITLES, _WORD, _NAME_GAP, _STOP, _ATOM)))


class Token(NamedTuple):
    """One word of a byline: its kind, and the text as printed."""

    kind: Word
    text: str


def tokens_of(line: str) -> list[Token]:
    """Cut a line into words; raises ``UnreadableError`` where something in it is none."""
    tokens: list[Token] = []
    at = 0
    while at < len(line):
        token, at = _next(line, at, tokens)
        tokens.append(token)
        at += len(line[at:]) - len(line[at:].lstrip())
    return tokens


def _next(line: str, at: int, before: list[Token]) -> tuple[Token, int]:
    """The word at a place, and where it ends."""
    mark = _MARKS.get(line[at])
    if mark is Word.STOP and not _parts_names(line, at):
        raise UnreadableError
    if mark:
        return Token(mark, line[at]), at + 1
    last = before[-1].kind if before else None
    if last == Word.SOURCE and (match := _patterns().sources.match(line, at)):
        return Token(Word.AGENCY, match[0]), match.end()
    if _may_be_acronym(before) and (match := _ACRONYM.match(line, at)):
        return Token(Word.AGENCY, match["said"]), match.end()
    for kind, pattern in _lexicon():
        match = pattern.match(line, at)
        if match and kind is not Word.BARE_LABEL:
            return Token(kind, match["said"]), match.end()
        if match and _opens_bare(match["said"], last):
            return Token(Word.LABEL, match["said"]), match.end()
    end = _name_end(line, at)
    if end == at:
        raise UnreadableError
    return Token(Word.NAME, line[at:end]), end


def _parts_names(line: str, at: int) -> bool:
    """Whether a full stop stands between names, not inside of one: ``X.T``."""
    return not line[at - 1 : at].isupper() or line[at + 1 : at + 2] in ("", " ", ")")


def _name_end(line: str, at: int) -> int:
    """Where the run of name words that begins here ends; ``at`` itself where none does."""
    patterns = _patterns()
    end = at
    gap = patterns.titles.match(line, at)
    while gap and not patterns.stop.match(line, gap.end()):
        word = patterns.word.match(line, gap.end())
        if word is None:
            break
        for hyphen in re.finditer("-", word[0]):  # of "Vân-VOV" only the first is a name
            if patterns.agency.match(line, word.start() + hyphen.end()):
                return word.start() + hyphen.start()
        end = word.end()
        gap = patterns.gap.match(line, end)
    return end


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
