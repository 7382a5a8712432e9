"""One article of the replica, field by field as a parser must read it from its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from crawler.items import Article, Contributor, Kind, Photo, Section, Video

SITE: Final = "https://baotintuc.vn"
"""The origin every page speaks of, wherever the replica listens."""


class BlockKind(StrEnum):
    """What a block of the body is."""

    PARAGRAPH = "p"
    SUBHEAD = "h2"
    QUOTE = "quote"
    LIST = "list"
    TABLE = "table"
    PHOTO = "photo"
    VIDEO = "video"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the body.

    ``texts``: the paragraph, the items of a list, the rows of a table (cells parted by tabs), or
    time and text of a live entry. ``photo``: the photo, its paragraph number not yet counted.
    """

    kind: BlockKind
    texts: tuple[str, ...] = ()
    photo: Photo | None = None
    video: Video | None = None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """What the block adds to the body text."""
        if self.kind in (BlockKind.PHOTO, BlockKind.VIDEO):
            return ()
        if self.kind is BlockKind.TABLE:
            return tuple(row.replace("\t", " | ") for row in self.texts)
        return self.texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaArticle:
    """What one page of the replica says.

    ``path`` is its path on the server, ``url`` its canonical URL; ``author_name`` what JSON-LD says
    (name and agency glued, as the site does). ``widget`` is the card after the body of the old
    design, which is no related link. ``revision`` counts edits from 1, ``edited_at`` is when.
    """

    id: str
    path: str
    kind: Kind
    template: str
    headline: str
    lead: str
    blocks: tuple[Block, ...]
    byline: str | None
    published_at: datetime
    modified_at: datetime | None = None
    created_at: datetime | None = None
    section: Section
    contributors: tuple[Contributor, ...] = ()
    tags: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    widget: str | None = None
    revision: int = 1
    edited_at: datetime | None = None
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The canonical URL."""
        return SITE + self.path

    @property
    def slug(self) -> str:
        """The readable part of the path, without id."""
        name = self.path.rsplit("/", 1)[-1]
        return name.rsplit("-", 1)[0]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body, paragraph by paragraph."""
        return tuple(text for block in self.blocks for text in block.paragraphs)

    @property
    def body(self) -> str | None:
        """The body as it is stored: a blank line between paragraphs; None where there is none."""
        return "\n\n".join(self.paragraphs) or None

    @property
    def photos(self) -> tuple[Photo, ...]:
        """The photos in reading order, each with the number of paragraphs before it."""
        return tuple(self._placed_photos())

    @property
    def videos(self) -> tuple[Video, ...]:
        """The videos in reading order."""
        return tuple(block.video for block in self.blocks if block.video)

    def _placed_photos(self) -> Iterator[Photo]:
        count = 0
        for block in self.blocks:
            if block.photo:
                photo = block.photo
                yield Photo(
                    url=photo.url,
                    caption=photo.caption,
                    credit=photo.credit,
                    caption_raw=photo.caption_raw,
                    paragraph=count,
                )
            count += len(block.paragraphs)

    @property
    def article(self) -> Article:
        """The same as the vocabulary's article, without ``sources`` and ``warnings``."""
        return Article(
            id=self.id,
            url=self.url,
            kind=self.kind,
            template=self.template,
            headline=self.headline,
            lead=self.lead,
            body=self.body,
            byline=self.byline,
            published_at=self.published_at,
            modified_at=self.modified_at,
            created_at=self.created_at,
            section=self.section,
            canonical_link=self.url,
            photos=self.photos,
            videos=self.videos,
            contributors=self.contributors,
            tags=self.tags,
            related=self.related,
        )
