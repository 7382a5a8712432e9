"""A small grammar for prose: sentences with slots, made into text by a seeded generator.

``{slot}`` stands for a word fixed for the article, a number (``{n:2:30}``) or an alternative of a
bank; ``[a|b|]`` for one of the alternatives written in place. Alternatives may hold slots again.
Deterministic: the same seed and the same banks give the same text. It reads no clock and no file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import cast

from .vocabulary import BANKS

_TOKEN = re.compile(r"\{([^{}]+)\}|\[([^\[\]]*)\]")

Part = str | tuple[str, object]


class UnknownSlotError(ValueError):
    """A sentence names a slot that no bank, number or fixed word fills."""


@cache
def _compiled(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        parts.append(_part(match))
        end = match.end()
    if end < len(text):
        parts.append(text[end:])
    return tuple(parts)


def _part(match: re.Match[str]) -> Part:
    slot, choices = match.groups()
    if slot is None:
        return ("choice", tuple(choices.split("|")))
    if slot.startswith("n:"):
        low, high = slot[2:].split(":")
        return ("number", (int(low), int(high)))
    return ("slot", slot)


class Writer:
    """Writes text for one article: a generator of its own, banks, and the words fixed for it."""

    def __init__(self, random: Random, banks: Mapping[str, Sequence[str]], fixed: Mapping[str, str]) -> None:
        self.random = random
        self._banks = banks
        self.fixed = dict(fixed)

    def write(self, text: str) -> str:
        """The sentence with all its slots filled."""
        return "".join(self._filled(part) for part in _compiled(text))

    def sentence(self, text: str) -> str:
        """The same, with its first letter a capital."""
        return capital(self.write(text))

    def pick(self, bank: str) -> str:
        """One alternative of a bank, filled."""
        return self.write("{" + bank + "}")

    def _filled(self, part: Part) -> str:
        if isinstance(part, str):
            return part
        what, value = part
        if what == "number":
            low, high = cast("tuple[int, int]", value)
            return str(low + int(self.random.random() * (high - low + 1)))
        if what == "choice":
            return self.write(self._one(cast("tuple[str, ...]", value)))
        return self._slot(str(value))

    def _slot(self, name: str) -> str:
        if name in self.fixed:
            return self.fixed[name]
        bank = self._banks.get(name) or BANKS.get(name)
        if bank is None:
            raise UnknownSlotError(f"no bank or fixed word is called {name!r}: add it to the vocabulary")
        return self.write(self._one(bank))

    def _one(self, bank: Sequence[str]) -> str:
        return bank[int(self.random.random() * len(bank))]


def capital(text: str) -> str:
    """The text with its first letter a capital."""
    return text[:1].upper() + text[1:]
