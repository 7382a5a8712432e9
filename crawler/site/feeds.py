"""Feeds of both CMS generations: bytes in, links and dates out.

A feed is a hint, never a source: what it says of an article tells where to look and how old
or edited it may be; the article's own page says what is stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from crawler.items import Section
from crawler.parsers.dates import read_date
from crawler.site import sections
from crawler.site.pages import Unreadable, odd_page, parse_html, refused
from crawler.site.urls import ORIGIN, SiteUrl, UrlKind, read

MAX_ENTRIES: Final = 1_000
"""Entries read of one feed: real ones have 20 to 50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article that a feed lists; times are None where the feed has none that can be read."""

    url: str
    published_at: datetime | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it was answered. ``link`` is the channel's own page, canonical, if of this site."""

    title: str | None
    link: str | None
    entries: tuple[Entry, ...]


def read_feed(body: bytes) -> Feed:
    """Read an RSS feed; entries that link outside the site or to no article are left out.

    Raises:
        Unreadable: it is not a feed (HTML, empty, cut before its first entry).
        Refused: what stands in its place says that the site refuses.
    """
    try:
        channel = _channel(body)
    except Unreadable as error:
        raise refused(body) or error from None
    entries = {entry.url: entry for entry in map(_entry, channel.findall(".//item")[:MAX_ENTRIES]) if entry}
    text = _text(channel, "link")
    link = read(text) if text else None
    return Feed(
        title=_text(channel, "title"), link=link.url if link else None, entries=tuple(entries.values())
    )


def _channel(body: bytes) -> etree._Element:
    # Entities stay unresolved and nothing is fetched: a feed is a stranger's XML. `recover`
    # keeps the entries before a cut, which are whole.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"not a feed: {error}") from None
    if root is None or etree.QName(root).localname.lower() not in ("rss", "rdf"):
        raise Unreadable("not a feed: no <rss> element in it")
    channel = root.find("channel")
    if channel is None:
        raise Unreadable("not a feed: it has no channel")
    return channel


def _entry(item: etree._Element) -> Entry | None:
    url = read(_text(item, "link") or _text(item, "guid") or "")
    if url is None or url.kind is not UrlKind.ARTICLE:
        return None
    return Entry(url=url.url, published_at=_date(item, "pubDate"), modified_at=_date(item, "updated"))


def _date(item: etree._Element, tag: str) -> datetime | None:
    text = _text(item, tag)
    return read_date(text) if text else None


def _text(element: etree._Element, tag: str) -> str | None:
    child = element.find(tag)
    text = "".join(child.itertext()).strip() if child is not None else ""
    return text or None


def read_feed_index(body: bytes) -> tuple[str, ...]:
    """The feeds that a page of feeds (``/rss.htm``, ``/rss.html``) links to, in its order.

    Raises:
        Unreadable: it is not an HTML page.
        Refused: what stands in its place says that the site refuses.
    """
    links = (read(link) for link in parse_html(body).xpath("//a/@href | //link/@href"))
    named = tuple(dict.fromkeys(link.url for link in links if link and link.kind is UrlKind.FEED))
    if not named and (odd := odd_page(body)):
        raise odd
    return named


OF_EVERYTHING: Final = frozenset({"tin-moi-nhat", "home"})
"""What each CMS calls its feed of the whole site."""

_BESIDE: Final = re.compile(r"\s+[-–|:»]\s+|:\s")
"""What stands between the parts of a title: ``Thời sự - Báo Tin tức``."""


def names_feed(feed: Feed, url: str, answered_at: str | None = None) -> bool:
    """Whether a feed is the one its URL names: the new CMS answers a wrong one with another feed, often with
    that of everything.

    True where the channel does not say what it is of. One whose link is the home page, as some sites have
    it in every feed, may still name its section in the title.

    Args:
        feed: the feed.
        url: the canonical URL it was asked for at.
        answered_at: where redirects led; it tells what the feed is of where the channel has no link.
    """
    asked, link = read(url), read(feed.link or answered_at or url)
    if asked is None or link is None or asked.slug in (None, "home"):
        return True
    section = _section_of(asked)
    if link.kind is UrlKind.HOME:
        return asked.slug in OF_EVERYTHING or _is_titled(feed.title or "", section)
    return link.kind not in (UrlKind.SECTION, UrlKind.FEED) or sections.is_of(link, section)


def _section_of(asked: SiteUrl) -> Section:
    """The section whose feed is asked for, as its address tells it."""
    slug = asked.slug or ""
    known = sections.by_id(asked.section_id) if asked.section_id else sections.by_slug(slug)
    return known or Section(id=asked.section_id, slug=slug, name=slug)


def _is_titled(title: str, section: Section) -> bool:
    return any(sections.is_called(part, section) for part in _BESIDE.split(title))


INDEXES: Final = (f"{ORIGIN}/rss.htm", f"{ORIGIN}/rss.html")
"""The pages of feeds: of the old CMS and of the new one."""
