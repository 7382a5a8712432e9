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
# What an agency prints before the first words of a lead: "(PLO)-", "TTXVN -", "TPO – ", "VOV.VN -".
_DATELINE: Final = re.compile(
    r"(?:\(\s*[A-ZĐ][A-ZĐa-z+]{1,14}(?:\.[A-Za-z]{2,3})?\s*\)\s*[-–—:]?"
    r"|[A-ZĐ][A-ZĐ+]{1,14}(?:\.[A-Za-z]{2,3})?\s*[-–—])\s*"
)


def clean(text: str) -> str:
    """One line of NFC text: unseen characters gone, white space (NBSP too) folded and stripped."""
    return unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", text).split()))


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
    key = text_key(one)
    return bool(key) and key == text_key(other)


def text_key(text: str) -> str:
    """What two texts that say the same have in common: letters and digits in lower case."""
    return _NOT_WORD.sub("", without_dateline(text).casefold())
