"""What reading a page that is no article has in common: HTML into a tree, and what stands in its place."""

from __future__ import annotations

from html import escape
from typing import Final

from lxml import etree, html

from crawler.parsers.errors import BlockedError, EmptyPageError, ParseError
from crawler.parsers.metadata import read_metadata
from crawler.parsers.page import open_page
from crawler.parsers.refusals import is_error_page, is_listing, refusal

MAX_LINKS: Final = 5_000
"""Links read of one page: real listings have some 300."""


class Unreadable(ValueError):  # noqa: N818 - it says what the page is
    """A feed, listing or sitemap is not one; the message says what it is instead."""


class Refused(Unreadable):
    """The site refused it in the words of a page: a challenge, access denied, maintenance, a login wall."""


def parse_html(body: bytes) -> html.HtmlElement:
    """The tree of an HTML page, UTF-8 unless it declares otherwise.

    Raises:
        Unreadable: there is no HTML in it.
    """
    if not body.strip():
        raise Unreadable("an empty page")
    if b"<" not in body:
        raise Unreadable("not an HTML page: no tags in it")
    parser = html.HTMLParser(encoding=None if _declares_encoding(body) else "utf-8", huge_tree=True)
    try:
        tree = html.document_fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(f"not an HTML page: {error}") from None
    return tree


def odd_page(body: bytes) -> Unreadable | None:
    """What stands in the place of a page of links on which none was found.

    None where nothing does: a listing may be empty. Taken for one, a challenge page would end the
    walk through a listing, and what stands behind it would never be found.
    """
    try:
        page = open_page(body)
    except ParseError:
        return None
    metadata = read_metadata(page.root)
    error = refusal(page.root, metadata, "")
    if isinstance(error, BlockedError):
        return Refused(f"{error.what} stands in its place")
    empty = isinstance(error, EmptyPageError)
    if empty or (is_error_page(error) and not is_listing(page.root, metadata)):
        return Unreadable(f"{error.what} stands in its place")
    return None


def odd_title(tree: html.HtmlElement) -> Unreadable | None:
    """What stands in the place of a page of links of no known design, as its title says.

    Only the title counts: a maintenance page may link to the latest articles, and a listing's headlines
    may speak of maintenance.
    """
    title = escape(" ".join(tree.xpath("//title[1]//text()")))
    return (
        odd_page(f"<html><head><title>{title}</title></head><body></body></html>".encode()) if title else None
    )


def refused(body: bytes) -> Refused | None:
    """What says, in the place of a feed, sitemap or answer of the API, that the site refuses; else None."""
    odd = odd_page(body)
    return odd if isinstance(odd, Refused) else None


def _declares_encoding(body: bytes) -> bool:
    head = body[:2048].lower()
    return b"charset" in head or body[:2] in (b"\xff\xfe", b"\xfe\xff")
