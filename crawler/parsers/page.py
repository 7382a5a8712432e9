"""Bytes in, a tree out: the one place where a page is decoded, measured and parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from crawler.parsers import limits
from crawler.parsers.encoding import to_utf8
from crawler.parsers.errors import EmptyPageError, NotHtmlError, TooLargeError
from crawler.parsers.select import Element

_PARSER: Final = etree.HTMLParser(
    encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
)
_TOO_DEEP: Final = etree.XPath("boolean(/*" + "/*" * limits.MAX_DEPTH + ")")
_HTML: Final = re.compile(
    rb"<(?:!doctype html|html|head|body|div|p|h1|h2|table|title|meta|article|form)\b", re.I
)
_FEED: Final = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF|svg)\b", re.I)
_FEED_WITHIN: Final = 2048  # bytes; what stands behind the first tag of a page is no feed
_TAIL: Final = 4096  # bytes at the end in which a whole page has its last end tag
_END: Final = re.compile(rb"</(?:html|body)\s*>", re.I)
_NOT_TEXT: Final = (
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a media file"),
    (b"PK\x03\x04", "a ZIP file"),
    (b"\x1f\x8b", "gzip data that was not unpacked"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a tree; ``complete`` tells whether it has the end tag that a whole page has."""

    root: Element
    complete: bool
    warnings: tuple[str, ...]
    markup: bytes = b""

    @property
    def has_end_tags_too_many(self) -> bool:
        """Whether more ``div`` are closed than opened: of eleven real pages none has one more or less."""
        return self.markup.count(b"</div") > self.markup.count(b"<div")


def open_page(page: bytes) -> Page:
    """Decode, measure and parse a page.

    Raises NotHtmlError, EmptyPageError, TooLargeError.
    """
    limits.check_size(page)
    for magic, what in _NOT_TEXT:
        if page.startswith(magic):
            raise NotHtmlError("not an HTML page", what)
    markup, lost = to_utf8(limits.without_inline_images(page))
    _check_html(markup)
    limits.check_markup(markup)
    complete = bool(_END.search(markup[-_TAIL:]))
    warnings = (
        *((f"{lost} characters could not be decoded",) if lost else ()),
        *(() if complete else ("the page ends without its end tag",)),
    )
    return Page(_parse(markup), complete, warnings, markup)


def _check_html(markup: bytes) -> None:
    if not markup or markup.isspace():
        raise EmptyPageError("an empty page")
    head = _HTML.search(markup)
    if _FEED.search(markup, 0, min(head.start(), _FEED_WITHIN) if head else _FEED_WITHIN):
        raise NotHtmlError("not an HTML page", "a feed, sitemap or drawing")
    if not head:
        what = "JSON" if markup.lstrip()[:1] in b"{[" else "no HTML tags in it"
        raise NotHtmlError("not an HTML page", what)


def _parse(markup: bytes) -> Element:
    try:
        root = etree.fromstring(markup, _PARSER)
    except etree.LxmlError as error:
        raise NotHtmlError("not an HTML page", "the HTML parser could make nothing of it") from error
    if root is None:
        raise EmptyPageError("an empty page")
    if _TOO_DEEP(root):
        raise TooLargeError("page too large", f"nested deeper than {limits.MAX_DEPTH} elements")
    return root
