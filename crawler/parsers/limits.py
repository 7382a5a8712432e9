"""The limits of a page, counted before anything slow sees it.

A real article page has about 1,000 tags, 30 KB of text and a depth of 25. What is beyond the
limits is refused whole: a page is never read in part.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.parsers.errors import TooLargeError

MAX_BYTES: Final = 8 * 1024 * 1024
"""A real page has 290 KB; the largest infographic with inline images may have ten times that."""

MAX_TAGS: Final = 20_000
"""Beautiful Soup takes 20 s and trafilatura 80 s for pages beyond it."""

MAX_TEXT: Final = 1_000_000
"""Bytes of UTF-8 outside of tags, scripts, styles and comments."""

MAX_DEPTH: Final = 150
"""Far below the depth (256) at which libxml2's default drops text without a word."""

MAX_TAG: Final = 200_000
"""Bytes of one tag, inline images apart: attributes are compared with each other."""

_TAG: Final = re.compile(rb"<[a-zA-Z/!?]")
_MARKUP: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)|<[a-zA-Z/!?][^>]*>?", re.DOTALL | re.IGNORECASE
)
_BASE64: Final = b";base64,"
_ENDS_INLINE: Final = (b'"', b"'", b"<", b">", b")", b" ", b"\n")


def check_size(page: bytes) -> None:
    """Raise TooLargeError for a page of more than MAX_BYTES bytes."""
    if len(page) > MAX_BYTES:
        raise TooLargeError("page too large", f"{len(page):,} bytes, at most {MAX_BYTES:,} are read")


def check_markup(page: bytes) -> None:
    """Raise TooLargeError for UTF-8 markup of too many tags or too much text; linear in its length."""
    tags = len(_TAG.findall(page)) if page.count(b"<") > MAX_TAGS else 0
    if tags > MAX_TAGS:
        raise TooLargeError("page too large", f"{tags:,} tags, at most {MAX_TAGS:,} are read")
    if len(page) <= min(MAX_TEXT, MAX_TAG):
        return
    text, longest, at = 0, 0, 0
    for match in _MARKUP.finditer(page):
        text += match.start() - at
        at = match.end()
        longest = max(
            longest, 0 if match[1] or page.startswith(b"<!--", match.start()) else at - match.start()
        )
    if text + len(page) - at > MAX_TEXT:
        raise TooLargeError("page too large", f"more than {MAX_TEXT:,} bytes of text")
    if longest > MAX_TAG:
        raise TooLargeError("page too large", f"a single tag of {longest:,} bytes")


def without_inline_images(page: bytes) -> bytes:
    """The page with the data of its inline images (half of a real page) taken out, nothing else."""
    pieces, at = [], 0
    ends = dict.fromkeys(_ENDS_INLINE, -1)
    while (found := page.find(_BASE64, at)) >= 0:
        start = found + len(_BASE64)
        pieces.append(page[at:start])
        at = _next(page, ends, start)
    return b"".join([*pieces, page[at:]]) if pieces else page


def _next(page: bytes, ends: dict[bytes, int], start: int) -> int:
    """Where the first of the marks stands; each is looked for anew only once it has been passed."""
    for mark, at in ends.items():
        if at < start:
            found = page.find(mark, start)
            ends[mark] = found if found >= 0 else len(page)
    return min(ends.values())
