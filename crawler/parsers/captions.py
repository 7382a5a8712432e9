"""Captions as printed, taken apart: what the photo shows, and whose it is.

A credit stands after a marker (``Ảnh:``, ``Ảnh tư liệu:``, ``Nguồn:``) or in one of the few forms
that need no colon (``Ảnh TTXVN``, ``Ảnh do ... cung cấp``). Where "ảnh" is an ordinary word
(``Trong ảnh:``, ``Triển lãm ảnh``) nothing may be cut: the whole is the description.

What it decides where captions are loose:

- The last marker counts; an earlier one is part of the description (``A. Ảnh: X. B. Ảnh: Y``),
  unless only a name parts two different markers (``Ảnh: X. Nguồn: Y``: both are the credit).
- A full stop ends the credit if a sentence follows; that sentence belongs to the description.
- What would be a credit of over 80 characters is none, and so is a sentence of eight words or
  more in a caption that is nothing else.
- Placeholders (``Chú thích ảnh``, a file name, ``Ảnh minh họa`` alone) say nothing: None.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from crawler.items import ContributorKind
from crawler.parsers.byline import read_byline
from crawler.parsers.text import clean

_LONGEST_CREDIT: Final = 80  # characters
_SENTENCE: Final = 8  # words

_QUALIFIER: Final = (
    r"tư liệu|minh h(?:ọa|oạ)|vệ tinh|flycam|[Ii]nternet|chụp|chụp màn hình|"
    r"(?:chụp|cắt|trích)(?: lại)? từ (?:clip|video|phim|màn hình)|(?:,|và|&) ?(?:clip|video)"
)
_WORDS: Final = (
    rf"(?:ảnh(?:\s*(?:{_QUALIFIER}))?|(?:chùm|hình|nguồn) ảnh|nguồn|đồ h(?:ọa|oạ)|infographics?|photos?)"
)
# "Ảnh" with a capital may follow any word but those that make it part of a sentence.
_BEFORE: Final = r"(?:^|(?P<open>[(\[])\s*|(?<=[.!?…,;|\"”’)\]–—-])\s*)"
_IN_SENTENCE: Final = (
    r"(?<!\b[Tt]rong )(?<!\bTRONG )(?<!\b[BbTt][ứấ][cm] )(?<!\b[Tt]hi )(?<!\blãm )(?<!\bloạt )"
)
_MARKER: Final = re.compile(
    rf"(?:{_BEFORE}(?P<word>(?i:{_WORDS}))"
    rf"|(?<=\s){_IN_SENTENCE}(?P<bare>(?=[ẢNH])(?i:{_WORDS})))\s*:\s*"
)
_NO_COLON: Final = re.compile(
    rf"{_BEFORE}(?i:ảnh)(?:\s+(?:tư liệu|minh h(?:ọa|oạ)))?\s+(?P<credit>[^\s:][^:]{{1,{_LONGEST_CREDIT}}})$"
)
_GIVEN: Final = re.compile(r"do\s.+\s(?:cung cấp|chụp|gửi|thực hiện|ghi lại)")
_FILE_NAME: Final = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?)", re.IGNORECASE)
_PLACEHOLDERS: Final = frozenset(
    (
        *("chú thích ảnh", "nhập chú thích ảnh", "nhập chú thích", "chú thích", "caption", "image", "photo"),
        *("ảnh", "hình ảnh", "ảnh minh họa", "ảnh minh hoạ", "ảnh tư liệu"),
    )
)
_CLOSERS: Final = {"(": ")", "[": "]"}


def split_caption(raw: str) -> tuple[str | None, str | None]:
    """The description and the credit of a caption as printed; None for what it lacks."""
    line = clean(raw)
    parts = _split_marked(line) or _split_unmarked(line)
    if parts is None:
        return _description(line), None
    return _description(_joined(parts.before, parts.after)), _credit(parts.credit)


def ends_in_credit(line: str) -> bool:
    """Whether a line that stands where a caption may is one: its credit is the last thing it says.

    A sentence can name a source in its middle (``... (Nguồn: AFP) cho biết``) and is none.
    """
    line = clean(line)
    parts = _split_marked(line) or _split_unmarked(line)
    return parts is not None and _credit(parts.credit) is not None and not any(map(str.isalnum, parts.after))


def is_placeholder(text: str) -> bool:
    """Whether a text stands where a caption would and says nothing: a prompt, a file name."""
    bare = clean(text).strip(" .()[]:…").casefold()
    return bare in _PLACEHOLDERS or bool(_FILE_NAME.fullmatch(clean(text))) or not any(map(str.isalnum, bare))


class _Parts(NamedTuple):
    """A caption around its credit."""

    before: str
    credit: str
    after: str = ""


def _split_marked(line: str) -> _Parts | None:
    markers = list(_MARKER.finditer(line))
    if not markers:
        return None
    marker = _first_of_chain(line, markers)
    before, rest = line[: marker.start()], line[marker.end() :]
    credit, after = _bracketed(rest, marker["open"]) if marker["open"] else _until_sentence(rest)
    if _said(marker) == "hình" and not read_byline(credit.rstrip(" .)]")).understood:
        return None  # "Hình ảnh: Hiện trường vụ cháy" tells what is shown
    if len(credit) > _LONGEST_CREDIT or (not before and not after and _is_sentence(credit)):
        return None
    return _Parts(before, credit, after)


def _first_of_chain(line: str, markers: list[re.Match[str]]) -> re.Match[str]:
    """The last marker, or the one before it where only a name parts two different ones."""
    last = markers[-1]
    if len(markers) < 2:
        return last
    earlier = markers[-2]
    between = line[earlier.end() : last.start()].strip()
    is_name = between.endswith((".", ",", ";", "-", "–")) and not any(map(_is_lower, between.split()))
    return earlier if is_name and _said(earlier) != _said(last) else last


def _said(marker: re.Match[str]) -> str:
    return (marker["word"] or marker["bare"]).split()[0].casefold()


def _is_lower(word: str) -> bool:
    return word[:1].islower()


def _bracketed(rest: str, opener: str) -> tuple[str, str]:
    """Text up to the bracket that closes ``opener``, and what stands after it."""
    depth, closer = 1, _CLOSERS[opener]
    for at, letter in enumerate(rest):
        depth += (letter == opener) - (letter == closer)
        if depth == 0:
            return rest[:at], rest[at + 1 :]
    return rest, ""


def _until_sentence(rest: str) -> tuple[str, str]:
    """A credit, and the sentence after it if one follows."""
    credit, stop, after = rest.partition(". ")
    words = after.split()
    if stop and len(words) >= 5 and sum(map(_is_lower, words)) >= 2:
        return credit, after
    return rest, ""


def _is_sentence(credit: str) -> bool:
    words = credit.split()
    return len(words) >= _SENTENCE and sum(map(_is_lower, words)) >= _SENTENCE // 2 and "/" not in credit


def _split_unmarked(line: str) -> _Parts | None:
    """``Ảnh TTXVN``, ``Ảnh do ... cung cấp`` at the end: only agencies and desks can do without a colon."""
    match = _NO_COLON.search(line)
    if match is None:
        return None
    credit = match["credit"].rstrip(" .")
    if match["open"]:
        credit = credit.removesuffix(_CLOSERS[match["open"]])
    if _GIVEN.fullmatch(credit) or _has_agency(credit):
        return _Parts(line[: match.start()], credit)
    return None


def _has_agency(credit: str) -> bool:
    byline = read_byline(credit)
    return byline.understood and any(
        signer.agency or signer.kind is ContributorKind.DESK for signer in byline.contributors
    )


def _joined(before: str, after: str) -> str:
    """The description without the credit that stood in it."""
    before, after = before.rstrip(" -–—|,;"), after.strip()
    if after[:1] in tuple(".,;!?…"):
        return before if before.endswith((".", "!", "?", "…")) and len(after) == 1 else before + after
    return f"{before} {after}".strip()


def _description(text: str) -> str | None:
    return None if is_placeholder(text) else text


def _credit(text: str) -> str | None:
    """A credit without what closes its sentence; the full stop of initials (``H.V.``) stays."""
    credit = text.strip(" -–—|,;")
    while credit.endswith((")", "]")) and credit.count("(") + credit.count("[") < credit.count(
        ")"
    ) + credit.count("]"):
        credit = credit[:-1].rstrip()
    if not re.search(r"(?:^|[\s/.])[^\W\d_]{1,2}\.$", credit):
        credit = credit.rstrip(" .")
    return credit if any(map(str.isalnum, credit)) else None
