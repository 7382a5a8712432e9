"""The photos of one article: each once, with the caption that is printed for it and no other's."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from crawler.items import Photo
from crawler.parsers.byline.signature import opens_with_role
from crawler.parsers.errors import TooLargeError
from crawler.parsers.limits import MAX_TEXT
from crawler.parsers.media.captions import ends_in_credit, may_be_sentence, split_caption, split_lines
from crawler.parsers.media.photos import is_telling, same_photo
from crawler.parsers.text import clean, text_key

LONGEST_CAPTION: Final = 500  # characters; of a loose line, longer ones are text
_MOST_ALIKE: Final = 20  # photos of one name that a further one is compared with


class Gallery:
    """The photos as they are met in the page.

    The lines of the captions that it is given are apart by a line feed.

    ``by_name``: one photo may have several addresses, its name tells that it is the same.
    """

    def __init__(self, *, by_name: bool) -> None:
        self.photos: list[Photo] = []
        self.met: list[int] = []
        """The photo that each picture of the page is, in reading order."""
        self.opening = False
        """Whether the pictures that are read stand before the body, which may show them again."""
        self._openings: set[int] = set()  # photos met before the body and not yet in it
        self._by_name = by_name
        self._alike: dict[str, list[int]] = {}
        self._with_id: set[int] = set()  # photos that have an id besides their name
        self._weak: set[int] = set()  # photos whose caption is only that of an attribute
        self._raw: Counter[str] = Counter()
        self._split: tuple[str, tuple[str | None, str | None]] = ("", (None, None))
        self._held = 0  # characters of captions, a repeated one as often as it is repeated
        self._group: dict[int, str] | None = None  # addresses of the group that is being read
        self._bare: int | None = None  # the photo just read, where no caption or credit of its own is printed
        self._credited = 0  # all photos before this one have a credit

    def open_group(self) -> bool:
        """Begin a group, whose pictures of different addresses are different ones; False within another."""
        if self._group is not None:
            return False
        self._group = {}
        return True

    def close_group(self) -> None:
        """End the group."""
        self._group = None

    @property
    def waits(self) -> bool:
        """Whether the photo just read has no caption or credit of its own yet."""
        return self._bare is not None

    def nothing_bare(self) -> None:
        """Let no line be the caption of the photo just read: something else stands between them."""
        self._bare = None

    def add(self, url: str, image_id: str | None, caption: str | None, here: int, *, printed: bool) -> None:
        """Take a picture of the page, which may be a known one.

        ``printed`` tells a caption of the page from one of an attribute; ``here`` is the number of
        paragraphs before it.
        """
        keys = same_photo(url, image_id, self._by_name)
        known = self._known(keys, url, caption, here, printed=printed)
        at = len(self.photos) if known is None else known
        if known is None:
            self.photos.append(Photo(url=url, caption=None, credit=None, caption_raw=None, paragraph=here))
        if caption and (known is None or self._says_more(at, caption, printed=printed)):
            self.put(at, caption)
            if not printed:
                self._weak.add(at)
        self._remember(keys, at, url)
        self._openings.add(at) if self.opening else self._openings.discard(at)
        self._bare = at if self.photos[at].credit is None or at in self._weak else None

    def _remember(self, keys: tuple[str, ...], at: int, url: str) -> None:
        for key in keys:
            same = self._alike.setdefault(key, [])
            if at not in same and len(same) < _MOST_ALIKE:
                same.append(at)
        if len(keys) > 1:
            self._with_id.add(at)
        if self._group is not None:
            self._group[at] = url
        self.met.append(at)

    def _known(
        self, keys: tuple[str, ...], url: str, caption: str | None, here: int, *, printed: bool
    ) -> int | None:
        """The photo that this is again; a name alone does not join two of a group, nor two with ids or
        captions of their own."""
        for key in keys:
            for at in self._alike.get(key, ()):
                by_name_only = key is keys[-1] and len(keys) > 1 and at in self._with_id
                other = by_name_only or (self._group or {}).get(at, url) != url
                both = caption is not None and printed is (at not in self._weak)
                if other or (both and _differ(caption, self.photos[at].caption_raw)):
                    continue
                if not self._by_name or key.startswith("id:") or self._is_again(at, key, url, caption, here):
                    return at
        return None

    def _is_again(self, at: int, name: str, url: str, caption: str | None, here: int) -> bool:
        """Whether a picture of the name of a photo is that photo: the name tells it, it opens the article, or
        the two stand side by side and one has a caption."""
        known = self.photos[at]
        if known.url == url or self.opening or at in self._openings or is_telling(name):
            return True
        beside = at == len(self.photos) - 1 and known.paragraph == here
        return beside and bool(caption or known.caption_raw)

    def _says_more(self, at: int, caption: str, *, printed: bool) -> bool:
        known = self.photos[at].caption_raw
        if not known or (printed and at in self._weak):
            return True
        return printed and at not in self._weak and len(caption) > len(known)

    def put(self, at: int, printed: str) -> None:
        """Put in the caption of a photo as printed; raises TooLargeError where they add up to too much."""
        self._held += len(printed)
        if self._held > 2 * MAX_TEXT:
            raise TooLargeError("page too large", f"captions of more than {2 * MAX_TEXT:,} characters")
        if printed != self._split[0]:
            self._split = (printed, split_lines(printed))
        photo, raw = self.photos[at], clean(printed)
        if photo.caption_raw:
            self._raw[photo.caption_raw] -= 1
        self._raw[raw] += 1
        description, credit = self._split[1]
        self.photos[at] = replace(photo, caption=description, credit=credit, caption_raw=raw)
        self._weak.discard(at)
        if credit is None:
            self._credited = min(self._credited, at)

    def give(self, text: str, to: list[int]) -> bool:
        """Give a caption to those photos that have none printed; whether it is that of any photo now."""
        for at in dict.fromkeys(to):
            if self.photos[at].caption_raw is None or at in self._weak:
                self.put(at, text)
        return self._raw[clean(text)] > 0

    def complete(self, credit: str, of: list[int]) -> bool:
        """Add a credit that stands alone to the captions that lack one; False if none does."""
        lacking = [at for at in dict.fromkeys(of) if self.photos[at].credit is None]
        for at in lacking:
            known = self.photos[at].caption_raw
            self.put(at, f"{known}\n{credit}" if known else credit)
        return bool(lacking)

    def take_line(self, text: str, here: int, *, apart: bool) -> bool:
        """Give a line that ends in a credit, directly behind a picture without caption, to that picture;
        a credit alone also to one whose caption lacks it. ``apart``: it is not set as a paragraph is.
        """
        at, self._bare = self._bare, None
        if at is None or self.photos[at].paragraph != here:
            return False
        if len(text) > LONGEST_CAPTION or opens_with_role(text) or not ends_in_credit(text):
            return False
        if not apart and may_be_sentence(text):
            return False
        known = self.photos[at].caption_raw
        if known and at not in self._weak:
            if split_caption(text)[0] or not self._alone_lacks_credit(at):
                return False
            text = f"{known}\n{text}"
        self.put(at, text)
        return True

    def last(self, here: int) -> list[int]:
        """The last photo, where nothing stands between it and here."""
        at = len(self.photos) - 1
        return [at] if at >= 0 and self.photos[at].paragraph == here else []

    def _alone_lacks_credit(self, at: int) -> bool:
        """Whether the pictures before this one have their credits: else a credit is not its alone."""
        while self._credited < at and self.photos[self._credited].credit:
            self._credited += 1
        return self.photos[at].credit is None and self._credited >= at


def is_credit(text: str) -> bool:
    """Whether a caption is nothing but a credit."""
    description, credit = split_lines(text)
    return credit is not None and description is None


def _differ(caption: str | None, known: str | None) -> bool:
    """Whether two captions are different ones: neither is part of the other."""
    if caption == known:
        return False
    one, other = text_key(caption or ""), text_key(known or "")
    return bool(one and other) and one not in other and other not in one
