"""A process that keeps pages in a raw archive and says so after each, until it is killed.

``python -m tests.archive.endless FOLDER [COUNT]``: what tests kill with signal 9.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from crawler.archive.writer import ArchiveWriter
from crawler.items import Fetch, FetchKind, Outcome, RawPage


def main(folder: Path, pages: int | None) -> None:
    with ArchiveWriter(folder, max_bytes=200_000) as archive:
        for number in count():
            if number == pages:
                return
            raw = RawPage(body=b"%08d" % number + os.urandom(20_000 if pages is None else 20))
            fetch = Fetch(
                kind=FetchKind.ARTICLE,
                url=f"https://baotintuc.vn/{number}.htm",
                fetched_at=datetime.now(UTC),
                outcome=Outcome.NEW,
                raw=raw,
            )
            archive.keep(fetch)
            print(number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
