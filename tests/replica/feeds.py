"""Feeds, feed indexes, sitemaps and robots.txt of the replica, in the forms of both generations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from . import furniture
from .article import SITE
from .markup import attribute, text
from .newsroom import Plan
from .sections import SectionSpec

ROBOTS: Final = f"User-agent: *\nAllow: /\nDisallow: /print\n\nSitemap: {SITE}/sitemap.xml\n"

DATES: Final[dict[str, Callable[[datetime], str]]] = {
    "rfc": format_datetime,
    "gmt7": lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S} GMT+7",
    "us": lambda moment: f"{moment.month}/{moment.day}/{moment.year} {moment:%I:%M:%S %p}".replace(" 0", " "),
    "vn": lambda moment: f"{moment:%d/%m/%Y %H:%M}",
    "iso": lambda moment: moment.isoformat(),
    "colon": lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S} +07:00",
    "none": lambda _moment: "",
    "broken": lambda _moment: "Thứ Hai tuần trước",
}
"""The forms of ``pubDate``; the new CMS writes ``colon``, the old one's is not known."""


def old_feed(title: str, path: str, plans: Iterable[Plan], dates: str) -> str:
    """A feed of the old CMS: descriptions with single-quoted attributes, an image link, then the lead."""
    date = DATES[dates]
    items = "".join(
        f"<item>\n<title><![CDATA[{plan.headline}]]></title>\n<link>{SITE}{plan.path}</link>\n<guid>{SITE}{plan.path}</guid>\n"
        f"<description><![CDATA[<a href='{SITE}{plan.path}'><img src='{furniture.thumbnail(plan.id)}' width='100' border='0' "
        f'style="margin-right:10px;float:left; width:100px" /></a>{text(plan.lead)}]]></description>\n'
        f"<pubDate>{date(plan.published_at)}</pubDate>\n</item>\n"
        for plan in plans
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0">\n<channel>\n<title>{text(title)} - baotintuc.vn</title>\n'
        f"<link>{SITE}{path}</link>\n<description>{text(title)}</description>\n<language>vi-vn</language>\n{items}</channel>\n</rss>\n"
    )


def new_feed(
    title: str,
    link: str,
    own: str,
    plans: Sequence[Plan],
    *,
    related: Callable[[Plan], Sequence[Plan]],
    updated: Callable[[Plan], datetime],
    now: datetime,
) -> str:
    """A feed of the new CMS: dates with a colon in the offset, related links inside the description."""
    date = DATES["colon"]
    items = "".join(_new_item(plan, title, related(plan), date(updated(plan))) for plan in plans)
    stamp = date(plans[0].published_at if plans else now)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?><rss xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" version="2.0"><channel>'
        f"<title>{text(title)}</title><copyright>Bản sao dùng để thử nghiệm</copyright><link>{SITE}{link}</link>"
        f"<lastBuildDate>{stamp}</lastBuildDate><pubDate>{stamp}</pubDate><description><![CDATA[{title}]]></description>"
        f"<language>vi-vn</language><docs>{SITE}/rss.html</docs><ttl>5</ttl>"
        f'<atom:link href="{SITE}{own}" rel="self" type="application/rss+xml"/>{items}</channel></rss>'
    )


def _new_item(plan: Plan, category: str, related: Sequence[Plan], updated: str) -> str:
    url = SITE + plan.path
    image = f"https://media.baotintuc.vn/images/{plan.id}/avatar.jpg.webp"
    links = "".join(f"<li><a href='{SITE}{one.path}'>{text(one.headline)}</a></li>" for one in related)
    tail = f'<div style="clear:both;"><ul>{links}</ul></div>' if links else ""
    return (
        f'<item><title><![CDATA[{plan.headline}]]></title><description><![CDATA[<a href="{url}"><img src="{image}"/></a>'
        f"<p>{text(plan.lead)}</p>{tail}]]></description><pubDate>{DATES['colon'](plan.published_at)}</pubDate>"
        f"<updated>{updated}</updated><guid>{url}</guid>"
        f'<atom:link href="{url}" rel="self" type="application/rss+xml"/><link>{url}</link>'
        f"<category><![CDATA[{category}]]></category><thumb>{image}</thumb><image>{image}</image></item>"
    )


def old_index(sections: Sequence[SectionSpec], header: str) -> str:
    """The old feed index page."""
    rows = "".join(
        f'<li><a href="/{slug}.rss" title="{attribute(name)}">{text(name)}</a></li>\n'
        for slug, name in _old_feeds(sections)
    )
    return (
        furniture.listing_head("RSS", "/rss.htm")
        + f'<body>\n{header}<div class="rss-content">\n<ul class="list-rss">\n{rows}</ul>\n</div>\n</body>\n</html>\n'
    )


def _old_feeds(sections: Sequence[SectionSpec]) -> list[tuple[str, str]]:
    return [("tin-moi-nhat", "Tin mới nhất"), *((spec.slug, spec.name) for spec in sections)]


def new_index(sections: Sequence[SectionSpec]) -> str:
    """The new feed index page."""
    rows = "".join(
        f'<li><a href="{SITE}{new_path(spec)}" title="{attribute(spec.name)}">{text(spec.name)}</a></li>\n'
        for spec in sections
    )
    return (
        '<!DOCTYPE html> <html lang="vi"> <head><meta charset="utf-8"><title>RSS</title></head>\n<body class="rss-page">\n'
        f'<ul class="rss-list">\n<li><a href="{SITE}/rss/home.rss">Trang chủ</a></li>\n{rows}</ul>\n</body>\n</html>\n'
    )


def new_path(spec: SectionSpec) -> str:
    """Path of a section's feed in the new CMS."""
    return f"/rss/{spec.slug}-{spec.id}.rss"


# --- sitemaps -----------------------------------------------------------------------------------

_URLSET: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
)


def sitemap_index(months: Iterable[str]) -> str:
    """``/sitemap.xml``: the months (``2026-9``: no leading zero), sections and the news sitemap."""
    names = [*(f"news-{month}" for month in months), "categories", "google-news"]
    rows = "".join(f"<sitemap>\n<loc> {SITE}/sitemaps/{name}.xml </loc>\n</sitemap>\n" for name in names)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{rows}</sitemapindex>\n"
    )


def sitemap(plans: Iterable[Plan], updated: Callable[[Plan], datetime]) -> str:
    """The articles of one month."""
    rows = "".join(
        f"<url>\n<loc>{SITE}{plan.path}</loc>\n<lastmod>{updated(plan).isoformat()}</lastmod>\n</url>\n"
        for plan in plans
    )
    return f"{_URLSET}{rows}</urlset>\n"


def sections_sitemap(paths: Iterable[str]) -> str:
    """The listings."""
    rows = "".join(f"<url>\n<loc>{SITE}{path}</loc>\n</url>\n" for path in paths)
    return f"{_URLSET}{rows}</urlset>\n"


def google_news(plans: Iterable[Plan]) -> str:
    """The newest articles in the form for news search engines."""
    rows = "".join(
        f"<url>\n<loc>{SITE}{plan.path}</loc>\n<news:news>\n<news:publication><news:name>Báo Tin tức</news:name><news:language>vi</news:language>"
        f"</news:publication>\n<news:publication_date>{plan.published_at.isoformat()}</news:publication_date>\n"
        f"<news:title>{text(plan.headline)}</news:title>\n</news:news>\n</url>\n"
        for plan in plans
    )
    return f"{_URLSET}{rows}</urlset>\n"
