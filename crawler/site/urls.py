"""The URL grammar of baotintuc.vn, both generations: what a URL is, and which article it means.

A URL is read, never guessed at: :func:`read` answers None for anything outside the site.
Every URL has one canonical form here, ``https://baotintuc.vn`` + path, in which it is stored
and compared; scheme, ``www.``, query, fragment and percent-encoding do not make another URL,
except where the query is the address (search, tag queries, the API).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

ORIGIN: Final = "https://baotintuc.vn"
HOSTS: Final = frozenset({"baotintuc.vn", "www.baotintuc.vn", "api.baotintuc.vn"})
"""The exact hosts of the site: sister sites under the same domain have ids of their own."""

API_HOST: Final = "api.baotintuc.vn"
HANOI: Final = timezone(timedelta(hours=7))
"""The site's time zone: +07:00 all year."""

YEARS: Final = range(1900, 3000)
"""The years a date may be of. Others are a program's way to say that there is none (.NET's is 1/1/0001), and
near the ends of the calendar a time in another zone may not exist."""


class UrlKind(StrEnum):
    """What a URL of the site points at."""

    ARTICLE = "article"
    PRINT = "print"
    HOME = "home"
    SECTION = "section"
    FEED = "feed"
    FEED_INDEX = "feed_index"
    TAG = "tag"
    EVENT = "event"
    SEARCH = "search"
    SITEMAP = "sitemap"
    ROBOTS = "robots"
    MORE = "more"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteUrl:
    """A URL of the site, read: its canonical form, kind, and the parts its grammar names."""

    url: str
    kind: UrlKind
    id: str | None = None
    slug: str | None = None
    section_id: int | None = None
    parent_id: int | None = None
    page: int = 1


# The order matters: the first pattern that matches decides; articles first, since most links lead to one.
# Groups are the parts of SiteUrl.
_GRAMMAR: Final = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (UrlKind.ARTICLE, r"^/(?:long-form/)?(?P<slug>[a-z0-9-]+)/[^/]+-v?(?P<id>\d{17})\.htm$"),
        (UrlKind.ARTICLE, r"^/[^/]+-post(?P<id>\d{1,12})\.(?:html|amp)$"),
        (UrlKind.ARTICLE, r"^/share(?P<id>\d{3,12})\.html$"),
        (UrlKind.PRINT, r"^/(?P<slug>[^/]+)-n(?P<id>\d{17})\.htm$"),
        (UrlKind.PRINT, r"^/print-(?P<id>\d{3,12})\.html$"),
        (UrlKind.HOME, r"^/(?:default\.aspx|index\.html?|home\.htm)?$"),
        (UrlKind.ROBOTS, r"^/robots\.txt$"),
        (UrlKind.FEED_INDEX, r"^/rss\.html?$"),
        (UrlKind.FEED, r"^/rss/(?:[^/]+/)?(?P<slug>[a-z0-9-]+?)(?:-(?P<section_id>\d+))?\.rss$"),
        (UrlKind.FEED, r"^/(?P<slug>[a-z0-9-]+)\.rss$"),
        (UrlKind.SITEMAP, r"^/(?:sitemaps?[^/]*|sitemaps/[^/]+)\.xml(?:\.gz)?$"),
        (UrlKind.TAG, r"^/tags/(?P<slug>[^/]+)\.htm$"),
        (UrlKind.TAG, r"^/(?:[^/]+/)?(?P<slug>[^/]+)-tag\d+\.[a-z]+$"),
        (UrlKind.EVENT, r"^/dong-su-kien/(?P<slug>[^/]+)-e\d+\.htm$"),
        (UrlKind.SEARCH, r"^/(?:search\.aspx|search/?|tim-kiem/?)$"),
        (
            UrlKind.SECTION,
            r"^/(?P<slug>[a-z0-9-]+)-(?P<section_id>\d+)ct(?P<parent_id>\d+)"
            r"(?:\.htm|/trang-(?P<page>\d+)\.htm)$",
        ),
        (
            UrlKind.SECTION,
            r"^/(?P<slug>anh|anh-360|infographics|emagazine|megastory|video)(?:\.htm|/trang-(?P<page>\d+)\.htm)$",
        ),
        (UrlKind.SECTION, r"^/(?P<slug>[a-z0-9-]+)/$"),
        (UrlKind.SECTION, r"^/(?P<slug>[a-z0-9-]+/[a-z0-9-]+)/$"),
    )
)
_MORE: Final = re.compile(r"^/api/morenews-zone-(?P<section_id>\d+)-(?P<page>\d+)\.html$", re.IGNORECASE)

_NOT_SECTIONS: Final = frozenset(
    {"api", "rss", "sitemaps", "tag", "tags", "search", "tim-kiem", "topic", "region"}
)
_KEEPS_QUERY: Final = frozenset({UrlKind.SEARCH, UrlKind.MORE})
_SAFE: Final = "/-._~!$&'()*+,;=:@"
_PLAIN_PATH: Final = r"(?:/[a-zA-Z0-9._~-]+)+/?"
_PLAIN: Final = re.compile(_PLAIN_PATH)
"""A path in its one spelling, as nearly all are."""
_OWN: Final = re.compile(rf"https?://(?:www\.)?baotintuc\.vn({_PLAIN_PATH})")
_OWN_BASE: Final = re.compile(r"https?://(?:www\.)?baotintuc\.vn(?:/|$)")


def read(url: str, base: str = ORIGIN + "/") -> SiteUrl | None:
    """Read a URL, absolute or relative to ``base``; None where it is not one of this site."""
    url = url.strip()
    if plain := _plain_path(url, base):
        return _read_path(plain, ORIGIN + plain, "", _GRAMMAR)
    try:
        parts = urlsplit(_absolute(url, base))
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in HOSTS or port not in (None, 80, 443):
        return None
    path = _normal_path(parts.path)
    if host == API_HOST:
        return _read_path(path, f"https://{API_HOST}{path}", parts.query, ((UrlKind.MORE, _MORE),))
    return _read_path(path, ORIGIN + path, parts.query, _GRAMMAR)


def _plain_path(url: str, base: str) -> str | None:
    """The path of a URL of the usual form, which needs no taking apart (that costs as much as reading it)."""
    if own := _OWN.fullmatch(url):
        return own[1]
    from_root = url.startswith("/") and "/." not in url and _PLAIN.fullmatch(url) and _OWN_BASE.match(base)
    return url if from_root else None


def _absolute(url: str, base: str) -> str:
    return url if url.startswith(("https://", "http://")) else urljoin(base, url)


def _read_path(
    path: str, url: str, query: str, grammar: tuple[tuple[UrlKind, re.Pattern[str]], ...]
) -> SiteUrl:
    for kind, pattern in grammar:
        match = pattern.match(path)
        if match and not (kind is UrlKind.SECTION and match["slug"].split("/")[0] in _NOT_SECTIONS):
            address = f"{url}?{query}" if query and kind in _KEEPS_QUERY else url
            return _site_url(address, kind, match.groupdict())
    return SiteUrl(url=f"{url}?{query}" if query else url, kind=UrlKind.OTHER)


def _site_url(url: str, kind: UrlKind, groups: dict[str, str | None]) -> SiteUrl:
    section_id, parent_id = groups.get("section_id"), groups.get("parent_id")
    return SiteUrl(
        url=url,
        kind=kind,
        id=groups.get("id"),
        slug=groups.get("slug"),
        section_id=int(section_id) if section_id else None,
        parent_id=int(parent_id) if parent_id else None,
        page=int(groups.get("page") or 1),
    )


def _normal_path(path: str) -> str:
    """One spelling for a path: percent-encoding decoded and made again, doubled slashes folded."""
    if _PLAIN.fullmatch(path):
        return path
    plain = unquote(re.sub(r"/{2,}", "/", path) or "/", errors="surrogateescape")
    return quote(plain, safe=_SAFE, errors="surrogateescape")


def canonical(url: str, base: str = ORIGIN + "/") -> str | None:
    """The canonical form of a URL of the site; None where it is not one."""
    known = read(url, base)
    return known.url if known else None


def article_id(url: str) -> str | None:
    """The site's own id of the article a URL means (print view included); None without one."""
    known = read(url)
    return known.id if known else None


def url_id(url: str) -> str:
    """An id for an article whose URL carries none: ``url-`` + 16 hex digits of its SHA-256."""
    return "url-" + hashlib.sha256(url.encode()).hexdigest()[:16]


def created_at(id_: str) -> datetime | None:
    """The creation time that a 17-digit id spells (local, +07:00); None for any other id."""
    if len(id_) != 17 or not id_.isdecimal() or int(id_[:4]) not in YEARS:
        return None
    try:
        return datetime.fromisoformat(f"{id_[:8]}T{id_[8:14]}.{id_[14:]}").replace(tzinfo=HANOI)
    except ValueError:
        return None
