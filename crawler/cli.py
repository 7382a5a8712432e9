"""The console script ``tintuc``: Scrapy's own command line with our settings, anywhere."""

from __future__ import annotations

import os

from scrapy.cmdline import execute


def main() -> None:
    """Run a Scrapy command in this project, whether or not a ``scrapy.cfg`` is near."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    execute()
