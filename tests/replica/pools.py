"""Who speaks, what is hard, what helps, to what end: pools of phrases for each topic.

Unlike a topic's own words these are drawn anew at every use within an article.
"""

from __future__ import annotations

from typing import Final

Bank = tuple[str, ...]


def _pool(coquan: str, chuc: str, khokhan: str, thuanloi: str, muctieu: str) -> dict[str, Bank]:
    texts = {"coquan": coquan, "chuc": chuc, "khokhan": khokhan, "thuanloi": thuanloi, "muctieu": muctieu}
    return {name: tuple(one.strip() for one in text.split("|")) for name, text in texts.items()}


POOLS: Final[dict[str, dict[str, Bank]]] = {
    "thoi-su": _pool(
        "UBND {xa}|Sở Nội vụ {tinh}|Mặt trận Tổ quốc {xa}|Văn phòng UBND {tinh}|Sở Tài chính {tinh}|Hội đồng nhân dân {xa}"
        "|Ban Dân nguyện|Thanh tra {tinh}",
        "Chủ tịch UBND {xa}|Phó Bí thư Đảng ủy {xa}|Trưởng ban công tác mặt trận {thon}|cử tri {thon}|chuyên viên một cửa"
        "|Phó Chánh Văn phòng UBND {tinh}|đại biểu tổ {so}",
        "hồ sơ cũ thất lạc|biên chế mỏng|phần mềm chưa liên thông|mặt bằng chậm bàn giao|quy định còn chồng chéo|dân cư thưa"
        "|kinh phí cấp muộn|cán bộ mới nhận việc|địa bàn rộng gấp {n:2:5} lần trước",
        "phân cấp rõ việc|tổ công nghệ số {thon}|cán bộ biệt phái|sự đồng thuận của dân|lịch tiếp dân cố định|quỹ đất dôi dư"
        "|cách chấm điểm công khai|đường dây nóng {n:1:9} chữ số",
        "dân đỡ đi lại|trả kết quả trong {n:1:5} ngày|giữ kỷ cương|xóa cơ chế xin cho|dồn lực cho {thon}|kịp kỳ họp tháng {n:1:12}"
        "|bộ máy chạy đều|giảm {luong} lượt giấy tờ",
    ),
    "kinh-te": _pool(
        "Sở Công Thương {tinh}|Chi cục Hải quan khu vực {quyso}|Hiệp hội {hang} {tinh}|Hợp tác xã {xa}|Ngân hàng Nhà nước khu vực {quyso}"
        "|Thống kê {tinh}|Ban Quản lý khu công nghiệp {lang}",
        "giám đốc xưởng chế biến ở {thon}|chủ vựa ở {xa}|Phó Giám đốc Sở Công Thương {tinh}|thành viên hợp tác xã|chuyên gia thị trường"
        "|trưởng phòng xuất khẩu|nông dân {thon}",
        "cước tàu leo thang|giá vật tư cao|đơn hàng dồn cuối vụ|thiếu container lạnh|tỷ giá biến động|sương muối làm hỏng {pct} sản lượng"
        "|khách ép giá|vốn vay khó tiếp cận|kho bãi quá tải",
        "hợp đồng dài hạn|giống mới|tưới tiết kiệm|chế biến sâu|liên kết {n:3:9} nhà|mã số vùng trồng|sàn bán trực tuyến|vụ mùa thuận",
        "giữ giá cho nhà vườn|mở thêm thị trường {nuoc}|bớt bán thô|giảm {pct} hao hụt|quay vòng vốn nhanh hơn|giữ việc cho {luong} lao động"
        "|đáp ứng chuẩn {nuoc}|kéo dài vụ thêm {n:10:60} ngày",
    ),
    "xa-hoi": _pool(
        "UBND {xa}|Hội Chữ thập đỏ {tinh}|Ban Chỉ huy phòng thủ dân sự {xa}|Đài Khí tượng Thủy văn {tinh}|Hội Phụ nữ {xa}|Tỉnh đoàn {tinh}"
        "|Mặt trận {thon}",
        "Trưởng thôn {lang}|chủ tịch hội ở {xa}|người dân {thon}|tình nguyện viên|bí thư chi bộ {thon}|thầy giáo điểm trường {lang}"
        "|chủ quán ven đường",
        "mưa chưa dứt|đường trơn trượt|mất điện {n:4:40} giờ|mất sóng điện thoại|nước rút chậm|bùn dày {n:10:60} cm|người già neo đơn nhiều"
        "|quỹ cạn dần|trời rét căm",
        "xe tải của mạnh thường quân|tay nghề của cánh thợ|lời kêu gọi trên loa {thon}|máy bơm dã chiến|{luong} áo phao|kinh nghiệm đợt trước"
        "|sức trẻ|bà con xa xứ gửi về",
        "trẻ kịp đến lớp|không ai thiếu ăn|dựng lại {n:3:40} mái nhà|đưa sản phụ ra ngoài|giữ đê|sưởi ấm người già|thông xe trước {gio}"
        "|san bớt gánh lo",
    ),
    "phap-luat": _pool(
        "Công an {xa}|Phòng Cảnh sát hình sự {tinh}|Viện Kiểm sát nhân dân khu vực {quyso}|Tòa án nhân dân khu vực {quyso}|Quản lý thị trường {tinh}"
        "|Đồn Biên phòng {lang}|Cảnh sát giao thông {tinh}",
        "điều tra viên|luật sư bào chữa|Trưởng Công an {xa}|một nạn nhân|kiểm sát viên|nhân chứng ở {thon}|chủ nhà trọ {thon}",
        "đối tượng xóa dữ liệu|tiền chuyển qua {n:3:20} tài khoản|nạn nhân ngại trình báo|địa bàn giáp ranh|camera hỏng|nghi phạm thay sim liên tục"
        "|đêm tối|chứng từ bị đốt",
        "tin báo của dân|dữ liệu camera {thon}|lời khai nhân chứng|tổ tuần tra đêm|phối hợp liên tỉnh|vết lốp để lại|sao kê {n:2:9} ngân hàng",
        "thu hồi tài sản|bóc gỡ {n:3:15} mắt xích|răn đe|trả lại tiền cho bị hại|giữ bình yên {thon}|làm rõ vai trò chủ mưu|truy tiếp {n:2:6} người"
        "|mở rộng vụ án",
    ),
    "van-hoa": _pool(
        "Bảo tàng {tinh}|Sở Văn hóa, Thể thao và Du lịch {tinh}|Câu lạc bộ di sản {xa}|Ban tổ chức lễ hội|Trung tâm Văn hóa {tinh}|Hội Văn nghệ {tinh}",
        "nghệ nhân ưu tú|người giữ đình {lang}|nhà nghiên cứu văn hóa|học trò lớp truyền nghề|du khách đến từ {nuoc}|trưởng đoàn nghệ thuật"
        "|thủ từ đền {lang}",
        "lớp trẻ đi làm xa|vật liệu khan hiếm|bản cổ mối mọt|khách đông giờ cao điểm|tiền công thấp|không gian diễn thu hẹp|mưa phùn cả tuần",
        "lớp học hè|trang mạng của nhóm trẻ|quỹ bảo tồn {tien}|lời kể của các cụ|tour trải nghiệm|dòng họ {ho} góp công|cuốn sổ tay {n:30:90} trang",
        "truyền nghề cho {n:8:60} em|giữ nếp làng|kéo khách ở lại {n:2:4} đêm|lập hồ sơ di sản|nuôi được nghề|đưa diễn xướng vào lớp học|nối lại mạch xưa",
    ),
    "the-thao": _pool(
        "Ban tổ chức giải|Liên đoàn bóng đá {tinh}|Trung tâm Huấn luyện {tinh}|Sở Văn hóa, Thể thao và Du lịch {tinh}|Hội cổ động viên {doi}"
        "|ban trọng tài",
        "huấn luyện viên trưởng|đội trưởng {doi}|trợ lý huấn luyện viên|cựu tuyển thủ|bình luận viên|bác sĩ của đội|người hâm mộ {noi}",
        "mặt sân nặng|hàng công tịt ngòi|lịch đấu dày|mất {n:2:4} trụ cột|gió ngược|đối thủ pressing rát|tâm lý nặng nề|trời mưa tầm tã",
        "pha đánh đầu hiểm|thể lực sung mãn|chiến thuật ba trung vệ|sự lạnh lùng của {vdv}|tiếng hò reo khán đài {lang}|{n:2:6} lần thay người đúng lúc"
        "|bài đá phạt",
        "giữ ngôi đầu|trụ hạng|lấy vé vòng trong|bảo toàn mành lưới|phá kỷ lục {n:2:20} năm|gỡ lại thể diện|tích lũy {n:1:6} điểm|chuẩn bị lượt về",
    ),
    "the-gioi": _pool(
        "Bộ Ngoại giao {nuoc}|chính quyền vùng {huong} {nuoc}|hãng tin {nuockhac}|cơ quan cứu trợ Liên hợp quốc|đại sứ quán {nuockhac}|Bộ Nội vụ {nuoc}"
        "|cơ quan khí tượng {nuoc}",
        "người phát ngôn chính phủ {nuoc}|nhà phân tích ở {nuockhac}|thị trưởng vùng {huong}|một kiều bào tại {nuoc}|nghị sĩ đối lập|chủ tiệm tạp hóa vùng {huong}",
        "liên lạc chập chờn|giá nhiên liệu cao|liên minh cầm quyền rạn nứt|dòng người tị nạn chưa ngớt|đường băng hư hại|ngân sách thâm hụt"
        "|lệnh giới nghiêm {n:4:12} giờ",
        "hàng viện trợ từ {nuockhac}|lực lượng tình nguyện|thỏa hiệp phút chót|quỹ khẩn cấp {n:2:60} tỷ USD|trung gian của {nuockhac}|dự báo sớm",
        "hạ nhiệt căng thẳng|mở lại đường tiếp tế|giữ liên minh|trấn an thị trường|cứu mùa vụ vùng {huong}|tránh đóng cửa chính phủ|đưa {luong} người về nhà",
    ),
    "suc-khoe": _pool(
        "Sở Y tế {tinh}|Bệnh viện Đa khoa {tinh}|Trung tâm Kiểm soát bệnh tật {tinh}|Trạm Y tế {xa}|khoa Hồi sức|Hội Thầy thuốc trẻ {tinh}"
        "|Bảo hiểm xã hội {tinh}",
        "bác sĩ trưởng khoa|điều dưỡng trưởng|người nhà bệnh nhân|trạm trưởng y tế {xa}|bác sĩ nội trú|dược sĩ|bệnh nhân giường {n:2:60}",
        "bệnh nhân nhập viện muộn|thiếu giường hồi sức|máu hiếm|thời tiết thất thường|người dân chủ quan|đường đến viện xa|thuốc về chậm {n:3:20} ngày",
        "máy mới|kíp trực {n:4:12} người|hội chẩn từ xa|sơ cứu đúng cách|vắc xin đủ mũi|ngân hàng máu sống|phác đồ cập nhật {moc}",
        "giảm di chứng|giữ lại thị lực|cắt cơn nguy kịch|chặn ổ dịch ở {thon}|rút ngắn {n:2:9} ngày điều trị|đỡ chuyển tuyến|cứu cả mẹ lẫn con|ra viện sớm",
    ),
    "giao-duc": _pool(
        "Sở Giáo dục và Đào tạo {tinh}|{truong} {xa}|Hội Khuyến học {xa}|phòng Văn hóa - Xã hội {xa}|hội cha mẹ học sinh|ban tuyển sinh",
        "hiệu trưởng|giáo viên chủ nhiệm lớp {n:1:12}A|phụ huynh ở {thon}|học sinh lớp {n:6:12}|sinh viên năm {n:1:4}|chuyên gia tuyển sinh|tổng phụ trách đội",
        "đường đến lớp lầy lội|thiếu phòng học|trò nghỉ theo mùa rẫy|sách về muộn|giáo viên kiêm nhiệm|phụ huynh lo chi phí|mạng chập chờn",
        "học bổng {tien}|thầy cô cắm bản|quỹ khuyến học {thon}|phòng học mới|sự đồng hành của phụ huynh|tài liệu mở|mạnh thường quân {nuoc}",
        "trò không bỏ lớp|chọn đúng nghề|giảm học thêm|mở lớp thứ {n:2:9}|thi bớt áp lực|giữ chân thầy cô|em nào cũng có sách",
    ),
    "khoa-hoc": _pool(
        "Viện nghiên cứu vùng|Sở Khoa học và Công nghệ {tinh}|Đại học {tinh}|Ban Quản lý rừng {lang}|Quỹ sáng chế {tinh}|nhóm kỹ sư {xa}"
        "|Trung tâm dữ liệu {tinh}",
        "trưởng nhóm nghiên cứu|nghiên cứu sinh|kỹ sư vận hành|kiểm lâm viên|hộ dân dùng thử ở {thon}|chuyên gia {nuoc}|người sáng lập",
        "linh kiện khó mua|sóng yếu trong rừng|muối ăn mòn mạch|dữ liệu rời rạc|pin mau chai|vốn thử nghiệm ít|ẩm {n:80:98}%",
        "mã nguồn mở|tay nghề thợ hàn {lang}|dữ liệu {n:5:30} năm|pin mặt trời|góp ý của nông dân|phòng thí nghiệm chung|vỏ làm từ tre",
        "cảnh báo sớm {n:15:90} phút|giảm {pct} nước tưới|đếm đúng số cá thể|hạ giá thành|thay hàng nhập|phủ kín {thon}|bớt công canh đêm",
    ),
}
"""By topic: offices, posts, difficulties, what helps, aims."""
