"""The three pages of sister sites, read completely under template 2026.

What can be checked against the page itself is read from the page; the rest is listed.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

import pytest

from crawler.items import Article, ContributorKind, Kind, Source
from crawler.parsers import parse_article
from crawler.parsers.text import clean
from tests.conftest import SHARED_SITE

_FOLDER = SHARED_SITE / "sister"
pytestmark = pytest.mark.skipif(not _FOLDER.is_dir(), reason="no sister pages here: ../shared/site is absent")


@dataclass(frozen=True)
class Sister:
    """What a sister page says, apart from its long texts."""

    file: str
    id: str
    kind: Kind
    published_at: str
    section: tuple[str, int, str]
    byline: str
    contributor: tuple[ContributorKind, str | None, str | None]
    tags: int
    paragraphs: int
    photos: tuple[tuple[int, str], ...]
    credits: tuple[str | None, ...]
    videos: int
    related: tuple[int, ...]


SISTERS = (
    Sister(
        file="plo_2025-10_phap-luat.html.gz",
        id="874715",
        kind=Kind.TEXT,
        published_at="2025-10-09T17:55:47+07:00",
        section=("Pháp luật", 114, "phap-luat"),
        byline="SONG MAI",
        contributor=(ContributorKind.PERSON, "SONG MAI", None),
        tags=3,
        paragraphs=20,
        photos=((11, "vay-tien-mua-biet-thu-3533-5585.png.webp"),),
        credits=("TP",),
        videos=0,
        related=(873463, 873694),
    ),
    Sister(
        file="tienphong_2026-07-16_normal_transcribed.html.gz",
        id="1860261",
        kind=Kind.TEXT,
        published_at="2026-07-16T21:43:59+07:00",
        section=("Kinh tế", 3, "kinh-te"),
        byline="Ngọc Mai",
        contributor=(ContributorKind.PERSON, "Ngọc Mai", None),
        tags=7,
        paragraphs=5,
        photos=((1, "kk.jpg.avif"),),
        credits=(None,),
        videos=0,
        related=(1857563, 1859604),
    ),
    Sister(
        file="vietnamplus_2026-07-21_video_transcribed.html.gz",
        id="1125344",
        kind=Kind.VIDEO,
        published_at="2026-07-21T07:17:56+07:00",
        section=("Video", 438, "video"),
        byline="(TTXVN/Vietnam+)",
        contributor=(ContributorKind.AGENCY, None, "TTXVN/Vietnam+"),
        tags=2,
        paragraphs=3,
        photos=(),
        credits=(),
        videos=1,
        related=(),
    ),
)


@cache
def _page(file: str) -> bytes:
    return gzip.decompress((_FOLDER / file).read_bytes())


@cache
def _article(file: str) -> Article:
    return parse_article(_page(file), "")


def _meta(file: str, name: str) -> str:
    match = re.search(rf'property="{re.escape(name)}"[^>]*?content="([^"]*)"', _page(file).decode())
    assert match
    return clean(unescape(match[1]))


def _contributor(article: Article) -> tuple[ContributorKind, str | None, str | None]:
    (one,) = article.contributors
    return one.kind, one.name, one.agency


_FORMS: dict[str, Callable[[Article], Any]] = {
    "published_at": lambda article: article.published_at and article.published_at.isoformat(),
    "section": lambda article: (
        article.section and (article.section.name, article.section.id, article.section.slug)
    ),
    "contributor": _contributor,
    "paragraphs": lambda article: len((article.body or "").split("\n\n")),
    "photos": lambda article: tuple((p.paragraph, p.url.rsplit("/", 1)[-1]) for p in article.photos),
    "credits": lambda article: tuple(photo.credit for photo in article.photos),
    "related": lambda article: tuple(int(re.findall(r"post(\d+)", url)[0]) for url in article.related),
    "tags": lambda article: len(article.tags),
    "videos": lambda article: len(article.videos),
}


def _read(article: Article, field: str) -> Any:
    form = _FORMS.get(field)
    return form(article) if form else getattr(article, field)


_LISTED = (
    "id",
    "kind",
    "published_at",
    "section",
    "byline",
    "contributor",
    "tags",
    "paragraphs",
    "photos",
    "credits",
    "videos",
    "related",
)


@pytest.mark.parametrize("field", _LISTED)
@pytest.mark.parametrize("sister", SISTERS, ids=lambda sister: sister.file.split("_")[0])
def test_field_reads_as_listed(sister: Sister, field: str) -> None:
    assert _read(_article(sister.file), field) == getattr(sister, field)


@pytest.mark.parametrize("sister", SISTERS, ids=lambda sister: sister.file.split("_")[0])
class TestAgainstThePageItself:
    """Long texts, held against another place of the same page that says the same."""

    def test_headline(self, sister: Sister) -> None:
        assert _article(sister.file).headline == _meta(sister.file, "og:title")

    def test_lead_is_the_stated_one_without_the_site_s_code(self, sister: Sister) -> None:
        stated = re.sub(r"^\(PLO\)-\s*", "", _meta(sister.file, "og:description"))
        assert _article(sister.file).lead == stated

    def test_tags_are_the_stated_ones(self, sister: Sister) -> None:
        stated = [clean(tag) for tag in _meta(sister.file, "article:tag").split(",")]
        assert list(_article(sister.file).tags) == stated

    def test_url_is_the_canonical_link(self, sister: Sister) -> None:
        article = _article(sister.file)
        assert article.url == article.canonical_link
        assert article.url.endswith(f"-post{sister.id}.html")

    def test_nothing_of_the_furniture_is_in_the_body(self, sister: Sister) -> None:
        body = _article(sister.file).body or ""
        for word in ("Xem thêm", "Chia sẻ", "Copy link", "Google News", "Facebook", sister.byline):
            assert word not in body
        for photo in _article(sister.file).photos:
            assert photo.caption_raw
            assert photo.caption_raw not in body

    def test_the_lead_is_not_repeated(self, sister: Sister) -> None:
        article = _article(sister.file)
        assert (article.lead or "-") not in (article.body or "")

    def test_what_the_design_shows_is_read_by_its_selectors(self, sister: Sister) -> None:
        article = _article(sister.file)
        assert article.template == "2026"
        others = {name for name, source in article.sources.items() if source is not Source.TEMPLATE}
        assert others == {"section", "modified_at", "canonical_link"}

    def test_modified_as_stated_and_never_edited(self, sister: Sister) -> None:
        article = _article(sister.file)
        assert article.modified_at == article.published_at
        assert article.created_at is None

    def test_no_warnings(self, sister: Sister) -> None:
        assert _article(sister.file).warnings == ()


def test_the_video_is_the_playlist_with_its_picture() -> None:
    (video,) = _article(SISTERS[2].file).videos
    assert video.url.endswith("/playlist.m3u8")
    assert video.poster is not None
    assert video.poster.endswith("/360.jpg.avif")
