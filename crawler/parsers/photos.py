"""Photos: the address of the original, the caption as printed, and each photo once.

A placeholder is never a caption, and an inline or missing picture is never a photo.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from crawler.items import Photo
from crawler.parsers.captions import split_caption
from crawler.parsers.text import clean_or_none

_THUMBNAIL: Final = re.compile(r"^.*?/(https?)@@\$\$(.+)$", re.IGNORECASE)
_PICTURE_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|heic|tiff?)$", re.IGNORECASE)
_CONVERTED: Final = re.compile(r"(\.(?:jpe?g|png|gif|bmp|heic|tiff?))\.(?:avif|webp)$", re.IGNORECASE)
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_\-().@+%]+")
_PLACEHOLDERS: Final = frozenset(
    {
        "chú thích ảnh",
        "chú thích",
        "ảnh minh họa",
        "ảnh minh hoạ",
        "ảnh",
        "image",
        "photo",
        "undefined",
        "null",
        "nan",
        "no image",
    }
)
_FURNITURE: Final = re.compile(r"^/(?:web_images|Images|assets/web)/")
_SETS: Final = ("data-srcset", "srcset")
_CANDIDATE: Final = re.compile(r"(?:^|,)\s*([^\s,]\S*[^\s,])(?:\s+(\d{1,6}(?:\.\d{1,3})?)[wx])?\s*(?=,|$)")
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
    last part of its path count; otherwise the path counts.
    """
    path = unquote(urlsplit(url).path)
    if not by_name:
        return (path,)
    name = "name:" + _CONVERTED.sub(r"\1", path.rsplit("/", 1)[-1])
    return (f"id:{image_id}", name) if image_id else (name,)


def attribute_caption(
    attributes: Mapping[str, str], names: tuple[str, ...], not_caption: frozenset[str]
) -> str | None:
    """The caption that an ``img`` carries in its attributes; file names are none."""
    for name in names:
        text = caption_text(attributes.get(name))
        if text and text not in not_caption and not _is_file_name(text):
            return text
    return None


def _is_file_name(text: str) -> bool:
    return bool(_PICTURE_FILE.search(text) or _FILE_NAME.fullmatch(text))


def caption_text(printed: str | None) -> str | None:
    """A caption as printed, clean; None for a placeholder."""
    text = clean_or_none(printed)
    return None if text and text.casefold().strip(" .:()[]") in _PLACEHOLDERS else text


def make_photo(url: str, caption: str | None, paragraph: int) -> Photo:
    """A photo with its caption as printed and taken apart."""
    description, credit = split_caption(caption) if caption else (None, None)
    return Photo(url=url, caption=description, credit=credit, caption_raw=caption, paragraph=paragraph)
