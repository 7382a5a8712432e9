"""``scrapy search``: ranked articles with the words found marked."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Final

from rich.console import Console
from rich.text import Text
from scrapy.exceptions import UsageError

from crawler.command import TintucCommand, say
from crawler.days import check_order, day_of
from crawler.errors import ArgumentError, Exit, WrongUsageError
from pipelines.database import explained, open_database
from pipelines.database.search import RANKED, Filters, Found, Hit, Marked, Ranking, search

MOST_HITS: Final = 1_000_000_000
"""The highest ``--limit``: more than there will be articles, less than SQLite's integers end at."""


class Command(TintucCommand):
    """Searches the database; never creates or changes it, and never waits for a run."""

    def syntax(self) -> str:
        return '[options] "QUERY"'

    def short_desc(self) -> str:
        return "Search the stored articles"

    def long_desc(self) -> str:
        return (
            "Search the stored articles: ranked, headline before lead before body. All words are wanted;"
            ' "phrases", prefix*, AND, OR, NOT and parentheses work; diacritics and case do not matter,'
            " and those typed come first. A word that begins with a hyphen goes after two of them: -- -covid."
            " Exit code 0 also where nothing is found."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group("Search")
        add = group.add_argument
        add("--since", metavar="DATE", help="published on this local day or later: 2024-04-01")
        add("--until", metavar="DATE", help="published on this local day or earlier")
        add("--section", metavar="NAME", help="a section by slug, name or number, with those below it")
        add("--contributor", metavar="NAME", help="who signs: a person, desk or agency")
        add("--limit", metavar="N", default="20", help="how many articles to show (default: 20)")
        add("--json", action="store_true", help="a JSON list instead of text")
        add("--all", action="store_true", help=f"rank every match, not only the newest {RANKED:,}")
        add("--newest", action="store_true", help="the newest stored first, not the best")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take for a query what begins with a hyphen, where it has several words or follows ``--``."""
        before, query = _divided(args)
        super().process_options([arg for arg in before if not any(map(str.isspace, arg))], opts)
        args[:] = before + query  # the list that Scrapy hands on to run()

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Search and print."""
        if not args:
            raise UsageError('what to search for? scrapy search "QUERY"', print_help=False)
        filters, limit, ranking = _filters(opts), _limit(opts.limit), _ranking(opts)
        path = self.database_path()
        database = open_database(path, create=False, readonly=True)
        try:
            with explained(path):
                found = search(database.conn, " ".join(args), filters, limit=limit, ranking=ranking)
        finally:
            database.close()
        _print(found, " ".join(args), as_json=opts.json, ranking=ranking)
        return Exit.HEALTHY


def _divided(args: list[str]) -> tuple[list[str], list[str]]:
    """The arguments before the first ``--``, and those after it."""
    at = args.index("--") if "--" in args else len(args)
    return args[:at], args[at + 1 :]


def _filters(opts: argparse.Namespace) -> Filters:
    since, until = day_of("--since", opts.since), day_of("--until", opts.until)
    check_order(since, until)
    return Filters(since=since, until=until, section=opts.section, contributor=opts.contributor)


def _limit(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) <= len(str(MOST_HITS)) else 0
    if not 1 <= number <= MOST_HITS:
        shown = text if len(text) <= 30 else f"{text[:30]}…"
        raise ArgumentError(f"--limit must be a whole number of at least 1, at most {MOST_HITS:,}: {shown!r}")
    return number


def _ranking(opts: argparse.Namespace) -> Ranking:
    if opts.all and opts.newest:
        raise WrongUsageError("--all ranks and --newest does not: give one of them")
    return Ranking.EVERY if opts.all else Ranking.NONE if opts.newest else Ranking.RECENT


def _print(found: Found, typed: str, *, as_json: bool, ranking: Ranking) -> None:
    if found.left_out:
        say(f"the query is too long: its last {found.left_out} words were left out")
    if found.missing:
        matches = f"{found.missing} match{'es' if found.missing > 1 else ''}"
        say(f"the index has {matches} without an article, left out here: scrapy verify tells what is wrong")
    if found.capped and ranking is Ranking.RECENT:
        say(f"ranked the newest {found.matches:,} matches; --all ranks every one")
    print(_as_json(found) if as_json else _as_text(found, typed, ranking))


def _as_json(found: Found) -> str:
    return json.dumps([_json(hit) for hit in found.hits], ensure_ascii=False, indent=2)


def _as_text(found: Found, typed: str, ranking: Ranking) -> str:
    console = Console(highlight=False, soft_wrap=True)
    with console.capture() as capture:
        for hit in found.hits:
            console.print(_text(hit), end="\n\n")
        console.print(_summary(found, typed, ranking), markup=False, end="")
    return capture.get()


def _summary(found: Found, typed: str, ranking: Ranking) -> str:
    if not found.hits:
        return f"no article matches: {typed.encode(errors='replace').decode()}"
    if ranking is Ranking.NONE and found.capped:
        return f"the newest {len(found.hits)} that match"
    return f"{len(found.hits)} of {found.matches:,}{' or more' if found.capped else ''} that match"


def _json(hit: Hit) -> dict[str, object]:
    """A hit as JSON: texts plain, and the marks as [start, end] in characters."""
    return asdict(hit) | {
        "headline": hit.headline.text,
        "headline_marks": hit.headline.marks,
        "snippet": hit.snippet.text,
        "snippet_marks": hit.snippet.marks,
    }


def _text(hit: Hit) -> Text:
    """A hit for people: headline, when and where, the snippet, the address."""
    when = (hit.published_at or "no date")[:16].replace("T", " ")
    about = " · ".join(part for part in (when, hit.section, hit.kind, hit.id) if part and part != "text")
    return Text("\n").join(
        (
            _styled(hit.headline, "bold"),
            Text(about, style="dim"),
            _styled(hit.snippet, ""),
            Text(hit.url, style="blue"),
        )
    )


def _styled(marked: Marked, style: str) -> Text:
    text = Text(marked.text, style=style)
    for start, end in marked.marks:
        text.stylize("bold yellow", start, end)
    return text
