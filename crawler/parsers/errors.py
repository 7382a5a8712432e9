"""What can be wrong with a page: the only errors that ever leave this room.

Each message is one line, says what the page is instead of an article, and what to do next
where something can be done. None of them carries text of the page.
"""

from __future__ import annotations


class ParseError(ValueError):
    """A page that gave no article; ``what`` names what it is in a few words."""

    def __init__(self, what: str, advice: str = "") -> None:
        self.what = what
        super().__init__(f"{what}: {advice}" if advice else what)


class NotArticleError(ParseError):
    """A page of the site that is no article: a listing, an error page, a soft 404."""


class EmptyPageError(ParseError):
    """A page without a single word."""


class NotHtmlError(ParseError):
    """Bytes that are no HTML page: a picture, a feed, JSON, plain text, another encoding."""


class TooLargeError(ParseError):
    """A page beyond the limits of bytes, tags, text or depth, refused before anything slow sees it."""


class CutOffError(ParseError):
    """A page that ends in the middle of the article: what is there would be silently partial."""


class BlockedError(ParseError):
    """A page that stands in the way: a challenge, access denied, maintenance, a login wall."""


class DefectError(ParseError):
    """The parser itself failed on this page; the page is in the raw archive, the cause is chained."""
