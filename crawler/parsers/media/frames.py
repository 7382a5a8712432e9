"""A frame: an element that holds pictures with their captions, or a video with its own.

Looked through once, whatever is nested in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bs4 import Tag
from bs4.element import NavigableString

from crawler.parsers.body.roles import CAPTION, ROLE
from crawler.parsers.body.tags import BLOCKS, PLAYERS, SILENT, lines_of
from crawler.parsers.media.photos import caption_lines
from crawler.parsers.text import clean


@dataclass(slots=True)
class Image:
    """A picture in a frame, the innermost figure around it, and whether it is the twin of a lazy one."""

    tag: Tag
    figure: int | None
    twin: bool


@dataclass(slots=True)
class Frame:
    """What a frame holds: pictures, players, captions by the figure they are of, texts without placeholders.

    The caption of no figure is the frame's own. The lines of a text are apart by a line feed.
    """

    images: list[Image] = field(default_factory=list)
    players: list[Tag] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _captions: dict[int | None, str] = field(default_factory=dict)
    _line: list[str] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    @property
    def common(self) -> str | None:
        """The caption of all its pictures: its own, or the only text that it has."""
        return self._captions.get(None) or (self.texts[0] if len(self.texts) == 1 else None)

    def caption_of(self, image: Image) -> str | None:
        """The caption of the figure around a picture, else the common one."""
        return (self._captions.get(image.figure) if image.figure else None) or self.common

    def look(self, tag: Tag, figure: int | None = None, *, twin: bool = False, said: bool = False) -> None:
        """Look through a tag; ``said``: its text has been taken, or is none."""
        for node in tag.contents:
            if isinstance(node, NavigableString):
                if not said:
                    self._line.append(node)
            elif isinstance(node, Tag):
                self._tag(node, figure, twin=twin, said=said)

    def end_line(self) -> None:
        """Make one text of the strings since the last block began or ended."""
        self._end_piece()
        if self._lines and (text := caption_lines(self._lines)):
            self.texts.append(text)
        self._lines.clear()

    def _end_piece(self) -> None:
        if self._line and (line := clean("".join(self._line))):
            self._lines.append(line)
        self._line.clear()

    def _tag(self, tag: Tag, figure: int | None, *, twin: bool, said: bool) -> None:
        name = tag.name
        if name == "img":
            self.images.append(Image(tag, figure, twin))
            return
        if name == "br" and not said:
            self._end_piece()
            return
        if name in PLAYERS:
            self.players.append(tag)
        figure = id(tag) if name == "figure" else figure
        if not said and is_caption(tag):
            self._caption(tag, figure)
            self.look(tag, figure, twin=twin, said=True)
            return
        apart = not said and (name in BLOCKS or name in PLAYERS)
        said = said or name in SILENT or name == "video"
        if apart:
            self.end_line()
        self.look(tag, figure, twin=twin or name == "noscript", said=said)
        if apart:
            self.end_line()

    def _caption(self, tag: Tag, figure: int | None) -> None:
        self.end_line()
        if text := caption_lines(lines_of(tag)):
            self.texts.append(text)
            self._captions.setdefault(figure, text)


def look_at(tag: Tag) -> Frame:
    """What a frame holds."""
    frame = Frame()
    frame.look(tag)
    frame.end_line()
    return frame


def is_caption(tag: Tag) -> bool:
    """Whether a tag is the element of a caption."""
    return tag.name == "figcaption" or tag.attrs.get(ROLE) == CAPTION
