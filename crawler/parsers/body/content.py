"""What a body holds, as it is read: paragraphs, photos and videos, and what is to be told of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from crawler.items import Photo, Video
from crawler.parsers.body.roundups import LinkedLine


@dataclass(slots=True)
class Body:
    """What was read from a body element: paragraphs as clean lines, media, links to other articles.

    ``quoted`` are the paragraphs in a quotation, an interview or a list, by which nobody signs the article.
    ``left_out`` counts the paragraphs, pictures and videos that are hidden, or stand in a box of
    related articles and are no links to them; ``dropped`` those that stand in what the template drops.
    """

    paragraphs: list[str] = field(default_factory=list)
    quoted: set[int] = field(default_factory=set)
    photos: list[Photo] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    linked: list[LinkedLine] = field(default_factory=list)
    left_out: int = 0
    dropped: int = 0
    warnings: list[str] = field(default_factory=list)

    def without_paragraph(self, index: int) -> None:
        """Take one paragraph out; photos keep their place among the others."""
        del self.paragraphs[index]
        self.quoted = {at - (at > index) for at in self.quoted if at != index}
        self.photos[:] = [
            replace(photo, paragraph=photo.paragraph - 1) if photo.paragraph > index else photo
            for photo in self.photos
        ]

    def cut(self, length: int) -> None:
        """Take out the paragraphs from ``length`` on; photos among them come behind what stays."""
        del self.paragraphs[length:]
        self.quoted = {at for at in self.quoted if at < length}
        self.linked[:] = [line for line in self.linked if line.paragraphs < length]
        self.photos[:] = [
            replace(photo, paragraph=length) if photo.paragraph > length else photo for photo in self.photos
        ]
