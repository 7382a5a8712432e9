"""``make demo``: the real crawl, against a replica of the site on this machine.

Needs no network. The articles are made up; the record they end in is the product's own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.replica import Replica

ROOT = Path(__file__).parents[2]
DATABASE = ROOT / "data" / "demo.db"
QUERIES = (
    (
        "what was published last",
        "SELECT published_at, section, headline FROM article_list ORDER BY 1 DESC LIMIT 5",
    ),
    ("who wrote most", "SELECT contributor, articles FROM by_contributor ORDER BY 2 DESC, 1 LIMIT 5"),
    (
        "what came of each URL",
        "SELECT kind, outcome, count(*) AS urls FROM fetches GROUP BY 1, 2 ORDER BY 3 DESC",
    ),
)


def main() -> int:
    """Crawl a replica of 60 articles into ``data/demo.db`` and show what is in it."""
    for file in DATABASE.parent.glob(DATABASE.name + "*"):  # each demo is a site of its own
        file.unlink()
    with Replica(seed=2026, articles=60, sections=8) as replica:
        print(f"A replica of the site listens at {replica.origin}; crawling it into {DATABASE}")
        code = _crawl(replica.origin)
    if code == 0:
        _show()
    return code


def _crawl(origin: str) -> int:
    ours = {
        "TINTUC_SITE": origin,
        "TINTUC_DATABASE": str(DATABASE),
        "TINTUC_ARCHIVE": str(ROOT / "data" / "demo-archive"),
    }
    quick = [
        "-s",
        "DOWNLOAD_DELAY=0",
        "-s",
        "AUTOTHROTTLE_ENABLED=0",
    ]  # a replica on loopback needs no politeness
    command = [sys.executable, "-m", "scrapy", "crawl", "baotintuc", *quick, *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env=os.environ | ours, check=False).returncode


def _show() -> None:
    """The queries a user would try first, with their answers."""
    import sqlite_utils
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    db = sqlite_utils.Database(DATABASE)
    for title, sql in QUERIES:
        rows = list(db.query(sql))
        table = Table(*(rows[0] if rows else ["nothing"]), title=title, title_justify="left", box=None)
        for row in rows:
            table.add_row(*(str(value) for value in row.values()))
        console.print(table)
        console.print(f"sqlite3 {DATABASE.relative_to(ROOT)} '{sql}'\n", style="dim", soft_wrap=True)
    db.close()
    console.print(
        "Search it, with or without diacritics: scrapy search -s TINTUC_DATABASE=data/demo.db 'ngan hang'"
    )


if __name__ == "__main__":
    sys.exit(main())
