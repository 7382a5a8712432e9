"""Whether somebody is watching: what moves is drawn on a terminal only.

``FORCE_COLOR`` and the like ask for colours; rich would draw its bars into a file for them too.
"""

from __future__ import annotations

import sys

from rich.console import Console


def is_watched(console: Console) -> bool:
    """Whether a console on standard error draws for a person, and not into a file or a pipe."""
    return sys.stderr.isatty() and not console.is_dumb_terminal
