"""What ``scrapy crawl baotintuc -a NAME=VALUE`` takes, checked before anything is fetched."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Self
from urllib.parse import quote

from crawler.config import expanded
from crawler.days import check_order, read_day
from crawler.errors import ArgumentError, WrongUsageError
from crawler.site import sections
from crawler.site.tags import Tag
from crawler.site.urls import HANOI, UrlKind, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The arguments of one run.

    Args:
        sections: slugs; only what their feeds and listings show. Empty: the whole site.
        since: first local day (+07:00) to go back to.
        until: last local day, inclusive.
        urls: only these articles, canonical, fetched whether stored or not.
        recheck: how many stored articles are looked at again for edits; None: the setting.
        query: a search of the site instead of its feeds and listings.
        tag: the pages of a tag of the site instead of its feeds and listings.
    """

    sections: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    urls: tuple[str, ...] = ()
    recheck: int | None = None
    query: str | None = None
    tag: Tag | None = None

    @classmethod
    def read(cls, given: dict[str, str], known_sections: Iterable[str] = ()) -> Self:
        """Read the arguments as typed.

        Args:
            given: name to value, as Scrapy hands them over.
            known_sections: slugs of sections that the database knows beyond the built-in ones.

        Raises:
            WrongUsageError: an argument does not exist, or two don't go together.
            ArgumentError: a value can't be used; the message says what would do.
        """
        _refuse_unknown(given)
        arguments = cls(
            sections=_sections(given.get("sections"), known_sections),
            since=_day("since", given.get("since")),
            until=_day("until", given.get("until")),
            urls=_urls(given.get("url"), given.get("urls")),
            recheck=_count("recheck", given.get("recheck")),
            query=_words("query", given.get("query")),
            tag=_tag(given.get("tag")),
        )
        arguments._check_together()
        return arguments

    def _check_together(self) -> None:
        check_order(self.since, self.until, "{}={}")
        if self.since and self.since > datetime.now(HANOI).date():
            raise ArgumentError(f"since={self.since} is in the future")
        if self.until and not self.since:
            raise WrongUsageError("until= needs since=, the day to go back to")
        ways = {
            "sections=": self.sections,
            "url= or urls=": self.urls,
            "query=": self.query,
            "tag=": self.tag,
        }
        chosen = [name for name, value in ways.items() if value]
        if len(chosen) > 1:
            raise WrongUsageError(f"{chosen[0]} and {chosen[1]} don't go together: give one of them")

    @property
    def is_whole_site(self) -> bool:
        """Whether the run looks at the whole site, not at a part that was asked for."""
        return not (self.sections or self.urls or self.query or self.tag)

    @property
    def place(self) -> str:
        """What a search or a tag is called in ``found_by``; empty where neither was asked for."""
        if self.tag:
            return f"tag/{self.tag.place}"
        return f"search/{quote(self.query, safe='')}" if self.query else ""

    def covers(self, moment: datetime, slack: timedelta = timedelta(0)) -> bool:
        """Whether a moment lies within ``since`` and ``until``, give or take ``slack``."""
        early, late = (moment + slack).astimezone(HANOI).date(), (moment - slack).astimezone(HANOI).date()
        return not ((self.since and early < self.since) or (self.until and late > self.until))


def _refuse_unknown(given: dict[str, str]) -> None:
    known = [field.name for field in fields(Arguments)] + ["url"]
    for name in given:
        if name not in known and not name.startswith("_"):  # scrapyd adds its own: _job=...
            hint = difflib.get_close_matches(name, known, n=1)
            meant = f"; did you mean {hint[0]}=?" if hint else ""
            raise WrongUsageError(f"unknown argument {name}={meant} There are {', '.join(sorted(known))}")


def _sections(value: str | None, known_sections: Iterable[str]) -> tuple[str, ...]:
    if value is None:
        return ()
    known = {slug.lower(): slug for slug in (*sections.slugs(), *known_sections)}
    wanted = [slug.strip().lower() for slug in value.split(",") if slug.strip()]
    if not wanted:
        raise ArgumentError("sections= is empty: give slugs, as in sections=thoi-su,kinh-te")
    for slug in wanted:
        if slug not in known and sections.by_slug(slug) is None:
            near = difflib.get_close_matches(slug, known, n=3)
            hint = (
                f"did you mean {' or '.join(near)}?"
                if near
                else f"there are {', '.join(sorted(known)[:8])}, ..."
            )
            raise ArgumentError(f"unknown section {slug!r}: {hint}")
    return tuple(dict.fromkeys(known.get(slug, slug) for slug in wanted))


def _day(name: str, value: str | None) -> date | None:
    if value is None:
        return None
    day = read_day(value)
    if day is None:
        raise ArgumentError(f"{name}={value} is not a day: write it as {name}=2024-04-01")
    return day


def _count(name: str, value: str | None) -> int | None:
    if value is None:
        return None
    if not value.strip().isdecimal():
        raise ArgumentError(f"{name}={value} is not a whole number: {name}=0 turns it off")
    return int(value)


def _words(name: str, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise ArgumentError(f"{name}= is empty")
    return value.strip() if value else None


def _tag(value: str | None) -> Tag | None:
    words = _words("tag", value)
    try:
        tag = Tag.read(words) if words else None
    except ValueError as error:
        raise ArgumentError(f"tag=: {error}; a name will do, as in tag='Bến Tre'") from None
    if tag is not None and not (tag.name or tag.url):
        raise ArgumentError("tag= is empty")
    return tag


def _urls(url: str | None, path: str | None) -> tuple[str, ...]:
    if url is not None and path is not None:
        raise WrongUsageError("url= and urls= don't go together: put the URL into the file")
    if url is not None:
        return (_article_url(url, "url="),)
    return _urls_of_file(path) if path is not None else ()


def _urls_of_file(path: str) -> tuple[str, ...]:
    try:
        lines = expanded(path, "urls=").read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a UTF-8 text file"
        raise ArgumentError(f"urls={path} can't be read: {reason}") from None
    urls = [
        _article_url(line, f"{path}, line {number}")
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not urls:
        raise ArgumentError(f"urls={path} names no URL: write one a line")
    return tuple(dict.fromkeys(urls))


def _article_url(text: str, where: str) -> str:
    link = read(text.strip(), base="about:blank")
    if link is None or link.kind not in (UrlKind.ARTICLE, UrlKind.PRINT, UrlKind.OTHER):
        raise ArgumentError(f"{where}: not the address of an article of baotintuc.vn: {text.strip()!r}")
    return link.url
