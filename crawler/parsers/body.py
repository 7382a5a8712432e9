"""The body: paragraphs, photos and videos in reading order.

Every visible text of the body element is a paragraph or a caption, or was dropped by the
template by name: nothing else is left out but links to other articles that stand alone (they are
``related``), with the words that announce them; a caption without a picture is told. What is
hidden is no visible text. A paragraph is one clean line; subheads, quotes, list items and table
rows are paragraphs of their own, and a line break ends one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from crawler.items import Photo, Video
from crawler.parsers.captions import ends_in_credit, split_caption
from crawler.parsers.photos import attribute_caption, caption_text, make_photo, photo_url, same_photo
from crawler.parsers.select import Element, select
from crawler.parsers.signature import opens_with_role
from crawler.parsers.soup import BOX, DROP, ROLE, soup_of
from crawler.parsers.templates.base import Template
from crawler.parsers.text import clean, text_key
from crawler.parsers.videos import read_video, tag_addresses
from crawler.site import urls

FRAME: Final = "frame"
CAPTION: Final = "caption"
LINE: Final = "line"
CELLS: Final = " | "
"""What stands between the cells of a table row, which has no text of its own for it."""

# fmt: off
_INLINE: Final = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})
# fmt: on
_SILENT: Final = frozenset(
    {"script", "style", "template", "noscript", "audio", "head", "title", "meta", "link", "button", "select"}
    | {"textarea", "option", "datalist"}
)
_HIDDEN: Final = (
    "xpath:.//*[@hidden or contains(translate(@style, 'DISPLAYNOE ', 'displaynoe'), 'display:none')]"
    "[not(descendant-or-self::*[self::img or self::video or self::iframe or self::embed])]"
)
"""What nobody sees; players and lazy pictures are hidden by many a page until a script shows them."""
_LEADS_ON: Final = re.compile(
    r"(?:xem thêm|đọc thêm|tin liên quan|bài liên quan|có thể bạn quan tâm|mời bạn đọc)?", re.IGNORECASE
)
_LONGEST_CAPTION: Final = 500  # characters
_MOST_ALIKE: Final = 20  # photos of one name that a further one is compared with
_PLAYERS: Final = ("iframe", "video", "embed")
_MEDIA: Final = ("img", *_PLAYERS)
_LINES: Final = frozenset({"p", "li", "h2", "h3", "h4"})
_BULLETS: Final = " \t\n\r\xa0>»›→-–—•*:;,|."


@dataclass(slots=True)
class Body:
    """What was read from a body element: paragraphs as clean lines, media, links to other articles.

    ``left_out`` counts the paragraphs, pictures and videos that are hidden, or stand in a box of
    related articles and are no links to them.
    """

    paragraphs: list[str] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    left_out: int = 0
    warnings: list[str] = field(default_factory=list)

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
        self._has_links = False
        self._line: list[str] = []
        self._photos: dict[str, list[int]] = {}
        self._with_id: set[int] = set()  # photos that have an id besides their name
        self._bare: int | None = None  # the photo just read, where no caption or credit of its own is printed
        self._frame_from: int | None = None  # the first photo of the frame that is being read in order
        self._weak: set[int] = set()  # photos whose caption is only that of an attribute

    def read(self, element: Element, *, words: bool = True) -> None:
        """Read one element; ``words`` False takes only its photos and videos."""
        tag, left_out = soup_of(element, self._roles(element))
        self.body.left_out += left_out
        self._has_links = element.find(".//a") is not None
        self._bare = None
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
            *((DROP, selector) for selector in template.drop),
            (BOX, template.box),
            (BOX, _HIDDEN),
        ):
            roles.update(dict.fromkeys(select(element, selector), role))
        return roles

    def _children(self, tag: Tag) -> None:
        for child in tag.contents:
            if isinstance(child, NavigableString):
                self._line.append(child)
            elif isinstance(child, Tag):
                self._tag(child)

    def _tag(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self._end_line()
        elif name in _SILENT:
            pass
        elif name == "img":
            self._image(tag)
        elif name in _PLAYERS:
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
        if text and not self._is_caption_of_last(text) and not _only_leads_on(text):
            self.body.paragraphs.append(text)

    def _is_caption_of_last(self, text: str) -> bool:
        """Give a line that ends in a credit, directly behind a picture without caption, to that picture;
        a credit alone also to one whose caption lacks it."""
        at, self._bare = self._bare, None
        if at is None or self.body.photos[at].paragraph != len(self.body.paragraphs):
            return False
        if len(text) > _LONGEST_CAPTION or opens_with_role(text) or not ends_in_credit(text):
            return False
        known = self.body.photos[at].caption_raw
        if known and at not in self._weak:
            if split_caption(text)[0] or not self._alone_lacks_credit(at):
                return False
            text = f"{known} {text}"
        self._caption(at, text)
        return True

    def _alone_lacks_credit(self, at: int) -> bool:
        """Whether the pictures before this one have their credits: else a credit is not its alone."""
        photos = self.body.photos
        return photos[at].credit is None and all(photo.credit for photo in photos[:at])

    def _caption(self, at: int, printed: str) -> None:
        photo = self.body.photos[at]
        self.body.photos[at] = make_photo(photo.url, printed, photo.paragraph)
        self._weak.discard(at)

    def _block(self, tag: Tag) -> None:
        self._end_line()
        if self._has_links and tag.name in _LINES and (links := self._links_out(tag)):
            self.body.related.extend(links)
            return
        self._children(tag)
        self._end_line()

    def _links_out(self, tag: Tag) -> list[str]:
        """The other articles of the site that a paragraph made of nothing but links leads to."""
        anchors = [anchor for anchor in tags_in(tag, "a") if anchor.attrs.get("href")]
        if not anchors or tags_in(tag, *_MEDIA):
            return []
        linked = [anchor.get_text() for anchor in anchors]
        rest = tag.get_text()
        for one in linked:
            rest = rest.replace(one, " ", 1)
        if not all(map(str.strip, linked)) or not _LEADS_ON.fullmatch(clean(rest).strip(_BULLETS)):
            return []
        known = [urls.read(str(anchor["href"]), self._base) for anchor in anchors]
        others = [one for one in known if one and one.kind is urls.UrlKind.ARTICLE and one.id != self._own_id]
        return list(dict.fromkeys(one.url for one in others)) if len(others) == len(known) else []

    def _special(self, tag: Tag) -> None:
        role = tag.attrs.get(ROLE)
        if role == LINE or (role == CAPTION and tags_in(tag, *_MEDIA)):
            self._block(tag)
        elif role == CAPTION:
            if not self._loose_caption(tag, max(len(self.body.photos) - 1, self._frame_from or 0)):
                self._lone_caption(tag)
        elif tag.name == "table":
            self._picture_table(tag)
        else:
            self._frame(tag)

    def _loose_caption(self, tag: Tag, since: int) -> bool:
        """Give a caption that stands behind its pictures to those from ``since`` on; False if none waits."""
        self._end_line()
        text = caption_text(spaced_text(tag))
        if not text:
            return True
        photos, here = self.body.photos, len(self.body.paragraphs)
        waiting = [
            index
            for index in range(max(since, 0), len(photos))
            if photos[index].paragraph == here and (not photos[index].caption_raw or index in self._weak)
        ]
        for index in waiting:
            self._caption(index, text)
        return bool(waiting) or any(photo.caption_raw == text for photo in photos)

    def _lone_caption(self, tag: Tag) -> None:
        """A caption that no picture waits for is no text of the body where it stands in a figure or group.

        A credit alone completes the captions of its group; anything else is left out and told.
        """
        text = caption_text(spaced_text(tag)) or ""
        if self._frame_from is None or tag.name != "figcaption" or len(text) > _LONGEST_CAPTION:
            self._block(tag)
            return
        description, credit = split_caption(text)
        group = range(self._frame_from, len(self.body.photos))
        lacking = [at for at in group if self.body.photos[at].credit is None]
        if description or not credit or not lacking:
            self.body.warnings.append(f"a caption without a picture of its own was left out: {text}")
            return
        for at in lacking:
            self._caption(at, f"{self.body.photos[at].caption_raw} {text}")

    def _table(self, tag: Tag) -> None:
        if tags_in(tag, "img"):
            self._picture_table(tag) if _one_column(tag) else self._block(tag)
        elif tags_in(tag, "table", "iframe", "video"):
            self._block(tag)
        else:
            self._rows(tag)

    def _picture_table(self, tag: Tag) -> None:
        """A table as a picture frame: pictures in its cells, their captions in those behind them."""
        self._end_line()
        since, videos = len(self.body.photos), len(self.body.videos)
        read: list[Tag] = []
        for cell in tags_in(tag, "td", "th", "caption"):
            if any(parent is outer for outer in read[-1:] for parent in cell.parents):
                continue  # a table in a cell was read with it
            if tags_in(cell, *_MEDIA):
                read.append(cell)
                since = since if len(self.body.photos) == since else self._first_waiting(since)
                self._frame(cell)
            # Of a video no caption is kept, as of one in a figure.
            elif not self._loose_caption(cell, since) and len(self.body.videos) == videos:
                self._block(cell)

    def _first_waiting(self, since: int) -> int:
        """The first photo from ``since`` on that has no caption yet."""
        photos = self.body.photos
        return next(
            (index for index in range(since, len(photos)) if not photos[index].caption_raw), len(photos)
        )

    def _rows(self, tag: Tag) -> None:
        self._end_line()
        for row in tags_in(tag, "tr", "caption"):
            cells = [clean(spaced_text(cell)) for cell in tags_in(row, "td", "th")] or [
                clean(row.get_text(" "))
            ]
            if any(cells):
                self.body.paragraphs.append(CELLS.join(cell for cell in cells if cell))

    def _frame(self, tag: Tag) -> None:
        """Pictures with their captions, or a video with its own; anything more is read in order."""
        self._end_line()
        pairs = [pair for image in tags_in(tag, "img") if (pair := self._address(image))]
        # What stands in a noscript is the twin of a lazy picture, wanted only where that has no address.
        found = [pair for pair in pairs if not _within(pair[0], "noscript", tag)] or pairs
        videos = tags_in(tag, *_PLAYERS)
        texts = _texts_of(tag)
        common = _caption_of(tag) or (texts[0] if len(texts) == 1 else None)
        captions = [self._own_caption(image, tag) or common for image, _ in found]
        if (
            not (found or videos)
            or (found and not set(texts) <= set(captions))
            or len(texts) > 1 > len(found)
        ):
            outer, self._frame_from = self._frame_from, len(self.body.photos)
            self._children(tag)
            self._end_line()
            self._frame_from = outer
            return
        before = len(self.body.videos)
        for video in videos:
            self._video(video)
        if common and not found and len(self.body.videos) == before:
            self.body.warnings.append(f"a caption without a picture of its own was left out: {common}")
        lazy = self._lazy_caption(tag, found) if not texts else None
        for (image, url), caption in zip(found, captions, strict=True):
            self._photo(image, url, caption or lazy)

    def _lazy_caption(self, frame: Tag, found: list[tuple[Tag, str]]) -> str | None:
        """What a lazy picture without an address says of itself, where its twin gives the address."""
        if len(found) != 1 or not _within(found[0][0], "noscript", frame):
            return None
        lazy = [image for image in tags_in(frame, "img") if image is not found[0][0]]
        names = self._template.caption_attributes
        return attribute_caption(_attributes(lazy[0]), names, self._not_captions) if len(lazy) == 1 else None

    def _address(self, image: Tag) -> tuple[Tag, str] | None:
        url = photo_url(_attributes(image), self._template.image_attributes, self._base)
        return (image, url) if url else None

    def _own_caption(self, image: Tag, frame: Tag) -> str | None:
        """The caption of the innermost figure around an image within a larger frame."""
        figure = _within(image, "figure", frame)
        return _caption_of(figure) if figure else None

    def _image(self, tag: Tag) -> None:
        pair = self._address(tag)
        if pair:
            if not _is_inline(tag):
                self._end_line()
            self._photo(tag, pair[1], None)

    def _photo(self, image: Tag, url: str, printed: str | None) -> None:
        attributes = _attributes(image)
        template = self._template
        caption = printed or attribute_caption(attributes, template.caption_attributes, self._not_captions)
        keys = same_photo(url, attributes.get("data-image-id"), template.same_photo_by_name)
        known = self._known(keys, caption, printed)
        photos = self.body.photos
        at = len(photos) if known is None else known
        if known is None:
            photos.append(make_photo(url, caption, len(self.body.paragraphs)))
        elif caption and self._says_more(at, caption, printed):
            self._caption(at, caption)
        for key in keys:
            same = self._photos.setdefault(key, [])
            if at not in same and len(same) < _MOST_ALIKE:
                same.append(at)
        if len(keys) > 1:
            self._with_id.add(at)
        if photos[at].caption_raw == caption and caption and not printed:
            self._weak.add(at)
        self._bare = at if photos[at].credit is None or at in self._weak else None

    def _known(self, keys: tuple[str, ...], caption: str | None, printed: str | None) -> int | None:
        """The photo that this is again; a name alone does not join two with ids or captions of their own."""
        for key in keys:
            for at in self._photos.get(key, ()):
                by_name_only = key is keys[-1] and len(keys) > 1 and at in self._with_id
                both = caption is not None and bool(printed) is (at not in self._weak)
                if not by_name_only and not (both and _differ(caption, self.body.photos[at].caption_raw)):
                    return at
        return None

    def _says_more(self, at: int, caption: str, printed: str | None) -> bool:
        known = self.body.photos[at].caption_raw
        if not known or (printed and at in self._weak):
            return True
        return bool(printed) and at not in self._weak and len(caption) > len(known)

    def _video(self, tag: Tag) -> None:
        if "player" in str(tag.attrs.get("class", "")).split():
            return
        sources = [tag, *tags_in(tag, "source")]
        addresses = [address for source in sources for address in tag_addresses(_attributes(source))]
        poster = str(tag.attrs.get("poster", "")) or None
        video = read_video(addresses, poster, self._base, frame=tag.name == "iframe")
        if video and all(video.url != known.url for known in self.body.videos):
            self.body.videos.append(video)
            self._bare = None


def _only_leads_on(text: str) -> bool:
    """Whether a line only announces the links below it (``Xem thêm:``)."""
    return bool(_LEADS_ON.fullmatch(text.strip(_BULLETS))) and any(map(str.isalnum, text))


def _attributes(tag: Tag) -> dict[str, str]:
    return {name: str(value) for name, value in tag.attrs.items()}


def _differ(caption: str | None, known: str | None) -> bool:
    """Whether two captions are different ones: neither is part of the other."""
    one, other = text_key(caption or ""), text_key(known or "")
    return bool(one and other) and one not in other and other not in one


def _is_inline(tag: Tag) -> bool:
    return tag.parent is not None and tag.parent.name in _INLINE


def _one_column(table: Tag) -> bool:
    """Whether a table is a picture frame: no row of it has two cells with something in them."""
    return not table.find("table") and all(
        sum(1 for cell in tags_in(row, "td", "th") if cell.find("img") or cell.get_text(strip=True)) <= 1
        for row in table.find_all("tr")
    )


def _caption_of(frame: Tag) -> str | None:
    """The caption of a frame itself, not that of a smaller one within it."""
    captions = (tag for tag in tags_in(frame) if _is_caption(tag) and not _within(tag, "figure", frame))
    return next((text for tag in captions if (text := caption_text(spaced_text(tag)))), None)


def _is_caption(tag: Tag) -> bool:
    return tag.name == "figcaption" or tag.attrs.get(ROLE) == CAPTION


def _texts_of(frame: Tag) -> list[str]:
    """The texts in a frame, one a caption or block; placeholders are none."""
    texts = [""]
    pending: list[PageElement | None] = [*reversed(frame.contents)]
    while pending:
        node = pending.pop()
        if node is None:
            texts.append("")
        elif isinstance(node, NavigableString):
            texts[-1] += node
        elif isinstance(node, Tag) and _is_caption(node):
            texts.extend((spaced_text(node), ""))
        elif isinstance(node, Tag) and node.name not in _SILENT | {"video"}:
            apart = [None] if node.name not in _INLINE and node.name not in ("br", "img") else []
            pending.extend([*apart, *reversed(node.contents), *apart])
    return [text for one in texts if (text := caption_text(one))]


def tags_in(tag: Tag, *names: str) -> list[Tag]:
    """All tags below a tag, in document order, of these names where any are given.

    Does what ``find_all`` does without its matching rules, which cost as much as all the rest.
    """
    found = []
    pending = list(reversed(tag.contents))
    while pending:
        node = pending.pop()
        if isinstance(node, Tag):
            if not names or node.name in names:
                found.append(node)
            pending.extend(reversed(node.contents))
    return found


def _within(tag: Tag, name: str, top: Tag) -> Tag | None:
    """The nearest ancestor of that name between a tag and ``top``; None where there is none."""
    parent = tag.parent
    while parent is not None and parent is not top:
        if parent.name == name:
            return parent
        parent = parent.parent
    return None


def spaced_text(tag: Tag) -> str:
    """The text of a tag; what stands on lines of its own is kept a space apart."""
    return tag.get_text(" " if tags_in(tag, "br", "p", "div", "li") else "")
