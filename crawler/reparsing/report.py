"""What a reading of the archive came to, for a person: numbers, and what differs field by field."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.reparsing.recording import Sample, Tally

_AROUND = 30
"""Characters shown before the first difference of two texts, and twice as many behind it."""


def print_tally(tally: Tally, *, dry: bool) -> None:
    """Print the numbers to standard error; those that need attention in colour."""
    table = Table(show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="left")
    table.add_column(justify="right")
    for name, number, alarming, always in _rows(tally, dry=dry):
        if number or always:
            table.add_row(name, f"[yellow]{number:,}[/]" if alarming and number else f"{number:,}")
    Console(stderr=True, highlight=False).print(table)


def _rows(tally: Tally, *, dry: bool) -> list[tuple[str, int, bool, bool]]:
    """Name, number, whether it is bad, whether it is shown when 0."""
    return [
        ("pages read", tally.read, False, True),
        ("unchanged", tally.unchanged, False, True),
        ("would change" if dry else "changed", tally.changed, False, True),
        ("only in other fields than the text", tally.details, False, True),
        ("would become articles" if dry else "became articles", tally.recovered, False, True),
        ("still no articles", tally.still_unread, False, False),
        ("no longer articles", tally.lost, True, False),
        ("bylines kept whole, not understood", tally.unread_bylines, True, False),
        ("missing or broken in the archive", tally.broken, True, False),
        ("not kept in the archive", tally.not_kept, False, False),
        ("deleted from the archive as too old", tally.expired, False, False),
    ]


def print_differences(tally: Tally) -> None:
    """Print to standard output how many articles differ in each field, with samples."""
    console = Console(highlight=False, soft_wrap=True)
    for name, number in sorted(tally.fields.items(), key=lambda one: (-one[1], one[0])):
        console.print(Text(f"{name}: {number:,} article{'s' if number > 1 else ''}", style="bold"))
        for sample in tally.samples[name]:
            console.print(_sample(sample))


def _sample(sample: Sample) -> Text:
    before, after = _around(sample.before, sample.after)
    return Text("\n").join(
        (
            Text(f"  {sample.article}"),
            Text("    - ") + Text(before, style="red"),
            Text("    + ") + Text(after, style="green"),
        )
    )


def _around(before: str | None, after: str | None) -> tuple[str, str]:
    """Both texts in one line each, cut to where they first differ."""
    one, other = _line(before), _line(after)
    pairs = enumerate(zip(one, other, strict=False))
    first = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    start = max(0, first - _AROUND)
    return _cut(one, start, first + 2 * _AROUND), _cut(other, start, first + 2 * _AROUND)


def _line(text: str | None) -> str:
    return "NULL" if text is None else text.replace("\n", " ⏎ ")


def _cut(text: str, start: int, end: int) -> str:
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
