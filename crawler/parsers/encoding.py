"""Bytes to text: which encoding a page is in, without guessing.

A byte order mark decides; then UTF-8 wherever the bytes are valid UTF-8; then what the page
declares. Bytes that fit none of these are replaced one by one and counted, never dropped.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from crawler.parsers.errors import NotHtmlError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_:.-]{3,24})""", re.IGNORECASE)
_DECLARED_WITHIN: Final = 4096  # bytes; HTML asks for the first 1024, real heads are longer
_SAMPLE: Final = 512  # bytes looked at to tell UTF-16 without a mark by its zero bytes
# Encodings that Vietnamese pages have ever been served in; nothing exotic is tried on request.
_KNOWN: Final = re.compile(
    r"utf-?8|utf-?16.*|utf-?32.*|windows-125\d|cp125\d|iso-?8859-\d+|latin-?1|us-ascii"
)
_LOST_AT_MOST: Final = 0.1  # share of characters: beyond it the bytes are no text in that encoding


def to_utf8(page: bytes) -> tuple[bytes, int]:
    """The page in UTF-8, and how many characters of it could not be read (replaced by U+FFFD).

    Raises NotHtmlError where the bytes are no text in the encoding they declare.
    """
    name = _marked(page) or _utf16(page)
    if name is None and _is_utf8(page):
        return page.replace(b"\0", b""), 0
    text, lost = _replaced(page, name or _declared(page))
    return text.replace("\0", "").encode("utf-8", "replace"), lost


def _marked(page: bytes) -> str | None:
    return next((name for mark, name in _MARKS if page.startswith(mark)), None)


def _is_utf8(page: bytes) -> bool:
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf16(page: bytes) -> str | None:
    """UTF-16 without a mark shows as a zero in every other byte of its ASCII tags."""
    sample = page[:_SAMPLE]
    half = len(sample) // 2
    if half < 4:
        return None
    if sample[1::2].count(0) > half * 0.4 and not sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) > half * 0.4 and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _declared(page: bytes) -> str:
    match = _DECLARED.search(page[:_DECLARED_WITHIN])
    name = match[1].decode("ascii").lower() if match else "utf-8"
    # A page whose ASCII could be read is not in a two-byte encoding, whatever it declares.
    if not _KNOWN.fullmatch(name) or name.startswith(("utf-16", "utf16", "utf-32", "utf32")):
        return "utf-8"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def _replaced(page: bytes, name: str) -> tuple[str, int]:
    text = page.decode(name, errors="replace").removeprefix("\ufeff")
    lost = text.count("\ufffd")
    if lost > len(text) * _LOST_AT_MOST:
        raise NotHtmlError("not an HTML page", f"its bytes are no text in {name}")
    return text, lost
