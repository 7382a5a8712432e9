"""Near-duplicates: which stored article an article repeats, and by how much.

The measure is **containment** over shingles (runs of four words) of the lead and body, NFC and
lower case: the share of the shorter text's shingles that the longer one has too. Articles are
short, and a copy that lost two paragraphs is still wholly contained in its original. A MinHash
signature, cut into bands that SQLite indexes, only proposes candidates; the texts decide.

What is not a near-duplicate, although much of it is the same:

- a text of fewer than ``MIN_SHINGLES`` shingles (a photo's one line): only an exact copy counts;
- a text under ``MIN_SIZE`` of the other's length: a digest is not a copy of what it sums up;
- an issue of a daily series (weather, gold price, lottery): the same frame with new figures. A
  figure is compared with the one in the same place of the other text, a place being the opening
  of the paragraph and the two words before. See :func:`same_series`.

The earliest published of those that repeat each other is the original. An article hangs on the
earliest article near to it that comes before it, and a chain of these resolves to its first link, so
that a ``duplicate_of`` always names an original (:mod:`pipelines.originals`). ``similarity`` is the
containment between the article and the original it names, which need not be near to each other in a chain:
it may be under ``NEAR``, or high between texts of very different length.

**Why no library.** Signatures stay in the database for years, so their hash has to be the
same in every version and on every machine. rensa 0.5 replaced both of its algorithms and
asks for every stored signature to be made again; datasketch's are stable but need NumPy and SciPy (100 MB)
for a hundred thousand multiplications. One-permutation MinHash needs one hash a shingle,
some 0.2 ms an article in plain Python. The hash of a shingle is simple tabulation (Pătraşcu
and Thorup, 2011) over BLAKE2b hashes of its words. ``VERSION`` stands in the high byte of
every band, so bands of another version never match and are found by their range.

The same 64-bit hashes stand for the shingles where texts are compared: that one is taken for another by
chance happens once in fifty trillion pairs of articles.

This module must never drop an article, and never decide by an estimate.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections import Counter
from functools import cached_property
from hashlib import blake2b
from itertools import chain, repeat
from sys import byteorder
from typing import Final

VERSION: Final = 2
"""The version of words, shingles, hash and bands; raise it with any change to one of them."""

SHINGLE_WORDS: Final = 4
"""Words in a shingle: with 5 % of the words edited, 81 % of such shingles survive."""

NEAR: Final = 0.6
"""Containment from which two texts repeat each other: over half, so that a half rewritten does not."""

UNREAD: Final = 0.5
"""How much of a candidate is left unread at first, as a share of the shorter text: less than ``NEAR``."""

MIN_SHINGLES: Final = 40
"""Shingles under which a text is too short for containment to mean anything."""

MIN_SIZE: Final = 1 / 3
"""The shortest copy, as a share of the longer text's shingles."""

BANDS: Final = 16
ROWS: Final = 2
"""Bands of a signature and values in a band: a pair with Jaccard similarity 0.5 shares a band
with probability 0.99, one with 0.01 (same topic) with 0.0016."""

VERSION_SHIFT: Final = 40
"""Bits of a band that are hash; the version stands above them."""

SERIES_PLACES: Final = 3
SERIES_SHARE: Final = 0.2
"""Places (and their share of all places) with another figure that make a series on any day: a copy
has a figure or two corrected, and one in twenty where 5 % of its words are edited."""

SERIES_FRAME: Final = 0.9
SERIES_PLACES_NEXT_DAY: Final = 2
SERIES_SHARE_NEXT_DAY: Final = 0.1
"""The same on different days, where the words around the figures are the same: the date and one more."""

_BINS: Final = BANDS * ROWS
_HASH_BYTES: Final = 8
_WORD_BYTES: Final = SHINGLE_WORDS * _HASH_BYTES
_BIN_SHIFT: Final = 8 * _HASH_BYTES - (_BINS - 1).bit_length()
_NONE: Final = 1 << 8 * _HASH_BYTES
_PUNCTUATION: Final = ".,;:!?\"'“”‘’«»()[]…-–—*/"
_MIX: Final = 0x9E3779B97F4A7C15


def _words(text: str) -> list[str]:
    """Lower-case words without the punctuation around them; ``12/7`` and ``24-27`` are one word."""
    pieces = unicodedata.normalize("NFC", text).lower().split()
    return list(filter(None, map(str.strip, pieces, repeat(_PUNCTUATION))))


class Text:
    """The text of an article, ready to be compared; what is derived is made when first asked for."""

    def __init__(self, headline: str | None, lead: str | None, body: str | None) -> None:
        """Take the fields as they are stored; paragraphs are separated by a blank line."""
        self._headline = headline or ""
        self._text = "\n\n".join(filter(None, (lead, body)))

    @cached_property
    def pieces(self) -> list[str]:
        """Lead and body cut at white space, as they stand: at least as many pieces as words."""
        return self._text.split()

    @cached_property
    def words(self) -> list[str]:
        """The words of lead and body. The headline is left out: copies are given new ones."""
        return _words(self._text)

    @cached_property
    def shingles(self) -> frozenset[int]:
        """Every run of four words, by its hash; paragraph breaks ignored, since copies break elsewhere."""
        return _shingles(self.pieces)

    @cached_property
    def bands(self) -> tuple[int, ...]:
        """What the index of near-duplicates holds of this text, ascending; empty if it is too short."""
        return _bands(self.shingles)

    @cached_property
    def frame(self) -> frozenset[int]:
        """The shingles with every figure replaced by the same mark."""
        return _shingles(_masked(self.words))

    @cached_property
    def numbers(self) -> Counter[str]:
        """Every figure of lead and body, wherever it stands, counted."""
        return Counter(filter(_is_figure, self.words))

    @cached_property
    def figures(self) -> Counter[tuple[tuple[str, ...], str]]:
        """Every figure of headline, lead and body with its place, counted."""
        paragraphs = (self._headline, *self._text.split("\n\n"))
        return Counter(chain.from_iterable(map(_placed_figures, paragraphs)))


def _is_figure(word: str) -> bool:
    return not word.isalpha() and any(map(str.isdecimal, word))


def _masked(words: list[str]) -> list[str]:
    """The words, every figure replaced by the same mark."""
    return ["#" if _is_figure(word) else word for word in words]


def _placed_figures(paragraph: str) -> list[tuple[tuple[str, ...], str]]:
    """The figures of a paragraph, each with its place: the paragraph's opening and the words before."""
    words = _words(paragraph)
    masked = ["", "", *_masked(words)]
    opening = tuple(masked[2:4])
    return [
        ((*opening, *masked[at : at + 2]), word) for at, word in enumerate(words) if masked[at + 2] == "#"
    ]


class _WordHashes(dict[str, bytes]):
    """Four independent hashes of each word, one for each place in a shingle; made when first asked for.

    Asked by pieces of a text as they stand, so that a text is composed and lowered word by word, and each
    word once; a piece of punctuation alone has none.
    """

    MOST = 1 << 17  # pieces kept: the vocabulary of a few thousand articles, figures included

    def __missing__(self, piece: str) -> bytes:
        if len(self) >= self.MOST:
            self.clear()
        word = "".join(_words(piece)).encode()  # one or none: a piece has no white space
        found = self[piece] = blake2b(word, digest_size=_WORD_BYTES).digest() if word else b""
        return found


_hashes_of_word: Final = _WordHashes().__getitem__


def _shingles(pieces: list[str]) -> frozenset[int]:
    """The hashes of the shingles: of each the exclusive or of its words' hashes, by their places.

    All at once, as numbers of thousands of bits: several times faster than one by one.
    """
    hashed = b"".join(map(_hashes_of_word, pieces))
    count = len(hashed) // _WORD_BYTES - SHINGLE_WORDS + 1
    if count < 1:
        return frozenset()
    table = array("Q", hashed)
    mixed = 0
    for place in range(SHINGLE_WORDS):
        mixed ^= int.from_bytes(table[place::SHINGLE_WORDS][place : place + count].tobytes(), "big")
    hashes = array("Q", mixed.to_bytes(count * _HASH_BYTES, "big"))
    if byteorder == "little":  # the same hashes on every machine
        hashes.byteswap()
    return frozenset(hashes)


def _bands(shingles: frozenset[int]) -> tuple[int, ...]:
    return _cut(_signature(shingles)) if len(shingles) >= MIN_SHINGLES else ()


def _signature(shingles: frozenset[int]) -> list[int]:
    """The least hash in each bin of the range; an empty bin borrows from the next that is not."""
    least = [_NONE] * _BINS
    for value in shingles:
        if value < least[value >> _BIN_SHIFT]:  # noqa: PLR1730  # min() would take three times as long
            least[value >> _BIN_SHIFT] = value
    borrowed = next(value for value in least if value != _NONE)
    for at in range(_BINS - 1, -1, -1):
        borrowed = least[at] = borrowed if least[at] == _NONE else least[at]
    return least


def _cut(signature: list[int]) -> tuple[int, ...]:
    mask = (1 << VERSION_SHIFT) - 1
    pairs = zip(signature[::ROWS], signature[1::ROWS], strict=True)
    return tuple(sorted({VERSION << VERSION_SHIFT | (a * _MIX + b) & mask for a, b in pairs}))


def containment(one: Text, other: Text) -> float:
    """The share (0 to 1) of the shorter text's shingles that the longer one has; 0 if one is empty."""
    shorter = min(len(one.shingles), len(other.shingles))
    return len(one.shingles & other.shingles) / shorter if shorter else 0.0


def near(one: Text, other: Text, *, same_day: bool) -> float | None:
    """The containment of two texts that repeat each other; None where they don't.

    ``same_day``: they were published on one local date, which makes a series less likely.
    """
    if _opens_otherwise(one, other):
        return None
    sizes = sorted((len(one.shingles), len(other.shingles)))
    if sizes[0] < MIN_SHINGLES or sizes[0] < MIN_SIZE * sizes[1]:
        return None
    share = containment(one, other)
    if share < NEAR or same_series(one, other, same_day=same_day):
        return None
    return share


def _opens_otherwise(one: Text, other: Text) -> bool:
    """Whether the opening of ``other`` shares so little with ``one`` that no rest of it could mend that.

    Most candidates are on the same topic only, and are told by half of their text.
    """
    rest = int(UNREAD * min(len(one.pieces), len(other.pieces)))  # shingles that end behind the cut, at most
    opening = _shingles(other.pieces[: len(other.pieces) - rest])
    shorter = min(len(one.shingles), len(opening) + rest)
    return len(one.shingles & opening) + rest < NEAR * shorter


def same_series(one: Text, other: Text, *, same_day: bool) -> bool:
    """Whether two texts are issues of one series: the same frame, filled with other figures.

    Of the places that hold a figure in both texts, at least ``SERIES_SHARE`` and at least
    ``SERIES_PLACES`` hold another one. Where the texts are of different days and the words around
    the figures agree (``SERIES_FRAME``), the limits are those ending in ``NEXT_DAY``.
    """
    if one.numbers <= other.numbers or other.numbers <= one.numbers:
        return False  # a cut copy has no figure of its own
    places, changed = _figure_places(one, other)
    if changed >= max(SERIES_PLACES, SERIES_SHARE * places):
        return True
    if same_day or changed < max(SERIES_PLACES_NEXT_DAY, SERIES_SHARE_NEXT_DAY * places):
        return False
    shorter = min(len(one.frame), len(other.frame))
    return len(one.frame & other.frame) >= SERIES_FRAME * shorter


def _figure_places(one: Text, other: Text) -> tuple[int, int]:
    """How many places hold a figure in both texts, and how many of these another figure."""
    places = (_places(one.figures) & _places(other.figures)).total()
    return places, places - (one.figures & other.figures).total()


def _places(figures: Counter[tuple[tuple[str, ...], str]]) -> Counter[tuple[str, ...]]:
    counts: Counter[tuple[str, ...]] = Counter()
    for (place, _), count in figures.items():
        counts[place] += count
    return counts
