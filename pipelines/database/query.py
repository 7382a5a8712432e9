"""What people type into a search, made into an FTS5 expression: total, no input is an error.

Words are all wanted; ``"a phrase"``, ``prefix*``, ``AND``, ``OR``, ``NOT`` (capitals only, so that
Vietnamese words in lower case stay words) and parentheses mean what they do everywhere. Whatever does
not fit (a stray quote, a lone ``AND``, an open parenthesis) is a word or nothing. ``covid-19``,
``TP.HCM`` and ``12/4`` are phrases of their parts. A ``d`` as typed also finds ``đ``; a ``đ`` finds
only itself; other diacritics and case never matter, that is the index's own doing. ``Ð`` (eth, which
looks like ``Đ`` and is often written for it) is taken for ``Đ``, typed as well as printed.

NOT binds tighter than AND, AND tighter than OR.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Final

from pipelines.content import few_marks

MOST_TERMS: Final = 32
"""Words and phrases of a query that are looked for; the rest is left out, and :class:`Query` says so."""

MOST_VARIANTS: Final = 16
"""Spellings of one word or phrase with d, đ and eth; past that none with eth is looked for, and where
d and đ alone come to more, only the folded column is searched."""

MOST_DEPTH: Final = 10
"""Parentheses in parentheses; past that none of them count."""

COLUMNS: Final = "{headline lead body captions byline}"

_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})
_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_ETH: Final = str.maketrans({"Ð": "Đ", "ð": "đ"})
_STROKES: Final = {"d": "dđ", "D": "DĐ"}
_STROKES_AND_ETHS: Final = {"d": "dđð", "D": "DĐÐ", "đ": "đð", "Đ": "ĐÐ"}
_TOKEN: Final = re.compile(r'"(?P<phrase>[^"]*)"(?P<star>\*?)|(?P<bracket>[()])|(?P<word>[^\s()"]+)')


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as typed; ``prefix``: its last word is only begun; ``unwanted``: NOT is before it."""

    text: str
    prefix: bool = False
    unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query, read.

    ``expression`` is FTS5's, None where there is nothing to look for; ``narrowed`` says the same so
    that it can be held against some of the printed columns, as in ``{headline} : (narrowed)``;
    ``terms`` are the words and phrases in it; ``left_out`` counts those past ``MOST_TERMS``.
    """

    expression: str | None
    narrowed: str
    terms: tuple[Term, ...]
    left_out: int = 0


Part = Term | str


def read(typed: str) -> Query:
    """Read a query as typed; any text at all is one."""
    parts, left_out = _cut(_operators(_brackets(_parts(_clean(typed)))))
    terms = tuple(part for part in parts if isinstance(part, Term))
    if not terms:
        return Query(None, "", ())
    return Query(_Reader(parts, _expression).read(), _Reader(parts, _narrowed).read(), terms, left_out)


def _clean(typed: str) -> str:
    """NFC, one kind of quotes, đ for eth, no control characters or halves of surrogate pairs."""
    text = typed.translate(_QUOTES | _ETH)
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)
    text = unicodedata.normalize("NFC", few_marks(text))
    if text.count('"') % 2:
        head, _, tail = text.rpartition('"')
        text = f"{head} {tail}"
    return text


def _parts(text: str) -> list[Part]:
    found: list[Part] = []
    for match in _TOKEN.finditer(text):
        if match["bracket"]:
            found.append(match["bracket"])
        elif match["phrase"] is not None:
            found.append(Term(match["phrase"].strip(), bool(match["star"])))
        elif match["word"] in _OPERATORS:
            found.append(match["word"])
        else:
            found.append(Term(match["word"].rstrip("*"), match["word"].endswith("*")))
    return [part for part in found if isinstance(part, str) or _has_words(part.text)]


def _has_words(text: str) -> bool:
    """Whether FTS5's tokenizer finds anything in it."""
    return any(unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "Co" for c in text)


def _brackets(parts: list[Part]) -> list[Part]:
    """The parts without parentheses that enclose nothing, and without any where they don't match."""
    kept: list[Part] = []
    depth = 0
    for part in parts:
        depth += (part == "(") - (part == ")")
        if not 0 <= depth <= MOST_DEPTH:
            break
        if part == ")" and kept[-1] == "(":
            kept.pop()
        else:
            kept.append(part)
    if depth:
        return [part for part in parts if part not in ("(", ")")]
    return kept


def _operators(parts: list[Part]) -> list[Part]:
    """The parts with every operator that has nothing to join made a word. ``AND NOT`` is ``NOT``."""
    kept: list[Part] = []
    for at, part in enumerate(parts):
        following = parts[at + 1] if at + 1 < len(parts) else ")"
        if isinstance(part, Term):
            kept.append(replace(part, unwanted=kept[-1:] == ["NOT"]))
        elif part not in _OPERATORS:
            kept.append(part)
        elif part == "AND" and following == "NOT":
            continue
        elif kept and _ends(kept[-1]) and _begins(following):
            kept.append(part)
        else:
            kept.append(Term(part))
    return kept


def _cut(parts: list[Part]) -> tuple[list[Part], int]:
    """Parts that fit together, as far as ``MOST_TERMS`` terms go, and how many terms are left out.

    They still fit together: what ends in a term needs no more than its parentheses closed.
    """
    places = [at for at, part in enumerate(parts) if isinstance(part, Term)]
    if len(places) <= MOST_TERMS:
        return parts, 0
    kept = parts[: places[MOST_TERMS - 1] + 1]
    closing: list[Part] = [")"] * (kept.count("(") - kept.count(")"))
    return kept + closing, len(places) - MOST_TERMS


def _ends(part: Part) -> bool:
    return isinstance(part, Term) or part == ")"


def _begins(part: Part) -> bool:
    return isinstance(part, Term) or part == "("


class _Reader:
    """Reads parts that are known to fit together, by recursive descent; ``say`` writes a term."""

    def __init__(self, parts: list[Part], say: Callable[[Term], str]) -> None:
        self._parts = parts
        self._say = say
        self._at = 0

    def read(self) -> str:
        return self._joined("OR", self._all)

    def _all(self) -> str:
        wanted = [self._but()]
        while self._next() is not None and self._next() not in ("OR", ")"):
            self._take("AND")
            wanted.append(self._but())
        return _join(" AND ", wanted)

    def _but(self) -> str:
        return self._joined("NOT", self._one)

    def _one(self) -> str:
        part = self._parts[self._at]
        self._at += 1
        if isinstance(part, Term):
            return self._say(part)
        inner = self.read()
        self._take(")")
        return inner

    def _joined(self, operator: str, operand: Callable[[], str]) -> str:
        operands = [operand()]
        while self._take(operator):
            operands.append(operand())
        return _join(f" {operator} ", operands)

    def _next(self) -> Part | None:
        return self._parts[self._at] if self._at < len(self._parts) else None

    def _take(self, part: str) -> bool:
        found = self._next() == part
        self._at += found
        return found


def _join(operator: str, operands: list[str]) -> str:
    return operands[0] if len(operands) == 1 else f"({operator.join(operands)})"


def _expression(term: Term) -> str:
    """A term as it is looked for: as printed, or where it has too many d in the folded column."""
    variants = _spellings(term.text)
    if not variants:
        return f"search_text : {_quoted(fold_d(term.text), prefix=term.prefix)}"
    return f"({COLUMNS} : {_any(variants, prefix=term.prefix)})"


def _narrowed(term: Term) -> str:
    """A term as it is looked for in some of the columns, of which the folded one is none: one of too
    many d by its words, each of which has few, wherever they stand. Only its first words count."""
    variants = _spellings(term.text)
    if variants:
        return _any(variants, prefix=term.prefix)
    *words, last = re.findall(r"[^\W_]+", term.text)[:MOST_TERMS]
    each = [_any(_spellings(word) or [word], prefix=False) for word in words]
    return _join(" AND ", [*each, _any(_spellings(last) or [last], prefix=term.prefix)])


def _spellings(text: str) -> list[str]:
    """What may be printed for a text: đ for d, eth for both; none where that is too many."""
    for letters in (_STROKES_AND_ETHS, _STROKES):
        choices = [letters.get(c, c) for c in text]
        if prod(map(len, choices), start=1.0) <= MOST_VARIANTS:  # 1.0: no number of pages of digits
            return ["".join(chosen) for chosen in product(*choices)]
    return []


def _any(texts: list[str], *, prefix: bool) -> str:
    return _join(" OR ", [_quoted(text, prefix=prefix) for text in texts])


def _quoted(text: str, *, prefix: bool) -> str:
    return '"' + text.replace('"', "") + ('"*' if prefix else '"')


def fold_d(text: str) -> str:
    """The text with đ written as d."""
    return text.replace("đ", "d").replace("Đ", "D")


def fold(text: str) -> str:
    """The text as the index compares it: lower case, no diacritics, đ (and eth) as d."""
    parts = unicodedata.normalize("NFD", few_marks(fold_d(text.translate(_ETH)).casefold()))
    return "".join(c for c in parts if not unicodedata.combining(c))
