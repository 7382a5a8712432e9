"""``python -m tests.replica``: serve the replica from the shell, or run a command against it.

python -m tests.replica --articles 60 --print-origin
python -m tests.replica --articles 60 run -- scrapy crawl baotintuc
python -m tests.replica --hostile articles,feeds-cut run -- scrapy crawl baotintuc
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime

from .hostile import NAMES, make_hostile
from .newsroom import HANOI
from .replica import Replica


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.replica", description="A stand-in for the site, on 127.0.0.1 only."
    )
    parser.add_argument("--articles", type=int, default=200, help="how many articles to begin with (200)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another site (1)")
    parser.add_argument("--sections", type=int, default=20, help="how many sections (20)")
    parser.add_argument(
        "--days", type=float, default=2.5, help="over how many days the articles are spread (2.5)"
    )
    parser.add_argument(
        "--now", type=datetime.fromisoformat, help="the site's present, ISO 8601 (the real one)"
    )
    parser.add_argument("--templates", default="2021,2026", help="page designs, comma-joined (2021,2026)")
    parser.add_argument(
        "--cms", choices=("old", "new", "both"), default="both", help="which CMS answers (both)"
    )
    parser.add_argument(
        "--weight", choices=("light", "real"), default="light", help="real: about 280 KB a page"
    )
    parser.add_argument("--saved", help="serve saved pages from this folder or WARC file instead")
    parser.add_argument(
        "--tls",
        choices=("self-signed", "expired", "wrong-host", "legacy"),
        help="https, with a bad certificate",
    )
    parser.add_argument(
        "--hostile",
        default="",
        help=f"faults, comma-joined: articles (each of those of articles), {', '.join(NAMES)}",
    )
    parser.add_argument("--port", type=int, default=0, help="the port (a free one)")
    parser.add_argument("--print-origin", action="store_true", help="print the origin alone, for scripts")
    parser.add_argument(
        "command", nargs="?", choices=("serve", "run"), default="serve", help="serve, or run -- COMMAND"
    )
    own, rest = _split(list(words))
    options = parser.parse_args(own)
    options.rest = rest
    if (options.command == "run") != bool(rest):
        parser.error("run takes a command after --, and nothing else does")
    return options


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def _replica(options: argparse.Namespace) -> Replica:
    now = options.now
    if now is not None and now.tzinfo is None:
        now = now.replace(tzinfo=HANOI)
    replica = Replica(
        options.seed,
        options.articles,
        now=now,
        days=options.days,
        templates=options.templates.split(","),
        sections=options.sections,
        cms=options.cms,
        weight=options.weight,
        tls=options.tls,
        port=options.port,
    )
    if options.saved:
        replica.serve_saved(options.saved)
    make_hostile(replica, [name for name in options.hostile.split(",") if name])
    return replica


def _run(replica: Replica, command: Sequence[str]) -> int:
    """Run a command with ``TINTUC_SITE`` set to the replica; its exit code is ours."""
    environment = {**os.environ, "TINTUC_SITE": replica.origin}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = subprocess.run(command, env=environment, check=False).returncode
    except OSError as problem:
        print(f"cannot run {command[0]}: {problem.strerror}", file=sys.stderr)
        return 127
    return code if code >= 0 else 128 - code


def _serve(replica: Replica, *, plain: bool) -> int:
    origin = replica.origin
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print(origin if plain else f"The replica answers at {origin} (Ctrl-C ends it).", flush=True)
    stop.wait()
    return 0


def main(words: Sequence[str] | None = None) -> int:
    """Serve or run; answers the exit code."""
    options = _arguments(sys.argv[1:] if words is None else words)
    try:
        with _replica(options) as replica:
            if options.command == "run":
                return _run(replica, options.rest)
            return _serve(replica, plain=options.print_origin)
    except (OSError, ValueError) as problem:
        print(f"the replica cannot start: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
