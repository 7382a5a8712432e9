"""The console script ``tintuc``: Scrapy's own command line with our settings, anywhere."""

from __future__ import annotations

import os
import sys

from scrapy.cmdline import execute

from crawler.errors import Exit


def main() -> None:
    """Run a Scrapy command in this project, whether or not a ``scrapy.cfg`` is near."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    try:
        execute()
    except KeyboardInterrupt:
        print("tintuc: stopped", file=sys.stderr)
        sys.exit(int(Exit.STOPPED))
