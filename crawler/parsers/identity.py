"""Which article a page is: its id, its canonical address, and what its address says of its kind.

The id in the URL that was asked for is never overridden by what the page says of itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urldefrag, urlsplit

from crawler.items import Kind
from crawler.parsers.errors import NotArticleError
from crawler.site import urls

_KINDS: Final = (
    (re.compile(r"^/(?:anh|anh-360|photo)/", re.IGNORECASE), Kind.PHOTO),
    (re.compile(r"^/video/|-v\d{17}\.htm$", re.IGNORECASE), Kind.VIDEO),
    (re.compile(r"^/infographics?/", re.IGNORECASE), Kind.INFOGRAPHIC),
    (re.compile(r"^/(?:long-form|emagazine|megastory|mega-story|longform)/", re.IGNORECASE), Kind.LONGFORM),
)
_NOT_ARTICLES: Final = {
    urls.UrlKind.HOME: "the home page",
    urls.UrlKind.SECTION: "a section page",
    urls.UrlKind.TAG: "a tag page",
    urls.UrlKind.EVENT: "an event page",
    urls.UrlKind.SEARCH: "a search page",
    urls.UrlKind.FEED_INDEX: "the list of feeds",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Id, canonical URL, the page's own canonical link (canonical form), and contradictions."""

    id: str
    url: str
    canonical_link: str | None
    warnings: tuple[str, ...] = ()


def identify(asked: str, link: str | None, page_id: str | None) -> Identity:
    """The identity of the article at URL ``asked``, whose page has the canonical link and id given.

    Raises NotArticleError where neither the URL nor the page gives an address.
    """
    known = urls.read(asked) if asked else None
    # Nearly always the page links to the very address that was asked for.
    linked = known if link == asked else urls.read(link, asked or urls.ORIGIN) if link else None
    canonical_link, link_id = (linked.url, linked.id) if linked else (None, None)
    id_ = (known.id if known else None) or link_id
    url = _address(asked, known, canonical_link, link_id)
    return Identity(
        id=id_ or urls.url_id(url),
        url=url,
        canonical_link=canonical_link,
        warnings=tuple(_contradictions(known.id if known else None, link_id, page_id)),
    )


def _address(asked: str, known: urls.SiteUrl | None, link: str | None, link_id: str | None) -> str:
    """The page's own address where it means the same article as the URL, else that URL."""
    if link and (known is None or (link_id and link_id == known.id)):
        return link
    if known is not None:
        return known.url
    if urlsplit(asked).scheme in ("http", "https"):
        return urldefrag(asked).url
    raise NotArticleError(
        "a page without an address", "neither its URL nor a canonical link says where it stood"
    )


def _contradictions(asked_id: str | None, link_id: str | None, page_id: str | None) -> list[str]:
    found = []
    if asked_id and link_id and asked_id != link_id:
        found.append(f"the canonical link is that of another article, {link_id}")
    if asked_id and page_id and page_id not in (asked_id, link_id):
        found.append(f"the page calls itself article {page_id}")
    return found


def kind_in_url(url: str) -> Kind | None:
    """The kind that an address of template 2021 and before spells; None where it spells none."""
    path = urlsplit(url).path
    return next((kind for pattern, kind in _KINDS if pattern.search(path)), None)


def kind_of_section(slug: str | None) -> Kind | None:
    """The kind that all articles of a section are; None for ordinary sections."""
    return kind_in_url(f"/{slug}/") if slug else None


def not_article_url(url: str) -> str | None:
    """What page of the site an address means that can be no article; None for any other."""
    known = urls.read(url) if url else None
    return _NOT_ARTICLES.get(known.kind) if known else None
