"""Captions as printed, taken apart: what the photo shows, and whose it is.

A credit stands after a marker (``Ảnh:``, ``Ảnh tư liệu:``, ``Nguồn:``) or in one of the few forms
that need no colon (``Ảnh TTXVN``, ``Ảnh do ... cung cấp``). Where "ảnh" is an ordinary word
(``Trong ảnh:``, ``Triển lãm ảnh``) nothing may be cut: the whole is the description.

What it decides where captions are loose:

- The last marker counts; an earlier one is part of the description (``A. Ảnh: X. B. Ảnh: Y``),
  unless only a name parts two different markers (``Ảnh: X. Nguồn: Y``: both are the credit).
- A full stop ends the credit if a sentence follows, and so does the end of its line, where lines are
  known; what follows belongs to the description. Names on the line below may be of either: no credit.
- What would be a credit of over 80 characters is none. In a caption that is nothing else, it has
  to be one for certain: names or agencies that the byline grammar reads, an authority, ``...
  cung cấp``. ``Ảnh: Quang cảnh hội nghị`` tells what is shown, and is the description as it stands.
- The full stop of initials (``H.V.``) stays in a credit, that of the sentence (``Thu Hà.``) does not.
- Placeholders (``Chú thích ảnh``, a file name, ``Ảnh minh họa`` alone) say nothing: None.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from crawler.items import ContributorKind
from crawler.parsers.byline import newsroom
from crawler.parsers.byline.grammar import read_byline
from crawler.parsers.text import clean

_LONGEST_CREDIT: Final = 80  # characters
_SHORT_SENTENCE: Final = 3  # words

_ILLUSTRATION: Final = r"(?:(?:có|mang) tính(?: chất)? )?minh h(?:ọa|oạ)"
_FILED: Final = rf"(?:tư liệu(?:,? minh h(?:ọa|oạ))?|lưu trữ|T\.?L|{_ILLUSTRATION})"
_QUALIFIER: Final = (
    rf"{_FILED}|ghép|phối cảnh|chụp lại|vệ tinh|flycam|[Ii]nternet|chụp|chụp màn hình|"
    r"(?:chụp|cắt|trích)(?: lại)? từ (?:clip|video|phim|màn hình)|(?:,|và|&) ?(?:clip|video)"
)
_WORDS: Final = (
    rf"(?:(?:(?:tin|bài)(?:,? |/| (?:và|&) ))?ảnh(?:\s*(?:{_QUALIFIER}))?|(?:chùm|hình|nguồn) ảnh|nguồn"
    r"|đồ h(?:ọa|oạ)|infographics?|photos?)"
)
_DRAWN: Final = r"(?:hình|tranh|minh h(?:ọa|oạ)|thiết kế)"
"""Markers only before a name: ``Hình: Hải Vân``, but ``Hình: Hiện trường vụ cháy``."""

# "Ảnh" with a capital may follow any word but those that make it part of a sentence.
_BEFORE: Final = r"(?:^|(?P<open>[(\[])\s*|(?<=[.!?…,;|/\"”’)\]–—-])\s*)"
_IN_SENTENCE: Final = "".join(
    rf"(?<!\b(?i:{word}) )"
    for word in ("trong", "bức", "tấm", "thi", "lãm", "loạt", "sự", "tập", "sách", "báo")
)
_MARKER: Final = re.compile(
    rf"(?:{_BEFORE}(?:(?i:ảnh\s+{_FILED})\s*[.,;–-]\s*)?(?P<word>(?i:{_WORDS}|{_DRAWN}))"
    rf"|(?<=\s){_IN_SENTENCE}(?P<bare>(?=[ẢNH])(?i:{_WORDS})))\s*:\s*",
    re.MULTILINE,
)
_NO_COLON: Final = re.compile(
    rf"{_BEFORE}(?i:ảnh(?:\s+{_FILED})?)(?:\s*(?P<mark>[/–-])\s*|\s+)"
    rf"(?P<credit>[^\s:/][^:\n]{{1,{_LONGEST_CREDIT}}})$",
    re.MULTILINE,
)
_GIVEN: Final = re.compile(r"do\s.+\s(?:cung cấp|chụp|gửi|thực hiện|ghi lại)")
_OF_FILE: Final = re.compile(rf"(?i:{_FILED}|chụp màn hình)\s*[/–-]?\s*")
_SURE: Final = re.compile(
    r".*(?<!được) (?:cung cấp|phát)|(?i:facebook|fb|zalo|tiktok|youtube)\b.*|(?i:sưu tầm)"
    r"|(?i:(?:(?:chụp|cắt|trích(?: xuất)?)(?: lại)?(?: từ)?|từ) (?:màn hình|clip|video|phim|camera))\b.*"
    r"|[A-ZĐ]{2,8}(?:[/ &.-]{1,3}[A-ZĐ]{2,8})*"
)
"""Credits that no name is needed for."""

_AUTHORITY: Final = re.compile(
    newsroom.ORGANISATIONS + r"\s+(?P<unit>(?:tỉnh|[Tt]hành phố|TP|huyện|xã|phường|quận)\b)?"
)
_MUST_SIGN: Final = frozenset({"hình", "tranh", "minh", "thiết"})
"""The first words of markers that also open what is shown."""

_SIGHTS: Final = frozenset({"cầu", "chùa", "đền", "chợ", "phố", "vịnh", "núi", "đảo", "lăng", "làng"})
"""What a photo shows rather than who took it, though each word has a capital: ``Chùa Một Cột``."""

_TELLS: Final = re.compile(
    r"(?:Các|Những|Một|Hai) [^\W\d_A-ZĐ]|Cảnh (?!sát)"
    r"|(?:(?:Toàn|Quang) cảnh|Hiện trường|Đại biểu|Lãnh đạo|Đồng chí|Ông|Bà)\b"
    r"|[^\n]{1,60} (?:phát biểu|kiểm tra|trao|thăm hỏi|chủ trì|tham quan|tham dự|trình bày|đang)\b"
)
"""How a sentence on what is shown begins or goes on, and no credit: ``Ông A phát biểu``."""

_CONSONANTS: Final = frozenset("bcdghklmnpqrstvxđ")
_SHORTENED: Final = re.compile(
    r"(?:(?:^|[\s/(])(?:[^\W\d_]|[A-ZĐ][bcdghklmnpqrstvxđ]{1,2})|(?:^|[\s/(.])(?:TP|TX|TS|ThS|PGS|GS|BS|KS))$"
)
"""A word whose full stop ends no sentence: of ``N. Hải``, ``TP. Hồ Chí Minh``."""

_FILE_NAME: Final = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?)", re.IGNORECASE)
_PLACEHOLDERS: Final = frozenset(
    (
        *("chú thích ảnh", "nhập chú thích ảnh", "nhập chú thích", "chú thích", "caption", "image", "photo"),
        *("ảnh", "hình ảnh", "nhập mô tả ảnh", "mô tả ảnh", "undefined", "null", "nan", "no image"),
    )
)
_SAYS_NOTHING: Final = re.compile(rf"ảnh {_FILED}|(?:ảnh|hình)(?: số)? \d{{1,3}}", re.IGNORECASE)
_SOURCE: Final = re.compile(r"[\s(\[]*nguồn\s*:", re.IGNORECASE)
PICTURED: Final = r"(?:ảnh|hình|photos?|đồ h(?:ọa|oạ)|infographics?)"
"""Pattern of what a credit calls the picture, in any case; no source of figures is called so."""

_OF_PHOTO: Final = re.compile(rf"\b{PICTURED}\s*:", re.IGNORECASE)
_STOP: Final = re.compile(r"[.!?…]")
_CLOSERS: Final = {"(": ")", "[": "]"}


def split_caption(raw: str) -> tuple[str | None, str | None]:
    """The description and the credit of a caption as printed; None for what it lacks."""
    return split_lines(clean(raw))


def split_lines(raw: str) -> tuple[str | None, str | None]:
    """The same of a caption whose lines are known: they are clean, and apart by a line feed."""
    parts = _split_marked(raw) or _split_unmarked(raw)
    if parts is None:
        return _description(clean(raw)), None
    return _description(clean(_joined(parts.before, parts.after))), _credit(clean(parts.credit))


def ends_in_credit(line: str) -> bool:
    """Whether a line that stands where a caption may is one: its credit is the last thing it says.

    A sentence can name a source in its middle (``... (Nguồn: AFP) cho biết``) and is none.
    """
    line = clean(line)
    parts = _split_marked(line) or _split_unmarked(line)
    return parts is not None and _credit(parts.credit) is not None and not any(map(str.isalnum, parts.after))


def may_be_sentence(line: str) -> bool:
    """Whether a line that ends in a credit may be a sentence with its source (``5 tỷ USD (Nguồn: AFP).``).

    Only a photo has a credit that names it; what names but a source has to be an agency's, and no
    sentence.
    """
    line = clean(line)
    parts = _split_marked(line)
    if parts is None or not _description(parts.before):
        return False
    if not _SOURCE.match(line, len(parts.before)) or _OF_PHOTO.search(parts.credit):
        return False
    return bool(_STOP.search(parts.before) or _STOP.search(line[-2:])) or not _has_agency(parts.credit)


def is_placeholder(text: str) -> bool:
    """Whether a text stands where a caption would and says nothing: a prompt, a file name."""
    bare = clean(text).strip(" .()[]:…").casefold()
    said = bare in _PLACEHOLDERS or _SAYS_NOTHING.fullmatch(bare) or _FILE_NAME.fullmatch(clean(text))
    return bool(said) or not any(map(str.isalnum, bare))


class _Parts(NamedTuple):
    """A caption around its credit."""

    before: str
    credit: str
    after: str = ""


def _split_marked(line: str) -> _Parts | None:
    markers = list(_MARKER.finditer(line))
    if not markers:
        return None
    marker = _first_of_chain(line, markers)
    before, rest, below = line[: marker.start()], line[marker.end() :], ""
    end = line.find("\n", markers[-1].end())
    if end >= 0 and not marker["open"]:
        cut = _end_of_lines(line, end)
        if cut is None:
            return None
        rest, below = line[marker.end() : cut], line[cut:]
    credit, after = _credit_and_rest(before, marker["open"], rest)
    after += below
    if len(credit) > _LONGEST_CREDIT or not _may_credit(marker, before, credit):
        return None
    return _Parts(before, credit, after)


def _end_of_lines(text: str, end: int) -> int | None:
    """Where a credit ends whose line ends at ``end``: there, or with the line below, which goes on with it.

    None where the line below may be either.
    """
    below = text[end + 1 :].partition("\n")[0]
    goes_on = text[:end].endswith(("/", "-", "–", ",", "&", " và")) or below.startswith("/")
    if goes_on or _has_agency(below.strip(" -–()")):
        return end + 1 + len(below)
    return None if _is_credit(below) and not _MARKER.match(below) else end


def _credit_and_rest(before: str, opener: str | None, rest: str) -> tuple[str, str]:
    """What stands behind a marker up to its bracket's end, or to a sentence that follows."""
    if opener:
        return _bracketed(rest, opener)
    if before.count("(") > before.count(")") and ")" in rest:  # "Ông A (trái, ảnh: Hải Vân) và bà B."
        credit, after = _bracketed(rest, "(")
        return credit, f"){after}"
    return _until_sentence(rest)


def _may_credit(marker: re.Match[str], before: str, credit: str) -> bool:
    """Whether what a marker opens is a credit: "Hình ảnh: Hiện trường vụ cháy" tells what is shown."""
    bare = credit.strip(" .…)]")
    if not bare:
        return True
    if _said(marker) in _MUST_SIGN or (marker["bare"] and before.isupper()):
        return _is_signed(bare)
    if _said(marker) == "nguồn":
        return True
    return (bool(before) and not _TELLS.match(bare)) or _is_credit(bare)


def _is_signed(said: str) -> bool:
    byline = read_byline(said)
    return byline.understood and bool(byline.contributors)


def _is_credit(said: str) -> bool:
    """Whether a text is a credit though nothing is described beside it."""
    said = _OF_FILE.sub("", said, count=1)
    if not said or _SURE.fullmatch(said) or _is_authority(said):
        return True
    return said.split()[0].casefold() not in _SIGHTS and _is_signed(said)


def _is_authority(said: str) -> bool:
    """Whether a text is the name of an authority and no more: not ``Công an kiểm tra hiện trường``."""
    match = _AUTHORITY.match(said)
    name = said[match.end() :].split() if match else []
    most = 0 if match and match["unit"] else 2
    return bool(name) and name[0][:1].isupper() and sum(map(_is_lower, name)) <= most


def _first_of_chain(line: str, markers: list[re.Match[str]]) -> re.Match[str]:
    """The last marker, or the one before it where only a name parts two different ones."""
    last = markers[-1]
    if len(markers) < 2:
        return last
    earlier = markers[-2]
    between = line[earlier.end() : last.start()].strip()
    is_apart = between.endswith((".", ",", ";", "-", "–")) or line[: last.start()].endswith("\n")
    is_name = is_apart and not any(map(_is_lower, between.split()))
    return earlier if is_name and _said(earlier) != _said(last) else last


def _said(marker: re.Match[str]) -> str:
    return (marker["word"] or marker["bare"]).split()[0].casefold()


def _is_lower(word: str) -> bool:
    return word[:1].islower()


def _bracketed(rest: str, opener: str) -> tuple[str, str]:
    """Text up to the bracket that closes ``opener``, and what stands after it."""
    depth, closer = 1, _CLOSERS[opener]
    for at, letter in enumerate(rest):
        depth += (letter == opener) - (letter == closer)
        if depth == 0:
            return rest[:at], rest[at + 1 :]
    return rest, ""


def _until_sentence(rest: str) -> tuple[str, str]:
    """A credit, and the sentence after it if one follows."""
    for stop in re.finditer(r"\. ", rest):
        if stop.start() > _LONGEST_CREDIT:
            break
        credit, after = rest[: stop.start()], rest[stop.end() :]
        if not _SHORTENED.search(credit) and _is_sentence(after, credit):
            return credit, after
    return rest, ""


def _is_sentence(text: str, credit: str) -> bool:
    """Whether a text behind the full stop of a credit is a sentence: one without a verb (``Cầu Long Biên,
    Hà Nội``) only behind what is a credit for certain."""
    words = text.split()
    if len(words) < _SHORT_SENTENCE or not words[0][:1].isupper() or _MARKER.match(text):
        return False
    if sum(map(_is_lower, words)) >= _SHORT_SENTENCE - 1:
        return True
    return _is_credit(credit) and not (len(text) <= _LONGEST_CREDIT and _is_credit(text.strip(" .…)]")))


def _split_unmarked(line: str) -> _Parts | None:
    """``Ảnh TTXVN``, ``Ảnh do ... cung cấp`` at the end of a line: only agencies and desks can do without a
    colon."""
    found = (parts for match in _NO_COLON.finditer(line) if (parts := _unmarked(line, match)))
    return next(found, None)


def _unmarked(line: str, match: re.Match[str]) -> _Parts | None:
    credit = match["credit"].rstrip(" .")
    if match["open"]:
        credit = credit.removesuffix(_CLOSERS[match["open"]])
    if _GIVEN.fullmatch(credit) or _has_agency(credit) or (match["mark"] == "/" and _is_signed(credit)):
        return _Parts(line[: match.start()], credit, line[match.end() :])
    return None


def _has_agency(credit: str) -> bool:
    byline = read_byline(credit)
    return byline.understood and any(
        signer.agency or signer.kind is ContributorKind.DESK for signer in byline.contributors
    )


def _joined(before: str, after: str) -> str:
    """The description without the credit that stood in it."""
    before, after = before.rstrip(" -–—|,;/"), after.strip()
    if after[:1] == ")":
        return before + after
    if after[:1] in tuple(".,;!?…"):
        return before if before.endswith((".", "!", "?", "…")) and len(after) == 1 else before + after
    return f"{before} {after}".strip()


def _description(text: str) -> str | None:
    return None if is_placeholder(text) else text


def _credit(text: str) -> str | None:
    """A credit without what closes its sentence; the full stop of initials (``H.V.``) stays."""
    credit = text.strip(" -–—|,;/")
    while credit.endswith((")", "]")) and credit.count("(") + credit.count("[") < credit.count(
        ")"
    ) + credit.count("]"):
        credit = credit[:-1].rstrip()
    if not _ends_in_initials(credit):
        credit = credit.rstrip(" .")
    return credit if any(map(str.isalnum, credit)) else None


def _ends_in_initials(credit: str) -> bool:
    """Whether a full stop is that of initials: ``H.V.``, ``H.Tr.``, but not ``Thu Hà.``, ``AP.``."""
    parts = re.split(r"[\s/(–-]", credit)[-1].split(".")
    return (
        len(parts) > 2
        and not parts[-1]
        and all(part[:1].isupper() and _CONSONANTS.issuperset(part[1:]) for part in parts[:-1])
    )
