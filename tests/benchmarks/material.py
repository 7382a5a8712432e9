"""Articles for the benchmarks, and what newsrooms do to them: copies, cuts, edits, daily series.

The prose is the replica's; what is added here are planted pairs, of which it is known whether they
repeat each other. Deterministic by seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from crawler.items import Article, Kind, Section, Source
from pipelines.similarity import Text
from pipelines.times import HANOI
from tests.replica import prose
from tests.replica.topics import TOPICS

TOPIC_NAMES: Final = tuple(TOPICS)
DAY: Final = date(2026, 9, 14)


@dataclass(frozen=True, slots=True)
class Story:
    """The text of one article and its local date."""

    headline: str
    lead: str
    paragraphs: tuple[str, ...]
    day: date = DAY

    @property
    def text(self) -> Text:
        """As the search for near-duplicates sees it."""
        return Text(self.headline, self.lead, "\n\n".join(self.paragraphs))


def story(seed: int | str, *, topic: str | None = None, paragraphs: int | None = None) -> Story:
    """An article of 8 to 15 paragraphs (or as many as asked for) on a topic."""
    random = Random(f"story {seed}")
    topic = topic or random.choice(TOPIC_NAMES)
    opening = prose.opening(topic, random, datetime(DAY.year, DAY.month, DAY.day, tzinfo=HANOI))
    body = prose.BodyWriter(topic, opening.words, random)
    count = paragraphs or random.randint(8, 15)
    written = tuple(body.quote() if n % 4 == 3 else body.paragraph() for n in range(count))
    return Story(opening.headline, opening.lead, written)


# --- what becomes of a story ------------------------------------------------------------------


def words_edited(original: Story, share: float, random: Random) -> Story:
    """A share of the words of lead and body replaced by other words, each place at random."""
    other = story(f"words {random.random()}")
    bank = " ".join(other.paragraphs).split()
    parts = [part.split() for part in (original.lead, *original.paragraphs)]
    places = [(p, w) for p, words in enumerate(parts) for w in range(len(words))]
    for p, w in random.sample(places, round(share * len(places))):
        parts[p][w] = random.choice([word for word in random.sample(bank, 5) if word != parts[p][w]])
    lead, *body = (" ".join(words) for words in parts)
    return replace(original, lead=lead, paragraphs=tuple(body))


def paragraphs_cut(original: Story, count: int, random: Random) -> Story:
    """Paragraphs left out, any of them."""
    gone = set(random.sample(range(len(original.paragraphs)), count))
    return replace(original, paragraphs=tuple(p for n, p in enumerate(original.paragraphs) if n not in gone))


def half_rewritten(original: Story, random: Random) -> Story:
    """Every other paragraph replaced by a new one on the same subject."""
    fresh = story(f"half {random.random()}", paragraphs=len(original.paragraphs))
    mixed = (
        b if n % 2 else a for n, (a, b) in enumerate(zip(original.paragraphs, fresh.paragraphs, strict=True))
    )
    return replace(original, lead=fresh.lead, paragraphs=tuple(mixed))


# --- daily series -----------------------------------------------------------------------------

REGIONS: Final = (
    ("Phía Tây Bắc Bộ", "Gió nhẹ. Sáng sớm có sương mù rải rác.", 19, 31),
    ("Phía Đông Bắc Bộ", "Gió đông bắc cấp 2 - 3. Vùng núi có nơi trời rét.", 21, 32),
    ("Thủ đô Hà Nội", "Gió đông bắc cấp 2 - 3. Trưa chiều hửng nắng, đêm không mưa.", 23, 33),
    ("Thanh Hóa đến Huế", "Gió đông đến đông bắc cấp 3. Phía nam chiều tối có mưa rào vài nơi.", 22, 33),
    ("Duyên hải Nam Trung Bộ", "Gió nhẹ. Đề phòng lốc, sét trong cơn dông.", 24, 34),
    ("Cao nguyên Trung Bộ", "Gió nhẹ. Chiều và tối có mưa rào và dông rải rác.", 18, 29),
    ("Nam Bộ", "Gió tây nam cấp 2 - 3. Chiều tối có mưa dông, có nơi mưa to.", 24, 33),
    ("Thành phố Hồ Chí Minh", "Gió tây nam cấp 2. Chiều có mưa, đường trũng dễ ngập.", 25, 33),
)
BRANDS: Final = ("SJC", "DOJI", "PNJ", "Bảo Tín Minh Châu", "Phú Quý", "Mi Hồng", "Vietinbank Gold")
PRIZES: Final = ("đặc biệt", "nhất", "nhì", "ba", "tư", "năm", "sáu", "bảy", "tám")


def _drift(base: int, day: date, name: str, spread: int) -> int:
    """A figure of a day; on about two days in five it stays as it was the day before."""
    value = base
    for back in range(4):
        random = Random(f"{name} {day - timedelta(days=back)}")
        if random.random() > 0.4:
            value = base + random.randint(-spread, spread)
            break
    return value


def weather(day: date, seed: int) -> Story:
    """The forecast of a day: eight regions, each with its lowest and highest temperature."""
    parts = tuple(
        f"{name}: Nhiều mây, ngày nắng gián đoạn. {frame}"
        f" Nhiệt độ thấp nhất {_drift(low, day, f'{seed}{name}l', 2)} độ C,"
        f" cao nhất {_drift(high, day, f'{seed}{name}h', 2)} độ C."
        for name, frame, low, high in REGIONS
    )
    date_ = f"{day.day}/{day.month}"
    return Story(
        f"Thời tiết ngày {date_}: Các khu vực ngày nắng, chiều tối có mưa rào vài nơi",
        f"Theo Trung tâm Dự báo khí tượng thủy văn quốc gia, ngày {date_}, các khu vực trên cả nước"
        " ngày nắng gián đoạn, chiều tối có mưa rào và dông vài nơi.",
        parts,
        day,
    )


def _tenths(price: int) -> str:
    return f"{price // 10},{price % 10}"


def gold(day: date, seed: int) -> Story:
    """The gold prices of a day: some brands keep theirs for a day or two."""
    prices = {brand: _drift(1400, day, f"{seed}{brand}", 30) for brand in BRANDS}
    parts = [
        f"Tại hệ thống cửa hàng {brand}, giá vàng miếng được niêm yết ở mức {_tenths(price)} - {_tenths(price + 20)}"
        " triệu đồng/lượng (mua vào - bán ra), chênh lệch giữa hai chiều là 2 triệu đồng mỗi lượng như nhiều"
        " phiên qua."
        for brand, price in prices.items()
    ]
    world = _drift(4100, day, f"{seed}world", 60)
    parts.append(
        f"Trên thị trường thế giới, giá vàng giao ngay ở mức {world} USD/ounce. Các nhà phân tích cho rằng"
        " giới đầu tư vẫn chờ tín hiệu từ Cục Dự trữ Liên bang Mỹ (Fed) trước khi quyết định."
    )
    date_ = f"{day.day}/{day.month}"
    return Story(
        f"Giá vàng sáng {date_} niêm yết quanh mức {_tenths(prices['SJC'])} triệu đồng/lượng",
        f"Mở cửa phiên sáng {date_}, giá vàng trong nước được các doanh nghiệp niêm yết theo diễn biến"
        " của thị trường thế giới.",
        tuple(parts),
        day,
    )


def lottery(day: date, seed: int) -> Story:
    """The winning numbers of a day."""
    random = Random(f"lottery {seed} {day}")
    parts = tuple(
        f"Giải {prize} của kỳ quay hôm nay thuộc về vé mang dãy số {random.randint(10000, 99999)},"
        " trị giá giải thưởng theo thể lệ của công ty xổ số kiến thiết, người trúng nhận thưởng trong vòng 30 ngày."
        for prize in PRIZES
    )
    date_ = f"{day.day}/{day.month}/{day.year}"
    return Story(
        f"Kết quả xổ số ngày {date_}", f"Kết quả xổ số kiến thiết mở thưởng ngày {date_}.", parts, day
    )


SERIES: Final[tuple[Callable[[date, int], Story], ...]] = (weather, gold, lottery)

# --- planted pairs ----------------------------------------------------------------------------

Pair = tuple[Story, Story]


def _copied(name: str, change: Callable[[Story, Random], Story]) -> Callable[[int], Pair]:
    def pair(seed: int) -> Pair:
        original = story(f"{name} {seed}")
        return original, change(original, Random(f"{name} {seed}"))

    return pair


def _unrelated(seed: int) -> Pair:
    topic = TOPIC_NAMES[seed % len(TOPIC_NAMES)]
    return story(f"{seed} one", topic=topic), story(f"{seed} other", topic=topic)


def _adjacent(seed: int) -> Pair:
    series = SERIES[seed % len(SERIES)]
    day = DAY + timedelta(days=seed)
    return series(day, seed), series(day + timedelta(days=1), seed)


def _new_headline(original: Story, random: Random) -> Story:
    return replace(original, headline=story(f"headline {random.random()}").headline)


PAIRS: Final[dict[str, tuple[bool | None, Callable[[int], Pair]]]] = {
    "exact copy": (True, _copied("exact", lambda s, _: s)),
    "5 % of words edited": (True, _copied("edited", lambda s, r: words_edited(s, 0.05, r))),
    "one paragraph cut": (True, _copied("cut", lambda s, r: paragraphs_cut(s, 1, r))),
    "two paragraphs cut": (True, _copied("cuts", lambda s, r: paragraphs_cut(s, 2, r))),
    "new headline": (True, _copied("headline", _new_headline)),
    "50 % rewritten": (None, _copied("half", half_rewritten)),
    "unrelated, same topic": (False, _unrelated),
    "daily series, adjacent days": (False, _adjacent),
}
"""What becomes of a pair: whether the second repeats the first (None: a matter of taste, only reported)."""


def as_article(
    written: Story, number: int, *, published_at: datetime, section: Section | None = None
) -> Article:
    """A story as the parsers would hand it over, with an id of the new CMS."""
    return Article(
        id=str(number),
        url=f"https://baotintuc.vn/bai-viet-post{number}.html",
        kind=Kind.TEXT,
        template="2026",
        headline=written.headline,
        lead=written.lead,
        body="\n\n".join(written.paragraphs),
        byline="Linh Sơn (TTXVN)",
        published_at=published_at,
        section=section,
        sources={"headline": Source.TEMPLATE, "body": Source.TEMPLATE},
    )
