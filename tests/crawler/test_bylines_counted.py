"""A byline that the grammar can't read is kept whole, and each run says how many there were."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.items import Outcome
from pipelines.validate import counted
from tests.pipelines.factory import article, fetch
from tests.running import Place

ADDRESS = "https://baotintuc.vn/xa-hoi/bai-thu-{}.htm"
PAGE = (
    '<html><head><meta charset="utf-8"><link rel="canonical" href="{url}"></head><body><div class="detail-left">'
    '<h1 class="detail-title">Nước lên ở Ba Lai</h1><div class="date"><span class="txt">Thứ Bảy, 16/03/2024 08:45'
    '</span></div><h2 class="sapo">Nước dâng nhanh.</h2><div class="boxdetail"><div class="contents">'
    "<p>Sáng nay nước ở Ba Lai dâng cao hơn hôm qua hai gang tay.</p></div>"
    '<div class="author">{byline}</div></div></div></body></html>'
)
UNREAD = "PV TTXVN tại Kolkata Hương Giang"
"""A place of no list, or a name and a place: no one can tell."""
OTHER = "Đạo diễn: Hải Vân"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Three saved pages; the bylines of two can't be read."""
    for number, byline in enumerate((UNREAD, "Hải Vân (TTXVN)", OTHER), 1):
        url = ADDRESS.format(f"2024031608301520{number}")
        (tmp_path / f"{number}.html").write_text(PAGE.format(url=url, byline=byline), encoding="utf-8")
    return tmp_path


def shown(err: str) -> str:
    """What the summary says of them."""
    return next((line.split()[-1] for line in err.splitlines() if line.startswith("bylines kept whole")), "")


def test_a_run_counts_them_and_its_summary_says_so(place: Place, saved: Path) -> None:
    ended = place.scrapy("ingest", saved)
    assert shown(ended.err) == "2", ended.err
    assert place.one("""SELECT json_extract(stats, '$."tintuc/byline/not_understood"') FROM runs""") == 2
    names = place.rows("SELECT name FROM contributors ORDER BY article_id")
    assert [row["name"] for row in names] == [UNREAD, "Hải Vân", OTHER]


def test_reading_them_again_counts_those_that_are_left(place: Place, saved: Path) -> None:
    place.scrapy("ingest", saved)
    ended = place.scrapy("reparse")
    assert shown(ended.err) == "2", ended.err
    sql = """SELECT json_extract(stats, '$."tintuc/byline/not_understood"') FROM runs WHERE spider = 'reparse'"""
    assert place.one(sql) == 2


def test_where_all_are_read_nothing_is_said_of_them(place: Place, saved: Path) -> None:
    assert shown(place.scrapy("ingest", saved / "2.html").err) == ""


@pytest.mark.parametrize(
    "warning",
    [
        "the byline was not understood and is kept whole",
        "the author that metadata glues to the agency was not understood",
    ],
)
def test_a_page_adds_one_to_the_statistics_of_a_crawl(warning: str) -> None:
    odd = fetch(article(warnings=(warning, "two dates on the page")))
    odd.warnings = odd.article.warnings if odd.article else ()
    assert counted(odd) == {"tintuc/validate/warnings": 2, "tintuc/byline/not_understood": 1}
    assert counted(fetch(article(), outcome=Outcome.NEW)) == {}
