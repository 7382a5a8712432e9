"""``make torture``: everything that takes too long for the suite, one after the other.

    python -m tests.torture                       all of it: well over an hour
    python -m tests.torture kills --kills 500     one of them, with its own options

Ends with 1 where one of them found something.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Final

from tests.running import ROOT

PARTS: Final = {
    "kills": ("tests.pipelines.torture", "the recording process killed at random moments"),
    "crawls": ("tests.torture.kills", "whole crawls killed at random moments and started again"),
    "ingests": ("tests.torture.ingests", "whole ingests killed at random moments and started again"),
    "memory": ("tests.torture.memory", "a crawl of 20,000 pages beside one of 1,000"),
    "week": ("tests.torture.week", "a week of ten-minute runs against the replica"),
}
"""Each part: the module that does it, and what it is."""


def run(name: str, arguments: list[str]) -> int:
    """One part from beginning to end; its exit code."""
    module, what = PARTS[name]
    print(f"== {name}: {what}", flush=True)
    begun = time.monotonic()
    code = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=False).returncode
    minutes = (time.monotonic() - begun) / 60
    print(
        f"== {name}: {'done' if code == 0 else f'FAILED with {code}'} after {minutes:.1f} minutes", flush=True
    )
    return code


def main(arguments: list[str]) -> int:
    """The command line: nothing, or one part and its options."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        print("\n".join(f"  {name:8} {what}" for name, (_, what) in PARTS.items()))
        return 0
    if not arguments:
        return max([run(name, []) for name in PARTS])
    if arguments[0] not in PARTS:
        print(f"there is no part {arguments[0]!r}: there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    return run(arguments[0], arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
