"""The site behind the server: which address answers with which page. Knows no sockets and no faults."""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha1
from typing import Final
from urllib.parse import parse_qs, quote_plus, unquote

from . import feeds, furniture, render_2016, render_2021, render_2026, render_redesign
from .article import SITE, ReplicaArticle
from .newsroom import Newsroom, Plan
from .prose import slugify
from .sections import KIND_SECTIONS, SectionSpec
from .web import XML, Answer, Request, page

FIRST_PAGE: Final = 24
"""Articles on the first page of an old listing: 1 in focus, 3 in the list, 20 newest."""
PAGE: Final = 20
"""Articles on every further page, and on a page of the load-more answer."""
_KEPT_PAGES: Final = 4096

_WEIGHT_2026: Final = (
    f'<div class="social">{furniture.inline_images(40_000)}{furniture.drawings(180)}</div>\n'
)


class Site:
    """The pages of the replica and its state: what is edited, moved, withdrawn."""

    def __init__(
        self,
        newsroom: Newsroom,
        now: datetime,
        *,
        cms: str = "both",
        feed_size: int = 50,
        old_dates: str = "rfc",
        validators: bool = True,
        real_weight: bool = False,
        noise: bool = False,
        robots: str = feeds.ROBOTS,
        redirects: str = "site",
    ) -> None:
        self.newsroom = newsroom
        self.now = now
        self.cms = cms
        self.feed_size = feed_size
        self.old_dates = old_dates
        self.validators = validators
        self.real_weight = real_weight
        self.noise = noise
        self.robots = robots
        self.redirects = redirects
        self.origin = SITE
        self.design: str | None = None
        self.edited: dict[int, ReplicaArticle] = {}
        self.moved: dict[str, int] = {}
        self.withdrawn: dict[str, int] = {}
        self._serials: dict[str, int] = {}
        self._cache: OrderedDict[tuple[object, ...], Answer] = OrderedDict()
        self._version = 0
        self._orders: tuple[int, dict[str, list[Plan]]] = (-1, {})
        self._chrome: tuple[int, furniture.Chrome] | None = None
        self._noise = 0
        self.changed()

    # --- state ----------------------------------------------------------------------------------

    def changed(self) -> None:
        """Tell the site that articles came, went or moved: lists are made anew."""
        self._version += 1
        for plan in self.newsroom.plans:
            self._serials.setdefault(plan.id, plan.serial)
        self._cache.clear()

    def serial(self, id_: str) -> int:
        """The serial number of the article with an id, old ids of moved ones included; KeyError."""
        return self._serials[id_]

    def article(self, serial: int) -> ReplicaArticle:
        """What the article's page says now."""
        return self.edited.get(serial) or self.newsroom.write(serial)

    def updated(self, plan: Plan) -> datetime:
        """When the article was last touched."""
        edited = self.edited.get(plan.serial)
        return (edited.edited_at if edited else None) or plan.published_at

    @property
    def sections(self) -> tuple[SectionSpec, ...]:
        """The sections of ordinary articles."""
        return self.newsroom.sections

    @property
    def all_sections(self) -> tuple[SectionSpec, ...]:
        """All sections, those of one kind of article included."""
        return (*self.newsroom.sections, *KIND_SECTIONS.values())

    def listed(self, name: str) -> list[Plan]:
        """The articles of a list, newest first: ``all``, ``old``, ``new``, ``old:<slug>``, ``new:<slug>``."""
        version, orders = self._orders
        if version != self._version:
            orders = self._ordered()
            self._orders = (self._version, orders)
        return orders.get(name, [])

    def _ordered(self) -> dict[str, list[Plan]]:
        orders: dict[str, list[Plan]] = {}
        shown = (plan for plan in self.newsroom.plans if plan.id not in self.withdrawn)
        for plan in sorted(shown, key=lambda one: (one.published_at, one.serial), reverse=True):
            side = "new" if plan.is_new else "old"
            for name in ("all", side, *(f"{side}:{slug}" for slug in self._slugs(plan))):
                orders.setdefault(name, []).append(plan)
        return orders

    def _slugs(self, plan: Plan) -> Iterator[str]:
        """The sections that list an article: its own, the parent's, and its home's for special kinds."""
        parents = {spec.id: spec.slug for spec in self.sections}
        yield plan.spec.slug
        if plan.spec.parent in parents:
            yield parents[plan.spec.parent]

    # --- answering ------------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """The answer to one request; 404 for what the site does not have."""
        if request.method not in ("GET", "HEAD"):
            return page("<h1>405</h1>", status=405)
        for pattern, method in _ROUTES:
            match = pattern.match(request.path)
            if match:
                answer = method(self, request, match)
                if answer is not None:
                    return self._conditional(request, answer)
        return not_found()

    def _cached(self, key: tuple[object, ...], make: Callable[[], Answer]) -> Answer:
        if self.noise:
            return make()
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        answer = self._cache[key] = make()
        if len(self._cache) > _KEPT_PAGES:
            self._cache.popitem(last=False)
        return answer

    def _conditional(self, request: Request, answer: Answer) -> Answer:
        """A 304 where the client has it already."""
        headers = dict(answer.headers)
        etag, modified = headers.get("ETag"), headers.get("Last-Modified")
        if answer.status != 200 or not (etag or modified):
            return answer
        known = request.headers.get("if-none-match")
        if known is not None:
            same = etag in [one.strip().removeprefix("W/") for one in known.split(",")]
        else:
            same = _not_newer(modified, request.headers.get("if-modified-since"))
        return Answer(304, b"", answer.headers) if same else answer

    def _with_validators(self, answer: Answer, tag: str, modified: datetime) -> Answer:
        if not self.validators:
            return answer
        stamp = format_datetime(modified.astimezone(UTC), usegmt=True)
        return answer.with_header("ETag", f'"{tag}"').with_header("Last-Modified", stamp)

    def _dressed(self) -> furniture.Chrome:
        """The furniture: made once per state of the site, or every time where noise is wanted."""
        if self.noise:
            self._noise += 1
        if self._chrome is None or self._chrome[0] != self._version or self.noise:
            newest = self.listed("all")[:60]
            shift = (self._noise * 7) % max(1, len(newest))
            made = furniture.chrome(
                self.sections,
                newest[shift:] + newest[:shift],
                real_weight=self.real_weight,
                both=self.cms == "both",
            )
            self._chrome = (self._version, made)
        return self._chrome[1]

    # --- articles -------------------------------------------------------------------------------

    def _article(self, request: Request, match: re.Match[str]) -> Answer | None:
        id_ = match["id"]
        if id_ in self.withdrawn:
            return page(
                "<html><body><h1>Bài viết không tồn tại</h1></body></html>", status=self.withdrawn[id_]
            )
        if id_ not in self._serials:
            return None
        serial = self._serials[id_]
        if id_ in self.moved:
            return self._moved(self.article(serial))
        return self._cached(("article", serial, self.design), lambda: self._article_page(serial))

    def _moved(self, item: ReplicaArticle) -> Answer:
        base = {"site": SITE, "origin": self.origin, "relative": ""}[self.redirects]
        return Answer(301, b"", (("Location", base + item.path), ("Content-Type", "text/html")))

    def _article_page(self, serial: int) -> Answer:
        item, plan = self.article(serial), self.newsroom.plans[serial]
        answer = page(self._rendered(item, plan.spec))
        tag = sha1(f"{item.id}:{item.revision}:{self.design}".encode()).hexdigest()[:16]
        return self._with_validators(answer, tag, item.edited_at or item.published_at)

    def _rendered(self, item: ReplicaArticle, spec: SectionSpec) -> str:
        if self.design == "redesign":
            return render_redesign.article(item, spec, newest=self.listed("all")[:5])
        if item.template == "2026":
            return render_2026.article(
                item,
                spec,
                sections=self.sections,
                newest=self.listed("new")[: 12 if self.real_weight else 6],
                weight=_WEIGHT_2026 if self.real_weight else "",
            )
        if item.template == "2016":
            return render_2016.article(item, spec, chrome=self._dressed())
        return render_2021.article(item, spec, chrome=self._dressed())

    def _print(self, _request: Request, match: re.Match[str]) -> Answer | None:
        serial = self._serials.get(match["id"])
        if serial is None or match["id"] in self.withdrawn:
            return None
        item = self.article(serial)
        return page(render_2026.print_view(item) if item.template == "2026" else render_2021.print_view(item))

    # --- listings -------------------------------------------------------------------------------

    def _home(self, _request: Request, _match: re.Match[str]) -> Answer:
        return self._cached(("home",), lambda: page(self._home_page()))

    def _home_page(self) -> str:
        plans = self.listed("all")[:44]
        if self.cms == "new":
            return render_2026.listing(
                "Báo Tin tức",
                "/",
                plans,
                zone=None,
                feed="/rss/home.rss",
                sections=self.all_sections,
                more=False,
            )
        return render_2021.listing("Báo Tin tức", "/", plans, "", bar="", chrome=self._dressed())

    def _old_listing(self, request: Request, match: re.Match[str]) -> Answer | None:
        spec = self._found_section(match["slug"], match.groupdict().get("number"))
        if spec is None or self.cms == "new":
            return None
        number = int(match["page"] or 1)
        return self._cached(("old", spec.slug, number), lambda: self._old_page(spec, number))

    def _found_section(self, slug: str, number: str | None) -> SectionSpec | None:
        """The section with a number, whatever slug stands before it; else the one with the slug."""
        for spec in self.all_sections:
            if (number and spec.id == int(number)) or (not number and spec.slug == slug):
                return spec
        return None

    def _old_page(self, spec: SectionSpec, number: int) -> Answer:
        plans = self.listed(f"old:{spec.slug}")
        last = 1 + max(0, -(-(len(plans) - FIRST_PAGE) // PAGE))
        if number < 1 or number > last:
            return not_found()
        start = 0 if number == 1 else FIRST_PAGE + (number - 2) * PAGE
        shown = plans[start : start + (FIRST_PAGE if number == 1 else PAGE)]
        return page(
            render_2021.listing(
                spec.name,
                spec.old_page(number),
                shown,
                render_2021.pager(spec, number, last),
                bar=furniture.section_bar(spec),
                chrome=self._dressed(),
                further=number > 1,
            )
        )

    def _new_listing(self, _request: Request, match: re.Match[str]) -> Answer | None:
        spec = self._found_section(match["slug"], None)
        if spec is None or self.cms == "old":
            return None
        return self._cached(("new", spec.slug), lambda: self._new_page(spec))

    def _new_page(self, spec: SectionSpec) -> Answer:
        plans = self.listed(f"new:{spec.slug}")
        return page(
            render_2026.listing(
                spec.name,
                spec.new_path,
                plans[:PAGE],
                zone=spec.id,
                feed=feeds.new_path(spec),
                sections=self.all_sections,
                more=len(plans) > PAGE,
            )
        )

    def _more(self, _request: Request, match: re.Match[str]) -> Answer | None:
        spec = self._found_section("", match["zone"])
        if self.cms == "old":
            return None
        plans = self.listed(f"new:{spec.slug}") if spec else []
        number = int(match["page"])
        shown = plans[(number - 1) * PAGE : number * PAGE] if number > 0 else []
        body = render_2026.more(shown, load_more=number * PAGE < len(plans))
        return page(body, kind="application/json; charset=utf-8")

    def _tag(self, request: Request, match: re.Match[str]) -> Answer | None:
        """A tag's page: the old one by its name, the new one by its number, which only links tell."""
        new = match.re.pattern.startswith("^/tag/")
        if self.cms == ("old" if new else "new"):
            return None
        path, name = unquote(request.path), unquote(match["tag"]).replace("+", " ")
        plans = self._tagged("new" if new else "old", path)
        if not plans:
            return None
        if new:
            return page(
                render_2026.listing(
                    name,
                    request.path,
                    plans[:40],
                    zone=None,
                    feed=None,
                    sections=self.all_sections,
                    more=False,
                )
            )
        return page(render_2021.search_page(name, request.path, plans[:40], "", chrome=self._dressed()))

    def _tagged(self, side: str, path: str) -> list[Plan]:
        """The articles of a side that link to a tag's page, newest first."""
        path_of = render_2026.tag_path if side == "new" else render_2021.tag_path
        newest = self.listed(side)[:1000]
        return [
            plan
            for plan in newest
            if path in (unquote(path_of(tag)) for tag in self.article(plan.serial).tags)
        ]

    def _search(self, request: Request, match: re.Match[str]) -> Answer | None:
        new = match[0].startswith("/search")
        if self.cms == ("old" if new else "new"):
            return None
        query = parse_qs(request.query)
        words = slugify(" ".join(query.get("q", []) + query.get("KeySearch", []))).split("-")
        number = int((query.get("page") or ["1"])[0])
        found = [plan for plan in self.listed("new" if new else "old") if _mentions(plan, words)]
        shown = found[(number - 1) * PAGE : number * PAGE]
        if new:
            return page(
                render_2026.listing(
                    "Tìm kiếm",
                    "/search/",
                    shown,
                    zone=None,
                    feed=None,
                    sections=self.all_sections,
                    more=False,
                )
            )
        key = quote_plus(" ".join(query.get("KeySearch", [])))
        following = f"/Search.aspx?KeySearch={key}&amp;page={number + 1}"
        pager = (
            f'<div class="paging"><a href="{following}">Tiếp</a></div>\n'
            if number * PAGE < len(found)
            else ""
        )
        return page(render_2021.search_page("Tìm kiếm", "/Search.aspx", shown, pager, chrome=self._dressed()))

    def _events(self, request: Request, _match: re.Match[str]) -> Answer | None:
        plans = self.listed("old")[:6]
        return page(render_2021.search_page("Sự kiện", request.path, plans, "", chrome=self._dressed()))

    # --- feeds and sitemaps ---------------------------------------------------------------------

    def _old_feed(self, request: Request, match: re.Match[str]) -> Answer | None:
        if self.cms == "new":
            return None
        slug = match["slug"]
        if slug == "tin-moi-nhat":
            return self._feed(request.path, "Tin mới nhất", "old")
        spec = self._found_section(slug, None)
        return self._feed(request.path, spec.name, f"old:{slug}") if spec else None

    def _feed(self, path: str, title: str, name: str) -> Answer:
        plans = self.listed(name)[: self.feed_size]
        return self._cached(
            ("feed", path),
            lambda: self._tagged_feed(feeds.old_feed(title, path, plans, self.old_dates), plans),
        )

    def _tagged_feed(self, body: str, plans: Sequence[Plan]) -> Answer:
        latest = max((self.updated(plan) for plan in plans), default=self.now)
        tag = sha1(body.encode()).hexdigest()[:16]
        return self._with_validators(page(body, kind=XML), tag, latest)

    def _new_feed(self, request: Request, match: re.Match[str]) -> Answer | None:
        """A feed of the new CMS; what it does not know it answers with the feed of everything."""
        if self.cms == "old":
            return None
        slug, _, zone = match["name"].rpartition("-")
        spec = self._found_section("", zone) if zone.isdecimal() else None
        if spec is None or slug != spec.slug:
            return self._cached(
                ("rss", ""), lambda: self._zone_feed("Trang chủ", "/", "/rss/home.rss", self.listed("new"))
            )
        return self._cached(
            ("rss", spec.slug),
            lambda: self._zone_feed(
                spec.name, spec.new_path, feeds.new_path(spec), self.listed(f"new:{spec.slug}")
            ),
        )

    def _zone_feed(self, title: str, link: str, own: str, plans: Sequence[Plan]) -> Answer:
        shown = plans[: self.feed_size]
        body = feeds.new_feed(
            title, link, own, shown, related=self._related_plans, updated=self.updated, now=self.now
        )
        return self._tagged_feed(body, shown)

    def _related_plans(self, plan: Plan) -> list[Plan]:
        return [self.newsroom.plans[serial] for serial in plan.related[1:]]

    def _old_index(self, _request: Request, _match: re.Match[str]) -> Answer | None:
        return None if self.cms == "new" else page(feeds.old_index(self.all_sections, self._dressed().header))

    def _new_index(self, _request: Request, _match: re.Match[str]) -> Answer | None:
        return None if self.cms == "old" else page(feeds.new_index(self.all_sections))

    def _robots(self, _request: Request, _match: re.Match[str]) -> Answer:
        return page(self.robots, kind="text/plain; charset=utf-8")

    def _sitemap(self, _request: Request, match: re.Match[str]) -> Answer | None:
        name = match.groupdict().get("name")
        return self._cached(("sitemap", name), lambda: self._sitemap_page(name))

    def _sitemap_page(self, name: str | None) -> Answer:
        plans = self.listed("all")
        months = dict.fromkeys(_month(plan) for plan in plans)
        if name is None:
            return page(feeds.sitemap_index(months), kind=XML)
        if name == "google-news":
            return page(feeds.google_news(plans[:100]), kind=XML)
        if name == "categories":
            return page(feeds.sections_sitemap(self._listing_paths()), kind=XML)
        month = name.removeprefix("news-")
        if month not in months:
            return not_found()
        return page(feeds.sitemap((plan for plan in plans if _month(plan) == month), self.updated), kind=XML)

    def _listing_paths(self) -> Iterable[str]:
        for spec in self.all_sections:
            if self.cms != "new":
                yield spec.old_path
            if self.cms != "old":
                yield spec.new_path


def _month(plan: Plan) -> str:
    return f"{plan.published_at.year}-{plan.published_at.month}"


def _mentions(plan: Plan, words: Sequence[str]) -> bool:
    told = f"-{slugify(plan.headline)}-{slugify(plan.lead)}-"
    return f"-{'-'.join(words)}-" in told


def not_found() -> Answer:
    """The 404 page."""
    return page(
        "<html><head><title>404</title></head><body><h1>Không tìm thấy trang</h1></body></html>", status=404
    )


def _not_newer(modified: str | None, since: str | None) -> bool:
    if not modified or not since:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def gzipped(answer: Answer) -> Answer:
    """The same answer, compressed."""
    return replace(answer, body=gzip.compress(answer.body, 4, mtime=0)).with_header(
        "Content-Encoding", "gzip"
    )


_Method = Callable[[Site, Request, re.Match[str]], Answer | None]
_SPECIAL: Final = "anh|video|infographics|emagazine"
_ROUTES: Final[tuple[tuple[re.Pattern[str], _Method], ...]] = tuple(
    (re.compile(pattern), method)
    for pattern, method in (
        (r"^/[a-z0-9-]+/[^/]+-v?(?P<id>\d{17})\.htm$", Site._article),
        (r"^/long-form/[a-z]+/[^/]+-(?P<id>\d{17})\.htm$", Site._article),
        (r"^/[^/]+-post(?P<id>\d+)\.html$", Site._article),
        (r"^/[^/]+-n(?P<id>\d{17})\.htm$", Site._print),
        (r"^/print-(?P<id>\d+)\.html$", Site._print),
        (r"^/$", Site._home),
        (r"^/robots\.txt$", Site._robots),
        (r"^/rss\.htm$", Site._old_index),
        (r"^/rss\.html$", Site._new_index),
        (r"^/(?P<slug>[a-z0-9-]+)\.rss$", Site._old_feed),
        (r"^/rss/(?P<name>[a-z0-9-]+)\.rss$", Site._new_feed),
        (r"^/sitemap\.xml$", Site._sitemap),
        (r"^/sitemaps/(?P<name>[a-z0-9-]+)\.xml$", Site._sitemap),
        (r"^/api/morenews-zone-(?P<zone>\d+)-(?P<page>\d+)\.html$", Site._more),
        (
            r"^/(?P<slug>[A-Za-z0-9-]+)-(?P<number>\d+)ct\d+(?:\.htm|/trang-(?P<page>\d+)\.htm)$",
            Site._old_listing,
        ),
        (rf"^/(?P<slug>{_SPECIAL})(?:\.htm|/trang-(?P<page>\d+)\.htm)$", Site._old_listing),
        (r"^/tags/(?P<tag>[^/]+)\.htm$", Site._tag),
        (r"^/tag/(?P<tag>[^/]+)-tag\d+\.html$", Site._tag),
        (r"^/(?:su-kien|dong-su-kien/[^/]+)\.htm$", Site._events),
        (r"^/(?:Search\.aspx|search/?)$", Site._search),
        (r"^/(?P<slug>[a-z0-9-]+)/$", Site._new_listing),
    )
)
