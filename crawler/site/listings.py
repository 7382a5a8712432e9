"""Pages that list articles, of both CMS generations: bytes in, links out.

A listing is read by the marks of its design where it has them, else every article link on it
counts: a redesigned listing still leads to its articles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from lxml.html import HtmlElement

from crawler.items import Section
from crawler.parsers.dates import read_date
from crawler.parsers.text import clean
from crawler.site.pages import MAX_LINKS, Unreadable, odd_page, odd_title, parse_html, refused
from crawler.site.urls import API_HOST, HANOI, ORIGIN, YEARS, SiteUrl, UrlKind, created_at, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One article that a listing links to. ``dated_at`` is its age as far as the listing tells:
    the card's own time, else the creation time in a 17-digit id, else None."""

    url: str
    dated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a listing: its articles in page order, and the page after it, if any."""

    cards: tuple[Card, ...]
    next_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The home page: the sections its navigation names, and every article it links to."""

    sections: tuple[Section, ...]
    section_urls: tuple[str, ...]
    cards: tuple[Card, ...]


# Where a design keeps the articles of the listing itself: one XPath a design. The first that
# finds an article decides; side boxes ("most read", "related") stand outside of all of them.
_LISTS: Final = (
    # 2021: focus, three beside it, twenty below; not the relation lists inside a card
    "//*[contains(@class, 'list-content') or contains(@class, 'lc-top') or contains(@class, 'lcb-left')]"
    "//*[contains(concat(' ', @class, ' '), ' newsest ') or contains(@class, 'list-ul')"
    " or contains(@class, 'list-newsest') or @id = 'search_result']"
    "//a[@href][not(ancestor::ul[contains(@class, 'ul-relation')])]",
    # 2016
    "//div[contains(@class, 'listspecial')]//ul/li//h3/a[@href]",
    # 2026: the zone's own list, then its focus blocks
    "//*[(contains(@class, 'content-list') or @id = 'content-list' or contains(@class, 'rank-')"
    " or contains(@class, 'focus') or contains(@class, 'feature') or contains(@class, 'timeline'))"
    " and not(ancestor-or-self::*[contains(@class, 'sidebar') or contains(@class, 'sub-col')])]"
    "//article[contains(@class, 'story')]//a[@href]",
)
_RESULTS: Final = (
    "//*[@id = 'search_result' or @id = 'content-list' or contains(@class, 'content-list')"
    " or contains(@class, 'list-newsest')]"
)
_ANY_LINK: Final = "//a[@href]"
_BEGINS: Final = re.compile(rb"<html[\s>]", re.IGNORECASE)
_ENDS: Final = re.compile(rb"</html\s*>", re.IGNORECASE)
_ZONE: Final = re.compile(r"adsZone\s*:\s*(\d+)")


def read_listing(body: bytes, url: str) -> Listing:
    """Read a section, tag, event or search page, or an answer of the "more" API.

    Args:
        body: the answer, decoded from transfer and content encoding.
        url: the canonical URL it was asked for at.

    Raises:
        Unreadable: it is neither an HTML page nor such an answer, or an error page, or cut before its pager.
        Refused: what stands in its place says that the site refuses.
    """
    asked = read(url)
    if asked is not None and asked.kind is UrlKind.MORE:
        return _read_more(body, asked)
    tree = parse_html(body)
    main = _main_links(tree, url)
    cards = _cards(_any_links(tree, url) if main is None else main)
    if main is None and (odd := odd_title(tree) if cards else odd_page(body)):
        raise odd
    following = _next_page(tree, asked)
    if following is None and _is_cut(body):
        raise Unreadable("a page that was cut: it has neither an end nor a link to the page after it")
    return Listing(cards=cards, next_url=following)


def _is_cut(body: bytes) -> bool:
    """Whether a page begins as a whole one does and does not end as one: what is missing may be its pager."""
    return _BEGINS.search(body) is not None and _ENDS.search(body) is None


def read_home(body: bytes) -> Home:
    """Read the home page.

    Raises:
        Unreadable: it is not an HTML page, or an error page.
        Refused: what stands in its place says that the site refuses.
    """
    tree = parse_html(body)
    links = [(link, element) for link, element in _links(tree, _ANY_LINK, ORIGIN)]
    navigation = {
        link.url: _section(link, element)
        for link, element in links
        if link.kind is UrlKind.SECTION and link.page == 1
    }
    cards = _cards(links)
    if not cards and (odd := odd_page(body)):
        raise odd
    return Home(
        sections=tuple(section for section in navigation.values() if section),
        section_urls=tuple(navigation),
        cards=cards,
    )


def _links(tree: HtmlElement, xpath: str, base: str) -> Iterator[tuple[SiteUrl, HtmlElement]]:
    for element in tree.xpath(xpath)[:MAX_LINKS]:
        link = read(element.get("href", ""), base)
        if link is not None:
            yield link, element


def _main_links(tree: HtmlElement, base: str) -> list[tuple[SiteUrl, HtmlElement]] | None:
    """The links of the listing itself; None where no design's marks are on the page."""
    for xpath in _LISTS:
        links = list(_links(tree, xpath, base))
        if any(link.kind is UrlKind.ARTICLE for link, _ in links):
            return links
    return None


def _any_links(tree: HtmlElement, base: str) -> list[tuple[SiteUrl, HtmlElement]]:
    return [] if _found_nothing(tree, base) else list(_links(tree, _ANY_LINK, base))


def _found_nothing(tree: HtmlElement, base: str) -> bool:
    """Whether it is a search or tag page with an empty list: what else it links to was not asked for."""
    asked = read(base)
    return asked is not None and asked.kind in (UrlKind.SEARCH, UrlKind.TAG) and bool(tree.xpath(_RESULTS))


def _cards(links: Iterable[tuple[SiteUrl, HtmlElement]]) -> tuple[Card, ...]:
    """One card an article; where it stands several times, the first that shows a time counts."""
    cards: dict[str, Card] = {}
    for link, element in links:
        if link.kind is not UrlKind.ARTICLE or link.id is None:
            continue
        known = cards.get(link.id)
        if known is None or known.dated_at is None:
            cards[link.id] = Card(url=known.url if known else link.url, dated_at=_age(link, element))
    return tuple(cards.values())


def _age(link: SiteUrl, element: HtmlElement) -> datetime | None:
    """The card's own ``<time>``, else the 17 digits of the id."""
    story = element.xpath("ancestor::article[1]//time[@datetime]/@datetime")
    return (read_date(story[0]) if story else None) or created_at(link.id or "")


def _section(link: SiteUrl, element: HtmlElement) -> Section | None:
    name = clean(element.get("title") or element.text_content())
    if not name or not link.slug:
        return None
    return Section(id=link.section_id, slug=link.slug, name=name, parent_id=link.parent_id or None)


def _next_page(tree: HtmlElement, asked: SiteUrl | None) -> str | None:
    if asked is None:
        return None
    if asked.kind in (UrlKind.SECTION, UrlKind.TAG, UrlKind.EVENT, UrlKind.SEARCH):
        for link, _ in _links(tree, _ANY_LINK, asked.url):
            if _follows(link, asked):
                return link.url
    zone = tree.xpath("//*[contains(@class, 'control__loadmore')]/@data-zone")
    zone += _ZONE.findall("\n".join(tree.xpath("//script[contains(., 'adsZone')]/text()")[:3]))
    has_button = bool(tree.xpath("//*[contains(@class, 'control__loadmore')]"))
    return more_url(int(zone[0]), 1) if has_button and zone and str(zone[0]).isdecimal() else None


def _follows(link: SiteUrl, asked: SiteUrl) -> bool:
    """Whether a link is the page after the one asked for, of the same listing."""
    if asked.kind is UrlKind.SEARCH:
        return link.kind is UrlKind.SEARCH and _search_page(link.url) == _search_page(asked.url) + 1
    return link.kind is asked.kind and _is_same_place(link, asked) and link.page == asked.page + 1


def _is_same_place(link: SiteUrl, asked: SiteUrl) -> bool:
    """By the number, which outlives slugs; by the slug where one of them has no number."""
    if link.section_id is not None and asked.section_id is not None:
        return link.section_id == asked.section_id
    return (link.slug or "").lower() == (asked.slug or "").lower()


def _search_page(url: str) -> int:
    found = re.search(r"[?&]page=(\d{1,6})(?:&|$)", url, re.IGNORECASE)
    return int(found[1]) if found else 1


def more_url(zone: int, page: int) -> str:
    """The address of one page of a zone's older articles at the new CMS' API (pages from 1)."""
    return f"https://{API_HOST}/api/morenews-zone-{zone}-{page}.html?phrase=&page_size=20&sz={zone}&st=zone"


def _read_more(body: bytes, asked: SiteUrl) -> Listing:
    """An answer of the API: ``{"data": {"contents": [...], "load_more": bool}}``."""
    try:
        data = json.loads(body)["data"]
        contents, more = data["contents"], bool(data.get("load_more"))
        cards = tuple(card for card in map(_more_card, contents) if card)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"not an answer of the listing API: {type(error).__name__}: {error}"
        raise refused(body) or Unreadable(reason) from None
    following = more_url(asked.section_id or 0, asked.page + 1) if more and cards else None
    return Listing(cards=cards, next_url=following)


def _more_card(content: dict[str, Any]) -> Card | None:
    link = read(str(content.get("url") or content.get("redirect_link") or ""))
    if link is None or link.kind is not UrlKind.ARTICLE:
        return None
    return Card(url=link.url, dated_at=_epoch(content.get("date")) or created_at(link.id or ""))


def _epoch(seconds: Any) -> datetime | None:
    if seconds in (0, "0"):  # not told; the site is younger than 1970
        return None
    try:
        moment = datetime.fromtimestamp(int(seconds), UTC).astimezone(HANOI)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment if moment.year in YEARS else None
