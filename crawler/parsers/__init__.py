"""Bytes in, Article out: everything that is known about reading the site's pages.

Pure: no network, no clock, no files, neither Scrapy nor SQLite. Never a guess: a field is what
the page says, or None. Only the errors of :mod:`crawler.parsers.errors` ever leave this room.
"""

from __future__ import annotations

from crawler.items import Article
from crawler.parsers.article import read_article
from crawler.parsers.errors import DefectError, ParseError, TooLargeError
from crawler.parsers.generic import read_generic
from crawler.parsers.metadata import read_metadata
from crawler.parsers.page import open_page
from crawler.parsers.templates import recognise

__all__ = ["parse_article"]


def parse_article(page: bytes, url: str) -> Article:
    """Read an article page of any template.

    ``page`` is the body of the answer, without content encoding; ``url`` the address asked for
    (empty where it is not known: the canonical link then counts). Raises a ParseError that
    says what the page is where it is no article, and nothing else, whatever the bytes.
    """
    try:
        return _parse(page, url)
    except ParseError:
        raise
    except RecursionError as error:
        raise TooLargeError("page too large", "nested deeper than can be read") from error
    except Exception as error:
        raise DefectError(
            "a defect of the parser", f"{type(error).__name__}; please report the page"
        ) from error


def _parse(page: bytes, url: str) -> Article:
    opened = open_page(page)
    metadata = read_metadata(opened.root, url)
    template = recognise(opened.root)
    if template is None:
        return read_generic(opened, metadata, url)
    return read_article(opened, template, metadata, url)
