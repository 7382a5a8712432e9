"""The fields of an article page but its lead, byline, body, photos and times: headline, section, tags ...

Each is read by the template's selectors; where those find nothing, metadata is asked, and the
source of the field says so.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.items import Kind, Section, Source
from crawler.parsers.metadata import Metadata, breadcrumb, text_value
from crawler.parsers.select import Element, first_text, select, text_of, texts
from crawler.parsers.templates.base import Template
from crawler.parsers.text import clean, same_text
from crawler.site import urls

Found = tuple[str | None, Source]


SITE_NAMES: Final = frozenset({"baotintuc.vn", "báo tin tức", "báo tin tức và dân tộc", "baotintuc"})
"""What the site calls itself, in lower case."""

_HOMES: Final = SITE_NAMES | {"trang chủ", "home"}
_DIGITS: Final = re.compile(r"\d{1,9}")


def read_headline(template: Template, region: Element, metadata: Metadata) -> Found:
    """The headline; from metadata where the template's place is empty."""
    text = first_text(region, template.headline)
    return (text, Source.TEMPLATE) if text else (meta_headline(metadata), Source.METADATA)


def meta_headline(metadata: Metadata) -> str | None:
    """The headline that metadata states."""
    return text_value(metadata.article.get("headline")) or metadata.first_meta("og:title", "headline")


def read_section(template: Template, region: Element, metadata: Metadata) -> tuple[Section | None, Source]:
    """The section by name and id; the JSON-LD breadcrumb comes before a link that may name the parent."""
    leaf = _breadcrumb_leaf(metadata) if template.section_id_script else None
    link = next((found[0] for one in template.section if (found := select(region, one))), None)
    name = text_of(link) if link is not None else None
    if name and _is_home(name, link.get("href") if link is not None else None):
        name = None
    number = _number(template, metadata)
    if leaf:
        return _section(leaf[0], leaf[1], number), Source.METADATA
    if name and link is not None:
        return _section(name, link.get("href"), number), Source.TEMPLATE
    return meta_section(metadata, number), Source.METADATA


def meta_section(metadata: Metadata, number: int | None = None) -> Section | None:
    """The section that metadata names; a bag of several names is not one."""
    leaf = _breadcrumb_leaf(metadata)
    if leaf:
        return _section(leaf[0], leaf[1], number)
    name = metadata.first_meta("articlesection", "article:section") or text_value(
        metadata.article.get("articleSection")
    )
    return Section(name=name, id=number) if name and "," not in name else None


def _breadcrumb_leaf(metadata: Metadata) -> tuple[str, str | None] | None:
    """The last entry of the breadcrumb that is neither the home page nor the article itself."""
    headlines = [metadata.first_meta("og:title", "headline"), text_value(metadata.article.get("headline"))]
    for name, url in reversed(breadcrumb(metadata)):
        known = urls.read(url) if url else None
        itself = known is not None and known.kind is urls.UrlKind.ARTICLE
        if not (itself or _is_home(name, url) or any(same_text(name, one) for one in headlines if one)):
            return name, url
    return None


def _is_home(name: str, url: str | None) -> bool:
    known = urls.read(url) if url else None
    return name.casefold() in _HOMES or (known is not None and known.kind is urls.UrlKind.HOME)


def _number(template: Template, metadata: Metadata) -> int | None:
    text = metadata.input(template.section_id_input)
    if template.section_id_script:
        text = metadata.setting(template.section_id_script)
    return int(text) if text and _DIGITS.fullmatch(text) and int(text) else None


def _section(name: str, url: str | None, number: int | None) -> Section:
    """The link's own id counts before the page's, which may be that of another listing."""
    known = urls.read(url) if url else None
    listing = known if known and known.kind is urls.UrlKind.SECTION else None
    return Section(
        name=name,
        id=(listing.section_id if listing else None) or number,
        slug=listing.slug if listing else None,
        parent_id=(listing.parent_id or None) if listing else None,
    )


def read_tags(template: Template, region: Element, metadata: Metadata) -> tuple[tuple[str, ...], Source]:
    """The tags in the order printed, without their commas and number signs.

    Where metadata keeps their spelling it counts, and what only one of the two lists is not lost.
    """
    printed, stated = _tags(texts(region, template.tags)), meta_tags(metadata)
    if not printed or not template.tags_as_stated:
        return (printed, Source.TEMPLATE) if printed else (stated, Source.METADATA)
    spelt = {tag.casefold(): tag for tag in reversed(stated)}
    tags = dict.fromkeys((*(spelt.get(tag.casefold(), tag) for tag in printed), *stated))
    return tuple(tags), Source.METADATA if set(tags) == set(stated) else Source.TEMPLATE


def meta_tags(metadata: Metadata) -> tuple[str, ...]:
    """The tags that metadata lists, one a tag or comma-joined."""
    return _tags([part for value in metadata.meta.get("article:tag", ()) for part in value.split(",")])


def _tags(printed: list[str]) -> tuple[str, ...]:
    cleaned = (clean(text).strip(" ,;").lstrip("# ") for text in printed)
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))


def read_related(template: Template, region: Element, url: str, own_id: str) -> list[str]:
    """The articles of the site that the page names as related, canonical, in page order."""
    known = (urls.read(link.get("href") or "", url) for link in select(region, template.related))
    return [one.url for one in known if one and one.kind is urls.UrlKind.ARTICLE and one.id != own_id]


def read_page_id(template: Template, root: Element, metadata: Metadata) -> str | None:
    """The id that the page itself carries besides its addresses."""
    if template.page_id_script and (number := metadata.setting(template.page_id_script)):
        return number if number.isdecimal() and number != "0" else None
    found = select(root, template.page_id)
    stated = found[0].get("data-id") if found else metadata.input(template.page_id_input)
    number = (stated or "").strip()
    return number if number.isdecimal() and number != "0" else None


def read_kind(template: Template, root: Element, metadata: Metadata) -> Kind | None:
    """The kind that the page states by its marks or settings; None where it states none."""
    if "1" in metadata.inputs.get(template.live_input, ()):
        return Kind.LIVE
    for kind, mark in template.kinds:
        if select(root, mark):
            return kind
    word = metadata.setting(template.kind_script) if template.kind_script else None
    return template.kind_words.get(re.split(r"[-_ ]", word)[-1].lower()) if word else None
