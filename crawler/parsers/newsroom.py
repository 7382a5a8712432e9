"""The words a Vietnamese newsroom signs with: roles, agencies, desks, places. Data only.

The grammars of bylines and captions are built from these lists; a word that is missing here
makes a byline "not understood", never misread, so lists may grow but must never be vague: a
word that is also a name of persons belongs in none of them.
"""

from __future__ import annotations

from typing import Final


def _listed(*lines: str) -> frozenset[str]:
    """The words of lines that part them by ``|``."""
    return frozenset("|".join(lines).split("|"))


ROLES: Final[dict[str, str]] = {
    word: role
    for role, words in {
        "text": (
            "tin|bài|bài viết|bài báo|phóng sự|ký sự|bút ký|ghi chép|ghi|lược ghi|lược thuật|tường thuật|"
            "phỏng vấn|bình luận|nội dung|thực hiện|lời|lời bình|tác giả"
        ),
        "photo": (
            "ảnh|hình|hình ảnh|chùm ảnh|phóng sự ảnh|ảnh tư liệu|ảnh minh họa|ảnh minh hoạ|chụp|photo|photos"
        ),
        "video": "video|clip|video clip|videoclip|quay phim|dựng phim|dựng|hình và dựng",
        "graphic": "đồ họa|đồ hoạ|infographic|infographics|thiết kế|trình bày|minh họa|minh hoạ",
        "compile": "tổng hợp|t/h|biên soạn|sưu tầm",
        "translate": "biên dịch|dịch|lược dịch|phỏng dịch|chuyển ngữ",
    }.items()
    for word in words.split("|")
}
"""Each role word in lower case, and the role it stands for."""

BARE_ROLES: Final = frozenset(
    {"bài", "bài viết", "ảnh", "chùm ảnh", "phóng sự", "phóng sự ảnh", "ghi chép", "clip", "video"}
)
"""Role words that open a byline even where the colon is missing. Not "tin": Tin tức is a paper."""

AGENCIES: Final = (
    r"(?i:ttxvn)(?:\s+phát\b)?",
    r"(?:Thông tấn xã|TTX)\s+(?:Việt Nam|VN)\b",
    r"(?:Vietnam|VietNam|Việt Nam|VN)\s?\+",
    r"(?:VietnamPlus|Vietnamplus|VNA|Vnews|VNews|VNEWS|Vietnam News|Le Courrier du Vietnam)\b",
    # Papers whose names hold an "and", which else would part two contributors.
    r"(?:[Bb]áo\s+)?(?:[Tt]in [Tt]ức và Dân tộc|[Tt]hể thao (?:và|&) [Vv]ăn h(?:óa|oá))\b",
    r"(?:[Bb]áo\s+)?Kinh tế (?:và|&) Đô thị\b",
    r"(?:[Bb]áo\s+)?(?:[Ảả]nh\s+)?Dân tộc và (?:Miền núi|Phát triển)\b",
    r"[Bb]áo\s+(?:Khoa học và Đời sống|Pháp luật và Xã hội|(?:Nông nghiệp|Tài nguyên) và Môi trường)\b",
    r"[Tt]in [Tt]ức(?:\s+TTXVN)?\b",
    r"[Đđ]ài\s+(?:PT-?TH|Phát thanh\s*(?:[-–]|và)\s*[Tt]ruyền hình)\b(?:\s+(?!TTXVN)[A-ZĐ]\w*)*",
    r"(?:The\s+)?(?:Guardian|New York Times|Washington Post|Wall Street Journal|Straits Times|Economist|"
    r"Independent|Telegraph|Diplomat|Japan Times|Korea Herald|Korea Times|Nation|Hill|Strategist)\b",
    r"(?:AFP|AP|UPI|Reuters|Xinhua|THX|T[âÂ][nN] H[oO][aA] [xX][ãÃ]|Kyodo|Yonhap|TASS|RIA(?: Novosti)?|"
    r"Sputnik|RT|Interfax|Bloomberg|CNN|BBC|CNBC|CNA|Al Jazeera|Al Arabiya|DPA|dpa|EFE|ANSA|Prensa Latina|"
    r"Bernama|Antara|PTI|ANI|IANS|KPL|AKP|SPK|Anadolu|IRNA|MENA|NHK|KBS|VOA|RFI|Politico|Axios|Newsweek|"
    r"Forbes|Nikkei(?: Asia)?|Financial Times|FT|South China Morning Post|SCMP|Global Times|Space\.com|"
    r"Euronews|Euractiv|Ukrinform)\b",
    r"(?:VOV|VTV|VTC|VOH|HTV)\d{0,2}\b|(?:VnExpress|Vnexpress|VietNamNet|VietnamNet|Vietnamnet|Zing|Znews|"
    r"NDO|PLO|TPO|SGGP|QĐND|CAND|Chinhphu|(?:Người )?Lao [Đđ]ộng|Tuổi [Tt]rẻ|"
    r"Thanh [Nn]iên|Tiền [Pp]hong|Nhân [Dd]ân|Dân [Tt]rí|Dân Việt)\b",
    r"(?:www\.)?[a-z0-9-]{2,30}(?:\.[a-z0-9-]{2,30})?\.(?:vn|com|net|org)(?:\.vn)?\b",
)
"""Names of agencies and papers, as regular expressions, case as written."""

PAPERS: Final = (
    r"(?:(?:[Tt]hời |[Nn]hật )?[Bb]áo|BÁO|[Tt]ạp chí|[Hh]ãng(?: tin| thông tấn)?|[Tt]ờ|[Kk]ênh|"
    r"đài|Đài(?= (?:Tiếng|Truyền|Phát|PT|TH|[A-Z]{2,}))|"
    r"trang(?: tin| mạng| web)?|Trang (?:tin|mạng|web|thông tin)|Cổng(?= (?:TT|[Tt]hông))|Truyền hình)"
)
"""What stands before the name of a paper or station. "Trang", "Đài" and "Cổng" with a capital are
names of people unless the next word says otherwise: Lê Trang Anh signs articles."""

ORGANISATIONS: Final = (
    r"(?:Bộ|Sở|Cục|Tổng cục|Công an|UBND|Ủy ban|Viện|Trung tâm|Văn phòng|Ban|Cơ quan|Ngân hàng|Quốc hội|"
    r"Chính phủ)"
)
"""What stands before the name of an authority; a source only after "Theo"."""

SOURCE_HINTS: Final = _listed(
    "Times|News|Post|Daily|Tribune|Journal|Today|Asia|TV|Herald|Media|Press|Agency|Online",
    "Review|Magazine|Morning|Weekly|Standard|Insider|Global|World|Radio|Network",
)
"""Words in the name of a foreign paper that no Vietnamese name has."""

DESKS: Final = (
    r"(?i:nhóm\s+)?(?i:p/v|p\.v\.?|pv|ctv|btv|phóng viên|cộng tác viên|biên tập viên)(?!\w|\.\w)",
    r"(?i:nhóm (?:tác giả|thực hiện))\b",
    r"(?i:cơ quan (?:thường trú|đại diện)|văn phòng (?:thường trú|đại diện)|phân xã|t(?:òa|oà) soạn)\b",
)
"""Desks of a newsroom, as regular expressions."""

SECTIONS_OF_NEWSROOM: Final = (
    r"Ban\s+(?:Thời sự|[Bb]iên tập|[Tt]in|Kinh tế|Thế giới|Quốc tế|Chính trị|Xã hội|Văn h(?:óa|oá)|Văn xã|"
    r"Khoa giáo|Thư ký|Bạn đọc|Điện tử|Trong nước|Đối ngoại)\b"
)
"""Desks that go by the name of their field; not every "Ban": Ban Mai signs articles too."""

TITLES: Final = (
    r"(?:Nhà (?:báo|văn|thơ|nghiên cứu)|Luật sư|Bác sĩ|Tiến sĩ|Thạc sĩ|Phó [Gg]iáo sư|Giáo sư|Họa sĩ|"
    r"Nghệ sĩ|Kỹ sư|(?:Đại|Thượng|Trung|Thiếu) (?:tá|úy|tướng))"
)
"""Titles of two words, the second in lower case; they are part of the name as printed."""

PLACES: Final = _listed(
    "hà nội|tp hồ chí minh|tp. hồ chí minh|tp.hồ chí minh|thành phố hồ chí minh|tp.hcm|tp hcm",
    "tphcm|tp. hcm|đà nẵng|cần thơ|thừa thiên huế|bà rịa vũng tàu|hồ chí minh|điện biên",
    "lai châu|bắc kạn|cao bằng|lạng sơn|quảng ninh|quảng ngãi|quảng bình|quảng trị|phú thọ",
    "nghệ an|hà tĩnh|thanh hóa|thanh hoá|đắk lắk|đắk nông|kon tum|lâm đồng|ninh thuận",
    "bình thuận|tiền giang|bến tre|trà vinh|sóc trăng|bạc liêu|cà mau|kiên giang|đồng tháp",
    "vĩnh long|paris|london|moskva|moscow|bắc kinh|new york|washington|tokyo|seoul|berlin",
    "brussels|geneva|new delhi|bangkok|viêng chăn|vientiane|phnom penh|kuala lumpur|jakarta",
    "singapore|canberra|sydney|ottawa|cairo|pretoria|la habana|hong kong|pháp|anh quốc|nga",
    "mỹ|trung quốc|nhật bản|hàn quốc|lào|campuchia|thái lan|đức|bỉ|ấn độ|úc|canada|cuba",
    "liên bang nga|tây ban nha|bồ đào nha|thổ nhĩ kỳ|ả rập xê út|mỹ tho|mỹ latinh",
)
"""Places that no one signs as, in lower case."""

DOUBTFUL_PLACES: Final = _listed(
    "hải phòng|hải dương|hưng yên|thái bình|nam định|ninh bình|hà nam|hà giang|tuyên quang",
    "thái nguyên|bắc giang|bắc ninh|yên bái|sơn la|lào cai|hòa bình|hoà bình|vĩnh phúc",
    "quảng nam|bình định|phú yên|khánh hòa|khánh hoà|gia lai|bình phước|bình dương|đồng nai",
    "tây ninh|long an|an giang|hậu giang|huế|hà tây|nam hà|vũng tàu|nha trang|đà lạt",
)
"""Places that are pen names as well: after a name and a comma no one can tell which is meant."""
