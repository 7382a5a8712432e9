"""Plans and writes the articles of a replica: which there are, and on request what each one says.

A *plan* is what listings and feeds need (address, headline, lead, time) and is made at once; the
body is written when a page is asked for. The same seed, time and numbers give the same site.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from random import Random
from typing import Final

from crawler.items import Kind, Video

from . import prose
from .article import SITE, Block, BlockKind, ReplicaArticle
from .sections import KIND_SECTIONS, SectionSpec

HANOI: Final = timezone(timedelta(hours=7))
KIND_WEIGHTS: Final = {
    Kind.TEXT: 74,
    Kind.PHOTO: 9,
    Kind.VIDEO: 6,
    Kind.INFOGRAPHIC: 4,
    Kind.LONGFORM: 4,
    Kind.LIVE: 3,
}
"""How often each kind of article is written, of a hundred."""

FIRST_POST: Final = 797_000
"""Number of the first post in the new CMS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An article before its body is written. ``serial`` counts from 0, the oldest first."""

    serial: int
    id: str
    path: str
    kind: Kind
    template: str
    spec: SectionSpec
    home: SectionSpec
    headline: str
    lead: str
    published_at: datetime
    created_at: datetime | None
    related: tuple[int, ...]
    twin_of: int | None = None
    series: str | None = None

    @property
    def is_new(self) -> bool:
        """Whether it lives in the new CMS."""
        return self.template == "2026"


class Newsroom:
    """All articles of one replica, by serial number; writes bodies on demand and keeps the last few."""

    def __init__(
        self,
        seed: int,
        sections: Sequence[SectionSpec],
        templates: Sequence[str],
        kinds: Sequence[Kind],
    ) -> None:
        self.seed = seed
        self.sections = tuple(sections)
        self.templates = tuple(templates)
        self.kinds = tuple(kinds)
        self.plans: list[Plan] = []
        self._ids: set[str] = set()
        self._written: OrderedDict[int, ReplicaArticle] = OrderedDict()

    def random(self, serial: int, what: str) -> Random:
        """A generator for one purpose of one article."""
        return Random(f"{self.seed}:{serial}:{what}")

    def plan(
        self,
        published: datetime,
        *,
        template: str | None = None,
        section: str | None = None,
        kind: Kind | None = None,
        twin_of: int | None = None,
        series: str | None = None,
    ) -> Plan:
        """Plan one more article; the caller keeps the times in order."""
        serial = len(self.plans)
        random = self.random(serial, "plan")
        drawn_template = random.choice(self.templates)
        drawn_kind = random.choices(self.kinds, [KIND_WEIGHTS[k] for k in self.kinds])[0]
        drawn_section = random.choice(self.sections)
        kind = kind or (Kind.TEXT if twin_of is not None or series else drawn_kind)
        template = template or drawn_template
        home = self._section(section) if section else drawn_section
        plan = self._made(
            serial, random, published, template=template, home=home, kind=kind, twin_of=twin_of, series=series
        )
        self.plans.append(plan)
        return plan

    def _section(self, slug: str) -> SectionSpec:
        known = {spec.slug: spec for spec in (*self.sections, *KIND_SECTIONS.values())}
        if slug not in known:
            raise ValueError(f"the replica has no section {slug!r}: it has {', '.join(known)}")
        return known[slug]

    def _made(
        self,
        serial: int,
        random: Random,
        published: datetime,
        *,
        template: str,
        home: SectionSpec,
        kind: Kind,
        twin_of: int | None,
        series: str | None,
    ) -> Plan:
        published = _tidy(published, template)
        headline, lead = self._opening(serial, home, published, twin_of, series)
        spec = KIND_SECTIONS.get(kind, home)
        created = self._created(published, random) if template != "2026" else None
        id_ = _old_id(created) if created else str(FIRST_POST + serial * 3 + random.randrange(3))
        self._ids.add(id_)
        return Plan(
            serial=serial,
            id=id_,
            path=_path(template, kind, spec, prose.slugify(headline), id_),
            kind=kind,
            template=template,
            spec=spec,
            home=home,
            headline=headline,
            lead=lead,
            published_at=published,
            created_at=created,
            related=self._related(serial, home, random),
            twin_of=twin_of,
            series=series,
        )

    def _opening(
        self, serial: int, home: SectionSpec, published: datetime, twin_of: int | None, series: str | None
    ) -> tuple[str, str]:
        if series:
            return series_opening(series, published, self.random(serial, "series"))
        if twin_of is not None:
            first = self.plans[twin_of]
            return first.headline + ": Những điều cần biết", first.lead
        start = prose.opening(home.topic, self.random(serial, "words"), published)
        return start.headline, start.lead

    def _created(self, published: datetime, random: Random) -> datetime:
        created = published - timedelta(seconds=random.randint(20, 1800), milliseconds=random.randrange(1000))
        while _old_id(created) in self._ids:
            created -= timedelta(milliseconds=1)
        return created

    def _related(self, serial: int, home: SectionSpec, random: Random) -> tuple[int, ...]:
        """Earlier articles of the same section, by serial number: 0 to 4, and one for the card below."""
        near = [plan.serial for plan in self.plans[-120:] if plan.home.topic == home.topic]
        count = random.choice((0, 2, 3, 3, 4, 5))
        return tuple(random.sample(near, min(count, len(near)))) if serial else ()

    # --- writing --------------------------------------------------------------------------------

    def write(self, serial: int) -> ReplicaArticle:
        """The whole article; kept for a while, since a site is asked for its newest pages again."""
        if serial in self._written:
            self._written.move_to_end(serial)
            return self._written[serial]
        article = self._article(self.plans[serial])
        self._written[serial] = article
        if len(self._written) > 2000:
            self._written.popitem(last=False)
        return article

    def _article(self, plan: Plan) -> ReplicaArticle:
        byline, contributors = prose.byline(plan.kind, self.random(plan.serial, "byline"))
        tags = self._body(plan, "tags").tags()
        related = [self.plans[serial] for serial in plan.related]
        return ReplicaArticle(
            id=plan.id,
            path=plan.path,
            kind=plan.kind,
            template=plan.template,
            headline=plan.headline,
            lead=plan.lead,
            blocks=tuple(self._blocks(plan)),
            byline=byline,
            contributors=contributors,
            published_at=plan.published_at,
            modified_at=self._modified(plan),
            created_at=plan.created_at,
            section=replace(plan.spec.section, parent_id=None) if plan.is_new else plan.spec.section,
            tags=tags,
            related=tuple(SITE + other.path for other in related[1:]),
            widget=SITE + related[0].path if related else None,
            titles={SITE + other.path: other.headline for other in related},
        )

    def _modified(self, plan: Plan) -> datetime | None:
        """The new CMS tells of edits; the old one repeats the publication time, in 2016 not even that."""
        if not plan.is_new:
            return plan.published_at if plan.template == "2021" else None
        late = self.random(plan.serial, "modified").choice((0, 0, 0, 240, 3600))
        return plan.published_at + timedelta(seconds=late)

    def _body(self, plan: Plan, what: str) -> prose.BodyWriter:
        words = prose.opening(plan.home.topic, self.random(plan.serial, "words"), plan.published_at).words
        return prose.BodyWriter(plan.home.topic, words, self.random(plan.serial, what))

    def _blocks(self, plan: Plan) -> list[Block]:
        if plan.series:
            return series_blocks(plan.series, plan.published_at, self.random(plan.serial, "series"))
        if plan.twin_of is not None:
            return self._twin(plan)
        return self._kind_blocks(plan, self._body(plan, "body"))

    def _kind_blocks(self, plan: Plan, body: prose.BodyWriter) -> list[Block]:
        def address(number: int) -> str:
            return photo_url(plan, number)

        match plan.kind:
            case Kind.PHOTO:
                return prose.photo_blocks(body, address)
            case Kind.VIDEO:
                return prose.video_blocks(body, video(plan))
            case Kind.INFOGRAPHIC:
                return prose.infographic_blocks(body, address)
            case Kind.LONGFORM:
                return prose.longform_blocks(body, address)
            case Kind.LIVE:
                return prose.live_blocks(body, plan.published_at)
            case _:
                return prose.text_blocks(body, address)

    def _twin(self, plan: Plan) -> list[Block]:
        """A near-duplicate: another article's text with a sentence more and its photos anew."""
        assert plan.twin_of is not None
        blocks = [block for block in self.write(plan.twin_of).blocks if not block.photo and not block.video]
        return [*blocks, Block(BlockKind.PARAGRAPH, (self._body(plan, "body").sentence(),))]


def photo_url(plan: Plan, number: int) -> str:
    """The address of photo ``number`` of an article, as its CMS writes them."""
    name = f"{prose.slugify(plan.headline)[:24].strip('-')}-{number}.jpg"
    digest = sha256(f"{plan.id}:{number}".encode()).hexdigest()
    if plan.is_new:
        return f"https://media.baotintuc.vn/images/{digest}{digest[:32]}/{name}.webp"
    return f"https://cdnmedia.baotintuc.vn/Upload/{digest[:22]}/files/{plan.published_at:%Y/%m/%d}/{name}"


def video(plan: Plan) -> Video:
    """The video of an article, as its CMS addresses them."""
    digest = sha256(plan.id.encode()).hexdigest()
    if plan.is_new:
        return Video(
            url=f"https://streaming.baotintuc.vn/vod/{digest[:20]}/playlist.m3u8",
            poster=f"https://media.baotintuc.vn/images/{digest}/360.jpg.webp",
        )
    base = f"https://cdnmedia.baotintuc.vn/Upload/{digest[:22]}/files/{plan.published_at:%Y/%m/%d}"
    return Video(url=f"{base}/clip.mp4", poster=f"{base}/clip.jpg")


def _tidy(published: datetime, template: str) -> datetime:
    seconds = published.second if template == "2026" else 0
    return published.astimezone(HANOI).replace(second=seconds, microsecond=0)


def _old_id(created: datetime) -> str:
    return f"{created:%Y%m%d%H%M%S}{created.microsecond // 1000:03d}"


def _path(template: str, kind: Kind, spec: SectionSpec, slug: str, id_: str) -> str:
    if template == "2026":
        return f"/{slug}-post{id_}.html"
    if kind is Kind.LONGFORM:
        return f"/long-form/emagazine/{slug}-{id_}.htm"
    return f"/{spec.slug}/{slug}-{'v' if kind is Kind.VIDEO else ''}{id_}.htm"


# --- daily series -------------------------------------------------------------------------------

SERIES: Final = {
    "weather": (
        "Thời tiết ngày {d}: {sky} trên cả ba miền",
        "Dự báo ngày {d}, {sky}, nhiệt độ cao nhất {a} độ C, thấp nhất {b} độ C.",
        (
            "Phía Tây Bắc Bộ: {sky}. Gió nhẹ. Nhiệt độ thấp nhất {b} độ C, cao nhất {a} độ C.",
            "Hà Nội: {sky}. Gió nhẹ. Nhiệt độ thấp nhất {b} độ C, cao nhất {a} độ C.",
            "Từ Đà Nẵng đến Lâm Đồng: ngày nắng, chiều tối có mưa rào vài nơi. Gió đông bắc cấp {c}.",
            "Nam Bộ: {sky}. Nhiệt độ cao nhất {a} độ C. Trong mưa dông đề phòng lốc, sét và gió giật mạnh.",
            "Trên biển: gió cấp {c}, sóng cao {c} m, tầm nhìn xa trên 10 km.",
        ),
    ),
    "gold": (
        "Giá vàng ngày {d}: Bán ra {a}{b},{c} triệu đồng/lượng",
        "Mở cửa sáng {d}, vàng miếng bán ra {a}{b},{c} triệu đồng/lượng, chênh lệch mua bán {c} triệu đồng.",
        (
            "Lúc 8 giờ 30 phút ngày {d}, các cửa hàng lớn niêm yết vàng miếng mua vào thấp hơn {c} triệu đồng mỗi lượng.",
            "Vàng nhẫn trơn bán ra {b}{a},{c} triệu đồng/lượng, giữ nguyên chênh lệch hai chiều.",
            "Trên thị trường thế giới, giá giao ngay đứng ở 4.{a}{b} USD/ounce.",
            "Chuyên gia khuyên người mua thận trọng khi giá biến động quanh mức {a}{b} triệu đồng.",
        ),
    ),
}
"""Headline, lead and paragraphs of the series that are published daily and differ by their figures."""


def _figures(published: datetime, random: Random) -> dict[str, str]:
    sky = random.choice(("Nhiều mây", "Trời nắng", "Có mưa rào", "Trời se lạnh", "Sương mù nhẹ"))
    return {
        "d": f"{published.day}/{published.month}",
        "sky": sky,
        "a": str(random.randint(24, 38)),
        "b": str(random.randint(12, 23)),
        "c": str(random.randint(2, 7)),
    }


def series_opening(series: str, published: datetime, random: Random) -> tuple[str, str]:
    """Headline and lead of one day of a series."""
    figures = _figures(published, random)
    headline, lead, _ = SERIES[series]
    return headline.format(**figures), lead.format(**figures)


def series_blocks(series: str, published: datetime, random: Random) -> list[Block]:
    """Body of one day of a series: the same sentences as every day, other figures."""
    figures = _figures(published, random)
    return [Block(BlockKind.PARAGRAPH, (text.format(**figures),)) for text in SERIES[series][2]]
