"""What makes two readings of an article the same content: the content hash and its contract.

The hash covers ``FIELDS``: headline, lead, body, byline, photos and tags. It does not see

- white space and paragraph breaks, and the Unicode form (NFC counts);
- characters that print nothing: zero-width ones, soft hyphen, byte order mark;
- the order of the tags, and a tag that stands twice;
- where a photo is kept: a photo is its file name (the last part of its path, without the
  ``.webp`` or ``.avif`` that a converter appends) and its caption as printed. The order of the
  photos counts. A caption of a copy is that of a photo without a file name: plain text has none.

A hash is ``VERSION``, a hyphen, and 32 hex digits. Hashes of different versions are never
compared: a new version means that every stored hash is made again, by a migration.

The details hash covers everything else that is read (section, contributors, videos, dates, the
exact text ...) except what every fetch changes (related articles, ``modified_at``). It says
that the rows are to be written again although the content is the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from urllib.parse import unquote

from crawler.items import Article, Copy, Kind, Photo, Source

VERSION: Final = 1
FIELDS: Final = ("headline", "lead", "body", "byline", "photos", "tags")
COPY_TEMPLATE: Final = "copy"
"""The template of an article that a copy stands in for."""

_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_MOST_MARKS: Final = 30
"""Marks on one letter that stay: ten times what any writing needs."""
_MAY_BE_MARKS: Final = re.compile(rf"[^\w\s\x00-\x7f]{{{_MOST_MARKS + 1},}}")
_CONVERTED: Final = re.compile(r"(\.[a-z]{3,4})\.(?:webp|avif)$", re.IGNORECASE)


def nfc(text: str | None) -> str | None:
    """Text in the one Unicode form that the database keeps."""
    return _composed(text) if text is not None else None


def _composed(text: str) -> str:
    """Text in NFC; what is in that form already, as nearly all of it is, costs no more than a look."""
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", few_marks(text))


def few_marks(text: str) -> str:
    """Text with at most ``_MOST_MARKS`` marks piled on one letter.

    To compose or order them takes a time that grows with the square of their number: half a minute for
    120,000. The parsers have seen to it already; whoever searches, or writes by another way, has not.
    """
    return _MAY_BE_MARKS.sub(_fewer, text)


def _fewer(run: re.Match[str]) -> str:
    kept: list[str] = []
    piled = 0
    for letter in run[0]:
        piled = piled + 1 if unicodedata.combining(letter) else 0
        if piled <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def normal(text: str | None) -> str:
    """Text as the content hash sees it; empty where there is none."""
    if not text:
        return ""
    plain = text.replace("\n\n", " ")
    # Paragraphs of printable letters, one blank between words: nearly all texts are, and are told at a look.
    if plain.isprintable() and "  " not in plain and " " not in (plain[0], plain[-1]):
        return _composed(plain)
    # Invisible characters first: one between a letter and its mark keeps them from composing.
    for mark in _INVISIBLE:
        text = text.replace(mark, "")
    return " ".join(_composed(text).split())


def photo_name(url: str) -> str:
    """What stays the same of a photo's address when the site moves or resizes it."""
    path = url.split("?", 1)[0].split("#", 1)[0].rstrip("/")
    return _CONVERTED.sub(r"\1", unquote(path.rsplit("/", 1)[-1])) or url


def printed_caption(photo: Photo) -> str | None:
    """A photo's caption as printed; put together where only its parts are known."""
    if photo.caption_raw is not None:
        return photo.caption_raw
    credit = f"Ảnh: {photo.credit}" if photo.credit else None
    return " ".join(part for part in (photo.caption, credit) if part) or None


def captions_of(photos: Iterable[Photo]) -> str | None:
    """All captions as printed, one a line, as ``captions`` holds them; None without any."""
    return "\n".join(filter(None, (nfc(printed_caption(photo)) for photo in photos))) or None


def photos_of_captions(captions: Iterable[str]) -> tuple[Photo, ...]:
    """The captions of a copy as content knows them: photos of which nothing else is known."""
    lines = (" ".join(caption.split()) for caption in captions)
    return tuple(Photo(url="", caption_raw=nfc(line)) for line in lines if line)


def normal_photos(photos: Iterable[Photo]) -> str:
    """The photos as the content hash sees them."""
    return "\x1e".join(f"{photo_name(photo.url)}\x1d{normal(printed_caption(photo))}" for photo in photos)


def normal_tags(tags: Iterable[str]) -> str:
    """The tags as the content hash sees them: a sorted set."""
    return "\x1e".join(sorted({normal(tag) for tag in tags}))


@dataclass(frozen=True, slots=True)
class Content:
    """The six fields of the content hash, as the page has them."""

    headline: str | None
    lead: str | None
    body: str | None
    byline: str | None
    photos: tuple[Photo, ...]
    tags: tuple[str, ...]

    @classmethod
    def of(cls, read: Article | Copy) -> Content:
        """The content of what was read."""
        if isinstance(read, Copy):
            photos = photos_of_captions(read.captions)
            return cls(read.headline, read.lead, read.body, read.byline, photos, ())
        return cls(read.headline, read.lead, read.body, read.byline, read.photos, read.tags)

    def normal(self) -> tuple[str, ...]:
        """The fields as the hash sees them, in the order of ``FIELDS``."""
        texts = (normal(self.headline), normal(self.lead), normal(self.body), normal(self.byline))
        return (*texts, normal_photos(self.photos), normal_tags(self.tags))

    def changed(self, other: Content) -> tuple[str, ...]:
        """The fields in which another content differs, in the order of ``FIELDS``."""
        pairs = zip(FIELDS, self.normal(), other.normal(), strict=True)
        return tuple(name for name, mine, theirs in pairs if mine != theirs)


@dataclass(frozen=True, slots=True)
class Hashes:
    """The content hash, the details hash, and the number of words of lead and body."""

    content: str
    details: str
    words: int


def hashes_of(article: Article, content: Content) -> Hashes:
    """Both hashes of an article and its words; the module's docstring states the contract."""
    content_hash, words = hash_and_words(content)
    return Hashes(content=content_hash, details=_digest(_details(article)), words=words)


def hash_and_words(content: Content) -> tuple[str, int]:
    """The content hash alone, and the number of words of lead and body."""
    normal_texts = content.normal()
    words = sum(text.count(" ") + 1 for text in normal_texts[1:3] if text)
    return f"{VERSION}-{_digest(normal_texts)}", words


def _details(article: Article) -> Iterator[str]:
    """Everything that is read but related articles and ``modified_at``, as text in a fixed order."""
    texts = (article.headline, article.lead, article.body, article.byline)
    yield from (article.kind, article.template, *(text or "" for text in texts))
    yield from (str(article.published_at), str(article.created_at), str(article.section))
    yield from (f"{name}={source}" for name, source in sorted(article.sources.items()))
    for photo in article.photos:
        yield f"{photo.url}|{photo.caption}|{photo.credit}|{photo.caption_raw}|{photo.paragraph}"
    for video in article.videos:
        yield f"{video.url}|{video.poster}"
    for who in article.contributors:
        yield f"{who.kind}|{who.name}|{who.role}|{who.agency}"
    yield from sorted(article.tags)


def stand_in(copy: Copy) -> Article:
    """The article that a copy stands in for until the real page comes: only what the copy says."""
    said = {
        name: Source.GENERIC
        for name in ("headline", "lead", "body", "byline", "captions", "contributors")
        if getattr(copy, name)
    }
    return Article(
        id=copy.id,
        url=copy.url,
        kind=Kind.TEXT,
        template=COPY_TEMPLATE,
        headline=copy.headline,
        lead=copy.lead,
        body=copy.body,
        byline=copy.byline,
        created_at=copy.created_at,
        contributors=copy.contributors,
        sources=said | ({"created_at": Source.METADATA} if copy.created_at else {}),
    )


def _digest(parts: Iterable[str]) -> str:
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
