"""The quality ratchet: how many fields are exact, over the real pages at hand and our fixtures.

``python -m tests.quality.corpus`` measures and compares with ``floors.json``; ``--write`` raises
the floors (and pins the corpus hash), ``--lower`` is what lowering one takes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.parsers import real
from tests.parsers.fixtures import FOLDER, cases, derive

FLOORS: Final = Path(__file__).parent / "floors.json"


@dataclass(slots=True)
class Measure:
    """Fields right and fields checked, by field, and the hash of what they were measured on."""

    corpus: str
    right: Counter[str] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)

    def note(self, name: str, *, right: bool) -> None:
        """Count one field of one page."""
        self.checked[name] += 1
        self.right[name] += right

    def exactness(self) -> dict[str, float]:
        """The share of pages on which each field is exact, to four places."""
        return {name: round(self.right[name] / self.checked[name], 4) for name in sorted(self.checked)}


def measure_fixtures() -> Measure:
    """Our own fixtures, each field of each."""
    measure = Measure(_hash(sorted(FOLDER.glob("*/*/*"))))
    for case in cases():
        read, expected = derive(case), case.expected
        for name, value in expected.items():
            measure.note(name, right=read.get(name) == value)
    return measure


def measure_real() -> Measure | None:
    """The real pages, where they are at hand."""
    if not real.expected():
        return None
    folder = real.SHARED_SITE / "real"
    measure = Measure(_hash([folder / "expected.json", *sorted((folder / "pages").glob("2*.html.gz"))]))
    for id_ in real.expected():
        for name in real.FIELDS:
            article = real.article(id_)
            measure.note(name, right=real.read(article, name) == real.reference(id_, name))
    return measure


def measures() -> dict[str, Measure]:
    """All corpora at hand, by name."""
    found = {"fixtures": measure_fixtures(), "real": measure_real()}
    return {name: measure for name, measure in found.items() if measure}


def floors() -> dict[str, Any]:
    """The pinned floors and corpus hashes, by corpus."""
    read: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    return read


def fallen(measure: Measure, floor: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """The fields below their floor: (now, floor); a field that is no longer measured counts as 0."""
    now = measure.exactness()
    pinned: dict[str, float] = floor.get("exact", {})
    return {name: (now.get(name, 0.0), least) for name, least in pinned.items() if now.get(name, 0.0) < least}


def _hash(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            digest.update(f"{path.parent.name}/{path.name}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.corpus", description=__doc__)
    parser.add_argument("--write", action="store_true", help="pin what is measured now as the floors")
    parser.add_argument("--lower", action="store_true", help="with --write: let a floor be lowered")
    options = parser.parse_args(arguments)
    pinned = floors()
    lowered = False
    for name, measure in measures().items():
        down = fallen(measure, pinned.get(name, {}))
        lowered = lowered or bool(down)
        print(
            f"{name}: {measure.right.total()} of {measure.checked.total()} fields exact, corpus {measure.corpus}"
        )
        for one, (now, least) in down.items():
            print(f"  {one}: {now} is below its floor {least}")
        pinned[name] = {"corpus": measure.corpus, "exact": measure.exactness()}
    if lowered and not options.lower:
        print("nothing written: lowering a floor takes --lower")
        return 1
    if options.write:
        FLOORS.write_text(json.dumps(pinned, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
