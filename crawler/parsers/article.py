"""Reading a page by its template: the selectors are the template's, the readers are shared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from crawler.items import Article, Kind, Source
from crawler.parsers import fields
from crawler.parsers.assemble import Draft
from crawler.parsers.body.content import Body
from crawler.parsers.body.grid import CELLS
from crawler.parsers.body.reader import BodyReader
from crawler.parsers.body.strays import bring_back
from crawler.parsers.byline.authors import named_authors, read_byline
from crawler.parsers.byline.signature import (
    has_person,
    is_agency_line,
    is_photo_credit,
    joined,
    may_be_signed,
    names_in,
    source_lines,
    take_signature,
)
from crawler.parsers.errors import CutOffError
from crawler.parsers.generic import stated_times
from crawler.parsers.identity import identify, kind_in_url, kind_of_section
from crawler.parsers.leads import lead_gaps, read_lead, repeated_lead
from crawler.parsers.media.videos import read_video
from crawler.parsers.metadata import VIDEO_TYPES, Metadata, text_value
from crawler.parsers.page import Page
from crawler.parsers.refusals import refusal
from crawler.parsers.select import Element, first, select, text_of
from crawler.parsers.templates.base import Template
from crawler.parsers.times import Stated, Times, read_times

_ENTRY: Final = re.compile(r"\d{1,2}[:h]\d{2},? (?:ngày )?\d{1,2}/\d{1,2}/\d{4}\s*[:.–-]?", re.IGNORECASE)
"""The line over each entry of a live report, ``17:42 Ngày 04/06/2018``; a sentence may begin so as well."""

_NEEDS_BODY: Final = frozenset({Kind.TEXT, Kind.LIVE, Kind.LONGFORM})


def read_article(page: Page, template: Template, metadata: Metadata, url: str) -> Article:
    """Read a page that carries the marks of a template.

    Raises CutOffError where it ends within the article, NotArticleError and its like where
    there is neither headline nor body.
    """
    root = page.root
    region = first(root, template.region)
    region = root if region is None else region
    groups = _bodies(root, region, template)
    # Only a page that ends early is searched whole; of others the first group nearly always holds all.
    bodies = [group for group in (next(groups, None),) if group] if page.complete else list(groups)
    _check_complete(page, bodies)
    told: list[str] = []
    if page.complete and bodies:
        told = bring_back(page, bodies[0], region, template)
        if told:
            groups = _bodies(root, region, template)
            bodies = [next(groups)]
    headline, lead = (read(template, region, metadata) for read in (fields.read_headline, read_lead))
    if not headline[0] or (not bodies and Source.TEMPLATE not in (headline[1], lead[1])):
        raise refusal(root, metadata, url)
    identity = identify(url, metadata.canonical, fields.read_page_id(template, root, metadata))
    draft = Draft(identity=identity, template=template.name)
    draft.warn(
        *page.warnings, *metadata.warnings, *identity.warnings, *lead_gaps(template, region, lead), *told
    )
    draft.put("headline", *headline)
    draft.put("lead", *lead)
    draft.put("section", *fields.read_section(template, region, metadata))
    draft.put("tags", *fields.read_tags(template, region, metadata))
    draft.put_times(_times(template, region, metadata, draft))
    reader = BodyReader(template, identity.url, not_captions=(headline[0], lead[0]), own_id=identity.id)
    body = _read_body(reader, root, chain(bodies, groups), template, lead[0])
    _put_body(draft, body, template, region, metadata)
    draft.kind = _kind(draft, template, root, metadata, body)
    video_source = Source.TEMPLATE
    if draft.kind is Kind.VIDEO:
        video_source = _add_stated_video(body, metadata, identity.url)
    draft.put("videos", tuple(body.videos), video_source)
    draft.warn(*body.warnings)
    draft.warn(*_gaps(draft.kind, template, bodies, body))
    return draft.article()


def _put_body(draft: Draft, body: Body, template: Template, region: Element, metadata: Metadata) -> None:
    identity = draft.identity
    related = [*fields.read_related(template, region, identity.url, identity.id), *body.related]
    for at in source_lines(body.paragraphs):
        body.warnings.append(f"a source line was left out of the body: {body.paragraphs[at]}")
        body.without_paragraph(at)
    draft.put_byline(*_byline(template, region, metadata, body))
    draft.put("body", "\n\n".join(body.paragraphs), Source.TEMPLATE)
    draft.put("photos", tuple(body.photos), Source.TEMPLATE)
    draft.put("related", tuple(dict.fromkeys(related)), Source.TEMPLATE)


def _bodies(root: Element, region: Element, template: Template) -> Iterator[list[Element]]:
    """The elements that may hold the body, a list a selector that finds any not found before.

    Of those nested in one another the outer one counts; one around those of an earlier selector comes
    after them, for where they are empty. Where the first article of a page has some, those of the
    next one under it are none.
    """
    known: set[Element] = set()
    for selector in template.body:
        matches = select(region, selector)
        if not matches and region is not root:
            found = select(root, selector)
            matches = [one for one in found if region in one.iterancestors()] or found
        taken = known | set(matches)
        outer = [one for one in matches if taken.isdisjoint(one.iterancestors())]
        group = [one for one in outer if one not in known]
        known.update(group)
        if group:
            yield group


def _check_complete(page: Page, bodies: list[list[Element]]) -> None:
    """A page without its end tag was cut if nothing at all stands behind the body."""
    if page.complete:
        return
    if not bodies or not all(_something_behind(group[-1]) for group in bodies):
        raise CutOffError("a page that was cut off", "it ends within the article; fetch it again")


def _something_behind(element: Element) -> bool:
    return any(
        ancestor.getnext() is not None
        for ancestor in (element, *element.iterancestors())
        if ancestor is not None
    )


def _read_body(
    reader: BodyReader, root: Element, bodies: Iterable[list[Element]], template: Template, lead: str | None
) -> Body:
    """What stands before the body, and the first group of elements that holds anything."""
    bodies = iter(bodies)
    group = next(bodies, [])
    for opening in select(root, template.opening):
        if not any(ancestor in group for ancestor in (opening, *opening.iterancestors())):
            reader.read(opening, words=False)
    if not _read_group(reader, group):
        next((later for later in bodies if _read_group(reader, later)), None)
    reader.keep_headings()
    body = reader.body
    for _ in range(repeated_lead(body.paragraphs, lead)):
        body.without_paragraph(0)
    return body


def _read_group(reader: BodyReader, group: list[Element]) -> bool:
    """Read the parts of a body, one that only repeats another but once; whether anything was in them."""
    body = reader.body
    photos, videos = len(body.photos), len(body.videos)
    read: set[tuple[str, ...]] = set()
    for element in group:
        before = len(body.paragraphs)
        reader.read(element)
        part = tuple(body.paragraphs[before:])
        if part in read:
            body.cut(before)
        read.add(part)
    return any(read) or len(body.photos) > photos or len(body.videos) > videos


def _byline(template: Template, region: Element, metadata: Metadata, body: Body) -> fields.Found:
    """The byline of its own place, else what metadata says, with what is signed under the body."""
    own, source = read_byline(template, region, metadata)
    if not may_be_signed(body.paragraphs):
        return own, source
    printed = own is not None and source is Source.TEMPLATE
    signed = take_signature(
        body.paragraphs,
        own=own if printed or not is_agency_line(own or "") else None,
        known=names_in(own or "") | named_authors(metadata),
        pictured=_pictured(body),
        quoted=body.quoted,
    )
    line, doubt = own, None if printed and has_person(own or "") else signed.doubt
    if signed.line:
        line = _settled(own, signed.line, printed=printed)
        if line is None:
            line, doubt = own, signed.line
        else:
            for at in reversed(range(signed.first, signed.end)):
                body.without_paragraph(at)
            source = Source.TEMPLATE if printed or line == signed.line else Source.METADATA
    if doubt:
        body.warnings.append(f"a last line that may be a byline was left in the body: {doubt}")
    return line, source


def _settled(own: str | None, signed: str, *, printed: bool) -> str | None:
    """A byline and that under the body as one; None where they do not belong together.

    What the page prints counts before what metadata says, unless that says more in the same words.
    """
    if not own:
        return signed
    both = joined(own, signed)
    if printed or both is None:
        return both if printed or is_photo_credit(signed) else signed
    if both != own:
        return signed if has_person(signed) and not is_photo_credit(signed) else both
    in_same_words = re.search(rf"{re.escape(signed)}(?!\w)", own)
    return own if in_same_words and own.casefold() != signed.casefold() else signed


def _pictured(body: Body) -> set[int]:
    """The paragraphs straight before which there is a picture without a caption, or a table."""
    bare = {photo.paragraph for photo in body.photos if not photo.caption_raw}
    return bare | {at + 1 for at, paragraph in enumerate(body.paragraphs) if CELLS in paragraph}


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


def _kind(draft: Draft, template: Template, root: Element, metadata: Metadata, body: Body) -> Kind:
    """The kind stated by the page, else by its address or section, else by what it holds."""
    section = draft.values.get("section")
    stated = (
        fields.read_kind(template, root, metadata)
        or kind_in_url(draft.identity.url)
        or kind_of_section(section.slug if section else None)
    )
    if stated:
        return stated
    if sum(1 for paragraph in body.paragraphs if _ENTRY.fullmatch(paragraph)) > 1:
        return Kind.LIVE
    if not (body.paragraphs or body.photos or body.videos) and metadata.thing(VIDEO_TYPES):
        return Kind.VIDEO
    if body.paragraphs or not (body.photos or body.videos):
        return Kind.TEXT
    return Kind.VIDEO if body.videos and not body.photos else Kind.PHOTO


def _times(template: Template, region: Element, metadata: Metadata, draft: Draft) -> Times:
    """When it was published and modified; what is no more than likely to be the date comes last."""
    published, modified = stated_times(metadata)
    own = [one for selector in template.published for one in _printed_time(region, selector)]
    has_region = region.getparent() is not None
    likely = (_printed_time(region, selector) for selector in template.published_else if has_region)
    last = next(filter(None, likely), [])
    return read_times([*own, *published, *last], modified, draft.created_at)


def _printed_time(region: Element, selector: str) -> list[Stated]:
    """What the first element that a selector finds says, if it finds any."""
    found = select(region, selector)[:1]
    texts = (one.get("content") or one.get("datetime") or text_of(one) for one in found)
    return [Stated(text, Source.TEMPLATE, "the page") for text in texts]


def _gaps(kind: Kind, template: Template, bodies: list[list[Element]], body: Body) -> list[str]:
    """What a page of this kind must have and this one does not."""
    gaps = []
    if body.left_out:
        gaps.append(
            f"{body.left_out} paragraphs, pictures or videos, hidden or in a box of links, were left out"
        )
    if body.dropped:
        gaps.append(
            f"{body.dropped} paragraphs or pictures were left out with what the template drops:"
            " an end tag may be missing"
        )
    if not bodies:
        gaps.append(f"no body where template {template.name} has it")
    elif kind in _NEEDS_BODY and not body.paragraphs:
        gaps.append(f"the body is empty, which a page of kind {kind} is not")
    return gaps
