"""Tags: what is meant by one, and the links to its page that pages of the site have. Fetches nothing.

The old CMS spells a tag's page by its name; the new one by a number that only its own links tell.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, unquote

from crawler.parsers.text import clean
from crawler.site.pages import MAX_LINKS, Unreadable, parse_html
from crawler.site.urls import ORIGIN, UrlKind, read

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NO_LETTERS: Final = re.compile(r"[^a-z0-9]+")


def slugify(text: str) -> str:
    """The slug that the site makes of a name: ``Bến Tre`` is ``ben-tre``."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return _NO_LETTERS.sub("-", letters.encode("ascii", "ignore").decode()).strip("-")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as somebody asks for it: ``name`` is its name, its slug, or empty where ``url``, the
    address of its page, is given."""

    name: str
    url: str | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """The tag that is asked for.

        Raises:
            ValueError: an address that is not a tag page's.
        """
        text = clean(text)
        if not ("://" in text or text.startswith("/")):
            return cls(name=clean(text.lstrip("#")))
        link = read(text)
        if link is None or link.kind is not UrlKind.TAG:
            raise ValueError(f"not the address of a tag page of baotintuc.vn: {text!r}")
        return cls(name="", url=link.url)

    @property
    def place(self) -> str:
        """What its pages are called in the record: without white space."""
        return quote(self.name) if self.url is None else self.url.rsplit("/", 1)[-1]

    @property
    def words(self) -> str:
        """What to search the site for."""
        return self.name.replace("-", " ") if _SLUG.fullmatch(self.name) else self.name

    @property
    def old_url(self) -> str:
        """The address that the old CMS has for it."""
        return f"{ORIGIN}/tags/{quote(self.name.lower().replace(' ', '+'), safe='+')}.htm"

    def is_named(self, name: str) -> bool:
        """Whether a tag of this name is the one: by its letters, by its slug where one was given."""
        name, asked = clean(name).casefold(), self.name.casefold()
        return name == asked or (asked.isascii() and slugify(name) == slugify(asked))

    def links_on(self, page: bytes, base: str) -> tuple[str, ...]:
        """The addresses of its page that a page links to, canonical, in page order."""
        try:
            anchors = parse_html(page).xpath("//a[@href]")[:MAX_LINKS]
        except Unreadable:
            return ()
        links = ((read(anchor.get("href"), base), anchor.text_content()) for anchor in anchors)
        found = (
            link.url
            for link, text in links
            if link and link.kind is UrlKind.TAG and self.is_named(_name(text, link.slug))
        )
        return tuple(dict.fromkeys(found))


def _name(text: str, slug: str | None) -> str:
    """A tag's name as its link shows it, ``#Bến Tre`` or ``Bến Tre,``; else as its address does."""
    return clean(text).lstrip("#").rstrip(",").strip() or unquote(slug or "").replace("+", " ")
