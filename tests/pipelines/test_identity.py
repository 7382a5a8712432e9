"""One article, several ids: when ids are joined, and what a join moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crawler.items import Article, Cause, Fetch, FetchKind, Outcome
from crawler.site.urls import article_id
from pipelines.database import crawling, queries
from pipelines.schedule import RETRY
from tests.pipelines.factory import NOON, Desk, article, body, copy_of, failure, feed, fetch, moved

OLD, NEW = article(1), moved(1)


def redirected(*, hours: float = 1, **changes: object) -> Fetch:
    """The old address asked for, the new CMS' page answered."""
    return fetch(moved(1, **changes), hours=hours, url=OLD.url, aliases=(NEW.url,))


def test_an_old_address_that_redirects_is_the_same_article_under_both_ids(desk: Desk) -> None:
    desk.record(OLD)
    found = desk.record(redirected())
    assert (found.outcome, found.article_id) == (Outcome.UNCHANGED, OLD.id)
    assert desk.one("SELECT id, url, template FROM articles") == {
        "id": OLD.id,
        "url": NEW.url,
        "template": "2026",
    }
    assert desk.all("SELECT id, article_id FROM identities ORDER BY id") == [
        {"id": OLD.id, "article_id": OLD.id},
        {"id": NEW.id, "article_id": OLD.id},
    ]
    assert desk.one("SELECT url, article_id FROM aliases") == {"url": OLD.url, "article_id": OLD.id}


def test_after_that_the_new_address_alone_leads_to_the_same_row(desk: Desk) -> None:
    desk.record(OLD)
    desk.record(redirected())
    found = desk.record(fetch(moved(1, headline="Tít sửa"), hours=2))
    assert (found.outcome, found.article_id) == (Outcome.UPDATED, OLD.id)
    assert desk.count("articles") == 1


def test_the_time_alone_is_enough(desk: Desk) -> None:
    desk.record(OLD)
    found = desk.record(redirected(headline="Tít khác hẳn"))
    assert (found.outcome, found.article_id) == (Outcome.UPDATED, OLD.id)


def test_the_headline_alone_is_enough(desk: Desk) -> None:
    desk.record(OLD)
    later = OLD.published_at + timedelta(hours=3)  # type: ignore[operator]
    found = desk.record(redirected(published_at=later))
    assert (found.outcome, found.article_id) == (Outcome.UNCHANGED, OLD.id)


def test_neither_is_no_join_and_nothing_is_written_but_the_ledger(desk: Desk) -> None:
    desk.record(OLD)
    later = OLD.published_at + timedelta(days=90)  # type: ignore[operator]
    found = desk.record(redirected(headline="Tít khác hẳn", published_at=later))
    assert (found.outcome, found.article_id) == (Outcome.NOT_ARTICLE, OLD.id)
    assert found.warnings == (found.reason,)
    assert OLD.id in (found.reason or "")
    assert [desk.count(t) for t in ("articles", "identities", "aliases", "revisions")] == [1, 1, 0, 0]


def test_a_page_whose_canonical_link_names_another_article_is_refused(desk: Desk) -> None:
    desk.record(OLD)
    other = article(2, canonical_link=OLD.url, headline="Chuyện khác")
    assert desk.record(other).outcome is Outcome.NOT_ARTICLE


def test_an_unknown_old_id_of_the_same_day_is_a_doubt_and_no_alias(desk: Desk) -> None:
    found = desk.record(redirected())
    assert found.warnings == (f"cannot tell whether {OLD.id} is the same article as {NEW.id}",)
    assert [row["id"] for row in desk.all("SELECT id FROM identities")] == [NEW.id]
    assert desk.count("aliases") == 0
    desk.record(feed(OLD.url, hours=1))
    assert desk.one("SELECT url FROM frontier")["url"] == OLD.url


def test_an_article_whose_address_leads_elsewhere_stays_owed_until_it_answers_itself(desk: Desk) -> None:
    other = article(2, headline="Bài khác", body=body(60))
    desk.record(feed(OLD.url, other.url))
    desk.record(fetch(other, url=OLD.url, aliases=(other.url,)))
    owed = {"url": OLD.url, "attempts": 1, "next_try_at": "2026-11-20T05:10:00Z"}
    assert desk.one("SELECT url, attempts, next_try_at FROM frontier") == owed
    assert desk.record(fetch(OLD, hours=1)).outcome is Outcome.NEW
    assert desk.count("frontier") == 0


def test_an_address_that_always_leads_to_another_article_is_given_up_in_the_end(desk: Desk) -> None:
    other = article(2, headline="Bài khác", body=body(60))
    desk.record(feed(OLD.url))
    for hours in range(len(RETRY) + 1):
        desk.record(fetch(other, hours=hours, url=OLD.url, aliases=(other.url,)))
    assert desk.one("SELECT given_up_at FROM frontier")["given_up_at"] is not None


def test_an_alias_whose_id_is_not_on_record_as_the_articles_makes_nothing_known(desk: Desk) -> None:
    """As earlier versions made them of a redirect away from an article not seen yet."""
    other = article(2, headline="Bài khác", body=body(60))
    desk.record(other)
    with desk.db.conn:
        desk.db.conn.execute("INSERT INTO aliases VALUES (?, ?, '2026-11-20T05:00:00Z')", (OLD.url, other.id))
    assert crawling.known_links(desk.db, [OLD.url], article_id) == set()
    assert not crawling.knew(desk.db, OLD.url, NOON + timedelta(days=1), article_id)
    desk.record(feed(OLD.url, hours=1))
    assert desk.one("SELECT url FROM frontier")["url"] == OLD.url
    assert desk.record(failure(OLD.url, hours=1)).article_id is None
    assert desk.one("SELECT attempts FROM frontier")["attempts"] == 1
    desk.record(fetch(OLD, hours=2))
    assert (desk.count("articles"), desk.count("aliases"), desk.count("frontier")) == (2, 0, 0)


def test_an_article_whose_address_led_elsewhere_before_it_was_seen_gets_its_own_row(desk: Desk) -> None:
    other = article(2, headline="Bài khác", body=body(60))
    desk.record(fetch(other, url=OLD.url, aliases=(other.url,)))
    found = desk.record(fetch(OLD, hours=1))
    assert (found.outcome, found.article_id) == (Outcome.NEW, OLD.id)
    assert {row["id"] for row in desk.all("SELECT id FROM articles")} == {OLD.id, other.id}
    assert desk.count("aliases") == 0


def test_an_article_that_was_a_canonical_link_before_it_was_seen_gets_its_own_row(desk: Desk) -> None:
    other = article(2, headline="Bài khác", body=body(60))
    desk.record(article(1, canonical_link=other.url))
    assert desk.record(fetch(other, hours=1)).outcome is Outcome.NEW
    assert desk.count("articles") == 2


def test_two_rows_of_an_unchecked_redirect_are_joined_once_both_were_seen(desk: Desk) -> None:
    desk.record(redirected())
    assert desk.record(fetch(OLD, hours=-500)).outcome is Outcome.DUPLICATE
    found = desk.record(redirected(hours=2))
    assert (found.outcome, desk.count("articles")) == (Outcome.UPDATED, 1)
    assert {row["id"] for row in desk.all("SELECT id FROM identities")} == {OLD.id, NEW.id}


def _recorded_unchecked(desk: Desk) -> Fetch:
    """Another article's row that has the old id on record, and then the article's own page."""
    other = article(2, headline="Bài khác", body=body(60))
    desk.record(other)
    desk.record(article(5, related=(OLD.url,)))
    with desk.db.conn:
        desk.db.conn.execute("INSERT INTO identities VALUES (?, ?)", (OLD.id, other.id))
        desk.db.conn.execute("UPDATE related SET related_id = ?", (other.id,))
    return fetch(OLD, hours=1)


def test_an_identity_that_the_articles_own_page_belies_is_taken_back(desk: Desk) -> None:
    found = desk.record(_recorded_unchecked(desk))
    assert (found.outcome, found.article_id) == (Outcome.NEW, OLD.id)
    other = article(2).id
    assert found.warnings == (f"{OLD.id} was recorded as article {other}, but is another one",)
    assert desk.one("SELECT article_id FROM identities WHERE id = ?", OLD.id)["article_id"] == OLD.id
    assert desk.one("SELECT headline FROM articles WHERE id = ?", other)["headline"] == "Bài khác"
    assert desk.one("SELECT related_id FROM related")["related_id"] == OLD.id


def test_reading_a_saved_page_again_takes_no_identity_back(desk: Desk) -> None:
    again = _recorded_unchecked(desk)
    again.cause = Cause.PARSER
    desk.record(again)
    assert desk.count("articles") == 2


def test_a_copy_takes_no_identity_back(desk: Desk) -> None:
    _recorded_unchecked(desk)
    assert desk.record(fetch(copy_of(1), hours=1)).outcome is Outcome.DUPLICATE
    assert desk.count("articles") == 2


def test_a_checked_identity_stays_when_headline_and_time_are_changed_together(desk: Desk) -> None:
    desk.record(OLD)
    desk.record(redirected())
    later = OLD.published_at + timedelta(hours=5)  # type: ignore[operator]
    found = desk.record(fetch(moved(1, headline="Tít sửa", published_at=later), hours=2))
    assert (found.outcome, found.article_id) == (Outcome.UPDATED, OLD.id)


def test_an_earlier_headline_is_enough_for_an_identity_to_stay(desk: Desk) -> None:
    desk.record(OLD)
    desk.record(article(1, canonical_link=NEW.url))
    with desk.db.conn:
        desk.db.conn.execute("INSERT INTO identities VALUES (?, ?)", (NEW.id, OLD.id))
    desk.record(fetch(article(1, headline="Tít sửa"), hours=1))
    later = OLD.published_at + timedelta(hours=5)  # type: ignore[operator]
    assert desk.record(fetch(moved(1, published_at=later), hours=2)).article_id == OLD.id


def test_two_issues_of_a_series_under_one_headline_are_two_articles(desk: Desk) -> None:
    series = "Bản tin nông nghiệp"
    desk.record(article(1, headline=series))
    later = OLD.published_at + timedelta(days=30)  # type: ignore[operator]
    found = desk.record(redirected(headline=series, published_at=later, body=body(60)))
    assert found.outcome is Outcome.NOT_ARTICLE
    assert desk.one("SELECT revision FROM articles")["revision"] == 1


def test_an_unknown_old_id_of_another_day_is_refused(desk: Desk) -> None:
    later = OLD.published_at + timedelta(days=90)  # type: ignore[operator]
    found = desk.record(redirected(published_at=later))
    assert found.outcome is Outcome.NOT_ARTICLE
    assert desk.count("articles") == 0


def test_an_unknown_post_id_in_a_canonical_link_is_a_doubt_and_no_join(desk: Desk) -> None:
    found = desk.record(article(1, canonical_link=NEW.url))
    assert found.outcome is Outcome.NEW
    assert found.warnings == (f"cannot tell whether {NEW.id} is the same article as {OLD.id}",)
    assert [row["id"] for row in desk.all("SELECT id FROM identities")] == [OLD.id]
    assert desk.record(fetch(moved(1, headline="Bài khác", body=body(60)), hours=1)).outcome is Outcome.NEW


def test_a_redirect_from_an_unknown_post_id_is_neither_an_alias_nor_an_identity(desk: Desk) -> None:
    asked = moved(8).url
    desk.record(feed(asked))
    found = desk.record(fetch(moved(1), hours=1, url=asked, aliases=(NEW.url,)))
    assert found.warnings == (f"cannot tell whether {moved(8).id} is the same article as {NEW.id}",)
    assert [row["id"] for row in desk.all("SELECT id FROM identities")] == [NEW.id]
    assert desk.count("aliases") == 0
    assert desk.one("SELECT url FROM frontier")["url"] == asked
    assert queries.frontier_due(desk.db, desk.now, 9) == [], "or it would be asked for again in every run"
    own = desk.record(fetch(moved(8, headline="Bài riêng", body=body(70)), hours=2))
    assert (own.outcome, own.article_id) == (Outcome.NEW, moved(8).id)
    assert (desk.count("aliases"), desk.count("frontier")) == (0, 0)


def test_a_broken_canonical_link_makes_no_alias(desk: Desk) -> None:
    home = "https://baotintuc.vn/"
    desk.record(fetch(article(1, canonical_link=home), aliases=(home,)))
    assert desk.count("aliases") == 0


def test_an_article_whose_page_is_refused_is_not_asked_for_again_at_once(desk: Desk) -> None:
    fresh = article(1, published_at=NOON, created_at=None)
    desk.record(fresh)
    later = NOON + timedelta(days=90)
    desk.record(redirected(hours=2, headline="Tít khác hẳn", published_at=later))
    assert desk.one("SELECT next_check_at FROM articles")["next_check_at"] == "2026-11-20T08:00:00Z"


def test_an_older_page_joins_nothing(desk: Desk) -> None:
    desk.record(OLD)
    desk.record(fetch(moved(1, headline="Tít bên kia"), hours=1))
    found = desk.record(redirected(hours=0.5, headline="Tít giữa"))
    assert found.outcome is Outcome.UPDATED
    assert desk.count("articles") == 2
    assert desk.one("SELECT headline FROM articles WHERE id = ?", OLD.id)["headline"] == OLD.headline
    assert desk.count("aliases") == 0, "the address that was asked for is that of an article of its own"


def texts(desk: Desk, id_: str) -> list[str]:
    """The headlines of all texts of an article, the current one last."""
    sql = "SELECT headline FROM revision_texts WHERE article_id = ? ORDER BY revision"
    return [row["headline"] for row in desk.all(sql, id_)]


def test_a_page_newer_than_its_own_article_is_not_late_because_another_one_was_seen_since(desk: Desk) -> None:
    """The row that it would be joined with: an old page joins nothing, and is its article's all the same."""
    desk.record(fetch(OLD, hours=-30))
    desk.record(fetch(NEW, hours=40))
    found = desk.record(
        fetch(article(1, headline="Tít giữa", canonical_link=NEW.url), hours=-10, kind=FetchKind.FILE)
    )
    assert (found.outcome, found.reason) == (Outcome.UPDATED, "changed: headline")
    assert desk.count("articles") == 2
    assert texts(desk, OLD.id) == [OLD.headline, "Tít giữa"]
    assert desk.one("SELECT seen_at FROM revisions")["seen_at"] == "2026-11-19T19:00:00Z"
    desk.record(redirected(hours=60))
    assert desk.count("articles") == 1
    assert texts(desk, OLD.id) == [OLD.headline, "Tít giữa", NEW.headline]


def test_an_older_page_is_late_in_the_row_of_its_own_id(desk: Desk) -> None:
    desk.record(fetch(OLD, hours=0))
    desk.record(fetch(moved(1, headline="Tít bên kia"), hours=2))
    desk.record(redirected(hours=1, headline="Tít giữa"))
    assert texts(desk, OLD.id) == [OLD.headline]
    assert texts(desk, NEW.id) == ["Tít giữa", "Tít bên kia"]


def test_two_stored_rows_are_joined_and_the_earlier_survives(desk: Desk) -> None:
    desk.record(fetch(OLD, hours=0))
    desk.record(fetch(article(1, headline="Tít giữa"), hours=1))
    desk.record(fetch(moved(1, headline="Tít bên kia"), hours=2))
    desk.record(fetch(article(5, related=(NEW.url,)), hours=2))
    assert desk.count("articles") == 3
    found = desk.record(redirected(hours=3, headline="Tít cuối"))
    assert (found.outcome, found.article_id) == (Outcome.UPDATED, OLD.id)
    assert found.reason == f"the same article as {NEW.id}: joined"
    assert {row["id"] for row in desk.all("SELECT id FROM articles")} == {OLD.id, article(5).id}
    headlines = desk.all("SELECT headline FROM revision_texts WHERE article_id = ? ORDER BY revision", OLD.id)
    assert [row["headline"] for row in headlines] == [OLD.headline, "Tít giữa", "Tít bên kia", "Tít cuối"]


def test_two_rows_of_one_text_are_joined_without_a_revision(desk: Desk) -> None:
    desk.record(OLD)
    assert desk.record(fetch(moved(1), hours=1)).outcome is Outcome.DUPLICATE
    found = desk.record(redirected(hours=2))
    assert (found.outcome, found.article_id) == (Outcome.UPDATED, OLD.id)
    assert desk.one("SELECT revision, duplicate_of FROM articles") == {"revision": 1, "duplicate_of": None}


def test_a_row_that_repeats_the_one_it_is_joined_with_repeats_nothing(desk: Desk) -> None:
    desk.record(moved(1))
    desk.record(copy_of(1))
    assert desk.one("SELECT duplicate_of FROM articles WHERE id = ?", NEW.id)["duplicate_of"] == OLD.id
    found = desk.record(article(1, canonical_link=NEW.url))
    assert found.article_id == NEW.id
    assert desk.one("SELECT id, duplicate_of FROM articles") == {"id": NEW.id, "duplicate_of": None}


def test_a_join_points_everything_at_the_survivor(desk: Desk) -> None:
    desk.record(OLD)
    desk.record(
        fetch(moved(1, headline="Tít bên kia"), hours=1, aliases=("https://baotintuc.vn/share700001.html",))
    )
    desk.record(fetch(article(5, related=(NEW.url,)), hours=1))
    desk.record(redirected(hours=2))
    assert {row["article_id"] for row in desk.all("SELECT article_id FROM fetches")} == {
        OLD.id,
        article(5).id,
    }
    assert desk.one("SELECT related_id FROM related")["related_id"] == OLD.id
    assert {row["article_id"] for row in desk.all("SELECT article_id FROM identities")} == {
        OLD.id,
        article(5).id,
    }
    assert {row["url"] for row in desk.all("SELECT url FROM aliases WHERE article_id = ?", OLD.id)} == {
        OLD.url,
        "https://baotintuc.vn/share700001.html",
    }
    assert desk.count("photos") == 2


def test_what_repeated_the_row_that_goes_repeats_the_survivor(desk: Desk) -> None:
    desk.record(OLD)
    other = moved(1, headline="Tít bên kia", body=body(50), lead="Sapô khác.")
    desk.record(fetch(other, hours=1))
    desk.record(fetch(article(9, body=body(50), lead="Sapô khác."), hours=1))
    assert desk.one("SELECT duplicate_of FROM articles WHERE id = ?", article(9).id)["duplicate_of"] == NEW.id
    desk.record(redirected(hours=2, body=body(50), lead="Sapô khác."))
    assert desk.one("SELECT duplicate_of FROM articles WHERE id = ?", article(9).id)["duplicate_of"] == OLD.id


def test_without_an_url_grammar_only_whole_urls_are_known(desk: Desk) -> None:
    recorder = desk.another(identify=lambda _url: None)
    recorder.record(fetch(OLD))
    assert recorder.record(redirected()).outcome is Outcome.DUPLICATE
    assert desk.count("articles") == 2


def test_texts_of_two_rows_stand_in_the_order_they_were_first_seen_in(desk: Desk) -> None:
    """Whichever row was seen last: both were looked at again since."""
    for n, (hours, one) in enumerate(((0, OLD), (1, NEW), (2, OLD), (3, NEW), (4, OLD), (5, NEW))):
        desk.record(fetch(replace(one, headline=f"Tít {n}"), hours=hours))
    desk.record(fetch(replace(OLD, headline="Tít 4"), hours=6))
    desk.record(redirected(hours=7, headline="Tít cuối"))
    rows = desk.all("SELECT headline, superseded_at FROM revision_texts ORDER BY revision")
    assert [row["headline"] for row in rows] == [*(f"Tít {n}" for n in range(6)), "Tít cuối"]
    hours = ("06", "07", "08", "09", "10", "12")
    assert [row["superseded_at"] for row in rows] == [*(f"2026-11-20T{hour}:00:00Z" for hour in hours), None]


def test_a_copy_that_stood_in_comes_before_the_article_it_is_joined_with(desk: Desk) -> None:
    desk.record(fetch(NEW, hours=1))
    desk.record(fetch(copy_of(1, lead="Sapô của bản sao."), hours=2))
    desk.record(redirected(hours=3))
    rows = desk.all("SELECT lead, cause, template FROM revisions ORDER BY revision")
    assert rows == [{"lead": "Sapô của bản sao.", "cause": "copy", "template": "copy"}]


def test_a_copy_that_was_read_later_makes_no_page_older(desk: Desk) -> None:
    desk.record(fetch(NEW, hours=1))
    desk.record(fetch(copy_of(1, lead="Sapô của bản sao."), hours=20))
    found = desk.record(redirected(hours=3, lead="Sapô cuối."))
    assert (found.outcome, desk.count("articles")) == (Outcome.UPDATED, 1)
    rows = desk.all("SELECT lead FROM revision_texts ORDER BY revision")
    assert [row["lead"] for row in rows] == ["Sapô của bản sao.", OLD.lead, "Sapô cuối."]
    assert desk.one("SELECT last_seen_at FROM articles")["last_seen_at"] == "2026-11-20T08:00:00Z"


def test_a_join_keeps_of_each_text_only_what_the_next_one_does_not_repeat(desk: Desk) -> None:
    desk.record(OLD)
    desk.record(fetch(article(1, headline="Tít hai"), hours=1))
    desk.record(fetch(NEW, hours=2))
    desk.record(fetch(moved(1, headline="Tít ba", tags=()), hours=3))
    found = desk.record(redirected(headline="Tít ba", tags=(), hours=4))
    assert found.outcome is Outcome.UPDATED
    rows = desk.all("SELECT held, body FROM superseded ORDER BY revision")
    assert [row["held"] for row in rows] == ['["headline"]', '["headline", "tags"]']
    texts = desk.all("SELECT headline, body FROM revision_texts ORDER BY revision")
    assert [row["headline"] for row in texts] == [OLD.headline, "Tít hai", "Tít ba"]
    assert {row["body"] for row in texts} == {OLD.body}


# --- a page that is not the article's ---------------------------------------------------------


def bare(n: int = 1, **changes: object) -> Article:
    """What the generic reader makes of a wordy page that states nothing of itself."""
    changes = {"headline": "Xin lỗi bạn đọc", "lead": None, "body": body(90), "byline": None} | changes
    return article(n, template="generic", published_at=None, photos=(), tags=(), **changes)


def test_a_page_without_template_and_date_never_replaces_an_article(desk: Desk) -> None:
    desk.record(article(1))
    found = desk.record(fetch(bare(1), hours=1))
    assert found.outcome is Outcome.NOT_ARTICLE
    assert "neither a template nor a date" in (found.reason or "")
    assert desk.one("SELECT headline, revision, template FROM articles") == {
        "headline": article(1).headline,
        "revision": 1,
        "template": "2021",
    }
    assert desk.record(fetch(article(1), hours=2)).outcome is Outcome.UNCHANGED


def test_one_such_page_at_many_addresses_is_stored_once_at_most(desk: Desk) -> None:
    desk.record(feed(*(article(n).url for n in range(1, 6))))
    outcomes = [desk.record(fetch(bare(n), hours=1)).outcome for n in (3, 1, 2, 4, 5)]
    assert outcomes == [Outcome.NEW, *[Outcome.NOT_ARTICLE] * 4]
    assert desk.count("articles") == 1
    assert desk.count("frontier") == 4, "the others are still owed"


def test_an_article_takes_the_place_of_such_a_page(desk: Desk) -> None:
    desk.record(bare(1))
    assert desk.record(fetch(article(1), hours=1)).outcome is Outcome.UPDATED


def test_a_dated_page_of_a_design_not_known_yet_is_the_article(desk: Desk) -> None:
    desk.record(article(1))
    redesigned = article(1, template="generic", headline="Tít sửa", photos=())
    assert desk.record(fetch(redesigned, hours=1)).outcome is Outcome.UPDATED


def test_the_page_of_another_article_at_an_address_joins_nothing(desk: Desk) -> None:
    """A cache that mixed up two pages: the one answered says by its canonical link whose it is."""
    desk.record(article(1))
    other = article(2, published_at=OLD.published_at + timedelta(hours=3))  # type: ignore[operator]
    desk.record(other)
    answered = replace(other, id=OLD.id, url=OLD.url, canonical_link=other.url)
    found = desk.record(fetch(answered, hours=1, url=OLD.url))
    assert found.outcome is Outcome.NOT_ARTICLE
    assert desk.one("SELECT headline FROM articles WHERE id = ?", OLD.id)["headline"] == OLD.headline
    assert desk.count("articles") == 2
    assert {(r["id"], r["article_id"]) for r in desk.all("SELECT id, article_id FROM identities")} == {
        (OLD.id, OLD.id),
        (other.id, other.id),
    }


def test_nor_does_it_where_the_other_article_is_not_stored_yet(desk: Desk) -> None:
    desk.record(article(1))
    other = article(2, published_at=OLD.published_at + timedelta(hours=3))  # type: ignore[operator]
    answered = replace(other, id=OLD.id, url=OLD.url, canonical_link=other.url)
    assert desk.record(fetch(answered, hours=1, url=OLD.url)).outcome is Outcome.NOT_ARTICLE
    assert desk.one("SELECT headline FROM articles")["headline"] == OLD.headline
