"""The content hash: what makes two readings the same content."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.items import Article, Photo, Source
from pipelines.content import FIELDS, Content, hashes_of, nfc, normal, photo_name
from tests.pipelines.factory import article


def content_hash(read: Article) -> str:
    return hashes_of(read, Content.of(read)).content


def details(read: Article) -> str:
    return hashes_of(read, Content.of(read)).details


def test_the_hash_names_its_version() -> None:
    version, _, digest = content_hash(article()).partition("-")
    assert (version, len(digest)) == ("1", 32)


def test_the_hash_stays_what_it_was_when_version_1_was_released() -> None:
    """If this fails, VERSION has to be raised and every stored hash made again."""
    fixed = Content(
        "Đường mới", "Sapô", "Một.\n\nHai.", "TTXVN", (Photo(url="https://a/b.jpg", caption="C"),), ("b", "a")
    )
    assert hashes_of(article(), fixed).content == "1-2915431204a246d8498fd6e217830d70"


@pytest.mark.parametrize(
    "same",
    [
        {"body": article().body.replace(" ", "\u00a0 \n")},  # type: ignore[union-attr]
        {"body": article().body.replace("\n\n", " ")},  # type: ignore[union-attr]
        {"headline": unicodedata.normalize("NFD", article().headline or "")},
        {"lead": f"\ufeff{article().lead}\u200b"},
        {"tags": ("Bến Tre", "giao thông", "Bến Tre")},
        {
            "photos": (
                replace(article().photos[0], url="https://media.baotintuc.vn/images/9f/anh-1.jpg.webp?w=600"),
            )
        },
        {"related": ("https://baotintuc.vn/x-post1.html",)},
        {"modified_at": article().published_at},
        {"template": "2026"},
    ],
)
def test_what_is_no_change_of_the_content(same: dict[str, Any]) -> None:
    assert content_hash(article(**same)) == content_hash(article())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("headline", "Đường về Cần Thơ"),
        ("lead", None),
        ("body", "Đoạn khác."),
        ("byline", "TTXVN/Báo Tin tức và Dân tộc"),
        ("tags", ("giao thông",)),
        ("photos", ()),
        ("photos", (replace(article().photos[0], url="https://cdnmedia.baotintuc.vn/khac.jpg"),)),
        ("photos", (replace(article().photos[0], caption_raw="Chú thích khác."),)),
        ("photos", (Photo(url="https://a/b.jpg"), *article().photos)),
    ],
)
def test_what_is_a_change_names_its_field(field: str, value: object) -> None:
    read = article(**{field: value})
    assert content_hash(read) != content_hash(article())
    assert Content.of(article()).changed(Content.of(read)) == (field,)


@pytest.mark.parametrize(
    "other",
    [
        {"sources": {"headline": Source.METADATA}},
        {"section": None},
        {"contributors": ()},
        {"template": "2026"},
        {"published_at": None},
        {"photos": (replace(article().photos[0], url="https://media.baotintuc.vn/b/anh-1.jpg"),)},
        {"photos": (replace(article().photos[0], caption="Khác"),)},
    ],
)
def test_the_details_hash_sees_what_the_content_hash_does_not(other: dict[str, Any]) -> None:
    assert content_hash(article(**other)) == content_hash(article())
    assert details(article(**other)) != details(article())


def test_the_details_hash_does_not_see_what_every_fetch_changes() -> None:
    same = article(related=("https://baotintuc.vn/x-post1.html",), modified_at=article().published_at)
    assert details(same) == details(article())


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://cdnmedia.baotintuc.vn/Upload/a/files/2026/08/anh-1.jpg", "anh-1.jpg"),
        (
            "https://cdnthumb.baotintuc.vn/ha_w/600/https@@$$media.baotintuc.vn/Upload/a/anh-1.jpg",
            "anh-1.jpg",
        ),
        ("https://media.baotintuc.vn/images/9f3a/anh-1.jpg.avif", "anh-1.jpg"),
        ("https://media.baotintuc.vn/images/9f3a/anh%201.jpg?w=1", "anh 1.jpg"),
        ("https://media.baotintuc.vn/a.webp", "a.webp"),
        ("https://media.baotintuc.vn/", "media.baotintuc.vn"),
    ],
)
def test_a_photo_is_known_by_the_end_of_its_address(url: str, name: str) -> None:
    assert photo_name(url) == name


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(st.text(), st.sampled_from(("NFC", "NFD")))
def test_the_unicode_form_does_not_count(text: str, form: Any) -> None:
    assert normal(unicodedata.normalize(form, text)) == normal(text)


def test_the_fields_are_those_of_the_contract() -> None:
    assert FIELDS == ("headline", "lead", "body", "byline", "photos", "tags")


def test_of_marks_piled_on_one_letter_few_stay() -> None:
    piled = "ế" + "\u0323\u0301" * 60_000 + " Bến Tre"
    kept = nfc(piled) or ""
    assert len(kept) < 50
    assert kept.endswith(" Bến Tre")
    assert normal(piled) == kept
    assert nfc("Bê\u0301n Tre") == "Bến Tre"


@given(
    st.lists(
        st.sampled_from(
            ["a", "ế", " ", "\n", "\n\n", "\u00a0", "\u200b", "\u00ad", "e\u0302\u0301", "\u0301", "\t"]
        )
    ).map("".join)
)
@example("Đoạn một.\n\nĐoạn hai.")
def test_what_is_told_at_a_look_is_normal_all_the_same(text: str) -> None:
    """Against the definition: no invisible characters, composed, one blank between words."""
    visible = text.replace("\u200b", "").replace("\u00ad", "")
    assert normal(text) == " ".join(unicodedata.normalize("NFC", visible).split())
