"""The byline grammar: who signs an article, in which role, for which agency.

A byline is cut into words (``byline_words.py``) and read from left to
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

from dataclasses import dataclass, field
from typing import Final

from crawler.items import Contributor, ContributorKind
from crawler.parsers import newsroom
from crawler.parsers.byline_words import SEPARATORS, Token, UnreadableError, Word, roles_of, tokens_of
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
            parts.append(unit)
            parts.extend([token] if token.kind == Word.LABEL else [])
            parts.extend([bracket] if bracket is not None else [])
            bracket = [] if token.kind == Word.OPEN else None
            unit = _Unit(token.kind if token.kind in SEPARATORS else None)
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
        if isinstance(part, Token):
            self._close_segment()
            self.label = roles_of(part.text)
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
        if Word.AGENCY in unit.words and not _may_stand_together(unit.words):
            raise UnreadableError
        place = printed.casefold()
        follows = unit.separator in (Word.COMMA, Word.DASH) and len(self.signers) > self.segment
        if place in newsroom.PLACES and follows and len(unit.words) == 1:
            return
        if place in newsroom.PLACES or (follows and (placed or place in newsroom.DOUBTFUL_PLACES)):
            raise UnreadableError
        for name in _names(printed):
            self._sign(ContributorKind.PERSON, name, unit.roles).sourced = Word.SOURCE in unit.words
        self._bind(unit)

    def _read_desk(self, unit: _Unit) -> None:
        is_title = (
            Word.AGENCY in unit.words
            and unit.separator in (Word.COMMA, Word.DASH)
            and not unit.words[Word.DESK].casefold().startswith("nhóm")
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
        is_source = name is not None and Word.SOURCE in unit.words and _is_foreign_paper(name)
        if name is not None and not is_source and not _is_place(name):
            raise UnreadableError
        agency = name if is_source else unit.words.get(Word.AGENCY)
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
        raise UnreadableError
    if "TTXVN" in printed.upper():  # misspelt or glued: "TTTXVN"
        raise UnreadableError
    return names


def _may_stand_together(words: dict[Word, str]) -> bool:
    """Whether a name and an agency without a separator are two things; ``Reuters Hanoi`` is one."""
    kinds = list(words)
    return kinds.index(Word.NAME) < kinds.index(Word.AGENCY) or Word.DESK in words


def _is_place(name: str) -> bool:
    return name.casefold() in newsroom.PLACES | newsroom.DOUBTFUL_PLACES


def _is_place_only(said: str) -> bool:
    """Whether nobody signs behind a place: ``tại Paris``, but not ``tại Paris Hải Vân``.

    A place of no list has at most two words with a capital at its end, as names have as well.
    """
    words = said.split()[1:]
    if _is_place(" ".join(words)):
        return True
    if any(_is_place(" ".join(words[:count])) for count in range(1, len(words))):
        return False
    return not all(word[:1].isupper() for word in words[-3:]) or len(words) < 3


def _is_late_source(unit: _Unit, group: list[_Signer]) -> bool:
    """Whether a unit names what was drawn on by people whose agency is known (``A/TTXVN (Theo AFP)``)."""
    sourced = Word.SOURCE in unit.words and Word.AGENCY in unit.words and Word.NAME not in unit.words
    return sourced and bool(group) and all(signer.agency is not None for signer in group)


def _is_foreign_paper(name: str) -> bool:
    return not newsroom.SOURCE_HINTS.isdisjoint(name.split())


def _settle_source(signer: _Signer) -> None:
    """A name after "Theo" with no agency is a paper if it looks like one, and else unreadable."""
    if not signer.sourced or signer.agency is not None:
        return
    if signer.name is None or not _is_foreign_paper(signer.name):
        raise UnreadableError
    signer.kind, signer.name, signer.agency = ContributorKind.AGENCY, None, signer.name
