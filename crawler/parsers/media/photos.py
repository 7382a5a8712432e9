"""Photos: the address of the original, the caption as printed, and each photo once.

A placeholder is never a caption, and an inline or missing picture is never a photo.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from crawler.parsers.media.captions import is_placeholder
from crawler.parsers.text import clean_or_none, text_key, unescape

_THUMBNAIL: Final = re.compile(r"^.*?/(https?)@@\$\$(.+)$", re.IGNORECASE)
_PICTURE_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|heic|tiff?)$", re.IGNORECASE)
_CONVERTED: Final = re.compile(r"(\.(?:jpe?g|png|gif|bmp|heic|tiff?))\.(?:avif|webp)$", re.IGNORECASE)
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_\-().@+%]+")
_NOTHING: Final = frozenset({"undefined", "null", "nan", "no image"})
"""What scripts put where a caption would stand."""

_SITE: Final = frozenset(map(text_key, ("baotintuc.vn", "Báo Tin tức", "Báo Tin tức và Dân tộc")))

_NUMBER: Final = re.compile(r"(?:^|[\s\-–—|:,.(]+)(?:hình |bức )?ảnh(?: số)? \d{1,3}[\s.)]*$", re.IGNORECASE)
_LONGEST_NUMBER: Final = 30  # characters
_EMOJI: Final = frozenset({"emoji", "emoticon", "wp-smiley"})
_FURNITURE: Final = re.compile(r"^/(?:web_images|Images|assets/web)/")
_SETS: Final = ("data-srcset", "srcset")
_CANDIDATE: Final = re.compile(r"(?:^|,)\s*([^\s,]\S*[^\s,])(?:\s+(\d{1,6}(?:\.\d{1,3})?)[wx])?\s*(?=,|$)")
_UPLOADED: Final = re.compile(r"/Upload(?:ed)?/.+", re.IGNORECASE)
"""What is the same in all addresses of one photo of the older ones, which have the size before it."""

_LETTER: Final = re.compile(r"[^\W\d_]")
_FEW_LETTERS: Final = 6
_MANY_DIGITS: Final = 6  # as of a date, or of a number that a program gave
_OF_ANY: Final = re.compile(
    r"(?:images?|picture|photos?|hinh-?anh|unnamed|untitled|download|screen-?shot|capture|avatar|thumbnail)\W*",
    re.IGNORECASE,
)
_LONGEST_URL: Final = 2_000  # characters; what is longer is no address
_DOT: Final = 3  # pixels: what is no wider or higher counts visitors


def photo_url(attributes: Mapping[str, str], names: tuple[str, ...], base: str) -> str | None:
    """The absolute address of the original picture of an ``img``; None where it has none.

    ``names`` are the attributes to look at, best first.
    """
    if _is_dot(attributes):
        return None
    for name in names:
        url = original(attributes.get(name, ""), base)
        if url:
            return url
    return next((url for one in _SETS if (url := original(_largest(attributes.get(one, "")), base))), None)


def _largest(candidates: str) -> str:
    """The address of the largest picture of a ``srcset``; empty where there is none."""
    found = _CANDIDATE.findall(candidates)
    return str(max(found, key=lambda one: float(one[1] or 0))[0]) if found else ""


def original(address: str, base: str) -> str | None:
    """The absolute address of the picture that ``address`` is a thumbnail of, or its own."""
    address = address.strip()
    thumbnail = _THUMBNAIL.match(address)
    if thumbnail:
        address = f"{thumbnail[1]}://{thumbnail[2]}"
    if not address or len(address) > _LONGEST_URL or address.startswith(("data:", "blob:", "#")):
        return None
    try:
        url = address if address.startswith(("https://", "http://")) else urljoin(base, address)
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or len(parts.path) < 2:
        return None
    return None if _FURNITURE.search(parts.path) else re.sub(r"\s", "%20", url)


def _is_dot(attributes: Mapping[str, str]) -> bool:
    sizes = (attributes.get("width", ""), attributes.get("height", ""))
    return any(size.isdecimal() and len(size) < 5 and int(size) <= _DOT for size in sizes)


def same_photo(url: str, image_id: str | None, by_name: bool) -> tuple[str, ...]:
    """What tells a photo apart, best first: two that share one of these keys may be the same photo.

    By name: one photo has several addresses (the size is in an opaque part), so its id and the
    last part of its path count, of older addresses all that is below the upload; otherwise the path counts.
    """
    path = unquote(urlsplit(url).path)
    if not by_name:
        return (path,)
    uploaded = _UPLOADED.search(path)
    name = "name:" + _CONVERTED.sub(r"\1", uploaded[0] if uploaded else path.rsplit("/", 1)[-1])
    return (f"id:{image_id}", name) if image_id else (name,)


def is_telling(name: str) -> bool:
    """Whether a name tells a photo from others: ``1.jpg``, ``image.jpg``, ``anh-2.jpg`` may be of any."""
    if "/" in name:
        return True
    stem = name.removeprefix("name:").rsplit(".", 1)[0]
    if sum(map(str.isdigit, stem)) >= _MANY_DIGITS:
        return True
    return len(_LETTER.findall(stem)) >= _FEW_LETTERS and not _OF_ANY.fullmatch(re.sub(r"[\d_]", "", stem))


def attribute_caption(
    attributes: Mapping[str, str], names: tuple[str, ...], not_captions: frozenset[str]
) -> str | None:
    """The caption that an ``img`` carries in its attributes, which some pages escape twice.

    File names are none, nor is what only says again what ``not_captions`` has the keys of, with the
    number of the picture or without.
    """
    for name in names:
        text = caption_text(unescape(attributes.get(name, "")))
        if text and not _is_file_name(text) and not _says_nothing(text, not_captions):
            return text
    return None


def _says_nothing(text: str, not_captions: frozenset[str]) -> bool:
    at = max(len(text) - _LONGEST_NUMBER, 0)
    bare = text[:at] + _NUMBER.sub("", text[at:])
    return not _SITE.union(not_captions, ("",)).isdisjoint((text_key(bare), text_key(text)))


def is_emoji(attributes: Mapping[str, str]) -> bool:
    """Whether a picture is a sign amid the words."""
    return not _EMOJI.isdisjoint(attributes.get("class", "").split())


def sign_of(emoji: Mapping[str, str]) -> str:
    """The sign that a picture amid the words stands for; empty where its text is a name."""
    sign = emoji.get("alt", "")
    return "" if any(map(str.isalnum, sign)) else sign


def _is_file_name(text: str) -> bool:
    return bool(_PICTURE_FILE.search(text) or _FILE_NAME.fullmatch(text))


def caption_text(printed: str | None) -> str | None:
    """A caption as printed, clean; None for a placeholder."""
    text = clean_or_none(printed)
    if text and (text.casefold().strip(" .:()[]") in _NOTHING or is_placeholder(text)):
        return None
    return text


def caption_lines(lines: Iterable[str]) -> str | None:
    """A caption as printed, its clean lines apart by a line feed; None for a placeholder."""
    text = "\n".join(lines)
    return text if caption_text(text) else None
