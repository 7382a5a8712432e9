"""Videos: the address of the file, playlist or player, and the still picture.

The site's own player names the file in its query (``fileId``, ``fileImg``). Sound is no video,
and a frame that shows anything but a video (comments, maps, advertisements) is none either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import unquote_plus, urljoin, urlsplit

from crawler.items import Video
from crawler.parsers.media.photos import original

_SOUND: Final = re.compile(r"\.(?:m4a|mp3|aac|ogg|wav)$", re.IGNORECASE)
_FILE: Final = re.compile(r"\.(?:mp4|m3u8|webm|mov|m4v|flv|mpd)$", re.IGNORECASE)
_PLAYERS: Final = re.compile(
    r"(?:^|\.)(?:youtube\.com|youtube-nocookie\.com|youtu\.be|vimeo\.com|dailymotion\.com|tiktok\.com)$"
    r"|^video(?:-api)?\.baotintuc\.vn$"
)
_PLAYER_PATH: Final = re.compile(
    r"/plugins/video\.php|/player\.aspx|/(?:embed|player|video-embed)/", re.IGNORECASE
)
_PARAMETER: Final = re.compile(r"[?&](fileId|fileImg)=([^&]*)", re.IGNORECASE)


def read_video(
    addresses: Iterable[str | None], poster: str | None, base: str, *, frame: bool
) -> Video | None:
    """The video that the first usable address leads to; None where none is a video's.

    ``frame``: the addresses are those of a frame, which may show anything.
    """
    for address in addresses:
        video = _video((address or "").strip(), poster, base, frame=frame)
        if video:
            return video
    return None


def _video(address: str, poster: str | None, base: str, *, frame: bool) -> Video | None:
    if not address or address.startswith(("data:", "blob:", "javascript:", "about:")):
        return None
    parameters = {name.casefold(): unquote_plus(value) for name, value in _PARAMETER.findall(address)}
    poster = parameters.get("fileimg") or poster
    try:
        url = urljoin(base, parameters.get("fileid") or address)
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or _SOUND.search(parts.path):
        return None
    if frame and not parameters.get("fileid") and not _shows_video(parts.hostname, parts.path):
        return None
    return Video(url=url.replace(" ", "%20"), poster=original(poster or "", base))


def _shows_video(host: str, path: str) -> bool:
    return bool(_FILE.search(path) or _PLAYERS.search(host) or _PLAYER_PATH.search(path))


def tag_addresses(attributes: Mapping[str, str]) -> tuple[str | None, ...]:
    """Where a ``video``, ``source`` or ``iframe`` may keep its address, best first."""
    return tuple(attributes.get(name) for name in ("data-video-src", "src", "data-src"))
