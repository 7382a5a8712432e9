"""Faults: the ways a request to the replica may go wrong, each by its name.

A fault stands between the request and the answer. It may befall only some requests (``times``,
``after``); the rest are answered as if there were none.
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Self
from urllib.parse import quote

from .article import SITE
from .web import HTML, XML, Answer, Request, page

Plain = Callable[[Request], Answer]
Act = Callable[[Request, Plain, str], Answer]


@dataclass(slots=True, eq=False)
class Fault:
    """One fault. Make it by name: ``Fault.status(503)``, ``Fault.gzip_bomb()``...

    ``struck`` counts how often it befell a request.
    """

    name: str
    act: Act
    times: int | None = None
    after: int = 0
    struck: int = 0
    seen: int = field(default=0, repr=False)

    def only(self, times: int, *, after: int = 0) -> Self:
        """Let it befall only ``times`` requests, the first ``after`` being spared."""
        self.times, self.after = times, after
        return self

    def strikes(self) -> bool:
        """Whether it befalls the request at hand (counts it)."""
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True

    def befall(self, request: Request, plain: Plain, origin: str) -> Answer:
        """The spoilt answer."""
        return self.act(request, plain, origin)

    # --- status codes ---------------------------------------------------------------------------

    @classmethod
    def answer(cls, answer: Answer, name: str = "answer") -> Fault:
        """Always this answer."""
        return cls(name, lambda _request, _plain, _origin: answer)

    @classmethod
    def status(cls, status: int, *, retry_after: str | int | None = None, body: str = "") -> Fault:
        """A status code; with ``Retry-After`` in seconds or as a date, where given."""
        answer = page(body or f"<html><body><h1>{status}</h1></body></html>", status=status)
        if retry_after is not None:
            answer = answer.with_header("Retry-After", str(retry_after))
        return cls.answer(answer, f"status {status}")

    @classmethod
    def storm(cls, every: int = 1) -> Fault:
        """500 for every ``every``-th request."""
        count = [0]

        def act(request: Request, plain: Plain, _origin: str) -> Answer:
            count[0] += 1
            return plain(request) if count[0] % every else page("<h1>Server Error</h1>", status=500)

        return cls("500 storm", act)

    # --- the wire -------------------------------------------------------------------------------

    @classmethod
    def drip(cls, step: int = 1, pause: float = 0.05) -> Fault:
        """The body ``step`` bytes at a time, ``pause`` seconds apart."""
        return cls("slow drip", lambda request, plain, _o: replace(plain(request), drip=(step, pause)))

    @classmethod
    def hang(cls) -> Fault:
        """No answer at all, the connection open."""
        return cls("hang", lambda _request, _plain, _origin: Answer(hang=True))

    @classmethod
    def reset(cls, after: int = 200) -> Fault:
        """A reset after ``after`` bytes of the body; below 0: before a single byte."""
        return cls("reset", lambda request, plain, _origin: replace(plain(request), cut=after))

    @classmethod
    def too_long(cls, more: int = 1000) -> Fault:
        """A Content-Length that claims ``more`` bytes than come."""
        return cls("Content-Length too long", lambda request, plain, _o: _declare(plain(request), more))

    @classmethod
    def too_short(cls, less: float = 1000) -> Fault:
        """A Content-Length that claims ``less`` bytes than come; below 1 it is a share of the body."""

        def act(request: Request, plain: Plain, _origin: str) -> Answer:
            answer = plain(request)
            return _declare(answer, -round(less if less >= 1 else less * len(answer.body)))

        return cls("Content-Length too short", act)

    @classmethod
    def gzip_bomb(cls, size: int = 200_000_000) -> Fault:
        """A small gzip body that unpacks to ``size`` bytes."""
        made: list[Answer] = []

        def act(_request: Request, _plain: Plain, _origin: str) -> Answer:
            if not made:
                made.append(page(_bomb(size)).with_header("Content-Encoding", "gzip"))
            return made[0]

        return cls("gzip bomb", act)

    @classmethod
    def truncated_gzip(cls) -> Fault:
        """A gzip body cut in the middle, its length declared as cut."""

        def act(request: Request, plain: Plain, _origin: str) -> Answer:
            packed = gzip.compress(plain(request).body, mtime=0)
            return page(packed[: len(packed) // 2]).with_header("Content-Encoding", "gzip")

        return cls("truncated gzip", act)

    # --- redirects ------------------------------------------------------------------------------

    @classmethod
    def redirect(cls, url: str, status: int = 302) -> Fault:
        """A redirect to a URL: another site, a private address, another port of this machine."""
        return cls.answer(
            Answer(status, b"", (("Location", url), ("Content-Type", HTML))), f"redirect to {url}"
        )

    @classmethod
    def redirect_loop(cls) -> Fault:
        """A and B redirect to each other; set it for ``path*``."""

        def act(request: Request, _plain: Plain, _origin: str) -> Answer:
            target = request.path if request.query else f"{request.path}?vong=1"
            return Answer(302, b"", (("Location", SITE + target),))

        return cls("redirect loop", act)

    @classmethod
    def endless_redirect(cls) -> Fault:
        """Each redirect leads to a new address; set it for ``path*``."""

        def act(request: Request, _plain: Plain, _origin: str) -> Answer:
            number = int((re.findall(r"buoc=(\d+)", request.query) or ["0"])[0]) + 1
            return Answer(302, b"", (("Location", f"{SITE}{request.path}?buoc={number}"),))

        return cls("endless redirect", act)

    # --- listings -------------------------------------------------------------------------------

    @classmethod
    def endless_listing(cls) -> Fault:
        """Every page of a listing has new links and a next page, for ever; its articles are 404."""
        return cls("endless listing", _endless)

    @classmethod
    def repeating_listing(cls) -> Fault:
        """Every page of a listing is its first page, with a pager that always has a next page."""
        return cls("repeating listing", _repeating)

    # --- feeds ----------------------------------------------------------------------------------

    @classmethod
    def cut_feed(cls) -> Fault:
        """The feed ends in the middle of an item."""

        def act(request: Request, plain: Plain, _origin: str) -> Answer:
            body = plain(request).body
            middle = body.find(b"<description>", len(body) // 2)
            return page(body[: middle if middle > 0 else len(body) // 2], kind=XML)

        return cls("cut feed", act)

    @classmethod
    def wrong_encoding_feed(cls) -> Fault:
        """The feed says utf-8 and is windows-1258: most of its bytes are no utf-8."""

        def act(request: Request, plain: Plain, _origin: str) -> Answer:
            return page(_encode(plain(request).body.decode(), "windows-1258"), kind=XML)

        return cls("feed in wrong encoding", act)

    @classmethod
    def html_feed(cls) -> Fault:
        """HTML where a feed should be, with its content type."""
        body = "<!DOCTYPE html><html><head><title>RSS</title></head><body><p>Trang đang được nâng cấp<br></body></html>"
        return cls.answer(page(body, kind=XML), "HTML feed")

    @classmethod
    def entity_bomb(cls) -> Fault:
        """A feed whose title is an entity of entities of entities (a billion laughs)."""
        return cls.answer(page(_laughs(), kind=XML), "entity bomb")

    # --- robots.txt -----------------------------------------------------------------------------

    @classmethod
    def robots(cls, text: str) -> Fault:
        """Another robots.txt; set it for ``/robots.txt``."""
        return cls.answer(page(text, kind="text/plain; charset=utf-8"), "robots.txt")

    @classmethod
    def disallow_all(cls) -> Fault:
        """A robots.txt that allows nothing."""
        return cls.robots("User-agent: *\nDisallow: /\n")

    @classmethod
    def crawl_delay(cls, seconds: float) -> Fault:
        """A robots.txt with a Crawl-delay."""
        return cls.robots(f"User-agent: *\nCrawl-delay: {seconds:g}\nAllow: /\n")

    # --- pages that are no articles -------------------------------------------------------------

    @classmethod
    def challenge(cls, status: int = 403) -> Fault:
        """A challenge page of a protection service."""
        answer = page(CHALLENGE, status=status).with_header("Server", "cloudflare")
        return cls.answer(answer.with_header("cf-mitigated", "challenge"), "challenge page")

    @classmethod
    def access_denied(cls) -> Fault:
        """ "Access denied" with status 200."""
        return cls.answer(page(ACCESS_DENIED), "access denied")

    @classmethod
    def maintenance(cls, status: int = 200) -> Fault:
        """A maintenance page."""
        return cls.answer(page(MAINTENANCE, status=status), "maintenance page")

    @classmethod
    def login_wall(cls) -> Fault:
        """A form to log in where the article should be."""
        return cls.answer(page(LOGIN_WALL), "login wall")

    @classmethod
    def empty(cls) -> Fault:
        """Status 200 and nothing."""
        return cls.answer(page(""), "empty 200")

    @classmethod
    def soft_404(cls) -> Fault:
        """ "Not found" with status 200."""
        return cls.answer(page(SOFT_404), "soft 404")

    @classmethod
    def nested(cls, size: int = 5_000_000) -> Fault:
        """``size`` bytes of nested tags."""
        return cls("nested tags", lambda _request, _plain, _origin: page(nested_tags(size)))

    @classmethod
    def other_host_canonical(cls, url: str = "https://example.com/an-article.html") -> Fault:
        """The page with another canonical link than its own."""

        def act(request: Request, plain: Plain, _origin: str) -> Answer:
            answer = plain(request)
            body = re.sub(rb'(<link rel="canonical" href=")[^"]*', rb"\g<1>" + url.encode(), answer.body)
            return replace(answer, body=body)

        return cls("foreign canonical link", act)

    @classmethod
    def encoded(cls, encoding: str, declared: str | None = None) -> Fault:
        """The page in another encoding (``utf-16``, ``windows-1258``), declared in the header.

        ``declared``: another name to declare; an empty one declares nothing anywhere.
        """

        def act(request: Request, plain: Plain, _origin: str) -> Answer:
            return _encoded(plain(request), encoding, encoding if declared is None else declared)

        return cls(f"page in {encoding}", act)


def _declare(answer: Answer, more: int) -> Answer:
    return replace(answer, declared=max(1, len(answer.body) + more))


def _bomb(size: int) -> bytes:
    packed = io.BytesIO()
    chunk = b"<p>" + b" " * 1_048_573
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as stream:
        for _ in range(max(1, size // len(chunk))):
            stream.write(chunk)
    return packed.getvalue()


def _laughs() -> str:
    entities = "\n".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE rss [\n<!ENTITY l0 "ha">\n{entities}\n]>\n'
        f'<rss version="2.0"><channel><title>&l9;</title><link>{SITE}/</link><item><title>&l9;</title>'
        f"<link>{SITE}/thoi-su/tin-20260101080000000.htm</link></item></channel></rss>\n"
    )


def nested_tags(size: int) -> bytes:
    """A page of nested ``div`` tags, ``size`` bytes long."""
    start = b"<!DOCTYPE html><html><head><title>x</title></head><body>"
    return start + b"<div>" * ((size - len(start)) // 5)


def _page_number(request: Request) -> int:
    numbers = re.findall(r"trang-(\d+)|morenews-zone-\d+-(\d+)", request.path)
    return int(next((one for one in numbers[0] if one), "1")) if numbers else 1


def _endless(request: Request, _plain: Plain, _origin: str) -> Answer:
    number = _page_number(request)
    slug = request.path.strip("/").split("/")[0].removesuffix(".htm")
    ids = [
        f"20261{number % 3:01d}{1 + (number + n) % 28:02d}{n % 24:02d}{number % 60:02d}{n:02d}{number % 1000:03d}"
        for n in range(20)
    ]
    section = re.sub(r"-\d+ct\d+$", "", slug) or "thoi-su"
    if "/api/" in request.path:
        contents = [
            {
                "content_id": number * 100 + n,
                "title": f"Tin {n}",
                "url": f"/tin-ma-post{9_000_000 + number * 100 + n}.html",
                "date": 0,
            }
            for n in range(20)
        ]
        import json

        body = json.dumps({"error_code": 0, "data": {"contents": contents, "load_more": True}})
        return page(body, kind="application/json; charset=utf-8")
    items = "".join(
        f'<li class="item"><a class="thumb" href="/{section}/tin-ma-{one}.htm" title="Tin"></a><a class="title" href="/{section}/tin-ma-{one}.htm"><h3>Tin</h3></a></li>'
        for one in ids
    )
    return page(_bare_listing(slug, items, number))


def _bare_listing(slug: str, items: str, number: int) -> str:
    return (
        f'<html><head><title>Danh sách</title><link rel="canonical" href="{SITE}/{quote(slug)}/trang-{number}.htm"/></head><body>'
        f'<div class="list-content"><ul class="list-newsest">{items}</ul><ul class="list-pagination">'
        f'<li class="pagination-item"><a class="active" href="javascript:void(0)">{number}</a></li>'
        f'<li class="pagination-item"><a href="/{slug}/trang-{number + 1}.htm">Tiếp</a></li></ul></div></body></html>'
    )


def _repeating(request: Request, plain: Plain, _origin: str) -> Answer:
    number = _page_number(request)
    if "/api/" in request.path:
        first = re.sub(r"-\d+\.html", "-1.html", request.target)
        answer = plain(replace(request, target=first))
        return replace(answer, body=answer.body.replace(b'"load_more": false', b'"load_more": true'))
    base = re.sub(r"/trang-\d+\.htm$|\.htm$", "", request.path)
    answer = plain(replace(request, target=f"{base}.htm"))
    pager = (
        f'<ul class="list-pagination"><li class="pagination-item"><a class="active" href="javascript:void(0)">{number}</a></li>'
        f'<li class="pagination-item"><a href="{base}/trang-{number + 1}.htm">Tiếp</a></li></ul>'
    ).encode()
    body = re.sub(
        rb'<ul class="list-pagination">.*?</ul>', lambda _match: pager, answer.body, flags=re.DOTALL
    )
    return replace(answer, body=body)


def _encoded(answer: Answer, encoding: str, declared: str) -> Answer:
    text = answer.body.decode()
    text = re.sub(r"charset=utf-8", f"charset={declared}" if declared else "", text)
    data = _encode(text, encoding)
    kind = f"text/html; charset={declared}" if declared else "text/html"
    return replace(answer, body=data).with_header("Content-Type", kind)


def _encode(text: str, encoding: str) -> bytes:
    """windows-1258 writes tones as combining marks, which Python's codec does not do by itself."""
    if encoding.lower() not in ("windows-1258", "cp1258"):
        return text.encode(encoding)
    return b"".join(_vietnamese(letter) for letter in text)


def _vietnamese(letter: str) -> bytes:
    import unicodedata

    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        marks = [mark for mark in parts[1:] if mark in _TONES]
        base = unicodedata.normalize("NFC", "".join(one for one in parts if one not in marks))
        return (base + "".join(marks)).encode("cp1258", "xmlcharrefreplace")


_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")

CHALLENGE: Final = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta http-equiv="refresh" content="390"></head><body class="no-js">
<div class="main-wrapper" role="main"><h1>baotintuc.vn</h1><h2 id="challenge-running">Checking your browser before accessing the site.</h2>
<noscript><div id="challenge-error-title">Enable JavaScript and cookies to continue</div></noscript></div>
<script>(function(){window._cf_chl_opt={cvId:'2',cType:'managed'};})();</script>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>
"""
ACCESS_DENIED: Final = """<html><head><title>Access Denied</title></head><body>
<h1>Access Denied</h1>You don't have permission to access this page on this server.<p>Reference #18.2d1f1160.1</p></body></html>
"""
MAINTENANCE: Final = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Hệ thống đang bảo trì</title></head><body>
<div class="maintenance"><h1>Hệ thống đang bảo trì</h1><p>Chúng tôi đang nâng cấp hệ thống, mời bạn đọc quay lại sau.</p></div></body></html>
"""
LOGIN_WALL: Final = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Đăng nhập</title></head><body>
<form id="login" method="post" action="/dang-nhap"><h1>Đăng nhập để đọc tiếp</h1><input name="email"><input type="password" name="password">
<button>Đăng nhập</button></form></body></html>
"""
SOFT_404: Final = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Không tìm thấy trang | baotintuc.vn</title></head><body>
<div class="error-page"><h1>Không tìm thấy trang</h1><p>Trang bạn tìm không tồn tại hoặc đã bị xóa.</p><a href="/">Về trang chủ</a></div></body></html>
"""
