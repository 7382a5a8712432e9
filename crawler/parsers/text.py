"""Clean text: the one form in which every text of a page is kept and compared.

Text is NFC, on one line, without the characters nobody sees: zero-width ones, soft hyphens, byte
order marks, controls. Nothing visible may change here: no letter, no punctuation, no quotation
mark is ever replaced by a better one.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

# Soft hyphen, Mongolian vowel separator, zero-width and directional marks, invisible operators,
# byte order mark, annotation marks, tag characters; then the controls that are not white space,
# and halves of surrogate pairs (JSON strings can spell them; SQLite can't store them).
_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NOT_WORD: Final = re.compile(r"[\W_]+")
# What an agency prints before the first words of a lead: "(PLO)-", "TTXVN -", "VOV.VN –". Without
# brackets and dash only known ones: "ASEAN - Trung Quốc" is how a sentence begins.
_AGENCY: Final = (
    r"(?:TTXVN|TTX|VNA|VNP|Vietnam\+|VietnamPlus|BNEWS|PLO|TPO|NDO|TNO|TTO|NLĐO|SGGPO?|VOV|VTV|CAND|QĐND|BTT|"
    r"(?:Báo )?Tin tức|Dân trí|[A-Za-z]{2,20}\.(?:vn|VN|com))"
)
_DATELINE: Final = re.compile(
    rf"(?:\({_AGENCY}\)\s*[-–—:]?|\([A-ZĐ]{{2,6}}\)\s*[-–—]|{_AGENCY}(?:\s+[-–—]|\s*[–—]))\s*"
)
_BEGINNING: Final = 32  # characters
_MOST_MARKS: Final = 30
_MARK: Final = re.compile(r"[^\w\s\x00-\x7f]")
_MAY_BE_MARKS: Final = re.compile(rf"{_MARK.pattern}{{{_MOST_MARKS + 1},}}")


def clean(text: str) -> str:
    """One line of NFC text: unseen characters gone, white space (NBSP too) folded and stripped.

    Of marks piled on one letter 30 stay, ten times what any writing needs: the time it takes to
    compose them grows with the square of their number (300,000 of them take a minute).
    """
    line = " ".join(text.split())
    if not line.isprintable():  # as no unseen character is
        line = " ".join(_UNSEEN.sub("", text).split())
    if line.isascii():
        return line
    if _MARK.search(line[_MOST_MARKS :: _MOST_MARKS + 1]):  # a longer run has a mark at one of these places
        line = _MAY_BE_MARKS.sub(_fewer_marks, line)
    return unicodedata.normalize("NFC", line)


def _fewer_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    piled = 0
    for letter in run[0]:
        piled = piled + 1 if unicodedata.combining(letter) else 0
        if piled <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def clean_or_none(text: str | None) -> str | None:
    """The clean text; None where there is none or nothing is left of it."""
    return (clean(text) or None) if text is not None else None


def unescape(text: str) -> str:
    """Decode the entities that stand in already decoded text (``&amp;#39;`` in the source).

    Only whole entities, ended by a semicolon, are touched: ``?a=1&section=2`` stays as it is.
    Not part of :func:`clean`, since a page may well print ``&amp;`` and mean it.
    """
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def without_dateline(text: str) -> str:
    """Clean text without the agency's mark before its first word (``(PLO)-``, ``TTXVN -``)."""
    line = clean(text)
    mark = _DATELINE.match(line)
    return line[mark.end() :] if mark and mark.end() < len(line) else line


def same_text(one: str, other: str) -> bool:
    """Whether two texts say the same: case, punctuation, white space and datelines aside.

    Texts without a letter or digit are never the same as anything.
    """
    lines = without_dateline(one), without_dateline(other)
    first, second = (
        _key(line[:_BEGINNING]) for line in lines
    )  # nearly all texts differ from the first word on
    if not (first.startswith(second) or second.startswith(first)):
        return False
    key = _key(lines[0])
    return bool(key) and key == _key(lines[1])


def text_key(text: str) -> str:
    """What two texts that say the same have in common: letters and digits in lower case."""
    return _key(without_dateline(text))


def _key(line: str) -> str:
    return _NOT_WORD.sub("", line.casefold())
