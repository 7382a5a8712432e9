"""What a page says of itself besides its text: JSON-LD, meta tags, the settings in its scripts.

JSON-LD of this site is not always valid JSON (raw control characters, trailing commas), comes
doubled, in arrays or below ``@graph``. What cannot be read at all is a warning, never a guess.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Final

from crawler.parsers.select import Element
from crawler.parsers.text import clean_or_none, unescape
from crawler.site import urls

ARTICLE_TYPES: Final = frozenset(
    {"newsarticle", "article", "reportagenewsarticle", "liveblogposting", "blogposting", "opinionnewsarticle"}
)
VIDEO_TYPES: Final = frozenset({"videoobject"})
BREADCRUMB_TYPES: Final = frozenset({"breadcrumblist"})

_TRAILING_COMMA: Final = re.compile(r",\s*(?=[}\]])")
_BEFORE: Final = ("//", "<!--", "<![CDATA[", "\ufeff")
_AFTER: Final = (";", "]]>", "-->", "//")
_SETTINGS_WITHIN: Final = 20_000  # characters of a script; the real ones have 2,500
_LONGEST: Final = 500_000  # characters of one JSON-LD block; real ones have 3,000
_MOST_THINGS: Final = 100  # JSON-LD objects of one page; real ones have at most eight
_DECODER: Final = json.JSONDecoder(strict=False)
_SETTING: Final = r"""["']?{name}["']?\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\d+))"""
_DEEPEST: Final = 12  # levels of JSON-LD looked into; real ones have four

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Metadata:
    """The machine-readable part of a page.

    ``meta`` maps the lower-case name (property, name or itemprop) of meta tags to their
    contents, ``inputs`` the id of input fields to their values; ``things`` are the JSON-LD objects
    that have a type. All are in page order.
    """

    meta: Mapping[str, tuple[str, ...]]
    things: tuple[Json, ...]
    canonical: str | None = None
    scripts: tuple[str, ...] = ()
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = field(default=())
    ids: frozenset[str] = frozenset()
    """The ids of the article in the address asked for and in the canonical link."""

    def first_meta(self, *names: str) -> str | None:
        """The first non-empty content among the meta tags of these names, in their order."""
        return next(
            (text for name in names for value in self.meta.get(name, ()) if (text := text_value(value))), None
        )

    def thing(self, types: frozenset[str]) -> Json:
        """The first JSON-LD object of one of the types; empty where there is none."""
        return next((thing for thing in self.things if types & set(type_names(thing))), {})

    def setting(self, name: str) -> str | None:
        """The value of a setting (``adsZone: 438``, ``'articleType': 'video'``) in the page's scripts."""
        pattern = re.compile(_SETTING.format(name=re.escape(name)))
        for script in self.scripts:
            match = pattern.search(script)
            if match:
                return clean_or_none(re.sub(r"\\(.)", r"\1", match[1] or match[2] or match[3] or ""))
        return None

    def input(self, id_: str) -> str | None:
        """The value of the first input field of an id."""
        return next(iter(self.inputs.get(id_, ())), None)

    @cached_property
    def article(self) -> Json:
        """The JSON-LD object of the article; empty where there is none."""
        return _own_article(self.things, self.ids)


def read_metadata(root: Element, url: str = "") -> Metadata:
    """Read all of it, of a page asked for at ``url``; never raises."""
    # One walk for all: each through a whole page costs as much as reading what it finds.
    tags: dict[str, list[Element]] = {name: [] for name in ("meta", "link", "script", "input")}
    for tag in root.iter(*tags):
        tags[str(tag.tag)].append(tag)
    things, scripts, unread = _read_scripts(tags["script"])
    links = (tag.get("href") for tag in tags["link"] if tag.get("rel") == "canonical")
    canonical = clean_or_none(next((link for link in links if link is not None), None))
    ids = frozenset(id_ for one in (url, canonical) if one and (id_ := urls.article_id(one)))
    return Metadata(
        meta=_read_meta(tags["meta"]),
        things=tuple(things),
        canonical=canonical,
        scripts=tuple(scripts),
        inputs=_grouped((tag.get("id"), tag.get("value", "")) for tag in tags["input"]),
        warnings=(
            *((f"{unread} JSON-LD blocks could not be read",) if unread else ()),
            *(
                ()
                if _own_article(things, ids) or not _articles(things)
                else ("the JSON-LD is of another article",)
            ),
        ),
        ids=ids,
    )


def _articles(things: Iterable[Json]) -> list[Json]:
    return [thing for thing in things if ARTICLE_TYPES & set(type_names(thing))]


def _own_article(things: Iterable[Json], ids: frozenset[str]) -> Json:
    """The JSON-LD object of the article with one of these ids: that which has its address, else the
    first that has the address of no other article."""
    named = [(_ids_of(thing), thing) for thing in _articles(things)]
    own = (thing for stated, thing in named if stated & ids)
    unnamed = (thing for stated, thing in named if not (stated and ids))
    return next(chain(own, unnamed), {})


def _ids_of(thing: Json) -> set[str]:
    """The ids of the articles whose addresses a JSON-LD object says are its own."""
    page = thing.get("mainEntityOfPage")
    page = page.get("@id") or page.get("url") if isinstance(page, dict) else page
    stated = (thing.get("url"), page, thing.get("@id"))
    return {id_ for one in stated if isinstance(one, str) and (id_ := urls.article_id(one))}


def _read_meta(tags: list[Element]) -> Mapping[str, tuple[str, ...]]:
    return _grouped(
        (name.strip().lower(), content)
        for tag in tags
        if (content := tag.get("content"))
        for name in {tag.get("property"), tag.get("name"), tag.get("itemprop")}
        if name
    )


def _grouped(pairs: Iterable[tuple[str | None, str]]) -> Mapping[str, tuple[str, ...]]:
    """The values of each name, in their order; those without one are left out."""
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        if name:
            groups.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in groups.items()}


def _read_scripts(tags: list[Element]) -> tuple[list[Json], list[str], int]:
    things: list[Json] = []
    scripts: list[str] = []
    unread = 0
    for script in tags:
        text = script.text
        if not text:
            continue
        if "ld+json" in (script.get("type") or ""):
            found = list(_typed(read_json(text)))
            unread += not found and bool(text.strip())
            things.extend(thing for thing in found[: _MOST_THINGS - len(things)] if thing not in things)
        elif "cmsConfig" in text or "dataLayer" in text:
            scripts.append(text[:_SETTINGS_WITHIN])
    return things, scripts, unread


def read_json(text: str) -> list[Any]:
    """All JSON values in a text, one after the other, repaired where that is safe; none if unreadable."""
    text = _unwrapped(text) if len(text) <= _LONGEST else ""
    return _values(text) or _values(_TRAILING_COMMA.sub("", text))


def _unwrapped(text: str) -> str:
    """The text without the comment or CDATA marks that old pages wrap around a script."""
    text = text.strip()
    while mark := next((mark for mark in _BEFORE if text.startswith(mark)), None):
        text = text.removeprefix(mark).lstrip()
    while mark := next((mark for mark in _AFTER if text.endswith(mark)), None):
        text = text.removesuffix(mark).rstrip()
    return text


def _values(text: str) -> list[Any]:
    values: list[Any] = []
    at = 0
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return values
        values.append(value)
        at = _skip(text, at)
    return values


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,;\ufeff":
        at += 1
    return at


def _typed(value: Any, depth: int = 0) -> Iterator[Json]:
    """The objects with a type, in lists and below ``@graph`` and ``mainEntity`` too."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _typed(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for name in ("@graph", "mainEntity"):
            yield from _typed(value.get(name), depth + 1)


def type_names(thing: Json) -> list[str]:
    """The types of a JSON-LD object in lower case, without their namespace."""
    named = thing.get("@type")
    types = named if isinstance(named, list) else [named]
    return [name.rsplit("/", 1)[-1].lower() for name in types if isinstance(name, str)]


def text_value(value: Any) -> str | None:
    """A JSON-LD or meta value as clean text, entities decoded; None for anything but text."""
    if isinstance(value, list):
        return next((text for item in value if (text := text_value(item))), None)
    if isinstance(value, dict):
        return text_value(value.get("name") or value.get("@id") or value.get("url"))
    return clean_or_none(unescape(value)) if isinstance(value, str) else None


def breadcrumb(metadata: Metadata) -> list[tuple[str, str | None]]:
    """Name and address of the entries of the JSON-LD breadcrumb, in the order of their positions."""
    items = metadata.thing(BREADCRUMB_TYPES).get("itemListElement")
    entries = [entry for entry in (items if isinstance(items, list) else [items]) if isinstance(entry, dict)]
    places = [_position(entry) for entry in entries]
    if all(places):
        entries = [entries[at] for at in sorted(range(len(entries)), key=places.__getitem__)]
    return [(name, url) for name, url in map(_crumb, entries) if name]


def _position(entry: Json) -> int:
    """The position that an entry states; 0 where it states none."""
    stated = str(entry.get("position", ""))
    return int(stated) if stated.isdecimal() and len(stated) < 5 else 0


def _crumb(entry: Json) -> tuple[str, str | None]:
    item = entry.get("item")
    name = text_value(item.get("name") if isinstance(item, dict) else None) or text_value(entry.get("name"))
    url = item.get("@id") or item.get("url") if isinstance(item, dict) else item
    return name or "", url if isinstance(url, str) else None
