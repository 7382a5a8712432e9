"""The sections the replica has: the site's own numbers and slugs, and the topic each one tells of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crawler.items import Section


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """One section: its number, slug, name, parent's number (0 at the top) and topic."""

    id: int
    slug: str
    name: str
    parent: int
    topic: str

    @property
    def section(self) -> Section:
        """The section as an article page tells of it."""
        return Section(id=self.id, slug=self.slug, name=self.name, parent_id=self.parent or None)

    @property
    def old_path(self) -> str:
        """Path of its listing in the old CMS."""
        return f"/{self.slug}.htm" if self.bare else f"/{self.slug}-{self.id}ct{self.parent}.htm"

    @property
    def new_path(self) -> str:
        """Path of its listing in the new CMS."""
        return f"/{self.slug}/"

    @property
    def bare(self) -> bool:
        """Whether its old listing carries no number (photos, videos, infographics, long form)."""
        return self.slug in _BARE

    def old_page(self, number: int) -> str:
        """Path of page ``number`` (from 1) of its old listing."""
        return self.old_path if number == 1 else f"{self.old_path.removesuffix('.htm')}/trang-{number}.htm"


_BARE: Final = frozenset({"anh", "video", "infographics", "emagazine"})

SECTIONS: Final = tuple(
    SectionSpec(*row)
    for row in (
        (472, "thoi-su", "Thời sự", 0, "thoi-su"),
        (128, "kinh-te", "Kinh tế", 0, "kinh-te"),
        (129, "xa-hoi", "Xã hội", 0, "xa-hoi"),
        (475, "phap-luat", "Pháp luật", 0, "phap-luat"),
        (158, "van-hoa", "Văn hóa", 0, "van-hoa"),
        (273, "the-thao", "Thể thao", 0, "the-thao"),
        (130, "the-gioi", "Thế giới", 0, "the-gioi"),
        (564, "suc-khoe", "Y tế", 0, "suc-khoe"),
        (135, "giao-duc", "Giáo dục", 0, "giao-duc"),
        (131, "khoa-hoc-cong-nghe", "Khoa học - Công nghệ", 0, "khoa-hoc"),
        (321, "chinh-tri", "Chính trị", 472, "thoi-su"),
        (587, "thi-truong-tai-chinh", "Thị trường - Tài chính", 128, "kinh-te"),
        (149, "van-de-quan-tam", "Vấn đề quan tâm", 129, "xa-hoi"),
        (579, "an-ninh-trat-tu", "An ninh trật tự", 475, "phap-luat"),
        (132, "du-lich", "Du lịch", 158, "van-hoa"),
        (547, "bong-da", "Bóng đá", 273, "the-thao"),
        (525, "phan-tich-nhan-dinh", "Phân tích-Nhận định", 130, "the-gioi"),
        (610, "dich-benh", "Dịch bệnh", 564, "suc-khoe"),
        (325, "tuyen-sinh", "Tuyển sinh", 135, "giao-duc"),
        (515, "khoa-hoc-doi-song", "Khoa học đời sống", 131, "khoa-hoc"),
        (588, "nguoi-tot-viec-tot", "Người tốt - Việc tốt", 129, "xa-hoi"),
        (145, "doanh-nghiep-doanh-nhan", "Doanh nghiệp - Doanh nhân", 128, "kinh-te"),
        (590, "chong-buon-lau-hang-gia", "Chống buôn lậu, hàng giả", 475, "phap-luat"),
        (272, "doi-song-van-hoa", "Đời sống văn hoá", 158, "van-hoa"),
    )
)
"""Sections of ordinary articles, top sections first: a replica with ``sections=n`` has the first n."""

KIND_SECTIONS: Final = {
    "photo": SectionSpec(543, "anh", "Ảnh", 0, "van-hoa"),
    "video": SectionSpec(482, "video", "Video", 0, "xa-hoi"),
    "infographic": SectionSpec(594, "infographics", "Infographics", 0, "kinh-te"),
    "longform": SectionSpec(545, "emagazine", "Megastory", 0, "van-hoa"),
}
"""Sections that hold one kind of article; their old listings carry no number."""
