"""Reading a page that no template recognises: metadata, and trafilatura in its precise mode.

Only a page that calls itself an article in its metadata, or stands at an article's address, is
read; everything else is refused. What only stands there may be what stands in the way: a block page
has a heading and paragraphs too, so it is asked about first. No captions, credits or photos are
taken: nothing here knows which picture belongs to the article.
"""

from __future__ import annotations

import logging
import re
from typing import Final

from lxml import etree, html

from crawler.items import Article, Kind, Source
from crawler.parsers import fields
from crawler.parsers.assemble import Draft
from crawler.parsers.byline.authors import meta_byline
from crawler.parsers.errors import TooLargeError
from crawler.parsers.identity import identify, kind_in_url
from crawler.parsers.leads import meta_lead, repeated_lead
from crawler.parsers.metadata import ARTICLE_TYPES, Metadata, text_value
from crawler.parsers.page import Page
from crawler.parsers.refusals import is_listing, obstacle, refusal
from crawler.parsers.select import first_text
from crawler.parsers.text import clean_or_none, same_text
from crawler.parsers.times import Stated, read_times
from crawler.site import urls

_MAX_TAGS: Final = 5_000  # trafilatura's time grows with the square of it
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # breaks trafilatura
_MIN_WORDS: Final = 30  # less than this, found by guesswork, is no article's body
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def read_generic(page: Page, metadata: Metadata, url: str) -> Article:
    """Read a page by what it says of itself; raises NotArticleError and its like."""
    is_article = _is_article(page.root, metadata, url)
    if is_article and not _calls_itself_article(metadata) and (error := obstacle(page.root)):
        raise error
    headline = fields.meta_headline(metadata) if is_article else None
    source = Source.METADATA
    if not headline and is_article:
        headline, source = first_text(page.root, ("h1",)), Source.GENERIC
    body = _body(page.root, headline) if headline else None
    if not headline or (not body and not metadata.thing(ARTICLE_TYPES)):
        raise refusal(page.root, metadata, url)
    identity = identify(url, metadata.canonical, None)
    draft = Draft(identity=identity, template="generic", kind=kind_in_url(identity.url) or Kind.TEXT)
    draft.put("headline", headline, source)
    lead = meta_lead(metadata)
    draft.put("lead", lead, Source.METADATA)
    draft.put("body", _without_lead(body, lead), Source.GENERIC)
    draft.put_byline(meta_byline(metadata), Source.METADATA)
    draft.put("section", fields.meta_section(metadata), Source.METADATA)
    draft.put("tags", fields.meta_tags(metadata), Source.METADATA)
    draft.put_times(read_times(*stated_times(metadata), draft.created_at))
    draft.warn(*page.warnings, *metadata.warnings, *identity.warnings)
    if not body:
        draft.warn("no body was found")
    return draft.article()


def stated_times(metadata: Metadata) -> tuple[list[Stated], list[Stated]]:
    """What metadata states of publication and modification, in the order of trust."""
    article = metadata.article
    published = [
        Stated(metadata.first_meta("article:published_time"), Source.METADATA, "article:published_time"),
        Stated(metadata.first_meta("datepublished"), Source.METADATA, "datePublished"),
        Stated(text_value(article.get("datePublished")), Source.METADATA, "JSON-LD"),
    ]
    modified = [
        Stated(metadata.first_meta("article:modified_time"), Source.METADATA, "article:modified_time"),
        Stated(text_value(article.get("dateModified")), Source.METADATA, "JSON-LD"),
    ]
    return published, modified


def _article_url(url: str) -> bool:
    known = urls.read(url) if url else None
    return known is not None and known.kind in (urls.UrlKind.ARTICLE, urls.UrlKind.PRINT)


def _calls_itself_article(metadata: Metadata) -> bool:
    stated = (metadata.first_meta("og:type") or "").lower()
    return bool(metadata.article) or stated == "article" or any(at.text for at in stated_times(metadata)[0])


def _is_article(root: etree._Element, metadata: Metadata, url: str) -> bool:
    """Whether the page calls itself an article, or stands at an article's address and is no listing."""
    if metadata.article:
        return True
    stated = (metadata.first_meta("og:type") or "").lower()
    if stated == "website" or is_listing(root, metadata):
        return False
    return stated == "article" or _article_url(url)


def _body(root: etree._Element, headline: str | None) -> str | None:
    """The paragraphs that trafilatura is sure of; None where it is sure of none."""
    if len(list(root.iter())) > _MAX_TAGS:
        raise TooLargeError("page too large", f"more than {_MAX_TAGS:,} elements and no template for it")
    from trafilatura import extract
    from trafilatura.utils import line_processing, trim

    tree = html.fromstring(_NOT_XML.sub("", etree.tostring(root, encoding="unicode", method="html")))
    text = extract(
        tree, favor_precision=True, include_comments=False, include_tables=True, deduplicate=False, fast=True
    )
    # It keeps the last thousand texts of any length, which would add up over a long run.
    line_processing.cache_clear()
    trim.cache_clear()
    lines = [line for raw in (text or "").split("\n") if (line := clean_or_none(raw))]
    kept = [line for line in lines if not (headline and same_text(line, headline))]
    return "\n\n".join(kept) if sum(len(line.split()) for line in kept) >= _MIN_WORDS else None


def _without_lead(body: str | None, lead: str | None) -> str | None:
    paragraphs = body.split("\n\n") if body else []
    return "\n\n".join(paragraphs[repeated_lead(paragraphs, lead) :]) or None
