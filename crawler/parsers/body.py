"""The body: paragraphs, photos and videos in reading order.

Every visible text of the body element is a paragraph or a caption, or was dropped by the
template by name: nothing else is left out but links to other articles that stand alone (they are
``related``). A paragraph is one clean line; subheads, quotes, list items and table rows are
paragraphs of their own, and a line break ends one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from bs4 import NavigableString, PageElement, Tag

from crawler.items import Photo, Video
from crawler.parsers.photos import attribute_caption, caption_text, make_photo, photo_url, same_photo
from crawler.parsers.select import Element, select
from crawler.parsers.soup import CUT, DROP, ROLE, soup_of
from crawler.parsers.templates.base import Template
from crawler.parsers.text import clean, clean_or_none
from crawler.parsers.videos import read_video, tag_addresses
from crawler.site import urls

FRAME: Final = "frame"
CAPTION: Final = "caption"
LINE: Final = "line"
CELLS: Final = " | "
"""What stands between the cells of a table row, which has no text of its own for it."""

_INLINE: Final = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr o:p q rp rt ruby s"
    " samp small span strike strong sub sup time tt u var wbr".split()
)
_SILENT: Final = frozenset("script style template noscript audio head title meta link button select".split())
_LEADS_ON: Final = re.compile(
    r"(?:xem thêm|đọc thêm|tin liên quan|bài liên quan|có thể bạn quan tâm|mời bạn đọc)?", re.IGNORECASE
)
_BULLETS: Final = " \t\n\r\xa0>»›→-–—•*:|."


@dataclass(slots=True)
class Body:
    """What was read from a body element: paragraphs as clean lines, media, links to other articles."""

    paragraphs: list[str] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    related: list[str] = field(default_factory=list)

    def without_paragraph(self, index: int) -> None:
        """Take one paragraph out; photos keep their place among the others."""
        del self.paragraphs[index]
        self.photos = [
            replace(photo, paragraph=photo.paragraph - 1) if photo.paragraph > index else photo
            for photo in self.photos
        ]


class BodyReader:
    """Reads the elements of one article: what stands before the body, then the body itself.

    ``not_captions`` are texts that an attribute repeats from elsewhere on the page (the
    headline); ``own_id`` is the article's id, whose links are no related ones.
    """

    def __init__(
        self, template: Template, base: str, *, not_captions: frozenset[str] = frozenset(), own_id: str = ""
    ) -> None:
        self.body = Body()
        self._template = template
        self._base = base
        self._not_captions = not_captions
        self._own_id = own_id
        self._line: list[str] = []
        self._photos: dict[str, int] = {}

    def read(self, element: Element, *, words: bool = True) -> None:
        """Read one element; ``words`` False takes only its photos and videos."""
        tag = soup_of(element, self._roles(element))
        before = len(self.body.paragraphs)
        self._children(tag)
        self._end_line()
        if not words:
            del self.body.paragraphs[before:]

    def _roles(self, element: Element) -> dict[Element, str]:
        """The role of each element that the template names; where two apply the later one counts."""
        template = self._template
        roles: dict[Element, str] = {}
        for role, selector in (
            (LINE, template.line),
            (CAPTION, template.caption),
            (FRAME, template.frame),
            (DROP, template.drop),
            (CUT, template.cut),
        ):
            roles.update(dict.fromkeys(select(element, selector), role))
        return roles

    def _children(self, tag: Tag) -> None:
        for child in tag.contents:
            self._node(child)

    def _node(self, node: PageElement) -> None:
        if isinstance(node, NavigableString):
            self._line.append(node)
        elif isinstance(node, Tag):
            self._tag(node)

    def _tag(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self._end_line()
        elif name in _SILENT:
            pass
        elif name == "img":
            self._image(tag)
        elif name in ("iframe", "video", "embed"):
            self._video(tag)
        elif name == "figure" or ROLE in tag.attrs:
            self._special(tag)
        elif name == "table":
            self._table(tag)
        elif name in _INLINE:
            self._children(tag)
        else:
            self._block(tag)

    def _end_line(self) -> None:
        text = clean("".join(self._line)) if self._line else ""
        self._line.clear()
        if text:
            self.body.paragraphs.append(text)

    def _block(self, tag: Tag) -> None:
        self._end_line()
        if tag.name in ("p", "li", "h2", "h3", "h4") and (links := self._links_out(tag)):
            self.body.related.extend(links)
            return
        self._children(tag)
        self._end_line()

    def _links_out(self, tag: Tag) -> list[str]:
        """The other articles of the site that a paragraph made of nothing but links leads to."""
        anchors = tag.find_all("a", href=True)
        if not anchors or tag.find(("img", "iframe", "video")):
            return []
        text, linked = tag.get_text(), "".join(anchor.get_text() for anchor in anchors)
        rest = clean(text.replace(linked, "", 1) if len(anchors) == 1 else text)
        if len(anchors) > 1 or not linked.strip() or not _LEADS_ON.fullmatch(rest.strip(_BULLETS)):
            return []
        known = urls.read(str(anchors[0]["href"]), self._base)
        if known is None or known.kind is not urls.UrlKind.ARTICLE or known.id == self._own_id:
            return []
        return [known.url]

    def _special(self, tag: Tag) -> None:
        role = tag.attrs.get(ROLE)
        if role == LINE or (role == CAPTION and not self._captions_photo(tag)):
            self._block(tag)
        elif tag.name == "figure" or role == FRAME:
            self._frame(tag)

    def _captions_photo(self, tag: Tag) -> bool:
        """Give a caption that stands behind its picture to the last photo, if that has none."""
        text = caption_text(tag.get_text())
        self._end_line()
        photos = self.body.photos
        if not text:
            return True
        if not photos or photos[-1].paragraph != len(self.body.paragraphs):
            return False
        if not photos[-1].caption_raw:
            photos[-1] = make_photo(photos[-1].url, text, photos[-1].paragraph)
        return photos[-1].caption_raw == text

    def _table(self, tag: Tag) -> None:
        if tag.find("img"):
            self._frame(tag) if _one_column(tag) else self._block(tag)
        elif tag.find("table") or tag.find(("iframe", "video")):
            self._block(tag)
        else:
            self._rows(tag)

    def _rows(self, tag: Tag) -> None:
        self._end_line()
        for row in tag.find_all(("tr", "caption")):
            cells = [clean(cell.get_text(" ")) for cell in row.find_all(("td", "th"))] or [
                clean(row.get_text(" "))
            ]
            if any(cells):
                self.body.paragraphs.append(CELLS.join(cell for cell in cells if cell))

    def _frame(self, tag: Tag) -> None:
        """A picture (or several, or a video) with its caption; whatever else it holds is read as usual."""
        self._end_line()
        images = [image for image in tag.find_all("img") if not image.find_parent("noscript")]
        found = [pair for image in images if (pair := self._address(image))]
        found = found or [pair for image in tag.find_all("img") if (pair := self._address(image))]
        for video in tag.find_all(("iframe", "video", "embed")):
            self._video(video)
        if not found and not tag.find(("iframe", "video", "embed")):
            self._children(tag)
            self._end_line()
            return
        common = _caption_of(tag)
        for image, url in found:
            self._photo(image, url, self._own_caption(image, tag) or common)

    def _address(self, image: Tag) -> tuple[Tag, str] | None:
        url = photo_url(_attributes(image), self._template.image_attributes, self._base)
        return (image, url) if url else None

    def _own_caption(self, image: Tag, frame: Tag) -> str | None:
        """The caption of the innermost figure around an image within a larger frame."""
        figure = image.find_parent("figure")
        return _caption_of(figure) if figure is not None and figure is not frame else None

    def _image(self, tag: Tag) -> None:
        pair = self._address(tag)
        if pair:
            if not _is_inline(tag):
                self._end_line()
            self._photo(tag, pair[1], None)

    def _photo(self, image: Tag, url: str, caption: str | None) -> None:
        attributes = _attributes(image)
        template = self._template
        caption = caption or attribute_caption(attributes, template.caption_attributes, self._not_captions)
        keys = same_photo(url, attributes.get("data-image-id"), template.same_photo_by_name)
        known = next((self._photos[key] for key in keys if key in self._photos), None)
        if known is None:
            self._photos.update(dict.fromkeys(keys, len(self.body.photos)))
            self.body.photos.append(make_photo(url, caption, len(self.body.paragraphs)))
        elif caption and not self.body.photos[known].caption_raw:
            first = self.body.photos[known]
            self.body.photos[known] = make_photo(first.url, caption, first.paragraph)

    def _video(self, tag: Tag) -> None:
        if "player" in str(tag.attrs.get("class", "")).split():
            return
        sources = [tag, *tag.find_all("source")]
        addresses = [address for source in sources for address in tag_addresses(_attributes(source))]
        poster = str(tag.attrs.get("poster", "")) or None
        video = read_video(addresses, poster, self._base, frame=tag.name == "iframe")
        if video and all(video.url != known.url for known in self.body.videos):
            self.body.videos.append(video)


def _attributes(tag: Tag) -> dict[str, str]:
    return {name: str(value) for name, value in tag.attrs.items()}


def _is_inline(tag: Tag) -> bool:
    return tag.parent is not None and tag.parent.name in _INLINE


def _one_column(table: Tag) -> bool:
    """Whether a table is a picture frame: no row of it has two cells with something in them."""
    return not table.find("table") and all(
        sum(1 for cell in row.find_all(("td", "th")) if cell.find("img") or cell.get_text(strip=True)) <= 1
        for row in table.find_all("tr")
    )


def _caption_of(frame: Tag) -> str | None:
    """The caption of a frame itself, not that of a smaller one within it."""
    for tag in frame.find_all(lambda tag: tag.name == "figcaption" or tag.attrs.get(ROLE) == CAPTION):
        inner = tag.find_parent("figure")
        if inner is None or inner is frame or inner in frame.parents:
            text = caption_text(tag.get_text(" ") if tag.find(("p", "br")) else tag.get_text())
            if text:
                return text
    if frame.name == "table":
        return caption_text(
            " ".join(cell.get_text(" ") for cell in frame.find_all("td") if not cell.find("img"))
        )
    return None


def paragraph_text(paragraphs: list[str]) -> str | None:
    """The body as one text: paragraphs with a blank line between; None where there is none."""
    return clean_or_none("\n\n".join(paragraphs)) and "\n\n".join(paragraphs)
