"""Signatures: which of the last lines of a text are its byline.

Told apart from captions and sentences, which read like one too (``Cầu Ba Lai. Ảnh: TTXVN`` is a
caption, ``Đoạn.`` a sentence): a name must never be made of them. What only may sign, as a name that
nothing else on the page confirms, is left in the text and told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from crawler.items import Contributor, ContributorKind
from crawler.parsers.byline import newsroom
from crawler.parsers.byline.grammar import read_byline
from crawler.parsers.byline.words import Token, UnreadableError, Word, tokens_of
from crawler.parsers.media.captions import split_caption
from crawler.parsers.text import clean

_LONGEST: Final = 80  # characters of a line without a role or agency
_LONGEST_SIGNED: Final = 160  # characters of one with them: four long names and an agency
_SHORTEST_SENTENCE: Final = 30  # characters, up to which a line with a full stop may be a name
_LONGEST_READ: Final = 500  # characters of a line that is cut into words, as a caption's are
_KEPT: Final = 64  # lines read last: those of one article are asked about several times
_ENDS_SENTENCE: Final = '.!?…:;"”'
_ENDS_TEXT: Final = '.!…"”)'
_MOST_LINES: Final = 4  # of a signature
_MOST_ANNOUNCED: Final = 3  # lines below it
_OF_ONE_PHOTO: Final = frozenset({"ảnh tư liệu", "ảnh minh họa", "ảnh minh hoạ"})
"""Roles that open nothing but the credit of a caption."""

_CREDITS: Final = frozenset({"ảnh", "hình", "hình ảnh", "photo", "photos"}) | _OF_ONE_PHOTO
"""Roles that open the credit of a caption at least as often as a byline."""

_VIDEOS: Final = frozenset({"video", "clip", "video clip", "videoclip"})
"""Roles that open what is said of a video as well."""

_ANNOUNCES: Final = re.compile(
    r"[^\w(]*(?:\(?còn (?:nữa|tiếp)\b.{0,3}"
    r"|(?:bài|kỳ|phần|tập) (?:\d{1,2}|[ivx]{1,4}|cuối|tiếp(?: theo)?|sau|trước)\s*[:.–-].*"
    r"|(?:mời|đón|xem|đọc) (?:(?:quý|các) )?(?:bạn đọc|độc giả|đọc|xem|thêm|tiếp|lại)\b.*)",
    re.IGNORECASE,
)
"""What may stand below a signature: the next part of a series, other articles to read."""

_URL: Final = r"[(\[]?(?:https?://|www\.)\S+"
_SOURCE_LINE: Final = re.compile(
    r"[(\[]?(?:nguồn|source|(?:dẫn )?theo(?! dõi| đường| link)|(?:xem )?bài gốc"
    rf"|link(?= gốc| nguồn| bài|\s*:))\b\s*:?[^.!?:]{{0,60}}:?\s*(?P<bare>){_URL}|{_URL}",
    re.IGNORECASE,
)
_AUTHORITY: Final = re.compile(rf"{newsroom.ORGANISATIONS}\s")
_AT_END: Final = re.compile(r"\s*(?P<agency>\([^()]+\)|/[^/()]+)\s*\.?$")
_ROLES: Final = frozenset({Word.ROLE, Word.LABEL, Word.DESK})


class Signature(NamedTuple):
    """The byline under a text, and which paragraphs print it: from ``first`` up to ``end``.

    ``doubt`` is a line that may be part of it and is no paragraph of it.
    """

    line: str | None
    first: int
    end: int
    doubt: str | None = None


# --- single lines ----------------------------------------------------------------------------


def is_byline(line: str) -> bool:
    """Whether a line may be a byline: no caption with its credit, no sentence without an agency."""
    read = read_byline(line)
    if not read.understood or not read.contributors or _label(line) in _OF_ONE_PHOTO:
        return False
    if clean(line).endswith(".") and not _has_agency(read.contributors):
        return False
    return opens_with_role(line) or not all(split_caption(line))


def opens_with_role(line: str) -> bool:
    """Whether a line opens as only bylines do: ``Tin, ảnh:``, ``Bài:``, ``Chùm ảnh:``, but not ``Ảnh:``."""
    return _label(line) not in _CREDITS | {None}


def is_photo_credit(line: str) -> bool:
    """Whether a line says whose the pictures are and nothing else: ``Ảnh: Hải Vân/TTXVN``.

    Behind a picture it is that one's credit; under an article it adds to the byline.
    """
    if not _is_short(line) or _label(line) not in _CREDITS - _OF_ONE_PHOTO:
        return False
    read = read_byline(line)
    return read.understood and {one.role for one in read.contributors} == {"photo"}


def _is_credit(line: str) -> bool:
    """Whether a line says whose the pictures or videos are, and so only adds to a byline."""
    if not _is_short(line):
        return False
    return (_label(line) in _VIDEOS and is_byline(line)) or is_photo_credit(line)


@lru_cache(maxsize=_KEPT)
def _tokens(line: str) -> tuple[Token, ...]:
    """The words of a line; none where the grammar of bylines does not know them all."""
    try:
        return tuple(tokens_of(clean(line))) if len(line) <= _LONGEST_READ else ()
    except UnreadableError:
        return ()


def _label(line: str) -> str | None:
    """The roles that a line opens with, in lower case (``tin, ảnh``); None where it opens otherwise."""
    opening = next((token for token in _tokens(line) if token.kind != Word.OPEN), None)
    return opening.text.casefold() if opening is not None and opening.kind == Word.LABEL else None


def is_agency_line(line: str) -> bool:
    """Whether a line is nothing but the agency that signs: ``(TTXVN/Vietnam+)``."""
    signers = _signers(line) if _is_short(line) else ()
    return bool(signers) and all(one.kind is ContributorKind.AGENCY and one.role == "text" for one in signers)


def is_name_line(line: str) -> bool:
    """Whether a line is nothing but full names."""
    signers = _signers(line) if _is_short(line) else ()
    return bool(signers) and all(
        one.kind is ContributorKind.PERSON and one.agency is None and " " in (one.name or "")
        for one in signers
    )


def _is_bare_name(line: str) -> bool:
    return is_name_line(line) and _label(line) is None


@lru_cache(maxsize=_KEPT)
def _signers(line: str) -> tuple[Contributor, ...]:
    """Who signs in a line that the grammar understands; nobody in any other."""
    read = read_byline(line)
    return read.contributors if read.understood else ()


def _is_source(line: str) -> bool:
    """Whether a line only names what was drawn on: ``Theo TTXVN``, ``Nguồn: Bộ Y tế``."""
    opening = next(iter(_tokens(line)), None)
    return opening is not None and opening.kind == Word.SOURCE and is_agency_line(line)


def is_of_data(line: str) -> bool:
    """Whether a source is an authority's, by which no article is: ``Nguồn: Bộ Y tế`` stands under a table."""
    return _is_credited(line) and bool(_AUTHORITY.match(_tokens(line)[-1].text))


def _is_credited(line: str) -> bool:
    """Whether a source is told as that of a table or picture is as well: ``Nguồn: Reuters``."""
    return _is_source(line) and _tokens(line)[0].text.casefold() != "theo"


def _is_short(line: str, longest: int = _LONGEST) -> bool:
    return 0 < len(line) <= longest and (line[-1] not in _ENDS_SENTENCE or line.endswith(")."))


def _has_agency(contributors: Collection[Contributor]) -> bool:
    return any(contributor.agency for contributor in contributors)


def has_person(line: str) -> bool:
    """Whether a person signs in a line, not only a desk or an agency."""
    return any(one.kind is ContributorKind.PERSON for one in _signers(line))


def names_in(line: str) -> set[str]:
    """The names of those who sign in a line, in lower case."""
    return {one.name.casefold() for one in _signers(line) if one.name}


def _signs(line: str, known: Collection[str]) -> bool:
    """Whether a last line is certain to sign: it names an agency, a role or a desk, or only known names."""
    if len(line) > _LONGEST_SIGNED:
        return False
    if line.endswith(".") and opens_with_role(line):
        line = line.removesuffix(".")
    if not _is_short(line, _LONGEST_SIGNED) or not is_byline(line):
        return False
    if _has_agency(_signers(line)) or any(token.kind in _ROLES for token in _tokens(line)):
        return True
    return names_in(line) <= set(known)


def _may_sign(line: str) -> bool:
    """Whether a line reads like a signature that nothing confirms: a name, initials, a photo credit."""
    if len(line) > _LONGEST:
        return False
    initials = bool(re.fullmatch(r"(?:[^\W\d_]{1,2}\.){1,3}[^\W\d_]{0,2}", line))
    return is_name_line(line.rstrip("./ ")) or _is_credit(line) or (initials and is_byline(line.rstrip(".")))


# --- the lines under a text ------------------------------------------------------------------


def may_be_signed(paragraphs: Sequence[str]) -> bool:
    """Whether any of the last paragraphs may be looked at for one: on most pages all are plain sentences."""
    return any(
        len(line) <= _LONGEST_SIGNED
        and (not line.endswith(".") or len(line) <= _SHORTEST_SENTENCE or ":" in line or line.endswith(")."))
        for line in paragraphs[-_MOST_LINES:]
    )


def take_signature(
    paragraphs: Sequence[str],
    *,
    own: str | None = None,
    known: Collection[str] = (),
    pictured: Collection[int] = (),
    quoted: Collection[int] = (),
) -> Signature:
    """The byline in the last paragraphs, as printed.

    It names an agency, a role or a desk, or is a name that ``known`` (in lower case) has; the names
    above it and the photo credits below belong to it, and what announces other articles may
    follow. ``own`` is the byline of its own place: a name stands above its agency,
    and a photo credit adds to it. ``pictured`` are the paragraphs straight before which there is a
    table or a picture without a caption, which a name or a source may tell of; ``quoted`` those in a
    quotation or list, of which none signs.
    """
    end = _signing_end(paragraphs)
    if not end:
        return Signature(None, 0, 0)
    start = 1 + max((at for at in quoted if at < end), default=-1)
    if start == end and _signs(paragraphs[end - 1], known):
        return Signature(None, end, end, paragraphs[end - 1])
    lines = paragraphs[start:end]
    signed = (
        _signature(lines, own, known, {at - start for at in pictured}, below=start > 0) if lines else None
    )
    if signed:
        return signed._replace(first=signed.first + start, end=end)
    last = ["" if at in quoted else paragraphs[at] for at in range(max(end - _MOST_LINES, 0), end)]
    return Signature(None, end, end, _doubtful(last))


def _signature(
    lines: Sequence[str], own: str | None, known: Collection[str], pictured: Collection[int], *, below: bool
) -> Signature | None:
    """The byline that ends in the last of these lines; None where that does not sign.

    ``below``: they stand below a quotation, of which a name alone may tell.
    """
    end, last, at = len(lines), lines[-1], len(lines) - 1
    credit = _is_credit(last)
    labelled = is_name_line(last) and at > 0 and _is_label(lines[at - 1])
    named = not (below and at == 0) and _stands_above(own, lines, pictured)
    if not (credit or labelled or named or _signs(last, known)):
        return None
    if _is_credited(last) and (at in pictured or (own and is_of_data(last))):
        return Signature(None, end, end)
    line, first = _lines_above(lines, at, pictured)
    above = lines[first - 1] if first and _is_bare_name(lines[first - 1]) else None
    alone = first == at and (credit or is_agency_line(last))
    if alone and (above or (credit and not own and not _has_agency(_signers(last)))):
        return Signature(None, end, end, above or last)
    return Signature(line, first, end, above)


def _doubtful(paragraphs: Sequence[str]) -> str | None:
    """A last line that may sign, or one a little above it that would were it the last."""
    answers = any(line.endswith(("?", ":")) for line in paragraphs[-2:-1])
    if _may_sign(paragraphs[-1]) and not answers:
        return paragraphs[-1]
    hidden = reversed(paragraphs[-_MOST_LINES:-1])
    return next(
        (line for line in hidden if _signs(line, ()) and not (_is_source(line) or _is_credit(line))), None
    )


def _stands_above(own: str | None, paragraphs: Sequence[str], pictured: Collection[int]) -> bool:
    """Whether the last paragraph is the name to which the agency in its own place belongs."""
    if own is None or not is_agency_line(own) or not is_name_line(paragraphs[-1]):
        return False
    ends_text = all(line[-1] in _ENDS_TEXT for line in paragraphs[-2:-1])
    return ends_text and len(paragraphs) - 1 not in pictured


def _is_label(line: str) -> bool:
    """Whether a line is a role whose name stands on the next (``Bài và ảnh:``)."""
    return (
        line.endswith(":") and len(line) <= _LONGEST and [one.kind for one in _tokens(line)] == [Word.LABEL]
    )


def _lines_above(
    paragraphs: Sequence[str], at: int, pictured: Collection[int], lines: int = 1
) -> tuple[str, int]:
    """The line of a signature that stands at ``at`` with those above it, and where they begin."""
    line = paragraphs[at]
    above = paragraphs[at - 1] if at and lines < _MOST_LINES else ""
    if _is_label(above) and _signers(f"{above} {line}"):
        return f"{above} {line}", at - 1
    if not above or (_is_bare_name(above) and is_photo_credit(line) and at - 1 in pictured):
        return line, at
    if above.casefold() == line.casefold():
        return _lines_above(paragraphs, at - 1, pictured, lines + 1)
    if is_agency_line(line):
        return _with_names(paragraphs, at)
    if _label(line) is None or not (_signs(above, ()) or (_is_bare_name(above) and _wants_name(line))):
        return line, at
    upper, first = _lines_above(paragraphs, at - 1, pictured, lines + 1)
    both = next((way for way in (upper, f"{upper} - {line}") if _says(way, upper, line)), None)
    return (both, first) if both else (line, at)


def _with_names(paragraphs: Sequence[str], at: int) -> tuple[str, int]:
    """The agency's own line with the names that stand above it, a line each."""
    first = at
    while first and _is_bare_name(paragraphs[first - 1]):
        first -= 1
    if at - first >= _MOST_LINES:  # a list, of which no one can tell who signs
        return paragraphs[at], at
    names, agency = " - ".join(paragraphs[first:at]), paragraphs[at]
    both = with_agency(names, agency) if names else agency
    return (both, first) if _says(both, agency, *paragraphs[first:at]) else (agency, at)


def _wants_name(line: str) -> bool:
    """Whether a line with a role tells not who wrote: it names those of the pictures."""
    return all("text" not in one.role.split(",") for one in _signers(line))


def _signing_end(paragraphs: Sequence[str]) -> int:
    """How many paragraphs stand before those that announce other articles or tell of one picture."""
    end = len(paragraphs)
    while end and len(paragraphs) - end < _MOST_ANNOUNCED and _stands_below(paragraphs[end - 1]):
        end -= 1
    return end


def _stands_below(line: str) -> bool:
    return (
        bool(_ANNOUNCES.fullmatch(line))
        or not any(map(str.isalnum, line))
        or (len(line) <= _LONGEST_SIGNED and _label(line.lstrip("* ")) in _OF_ONE_PHOTO)
    )


def with_agency(names: str, agency: str) -> str:
    """Names and the agency's own line as one line."""
    if _is_source(agency):
        return f"{names} - {agency}"
    return f"{names} {agency}" if agency.startswith("(") else f"{names}/{agency}"


def source_lines(paragraphs: Sequence[str]) -> list[int]:
    """Which of the last paragraphs are addresses of a source and no text: ``Nguồn: https://...``.

    A bare address that a paragraph leads up to (``tại địa chỉ:``) or that text follows is none.
    """
    found: list[int] = []
    if not any("://" in line or "www." in line for line in paragraphs[-_MOST_LINES:]):
        return found
    for at in range(len(paragraphs) - 1, max(len(paragraphs) - 1 - _MOST_LINES, 0), -1):
        line = paragraphs[at]
        source = _SOURCE_LINE.fullmatch(line)
        if source and (source["bare"] is not None or paragraphs[at - 1][-1] in _ENDS_TEXT):
            found.append(at)
        elif not (_signs(line, ()) or _may_sign(line) or _ANNOUNCES.fullmatch(line)):
            break
    return found


# --- two bylines of one article --------------------------------------------------------------


def joined(own: str, other: str) -> str | None:
    """A byline and another one of the same article as one that says all of both, in words printed
    together as far as possible; None where they do not belong together."""
    if own.casefold() == other.casefold() or _repeats(own, other):
        return own
    return next((line for line in (own, other, *_both(own, other)) if _says(line, own, other)), None)


def _repeats(own: str, other: str) -> bool:
    """Whether a name or an agency alone stands in a byline, which may be one that is not understood."""
    return (is_name_line(other) or is_agency_line(other)) and other.strip("() ").casefold() in own.casefold()


def _both(own: str, other: str) -> list[str]:
    """The ways to put two bylines together, the closest to print first."""
    if is_photo_credit(other):
        return [f"{own} - {other}"]
    ways = []
    if is_agency_line(own):
        ways.append(with_agency(_AT_END.sub("", other), own))
    if is_agency_line(other):
        ways.extend((with_agency(_AT_END.sub("", own), other), with_agency(own, other)))
    elif agency := _AT_END.search(other):
        ways.append(f"{own} {agency['agency']}" if agency["agency"][0] == "(" else own + agency["agency"])
    if _label(other) is not None or _is_source(other):
        ways.append(f"{own} - {other}")
    return ways


def _says(line: str, *parts: str) -> bool:
    """Whether a byline is understood and says all that its parts say."""
    signers = _signers(line)
    return bool(signers) and all(_says_part(line, signers, part) for part in parts)


def _says_part(line: str, signers: tuple[Contributor, ...], part: str) -> bool:
    said = _signers(part)
    if said and all(any(_is_said(one, by) for by in signers) for one in said):
        return True
    # Of those who have an agency the grammar leaves out what they drew on: it is still printed.
    return _is_source(part) and line != part and line.endswith(part) and _has_agency(signers)


def _is_said(one: Contributor, by: Contributor) -> bool:
    roles = set(one.role.split(","))
    return (
        (one.name is None or one.name.casefold() == (by.name or "").casefold())
        and (one.kind is by.kind or one.name is None)
        and _agencies(one) <= _agencies(by)
        and (roles == {"text"} or roles <= set(by.role.split(",")))
    )


def _agencies(one: Contributor) -> set[str]:
    return {part.strip().casefold() for part in re.split("[/,;&]", one.agency or "") if part.strip()}
