"""The console script ``tintuc``: Scrapy's own command line with our settings, anywhere."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run a Scrapy command in this project, whether or not a ``scrapy.cfg`` is near."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    try:
        from scrapy.cmdline import execute  # takes a second, in which somebody may press Ctrl-C

        execute()
    except KeyboardInterrupt:
        from crawler.errors import Exit

        print("tintuc: stopped", file=sys.stderr)
        sys.exit(int(Exit.STOPPED))
