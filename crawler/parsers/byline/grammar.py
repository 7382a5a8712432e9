"""The byline grammar: who signs an article, in which role, for which agency.

A byline is cut into words (``byline_words.py``) and read from left to
right. What the grammar can't read in full stays whole as one contributor and is marked so; it
must never be cut on a guess, and a name is always printed text, letter for letter.

What it decides where bylines are loose:

- An agency holds for every name before it back to the last agency (``A, B (TTXVN), C (VOV)``);
  one in brackets at the very end holds for all who have none (``Bài: A - Ảnh: B (TTXVN)``).
- A source (``Theo AFP``) is the agency of those who have none; of others it is left out.
- A name and an agency with nothing between them are two only where the agency can't be a part of a
  name (``Hải Vân TTXVN``, not ``Lê Thanh Niên``); behind "Theo" only where it is one of ours.
- A word of capitals beside an agency and "/" may be an agency as well: unreadable, not a person.
- Places (``tại Paris``, ``(Hà Nội)``) and job titles (``PV A``) are read and left out; the
  byline as printed keeps them.
- Without a printed role a contributor has ``text``; roles stand in the order printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from crawler.items import Contributor, ContributorKind
from crawler.parsers.byline import newsroom
from crawler.parsers.byline.names import (
    is_foreign_paper,
    is_own_agency,
    is_paper,
    is_place,
    is_unmistakable,
    may_be_agency,
    names_in,
)
from crawler.parsers.byline.words import SEPARATORS, Token, UnreadableError, Word, roles_of, tokens_of
from crawler.parsers.text import clean

_LONGEST: Final = 240  # characters; the longest byline seen has 38
_SEVERAL: Final = re.compile(rf"(?i:{newsroom.SEVERAL})\s")


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
    except UnreadableError:
        whole = Contributor(kind=ContributorKind.PERSON, name=line)
        return Byline(contributors=(whole,), understood=False)


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

    separator: Word | None
    words: dict[Word, str] = field(default_factory=dict)

    def add(self, token: Token) -> None:
        if token.kind in self.words or Word.PLACE in self.words:
            raise UnreadableError
        if token.kind == Word.PLACE and not _is_place_only(token.text):
            raise UnreadableError
        self.words[token.kind] = token.text

    @property
    def roles(self) -> tuple[str, ...]:
        return roles_of(self.words.get(Word.ROLE, ""))


def _read(line: str) -> tuple[Contributor, ...]:
    if len(line) > _LONGEST or not any(map(str.isalpha, line)):
        raise UnreadableError
    reader = _Reader()
    for part in _parts(_balanced(tokens_of(line))):
        reader.read(part)
    return reader.contributors()


def _balanced(tokens: list[Token]) -> list[Token]:
    """The words with every bracket closed once and none nested; brackets around all are dropped."""
    result: list[Token] = []
    depth = 0
    for token in tokens:
        depth += {Word.OPEN: 1, Word.CLOSE: -1}.get(token.kind, 0)
        if depth > 1:
            raise UnreadableError
        if depth >= 0:
            result.append(token)
        depth = max(depth, 0)
    if depth:
        result.append(Token(Word.CLOSE, ")"))
    kinds = [token.kind for token in result]
    around = kinds[:1] == [Word.OPEN] and kinds[-1:] == [Word.CLOSE] and kinds.count(Word.OPEN) == 1
    return result[1:-1] if around else result


_Part = Token | _Unit | list[Token]


def _parts(tokens: list[Token]) -> list[_Part]:
    """Labels as they are, what is in brackets as a list of words, the rest as units."""
    parts: list[_Part] = []
    unit = _Unit(None)
    bracket: list[Token] | None = None
    for token in tokens:
        if bracket is not None and token.kind != Word.CLOSE:
            bracket.append(token)
        elif token.kind in (Word.LABEL, Word.OPEN, Word.CLOSE) or token.kind in SEPARATORS:
            if token.kind == Word.LABEL and _is_more_of(unit, token.text):
                raise UnreadableError
            parts.append(unit)
            parts.extend([token] if token.kind == Word.LABEL else [])
            parts.extend([bracket] if bracket is not None else [])
            bracket = [] if token.kind == Word.OPEN else None
            unit = _Unit(token.kind if token.kind in SEPARATORS else None)
        else:
            unit.add(token)
    parts.append(unit)
    return [part for part in parts if not isinstance(part, _Unit) or part.words]


def _is_more_of(unit: _Unit, label: str) -> bool:
    """Whether a label may be the rest of what reads as a name before it: ``Người dịch:``."""
    name = unit.words.get(Word.NAME, "") if list(unit.words)[-1:] == [Word.NAME] else ""
    return bool(name) and (not {" ", "."} & set(name) or label[:1].islower())


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
        self.after_paper = False  # the last agency's name may go on: "báo Đầu Tư và ..."

    def read(self, part: _Part) -> None:
        """Read one more part; raises where it makes no sense after what came before."""
        self.final = None
        if isinstance(part, Token):
            self._close_segment()
            self.label = roles_of(part.text)
        elif isinstance(part, _Unit):
            self._read_unit(part)
        else:
            self._read_bracket(part)
        self.after_paper = isinstance(part, _Unit) and is_paper(part.words.get(Word.AGENCY, ""))

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
        self.segment = self.group = len(self.signers)
        self.closed = True

    def _sign(
        self, kind: ContributorKind, name: str | None, roles: tuple[str, ...] = (), agency: str | None = None
    ) -> _Signer:
        if self.closed:
            self.group, self.closed = len(self.signers), False
        self.signers.append(_Signer(kind, name, self.label, list(roles), agency))
        return self.signers[-1]

    def _read_unit(self, unit: _Unit) -> None:
        placed, self.placed = self.placed, Word.PLACE in unit.words
        if _is_late_source(unit, self.signers[self.group :]):
            return
        if Word.NAME in unit.words:
            self._read_person(unit, placed)
        elif Word.DESK in unit.words:
            self._read_desk(unit)
        elif Word.AGENCY in unit.words:
            self._read_agency(unit)
        elif len(self.signers) > self.segment:
            self._give_roles(unit.roles)
        elif Word.PLACE in unit.words or Word.SOURCE in unit.words:
            raise UnreadableError
        else:
            self.pending = (self.pending[0], (*self.pending[1], *unit.roles))

    def _read_person(self, unit: _Unit, placed: bool) -> None:
        printed = unit.words[Word.NAME]
        if not _may_stand_together(unit.words) or not self._may_sign(unit):
            raise UnreadableError
        if self._is_left_out(unit, placed):
            self.placed = placed
            return
        if is_foreign_paper(printed) and Word.SOURCE not in unit.words:
            raise UnreadableError
        for name in names_in(printed):
            self._sign(ContributorKind.PERSON, name, unit.roles).sourced = Word.SOURCE in unit.words
        self._bind(unit)

    def _may_sign(self, unit: _Unit) -> bool:
        """Whether a name here is one, and no more of the agency before it."""
        if unit.separator == Word.AND and (self.pending[0] or self.after_paper):
            return False
        beside = self.pending[0] or (unit.separator == Word.SLASH and self.closed)
        return not (beside and may_be_agency(unit.words[Word.NAME]))

    def _is_left_out(self, unit: _Unit, placed: bool) -> bool:
        """Whether a name is but the place of those before it; raises where it may be either."""
        place = unit.words[Word.NAME].casefold()
        signed = len(self.signers) > self.segment
        follows = unit.separator in (Word.COMMA, Word.DASH) and signed
        may_follow = follows or unit.separator == Word.SLASH
        goes_on = placed and unit.separator in (Word.COMMA, Word.DASH, Word.AND)
        if len(unit.words) == 1:
            if place in newsroom.PLACES and (follows or goes_on):
                return True
            if goes_on and " " not in place and place in newsroom.DOUBTFUL_PLACES:
                return True
        if place in newsroom.PLACES or goes_on or (may_follow and place in newsroom.DOUBTFUL_PLACES):
            raise UnreadableError
        return False

    def _read_desk(self, unit: _Unit) -> None:
        if unit.separator == Word.AND and self.pending[0]:
            raise UnreadableError
        is_title = (
            Word.AGENCY in unit.words
            and unit.separator in (Word.COMMA, Word.DASH)
            and not _SEVERAL.match(unit.words[Word.DESK])
            and [signer.kind for signer in self.signers[self.segment :]][-1:] == [ContributorKind.PERSON]
        )
        if not is_title:
            self._sign(ContributorKind.DESK, unit.words[Word.DESK], unit.roles)
        self._bind(unit)

    def _bind(self, unit: _Unit) -> None:
        """Give the agency of a unit to its group."""
        if Word.AGENCY in unit.words:
            self._give_agency(unit.words[Word.AGENCY])

    def _read_agency(self, unit: _Unit) -> None:
        agency = unit.words[Word.AGENCY]
        if unit.separator == Word.SLASH and any(may_be_agency(one.name or "") for one in self.signers[-1:]):
            raise UnreadableError
        if len(self.signers) == self.segment:
            self._lead_with(agency, unit)
        elif unit.separator == Word.AND:
            self._sign(ContributorKind.AGENCY, None, unit.roles, agency)
        else:
            self._give_agency(agency)
            self._give_roles(unit.roles)

    def _lead_with(self, agency: str, unit: _Unit) -> None:
        """Keep an agency that stands before any signer; of two the second must be its source."""
        first, roles = self.pending
        if first and Word.SOURCE not in unit.words:
            raise UnreadableError
        self.pending = (first or agency, (*roles, *unit.roles))

    def _give_agency(self, agency: str) -> None:
        without = [signer for signer in self.signers[self.group :] if signer.agency is None]
        if not without:
            raise UnreadableError
        for signer in without:
            signer.agency = agency
        self.closed = True

    def _give_roles(self, roles: tuple[str, ...]) -> None:
        for signer in self.signers[self.group :]:
            signer.roles.extend(roles)

    def _read_bracket(self, tokens: list[Token]) -> None:
        """Brackets tell of those before them; with a label, or first of all, they stand for themselves."""
        parts = _parts(tokens)
        if any(isinstance(part, Token) for part in parts) or len(self.signers) == self.segment:
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
        name = unit.words.get(Word.NAME)
        if name is not None and Word.SOURCE in unit.words and Word.AGENCY in unit.words:
            raise UnreadableError
        is_source = name is not None and Word.SOURCE in unit.words and is_foreign_paper(name)
        if name is not None and not is_source and not is_place(name):
            raise UnreadableError
        agency = name if is_source else unit.words.get(Word.AGENCY)
        if agency is not None:
            self._give_agency(agency)
            self.final = agency
        self._give_roles(unit.roles)


def _may_stand_together(words: dict[Word, str]) -> bool:
    """Whether what stands with a name without a separator is no part of it.

    ``Reuters Hanoi`` and ``Lê Thanh Niên`` are one thing, ``Hình Phước Liên`` is a name, and so may
    be what is left of ``Hải PV``; after "Theo" only agencies of our own are told from the name.
    """
    kinds, agency = list(words), words.get(Word.AGENCY)
    before, after = kinds[: kinds.index(Word.NAME)], kinds[kinds.index(Word.NAME) :]
    if Word.ROLE in before and _may_begin_name(words[Word.ROLE]):
        return False
    if Word.DESK in after and len(words[Word.NAME].split()) < 2:
        return False
    if agency is None:
        return True
    sure = is_own_agency(agency) if Word.SOURCE in before else is_unmistakable(agency, words[Word.NAME])
    return sure and (Word.AGENCY in after or Word.DESK in words)


def _may_begin_name(role: str) -> bool:
    return role[:1].isupper() and " " not in role


def _is_place_only(said: str) -> bool:
    """Whether nobody signs behind a place: ``tại Paris``, but not ``tại Paris Hải Vân``.

    A place of no list has at most two words with a capital at its end, as names have as well.
    """
    words = said.split()[1:]
    if is_place(" ".join(words)):
        return True
    if any(is_place(" ".join(words[:count])) for count in range(1, len(words))):
        return False
    return not all(word[:1].isupper() for word in words[-3:]) or len(words) < 3


def _is_late_source(unit: _Unit, group: list[_Signer]) -> bool:
    """Whether a unit names what was drawn on by people whose agency is known (``A/TTXVN (Theo AFP)``)."""
    sourced = Word.SOURCE in unit.words and Word.AGENCY in unit.words and Word.NAME not in unit.words
    return sourced and bool(group) and all(signer.agency is not None for signer in group)


def _settle_source(signer: _Signer) -> None:
    """A name after "Theo" with no agency is a paper if it looks like one, and else unreadable."""
    if not signer.sourced or signer.agency is not None:
        return
    if signer.name is None or not is_foreign_paper(signer.name):
        raise UnreadableError
    signer.kind, signer.name, signer.agency = ContributorKind.AGENCY, None, signer.name
