"""``make bench``: every benchmark in turn, each a table of ratios against its reference.

    python -m tests.benchmarks [NAME ...]

Absolute times tell of the machine; quote the ratios. ``scale`` builds large databases and runs only
when it is named.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

LONG = ("scale",)


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main() -> int:
    """Run the benchmarks named, or all that do not take long."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("name", nargs="*", choices=[*names(), []], help="only these")
    chosen = parser.parse_args().name or [name for name in names() if name not in LONG]
    sys.argv = sys.argv[:1]  # each benchmark has arguments of its own
    failed = 0
    for name in chosen:
        print(f"\n## {name}\n", flush=True)
        failed += bool(importlib.import_module(f"tests.benchmarks.bench_{name}").main())
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
