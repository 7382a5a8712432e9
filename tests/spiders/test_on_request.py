"""Runs over a part of the site that somebody asked for: sections, a search, a tag."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.replica import Fault, Replica
from tests.replica.article import ReplicaArticle
from tests.replica.prose import slugify
from tests.replica.render_2021 import tag_path as old_path
from tests.replica.render_2026 import tag_path as new_path
from tests.running import Place

NEW: dict[str, Any] = {"cms": "new", "templates": ("2026",)}
OLD: dict[str, Any] = {"cms": "old", "templates": ("2021",)}
ONE_CMS = {"new": NEW, "old": OLD}


def stored(place: Place) -> set[str]:
    return {row["id"] for row in place.rows("SELECT id FROM articles")}


def ids(articles: Iterable[ReplicaArticle]) -> set[str]:
    return {article.id for article in articles}


def layers(place: Place) -> dict[str, int]:
    """What the latest run counted of each layer: ``search/links`` and so on."""
    stats = json.loads(place.one("SELECT stats FROM runs ORDER BY id DESC LIMIT 1"))
    prefix = "tintuc/discovery/"
    return {name.removeprefix(prefix): value for name, value in stats.items() if name.startswith(prefix)}


def outcome_of(place: Place, path: str) -> tuple[str, int | None, str | None]:
    """What became of the latest fetch of a path of the site."""
    sql = "SELECT outcome, status, reason FROM fetches WHERE url = ? ORDER BY id DESC LIMIT 1"
    (row,) = place.rows(sql, "https://baotintuc.vn" + path)
    return tuple(row)


def tagged(replica: Replica, tag: str) -> list[ReplicaArticle]:
    return [article for article in replica.articles if tag in article.tags]


def a_tag(replica: Replica) -> str:
    """A tag of some articles, and not of most: with diacritics, and of a slug that no other tag has."""
    counts = Counter(tag for article in replica.articles for tag in article.tags)
    slugs = Counter(map(slugify, counts))
    fit = (tag for tag, number in counts.items() if 3 <= number <= 12 and slugs[slugify(tag)] == 1)
    return next(tag for tag in sorted(fit) if not tag.isascii())


# --- a search ------------------------------------------------------------------------------


def test_a_search_brings_what_the_site_finds_and_nothing_else(place: Place) -> None:
    with Replica(seed=71, articles=60, sections=4) as replica:
        some = [article for article in replica.articles if article.template == "2021"][:2]
        some += [article for article in replica.articles if article.template == "2026"][:3]
        for article in some:
            replica.edit(article.id, headline=f"{article.headline} ở Bến Tre")
        ended = place.crawl(replica.origin, "-a", "query=Bến Tre")
    assert ended.code == 0, ended.err
    words = [a for a in replica.articles if "-ben-tre-" in f"-{slugify(a.headline)}-{slugify(a.lead)}-"]
    assert len(words) >= 5
    assert stored(place) == ids(words)
    counted = layers(place)
    assert (counted["search/pages"], counted["search/links"], counted["search/new"]) == (
        2,
        len(words),
        len(words),
    )
    assert "listing/pages" not in counted
    assert place.one("SELECT count(*) FROM frontier") == 0


def test_a_search_is_read_to_its_last_page(place: Place) -> None:
    with Replica(seed=72, articles=45, sections=2, **OLD) as replica:
        for article in replica.articles:
            replica.edit(article.id, headline=f"{article.headline} ở Bến Tre")
        ended = place.crawl(replica.origin, "-a", "query=bến tre")
        assert ended.code == 0, ended.err
        assert stored(place) == ids(replica.articles)
    assert layers(place)["search/pages"] == 3


def test_a_search_that_finds_nothing_says_so(place: Place) -> None:
    with Replica(seed=73, articles=20, sections=2) as replica:
        ended = place.crawl(replica.origin, "-a", "query=xyzzy plugh")
    assert ended.code == 3
    assert "FAIL asked for: nothing for search xyzzy plugh" in ended.err
    assert stored(place) == set()


# --- a tag ---------------------------------------------------------------------------------


@pytest.mark.parametrize("cms", ["new", "old"])
def test_a_tag_brings_the_articles_that_bear_it_and_no_others(place: Place, cms: str) -> None:
    with Replica(seed=74, articles=60, sections=4, **ONE_CMS[cms]) as replica:
        tag = a_tag(replica)
        mention(replica, tag)
        ended = place.crawl(replica.origin, "-a", f"tag={tag}")
        assert ended.code == 0, ended.err
        expected = ids(tagged(replica, tag))
    assert stored(place) == expected
    counted = layers(place)
    assert (counted["tag/pages"], counted["tag/links"]) == (1, len(expected))
    assert "listing/pages" not in counted
    if cms == "new":  # there the address of the old CMS was a guess
        assert outcome_of(place, old_path(tag)) == (
            "skipped",
            404,
            "status 404: not found; the address was a guess",
        )


def mention(replica: Replica, tag: str) -> None:
    """Let an article that bears a tag name it in its headline, and before it one that does not bear it."""
    bearer = tagged(replica, tag)[0]
    other = next(article for article in reversed(replica.articles) if tag not in article.tags)
    for article in (bearer, other):
        replica.edit(article.id, headline=f"{article.headline} và {tag}")


def test_a_tag_of_both_designs_brings_the_articles_of_both(place: Place) -> None:
    with Replica(seed=75, articles=80, sections=4) as replica:
        tag = next(
            tag
            for tag in sorted({tag for article in replica.articles for tag in article.tags})
            if {article.template for article in tagged(replica, tag)} == {"2021", "2026"}
            and len(tagged(replica, tag)) <= 20
        )
        replica.edit(
            next(a for a in tagged(replica, tag) if a.template == "2026").id,
            headline=f"Chuyện về {tag} hôm nay",
        )
        ended = place.crawl(replica.origin, "-a", f"tag={tag.upper()}")
        assert ended.code == 0, ended.err
        assert stored(place) == ids(tagged(replica, tag))


def test_a_stored_article_shows_the_way_to_the_page_of_its_tag(place: Place) -> None:
    """The site's search is not needed then, which robots.txt may well disallow."""
    with Replica(
        seed=76, articles=60, sections=4, robots="User-agent: *\nDisallow: /search/\n", **NEW
    ) as replica:
        tag = a_tag(replica)
        bearer, *_ = tagged(replica, tag)
        place.crawl(replica.origin, "-a", f"url={bearer.url}")
        replica.clear_log()
        ended = place.crawl(replica.origin, "-a", f"tag={slugify(tag)}")
        assert ended.code == 0, ended.err
        assert stored(place) == ids(tagged(replica, tag))
        assert replica.hits[bearer.path] == 1
        assert not [request for request in replica.requests if request.path.startswith("/search")]


@pytest.mark.parametrize("form", ["new", "old"])
def test_the_address_of_a_tag_page_is_taken_as_it_is(place: Place, form: str) -> None:
    with Replica(seed=77, articles=60, sections=4, **ONE_CMS[form]) as replica:
        tag = a_tag(replica)
        path = new_path(tag) if form == "new" else old_path(tag)
        ended = place.crawl(replica.origin, "-a", f"tag=https://baotintuc.vn{path}")
        assert ended.code == 0, ended.err
        assert stored(place) == ids(tagged(replica, tag))
        lists = {request.target for request in replica.requests} - {a.path for a in replica.articles}
        assert lists == {"/robots.txt", path}


def test_a_tag_that_leads_nowhere_is_one_clear_line_and_exit_3(place: Place) -> None:
    with Replica(seed=78, articles=30, sections=3) as replica:
        ended = place.crawl(replica.origin, "-a", "tag=Xứ sở không có thật")
        asked = [request.path for request in replica.requests]
    assert ended.code == 3
    assert "FAIL asked for: nothing for tag Xứ sở không có thật" in ended.err
    assert stored(place) == set()
    assert len(asked) <= 3


def test_a_tag_that_the_search_mentions_but_nobody_bears_is_looked_for_in_few_articles(place: Place) -> None:
    with Replica(seed=79, articles=40, sections=3, **NEW) as replica:
        for article in replica.articles:
            replica.edit(article.id, headline=f"{article.headline} ở Bến Tre")
        ended = place.crawl(replica.origin, "-a", "tag=Bến Tre xưa", "-s", "TINTUC_GIVE_UP_AFTER=0")
        assert ended.code == 3
        replica.clear_log()
        ended = place.crawl(replica.origin, "-a", "tag=ở Bến Tre")
        assert ended.code == 3
        looked_at = [request for request in replica.requests if "-post" in request.path]
    assert 1 <= len(looked_at) <= 5
    assert place.outcomes() == {"skipped": len(looked_at)}
    assert stored(place) == set()


# --- sections ------------------------------------------------------------------------------


@pytest.mark.parametrize("cms", ["new", "old"])
def test_a_section_is_asked_for_where_the_sites_own_menu_has_it(place: Place, cms: str) -> None:
    with Replica(seed=81, articles=60, sections=("the-thao", "kinh-te"), **ONE_CMS[cms]) as replica:
        ended = place.crawl(replica.origin, "-a", "sections=the-thao")
        assert ended.code == 0, ended.err
        assert stored(place) == {a.id for a in replica.articles if a.section.slug == "the-thao"}
    assert "WARN errors" not in ended.err
    assert place.one("SELECT count(*) FROM fetches WHERE status = 404") == 0


def test_the_home_page_read_for_its_menu_is_still_to_be_read_by_the_next_whole_run(place: Place) -> None:
    with Replica(seed=82, articles=30, sections=("the-thao", "kinh-te")) as replica:
        place.crawl(replica.origin, "-a", "sections=the-thao")
        assert outcome_of(place, "/") == ("skipped", 200, "only its navigation was asked for")
        replica.clear_log()
        assert place.crawl(replica.origin).code == 0
        assert replica.hits["/"] == 1
        assert stored(place) == ids(replica.articles)


def test_a_section_that_the_menu_does_not_have_is_guessed_and_a_wrong_guess_is_no_error(place: Place) -> None:
    with Replica(seed=83, articles=60, sections=("the-thao", "bong-da"), **NEW) as replica:
        replica.fault("/", Fault.status(404))
        ended = place.crawl(replica.origin, "-a", "sections=bong-da")
        assert ended.code == 0, ended.err
        assert stored(place) == {a.id for a in replica.articles if a.section.slug == "bong-da"}
    assert "WARN errors" not in ended.err
    assert outcome_of(place, "/bong-da-547ct273.htm")[:2] == ("skipped", 404)
    assert outcome_of(place, "/bong-da.rss")[:2] == ("skipped", 404)
    assert outcome_of(place, "/")[:2] == ("http_error", 404)


def test_a_section_that_no_address_answers_for_is_named(place: Place) -> None:
    with Replica(seed=84, articles=30, sections=("the-thao",), **OLD) as replica:
        ended = place.crawl(replica.origin, "-a", "sections=the-thao,tennis")
    assert ended.code == 3
    assert "FAIL asked for: nothing for section tennis" in ended.err
    assert "section the-thao" not in ended.err
    assert len(stored(place)) > 0


def test_a_feed_of_everything_is_no_answer_for_a_section(place: Place) -> None:
    """The new CMS answers an address that it does not know so, with status 200."""
    with Replica(seed=9, articles=20, sections=("thoi-su", "kinh-te"), **NEW) as replica:
        for _ in range(2):
            ended = place.crawl(replica.origin, "-a", "sections=tennis")
            assert ended.code == 3
            assert "FAIL asked for: nothing for section tennis" in ended.err
            assert stored(place) == set()
            outcome, status, reason = outcome_of(place, "/rss/tennis-549.rss")
            assert (outcome, status) == ("skipped", 200)
            assert reason == "answers with another feed: Trang chủ; the address was a guess"
        assert place.crawl(replica.origin).code == 0
        assert place.crawl(replica.origin, "-a", "sections=tennis").code == 3


@pytest.mark.parametrize("to", ["/", "/the-thao-273ct0.htm", "/rss.htm"])
def test_a_listing_that_leads_elsewhere_is_no_answer_for_its_section(place: Place, to: str) -> None:
    with Replica(seed=9, articles=20, sections=("the-thao", "kinh-te"), **OLD) as replica:
        replica.fault("/tennis-549ct273.htm", Fault.redirect(f"https://baotintuc.vn{to}", 301))
        ended = place.crawl(replica.origin, "-a", "sections=tennis")
    assert ended.code == 3
    assert "FAIL asked for: nothing for section tennis" in ended.err
    assert stored(place) == set()
    outcome, status, reason = outcome_of(place, "/tennis-549ct273.htm")
    assert (outcome, status) == ("skipped", 200)
    assert reason == f"led to another page: https://baotintuc.vn{to}; the address was a guess"


def test_a_listing_that_the_menu_links_to_and_that_leads_elsewhere_is_invalid(place: Place) -> None:
    with Replica(seed=9, articles=20, sections=("the-thao", "kinh-te"), **OLD) as replica:
        replica.fault("/kinh-te-128ct0.htm", Fault.redirect("https://baotintuc.vn/", 301))
        replica.fault("/kinh-te.rss", Fault.status(404))
        ended = place.crawl(replica.origin, "-a", "sections=kinh-te")
    assert ended.code == 3
    assert stored(place) == set()
    assert outcome_of(place, "/kinh-te-128ct0.htm")[:2] == ("invalid", 200)


def test_a_listing_at_another_address_of_its_section_is_read(place: Place) -> None:
    with Replica(seed=9, articles=20, sections=("the-thao", "kinh-te"), **OLD) as replica:
        moved = "/tin-the-thao-273ct0.htm"
        replica.fault("/the-thao-273ct0.htm", Fault.redirect(f"https://baotintuc.vn{moved}", 301))
        replica.fault("*.rss", Fault.status(404))
        ended = place.crawl(replica.origin, "-a", "sections=the-thao")
        assert ended.code == 0, ended.err
        assert stored(place) == {a.id for a in replica.articles if a.section.slug == "the-thao"}


def test_a_search_that_leads_to_the_home_page_finds_nothing(place: Place) -> None:
    with Replica(seed=9, articles=20, sections=("the-thao", "kinh-te"), **OLD) as replica:
        replica.fault("/Search.aspx*", Fault.redirect("https://baotintuc.vn/"))
        ended = place.crawl(replica.origin, "-a", "query=Bến Tre")
    assert ended.code == 3
    assert stored(place) == set()


def test_what_is_not_due_yet_or_given_up_is_not_asked_for_by_a_run_over_its_section(place: Place) -> None:
    with Replica(seed=85, articles=24, sections=("the-thao",), days=1) as replica:
        of_section = [article for article in replica.articles if article.section.slug == "the-thao"]
        late, gone, due = of_section[:3]
        paths = (late.path, gone.path, due.path)
        for path in paths:
            replica.fault(path, Fault.status(500))
        place.crawl(replica.origin, TINTUC_GIVE_UP_AFTER=0)
        assert place.one("SELECT count(*) FROM frontier") == 3
        with place.connection() as conn, conn:
            conn.execute("UPDATE frontier SET next_try_at = '2020-01-01T00:00:00Z', found_by = 'home'")
            conn.execute(
                "UPDATE frontier SET next_try_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '7 days') WHERE url = ?",
                (late.url,),
            )
            conn.execute(
                "UPDATE frontier SET given_up_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE url = ?",
                (gone.url,),
            )
        replica.heal()
        replica.clear_log()
        place.crawl(replica.origin, "-a", "sections=the-thao", "-a", "since=2020-01-01")
        assert [replica.hits[path] for path in paths] == [0, 0, 1]
        assert stored(place) == ids(replica.articles) - {late.id, gone.id}


def test_real_addresses_of_the_menu_are_taken(shared_site: Path, place: Place) -> None:
    """The saved listing of the real site: its own menu names the section, so nothing is guessed."""
    with Replica(seed=1, articles=0) as replica:
        replica.serve_saved(shared_site / "real")
        place.crawl(replica.origin, "-a", "sections=phap-luat")
    assert outcome_of(place, "/phap-luat-475ct0.htm")[0] == "read"
