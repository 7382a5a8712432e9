"""Sitemaps: bytes in, links out. An index names more sitemaps, a url set names articles."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from lxml import etree

from crawler.parsers.dates import read_date
from crawler.site.pages import Unreadable, refused
from crawler.site.urls import ORIGIN, UrlKind, read

USUAL: Final = f"{ORIGIN}/sitemap.xml"
"""Where a sitemap usually is, asked for where robots.txt names none."""

MAX_URLS: Final = 50_000
"""The most that the sitemap protocol lets one file name."""

MAX_BYTES: Final = 50 * 1024 * 1024
"""The most that the sitemap protocol lets one file hold, unpacked."""

_GZIP: Final = b"\x1f\x8b"
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
"""What tells zlib that a gzip header comes first."""

_MONTH: Final = re.compile(r"(?:^|\D)(?P<year>20\d\d)-(?P<month>1[0-2]|0?[1-9])(?:\D|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapUrl:
    """One address in a sitemap; ``modified_at`` is its ``lastmod``, None where it has none."""

    url: str
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A sitemap as it was answered: more sitemaps, and the articles it names."""

    sitemaps: tuple[SitemapUrl, ...]
    articles: tuple[SitemapUrl, ...]


def read_sitemap(body: bytes) -> Sitemap:
    """Read a sitemap or an index of sitemaps, packed (``.xml.gz``) or not; addresses outside the site are
    left out.

    Raises:
        Unreadable: it is neither.
        Refused: what stands in its place says that the site refuses.
    """
    # A stranger's XML: no entities, nothing fetched, and what stands before a cut is kept.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(_unpacked(body).strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise refused(body) or Unreadable(f"not a sitemap: {error}") from None
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        raise refused(body) or Unreadable("not a sitemap: neither <urlset> nor <sitemapindex>")
    urls = list(_urls(root))
    return Sitemap(
        sitemaps=tuple(url for kind, url in urls if kind is UrlKind.SITEMAP),
        articles=tuple(url for kind, url in urls if kind is UrlKind.ARTICLE),
    )


def _unpacked(body: bytes) -> bytes:
    """A body without the gzip it may be packed in; of one that was cut, what stands before the cut."""
    if not body.startswith(_GZIP):
        return body
    packed = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = packed.decompress(body, MAX_BYTES)
    except zlib.error as error:
        raise Unreadable(f"not a sitemap: its gzip is broken: {error}") from None
    if packed.unconsumed_tail:
        raise Unreadable(f"not a sitemap: larger than {MAX_BYTES // 1024**2} MB unpacked")
    return plain


def _urls(root: etree._Element) -> Iterator[tuple[UrlKind, SitemapUrl]]:
    for element in root[:MAX_URLS]:
        parts = {_name(child): (child.text or "").strip() for child in element}
        link = read(parts.get("loc", ""))
        if link is not None:
            changed = parts.get("lastmod")
            yield link.kind, SitemapUrl(url=link.url, modified_at=read_date(changed) if changed else None)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def month_of(url: str) -> tuple[date, date] | None:
    """The first days of the month that a sitemap's name spells and of the next; None without one."""
    found = _MONTH.search(url.rsplit("/", 1)[-1])
    if not found:
        return None
    year, month = int(found["year"]), int(found["month"])
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
