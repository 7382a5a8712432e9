"""The names in a byline: a run of name words as the people it names, or as none.

What a wrong cut leaves over looks like a name too: ``Báo`` of ``Báo tin tức``, ``PGS`` of
``PGS, TS``, ``VNP`` of ``TTXVN/VNP``. Such words make the whole unreadable, never a person.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.parsers.byline import newsroom
from crawler.parsers.byline.words import UnreadableError

_MOST_WORDS: Final = 7  # of a name, its title included
_LONGEST: Final = 60  # characters
_CAPITALS: Final = re.compile(r"[A-Z]{3,}")
_INITIALS: Final = re.compile(r"(?:[A-ZĐ]\.)+[A-ZĐ]?\.?|[BCDĐGHKLMNPQRSTVX]{2,4}")
_SYLLABLE: Final = re.compile(
    r"(?:NGH|CH|GH|GI|KH|NG|NH|PH|QU|TH|TR|[BCDGHKLMNPRSTVX])?[AEIOUY]{1,3}(?:CH|NG|NH|[CMNPT])?"
)
"""What a Vietnamese word can be without its marks: MINH, TRANG, but not BNEWS."""

_AGENCY_ITSELF: Final = re.compile(r"(?i:ttxvn)\b")
_OWN: Final = re.compile("|".join(newsroom.OWN_AGENCIES))
_UNMISTAKABLE: Final = re.compile(rf"{newsroom.PAPERS}\s|[A-ZĐ]{{2,}}\d*\b|\S+\.[A-Za-z]{{2,4}}\b")


def names_in(printed: str) -> list[str]:
    """The names in a run of name words: ``Hải Vân-Minh Khuê`` is two, ``Jean-Pierre Morel`` is one.

    Raises ``UnreadableError`` where there is a word in it that no one is called by.
    """
    names = re.split(r"(?<=[\w.])-(?=\w)", printed)
    if len(names) == 1 or any(len(name.split()) < 2 for name in names):
        names = [printed] if not all(map(_INITIALS.fullmatch, names)) else names
    if not all(map(_may_be_name, names)):
        raise UnreadableError
    return names


def _may_be_name(name: str) -> bool:
    words = name.split()
    bare = [word.strip(".,").casefold() for word in words]
    return (
        len(words) <= _MOST_WORDS
        and len(name) <= _LONGEST
        and "TTXVN" not in name.upper()  # misspelt or glued: "TTTXVN"
        and bare[0] not in newsroom.NO_FIRST_NAMES
        and not (len(words) == 1 and bare[0] in newsroom.NO_NAMES)
        and not newsroom.DEGREES.issuperset(re.split(r"[.\s]+", " ".join(bare)))
        and not any(_is_acronym(word, alone=len(words) == 1) for word in words)
    )


def _is_acronym(word: str, *, alone: bool) -> bool:
    """Whether a word is one of capitals that no one is called by: three may be initials (``NTH``)."""
    if not _CAPITALS.fullmatch(word) or word.casefold() in newsroom.DEGREES:
        return False
    return len(word) > (3 if alone else 2) and not _SYLLABLE.fullmatch(word)


def may_be_agency(name: str) -> bool:
    """Whether what reads as a name is a word of capitals, which beside an agency may be one as well."""
    return _CAPITALS.fullmatch(name) is not None


def is_place(name: str) -> bool:
    """Whether a name is that of a place, though there may be people of that name."""
    return name.casefold() in newsroom.PLACES | newsroom.DOUBTFUL_PLACES


def is_foreign_paper(name: str) -> bool:
    """Whether a name has a word that only foreign papers have."""
    return not newsroom.SOURCE_HINTS.isdisjoint(name.split())


def is_own_agency(agency: str) -> bool:
    """Whether an agency is ours or one of its papers."""
    return _OWN.match(agency) is not None


def is_unmistakable(agency: str, name: str) -> bool:
    """Whether an agency right behind a name is no part of it.

    It is none in ``Hải Vân TTXVN``; in ``Lê Thanh Niên`` and ``Tuần Tin tức`` it may be.
    """
    if " " not in name:
        return _AGENCY_ITSELF.match(agency) is not None
    return is_own_agency(agency) or _UNMISTAKABLE.match(agency) is not None


def is_paper(agency: str) -> bool:
    """Whether an agency is a paper of another house, whose name may go on behind an "and"."""
    return not is_own_agency(agency) and re.match(rf"{newsroom.PAPERS}\s", agency) is not None
