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

OWN_AGENCIES: Final = (
    r"(?i:ttxvn)(?:\s+phát\b)?",
    r"(?i:thông tấn xã việt nam|ttx(?:\s+(?:việt nam|vn))?)\b",
    r"(?i:viet ?nam|việt nam|vn)\s?\+",
    r"(?i:viet ?nam ?plus|vnews|bnews|báo\s+ảnh\s+việt nam)\b",
    r"(?:VNA|VNS|VNP|Viet ?nam News|VIET ?NAM NEWS|Viet Nam News|Việt Nam News|Le Courrier du Vietnam)\b",
    r"(?i:(?:báo\s+)?tin\s+tức\s+(?:và|&)\s+dân\s+tộc|(?:(?:báo|tuần)\s+)?tin\s+tức(?:\s+ttxvn)?)\b",
    r"(?:(?i:báo)\s+)?TT\s?&\s?DT\b",
)
"""The agency and its own papers: what they are called does not hang on the case."""

GLUED: Final = (
    r"(?:TTXVN(?!\w)|Báo\s+(?:[Tt]in\s+[Tt]ức|TT\s?&|ảnh\s)|Viet[Nn]am\s?(?:\+|Plus\b)|Vietnamplus\b)"
)
"""Agencies that JSON-LD glues to the name before them: ``Hải VânTTXVN``."""

AGENCIES: Final = (
    # Before the stations, which have sites too: VOV.VN.
    r"(?i:(?:www\.)?[a-z0-9-]{2,30}(?:\.[a-z0-9-]{2,30})?\.(?:vn|com|net|org|info|tv)(?:\.vn)?)\b",
    *OWN_AGENCIES,
    # Papers whose names hold an "and", which else would part two contributors.
    r"(?:[Bb]áo\s+)?[Tt]hể thao (?:và|&) [Vv]ăn h(?:óa|oá)\b",
    r"(?:[Bb]áo\s+)?Kinh tế (?:và|&) Đô thị\b",
    r"(?:[Bb]áo\s+)?(?:[Ảả]nh\s+)?Dân tộc và (?:Miền núi|Phát triển)\b",
    r"(?:[Bb]áo|[Tt]ạp chí)\s+(?:Khoa học (?:và|&) (?:Đời sống|Phát triển)|Pháp luật (?:và|&) Xã hội|"
    r"(?:Nông nghiệp|Tài nguyên) (?:và|&) Môi trường|Thế giới (?:và|&) Việt Nam|Giáo dục (?:và|&) Thời đại|"
    r"Gia đình (?:và|&) (?:Xã hội|Pháp luật)|Sức kh(?:ỏe|oẻ) (?:và|&) Đời sống|Đời sống (?:và|&) Pháp luật|"
    r"Lao động (?:và|&) Xã hội|Kinh tế (?:và|&) Dự báo)\b",
    r"[Bb]áo\s+[A-ZĐ]{1,4}\s?&\s?[A-ZĐ]{1,4}\b",
    r"[Đđ]ài\s+(?:PT-?TH|Phát thanh\s*(?:[-–]|và)\s*[Tt]ruyền hình)\b(?:\s+(?!TTXVN)[A-ZĐ]\w*)*",
    r"(?:The\s+)?(?:Guardian|New York Times|Washington Post|Wall Street Journal|Straits Times|Economist|"
    r"Independent|Telegraph|Diplomat|Japan Times|Korea Herald|Korea Times|Nation|Hill|Strategist)\b",
    r"(?:AFP|AP|UPI|Reuters|Xinhua|THX|T[âÂ][nN] H[oO][aA] [xX][ãÃ]|Kyodo|Yonhap|TASS|RIA(?: Novosti)?|"
    r"Sputnik|RT|Interfax|Bloomberg|CNN|BBC|CNBC|CNA|Al Jazeera|Al Arabiya|DPA|dpa|EFE|EPA(?:-EFE)?|ANSA|"
    r"Prensa Latina|Bernama|Antara|PTI|ANI|IANS|KPL|AKP|SPK|Anadolu|IRNA|MENA|NHK|KBS|VOA|RFI|Politico|Axios|"
    r"Newsweek|Forbes|Nikkei(?: Asia)?|Financial Times|FT|South China Morning Post|SCMP|Global Times|"
    r"Space\.com|Euronews|Euractiv|Ukrinform|Le Monde|Le Figaro|Der Spiegel|Deutsche Welle|TechCrunch)\b",
    r"(?:Getty(?: Images)?|Shutterstock|iStock|Adobe Stock|Alamy|Pixabay|Unsplash|Pexels|Freepik|Internet|"
    r"Facebook|YouTube|Youtube|TikTok|Instagram|Twitter|Telegram|Zalo|Weibo|Wikipedia|Wikimedia(?: Commons)?|"
    r"Google(?: Maps| Earth)?|NASA|Maxar)\b",
    r"(?:VOV|VTV|VTC|VOH|HTV)\d{0,2}\b|(?:VnExpress|Vnexpress|VietNamNet|VietnamNet|Vietnamnet|Zing|Znews|"
    r"NDO|PLO|TPO|SGGP|VGP|QĐND|CAND|Chinhphu|Dân Việt)\b",
    r"(?:(?:Người )?Lao [Đđ]ộng|Tuổi [Tt]rẻ|Thanh [Nn]iên|Tiền [Pp]hong|Nhân [Dd]ân|Dân [Tt]rí|"
    r"(?:NGƯỜI )?LAO ĐỘNG|TUỔI TRẺ|THANH NIÊN|TIỀN PHONG|NHÂN DÂN|DÂN TRÍ)\b(?:\s+Online\b)?",
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
    "Review|Magazine|Morning|Weekly|Standard|Insider|Global|World|Radio|Network|Independent",
    "Telegraph|Guardian|Diplomat|Economist|Observer|Chronicle|Gazette|Inquirer|Mail|Mirror|Express|Business",
    "Policy|Affairs",
)
"""Words in the name of a foreign paper that no Vietnamese name has."""

SEVERAL: Final = r"(?:nhóm|tổ|đoàn|tốp|đội|các|tập thể)"
"""What stands before a desk of several people."""

DESKS: Final = (
    rf"(?i:{SEVERAL}\s+)?(?i:p/v|p\.v\.?|pv|ctv|btv|phóng viên|cộng tác viên|biên tập viên)(?!\w|\.\w)"
    r"(?:\s+thường trú\b)?",
    r"(?i:nhóm (?:tác giả|thực hiện))\b",
    r"(?i:cơ quan (?:thường trú|đại diện)|văn phòng (?:thường trú|đại diện)|phân xã|t(?:òa|oà) soạn)\b",
    r"(?:CQTT|CQĐD|VPĐD|VPTT)\b",
)
"""Desks of a newsroom, as regular expressions."""

SECTIONS_OF_NEWSROOM: Final = (
    r"Ban\s+(?:Thời sự|[Bb]iên tập|[Tt]in|Kinh tế|Thế giới|Quốc tế|Chính trị|Xã hội|Văn h(?:óa|oá)|Văn xã|"
    r"Khoa giáo|Thư ký|Bạn đọc|Điện tử|Trong nước|Đối ngoại)\b"
)
"""Desks that go by the name of their field; not every "Ban": Ban Mai signs articles too."""

DEGREES: Final = _listed(
    "gs|pgs|ts|tskh|ths|bs|bsck|bscki|bsckii|ckii|cki|ck1|ck2|ds|ks|kts|cn|ls|nsnd|nsưt|ngnd|ngưt"
)
"""Titles as they are shortened, in lower case and without stops; no one is called that alone."""

TITLES: Final = (
    r"(?:Nhà (?:báo|văn|thơ|nghiên cứu)|Luật sư|Bác sĩ|Tiến sĩ|Thạc sĩ|Phó [Gg]iáo sư|Giáo sư|Họa sĩ|"
    r"Nghệ sĩ|Kỹ sư|(?:Đại|Thượng|Trung|Thiếu) (?:tá|úy|tướng))"
)
"""Titles of two words, the second in lower case; they are part of the name as printed."""

NO_NAMES: Final = _listed(
    "báo|theo|tin|tức|tạp|tờ|hãng|nguồn|ảnh|bài|tổ|tốp|nhóm|đoàn|đội|ban|phòng|tuần|vn|lhq|internet",
    "btc|bch|bql|cdc|evn|nvcc|cacc|fbnv|ubnd|csgt|pccc",
)
"""Words that no one is called by alone, in lower case: what is left where a name was cut wrongly."""

NO_FIRST_NAMES: Final = _listed("báo|theo|tin|tờ|hãng|nguồn|tốp|người")
"""Words that begin no name, in lower case."""

PLACES: Final = _listed(
    "hà nội|tp hồ chí minh|tp. hồ chí minh|tp.hồ chí minh|thành phố hồ chí minh|tp.hcm|tp hcm",
    "tphcm|tp. hcm|đà nẵng|cần thơ|thừa thiên huế|bà rịa vũng tàu|hồ chí minh|điện biên|sài gòn",
    "lai châu|bắc kạn|lạng sơn|quảng ninh|quảng ngãi|quảng bình|quảng trị|phú thọ|phú quốc",
    "nghệ an|hà tĩnh|thanh hóa|thanh hoá|đắk lắk|đắk nông|kon tum|lâm đồng|ninh thuận",
    "tiền giang|bến tre|trà vinh|sóc trăng|bạc liêu|cà mau|đồng tháp|tây nguyên|nam bộ",
    "trung bộ|bắc bộ|tây bắc bộ|đông nam bộ|tây nam bộ|buôn ma thuột|pleiku|quy nhơn|hạ long",
    "móng cái|sa pa|sapa|phan thiết|phan rang|rạch giá|châu đốc|thủ dầu một|đồng hới|côn đảo",
    "paris|london|moskva|moscow|bắc kinh|new york|washington|tokyo|seoul|berlin|kiev|kyiv|kiép",
    "brussels|geneva|new delhi|bangkok|viêng chăn|vientiane|phnom penh|kuala lumpur|jakarta",
    "singapore|canberra|sydney|ottawa|cairo|pretoria|la habana|hong kong|hồng kông|thượng hải",
    "rome|roma|madrid|praha|prague|warszawa|budapest|bucharest|athens|vienna|stockholm|oslo",
    "helsinki|copenhagen|amsterdam|la haye|lisbon|dublin|minsk|ankara|istanbul|tehran|baghdad",
    "doha|dubai|tel aviv|jerusalem|gaza|beirut|damascus|islamabad|dhaka|manila|yangon|osaka",
    "bình nhưỡng|đài bắc|mumbai|kolkata|melbourne|mexico city|buenos aires|brasilia|santiago",
    "caracas|algiers|los angeles|san francisco|davos|strasbourg|frankfurt",
    "trung quốc|nhật bản|hàn quốc|lào|campuchia|thái lan|bỉ|ấn độ|canada|cuba|triều tiên",
    "liên bang nga|tây ban nha|bồ đào nha|thổ nhĩ kỳ|ả rập xê út|mỹ tho|mỹ latinh|ukraine",
    "belarus|ba lan|hungary|romania|bulgaria|hy lạp|italy|italia|thụy sĩ|thụy điển|na uy|phần lan",
    "đan mạch|israel|iran|iraq|syria|ai cập|nam phi|algeria|angola|mozambique|malaysia|indonesia",
    "philippines|myanmar|brunei|mông cổ|đài loan|australia|new zealand|brazil|argentina|chile",
    "mexico|venezuela|eu|asean|liên hợp quốc|châu âu|châu á|châu phi|châu mỹ|châu đại dương|trung đông",
    "bắc phi|bắc mỹ|nam mỹ|nam á|đông nam á|đông bắc á|đông âu|tây âu|liên minh châu âu",
)
"""Places that no one signs as, in lower case."""

DOUBTFUL_PLACES: Final = _listed(
    "hải phòng|hải dương|hưng yên|thái bình|nam định|ninh bình|hà nam|hà giang|tuyên quang",
    "thái nguyên|bắc giang|bắc ninh|yên bái|sơn la|lào cai|hòa bình|hoà bình|vĩnh phúc",
    "quảng nam|bình định|phú yên|khánh hòa|khánh hoà|gia lai|bình phước|bình dương|đồng nai",
    "tây ninh|long an|an giang|hậu giang|huế|hà tây|nam hà|vũng tàu|nha trang|đà lạt",
    "cao bằng|bình thuận|kiên giang|vĩnh long|hội an|biên hòa|biên hoà|thủ đức|long xuyên|tân an",
    "đông hà|tam kỳ|vinh|trường sa|hoàng sa|nga|mỹ|đức|pháp|anh|anh quốc|úc|ý|áo|hà lan|quảng châu",
)
"""Places that are names of people as well: after a name and a comma no one can tell which is meant."""
