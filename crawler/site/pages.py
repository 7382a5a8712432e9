"""What reading a page that is no article has in common: HTML into a tree, links out of it."""

from __future__ import annotations

from typing import Final

from lxml import etree, html

MAX_LINKS: Final = 5_000
"""Links read of one page: real listings have some 300."""


class Unreadable(ValueError):  # noqa: N818 - it says what the page is
    """A feed, listing or sitemap is not one; the message says what it is instead."""


def parse_html(body: bytes) -> html.HtmlElement:
    """The tree of an HTML page, UTF-8 unless it declares otherwise.

    Raises:
        Unreadable: there is no HTML in it.
    """
    if not body.strip():
        raise Unreadable("an empty page")
    parser = html.HTMLParser(encoding=None if _declares_encoding(body) else "utf-8", huge_tree=True)
    try:
        tree = html.document_fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(f"not an HTML page: {error}") from None
    return tree


def _declares_encoding(body: bytes) -> bool:
    head = body[:2048].lower()
    return b"charset" in head or body[:2] in (b"\xff\xfe", b"\xfe\xff")
