"""The replica's pages, in every template and kind: the parser reads what the replica generated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from crawler.items import Article
from crawler.parsers import parse_article
from tests.replica import Replica, ReplicaArticle

_NOT_COMPARED = {"sources", "warnings", "canonical_link"}


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    with Replica(seed=20, articles=90, templates=("2016", "2021", "2026")) as running:
        yield running


@pytest.mark.parametrize("field", [one.name for one in fields(Article) if one.name not in _NOT_COMPARED])
def test_every_page_says_what_the_replica_generated(replica: Replica, field: str) -> None:
    wrong = [item.path for item in replica.articles if not _same(replica, item, field)]
    assert wrong == []


def test_the_replica_s_pages_have_no_contradictions(replica: Replica) -> None:
    read = [parse_article(replica.page(item.path).body, item.url) for item in replica.articles]
    assert [article.warnings for article in read if article.warnings] == []


def _same(replica: Replica, item: ReplicaArticle, field: str) -> bool:
    read = parse_article(replica.page(item.path).body, item.url)
    return bool(getattr(read, field) == getattr(item.article, field))
