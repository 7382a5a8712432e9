"""The hostile mode: faults by name, each where it belongs (articles, feeds, listings, robots.txt).

A fault of articles befalls every third one, in turn where several are asked for, so that there are
good articles to be stored beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from .faults import Fault
from .replica import Replica

ON_ARTICLES: Final[dict[str, Callable[[], Fault]]] = {
    "drip": Fault.drip,
    "hang": Fault.hang,
    "reset": Fault.reset,
    "length-too-long": Fault.too_long,
    "length-too-short": lambda: Fault.too_short(0.6),
    "gzip-bomb": Fault.gzip_bomb,
    "error-500": Fault.storm,
    "redirect-loop": Fault.redirect_loop,
    "redirect-private": lambda: Fault.redirect("http://127.0.0.1:1/"),
    "redirect-elsewhere": lambda: Fault.redirect("https://example.com/a-post1.html"),
    "challenge": Fault.challenge,
    "access-denied": Fault.access_denied,
    "maintenance": Fault.maintenance,
    "login-wall": Fault.login_wall,
    "empty": Fault.empty,
    "soft-404": Fault.soft_404,
}
_ANY, _FEEDS, _LISTINGS, _ROBOTS = r"/(?!robots\.txt).*", r".*\.rss", r".*ct0.*|/api/.*", r"/robots\.txt"
ON_THE_REST: Final[dict[str, tuple[str, Callable[[], Fault]]]] = {
    "storm-500": (_ANY, Fault.storm),
    "storm-challenge": (_ANY, lambda: Fault.challenge(200)),
    "storm-maintenance": (_ANY, Fault.maintenance),
    "feeds-cut": (_FEEDS, Fault.cut_feed),
    "feeds-wrong-encoding": (_FEEDS, Fault.wrong_encoding_feed),
    "feeds-html": (_FEEDS, Fault.html_feed),
    "feeds-entity-bomb": (_FEEDS, Fault.entity_bomb),
    "listings-endless": (_LISTINGS, Fault.endless_listing),
    "listings-repeating": (_LISTINGS, Fault.repeating_listing),
    "robots-missing": (_ROBOTS, lambda: Fault.status(404)),
    "robots-500": (_ROBOTS, lambda: Fault.status(500)),
    "robots-disallow": (_ROBOTS, Fault.disallow_all),
}
NAMES: Final = (*ON_ARTICLES, *ON_THE_REST)


def make_hostile(replica: Replica, names: Sequence[str]) -> None:
    """Set the faults of these names on a replica; ``articles`` stands for all those of articles.

    Raises:
        ValueError: there is no such fault; the message names those there are.
    """
    wanted = [one for name in names for one in (ON_ARTICLES if name == "articles" else (name,))]
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        raise ValueError(f"no fault {unknown[0]!r}: one of articles, {', '.join(NAMES)}")
    for name in wanted:
        if name in ON_THE_REST:
            where, make = ON_THE_REST[name]
            replica.fault(re.compile(where), make())
    _spoil_articles(replica, [name for name in wanted if name in ON_ARTICLES])


def _spoil_articles(replica: Replica, names: Sequence[str]) -> None:
    if names:
        for number, plan in enumerate(replica.plans[::-3]):
            replica.fault(plan.path + "*", ON_ARTICLES[names[number % len(names)]]())
