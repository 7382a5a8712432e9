"""The replica's pages have the structure of the site's, and say what the articles say."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from lxml import html

from crawler.items import Kind
from crawler.parsers import parse_article
from crawler.parsers.media.captions import split_caption
from crawler.site.urls import UrlKind, read
from tests.replica import Replica, ReplicaArticle
from tests.replica.newsroom import HANOI

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)

ONCE_2021 = (
    "div.detail-content > div.detail-content_wrapper > div.detail-left",
    "div.right-bar",
    "h1.detail-title",
    "div.action-link div.date span.txt",
    'meta[property="article:published_time"]',
    "div.date h4.cate > a",
    "input#hidCatId",
    "input#hidParentId",
    "input#hdNewsId",
    'meta[property="dable:item_id"]',
    "div.content h2.sapo",
    "div.boxdetail > div.contents",
    "#divfirst",
    "#divend",
    "div.boxdetail > div.author",
    "#plhMain_NewsDetail1_divTags.keysword",
    "div.breadcrumb",
    'link[rel="canonical"]',
    "#hdLive",
)
ONCE_2026 = (
    "div.article",
    "h1.article__title.cms-title",
    "div.article__sapo.cms-desc > p",
    "meta.cms-date[itemprop=datePublished][content]",
    "div.article time.time[datetime]",
    'div.article__body.zce-content-body.cms-body[itemprop="articleBody"]',
    "div.article__tag",
    "div.wrap-comment[data-id]",
    'link[rel="canonical"]',
    'meta[property="article:modified_time"]',
    "div.breadcrumb .main a",
)


@pytest.fixture(scope="module")
def replica() -> Replica:
    return Replica(seed=5, articles=240, now=NOW, templates=("2016", "2021", "2026"))


def tree(replica: Replica, target: str) -> html.HtmlElement:
    answer = replica.page(target)
    assert answer.status == 200, target
    return html.fromstring(answer.body.decode())


def of_template(replica: Replica, template: str) -> Iterator[ReplicaArticle]:
    return (item for item in replica.articles if item.template == template)


def links(replica: Replica, target: str) -> set[str]:
    """The article ids a page or feed names."""
    body = replica.page(target).body.decode()
    return {found[1] for found in re.finditer(r"(?:-v?(?=\d{17}\.htm)|-post)(\d+)\.html?", body)}


# --- the same seed, the same site ---------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, two = (Replica(seed=9, articles=40, now=NOW) for _ in range(2))
    targets = [
        "/",
        "/kinh-te-128ct0.htm",
        "/rss/home.rss",
        "/tin-moi-nhat.rss",
        *(plan.path for plan in one.plans),
    ]
    assert [one.page(target) for target in targets] == [two.page(target) for target in targets]


def test_another_seed_gives_another_site() -> None:
    one, two = Replica(seed=1, articles=30, now=NOW), Replica(seed=2, articles=30, now=NOW)
    assert not {item.headline for item in one.articles} & {item.headline for item in two.articles}


def test_a_plan_is_what_its_article_says(replica: Replica) -> None:
    for plan, item in zip(replica.plans, replica.articles, strict=True):
        assert (plan.id, plan.path, plan.headline, plan.lead) == (
            item.id,
            item.path,
            item.headline,
            item.lead,
        )


def test_nothing_is_published_in_the_future_and_all_of_it_in_order(replica: Replica) -> None:
    moments = [item.published_at for item in replica.articles]
    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    assert (NOW - moments[0]).days == 2


def test_ids_and_urls_are_unique_and_of_the_sites_grammar(replica: Replica) -> None:
    assert len({item.id for item in replica.articles}) == len(replica.articles)
    for item in replica.articles:
        known = read(item.url)
        assert known is not None
        assert (known.kind, known.id, known.url) == (UrlKind.ARTICLE, item.id, item.url)


def test_creation_lies_minutes_before_publication(replica: Replica) -> None:
    gaps = [item.published_at - item.created_at for item in replica.articles if item.created_at]
    assert gaps
    assert all(-60 < gap.total_seconds() < 40 * 60 for gap in gaps)


# --- structure ----------------------------------------------------------------------------------


@pytest.mark.parametrize("selector", ONCE_2021)
def test_template_2021_has_each_mark_once(replica: Replica, selector: str) -> None:
    for item in of_template(replica, "2021"):
        assert len(tree(replica, item.path).cssselect(selector)) == 1, item.path


@pytest.mark.parametrize("selector", ONCE_2021)
def test_the_real_pages_have_the_same_marks(shared_site: Path, selector: str) -> None:
    pages = list((shared_site / "real" / "pages").glob("2*.html.gz"))
    assert pages
    for file in pages:
        assert len(html.fromstring(gzip.decompress(file.read_bytes())).cssselect(selector)) == 1, file.name


@pytest.mark.parametrize("selector", ONCE_2026)
def test_template_2026_has_each_mark_once(replica: Replica, selector: str) -> None:
    for item in of_template(replica, "2026"):
        assert len(tree(replica, item.path).cssselect(selector)) == 1, item.path


def test_template_2016_has_its_marks(replica: Replica) -> None:
    for item in of_template(replica, "2016"):
        page = tree(replica, item.path)
        for selector in (
            "h1.title",
            "h2#plhMain_NewsDetail1_divSapoLive",
            "div#plhMain_NewsDetail1_divContentLive",
        ):
            assert len(page.cssselect(selector)) == 1


def test_the_body_of_2021_stands_in_two_halves_with_advertisements_between(replica: Replica) -> None:
    item = next(item for item in of_template(replica, "2021") if item.kind is Kind.TEXT)
    contents = tree(replica, item.path).cssselect("div.boxdetail > div.contents")[0]
    assert [child.get("id") or child.tag for child in contents if isinstance(child.tag, str)] == [
        "divfirst",
        "ins",
        "div",
        "script",
        "noscript",
        "divend",
    ]


def test_furniture_of_both_designs_is_there(replica: Replica) -> None:
    old = next(item for item in of_template(replica, "2021") if len(item.related) > 1)
    new = next(
        item for item in of_template(replica, "2026") if len(item.related) > 1 and len(item.blocks) > 4
    )
    old_page, new_page = tree(replica, old.path), tree(replica, new.path)
    for selector in (".gliaplayer-container", ".likeshare", ".boxdata", ".content_bottom", "#ifComment", ".btt-bottom",
                     "ul#plhMain_NewsDetail1_divRelation.list-concern a", "div.widget a.info-title",
                     "div#menu ul.list-navbar li.nav-item a", "ul.droplist-info li a", 'image[xlink\\:href^="data:"]'):  # fmt: skip
        assert old_page.cssselect(selector) or selector.startswith("image"), selector
    for selector in (".sda_middle", ".rennab", ".article-relate article.story", ".related-news article.story",
                     ".hidden-player", "script", ".article__social", "meta[http-equiv=refresh]"):  # fmt: skip
        assert new_page.cssselect(selector), selector


def test_captions_may_be_empty_and_alt_texts_are_placeholders(replica: Replica) -> None:
    figures = [
        figure
        for item in of_template(replica, "2021")
        for figure in tree(replica, item.path).cssselect("figure.image")
    ]
    assert {figure.cssselect("img")[0].get("alt") for figure in figures} == {"Chú thích ảnh"}
    captions = [figure.cssselect("figcaption")[0].text_content() for figure in figures]
    assert "" in captions
    assert any("Ảnh minh họa: " in caption for caption in captions)


def test_some_json_ld_is_no_valid_json(replica: Replica) -> None:
    import json

    valid: Counter[bool] = Counter()
    for item in of_template(replica, "2021"):
        try:
            json.loads(tree(replica, item.path).cssselect('script[type="application/ld+json"]')[0].text or "")
            valid[True] += 1
        except json.JSONDecodeError:
            valid[False] += 1
    assert 0 < valid[False] < valid[True]


def test_lazy_images_of_2026_have_a_noscript_twin(replica: Replica) -> None:
    item = next(item for item in of_template(replica, "2026") if item.kind is Kind.PHOTO)
    images = tree(replica, item.path).cssselect(".article__body figure > img.lazyload")
    assert [image.get("data-large-src") for image in images] == [photo.url for photo in item.photos]
    assert all(image.get("src", "").startswith("data:") for image in images)


def test_real_weight_is_that_of_a_real_page() -> None:
    replica = Replica(seed=5, articles=30, now=NOW, weight="real")
    pages = {
        template: [replica.page(p.path).body for p in replica.plans if p.template == template]
        for template in ("2021", "2026")
    }
    assert all(260_000 < len(page) < 310_000 for page in pages["2021"])
    assert all(900 < page.count(b"</") + page.count(b"/>") < 1_300 for page in pages["2021"])
    assert all(70_000 < len(page) < 130_000 for page in pages["2026"])


def test_a_light_page_is_light() -> None:
    replica = Replica(seed=5, articles=30, now=NOW)
    assert all(len(replica.page(plan.path).body) < 45_000 for plan in replica.plans)


def test_noise_changes_everything_but_the_article() -> None:
    replica = Replica(seed=5, articles=60, now=NOW, noise=True)
    plan = next(plan for plan in replica.plans if plan.template == "2021")
    first, second = replica.page(plan.path).body, replica.page(plan.path).body
    assert first != second
    assert parse_article(first, "https://baotintuc.vn" + plan.path) == parse_article(
        second, "https://baotintuc.vn" + plan.path
    )


# --- what a page says ---------------------------------------------------------------------------


@pytest.mark.parametrize("template", ["2016", "2021", "2026"])
def test_the_parser_reads_every_field_as_generated(replica: Replica, template: str) -> None:
    for item in of_template(replica, template):
        got, want = parse_article(replica.page(item.path).body, item.url), item.article
        for name in ("id", "url", "kind", "template", "headline", "lead", "body", "byline", "published_at", "modified_at",
                     "created_at", "section", "photos", "videos", "contributors", "tags", "related"):  # fmt: skip
            assert getattr(got, name) == getattr(want, name), (item.path, name)


def test_captions_split_as_generated(replica: Replica) -> None:
    printed = [photo for item in replica.articles for photo in item.photos if photo.caption_raw]
    assert printed
    for photo in printed:
        assert split_caption(photo.caption_raw or "") == (photo.caption, photo.credit)


def test_all_kinds_and_byline_forms_occur(replica: Replica) -> None:
    assert {item.kind for item in replica.articles} == set(Kind)
    assert {c.kind.value for item in replica.articles for c in item.contributors} == {
        "person",
        "desk",
        "agency",
    }
    assert {c.role for item in replica.articles for c in item.contributors} >= {
        "text",
        "text,photo",
        "photo,video",
    }


# --- finding them -------------------------------------------------------------------------------


def test_every_article_is_listed_somewhere(replica: Replica) -> None:
    found: set[str] = set()
    for spec in replica.sections:
        found |= links(replica, spec.new_path)
        for number in range(1, 40):
            if replica.page(spec.old_page(number)).status == 404:
                break
            found |= links(replica, spec.old_page(number))
        for number in range(1, 40):
            more = replica.page(f"/api/morenews-zone-{spec.id}-{number}.html").body.decode()
            found |= set(re.findall(r"-post(\d+)\.html", more))
            if '"load_more": false' in more:
                break
    assert {item.id for item in replica.articles} <= found


def test_every_article_is_in_a_feed_that_is_long_enough() -> None:
    replica = Replica(seed=5, articles=120, now=NOW, feed_size=200)
    found: set[str] = set()
    index = replica.page("/rss.htm").body.decode() + replica.page("/rss.html").body.decode()
    feeds = set(re.findall(r'href="(?:https://baotintuc\.vn)?(/[^"]*\.rss)"', index))
    assert len(feeds) > 40
    for feed in feeds:
        found |= links(replica, feed)
    assert found >= {item.id for item in replica.articles}


def test_every_article_is_in_the_sitemap(replica: Replica) -> None:
    index = replica.page("/sitemap.xml").body.decode()
    months = re.findall(r"/sitemaps/(news-2026-11)\.xml", index)
    assert months == ["news-2026-11"]
    assert links(replica, "/sitemaps/news-2026-11.xml") == {item.id for item in replica.articles}
    assert "/sitemap.xml" in replica.page("/robots.txt").body.decode()


def test_an_old_listing_has_the_lists_of_the_real_one() -> None:
    replica = Replica(seed=5, articles=400, now=NOW, sections=2, templates=("2021",))
    page = tree(replica, "/thoi-su-472ct0.htm")
    focus = page.cssselect("#plhMain_ctl00_divFocus.newsest a.title")
    three = page.cssselect("ul.list-ul li.item a.title")
    newest = page.cssselect("ul.list-newsest > li.item a.title")
    assert (len(focus), len(three), len(newest)) == (1, 3, 20)
    hrefs = [link.get("href") for link in (*focus, *three, *newest)]
    assert len(set(hrefs)) == 24
    pager = page.cssselect("ul.list-pagination li.pagination-item a")
    assert [link.text for link in pager] == ["1", "2", "3", "4", "5", "6", "Tiếp"]
    assert pager[-1].get("href") == "/thoi-su-472ct0/trang-2.htm"
    assert pager[0].get("class") == "active"


def test_the_real_listing_has_the_same_lists(shared_site: Path) -> None:
    file = shared_site / "real" / "pages" / "listing_phap-luat-475ct0.html.gz"
    page = html.fromstring(gzip.decompress(file.read_bytes()))
    counts = [
        len(page.cssselect(selector))
        for selector in (
            "#plhMain_ctl00_divFocus.newsest a.title",
            "ul.list-ul li.item a.title",
            "ul.list-newsest > li.item a.title",
        )
    ]
    assert counts == [1, 3, 20]


def test_the_pages_of_a_listing_share_no_article() -> None:
    replica = Replica(seed=5, articles=150, now=NOW, sections=1, templates=("2021",), kinds=(Kind.TEXT,))
    spec = replica.sections[0]
    seen: Counter[str] = Counter()
    for number in range(1, 9):
        page = (
            tree(replica, spec.old_page(number))
            if replica.page(spec.old_page(number)).status == 200
            else None
        )
        if page is not None:
            seen.update(link.get("href", "") for link in page.cssselect(".list-content a.title"))
    assert len(seen) == 150
    assert set(seen.values()) == {1}


def test_a_new_listing_has_cards_with_times_and_a_button(replica: Replica) -> None:
    replica = Replica(seed=5, articles=200, now=NOW, sections=2, templates=("2026",))
    page = tree(replica, "/thoi-su/")
    cards = page.cssselect(".timeline article.story")
    assert len(cards) == 20
    assert all(card.cssselect("time.time[datetime]") for card in cards)
    assert page.cssselect("button.control__loadmore")[0].get("data-zone") == "472"


def test_old_feeds_quote_attributes_singly_and_new_ones_write_a_colon(replica: Replica) -> None:
    old, new = replica.page("/kinh-te.rss").body.decode(), replica.page("/rss/kinh-te-128.rss").body.decode()
    assert "<description><![CDATA[<a href='https://baotintuc.vn/" in old
    assert re.search(r"<pubDate>\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+07:00</pubDate>", new)
    assert "<updated>" in new
    assert "<ul><li><a href='" in replica.page("/rss/home.rss").body.decode()


@pytest.mark.parametrize("target", ["/rss/kinhte-128.rss", "/rss/kinh-te-9999.rss", "/rss/khong-co.rss"])
def test_a_wrong_feed_answers_with_another(replica: Replica, target: str) -> None:
    answer = replica.page(target)
    assert answer.status == 200
    assert b"<title>Trang ch" in answer.body


@pytest.mark.parametrize("form", ["rfc", "gmt7", "us", "vn", "iso", "none", "broken"])
def test_old_feeds_know_every_form_of_date(form: str) -> None:
    replica = Replica(seed=5, articles=30, now=NOW, old_dates=form)
    assert replica.page("/tin-moi-nhat.rss").status == 200


def test_tags_and_searches_of_both_generations_lead_to_articles(replica: Replica) -> None:
    for template, selector in (("2021", ".keysword a"), ("2026", ".article__tag a")):
        item = next(of_template(replica, template))
        href = (
            tree(replica, item.path)
            .cssselect(selector)[0]
            .get("href", "")
            .removeprefix("https://baotintuc.vn")
        )
        assert item.id in links(replica, href)
    old, new = next(of_template(replica, "2021")), next(of_template(replica, "2026"))
    assert old.id in links(replica, f"/Search.aspx?KeySearch={old.headline.replace(' ', '%20')}")
    assert new.id in links(replica, f"/search/?q={new.headline.replace(' ', '%20')}")


def test_the_print_view_and_other_section_slugs_mean_the_same_article(replica: Replica) -> None:
    item = next(item for item in of_template(replica, "2021") if item.kind is Kind.TEXT)
    assert item.headline in replica.page(f"/{item.slug}-n{item.id}.htm").body.decode()
    assert replica.page(f"/chinh-tri/{item.slug}-{item.id}.htm").body == replica.page(item.path).body


@pytest.mark.parametrize(
    "target",
    [
        "/khong-co.htm",
        "/thoi-su/khong-co-20200101000000000.htm",
        "/x-post1.html",
        "/thoi-su-472ct0/trang-99.htm",
        "/a/b/c",
    ],
)
def test_what_is_unknown_is_404(replica: Replica, target: str) -> None:
    assert replica.page(target).status == 404


def test_one_cms_alone_has_only_its_own_lists() -> None:
    old, new = Replica(1, 20, now=NOW, cms="old"), Replica(1, 20, now=NOW, cms="new")
    assert [
        old.page(one).status for one in ("/rss.htm", "/rss.html", "/kinh-te-128ct0.htm", "/kinh-te/")
    ] == [
        200,
        404,
        200,
        404,
    ]
    assert [
        new.page(one).status for one in ("/rss.htm", "/rss.html", "/kinh-te-128ct0.htm", "/kinh-te/")
    ] == [
        404,
        200,
        404,
        200,
    ]
