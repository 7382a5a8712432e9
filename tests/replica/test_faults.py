"""Each fault behaves as its name says, and spares what it is not set for."""

from __future__ import annotations

import gzip
import io
import re
import socket
import ssl
import zlib
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, IncompleteRead
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree, html

from crawler.items import Kind
from crawler.parsers import parse_article
from tests.replica import Elsewhere, Fault, Replica, ReplicaArticle
from tests.replica.newsroom import HANOI
from tests.replica.server import Server

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)


@pytest.fixture(scope="module")
def running() -> Iterator[Replica]:
    with Replica(seed=6, articles=80, now=NOW, sections=2) as replica:
        yield replica


@pytest.fixture
def replica(running: Replica) -> Iterator[Replica]:
    yield running
    running.heal()


def ask(replica: Replica, target: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", replica.port, timeout=10)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def an_article(replica: Replica) -> ReplicaArticle:
    return next(item for item in replica.articles if item.kind is Kind.TEXT and item.template == "2021")


# --- where and how often ------------------------------------------------------------------------


def test_a_fault_strikes_only_where_it_is_set(replica: Replica) -> None:
    replica.fault("/rss/*", Fault.status(500))
    assert ask(replica, "/rss/home.rss")[0].status == 500
    assert ask(replica, "/tin-moi-nhat.rss")[0].status == 200


def test_a_pattern_matches_query_and_all_and_the_last_fault_wins(replica: Replica) -> None:
    replica.fault("*", Fault.status(500))
    replica.fault(re.compile(r"/search/\?q=.*"), Fault.status(403))
    assert ask(replica, "/search/?q=a")[0].status == 403
    assert ask(replica, "/search/")[0].status == 500


def test_a_fault_may_strike_a_few_times_only(replica: Replica) -> None:
    fault = replica.fault("/", Fault.status(503).only(2, after=1))
    assert [ask(replica, "/")[0].status for _ in range(5)] == [200, 503, 503, 200, 200]
    assert fault.struck == 2


def test_a_fault_ends_with_its_block(replica: Replica) -> None:
    with replica.failing("/", Fault.status(500)):
        assert ask(replica, "/")[0].status == 500
    assert ask(replica, "/")[0].status == 200


# --- status codes -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 500, 502, 503])
def test_a_status(replica: Replica, status: int) -> None:
    replica.fault("/", Fault.status(status))
    assert ask(replica, "/")[0].status == status


@pytest.mark.parametrize("value", [7, "Fri, 20 Nov 2026 02:00:30 GMT"])
def test_retry_after(replica: Replica, value: int | str) -> None:
    replica.fault("/", Fault.status(429, retry_after=value))
    assert ask(replica, "/")[0].headers["Retry-After"] == str(value)


def test_a_storm_of_500(replica: Replica) -> None:
    replica.fault("*", Fault.storm(every=2))
    assert [ask(replica, "/")[0].status for _ in range(4)] == [200, 500, 200, 500]


# --- the wire -----------------------------------------------------------------------------------


def test_a_slow_drip_comes_byte_by_byte_and_ends_with_the_client(replica: Replica) -> None:
    replica.fault("/", Fault.drip(step=1, pause=0.001))
    with socket.create_connection(("127.0.0.1", replica.port), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        pieces = 0
        while len(got.partition(b"\r\n\r\n")[2]) < 5:
            got += client.recv(65_536)
            pieces += 1
    assert pieces > 2


def test_a_hanging_request_is_not_answered_but_others_are(replica: Replica) -> None:
    replica.fault("/", Fault.hang())
    with socket.create_connection(("127.0.0.1", replica.port), timeout=0.05) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            client.recv(1)
        assert ask(replica, "/robots.txt")[0].status == 200


def test_a_reset_in_the_middle_of_the_body(replica: Replica) -> None:
    replica.fault("/", Fault.reset(after=300))
    with (
        pytest.raises(ConnectionResetError),
        socket.create_connection(("127.0.0.1", replica.port), timeout=10) as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        while True:
            got += client.recv(65_536)
            assert len(got) < 2_000


def test_a_content_length_that_is_too_long(replica: Replica) -> None:
    replica.fault("/", Fault.too_long(500))
    with pytest.raises(IncompleteRead):
        ask(replica, "/")


def test_a_content_length_that_is_too_short(replica: Replica) -> None:
    whole = len(replica.page("/").body)
    replica.fault("/", Fault.too_short(500))
    _, body = ask(replica, "/")
    assert len(body) == whole - 500


def test_a_gzip_bomb(replica: Replica) -> None:
    replica.fault("/", Fault.gzip_bomb(size=30_000_000))
    answer, body = ask(replica, "/")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(body) < 200_000
    unpacker = zlib.decompressobj(31)
    unpacker.decompress(body, 25_000_000)
    assert unpacker.unconsumed_tail or not unpacker.eof


def test_a_truncated_gzip(replica: Replica) -> None:
    replica.fault("/", Fault.truncated_gzip())
    answer, body = ask(replica, "/")
    assert int(answer.headers["Content-Length"]) == len(body)
    with pytest.raises(EOFError):
        gzip.GzipFile(fileobj=io.BytesIO(body)).read()


# --- redirects ----------------------------------------------------------------------------------


def test_a_redirect_loop_comes_back_to_where_it_began(replica: Replica) -> None:
    path = an_article(replica).path
    replica.fault(path + "*", Fault.redirect_loop())
    first = ask(replica, path)[0].headers["Location"]
    second = ask(replica, first.removeprefix("https://baotintuc.vn"))[0].headers["Location"]
    assert first != second == "https://baotintuc.vn" + path


def test_an_endless_redirect_never_comes_back(replica: Replica) -> None:
    path = an_article(replica).path
    replica.fault(path + "*", Fault.endless_redirect())
    seen = {path}
    for _ in range(30):
        path = ask(replica, path)[0].headers["Location"].removeprefix("https://baotintuc.vn")
        assert path not in seen
        seen.add(path)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://[::1]:80/",
        "https://example.com/x",
        "file:///etc/hostname",
    ],
)
def test_a_redirect_to_anywhere(replica: Replica, url: str) -> None:
    replica.fault("/", Fault.redirect(url, 301))
    answer, _ = ask(replica, "/")
    assert (answer.status, answer.headers["Location"]) == (301, url)


def test_who_follows_a_redirect_to_another_port_is_seen(replica: Replica) -> None:
    with Elsewhere() as elsewhere:
        replica.fault("/", Fault.redirect(elsewhere.origin + "/admin"))
        location = ask(replica, "/")[0].headers["Location"]
        assert elsewhere.requests == []
        connection = HTTPConnection("127.0.0.1", int(location.split(":")[2].split("/")[0]), timeout=10)
        connection.request("GET", "/admin")
        assert connection.getresponse().status == 200
        connection.close()
        assert elsewhere.requests == ["/admin"]


# --- listings -----------------------------------------------------------------------------------


def hrefs(body: bytes, selector: str) -> list[str]:
    return [link.get("href", "") for link in html.fromstring(body).cssselect(selector)]


def test_an_endless_listing_has_new_links_on_every_page(replica: Replica) -> None:
    replica.fault("/thoi-su-472ct0*", Fault.endless_listing())
    seen: set[str] = set()
    path = "/thoi-su-472ct0.htm"
    for _ in range(40):
        body = ask(replica, path)[1]
        links = hrefs(body, "ul.list-newsest a.title")
        assert len(links) == 20
        assert not seen & set(links)
        seen |= set(links)
        path = hrefs(body, "ul.list-pagination a")[-1]
    assert path == "/thoi-su-472ct0/trang-41.htm"
    assert ask(replica, links[0])[0].status == 404


def test_an_endless_load_more_answer(replica: Replica) -> None:
    replica.fault("/api/*", Fault.endless_listing())
    first, second = (ask(replica, f"/api/morenews-zone-472-{n}.html")[1] for n in (1, 2))
    assert first != second
    assert b'"load_more": true' in second


def test_a_repeating_listing_shows_its_first_page_for_ever(replica: Replica) -> None:
    first = replica.page("/thoi-su-472ct0.htm").body
    replica.fault("/thoi-su-472ct0*", Fault.repeating_listing())
    path = "/thoi-su-472ct0.htm"
    for number in range(2, 6):
        body = ask(replica, path)[1]
        assert hrefs(body, ".list-content a.title") == hrefs(first, ".list-content a.title")
        path = hrefs(body, "ul.list-pagination a")[-1]
        assert path == f"/thoi-su-472ct0/trang-{number}.htm"


# --- feeds --------------------------------------------------------------------------------------


def parsed(body: bytes) -> etree._Element:
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False))


def test_a_good_feed_is_well_formed(replica: Replica) -> None:
    for feed in (
        "/tin-moi-nhat.rss",
        "/rss/home.rss",
        "/sitemap.xml",
        "/sitemaps/google-news.xml",
        "/sitemaps/categories.xml",
    ):
        assert len(parsed(ask(replica, feed)[1])) > 0


@pytest.mark.parametrize(
    "fault", [Fault.cut_feed(), Fault.wrong_encoding_feed(), Fault.html_feed()], ids=lambda f: f.name
)
def test_a_malformed_feed(replica: Replica, fault: Fault) -> None:
    replica.fault("/rss/home.rss", fault)
    answer, body = ask(replica, "/rss/home.rss")
    assert answer.status == 200
    assert "xml" in answer.headers["Content-Type"]
    with pytest.raises(etree.XMLSyntaxError):
        parsed(body)


def test_a_cut_feed_begins_well(replica: Replica) -> None:
    replica.fault("/rss/home.rss", Fault.cut_feed())
    assert ask(replica, "/rss/home.rss")[1].count(b"</item>") > 1


def test_an_entity_bomb_is_small_until_it_is_unpacked(replica: Replica) -> None:
    replica.fault("/rss/home.rss", Fault.entity_bomb())
    _, body = ask(replica, "/rss/home.rss")
    assert len(body) < 2_000
    assert body.count(b"<!ENTITY") == 10


# --- robots.txt ---------------------------------------------------------------------------------


def robots(replica: Replica) -> RobotFileParser:
    parser = RobotFileParser()
    parser.parse(ask(replica, "/robots.txt")[1].decode().splitlines())
    return parser


def test_robots_txt_allows_articles_unless_told_otherwise(replica: Replica) -> None:
    path = an_article(replica).path
    assert robots(replica).can_fetch("tintuc", path)
    replica.fault("/robots.txt", Fault.disallow_all())
    assert not robots(replica).can_fetch("tintuc", path)
    replica.fault("/robots.txt", Fault.crawl_delay(3))
    assert str(robots(replica).crawl_delay("tintuc")) == "3"
    replica.fault("/robots.txt", Fault.robots("User-agent: *\nDisallow: /kinh-te/\n"))
    assert not robots(replica).can_fetch("tintuc", "/kinh-te/x.htm")


def test_robots_txt_can_be_given_from_the_start() -> None:
    replica = Replica(seed=1, articles=1, now=NOW, robots="User-agent: *\nDisallow:\n")
    assert replica.page("/robots.txt").body == b"User-agent: *\nDisallow:\n"


# --- pages that are no articles -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "mark"),
    [
        (Fault.challenge(), 403, "challenge-platform"),
        (Fault.challenge(status=503), 503, "_cf_chl_opt"),
        (Fault.access_denied(), 200, "Access Denied"),
        (Fault.maintenance(), 200, "bảo trì"),
        (Fault.login_wall(), 200, "Đăng nhập"),
        (Fault.soft_404(), 200, "Không tìm thấy trang"),
        (Fault.empty(), 200, ""),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_an_odd_page(replica: Replica, fault: Fault, status: int, mark: str) -> None:
    path = an_article(replica).path
    replica.fault(path, fault)
    answer, body = ask(replica, path)
    assert answer.status == status
    assert mark in body.decode()
    assert an_article(replica).headline not in body.decode()


def test_an_empty_answer_is_empty(replica: Replica) -> None:
    replica.fault("/", Fault.empty())
    assert ask(replica, "/")[1] == b""


def test_five_megabytes_of_nested_tags(replica: Replica) -> None:
    replica.fault("/", Fault.nested())
    _, body = ask(replica, "/")
    assert 4_900_000 < len(body) <= 5_000_000
    assert body.count(b"<div>") > 900_000


def test_a_foreign_canonical_link(replica: Replica) -> None:
    path = an_article(replica).path
    replica.fault(path, Fault.other_host_canonical())
    assert (
        html.fromstring(ask(replica, path)[1]).cssselect('link[rel="canonical"]')[0].get("href")
        == "https://example.com/an-article.html"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1258"])
def test_a_page_in_another_encoding_reads_the_same(replica: Replica, encoding: str) -> None:
    item = an_article(replica)
    replica.fault(item.path, Fault.encoded(encoding))
    answer, body = ask(replica, item.path)
    assert answer.headers["Content-Type"].endswith(encoding)
    assert body != replica.page(item.path).body
    got = parse_article(body, item.url)
    assert (got.headline, got.lead, got.body) == (item.headline, item.lead, item.body)


def test_an_encoding_may_be_declared_wrongly_or_not_at_all(replica: Replica) -> None:
    item = an_article(replica)
    replica.fault(item.path, Fault.encoded("utf-16", declared="utf-8"))
    assert ask(replica, item.path)[0].headers["Content-Type"].endswith("utf-8")
    replica.fault(item.path, Fault.encoded("utf-8", declared=""))
    answer, body = ask(replica, item.path)
    assert answer.headers["Content-Type"] == "text/html"
    assert b"charset=utf-8" not in body.lower()


# --- TLS ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("self-signed", "self.signed"),
        ("expired", "expired|self.signed"),
        ("wrong-host", "self.signed|mismatch"),
    ],
)
def test_a_certificate_that_does_not_verify(mode: str, why: str) -> None:
    with Replica(seed=6, articles=3, now=NOW, tls=mode) as replica:
        assert replica.origin.startswith("https://127.0.0.1:")
        strict = HTTPSConnection("127.0.0.1", replica.port, timeout=10)
        with pytest.raises(ssl.SSLCertVerificationError, match=why):
            strict.request("GET", "/")
        strict.close()
        connection = HTTPSConnection("127.0.0.1", replica.port, timeout=10, context=lenient_context())
        connection.request("GET", "/robots.txt")
        assert connection.getresponse().status == 200
        connection.close()


def test_an_expired_certificate_is_long_expired() -> None:
    from cryptography import x509

    with Replica(seed=6, articles=1, now=NOW, tls="expired") as replica:
        pem = ssl.get_server_certificate(("127.0.0.1", replica.port))
    assert (
        x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc.timestamp()
        < datetime.now(HANOI).timestamp()
    )


def lenient_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_a_legacy_server_is_refused_by_default_and_answers_who_allows_it() -> None:
    with Replica(seed=6, articles=3, now=NOW, tls="legacy") as replica:
        plain = HTTPSConnection("127.0.0.1", replica.port, timeout=10, context=lenient_context())
        with pytest.raises(ssl.SSLError, match="UNSAFE_LEGACY_RENEGOTIATION_DISABLED"):
            plain.request("GET", "/")
        plain.close()
        allowing = lenient_context()
        allowing.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, named in ssl only since Python 3.12
        connection = HTTPSConnection("127.0.0.1", replica.port, timeout=10, context=allowing)
        for target in ("/robots.txt", "/", replica.plans[0].path):
            connection.request("GET", target)
            assert connection.getresponse().read() == replica.page(target).body
        connection.close()


def test_an_unknown_tls_mode_is_told() -> None:
    with pytest.raises(ValueError, match="no TLS mode 'best'"):
        Replica(seed=1, articles=1, tls="best")


# --- the server itself --------------------------------------------------------------------------


def test_what_is_no_http_is_refused(replica: Replica) -> None:
    with socket.create_connection(("127.0.0.1", replica.port), timeout=10) as client:
        client.sendall(b"hello\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_taken_port_is_an_error_at_once(replica: Replica) -> None:
    with pytest.raises(OSError, match="address already in use"):
        Server(replica._handle, port=replica.port).start()
