"""A byline put into an article: what the page prints, and what only its metadata glues together."""

from __future__ import annotations

import pytest

from crawler.items import Source
from crawler.parsers.assemble import Draft
from crawler.parsers.identity import Identity


def draft(byline: str, source: Source) -> Draft:
    """A draft with nothing but a byline."""
    result = Draft(
        Identity(id="20240316083015204", url="https://baotintuc.vn/a", canonical_link=None), "2021"
    )
    result.put_byline(byline, source)
    return result


@pytest.mark.parametrize(
    ("stated", "name", "agency"),
    [
        ("Hải VânTTXVN", "Hải Vân", "TTXVN"),
        ("Minh KhuêBáo Tin tức", "Minh Khuê", "Báo Tin tức"),
        ("Minh KhuêBáo Tin tức và Dân tộc", "Minh Khuê", "Báo Tin tức và Dân tộc"),
        ("Hải VânVietnam+", "Hải Vân", "Vietnam+"),
        ("Hải VânVietnamPlus", "Hải Vân", "VietnamPlus"),
    ],
)
def test_what_metadata_glues_together_tells_who_but_is_no_byline(stated: str, name: str, agency: str) -> None:
    values = draft(stated, Source.METADATA).values
    assert "byline" not in values
    assert [(one.name, one.agency) for one in values["contributors"]] == [(name, agency)]


@pytest.mark.parametrize("stated", ["Hải Vân/Báo Tin tức", "Báo Tin tức", "Hải Vân Vietnam+"])
def test_what_metadata_states_as_one_would_print_it_is_the_byline(stated: str) -> None:
    assert draft(stated, Source.METADATA).values["byline"] == stated


def test_what_the_page_itself_prints_is_the_byline_glued_or_not() -> None:
    assert draft("Hải VânBáo Tin tức", Source.TEMPLATE).values["byline"] == "Hải VânBáo Tin tức"
