"""Reading a page by its template: the selectors are the template's, the readers are shared."""

from __future__ import annotations

from typing import Final

from crawler.items import Article, Kind, Source
from crawler.parsers import fields
from crawler.parsers.assemble import Draft
from crawler.parsers.body import Body, BodyReader
from crawler.parsers.errors import CutOffError
from crawler.parsers.generic import stated_times
from crawler.parsers.identity import identify, kind_in_url
from crawler.parsers.metadata import VIDEO_TYPES, Metadata, text_value
from crawler.parsers.page import Page
from crawler.parsers.refusals import refusal
from crawler.parsers.select import Element, first, select, text_of
from crawler.parsers.templates.base import Template
from crawler.parsers.times import Stated, Times, read_times
from crawler.parsers.videos import read_video

_NEEDS_BODY: Final = frozenset({Kind.TEXT, Kind.LIVE, Kind.LONGFORM})


def read_article(page: Page, template: Template, metadata: Metadata, url: str) -> Article:
    """Read a page that carries the marks of a template.

    Raises CutOffError where it ends within the article, NotArticleError and its like where
    there is neither headline nor body.
    """
    root = page.root
    region = first(root, template.region)
    region = root if region is None else region
    headline, headline_source = fields.read_headline(template, region, metadata)
    element = first(root, template.body)
    _check_complete(page, element)
    lead, lead_source = fields.read_lead(template, region, metadata)
    if not headline or (element is None and Source.TEMPLATE not in (headline_source, lead_source)):
        raise refusal(root, metadata, url)
    identity = identify(url, metadata.canonical, fields.read_page_id(template, root, metadata))
    reader = BodyReader(template, identity.url, not_captions=frozenset({headline}), own_id=identity.id)
    body = _read_body(reader, root, element, template, lead)
    video_source = _add_stated_video(body, metadata, identity.url)

    draft = Draft(
        identity=identity, template=template.name, kind=_kind(template, root, metadata, identity.url, body)
    )
    draft.warn(*page.warnings, *metadata.warnings, *identity.warnings)
    draft.put("headline", headline, headline_source)
    draft.put("lead", lead, lead_source)
    draft.put_byline(*_byline(template, region, metadata, body))
    draft.put("body", "\n\n".join(body.paragraphs), Source.TEMPLATE)
    draft.put("photos", tuple(body.photos), Source.TEMPLATE)
    draft.put("videos", tuple(body.videos), video_source)
    draft.put("section", *fields.read_section(template, root, region, metadata))
    draft.put("tags", *fields.read_tags(template, region, metadata))
    related = [*fields.read_related(template, region, identity.url, identity.id), *body.related]
    draft.put("related", tuple(dict.fromkeys(related)), Source.TEMPLATE)
    draft.put_times(_times(template, region, metadata, draft))
    draft.warn(*_gaps(draft.kind, template, element, body))
    return draft.article()


def _check_complete(page: Page, body: Element | None) -> None:
    """A page without its end tag was cut if nothing at all stands behind the body."""
    if page.complete:
        return
    if body is None or not _something_behind(body):
        raise CutOffError("a page that was cut off", "it ends within the article; fetch it again")


def _something_behind(element: Element) -> bool:
    return any(
        ancestor.getnext() is not None
        for ancestor in (element, *element.iterancestors())
        if ancestor is not None
    )


def _read_body(
    reader: BodyReader, root: Element, element: Element | None, template: Template, lead: str | None
) -> Body:
    inside = set(element.iter()) if element is not None else set()
    for opening in select(root, template.opening):
        if opening not in inside:
            reader.read(opening, words=False)
    if element is not None:
        reader.read(element)
    body = reader.body
    if body.paragraphs and fields.is_lead(body.paragraphs[0], lead):
        body.without_paragraph(0)
    return body


def _byline(template: Template, region: Element, metadata: Metadata, body: Body) -> fields.Found:
    line, source = fields.read_byline(template, region, metadata)
    if line and body.paragraphs and body.paragraphs[-1] == line:
        body.without_paragraph(len(body.paragraphs) - 1)
    return line, source


def _add_stated_video(body: Body, metadata: Metadata, base: str) -> Source:
    """The video that JSON-LD states, where the page shows none by itself."""
    stated = metadata.thing(VIDEO_TYPES)
    if body.videos or not stated:
        return Source.TEMPLATE
    addresses = (text_value(stated.get("contentUrl")), text_value(stated.get("embedUrl")))
    video = read_video(addresses, text_value(stated.get("thumbnailUrl")), base, frame=False)
    if video:
        body.videos.append(video)
    return Source.METADATA


def _kind(template: Template, root: Element, metadata: Metadata, url: str, body: Body) -> Kind:
    """The kind stated by the page, else by its address, else by what it holds."""
    stated = fields.read_kind(template, root, metadata) or kind_in_url(url)
    if stated:
        return stated
    if body.paragraphs or not (body.photos or body.videos):
        return Kind.TEXT
    return Kind.VIDEO if body.videos and not body.photos else Kind.PHOTO


def _times(template: Template, region: Element, metadata: Metadata, draft: Draft) -> Times:
    published, modified = stated_times(metadata)
    printed = []
    for selector in template.published:
        for element in select(region, selector)[:1]:
            text = element.get("content") or element.get("datetime") or text_of(element)
            printed.append(Stated(text, Source.TEMPLATE, "the page"))
    return read_times([*printed, *published], modified, draft.created_at)


def _gaps(kind: Kind, template: Template, element: Element | None, body: Body) -> list[str]:
    """What a page of this kind must have and this one does not."""
    if element is None:
        return [f"no body where template {template.name} has it"]
    if kind in _NEEDS_BODY and not body.paragraphs:
        return [f"the body is empty, which a page of kind {kind} is not"]
    return []
