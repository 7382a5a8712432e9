"""Articles and fetches for the tests of the pipelines, with a database to record them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from crawler.items import (
    Article,
    Contributor,
    ContributorKind,
    Copy,
    Fetch,
    FetchKind,
    Found,
    Kind,
    Outcome,
    Photo,
    Section,
    Source,
)
from crawler.site.urls import article_id
from pipelines.database import open_database, runs
from pipelines.recorder import Recorder
from pipelines.times import HANOI

NOON: Final = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
"""The tests' noon, local time."""

PLACES: Final = (
    *("Bến Tre", "Cần Thơ", "Đà Nẵng", "Quảng Ngãi", "Lâm Đồng", "Hà Giang", "Nghệ An", "Thái Bình"),
    *("An Giang", "Phú Yên", "Sơn La", "Bạc Liêu"),
)
THINGS: Final = (
    *("tuyến đường ven biển", "vụ lúa đông xuân", "trường học vùng cao", "cảng cá", "làng nghề dệt chiếu"),
    *("khu công nghiệp", "vườn quốc gia", "lễ hội đua thuyền", "trạm y tế", "cầu dây văng", "chợ nổi"),
)
SENTENCES: Final = (
    "Ủy ban nhân dân tỉnh {place} cho biết {thing} sẽ được nâng cấp trong năm thứ {n} của kế hoạch.",
    "Người dân {place} mong công trình số {n} sớm hoàn thành để {thing} hoạt động ổn định trở lại.",
    "Theo báo cáo thứ {n}, {thing} tại {place} đã thu hút hàng nghìn lượt khách trong tháng qua.",
    "Kỹ sư Trần Văn {n} nói rằng việc khảo sát {thing} ở {place} gặp nhiều khó khăn vì mưa lớn.",
    "Nguồn vốn đợt {n} dành cho {thing} của {place} được phân bổ công khai, đúng quy định.",
)


def body(n: int, paragraphs: int = 5) -> str:
    """A body of its own for each number: about 20 words a paragraph, long enough to be compared."""
    parts = [
        SENTENCES[(n + at) % len(SENTENCES)].format(
            place=PLACES[(n + 3 * at) % len(PLACES)], thing=THINGS[(n * 7 + at) % len(THINGS)], n=100 * n + at
        )
        for at in range(paragraphs)
    ]
    return "\n\n".join(parts)


def article(n: int = 1, **changes: Any) -> Article:
    """Article number ``n`` of the old CMS, whole; keyword arguments replace fields."""
    created = datetime(2026, 8, 1, 9, 0, tzinfo=HANOI) + timedelta(minutes=n)
    id_ = f"{created:%Y%m%d%H%M%S}{n % 1000:03}"
    whole = Article(
        id=id_,
        url=f"https://baotintuc.vn/thoi-su/bai-so-{n}-{id_}.htm",
        kind=Kind.TEXT,
        template="2021",
        headline=f"Đường về {PLACES[n % len(PLACES)]} thêm gần, số {n}",
        lead=f"Sáng 1/8, đoàn công tác số {n} đã khảo sát tại chỗ.",
        body=body(n),
        byline="Linh Sơn (TTXVN)",
        published_at=created + timedelta(minutes=5),
        created_at=created,
        section=Section(name="Thời sự", id=472, slug="thoi-su", parent_id=0),
        photos=(
            Photo(
                url=f"https://cdnmedia.baotintuc.vn/Upload/a/files/2026/08/anh-{n}.jpg",
                caption="Quang cảnh công trường.",
                credit="Linh Sơn/TTXVN",
                caption_raw="Quang cảnh công trường. Ảnh: Linh Sơn/TTXVN",
                paragraph=1,
            ),
        ),
        contributors=(Contributor(kind=ContributorKind.PERSON, name="Linh Sơn", agency="TTXVN"),),
        tags=("giao thông", "Bến Tre"),
        sources={"headline": Source.TEMPLATE, "body": Source.TEMPLATE},
    )
    return replace(whole, **changes)


def moved(n: int = 1, **changes: Any) -> Article:
    """The same article number ``n`` as the new CMS prints it: a post id, and no 17 digits."""
    fields = {"id": str(700_000 + n), "url": f"https://baotintuc.vn/bai-so-{n}-post{700_000 + n}.html"}
    return article(n, **{**fields, "template": "2026", "created_at": None, **changes})


def copy_of(n: int = 1, **changes: Any) -> Copy:
    """A provincial portal's copy of article number ``n``."""
    original = article(n)
    copied = Copy(
        id=original.id,
        url=original.url,
        source="Tin Tức TTXVN",
        headline=original.headline,
        lead=original.lead,
        body=f"{original.body}\n\nĐoạn do cổng thông tin thêm vào.",
        byline="PV/TTXVN",
        created_at=original.created_at,
    )
    return replace(copied, **changes)


def fetch(read: Article | Copy | None = None, *, hours: float = 0, **changes: Any) -> Fetch:
    """The fetch that brought an article or a copy, ``hours`` after noon."""
    whole = Fetch(
        kind=FetchKind.ARTICLE,
        url=read.url if read else "https://baotintuc.vn/thoi-su/khong-ro-20260801090000000.htm",
        fetched_at=NOON + timedelta(hours=hours),
        status=200,
        article=read if isinstance(read, Article) else None,
        copy=read if isinstance(read, Copy) else None,
    )
    return replace(whole, **changes)


def failure(
    url: str, status: int | None = 404, *, hours: float = 0, outcome: Outcome = Outcome.HTTP_ERROR
) -> Fetch:
    """A fetch of an article that brought nothing."""
    return fetch(None, hours=hours, url=url, status=status, outcome=outcome, reason="không có gì")


def feed(*links: str | Found, hours: float = 0, url: str = "https://baotintuc.vn/thoi-su.rss") -> Fetch:
    """A feed that linked to these articles."""
    found = tuple(
        link if isinstance(link, Found) else Found(url=link, kind=FetchKind.ARTICLE, found_by="feed:thoi-su")
        for link in links
    )
    return fetch(None, hours=hours, url=url, kind=FetchKind.FEED, found=found)


class Desk:
    """A database on disk, its recorder, and a clock that goes with the fetches."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.path = path
        self.now = NOON
        self.db: Database = open_database(path, create=True)
        self.run_id = runs.start_run(self.db, "test", {}, NOON)
        self.recorder = self.another(**options)

    def another(self, **options: Any) -> Recorder:
        """A recorder of the same run with other options."""
        return Recorder(
            self.db, self.run_id, **{"identify": article_id, "clock": lambda: self.now, **options}
        )

    def record(self, one: Fetch | Article | Copy) -> Fetch:
        """Record a fetch (or the fetch of an article), the clock set to its time."""
        whole = one if isinstance(one, Fetch) else fetch(one)
        self.now = max(self.now, whole.fetched_at)
        return self.recorder.record(whole)

    def all(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """The rows of a query."""
        return list(self.db.query(sql, list(values)))

    def one(self, sql: str, *values: object) -> dict[str, Any]:
        """The only row of a query."""
        (row,) = self.all(sql, *values)
        return row

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self.one(f"SELECT count(*) AS n FROM {table}")["n"])


Make = Callable[..., Desk]


def sound(db: Database) -> None:
    """Assert that the file is whole: integrity, foreign keys, full-text index, counters."""
    conn = db.conn
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    counted = conn.execute(
        "SELECT run_id, kind, outcome, count(*) FROM fetches GROUP BY 1, 2, 3 EXCEPT SELECT * FROM run_counts"
    ).fetchall()
    assert counted == []
    assert conn.execute("SELECT sum(count) FROM run_counts").fetchone()[0] in (
        None,
        conn.execute("SELECT count(*) FROM fetches").fetchone()[0],
    )
    assert conn.execute(
        "SELECT count(*) FROM articles WHERE id NOT IN (SELECT id FROM identities)"
    ).fetchone() == (0,)
    assert conn.execute(
        "SELECT count(*) FROM articles a JOIN articles o ON o.id = a.duplicate_of WHERE o.duplicate_of IS NOT NULL"
    ).fetchone() == (0,)
    numbered = conn.execute(
        "SELECT a.id FROM articles a WHERE a.revision <> 1 + (SELECT count(*) FROM revisions r WHERE r.article_id = a.id)"
    ).fetchall()
    assert numbered == []


def index_in_step(db: Database) -> None:
    """Assert that the full-text index says what the articles say (SQLite compares them term by term)."""
    db.conn.execute("INSERT INTO articles_fts (articles_fts, rank) VALUES ('integrity-check', 1)")
    db.conn.rollback()
