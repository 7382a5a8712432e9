"""Where our settings come from and how they are read.

A ``TINTUC_`` setting is a Scrapy setting and an environment variable of the same name; the
command line (``-s``) wins over the environment, the environment over ``settings.py``.
"""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scrapy.utils.conf import closest_scrapy_cfg

from crawler import __version__
from crawler.errors import ArgumentError, TintucError
from crawler.health.thresholds import PREFIX, Thresholds

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


_WHOLE_NUMBERS: Final = (
    "TINTUC_FIRST_DAYS",
    "TINTUC_RECHECK",
    "TINTUC_LISTING_HOURS",
    "TINTUC_BARREN_PAGES",
    "TINTUC_ROBOTS_HOURS",
    "TINTUC_WAIT",
    "TINTUC_ARCHIVE_DAYS",
    "TINTUC_DAILY_REQUESTS",
    "TINTUC_GIVE_UP_AFTER",
)

# Scrapy's own settings that ours set or a run is likely to be given, which Scrapy reads with a traceback:
# whole numbers with the least each may be, other numbers, and switches.
_SCRAPY_WHOLE_NUMBERS: Final = {
    "CONCURRENT_REQUESTS": 0,  # 0: no limit
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,  # with 0 a run would wait for ever
    "DOWNLOAD_MAXSIZE": 0,
    "DOWNLOAD_WARNSIZE": 0,
    "RETRY_TIMES": 0,
    "REDIRECT_MAX_TIMES": 0,
    "CLOSESPIDER_ERRORCOUNT": 0,
    "CLOSESPIDER_ITEMCOUNT": 0,
    "CLOSESPIDER_PAGECOUNT": 0,
}
_SCRAPY_NUMBERS: Final = (
    "DOWNLOAD_DELAY",
    "DOWNLOAD_DELAY_JITTER",
    "DOWNLOAD_TIMEOUT",
    "AUTOTHROTTLE_START_DELAY",
    "AUTOTHROTTLE_MAX_DELAY",
    "AUTOTHROTTLE_TARGET_CONCURRENCY",
    "CLOSESPIDER_TIMEOUT",
    "LOGSTATS_INTERVAL",
)
_SCRAPY_SWITCHES: Final = (
    "AUTOTHROTTLE_ENABLED",
    "COOKIES_ENABLED",
    "DOWNLOAD_FAIL_ON_DATALOSS",
    "HTTPCACHE_ENABLED",
    "LOG_ENABLED",
    "METAREFRESH_ENABLED",
    "REDIRECT_ENABLED",
    "RETRY_ENABLED",
    "TELNETCONSOLE_ENABLED",
)
MOST: Final = 100_000
"""The most that a number of days, hours, pages or requests may be: 270 years, and more than a request a
second all day. Further on, dates leave the calendar."""

MOST_SECONDS: Final = 100_000_000
"""The most that a number of seconds may be: three years."""

_SHOWN: Final = 40  # characters of a wrong value that are said back
_LOG_LEVELS: Final = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")


def from_environment(name: str, default: str) -> str:
    """The environment's value of a setting, the default where it says nothing."""
    return os.environ.get(name, default)


def health_settings() -> tuple[str, ...]:
    """The names of the settings that health draws its lines by."""
    return tuple(PREFIX + field.name.upper() for field in fields(Thresholds))


def base_folder() -> Path:
    """What relative paths are relative to: the folder of ``scrapy.cfg``, else the current one."""
    found = closest_scrapy_cfg()
    return Path(found).parent if found else Path.cwd()


def path(settings: BaseSettings, name: str) -> Path | None:
    """A setting that is a path, absolute; None where it is empty.

    Raises:
        ArgumentError: it begins with the home of a user whom this machine does not know.
    """
    value = str(settings.get(name) or "")
    return base_folder() / expanded(value, name) if value else None


def expanded(value: str, name: str) -> Path:
    """A path with the home of a user written out; ``name``: where it was given.

    Raises:
        ArgumentError: this machine does not know the user.
    """
    try:
        return Path(value).expanduser()
    except RuntimeError:
        raise ArgumentError(f"{name}: there is no such user: {value!r}") from None


def database_path(settings: BaseSettings) -> Path:
    """The path of the database (``TINTUC_DATABASE``), absolute.

    Raises:
        ArgumentError: the setting is empty, or no path.
    """
    found = path(settings, "TINTUC_DATABASE")
    if found is None:
        raise ArgumentError("TINTUC_DATABASE is empty: give it the path of a SQLite file")
    return found


def archive_folder(settings: BaseSettings) -> Path | None:
    """The folder of the raw archive (``TINTUC_ARCHIVE``), absolute; None where it is off.

    Raises:
        ArgumentError: the setting is no path.
    """
    return path(settings, "TINTUC_ARCHIVE")


def site_origin(settings: BaseSettings) -> str:
    """The origin that is asked for pages (``TINTUC_SITE``): scheme and host, no path.

    Raises:
        ArgumentError: the setting is not an http(s) origin.
    """
    value = str(settings.get("TINTUC_SITE") or "").rstrip("/")
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path or parts.query or parts.fragment:
        raise ArgumentError(f"TINTUC_SITE is not an origin like https://baotintuc.vn: {value!r}")
    return value


def user_agent(settings: BaseSettings) -> str:
    """How we name ourselves to the site: the project, what for, and whom to turn to."""
    contact = str(settings.get("TINTUC_CONTACT") or "").strip()
    return f"tintuc/{__version__} (news archive of baotintuc.vn{'; ' + contact if contact else ''})"


def whole_number(settings: BaseSettings, name: str, least: int = 0, most: int = MOST) -> int:
    """A setting that must be a whole number from ``least`` to ``most``.

    Raises:
        ArgumentError: it is not.
    """
    value = str(settings.get(name))
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        bound = f"least {least}" if number < least else f"most {most:,}"
        said = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
        raise ArgumentError(f"{name} must be a whole number of at {bound}: {said!r}")
    return number


def number(settings: BaseSettings, name: str) -> float:
    """A setting that must be a number from 0 to ``MOST_SECONDS``.

    Raises:
        ArgumentError: it is not.
    """
    try:
        value = float(str(settings.get(name)))
    except ValueError:
        value = -1.0
    if not 0 <= value <= MOST_SECONDS:
        bound = f"most {MOST_SECONDS:,}" if MOST_SECONDS < value < float("inf") else "least 0"
        raise ArgumentError(f"{name} must be a number of at {bound}: {settings.get(name)!r}")
    return value


def tls_is_strict(settings: BaseSettings) -> bool:
    """Whether the site's certificate must verify (``TINTUC_TLS=strict``).

    Raises:
        ArgumentError: the setting is neither empty nor ``strict``.
    """
    value = str(settings.get("TINTUC_TLS") or "")
    if value not in ("", "strict"):
        raise ArgumentError(f"TINTUC_TLS is strict or empty, not {value!r}")
    return value == "strict"


def make_folder(folder: Path) -> None:
    """Make a folder where it is not there yet.

    Raises:
        TintucError: it can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TintucError(f"cannot make the folder {folder}: {error.strerror}") from None


def check(settings: BaseSettings) -> None:
    """Check our settings before anything is fetched.

    Raises:
        ArgumentError: one of them can't be used.
    """
    database_path(settings)
    archive_folder(settings)
    site_origin(settings)
    for name in _WHOLE_NUMBERS:
        whole_number(settings, name)
    for name in ("TINTUC_BACKOFF", "TINTUC_LONGEST_WAIT", "TINTUC_LONGEST_STORM"):
        number(settings, name)
    tls_is_strict(settings)
    Thresholds.from_settings(settings.get)
    whole_number(settings, "TINTUC_LISTING_PAGES", 1)


def check_scrapys(settings: BaseSettings) -> None:
    """Check what is given for Scrapy's own settings, before Scrapy reads them with a traceback.

    Raises:
        ArgumentError: one of them can't be used.
    """
    for name, least in _SCRAPY_WHOLE_NUMBERS.items():
        whole_number(settings, name, least, sys.maxsize)
    for name in _SCRAPY_NUMBERS:
        number(settings, name)
    for name in _SCRAPY_SWITCHES:
        try:
            settings.getbool(name)
        except ValueError:
            raise ArgumentError(f"{name} is 0 or 1, not {settings.get(name)!r}") from None
    level = settings.get("LOG_LEVEL")
    if level not in _LOG_LEVELS and not isinstance(level, int):
        raise ArgumentError(f"LOG_LEVEL is one of {', '.join(_LOG_LEVELS)}, not {level!r}")
