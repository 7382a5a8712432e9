"""Small helpers that all page designs of the replica share: escaping as the site does it, dates."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from html.entities import codepoint2name
from typing import Final

_LATIN: Final = {code: f"&{name};" for code, name in codepoint2name.items() if 160 <= code <= 255}
_NUMERIC: Final = {code: f"&#{code};" for code in range(160, 256)}
_DAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")

PIXEL: Final = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def text(value: str) -> str:
    """Text of an element, plainly escaped."""
    return escape(value, quote=False)


def attribute(value: str) -> str:
    """Text of an attribute in double quotes."""
    return escape(value, quote=True).replace("&#x27;", "'")


def editor(value: str) -> str:
    """Text as the old CMS's editor saves it: Latin letters as named entities."""
    return escape(value, quote=False).replace('"', "&quot;").translate(_LATIN)


def alt(value: str) -> str:
    """An alt text as ASP.NET writes it: numeric entities, apostrophes escaped twice."""
    return attribute(value).replace("'", "&amp;#39;").translate(_NUMERIC)


def long_date(moment: datetime) -> str:
    """``Thứ Năm, 16/07/2026 17:17``."""
    return f"{_DAYS[moment.weekday()]}, {moment:%d/%m/%Y %H:%M}"


def json_string(value: str) -> str:
    """A JSON string of readable letters."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
