"""A printed caption taken apart: what the photo shows, and whose it is."""

from __future__ import annotations

import re
from typing import Final

from crawler.parsers.text import clean

_MARKER: Final = re.compile(
    r"\(?\s*(?<!\w)(?<!rong )(?:Ảnh|ảnh|ẢNH|Nguồn|NGUỒN|Photo)(?: tư liệu| minh h[ọo][aạ])?\s*:\s*",
    re.UNICODE,
)
_PLACEHOLDERS: Final = frozenset({"chú thích ảnh", "ảnh minh họa", "ảnh minh hoạ"})


def split_caption(raw: str) -> tuple[str | None, str | None]:
    """The description and the credit of a caption as printed; None for what it lacks."""
    line = clean(raw)
    if line.casefold().strip(" .()") in _PLACEHOLDERS:
        return None, None
    markers = list(_MARKER.finditer(line))
    if not markers:
        return line or None, None
    last = markers[-1]
    return line[: last.start()].strip() or None, line[last.end() :].strip(" .)") or None
