"""A small database of written articles for the tests of what reads it: search, verify, backup."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from crawler.items import (
    Article,
    Contributor,
    ContributorKind,
    Fetch,
    FetchKind,
    Kind,
    Photo,
    Section,
    Source,
    Video,
)
from crawler.site.urls import article_id
from pipelines.database import open_database, runs
from pipelines.recorder import Recorder
from pipelines.times import HANOI

NOW = datetime(2026, 9, 14, 3, 0, tzinfo=UTC)
POLITICS = Section(name="Thời sự", id=472, slug="thoi-su")
INLAND = Section(name="Chính phủ với người dân", id=585, slug="chinh-phu-voi-nguoi-dan", parent_id=472)
HEALTH = Section(name="Sức khỏe", id=564, slug="suc-khoe")


def article(number: int, headline: str, lead: str | None, body: str | None, **more: object) -> Article:
    """An article of the new CMS with what every stored one has."""
    made = Article(
        id=str(number),
        url=f"https://baotintuc.vn/bai-post{number}.html",
        kind=Kind.TEXT,
        template="2026",
        headline=headline,
        lead=lead,
        body=body,
        byline="Linh Sơn (TTXVN)",
        published_at=datetime(2026, 9, 14, 8, 0, tzinfo=HANOI),
        section=POLITICS,
        contributors=(Contributor(kind=ContributorKind.PERSON, name="Linh Sơn", agency="TTXVN"),),
        sources={"headline": Source.TEMPLATE},
    )
    return replace(made, **more)  # type: ignore[arg-type]


ARTICLES = (
    article(
        1,
        "Bến Tre khởi công bốn cây cầu qua sông Hàm Luông",
        "Sáng 14/9, người dân xứ dừa chờ đón những nhịp cầu đầu tiên.",
        "Chủ đầu tư cho biết dự án hoàn thành trong ba năm.\n\nHai bên bờ, đường dẫn được mở rộng.",
        tags=("Bến Tre", "hạ tầng"),
        photos=(
            Photo(
                url="https://cdnmedia.baotintuc.vn/Upload/a/files/2026/09/cau.jpg",
                caption="Nhịp cầu thứ nhất",
                credit="Minh Trí/TTXVN",
                caption_raw="Nhịp cầu thứ nhất. Ảnh: Minh Trí/TTXVN",
                paragraph=1,
            ),
        ),
    ),
    article(
        2,
        "Giá dừa tăng trở lại",
        "Thương lái tại Bến Tre mua dừa khô cao hơn tháng trước.",
        "Nhà vườn phấn khởi vì giá tăng.\n\nDương Văn Hòa, một chủ vườn, nói ông đã chờ hai năm.",
        published_at=datetime(2026, 9, 15, 0, 30, tzinfo=HANOI),
        section=INLAND,
        contributors=(
            Contributor(kind=ContributorKind.PERSON, name="Đặng Thị Hạnh", agency="TTXVN"),
            Contributor(kind=ContributorKind.DESK, name="PV"),
        ),
        byline="Đặng Thị Hạnh - PV (TTXVN)",
    ),
    article(
        3,
        "TP.HCM tiêm nhắc lại vaccine phòng COVID-19",
        "Đợt tiêm bắt đầu từ ngày 12/4 tại các trạm y tế.",
        "Người dân đến từ các tỉnh, trong đó có Bến Tre.\n\nHĐND thành phố đã thông qua kinh phí.",
        published_at=datetime(2026, 4, 12, 9, 0, tzinfo=HANOI),
        section=HEALTH,
        byline="TTXVN/Báo Tin tức và Dân tộc",
        contributors=(Contributor(kind=ContributorKind.AGENCY, agency="TTXVN/Báo Tin tức và Dân tộc"),),
        videos=(Video(url="https://cdnmedia.baotintuc.vn/Upload/v/tiem.mp4"),),
    ),
    article(
        4,
        "Bên trẻ, bên già cùng gìn giữ nghề rèn",
        "Ở làng nghề, ba thế hệ quanh một bếp than.",
        "Ông Hạnh mở cửa lò từ tinh mơ.\n\nTỉnh đoàn hỗ trợ lớp dạy nghề; lò nằm sát con đuờng đê.",
        related=("https://baotintuc.vn/bai-post1.html",),
    ),
)


def fetch(page: Article, *, at: datetime = NOW) -> Fetch:
    """The fetch that brings an article."""
    return Fetch(kind=FetchKind.ARTICLE, url=page.url, fetched_at=at, status=200, article=page)


def make(path: Path, articles: tuple[Article, ...] = ARTICLES) -> Database:
    """A database with these articles, written through the pipelines by one run."""
    db = open_database(path, create=True)
    run_id = runs.start_run(db, "baotintuc", {}, NOW)
    with Recorder(db, run_id, identify=article_id, clock=lambda: NOW) as recorder:
        for page in articles:
            recorder.record(fetch(page))
    runs.finish_run(db, run_id, finish_reason="finished", verdict="healthy", stats={}, now=NOW)
    return db
