"""The byline grammar: who signs an article, in which role, for which agency.

A byline is cut into words the newsroom uses (``newsroom.py``) and names, and read from left to
right. What the grammar can't read in full stays whole as one contributor and is marked so; it
must never be cut on a guess, and a name is always printed text, letter for letter.

What it decides where bylines are loose:

- An agency holds for every name before it back to the last agency (``A, B (TTXVN), C (VOV)``);
  one in brackets at the very end holds for all who have none (``Bài: A - Ảnh: B (TTXVN)``).
- A source (``Theo AFP``) is the agency of those who have none; of others it is left out.
- Places (``tại Paris``, ``(Hà Nội)``) and job titles (``PV A``) are read and left out; the
  byline as printed keeps them.
- Without a printed role a contributor has ``text``; roles stand in the order printed.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from crawler.items import Contributor, ContributorKind
from crawler.parsers import newsroom
from crawler.parsers.text import clean

_LONGEST: Final = 240  # characters; the longest byline seen has 38
_MOST_WORDS: Final = 7  # of a name, its title included
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """A byline, read: its contributors in printed order, and whether the grammar understood it.

    Where it did not, the whole text is the name of one person, never cut.
    """

    contributors: tuple[Contributor, ...]
    understood: bool


def read_byline(printed: str) -> Byline:
    """Read a byline as printed (white space and unseen characters aside); never raises."""
    line = clean(printed)
    if not line:
        return Byline(contributors=(), understood=True)
    try:
        return Byline(contributors=_read(line), understood=True)
    except _UnreadableError:
        whole = Contributor(kind=ContributorKind.PERSON, name=line)
        return Byline(contributors=(whole,), understood=False)


class _UnreadableError(Exception):
    """The text is no byline this grammar knows."""


# --- words -----------------------------------------------------------------------------------

_UPPER: Final = "".join(chr(code) for code in range(0x41, 0x1F00) if chr(code).isupper())
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
_ATOM: Final = rf"(?<!\w)(?:{_any(list(newsroom.AGENCIES))}|{_PAPER})(?!\w)"
_AGENCY: Final = _joined(_ATOM, r"(?:\s*[/,–—&-]\s*|\s+và\s+)")
_SOURCE_AHEAD: Final = rf"(?=\s*(?:{_ATOM}|[{_UPPER}]))"
_DESK: Final = rf"(?:{_any(list(newsroom.DESKS))}|{newsroom.SECTIONS_OF_NEWSROOM}(?:{_END}|{_TAIL}))"
_STOP: Final = (
    rf"(?:{_ROLE_LIST}\s*:|{_ATOM}|(?i:theo|và|nguồn)\b|(?:P/[vV]|PV|CTV|BTV)\b"
    r"|(?i:tổng hợp|biên dịch|lược dịch|thực hiện|biên soạn|sưu tầm|chuyển ngữ)\b)"
)
# "N.", "Tr.", "PGS.", "TS."; a full stop after a word with a vowel ends a sentence instead.
_INITIAL: Final = rf"(?:[{_UPPER}]|(?=[{_UPPER}])[{_CONSONANTS}]{{2,4}})\."
_CAPITALISED: Final = rf"[{_UPPER}]{_LETTER}*(?:['’ʼ`]{_LETTER}+)*"
_WORD: Final = (
    rf"(?:(?:{_INITIAL})+(?:{_CAPITALISED})?|{_CAPITALISED})(?:-(?!{_ATOM}){_CAPITALISED})*(?![\w@]|['’]\w)"
)
_NAME: Final = (
    rf"(?:{newsroom.TITLES}\s+)?(?!{_STOP}){_WORD}"
    rf"(?:\s+(?:(?:de|van|von|der|bin|al|da|di|du|la|el)\s+)*(?!{_STOP}){_WORD})*"
)

# The order matters: the first kind of word that matches at a place is taken.
_LABEL, _AGENT, _THEO, _PLACE, _PERSON, _DESKS, _DOES = (
    "label",
    "agency",
    "theo",
    "place",
    "name",
    "desk",
    "role",
)
_OPEN, _CLOSE, _AND, _SLASH, _COMMA, _DASH, _STOPS = "open", "close", "and", "slash", "comma", "dash", "stop"
_SEPARATORS: Final = frozenset({_AND, _SLASH, _COMMA, _DASH, _STOPS})
_LEXICON: Final = tuple(
    (kind, re.compile(rf"\s*(?:{pattern})"))
    for kind, pattern in (
        (_LABEL, rf"(?P<said>{_ROLE_LIST})\s*(?::|của\b(?=\s+[{_UPPER}]))"),
        (_LABEL, rf"(?=[{_UPPER}])(?P<said>{_ROLE_LIST})(?=\s+(?:[{_UPPER}]|{_ATOM}))"),
        (_DESKS, rf"(?P<said>{_DESK})"),
        (_AGENT, rf"(?P<said>{_AGENCY})"),
        (_THEO, rf"(?P<said>(?i:theo|nguồn(?: tin)?))\b\s*:?{_SOURCE_AHEAD}"),
        (_THEO, rf"(?P<said>từ)\b(?:(?=\s+{_ATOM})|(?:(?<=dịch từ)|(?<=hợp từ)){_SOURCE_AHEAD})"),
        (_PLACE, rf"(?P<said>(?:tại|từ|ở|(?<=\()T(?:ại|ừ))\s+(?=[{_UPPER}])[^()\[\],;/:–—]{{2,40}}?){_END}"),
        (_DOES, rf"(?P<said>{_ROLE_LIST}|(?<=\()TH(?=\s*\)))"),
        (_AND, r"(?P<said>và|VÀ|cùng|với)\b"),
        (_PERSON, rf"(?P<said>{_NAME})"),
        (_OPEN, r"(?P<said>[(\[])"),
        (_CLOSE, r"(?P<said>[)\]])"),
        (_AND, r"(?P<said>[&+])"),
        (_SLASH, r"(?P<said>/)"),
        (_COMMA, r"(?P<said>[,;])"),
        (_DASH, r"(?P<said>[-–—])"),
        (_STOPS, r"(?P<said>\.)"),
    )
)
_ORGANISATION: Final = re.compile(rf"\s*(?P<said>{newsroom.ORGANISATIONS}\s+{_TAIL})")
_ACRONYM: Final = re.compile(r"\s*(?P<said>[A-Z]{3,10})(?=\s*(?:$|[)\],;]))")


class _Token(NamedTuple):
    """One word of a byline: its kind, and the text as printed."""

    kind: str
    text: str


def _tokens(line: str) -> list[_Token]:
    """Cut a line into words; raises where something in it is none."""
    tokens: list[_Token] = []
    at = 0
    while at < len(line):
        kind, match = _next(line, at, tokens)
        tokens.append(_Token(kind, match.groupdict().get("said") or ""))
        at = match.end()
        at += len(line[at:]) - len(line[at:].lstrip())
    return tokens


def _next(line: str, at: int, before: list[_Token]) -> tuple[str, re.Match[str]]:
    last = before[-1].kind if before else None
    if last == _THEO and (match := _ORGANISATION.match(line, at)):
        return _AGENT, match
    if _may_be_acronym(before) and (match := _ACRONYM.match(line, at)) and _is_acronym(match["said"]):
        return _AGENT, match
    for number, (kind, pattern) in enumerate(_LEXICON):
        match = pattern.match(line, at)
        if match and (number != 1 or _opens_bare(match["said"], last)):
            return kind, match
    raise _UnreadableError


def _may_be_acronym(before: list[_Token]) -> bool:
    """Whether an unknown ``(KTXH)`` or ``Hải Vân/VNP`` would be an agency here."""
    if len(before) < 2 or before[-1].kind not in (_OPEN, _SLASH):
        return False
    return before[-1].kind == _OPEN or not before[-2].text.isupper()


def _is_acronym(word: str) -> bool:
    return word not in ("BTV", "CTV")


def _opens_bare(label: str, last: str | None) -> bool:
    """Whether role words without a colon open a byline or a part of it here."""
    begins = last is None or last in _SEPARATORS or last == _OPEN
    return begins and (len(_roles(label)) > 1 or label.casefold() in newsroom.BARE_ROLES)


def _roles(said: str) -> tuple[str, ...]:
    """The roles that role words stand for, each once, in printed order."""
    if said == "TH":
        return ("compile",)
    words = re.findall(_ROLE, said)
    return tuple(dict.fromkeys(newsroom.ROLES[word.casefold()] for word in words))


# --- sentences -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Signer:
    """A contributor in the making."""

    kind: ContributorKind
    name: str | None
    label: tuple[str, ...]
    roles: list[str] = field(default_factory=list)
    agency: str | None = None
    sourced: bool = False
    """Printed after "Theo": a person only if an agency says so."""

    def contributor(self) -> Contributor:
        roles = dict.fromkeys((*self.label, *self.roles))
        return Contributor(kind=self.kind, name=self.name, role=",".join(roles) or "text", agency=self.agency)


@dataclass(slots=True)
class _Unit:
    """What stands between two separators: at most one of each kind of word."""

    separator: str | None
    words: dict[str, str] = field(default_factory=dict)

    def add(self, token: _Token) -> None:
        if token.kind in self.words or _PLACE in self.words:
            raise _UnreadableError
        self.words[token.kind] = token.text

    @property
    def roles(self) -> tuple[str, ...]:
        return _roles(self.words.get(_DOES, ""))


def _read(line: str) -> tuple[Contributor, ...]:
    if len(line) > _LONGEST or not any(map(str.isalpha, line)):
        raise _UnreadableError
    reader = _Reader()
    for part in _parts(_balanced(_tokens(line))):
        reader.read(part)
    return reader.contributors()


def _balanced(tokens: list[_Token]) -> list[_Token]:
    """The words with every bracket closed once and none nested; brackets around all are dropped."""
    result: list[_Token] = []
    depth = 0
    for token in tokens:
        depth += {_OPEN: 1, _CLOSE: -1}.get(token.kind, 0)
        if depth > 1:
            raise _UnreadableError
        if depth >= 0:
            result.append(token)
        depth = max(depth, 0)
    if depth:
        result.append(_Token(_CLOSE, ")"))
    kinds = [token.kind for token in result]
    around = kinds[:1] == [_OPEN] and kinds[-1:] == [_CLOSE] and kinds.count(_OPEN) == 1
    return result[1:-1] if around else result


_Part = _Token | _Unit | list[_Token]


def _parts(tokens: list[_Token]) -> list[_Part]:
    """Labels as they are, what is in brackets as a list of words, the rest as units."""
    parts: list[_Part] = []
    unit = _Unit(None)
    bracket: list[_Token] | None = None
    for token in tokens:
        if bracket is not None and token.kind != _CLOSE:
            bracket.append(token)
        elif token.kind in (_LABEL, _OPEN, _CLOSE) or token.kind in _SEPARATORS:
            parts.append(unit)
            parts.extend([token] if token.kind == _LABEL else [])
            parts.extend([bracket] if bracket is not None else [])
            bracket = [] if token.kind == _OPEN else None
            unit = _Unit(token.kind if token.kind in _SEPARATORS else None)
        else:
            unit.add(token)
    parts.append(unit)
    return [part for part in parts if not isinstance(part, _Unit) or part.words]


class _Reader:
    """Reads the parts of a byline from left to right into signers."""

    def __init__(self) -> None:
        self.signers: list[_Signer] = []
        self.label: tuple[str, ...] = ()
        self.segment = 0  # the first signer since the last label
        self.group = 0  # the first signer since the last agency or bracket
        self.closed = False  # the next signer starts a group
        self.pending: tuple[str | None, tuple[str, ...]] = (None, ())
        self.final: str | None = None  # the agency in brackets, while nothing comes after it
        self.placed = False

    def read(self, part: _Part) -> None:
        """Read one more part; raises where it makes no sense after what came before."""
        self.final = None
        if isinstance(part, _Token):
            self._close_segment()
            self.label = _roles(part.text)
        elif isinstance(part, _Unit):
            self._read_unit(part)
        else:
            self._read_bracket(part)

    def contributors(self) -> tuple[Contributor, ...]:
        self._close_segment()
        for signer in self.signers:
            if signer.agency is None:
                signer.agency = self.final
            _settle_source(signer)
        return tuple(signer.contributor() for signer in self.signers)

    def _close_segment(self) -> None:
        """Give a leading agency to those who signed after it, or let it sign itself."""
        agency, roles = self.pending
        signers = self.signers[self.segment :]
        for signer in signers:
            signer.agency = signer.agency or agency
            signer.roles.extend(roles)
        if agency and not signers:
            self._sign(ContributorKind.AGENCY, None, roles, agency)
        self.pending = (None, ())
        self.label = ()
        self.segment = len(self.signers)
        self.closed = True

    def _sign(
        self, kind: ContributorKind, name: str | None, roles: tuple[str, ...] = (), agency: str | None = None
    ) -> _Signer:
        if self.closed:
            self.group, self.closed = len(self.signers), False
        self.signers.append(_Signer(kind, name, self.label, list(roles), agency))
        return self.signers[-1]

    def _read_unit(self, unit: _Unit) -> None:
        placed, self.placed = self.placed, _PLACE in unit.words
        if _is_late_source(unit, self.signers[self.group :]):
            return
        if _PERSON in unit.words:
            self._read_person(unit, placed)
        elif _DESKS in unit.words:
            self._read_desk(unit)
        elif _AGENT in unit.words:
            self._read_agency(unit)
        elif len(self.signers) > self.segment:
            self._give_roles(unit.roles)
        elif _PLACE in unit.words or _THEO in unit.words:
            raise _UnreadableError
        else:
            self.pending = (self.pending[0], (*self.pending[1], *unit.roles))

    def _read_person(self, unit: _Unit, placed: bool) -> None:
        printed = unit.words[_PERSON]
        if _AGENT in unit.words and not _may_stand_together(unit.words):
            raise _UnreadableError
        place = printed.casefold()
        follows = unit.separator in (_COMMA, _DASH) and len(self.signers) > self.segment
        if place in newsroom.PLACES and follows and len(unit.words) == 1:
            return
        if place in newsroom.PLACES or (follows and (placed or place in newsroom.DOUBTFUL_PLACES)):
            raise _UnreadableError
        for name in _names(printed):
            self._sign(ContributorKind.PERSON, name, unit.roles).sourced = _THEO in unit.words
        self._bind(unit)

    def _read_desk(self, unit: _Unit) -> None:
        is_title = (
            _AGENT in unit.words
            and unit.separator in (_COMMA, _DASH)
            and not unit.words[_DESKS].casefold().startswith("nhóm")
            and [signer.kind for signer in self.signers[self.segment :]][-1:] == [ContributorKind.PERSON]
        )
        if not is_title:
            self._sign(ContributorKind.DESK, unit.words[_DESKS], unit.roles)
        self._bind(unit)

    def _bind(self, unit: _Unit) -> None:
        """Give the agency of a unit to its group."""
        if _AGENT in unit.words:
            self._give_agency(unit.words[_AGENT])

    def _read_agency(self, unit: _Unit) -> None:
        agency = unit.words[_AGENT]
        if len(self.signers) == self.segment:
            if self.pending[0]:
                raise _UnreadableError
            self.pending = (agency, unit.roles)
        elif unit.separator == _AND:
            self._sign(ContributorKind.AGENCY, None, unit.roles, agency)
        else:
            self._give_agency(agency)
            self._give_roles(unit.roles)

    def _give_agency(self, agency: str) -> None:
        without = [signer for signer in self.signers[self.group :] if signer.agency is None]
        if not without:
            raise _UnreadableError
        for signer in without:
            signer.agency = agency
        self.closed = True

    def _give_roles(self, roles: tuple[str, ...]) -> None:
        for signer in self.signers[self.group :]:
            signer.roles.extend(roles)

    def _read_bracket(self, tokens: list[_Token]) -> None:
        """Brackets tell of those before them; with a label, or first of all, they stand for themselves."""
        parts = _parts(tokens)
        if any(isinstance(part, _Token) for part in parts) or len(self.signers) == self.segment:
            for part in parts:
                self.read(part)
            return
        for part in parts:
            assert isinstance(part, _Unit)
            self._read_aside(part)
        self.closed = True

    def _read_aside(self, unit: _Unit) -> None:
        if _is_late_source(unit, self.signers[self.group :]):
            self._give_roles(unit.roles)
            return
        name = unit.words.get(_PERSON)
        is_source = name is not None and _THEO in unit.words and _is_foreign_paper(name)
        if name is not None and not is_source and not _is_place(name):
            raise _UnreadableError
        agency = name if is_source else unit.words.get(_AGENT)
        if agency is not None:
            self._give_agency(agency)
            self.final = agency
        self._give_roles(unit.roles)


def _names(printed: str) -> list[str]:
    """A run of name words as names: ``Hải Vân-Minh Khuê`` is two, ``Jean-Pierre Morel`` is one."""
    names = printed.split("-")
    if len(names) == 1 or any(len(name.split()) < 2 for name in names):
        names = [printed]
    if any(len(name.split()) > _MOST_WORDS or len(name) > _LONGEST_NAME for name in names):
        raise _UnreadableError
    return names


def _may_stand_together(words: dict[str, str]) -> bool:
    """Whether a name and an agency without a separator are two things; ``Reuters Hanoi`` is one."""
    kinds = list(words)
    return kinds.index(_PERSON) < kinds.index(_AGENT) or _DESKS in words


def _is_place(name: str) -> bool:
    return name.casefold() in newsroom.PLACES | newsroom.DOUBTFUL_PLACES


def _is_late_source(unit: _Unit, group: list[_Signer]) -> bool:
    """Whether a unit names what was drawn on by people whose agency is known (``A/TTXVN (Theo AFP)``)."""
    sourced = _THEO in unit.words and _AGENT in unit.words and _PERSON not in unit.words
    return sourced and bool(group) and all(signer.agency is not None for signer in group)


def _is_foreign_paper(name: str) -> bool:
    return not newsroom.SOURCE_HINTS.isdisjoint(name.split())


def _settle_source(signer: _Signer) -> None:
    """A name after "Theo" with no agency is a paper if it looks like one, and else unreadable."""
    if not signer.sourced or signer.agency is not None:
        return
    if signer.name is None or not _is_foreign_paper(signer.name):
        raise _UnreadableError
    signer.kind, signer.name, signer.agency = ContributorKind.AGENCY, None, signer.name
