"""The end of a run in a table that a person reads at a glance."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crawler.health import Level, Verdict, format_text
from crawler.items import FetchKind, Outcome
from pipelines.database import crawling, open_database, queries
from pipelines.validate import UNREAD_BYLINES

# What the outcomes of articles add up to, in the order a person asks for them.
_ROWS: Final[tuple[tuple[str, tuple[Outcome, ...]], ...]] = (
    ("new", (Outcome.NEW,)),
    ("updated", (Outcome.UPDATED,)),
    ("unchanged", (Outcome.UNCHANGED, Outcome.NOT_MODIFIED)),
    ("duplicates", (Outcome.DUPLICATE,)),
    ("invalid", (Outcome.INVALID,)),
    ("failed", (Outcome.BLOCKED, Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR)),
    ("no articles", (Outcome.NOT_ARTICLE,)),
    ("skipped", (Outcome.SKIPPED,)),
)
_ONLY_IF_ANY: Final = ("no articles", "skipped")
_TROUBLE: Final = ("invalid", "failed", "no articles")
_PAGES: Final = (FetchKind.ARTICLE, FetchKind.FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one run came to.

    ``articles``: outcome in plain words -> number of pages; ``lists``: feeds, listings and
    sitemaps read; ``lists_failed``: those that were not; ``unread_bylines``: pages whose byline the
    grammar could not read; ``reasons``: why pages failed, the most frequent first, with their number.
    """

    articles: dict[str, int]
    lists: int
    lists_failed: int
    unread_bylines: int
    stored: int
    seconds: float | None
    database: Path
    size: int
    reasons: tuple[tuple[str, int], ...]


def summarise(database: Path, run_id: int) -> Summary:
    """Add up a run from the ledger.

    Raises:
        DatabaseError: the database can't be read.
    """
    db = open_database(database, create=False, readonly=True)
    try:
        counts = queries.run_counts(db, run_id)
        failed = {outcome for name, outcomes in _ROWS if name in _TROUBLE for outcome in outcomes}
        return Summary(
            articles={
                name: sum(counts.get(kind, {}).get(outcome, 0) for kind in _PAGES for outcome in outcomes)
                for name, outcomes in _ROWS
            },
            lists=_lists(counts, {Outcome.READ, Outcome.NOT_MODIFIED}),
            lists_failed=_lists(counts, failed),
            unread_bylines=crawling.counter(db, run_id, UNREAD_BYLINES),
            stored=crawling.count_articles(db),
            seconds=crawling.duration(db, run_id),
            database=database,
            size=sum(file.stat().st_size for file in _files(database)),
            reasons=crawling.reasons(db, run_id, failed),
        )
    finally:
        db.close()


def _files(database: Path) -> list[Path]:
    """The database and what was written to it but not yet moved in."""
    log = database.with_name(database.name + "-wal")
    return [file for file in (database, log) if file.exists()]


def _lists(counts: dict[str, dict[str, int]], outcomes: set[Outcome]) -> int:
    return sum(
        number
        for kind, of_kind in counts.items()
        if kind not in _PAGES
        for outcome, number in of_kind.items()
        if outcome in outcomes
    )


def print_summary(database: Path, run_id: int, verdict: Verdict | None = None) -> None:
    """Print the summary of a run to standard error; what needs attention comes first."""
    summary = summarise(database, run_id)
    console = Console(stderr=True, highlight=False)
    if verdict is not None and verdict.level is not Level.OK:
        console.print(format_text(verdict), style="yellow", markup=False, soft_wrap=True)
    for reason, number in summary.reasons[:5]:
        console.print(f"[yellow]{number:>6} ×[/] {escape(reason)}", soft_wrap=True)
    console.print(_table(summary))
    console.print(f"Next: {_next_command(summary)}", markup=False, soft_wrap=True)


def _table(summary: Summary) -> Table:
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="left")
    table.add_column(justify="right", overflow="fold")  # a path is read, and copied, to its end
    for name, number in summary.articles.items():
        if number or name not in _ONLY_IF_ANY:
            alarming = number and name in _TROUBLE
            table.add_row(name, f"[yellow]{number:,}[/]" if alarming else f"{number:,}")
    if summary.unread_bylines:
        table.add_row("bylines kept whole, not understood", f"[yellow]{summary.unread_bylines:,}[/]")
    if summary.lists or summary.lists_failed:
        failed = f" ({summary.lists_failed:,} failed)" if summary.lists_failed else ""
        table.add_row("feeds and listings read", f"{summary.lists:,}{failed}")
    if summary.seconds is not None:
        table.add_row("time", _duration(summary.seconds))
    table.add_row("articles in the database", f"{summary.stored:,}")
    table.add_row("database", f"{summary.database} ({_size(summary.size)})")
    return table


_NEWEST: Final = "SELECT published_at, headline FROM article_list ORDER BY 1 DESC LIMIT 10"
_LAST_FETCHES: Final = "SELECT outcome, reason, url FROM fetches ORDER BY id DESC LIMIT 20"


def _next_command(summary: Summary) -> str:
    """What to look at next: the newest articles, or why there are none."""
    query = _NEWEST if summary.stored else _LAST_FETCHES
    return shlex.join(["sqlite3", str(summary.database), query])


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def _size(number: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit in ("bytes", "kB") else f"{number:.1f} {unit}"
