"""The real saved pages through the whole product: every field of what they say, exactly."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.running import Place

FIELDS = (
    "url", "headline", "lead", "published_at", "section", "byline", "contributors", "tags", "photos", "paragraphs", "related", "videos",
)  # fmt: skip
SOURCES = ("pages.warc.gz", "pages")


@pytest.fixture(scope="module")
def expected(shared_site: Path) -> dict[str, dict[str, Any]]:
    """What the 8 pages say, by article id."""
    text = (shared_site / "real" / "expected.json").read_text(encoding="utf-8")
    return json.loads(unicodedata.normalize("NFC", text))  # type: ignore[no-any-return]


@pytest.fixture(scope="module", params=SOURCES)
def ingested(
    request: pytest.FixtureRequest, shared_site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Place:
    """A database filled from the WARC, and one filled from the single files."""
    place = Place(tmp_path_factory.mktemp("real"))
    assert place.scrapy("ingest", shared_site / "real" / request.param).code == 0
    return place


def stored(place: Place, id_: str) -> dict[str, Any]:
    """A stored article in the form of ``expected.json``."""
    (row,) = place.rows(
        "SELECT a.*, s.name AS section FROM articles a JOIN sections s ON s.id = a.section_id WHERE a.id = ?",
        id_,
    )
    fields = {name: row[name] for name in ("url", "headline", "lead", "published_at", "section", "byline")}
    fields["paragraphs"] = row["body"].split("\n\n")
    fields["contributors"] = children(place, "contributors", "name, role, agency", id_)
    fields["photos"] = children(place, "photos", "url, caption_raw, caption, credit", id_)
    fields["videos"] = children(place, "videos", "url, poster", id_)
    fields["related"] = [child["url"] for child in children(place, "related", "url", id_)]
    fields["tags"] = {
        child[0]
        for child in place.rows(
            "SELECT name FROM tags JOIN article_tags ON tag_id = id WHERE article_id = ?", id_
        )
    }
    return fields


def children(place: Place, table: str, columns: str, id_: str) -> list[dict[str, Any]]:
    return [
        dict(row)
        for row in place.rows(f"SELECT {columns} FROM {table} WHERE article_id = ? ORDER BY position", id_)
    ]


def as_stored(field: str, value: Any) -> Any:
    """What ``expected.json`` says, in the form it is stored in: absolute links, tags without an
    order, a player's address as the file and the still picture that it names."""
    if field == "related":
        return ["https://baotintuc.vn" + path for path in value]
    if field == "tags":
        return set(value)
    if field == "videos":
        return [{"url": part(player, "fileId"), "poster": part(player, "fileImg")} for player in value]
    return value


def part(player: str, name: str) -> str:
    return player.split(f"{name}=", 1)[1].split("&", 1)[0]


def test_every_field_of_the_real_pages_is_exact(
    ingested: Place, expected: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    checked = {
        (id_, field): as_stored(field, says[field]) for id_, says in expected.items() for field in FIELDS
    }
    found = {id_: stored(ingested, id_) for id_ in expected}
    wrong = {
        key: (found[key[0]][key[1]], value)
        for key, value in checked.items()
        if found[key[0]][key[1]] != value
    }
    with capsys.disabled():
        print(f"\nreal pages: {len(checked) - len(wrong)} of {len(checked)} fields right")
    assert len(checked) == 8 * len(FIELDS)
    assert not wrong


def test_the_listing_among_them_is_no_article(ingested: Place) -> None:
    assert ingested.outcomes("file") == {"new": 8, "not_article": 1}


def test_nine_fetches_of_one_article_are_one_article_at_revision_1(place: Place, shared_site: Path) -> None:
    assert place.scrapy("ingest", shared_site / "real" / "refetched.warc.gz").code == 0
    assert place.outcomes("file") == {"new": 1, "unchanged": 8}
    assert [tuple(row) for row in place.rows("SELECT count(*), max(revision) FROM articles")] == [(1, 1)]
    assert place.one("SELECT count(*) FROM revisions") == 0
