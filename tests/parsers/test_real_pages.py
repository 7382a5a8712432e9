"""The eight real pages of template 2021: every field exactly as the page prints it."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.items import Kind, Source
from crawler.parsers import parse_article
from crawler.parsers.errors import NotArticleError
from tests.parsers import real

_PAGES = list(real.expected()) or [pytest.param("", marks=pytest.mark.skip(reason="no real pages here"))]


@pytest.mark.parametrize("field", real.FIELDS)
@pytest.mark.parametrize("id_", _PAGES)
def test_field_is_exact(id_: str, field: str) -> None:
    assert real.read(real.article(id_), field) == real.reference(id_, field)


@pytest.mark.parametrize("id_", _PAGES)
def test_what_the_reference_does_not_list(id_: str) -> None:
    article = real.article(id_)
    assert (article.id, article.template, article.kind) == (id_, "2021", Kind.TEXT)
    assert article.warnings == ()
    assert article.canonical_link == article.url
    assert article.section is not None
    assert article.section.id in {475, 577, 579, 129}
    assert article.section.slug
    assert article.created_at is not None
    assert article.created_at.strftime("%Y%m%d%H%M%S") == id_[:14]
    assert article.sources["headline"] == article.sources["body"] == Source.TEMPLATE


def test_fields_right_of_fields_checked(shared_site: Path) -> None:
    checked = [(id_, field) for id_ in real.expected() for field in real.FIELDS]
    right = sum(real.read(real.article(id_), field) == real.reference(id_, field) for id_, field in checked)
    print(f"\nreal pages: {right} of {len(checked)} fields right")
    assert (right, len(checked)) == (96, 96)


def test_the_real_listing_is_no_article(shared_site: Path) -> None:
    page = real.page("listing_phap-luat-475ct0")
    with pytest.raises(NotArticleError, match="section page"):
        parse_article(page, "https://baotintuc.vn/xa-hoi/khong-phai-bai-20250713000000000.htm")
    with pytest.raises(NotArticleError, match="section page"):
        parse_article(page, "")
