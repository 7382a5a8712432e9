"""The controls change the site between two requests, and the log tells what was asked for."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from crawler.items import Kind
from crawler.parsers import parse_article
from tests.replica import Fault, Replica, ReplicaArticle
from tests.replica.newsroom import HANOI

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)


@pytest.fixture
def replica() -> Iterator[Replica]:
    with Replica(seed=3, articles=60, now=NOW) as running:
        yield running


def fetch(replica: Replica, target: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", replica.port, timeout=10)
    try:
        connection.request(
            "GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def one(replica: Replica, template: str) -> ReplicaArticle:
    return next(item for item in replica.articles if item.template == template and item.kind is Kind.TEXT)


def test_it_serves_on_loopback_what_it_generated(replica: Replica) -> None:
    assert replica.origin.startswith("http://127.0.0.1:")
    for item in replica.articles[:5]:
        answer, body = fetch(replica, item.path)
        assert answer.status == 200
        assert parse_article(body, item.url).headline == item.headline


def test_a_connection_is_kept_and_pipelined_requests_are_answered_in_order(replica: Replica) -> None:
    connection = HTTPConnection("127.0.0.1", replica.port, timeout=10)
    sizes = []
    for target in ("/", "/robots.txt", "/khong-co", "/"):
        connection.request("GET", target)
        sizes.append(len(connection.getresponse().read()))
    connection.close()
    assert sizes[0] == sizes[3] > sizes[1]


def test_head_has_no_body_and_other_methods_are_refused(replica: Replica) -> None:
    connection = HTTPConnection("127.0.0.1", replica.port, timeout=10)
    connection.request("HEAD", "/")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    connection.request("DELETE", "/")
    assert connection.getresponse().status == 405
    connection.close()


def test_the_log_tells_every_request_in_order(replica: Replica) -> None:
    fetch(replica, "/robots.txt", user_agent="tintuc")
    fetch(replica, "/x?a=1")
    assert [request.target for request in replica.requests] == ["/robots.txt", "/x?a=1"]
    assert replica.requests[0].headers["user-agent"] == "tintuc"
    assert replica.requests[0].at <= replica.requests[1].at
    assert replica.hits["/robots.txt"] == 1
    replica.clear_log()
    assert replica.requests == []


def test_articles_and_feeds_answer_304_to_who_has_them(replica: Replica) -> None:
    for target in (replica.articles[0].path, "/rss/home.rss", "/tin-moi-nhat.rss"):
        first, _ = fetch(replica, target)
        for name, value in (
            ("If_None_Match", first.headers["ETag"]),
            ("If_Modified_Since", first.headers["Last-Modified"]),
        ):
            answer, body = fetch(replica, target, **{name: value})
            assert (answer.status, body) == (304, b"")
    changed = replica.edit(replica.articles[0].id)
    first, _ = fetch(replica, changed.path, If_None_Match='"something-else"')
    assert first.status == 200


def test_an_edit_makes_both_validators_new(replica: Replica) -> None:
    item = replica.articles[3]
    before, _ = fetch(replica, item.path)
    replica.edit(item.id, at=NOW + timedelta(hours=1))
    for name in ("ETag", "Last-Modified"):
        header = {"ETag": "If_None_Match", "Last-Modified": "If_Modified_Since"}[name]
        after, _ = fetch(replica, item.path, **{header: before.headers[name]})
        assert after.status == 200
        assert after.headers[name] != before.headers[name]


def test_validators_can_be_off() -> None:
    plain = Replica(seed=3, articles=3, now=NOW, validators=False)
    assert not {name for name, _ in plain.page(plain.plans[0].path).headers} & {"ETag", "Last-Modified"}


@pytest.mark.parametrize("template", ["2021", "2026"])
def test_an_edit_changes_the_page_and_the_lists(replica: Replica, template: str) -> None:
    item = one(replica, template)
    edited = replica.edit(item.id, headline="Tiêu đề đã sửa", paragraph="Một đoạn thêm vào sau.")
    got = parse_article(replica.page(item.path).body, item.url)
    assert got.headline == "Tiêu đề đã sửa"
    assert (got.body or "").endswith("\n\nMột đoạn thêm vào sau.")
    assert got.modified_at == edited.modified_at == (NOW if template == "2026" else item.published_at)
    assert edited.revision == 2
    feed = "/rss/home.rss" if template == "2026" else "/tin-moi-nhat.rss"
    if item.id in replica.page(feed).body.decode():
        assert "Tiêu đề đã sửa" in replica.page(feed).body.decode()


def test_a_plain_edit_changes_the_body_and_nothing_else(replica: Replica) -> None:
    item = one(replica, "2021")
    edited = replica.edit(item.id)
    assert edited.body != item.body
    assert (edited.headline, edited.lead, edited.photos, edited.tags) == (
        item.headline,
        item.lead,
        item.photos,
        item.tags,
    )


def test_a_new_article_stands_first_everywhere(replica: Replica) -> None:
    replica.page("/")
    replica.advance(timedelta(hours=2))
    (old,) = replica.publish(template="2021", section="kinh-te", kind=Kind.TEXT)
    (new,) = replica.publish(template="2026", section="kinh-te", kind=Kind.TEXT)
    assert old.published_at == NOW + timedelta(hours=2)
    assert new.id in replica.page("/").body.decode()
    assert old.id in replica.page("/kinh-te-128ct0.htm").body.decode().split("list-ul")[0]
    assert replica.page("/rss/kinh-te-128.rss").body.decode().find(new.id) > 0
    assert json.loads(replica.page("/api/morenews-zone-128-1.html").body)["data"]["contents"][0][
        "content_id"
    ] == int(new.id)
    assert replica.article(new.id) == new


@pytest.mark.parametrize("status", [404, 410])
def test_a_withdrawn_article_is_gone_from_page_and_lists(replica: Replica, status: int) -> None:
    item = replica.articles[-1]
    replica.withdraw(item.id, status)
    assert replica.page(item.path).status == status
    assert item.id not in replica.page("/").body.decode()
    assert item.id not in {other.id for other in replica.articles}
    replica.restore(item.id)
    assert replica.page(item.path).status == 200


@pytest.mark.parametrize("redirects", ["site", "origin", "relative"])
def test_a_moved_article_redirects_to_its_post(redirects: str) -> None:
    with Replica(seed=3, articles=40, now=NOW, redirects=redirects) as replica:
        item = one(replica, "2021")
        post = replica.move(item.id)
        answer, _ = fetch(replica, item.path)
        base = {"site": "https://baotintuc.vn", "origin": replica.origin, "relative": ""}[redirects]
        assert (answer.status, answer.headers["Location"]) == (301, base + post.path)
        got = parse_article(replica.page(post.path).body, post.url)
        assert (got.id, got.headline, got.body, got.published_at) == (
            post.id,
            item.headline,
            item.body,
            item.published_at,
        )
        assert replica.article(item.id) == replica.article(post.id) == post
        assert item.id not in replica.page("/tin-moi-nhat.rss").body.decode()


def test_a_redesign_leaves_the_metadata_true_and_the_selectors_without_a_match(replica: Replica) -> None:
    item = one(replica, "2021")
    replica.redesign()
    body = replica.page(item.path).body
    for mark in (b"detail-title", b"boxdetail", b"article__body", b"cms-body", b"sapo"):
        assert mark not in body
    got = parse_article(body, item.url)
    assert (got.template, got.headline, got.published_at) == ("generic", item.headline, item.published_at)
    replica.redesign(on=False)
    assert b"detail-title" in replica.page(item.path).body


def test_gzip_is_sent_to_who_accepts_it() -> None:
    with Replica(seed=3, articles=3, now=NOW, gzip=True) as replica:
        answer, body = fetch(replica, "/", Accept_Encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(body) == replica.page("/").body


def test_many_clients_at_once_while_the_site_changes(replica: Replica) -> None:
    bad: list[int] = []

    def client() -> None:
        for plan in replica.plans[:30]:
            answer, _ = fetch(replica, plan.path)
            if answer.status != 200:
                bad.append(answer.status)

    threads = [threading.Thread(target=client) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        replica.edit(replica.publish()[0].id)
    for thread in threads:
        thread.join()
    assert bad == []


def test_saved_pages_are_served_at_their_own_paths(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<link rel="canonical" href="https://baotintuc.vn/kinh-te/x-20260101000000000.htm" />A'
    )
    (tmp_path / "b.html.gz").write_bytes(
        gzip.compress(b'<link rel="canonical" href="https://baotintuc.vn/y-post1.html" />B')
    )
    (tmp_path / "c.html").write_text("no address")
    with Replica(seed=1, articles=3, now=NOW) as replica:
        assert sorted(replica.serve_saved(tmp_path)) == ["/kinh-te/x-20260101000000000.htm", "/y-post1.html"]
        assert fetch(replica, "/y-post1.html")[1].endswith(b"B")
        assert fetch(replica, replica.plans[0].path)[0].status == 404


@pytest.mark.parametrize("name", ["pages", "pages.warc.gz"])
def test_the_real_pages_are_served_from_folder_and_warc(shared_site: Path, name: str) -> None:
    replica = Replica(seed=1, articles=0, now=NOW)
    paths = replica.serve_saved(shared_site / "real" / name)
    assert "/phap-luat-475ct0.htm" in paths
    assert len(paths) == 9
    assert all(replica.page(path).status == 200 for path in paths)


def test_a_folder_without_an_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no saved page with an address"):
        Replica(seed=1, articles=0, now=NOW).serve_saved(tmp_path)


def test_a_page_costs_less_than_two_milliseconds(replica: Replica) -> None:
    connection = HTTPConnection("127.0.0.1", replica.port, timeout=10)
    start = time.process_time()
    for plan in replica.plans * 5:
        connection.request("GET", plan.path)
        connection.getresponse().read()
    connection.close()
    assert (time.process_time() - start) / len(replica.plans * 5) < 0.002


def test_an_unknown_section_is_told(replica: Replica) -> None:
    with pytest.raises(ValueError, match="has no section 'khong-co'"):
        replica.publish(section="khong-co")


def test_stopping_does_not_wait_for_a_hanging_answer() -> None:
    with Replica(seed=3, articles=3, now=NOW) as replica:
        replica.fault("*", Fault.hang())
        connection = HTTPConnection("127.0.0.1", replica.port, timeout=10)
        connection.request("GET", "/")
    with pytest.raises((ConnectionError, OSError)):
        connection.getresponse()
    connection.close()
