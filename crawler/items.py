"""The vocabulary of the project: what is read from a page and what became of a URL.

Plain typed data, no behaviour. Everything that moves between the rooms of the house
(parsers, spiders, pipelines, commands) is one of these; whatever a page does not say is
``None`` or empty, never a guess. All text is NFC; all times are aware.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What sort of article a page is."""

    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    INFOGRAPHIC = "infographic"
    LONGFORM = "longform"
    LIVE = "live"


class Source(StrEnum):
    """Where on the page a field was read.

    ``TEMPLATE``: by the selectors of a page design; ``METADATA``: JSON-LD, meta tags, the
    URL; ``GENERIC``: by an extractor that knows no design.
    """

    TEMPLATE = "template"
    METADATA = "metadata"
    GENERIC = "generic"


class ContributorKind(StrEnum):
    """Who signs: a person, a desk of the newsroom (PV, CTV, BTV), or only an agency."""

    PERSON = "person"
    DESK = "desk"
    AGENCY = "agency"


class FetchKind(StrEnum):
    """What a URL was fetched as."""

    ARTICLE = "article"
    FEED = "feed"
    LISTING = "listing"
    SITEMAP = "sitemap"
    ROBOTS = "robots"
    FILE = "file"


class Outcome(StrEnum):
    """What became of one URL that was touched."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NOT_MODIFIED = "not_modified"
    DUPLICATE = "duplicate"
    READ = "read"
    INVALID = "invalid"
    NOT_ARTICLE = "not_article"
    BLOCKED = "blocked"
    HTTP_ERROR = "http_error"
    NETWORK_ERROR = "network_error"
    SKIPPED = "skipped"


class Cause(StrEnum):
    """Why a stored article came to read differently."""

    SITE = "site"
    PARSER = "parser"
    TEMPLATE = "template"
    COPY = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section (chuyên mục) of the site; ``id`` is the site's number, NULL where the page gives none."""

    name: str
    id: int | None = None
    slug: str | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One photo of an article, in reading order.

    ``caption_raw`` is the caption as printed; ``caption`` its description and ``credit`` what
    stands after "Ảnh:". ``paragraph`` is the number of body paragraphs that stand before it.
    """

    url: str
    caption: str | None = None
    credit: str | None = None
    caption_raw: str | None = None
    paragraph: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """One video of an article: the address of the file or playlist, and its still picture."""

    url: str
    poster: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """A person, desk or agency in the byline.

    ``role`` is comma-joined in the order printed (``text,photo``); ``agency`` is as printed.
    ``name`` is None where only an agency signs.
    """

    kind: ContributorKind
    name: str | None = None
    role: str = "text"
    agency: str | None = None


BYLINE_KEPT_WHOLE: Final = "the byline was not understood and is kept whole"
AUTHOR_LEFT_OUT: Final = "the author that metadata glues to the agency was not understood"
NOT_UNDERSTOOD: Final = frozenset({BYLINE_KEPT_WHOLE, AUTHOR_LEFT_OUT})
"""The warnings of articles whose byline the grammar could not read; each run counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What one article page says.

    ``id`` is the site's own (17 digits until 2026, post number since), or ``url-`` and 16 hex
    digits of the canonical URL's SHA-256. ``url`` is canonical. ``canonical_link`` is the
    page's own statement of its address, kept apart since it never overrides the id in ``url``.
    ``body`` has a blank line between paragraphs. ``published_at`` and ``modified_at`` are as
    published (+07:00); ``created_at`` is read from a 17-digit id. ``sources`` tells for each
    field that is present where it came from. ``warnings`` are contradictions on the page.
    """

    id: str
    url: str
    kind: Kind
    template: str
    headline: str | None = None
    lead: str | None = None
    body: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    created_at: datetime | None = None
    section: Section | None = None
    canonical_link: str | None = None
    photos: tuple[Photo, ...] = ()
    videos: tuple[Video, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    tags: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    sources: dict[str, Source] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An article as another site republished it, read from plain text.

    ``url`` is the original's address from the source line, ``id`` the site's id in it, and
    ``source`` that line's name of the source as printed (None where there is no such line).
    ``captions`` are as printed, each once, in order: plain text has no photos, only these.
    """

    id: str
    url: str
    source: str | None = None
    headline: str | None = None
    lead: str | None = None
    body: str | None = None
    byline: str | None = None
    created_at: datetime | None = None
    captions: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A link that discovery met: an article to fetch or a listing to read.

    ``found_by`` names the layer and place (``feed:thoi-su``); ``published_at`` and
    ``modified_at`` are what a feed says of it, None where it says nothing.
    """

    url: str
    kind: FetchKind
    found_by: str
    published_at: datetime | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """What the server answered, as the raw archive keeps it.

    ``body`` is without transfer and content encoding; ``url`` is the address that answered, redirects
    followed (None: the one that was asked for); headers are (name, value) pairs in the order
    received, values as sent.
    """

    body: bytes
    url: str | None = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    request_headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Fetch:
    """One URL that was touched, and what was read there: what moves through the pipelines.

    Whoever fetches fills in the request's side; ``outcome`` stays None until the pipelines (or
    whoever met the failure) decide it, ``reason`` says why in words a person understands.
    ``aliases`` are other URLs that led to the same page (redirects, the page's own canonical
    link). ``found`` is what a feed, listing or sitemap linked to. ``cause`` is what a change of
    a stored article would be put down to. ``raw`` is the answer itself, None where it is not to
    be archived. ``rewritten`` says that the rows of a stored article are written anew from it.
    ``walks`` are those that a listing page was read for, as ``found_by`` of what is owed has them; None: all.
    """

    kind: FetchKind
    url: str
    fetched_at: datetime
    status: int | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    bytes: int | None = None
    elapsed_ms: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    archive_file: str | None = None
    archive_offset: int | None = None
    article: Article | None = None
    copy: Copy | None = None
    aliases: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()
    warnings: tuple[str, ...] = ()
    cause: Cause = Cause.SITE
    article_id: str | None = None
    raw: RawPage | None = None
    rewritten: bool = False
    walks: tuple[str, ...] | None = None
