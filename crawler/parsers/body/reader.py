"""The body: paragraphs, photos and videos in reading order.

Every visible text of the body element is a paragraph or a caption, or was dropped by the
template by name: nothing else is left out but links to other articles that stand alone and are no
headings (they are ``related``), with the words that announce them; a caption without a picture is
told. What is hidden is no visible text. A paragraph is one clean line; subheads, quotes, list items
and table rows are paragraphs of their own, and a line break ends one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from functools import cached_property
from typing import Final, cast

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from crawler.parsers.body.content import Body
from crawler.parsers.body.grid import Cell, Row, line_of
from crawler.parsers.body.links import links_out, only_leads_on
from crawler.parsers.body.roles import BOX, CAPTION, DROP, FRAME, KEYWORD, LINE, MUTE, NOTICE, ROLE
from crawler.parsers.body.roundups import LinkedLine, headings_in, is_text, put_in
from crawler.parsers.body.soup import soup_of
from crawler.parsers.body.spills import spilt, spilt_from
from crawler.parsers.body.tables import Captioned, Table
from crawler.parsers.body.tags import (
    BLOCKS,
    MEDIA,
    PLAYERS,
    SILENT,
    attributes_of,
    is_set_apart,
    lines_of,
    spaced_text,
    tags_in,
)
from crawler.parsers.body.twins import twins_in
from crawler.parsers.media.frames import Frame, Image, look_at
from crawler.parsers.media.gallery import LONGEST_CAPTION, Gallery, is_credit
from crawler.parsers.media.photos import attribute_caption, caption_lines, is_emoji, photo_url, sign_of
from crawler.parsers.media.videos import read_video, tag_addresses
from crawler.parsers.select import Element, select
from crawler.parsers.templates.base import Template
from crawler.parsers.text import clean, text_key

_HIDDEN: Final = (
    "xpath:.//*[@hidden or contains(translate(@style, 'DISPLAYNOE ', 'displaynoe'), 'display:none')]"
    "[not(descendant-or-self::img) and not(descendant-or-self::video)]"
    "[not(descendant-or-self::iframe) and not(descendant-or-self::embed)]"
)
"""What nobody sees; players and lazy pictures are hidden by many a page until a script shows them."""

_DEEPEST: Final = 6
"""Frames, tables and lines within one another that are looked through before they are read: what is
deeper is read in order, or the time it takes would grow with the depth of a page."""

_LINES: Final = frozenset({"p", "li", "h2", "h3", "h4"})
_NOT_SIGNED: Final = frozenset({"blockquote", "li"})


class BodyReader:
    """Reads the elements of one article: what stands before the body, then the body itself.

    ``not_captions`` are texts that an attribute repeats from elsewhere on the page (headline and
    lead); ``own_id`` is the article's id, whose links are no related ones.
    """

    def __init__(
        self, template: Template, base: str, *, not_captions: tuple[str | None, ...] = (), own_id: str = ""
    ) -> None:
        self._gallery = Gallery(by_name=template.same_photo_by_name)
        self.body = Body(photos=self._gallery.photos)
        self._template = template
        self._base = base
        self._elsewhere = not_captions
        self._own_id = own_id
        self._has_links = False
        self._line: list[str] = []
        self._videos: set[str] = set()
        self._deep = 0
        self._quoting = 0
        self._spilt: deque[PageElement | None] = deque()  # None ends what is being read
        self._group: int | None = None  # the first picture met in the frame that is being read in order

    def read(self, element: Element, *, words: bool = True) -> None:
        """Read one element; ``words`` False takes only its photos and videos."""
        tag, left_out, dropped = soup_of(element, self._roles(element))
        self.body.left_out += left_out
        self.body.dropped += dropped
        self._has_links = element.find(".//a") is not None
        self._gallery.nothing_bare()
        self._gallery.opening = not words
        before = len(self.body.paragraphs)
        self._children(tag)
        self._end_line()
        if not words and (beside := len(self.body.paragraphs) - before):
            self.body.warnings.append(f"{beside} paragraphs beside an opening picture were left out")
            self.body.cut(before)

    def _roles(self, element: Element) -> dict[Element, str]:
        """The role of each element that the template names; where two apply the later one counts."""
        template = self._template
        roles: dict[Element, str] = {}
        for role, selector in (
            (KEYWORD, template.keyword),
            (LINE, template.line),
            (CAPTION, template.caption),
            (FRAME, template.frame),
            *((DROP, selector) for selector in template.drop),
            *((NOTICE, selector) for selector in template.notice),
            (BOX, template.box),
            (BOX, _HIDDEN),
            (MUTE, template.mute),
        ):
            roles.update(dict.fromkeys(select(element, selector), role))
        roles.update(dict.fromkeys(twins_in(element, template.wide, template.narrow), MUTE))
        return roles

    def _children(self, tag: Tag) -> None:
        for child in tag.contents:
            if isinstance(child, NavigableString):
                self._line.append(child)
            elif isinstance(child, Tag):
                self._tag(child)

    def _inside(self, tag: Tag) -> None:
        """Read in order what is in a tag that was looked through."""
        self._end_line()
        self._deep += 1
        self._children(tag)
        self._deep -= 1
        self._end_line(tag)

    def _tag(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self._end_line()
        elif name in SILENT:
            pass
        elif name == "img":
            self._image(tag)
        elif name in PLAYERS:
            self._video(tag)
        elif ROLE in tag.attrs or name in ("figure", "table"):
            self._special(tag)
        elif name in BLOCKS:
            self._block(tag)
        else:
            self._children(tag)

    def _end_line(self, block: Tag | None = None) -> None:
        """Make a paragraph of the words since the last line ended; ``block`` is the tag that ends here."""
        text = clean("".join(self._line)) if self._line else ""
        self._line.clear()
        if not text or self._is_caption_line(text, block):
            return
        if only_leads_on(text):
            self._linked(text, "", alone=False)
        else:
            self.body.paragraphs.append(text)
            if self._quoting:
                self.body.quoted.add(len(self.body.paragraphs) - 1)

    def _is_caption_line(self, text: str, block: Tag | None) -> bool:
        """Whether a line is the caption of the picture before it, which has it now."""
        if not self._gallery.waits:
            return False
        apart = block is not None and is_set_apart(block)
        return self._gallery.take_line(text, len(self.body.paragraphs), apart=apart)

    def _block(self, tag: Tag) -> None:
        self._end_line()
        quotes = _quotes(tag)
        self._quoting += quotes
        if not (self._has_links and tag.name in _LINES):
            self._children(tag)
            self._end_line(tag)
        elif not self._is_related(tag):
            self._inside(tag)
        self._quoting -= quotes

    def _is_related(self, tag: Tag) -> bool:
        """Whether a tag is nothing but links to other articles and no text; the links are taken."""
        if not self._has_links or self._deep >= _DEEPEST:
            return False
        links = links_out(tag, self._base, self._own_id)
        if links is None:
            return False
        self.body.related.extend(links.urls)
        text = spaced_text(tag)
        if links.alone and is_text(text):
            return False
        self._linked(text, tag.name, alone=links.alone)
        return True

    def _linked(self, text: str, tag: str, *, alone: bool) -> None:
        """Remember a line of links: only the whole body tells whether it is a heading."""
        body = self.body
        body.linked.append(LinkedLine(text, len(body.paragraphs), len(body.photos), tag, alone))

    def keep_headings(self) -> None:
        """Put the headings that are links into the body, once all of it was read."""
        body = self.body
        headings, doubtful = headings_in(body.linked, len(body.paragraphs))
        places = [line.paragraphs for line in headings]
        body.quoted = {at + bisect_right(places, at) for at in body.quoted}
        put_in(headings, body.paragraphs, body.photos)
        body.linked.clear()
        if doubtful:
            said = "; ".join(line.text for line in doubtful)
            body.warnings.append(f"lines that are links, kept as headings, may be none: {said}")

    def _special(self, tag: Tag) -> None:
        role = tag.attrs.get(ROLE)
        if role == KEYWORD:
            self._children(tag)
        elif role == LINE or self._deep >= _DEEPEST:
            self._block(tag)
        elif role == CAPTION:
            nodes = spilt(tag)
            self._inside(tag) if tags_in(tag, *MEDIA) else self._caption(tag)
            self._read_spilt(nodes)
        elif tag.name == "table":
            self._table(tag, framed=role == FRAME)
        else:
            self._frame(tag)

    def _caption(self, tag: Tag) -> None:
        """Give a caption that stands behind its picture to that one.

        One that no picture waits for is no text of the body where it stands in a figure or group.
        """
        self._end_line()
        text = caption_lines(lines_of(tag))
        met = self._gallery.met
        alone = self._group is not None and len(met) == self._group
        if not text or self._gallery.give(
            text, [] if alone else self._gallery.last(len(self.body.paragraphs))
        ):
            return
        if self._group is None or tag.name != "figcaption" or len(text) > LONGEST_CAPTION:
            self._inside(tag)
            return
        self._complete(text, met[self._group :])
        if is_credit(text):
            self._group = len(met)

    def _complete(self, text: str, of: list[int]) -> None:
        """A caption that no picture waits for is the credit that others lack, or left out and told."""
        if not (is_credit(text) and self._gallery.complete(text, of)):
            self._tell(text)

    def _tell(self, caption: str) -> None:
        self.body.warnings.append(f"a caption without a picture of its own was left out: {clean(caption)}")

    def _table(self, tag: Tag, *, framed: bool) -> None:
        self._end_line()
        if not framed and self._is_related(tag):
            return
        nodes = spilt_from(tag) if framed else []
        table = Table(tag, framed=framed)
        outermost = self._gallery.open_group()
        self._deep += 1
        for row in table.rows:
            self._row(row, table)
        self._deep -= 1
        if outermost:
            self._gallery.close_group()
        self._read_spilt(nodes)

    def _row(self, row: Row, table: Table) -> None:
        for node in row.loose:
            self._line.append(node) if isinstance(node, NavigableString) else self._tag(cast("Tag", node))
        self._end_line()
        cells = [cell for cell in row.cells if not table.is_silent(cell)]
        if row.plain:
            self.body.paragraphs.extend(filter(None, [line_of(cells)]))
        else:
            for cell in cells:
                self._cell(cell, table)
        for captioned in table.ready():
            self._give(captioned)

    def _cell(self, cell: Cell, table: Table) -> None:
        met, videos = len(self._gallery.met), len(self.body.videos)
        if not cell.proper:
            self._tag(cell.tag)
            self._end_line()
        elif cell.pictured and (table.whole or not cell.blocks):
            self._frame(cell.tag)
        else:
            self._block(cell.tag)
        cell.photos = self._gallery.met[met:]
        cell.video = len(self.body.videos) > videos

    def _give(self, captioned: Captioned) -> None:
        """Give a caption to the pictures of the table that it is of; of a video none is kept."""
        text, pictures = captioned.caption.printed, captioned.pictures
        photos = [at for picture in pictures for at in picture.photos]
        if not self._gallery.give(text, photos) and not any(picture.video for picture in pictures):
            self._complete(text, photos)

    def _frame(self, tag: Tag) -> None:
        """Pictures with their captions, or a video with its own; anything more is read in order."""
        self._end_line()
        nodes = spilt_from(tag)
        frame = look_at(tag)
        outermost = self._gallery.open_group()
        self._read_frame(tag, frame)
        if outermost:
            self._gallery.close_group()
        self._read_spilt(nodes)

    def _read_spilt(self, nodes: list[PageElement]) -> None:
        """Read what stood in a caption and is text of the body; what a caption in that spills, after it."""
        if not nodes or self._spilt:
            self._spilt.extendleft(reversed(nodes))
            return
        before = len(self.body.paragraphs)
        self._spilt.extend((*nodes, None))
        while self._spilt and (node := self._spilt.popleft()) is not None:
            self._line.append(node) if isinstance(node, NavigableString) else self._tag(cast("Tag", node))
        self._end_line()
        if read := self.body.paragraphs[before:]:
            self.body.warnings.append(
                f"{len(read)} paragraphs stood in the caption of a picture, read as text: an end tag may be"
                f" missing before: {read[0]}"
            )

    def _read_frame(self, tag: Tag, frame: Frame) -> None:
        found = self._pictures(frame)
        captions = [frame.caption_of(image) for image, _ in found]
        texts = set(frame.texts)
        fits = texts <= set(captions) if found else bool(frame.players) and len(frame.texts) <= 1
        if not fits:
            self._in_order(tag)
            return
        before = len(self.body.videos)
        for player in frame.players:
            self._video(player)
        if frame.common and not found and len(self.body.videos) == before:
            self._tell(frame.common)
        lazy = self._lazy_caption(frame, found) if not texts else None
        for (image, url), caption in zip(found, captions, strict=True):
            self._photo(image.tag, url, caption or lazy)

    def _in_order(self, tag: Tag) -> None:
        outer, self._group = self._group, len(self._gallery.met)
        self._inside(tag)
        self._group = outer

    def _pictures(self, frame: Frame) -> list[tuple[Image, str]]:
        """The pictures of a frame with their addresses; a twin is wanted only where the lazy one has none."""
        pairs = [(image, url) for image in frame.images if (url := self._address(image.tag))]
        return [pair for pair in pairs if not pair[0].twin] or pairs

    def _lazy_caption(self, frame: Frame, found: list[tuple[Image, str]]) -> str | None:
        """What a lazy picture without an address says of itself, where its twin gives the address."""
        if len(found) != 1 or not found[0][0].twin or len(frame.images) != 2:
            return None
        lazy = next(image for image in frame.images if image is not found[0][0])
        return self._stated_caption(lazy.tag)

    @cached_property
    def _not_captions(self) -> frozenset[str]:
        return frozenset(text_key(text) for text in self._elsewhere if text)

    def _stated_caption(self, image: Tag) -> str | None:
        names = self._template.caption_attributes
        return attribute_caption(attributes_of(image), names, self._not_captions)

    def _address(self, image: Tag) -> str | None:
        return photo_url(attributes_of(image), self._template.image_attributes, self._base)

    def _image(self, tag: Tag) -> None:
        if is_emoji(attributes := attributes_of(tag)):
            self._line.append(sign_of(attributes))
        elif url := self._address(tag):
            if tag.parent is None or tag.parent.name in BLOCKS:
                self._end_line()
            self._photo(tag, url, None)

    def _photo(self, image: Tag, url: str, printed: str | None) -> None:
        caption = printed or self._stated_caption(image)
        image_id = str(image.attrs.get("data-image-id", "")) or None
        self._gallery.add(url, image_id, caption, len(self.body.paragraphs), printed=bool(printed))

    def _video(self, tag: Tag) -> None:
        if "player" in str(tag.attrs.get("class", "")).split():
            return
        sources = [tag, *tags_in(tag, "source")]
        addresses = [address for source in sources for address in tag_addresses(attributes_of(source))]
        poster = str(tag.attrs.get("poster", "")) or None
        video = read_video(addresses, poster, self._base, frame=tag.name == "iframe")
        if video and video.url not in self._videos:
            self._videos.add(video.url)
            self.body.videos.append(video)
            self._gallery.nothing_bare()


def _quotes(tag: Tag) -> bool:
    """Whether what is in a tag is said by others, or in a list: who stands under it does not sign."""
    named = str(tag.attrs.get("class", "")).lower()
    return tag.name in _NOT_SIGNED or "quote" in named or "interview" in named
