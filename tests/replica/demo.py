"""``make demo``: the real crawl, against a replica of the site on this machine.

Needs no network. The articles are made up; the record they end in is the product's own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.replica import Replica

ROOT = Path(__file__).parents[2]
DATABASE = ROOT / "data" / "demo.db"
ARCHIVE = ROOT / "data" / "demo-archive"
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
    parser = argparse.ArgumentParser(
        prog="make demo",
        description="Crawl a replica of the site on this machine into data/demo.db, made anew each time.",
        epilog="Whatever else ARGS holds is handed on to the crawl.",
        allow_abbrev=False,
    )
    _, arguments = parser.parse_known_args()
    _clear()
    with Replica(seed=2026, articles=60, sections=8) as replica:
        print(f"A replica of the site listens at {replica.origin}; crawling it into {DATABASE}")
        code = _crawl(replica.origin, arguments)
    if code == 0:
        _show()
    return code


def _clear() -> None:
    """Take away what the last demo left: each is a site of its own."""
    for file in DATABASE.parent.glob(DATABASE.name + "*"):
        file.unlink()
    shutil.rmtree(ARCHIVE, ignore_errors=True)


def _crawl(origin: str, arguments: list[str]) -> int:
    ours = {
        "TINTUC_SITE": origin,
        "TINTUC_DATABASE": str(DATABASE),
        "TINTUC_ARCHIVE": str(ARCHIVE),
    }
    quick = [
        "-s",
        "DOWNLOAD_DELAY=0",
        "-s",
        "AUTOTHROTTLE_ENABLED=0",
    ]  # a replica on loopback needs no politeness
    command = [sys.executable, "-m", "scrapy", "crawl", "baotintuc", *quick, *arguments]
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
    console.print("Search it, with or without diacritics:")
    scrapy = os.path.relpath(Path(sys.executable).with_name("scrapy"), ROOT)
    console.print(
        f"{scrapy} search -s TINTUC_DATABASE={DATABASE.relative_to(ROOT)} 'ngan hang'", soft_wrap=True
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
