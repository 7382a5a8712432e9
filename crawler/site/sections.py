"""The sections (chuyên mục) known beforehand: a seed, since the site's own links win over it.

The ids are the site's and outlive its slugs; the CMS of 2026 kept them as zone ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from crawler.items import Section
from crawler.site.tags import slugify
from crawler.site.urls import ORIGIN, SiteUrl, UrlKind, read


def _row(id_: int, slug: str, name: str, parent_id: int | None = None) -> Section:
    return Section(id=id_, slug=slug, name=name, parent_id=parent_id)


SECTIONS: Final = (
    _row(128, "kinh-te", "Kinh tế"),
    _row(129, "xa-hoi", "Xã hội"),
    _row(130, "the-gioi", "Thế giới"),
    _row(131, "khoa-hoc-cong-nghe", "Khoa học - Công nghệ"),
    _row(133, "ho-so", "Hồ sơ"),
    _row(135, "giao-duc", "Giáo dục"),
    _row(151, "dan-toc", "Dân tộc"),
    _row(158, "van-hoa", "Văn hóa"),
    _row(273, "the-thao", "Thể thao"),
    _row(472, "thoi-su", "Thời sự"),
    _row(475, "phap-luat", "Pháp luật"),
    _row(497, "goc-nhin", "Góc nhìn"),
    _row(514, "quan-su", "Quân sự"),
    _row(529, "dia-phuong", "Địa phương"),
    _row(537, "bien-dao-viet-nam", "Biển đảo"),
    _row(564, "suc-khoe", "Y tế"),
    _row(583, "ban-doc", "Bạn đọc"),
    _row(597, "giai-ma-muon-mat", "Giải mã muôn mặt"),
    _row(617, "anh-360", "Ảnh 360"),
    _row(1624, "Thuc-hien-Nghi-quyet-57", "Thực hiện Nghị quyết 57"),
    _row(144, "bat-dong-san", "Bất động sản", 128),
    _row(145, "doanh-nghiep-doanh-nhan", "Doanh nghiệp - Doanh nhân", 128),
    _row(147, "nguoi-tieu-dung", "Người tiêu dùng", 128),
    _row(587, "thi-truong-tai-chinh", "Thị trường - Tài chính", 128),
    _row(591, "chinh-sach-bhxh-bhyt", "Chính sách BHXH-BHYT", 128),
    _row(606, "tai-chinh-ngan-hang", "Tài chính – Ngân hàng", 128),
    _row(149, "van-de-quan-tam", "Vấn đề quan tâm", 129),
    _row(498, "viec-lam", "Việc làm", 129),
    _row(581, "phong-su-dieu-tra", "Phóng sự điều tra", 129),
    _row(588, "nguoi-tot-viec-tot", "Người tốt - Việc tốt", 129),
    _row(604, "mang-xa-hoi", "Mạng xã hội", 129),
    _row(162, "chuyen-la-the-gioi", "Chuyện lạ thế giới", 130),
    _row(478, "nguoi-viet-4-phuong", "Người Việt 4 phương", 130),
    _row(525, "phan-tich-nhan-dinh", "Phân tích - Nhận định", 130),
    _row(491, "o-to-xe-may", "Ô tô xe máy", 131),
    _row(492, "dien-tu-vien-thong", "Điện tử - Viễn thông", 131),
    _row(515, "khoa-hoc-doi-song", "Khoa học đời sống", 131),
    _row(541, "giai-mat", "Giải mật", 133),
    _row(561, "the-gioi-bi-an", "Thế giới bí ẩn", 133),
    _row(562, "dau-an-su-kien", "Nhân vật - Sự kiện", 133),
    _row(563, "vu-an-noi-tieng", "Vụ án nổi tiếng", 133),
    _row(311, "ban-tron-giao-duc", "Bàn tròn giáo dục", 135),
    _row(325, "tuyen-sinh", "Tuyển sinh", 135),
    _row(480, "du-hoc", "Du học", 135),
    _row(605, "tu-van", "Tư vấn", 135),
    _row(132, "du-lich", "Du lịch", 158),
    _row(272, "doi-song-van-hoa", "Đời sống văn hoá", 158),
    _row(274, "giai-tri-sao", "Giải trí", 158),
    _row(487, "sang-tac", "Sáng tác", 158),
    _row(576, "am-thuc", "Ẩm thực", 158),
    _row(1625, "ai-cuoc-song", "AI và cuộc sống", 1624),
    _row(1626, "cong-nghe-va-kien-tao", "Công nghệ và kiến tạo", 1624),
    _row(1627, "chuyen-dong-so", "Chuyển động số", 1624),
    _row(1628, "tri-tue-Viet", "Trí tuệ Việt", 1624),
    _row(1629, "nghi-quyet-ve-ban", "Nghị quyết về bản", 1624),
    _row(1630, "bao-chi-cong-nghe", "Báo chí công nghệ", 1624),
    _row(547, "bong-da", "Bóng đá", 273),
    _row(548, "the-thao-24h", "Thể thao 24h", 273),
    _row(549, "tennis", "Tennis", 273),
    _row(582, "chuyen-the-thao", "Chuyện thể thao", 273),
    _row(321, "chinh-tri", "Chính trị", 472),
    _row(473, "phan-hoi-phan-bien", "Phản hồi - Phản biện", 472),
    _row(589, "chinh-phu-voi-nguoi-dan", "Chính phủ với người dân", 472),
    _row(603, "chinh-sach-va-cuoc-song", "Chính sách và cuộc sống", 472),
    _row(1622, "viet-nam-ky-nguyen-moi", "Việt Nam: Kỷ nguyên mới", 472),
    _row(1623, "xay-dung-dang", "Xây dựng Đảng", 472),
    _row(577, "van-ban-moi", "Văn bản mới", 475),
    _row(579, "an-ninh-trat-tu", "An ninh trật tự", 475),
    _row(590, "chong-buon-lau-hang-gia", "Chống buôn lậu, hàng giả", 475),
    _row(607, "don-thu-ban-doc", "Đơn thư bạn đọc", 475),
    _row(556, "ho-so-quan-su", "Hồ sơ quân sự", 514),
    _row(557, "vu-khi-khi-tai", "Vũ khí khí tài", 514),
    _row(592, "tap-tran-dien-tap", "Tập trận - Diễn tập", 514),
    _row(593, "quoc-phong", "Quốc phòng", 514),
    _row(550, "tay-bac-tay-nguyen-tay-nam-bo", "Tây Bắc - Tây Nguyên - Tây Nam Bộ", 529),
    _row(612, "ha-noi", "Hà Nội", 529),
    _row(613, "tp-ho-chi-minh", "TP Hồ Chí Minh", 529),
    _row(614, "da-nang", "Đà Nẵng", 529),
    _row(538, "bao-ve-chu-quyen", "Bảo vệ chủ quyền", 537),
    _row(574, "kinh-te-bien-dao", "Kinh tế biển đảo", 537),
    _row(596, "hoi-dap-luat-canh-sat-bien", "Hỏi đáp Luật Cảnh sát biển", 537),
    _row(566, "gioi-tinh", "Giới tính", 564),
    _row(609, "chinh-sach", "Chính sách", 564),
    _row(610, "dich-benh", "Dịch bệnh", 564),
    _row(611, "benh-vien-bac-si", "Bệnh viện – Bác sĩ", 564),
)

# Sections that had no number in the old CMS: their page is /<slug>.htm.
UNNUMBERED: Final = ("anh", "infographics", "emagazine", "megastory", "video")

# Other spellings of a slug that were seen in links.
_OTHER_SLUGS: Final = {"phan-tichnhan-dinh": "phan-tich-nhan-dinh", "hoi-dap": "don-thu-ban-doc"}

# The feeds of the old CMS that were alive to its end; they stand at the root of the site.
OLD_FEEDS: Final = (
    "tin-moi-nhat",
    "thoi-su",
    "the-gioi",
    "kinh-te",
    "xa-hoi",
    "phap-luat",
    "van-hoa",
    "giao-duc",
    "the-thao",
    "ho-so",
    "quan-su",
    "khoa-hoc-cong-nghe",
    "bien-dao-viet-nam",
    "suc-khoe",
    "dia-phuong",
    "video",
    "goc-nhin",
    "anh",
    "infographics",
    "emagazine",
    "ban-doc",
    "giai-ma-muon-mat",
    "anh-360",
)

_BY_SLUG: Final = {section.slug: section for section in SECTIONS}
_BY_ID: Final = {section.id: section for section in SECTIONS}


def by_slug(slug: str) -> Section | None:
    """The section with this slug, in any of the spellings seen; None if unknown."""
    if slug in UNNUMBERED:
        return Section(slug=slug, name=slug)
    return _BY_SLUG.get(_OTHER_SLUGS.get(slug, slug))


def by_id(id_: int) -> Section | None:
    """The section with this number; None if unknown."""
    return _BY_ID.get(id_)


def slugs() -> tuple[str, ...]:
    """Every slug that the spider takes as ``sections=``, sorted."""
    return tuple(sorted({str(section.slug) for section in SECTIONS} | set(UNNUMBERED)))


def listing_urls(section: Section) -> tuple[str, ...]:
    """The first listing page of a section, in the form of each CMS."""
    if section.id is None:
        return (f"{ORIGIN}/{section.slug}.htm", f"{ORIGIN}/{section.slug}/")
    return (
        f"{ORIGIN}/{section.slug}-{section.id}ct{section.parent_id or 0}.htm",
        f"{ORIGIN}/{section.slug}/",
    )


def feed_urls(section: Section) -> tuple[str, ...]:
    """The feed of a section, in the form of each CMS."""
    old = f"{ORIGIN}/{section.slug}.rss"
    return (old,) if section.id is None else (old, f"{ORIGIN}/rss/{section.slug}-{section.id}.rss")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Where a section may be read: ``linked`` are listings that the site's own navigation links to,
    ``guessed`` those that the table here adds, ``feeds`` its feeds in the forms that may exist."""

    linked: tuple[str, ...]
    guessed: tuple[str, ...]
    feeds: tuple[str, ...]


def pages_of(section: Section, navigation: Iterable[str]) -> Pages:
    """Where to read a section, given the sections' addresses that the site's navigation links to.

    The site's own links win: a form of address is guessed only where the navigation has no link
    of the section at all, or uses that form for other sections.
    """
    links = [link for link in map(read, navigation) if link and link.kind is UrlKind.SECTION]
    own = tuple(link.url for link in links if is_of(link, section))
    forms = {_is_old(link.url) for link in links} if own else {True, False}
    known = {_is_old(url) for url in own}
    return Pages(
        linked=own,
        guessed=tuple(url for url in listing_urls(section) if _is_old(url) in forms - known),
        feeds=tuple(url for url in feed_urls(section) if ("/rss/" not in url) in forms),
    )


def is_of(link: SiteUrl, section: Section) -> bool:
    """Whether an address of a listing or feed is a section's: by the number, which outlives slugs; by the
    slug where one of them has no number."""
    if link.section_id is not None and section.id is not None:
        return link.section_id == section.id
    return is_called((link.slug or "").split("/")[-1], section)


def is_called(name: str, section: Section) -> bool:
    """Whether a name or slug is a section's: its slug, or the slug of its name, hyphens aside."""
    return _letters(name) in {_letters(section.slug or ""), _letters(section.name)}


def _letters(name: str) -> str:
    return slugify(name).replace("-", "")


def _is_old(url: str) -> bool:
    return url.endswith(".htm")


def all_feed_urls() -> tuple[str, ...]:
    """The feeds to try where the site's own index of feeds can't be read."""
    old = tuple(f"{ORIGIN}/{slug}.rss" for slug in OLD_FEEDS)
    main = (section for section in SECTIONS if section.parent_id is None)
    return (f"{ORIGIN}/rss/home.rss", *old, *(feed_urls(section)[-1] for section in main))
