"""A crawl of the replica over real HTTP: everything found, each field as printed, nothing twice."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.settings import EXTENSIONS
from crawler.site.urls import ORIGIN
from tests.comparing import differences, printed_fields, stored_fields
from tests.crawler.test_real_pages import FIELDS, as_stored, stored
from tests.replica import Fault, Replica
from tests.running import Ended, Place


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    """A site of 200 articles over the designs of 2021 and 2026."""
    with Replica(seed=11, articles=200) as site:
        yield site


@pytest.fixture(scope="module")
def crawled(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Ended]:
    """The first crawl of that site, on an empty database."""
    place = Place(tmp_path_factory.mktemp("crawled"))
    return place, place.crawl(replica.origin)


def test_the_first_crawl_is_healthy_and_stores_every_article_once(
    replica: Replica, crawled: tuple[Place, Ended]
) -> None:
    place, ended = crawled
    assert ended.code == 0, ended.err
    ids = [row["id"] for row in place.rows("SELECT id FROM articles")]
    assert sorted(ids) == sorted(article.id for article in replica.articles)
    assert place.outcomes() == {"new": 200}
    assert place.one("SELECT count(*) FROM frontier") == 0


def test_every_field_is_what_the_page_says(replica: Replica, crawled: tuple[Place, Ended]) -> None:
    place, _ = crawled
    with place.connection() as conn:
        wrong = {
            article.id: list(differences(stored_fields(conn, article.id), printed_fields(article.article)))
            for article in replica.articles
        }
    assert not [(id_, lines) for id_, lines in wrong.items() if lines]


def test_no_article_page_is_asked_for_twice(replica: Replica, crawled: tuple[Place, Ended]) -> None:
    assert {replica.hits[article.path] for article in replica.articles} == {1}


def test_every_url_touched_has_an_outcome(replica: Replica, crawled: tuple[Place, Ended]) -> None:
    place, _ = crawled
    touched = {
        row["url"].removeprefix("https://baotintuc.vn").removeprefix("https://api.baotintuc.vn")
        for row in place.rows("SELECT url FROM fetches")
    }
    asked = {request.target for request in replica.requests}
    assert asked <= touched | {"/"}


def test_only_canonical_urls_are_stored(crawled: tuple[Place, Ended]) -> None:
    place, _ = crawled
    for table, column in (("articles", "url"), ("fetches", "url"), ("aliases", "url"), ("related", "url")):
        assert place.one(f"SELECT count(*) FROM {table} WHERE {column} LIKE '%127.0.0.1%'") == 0


def test_the_site_is_told_who_asks(replica: Replica, crawled: tuple[Place, Ended]) -> None:
    agents = {request.headers.get("user-agent", "") for request in replica.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("tintuc/")


def test_a_second_crawl_asks_for_no_stored_article_and_writes_none(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with Replica(seed=12, articles=40, sections=5) as replica:
        assert place.crawl(replica.origin).code == 0
        replica.clear_log()
        assert place.crawl(replica.origin, "-a", "recheck=0").code == 0
        asked = {request.path for request in replica.requests}
        assert not asked & {article.path for article in replica.articles}
        assert max(replica.hits.values()) == 1
    assert place.outcomes() == {}
    assert place.one("SELECT count(*) FROM revisions") == 0


def test_an_edited_article_becomes_revision_2_with_the_old_text_kept(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with Replica(seed=13, articles=8, sections=3) as replica:
        place.crawl(replica.origin)
        before = replica.articles[0]
        replica.edit(before.id, headline="Cập nhật: " + before.headline)
        ended = place.crawl(replica.origin, "-a", f"url={before.url}")
    assert ended.code == 0, ended.err
    assert place.outcomes() == {"updated": 1}
    assert place.one("SELECT headline FROM revisions") == before.headline
    assert place.one("SELECT revision FROM articles WHERE id = ?", before.id) == 2
    assert (
        place.one("SELECT headline FROM articles WHERE id = ?", before.id) == "Cập nhật: " + before.headline
    )


def test_a_run_over_sections_stays_in_them(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with Replica(seed=14, articles=60, sections=("thoi-su", "kinh-te", "the-thao")) as replica:
        ended = place.crawl(replica.origin, "-a", "sections=the-thao")
        expected = {article.id for article in replica.articles if article.section.slug == "the-thao"}
    assert ended.code == 0, ended.err
    assert expected
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == expected


def test_only_the_given_url_is_fetched(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with Replica(seed=15, articles=5) as replica:
        article = replica.articles[2]
        assert place.crawl(replica.origin, "-a", f"url={article.url}").code == 0
        assert sorted(request.path for request in replica.requests) == sorted(["/robots.txt", article.path])
    assert [row["id"] for row in place.rows("SELECT id FROM articles")] == [article.id]


def test_a_given_url_that_has_not_changed_is_a_healthy_run(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with Replica(seed=15, articles=5) as replica:
        url = f"url={replica.articles[2].url}"
        place.crawl(replica.origin, "-a", url)
        assert place.crawl(replica.origin, "-a", url).code == 0
    assert place.outcomes() == {"unchanged": 1}


def test_a_file_of_urls_of_which_one_is_gone_is_a_healthy_run(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with Replica(seed=15, articles=5) as replica:
        file = tmp_path / "urls.txt"
        file.write_text(f"{replica.articles[2].url}\nhttps://baotintuc.vn/khong-co-post999999.html\n")
        assert place.crawl(replica.origin, "-a", f"urls={file}").code == 0
    assert place.outcomes() == {"new": 1, "http_error": 1}


def test_a_file_of_urls_is_fetched_each_once(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with Replica(seed=15, articles=6) as replica:
        chosen = replica.articles[:3]
        file = tmp_path / "urls.txt"
        file.write_text("\n".join(article.url for article in [*chosen, *chosen]), encoding="utf-8")
        assert place.crawl(replica.origin, "-a", f"urls={file}").code == 0
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == {article.id for article in chosen}


def test_what_is_missing_is_recorded_as_such(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with Replica(seed=16, articles=3) as replica:
        ended = place.crawl(replica.origin, "-a", "url=https://baotintuc.vn/khong-co-bai-nay-post999999.html")
    assert ended.code == 3
    assert "FAIL asked for: 0 of 1 pages that were asked for are stored" in ended.err
    (row,) = place.rows("SELECT outcome, status, reason FROM fetches WHERE kind = 'article'")
    assert tuple(row) == ("http_error", 404, "status 404: not found")


@pytest.fixture(scope="module")
def real(shared_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A crawl of one section of the real saved pages, served at their own paths."""
    place = Place(tmp_path_factory.mktemp("real"))
    with Replica(seed=1, articles=0) as replica:
        replica.serve_saved(shared_site / "real")
        ended = place.crawl(replica.origin, "-a", "sections=phap-luat", "-a", "since=2025-07-01")
    assert ended.code == 3, ended.err  # most of what the listing links to is not among the saved pages
    assert "FAIL errors" in ended.err
    return place


def test_the_real_listing_leads_to_its_saved_articles_and_the_others_are_404(real: Place) -> None:
    listed = real.rows("SELECT url, outcome, status FROM fetches WHERE kind = 'article'")
    assert len(listed) == 24
    stored = {row["url"] for row in listed if row["outcome"] == "new"}
    assert len(stored) == real.one("SELECT count(*) FROM articles") >= 5
    assert {row["status"] for row in listed if row["url"] not in stored} == {404}


def test_the_real_articles_are_stored_exactly(real: Place, shared_site: Path) -> None:
    text = (shared_site / "real" / "expected.json").read_text(encoding="utf-8")
    expected = json.loads(unicodedata.normalize("NFC", text))
    ids = [row["id"] for row in real.rows("SELECT id FROM articles")]
    wrong = [
        (id_, field)
        for id_ in ids
        for field in FIELDS
        if stored(real, id_)[field] != as_stored(field, expected[id_][field])
    ]
    assert ids
    assert not wrong


@pytest.mark.parametrize(
    ("cms", "index"), [("old", "/rss.html"), ("new", "/rss.htm")], ids=["the old CMS", "the new CMS"]
)
def test_the_other_cms_feed_index_is_a_guess_and_no_error(place: Place, cms: str, index: str) -> None:
    templates = {"old": "2021", "new": "2026"}[cms]
    with Replica(seed=28, articles=6, sections=2, cms=cms, templates=(templates,)) as replica:
        assert place.crawl(replica.origin).code == 0
    (row,) = place.rows("SELECT outcome, reason FROM fetches WHERE url = ?", "https://baotintuc.vn" + index)
    assert tuple(row) == ("skipped", "status 404: not found; the address was a guess")
    assert place.one("SELECT count(*) FROM fetches WHERE outcome = 'http_error'") == 0


def test_a_site_without_feeds_and_sitemap_is_crawled_without_an_error(place: Place) -> None:
    with Replica(seed=29, articles=12, sections=2, cms="old", templates=("2021",)) as replica:
        for where in ("/rss.htm", "*.rss", "/sitemap.xml"):
            replica.fault(where, Fault.status(404))
        replica.fault("/robots.txt", Fault.robots("User-agent: *\nAllow: /\n"))  # it names no sitemap
        ended = place.crawl(replica.origin)
    assert ended.code == 0, ended.err
    assert place.one("SELECT count(*) FROM articles") == 12
    assert place.one("SELECT count(*) FROM fetches WHERE outcome = 'http_error'") == 0
    guesses = "SELECT count(*) FROM fetches WHERE outcome = 'skipped' AND reason LIKE '%was a guess'"
    assert place.one(f"{guesses} AND kind = 'sitemap'") == 1
    assert place.one(f"{guesses} AND kind = 'feed'") > 20


def test_a_feed_that_the_site_links_to_and_does_not_have_is_an_error(place: Place) -> None:
    with Replica(seed=28, articles=6, sections=2, cms="old", templates=("2021",)) as replica:
        replica.fault("/tin-moi-nhat.rss", Fault.status(404))
        place.crawl(replica.origin)
    sql = "SELECT outcome FROM fetches WHERE url = 'https://baotintuc.vn/tin-moi-nhat.rss'"
    assert place.one(sql) == "http_error"


def test_an_answer_that_a_defect_of_ours_could_not_read_is_in_the_ledger_and_owed(place: Place) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.breaking.ListingsBreak": 60})
    with Replica(seed=28, articles=6, sections=2, cms="old", templates=("2021",)) as replica:
        ended = place.crawl(replica.origin, EXTENSIONS=extensions)
    assert "nobody thought of this" in ended.err
    rows = place.rows(
        "SELECT url, outcome, status, reason FROM fetches WHERE kind = 'listing' AND url LIKE '%.htm'"
    )
    assert rows
    assert {tuple(row)[1:] for row in rows} == {
        ("invalid", 200, "a defect of tintuc: LookupError: nobody thought of this; please report it")
    }
    owed = place.rows("SELECT url FROM frontier WHERE kind = 'listing' AND attempts = 1")
    assert {row["url"] for row in owed} == {row["url"] for row in rows}
    assert place.one("SELECT count(*) FROM articles") == 6
    assert "FAIL defects" in ended.err
    assert ended.code == 3


def test_a_feed_that_a_defect_of_ours_could_not_record_is_in_the_ledger_and_told(place: Place) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.breaking.RecordingBreaks": 60})
    with Replica(seed=28, articles=6, sections=2, cms="old", templates=("2021",)) as replica:
        ended = place.crawl(replica.origin, EXTENSIONS=extensions)
        asked = {ORIGIN + path for path in replica.hits}
    assert "nobody thought of this" in ended.err
    assert {row["url"] for row in place.rows("SELECT url FROM fetches")} == asked
    rows = place.rows("SELECT outcome, status, reason FROM fetches WHERE url LIKE '%/thoi-su.rss'")
    assert [tuple(row) for row in rows] == [
        ("invalid", 200, "a defect of tintuc: LookupError: nobody thought of this; please report it")
    ]
    assert ended.code == 3
    assert "FAIL defects: answers that a defect of tintuc made nothing of: " in ended.err


def test_a_page_that_a_defect_of_ours_could_not_record_is_owed_and_told(place: Place) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.breaking.ValidatingBreaks": 60})
    with Replica(seed=28, articles=6, sections=2, cms="old", templates=("2021",)) as replica:
        ended = place.crawl(replica.origin, EXTENSIONS=extensions)
    assert place.outcomes() == {"invalid": 6}
    assert place.one("SELECT count(*) FROM frontier WHERE kind = 'article' AND attempts = 1") == 6
    assert "WARN defects: answers that a defect of tintuc made nothing of: 6 (6 article)" in ended.err


def test_a_database_that_breaks_while_an_answer_is_read_ends_the_run_in_one_line(place: Place) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.breaking.DatabaseBreaks": 60})
    with Replica(seed=28, articles=6, sections=2, cms="old", templates=("2021",)) as replica:
        ended = place.crawl(replica.origin, EXTENSIONS=extensions)
        assert len(replica.requests) <= 8
    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert str(place.database) in ended.err.splitlines()[-1]


def test_a_run_that_could_not_ask_for_what_is_owed_is_not_taken_for_finished(place: Place) -> None:
    extensions = json.dumps(EXTENSIONS | {"tests.breaking.OwedBreaks": 60})
    with Replica(seed=28, articles=6, sections=2, cms="old", templates=("2021",)) as replica:
        ended = place.crawl(replica.origin, EXTENSIONS=extensions)
    assert ended.code == 3
    assert "nobody thought of this" in ended.err
    assert place.one("SELECT finish_reason FROM runs") == "errored"
