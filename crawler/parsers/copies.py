"""Copies: an article as another site republished it, read from plain text.

A copy is a paragraph a line: headline, lead, then captions and body, the byline, and a source
line with the address of the original. Plain text has no marks, so this is how it is told apart:

- The source line is the last one that holds the address of an article of the site and little
  else; one that says "Nguồn" or the like comes first, with a line above it that names the source.
  What stands after it is the other site's own (unless it opens the text), and so is a line at either
  end, or below headline or lead, that is nothing but a date. Further in, it is text.
- A line printed twice in a row is a caption (saved pages print the picture's ``alt`` and its
  caption). A line printed once is a caption only if it ends in a photo's credit (``Ảnh: TTXVN``);
  without one it can't be told from a paragraph and stays in the body.
- The line after the headline is the lead, unless it is a caption, all the body there is, or too
  long to be one. Printed twice it is the lead where it is longer than captions are, or one that
  is printed twice as well comes next. The lead again is no paragraph.
- The last lines before the source line are the byline if the grammar of bylines reads them.

A text without such an address is no copy; nothing is ever made up for what a copy lacks.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import Final, NamedTuple

from crawler.items import Copy
from crawler.parsers.byline.grammar import read_byline
from crawler.parsers.byline.signature import is_byline, names_in, take_signature
from crawler.parsers.dates import is_day, read_date
from crawler.parsers.errors import ParseError, TooLargeError
from crawler.parsers.media.captions import PICTURED, ends_in_credit, split_caption
from crawler.parsers.text import clean, same_text
from crawler.site import urls

_LONGEST: Final = 1_000_000  # characters, the limit of a page's text
_LONGEST_SOURCE: Final = 80  # characters beside the address
_LONGEST_BYLINE: Final = 120
_LONGEST_LEAD: Final = 1_000  # the longest lead seen has 460
_LONGEST_CAPTION: Final = 500
_LONGEST_LIKELY_CAPTION: Final = 130  # of eight real pages the longest caption has 117, the shortest lead 151

_ADDRESS: Final = re.compile(
    r"(?<![\w./@-])(?:https?://)?(?:www\.)?baotintuc\.vn/[^\s<>\"'()\[\]]+", re.IGNORECASE
)
_SOURCE: Final = re.compile(
    r"(?:nguồn(?:\s+(?:tin|bài|bài viết|gốc)(?!\s*\w))?(?=\W|$)|theo(?=\W|$)|dẫn theo|trích(?: từ)?|"
    r"(?:link|bài(?: viết)?)(?: gốc)?(?=\W|$)|"
    r"xem (?:bài|thêm|chi tiết)(?: gốc)?(?: tại)?|source)\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"[(\[]*(?:link|bài|xem)\b", re.IGNORECASE)
_ORIGIN: Final = re.compile(r"(?:nguồn|trích|source)\b", re.IGNORECASE)
_ENTRY: Final = re.compile(r"\d{1,2}\s*[:h]\s*\d{2}\b", re.IGNORECASE)
"""How the entries of a live report begin, and hardly the date of a page: ``17:42 Ngày 04/06/2018``."""

_DATED: Final = re.compile(
    r"(?:(?:(?:ngày|giờ|thời gian) )?(?:đăng|cập nhật|xuất bản|phát hành)(?: tải| bài| tin| lần cuối)?"
    r"|thời gian|updated|posted|published|date)(?: lúc| ngày| on| at)?(?: ?: ?| )",
    re.IGNORECASE,
)
"""What may stand before a date: ``Cập nhật: 03/05/2024 15:30``, ``Đăng lúc 15:30 ngày 03/05/2024``."""

_OF_PHOTO: Final = re.compile(rf"(?:^|[^\w]){PICTURED}\b", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<(?:!doctype|html|head|body|div|p)\b", re.IGNORECASE)


class NotCopyError(ParseError):
    """A text that is no copy of an article of the site, or of several."""


class _SourceLine(NamedTuple):
    """The source line: where it stands, what it points at, what it calls the source."""

    first: int
    last: int
    url: str
    id: str
    name: str | None


def parse_copy(text: str) -> Copy:
    """Read a copy from plain text (any line ends, a byte order mark is ignored).

    Raises ``NotCopyError`` where the text names no article of the site, or several, or has
    nothing but the source line; ``TooLargeError`` above a million characters.
    """
    if len(text) > _LONGEST:
        raise TooLargeError(f"text of {len(text)} characters", "a copy has at most a million")
    if _MARKUP.search(text[:2_000]):
        raise NotCopyError("HTML, not plain text", "save it as .html to have it read as a page")
    lines = [line for line in map(clean, text.splitlines()) if line]
    source = _source_line(lines)
    lines = lines[: source.first] or lines[source.last + 1 :]
    return _copy(source, _without_dates(lines))


def _copy(source: _SourceLine, lines: list[str]) -> Copy:
    headline, lines = _headline(lines)
    byline, lines = _byline(lines)
    lines = _lead_once(lines)
    captions, paragraphs, may_lead = _parted(lines)
    lead = paragraphs.pop(0) if may_lead and _is_lead(paragraphs) else None
    paragraphs = [one for one in paragraphs if lead is None or not same_text(one, lead)]
    if headline is None or not (paragraphs or captions):
        raise NotCopyError("no text beside a source line", "a copy has a headline and a body")
    return Copy(
        id=source.id,
        url=source.url,
        source=source.name,
        headline=headline,
        lead=lead,
        body="\n\n".join(paragraphs) or None,
        byline=byline,
        created_at=urls.created_at(source.id),
        captions=tuple(captions),
        contributors=read_byline(byline).contributors if byline else (),
    )


# --- the source line -------------------------------------------------------------------------


def _source_line(lines: list[str]) -> _SourceLine:
    found = [source for at in range(len(lines)) if (source := _read_source(lines, at)) is not None]
    said = [source for source in found if _SOURCE.match(lines[source.first].lstrip("(["))]
    candidates = said or found
    if not candidates:
        raise NotCopyError(
            "no address of an article of baotintuc.vn on a line of its own",
            "a copy ends in a source line such as 'Nguồn: https://baotintuc.vn/...'",
        )
    if len({source.id for source in candidates}) > 1:
        raise NotCopyError("source lines of several articles", "save each copy in a file of its own")
    return candidates[-1]


def _read_source(lines: list[str], at: int) -> _SourceLine | None:
    """The line at ``at`` as a source line: an article's address and little else."""
    address = _ADDRESS.search(lines[at])
    if address is None or len(lines[at]) - len(address[0]) > _LONGEST_SOURCE:
        return None
    printed = address[0].rstrip(".,;:!?…")
    known = urls.read(printed if "://" in printed else f"https://{printed}")
    if known is None or known.id is None:
        return None
    rest = lines[at].replace(address[0], " ")
    first = at - 1 if at and _names_source(lines[at - 1], clean(rest)) else at
    return _SourceLine(first, at, known.url, known.id, _source_name(lines[first] if first < at else rest))


def _names_source(line: str, beside: str) -> bool:
    """Whether a line tells the source whose address follows (``Nguồn: Báo Tin tức``) on one that
    says nothing ``beside`` it, or that it is a link.

    ``Theo TTXVN`` above ``Nguồn: https://...`` is the byline.
    """
    if len(line) > _LONGEST_SOURCE or not _SOURCE.match(line) or line.endswith((".", "!", "?")):
        return False
    if _ADDRESS.search(line) or _source_name(line) is None or _source_name(beside) is not None:
        return False
    return not any(map(str.isalnum, beside)) or bool(_LINK.match(beside)) or bool(_ORIGIN.match(line))


def _source_name(said: str) -> str | None:
    name = clean(said).strip(" ()[]:;,.-–—|>")
    marker = _SOURCE.match(name)
    return (name[marker.end() :] if marker else name).strip(" ()[]:;,.-–—|>") or None


# --- the text --------------------------------------------------------------------------------


def _headline(lines: list[str]) -> tuple[str | None, list[str]]:
    """The first line, printed once or twice, and the rest."""
    if not lines:
        return None, []
    rest = lines[1:]
    return lines[0], rest[1:] if rest[:1] == lines[:1] else rest


def _without_dates(lines: list[str]) -> list[str]:
    """The lines without the dates that the other site prints: below headline or lead, or at either end.

    Those of a live report, which begin with the clock and are several, stay wherever they stand; and so
    do several days without a time, as of a diary.
    """
    dates = {at for at, line in enumerate(lines) if _is_date(line)}
    entries = {at for at in dates if _ENTRY.match(lines[at])}
    dates -= entries if len(entries) > 1 else set()
    texts = [at for at in range(len(lines)) if at not in dates]
    distinct = [at for at in texts if at == texts[0] or lines[at] != lines[at - 1]]
    top, bottom = [*distinct, len(lines)][:3][-1], (texts or [0])[-1]
    days = {at for at in dates if (texts or [0])[0] < at < bottom and is_day(lines[at])}
    dates -= days if len({lines[at] for at in days}) > 1 else set()
    return [line for at, line in enumerate(lines) if at not in dates or top < at < bottom]


def _is_date(line: str) -> bool:
    """Whether a line is nothing but when something was published."""
    said = line.strip("()[] ")
    label = _DATED.match(said)
    said = said[label.end() :] if label else said
    return read_date(said) is not None or is_day(said)


def _lead_once(lines: list[str]) -> list[str]:
    """The lines with a lead that stands twice below the headline but once; a caption stays as it is."""
    if len(lines) < 3 or lines[0] != lines[1] or lines[1] == lines[2] or _has_credit(lines[0]):
        return lines
    long = len(lines[0]) > _LONGEST_LIKELY_CAPTION
    return lines[1:] if long or lines[2:3] == lines[3:4] else lines


def _byline(lines: list[str]) -> tuple[str | None, list[str]]:
    """The last lines if they are a byline, and the rest; a caption or a sentence is none."""
    if lines[-2:-1] == lines[-1:]:
        return None, lines
    alone = next((at for at in range(len(lines) - 1, 0, -1) if lines[at] == lines[at - 1]), -1) + 1
    last = lines[-1] if lines else ""
    signed = take_signature(lines[alone:], known=names_in(last))
    if signed.line:
        return signed.line, lines[: alone + signed.first] + lines[alone + signed.end :]
    if 0 < len(last) <= _LONGEST_BYLINE and is_byline(last):
        return last, lines[:-1]
    return None, lines


def _parted(lines: list[str]) -> tuple[list[str], list[str], bool]:
    """Captions, paragraphs, and whether the first line of all is a paragraph."""
    captions: list[str] = []
    paragraphs: list[str] = []
    for line, run in groupby(lines):
        printed = len(list(run))
        if printed > 1 or _has_credit(line):
            captions.extend([line] * ((printed + 1) // 2))
        else:
            paragraphs.append(line)
    return captions, paragraphs, lines[:1] == paragraphs[:1]


def _has_credit(line: str) -> bool:
    """Whether a line ends in a photo's credit; a paragraph may end in the source of its numbers as well."""
    if len(line) > _LONGEST_CAPTION or not ends_in_credit(line):
        return False
    description, _ = split_caption(line)
    return description is not None and bool(_OF_PHOTO.search(line.removeprefix(description)))


def _is_lead(paragraphs: list[str]) -> bool:
    first, *others = paragraphs or [""]
    if len(first) > _LONGEST_LEAD or _is_date(first):
        return False
    return any(not same_text(one, first) for one in others)
