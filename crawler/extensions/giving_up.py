"""Giving up early: a run that meets mostly refusals and odd pages stops, and says so.

Going on would be a burden to a site that means us, and would fill the ledger with the same line.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Final

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler import config
from crawler.extensions.ledger import end_run, is_stopping
from crawler.items import Fetch, FetchKind, Outcome
from pipelines.identity import is_bare

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_ODD: Final = frozenset({Outcome.BLOCKED, Outcome.NOT_ARTICLE, Outcome.NETWORK_ERROR})
# A feed that is none is no sign: a site may do without feeds, and all of them then say so in one way.
SHARE: Final = 0.8
"""Of the latest answers, that are odd when a run gives up: a site that is merely flaky still
answers more often than that."""


class GivingUpExtension:
    """Watches the latest ``TINTUC_GIVE_UP_AFTER`` answers (0: never gives up)."""

    def __init__(self, crawler: Crawler, window: int):
        self._crawler = crawler
        self._latest: deque[bool] = deque(maxlen=window)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watch a run.

        Raises:
            NotConfigured: giving up is turned off.
        """
        window = config.whole_number(crawler.settings, "TINTUC_GIVE_UP_AFTER")
        if window == 0:
            raise NotConfigured
        extension = cls(crawler, window)
        crawler.signals.connect(extension._recorded, signal=signals.item_scraped)
        return extension

    def _recorded(self, item: object) -> None:
        if not isinstance(item, Fetch) or item.kind is FetchKind.ROBOTS or not _was_asked(item):
            return
        self._latest.append(_is_odd(item))
        if len(self._latest) == self._latest.maxlen and sum(self._latest) >= SHARE * len(self._latest):
            self._give_up(item)

    def _give_up(self, item: Fetch) -> None:
        if is_stopping(self._crawler):
            return
        logger.error(
            "%d of the last %d answers were refusals or odd pages (the last: %s); the run stops here",
            sum(self._latest),
            len(self._latest),
            item.reason,
        )
        self._latest.clear()
        end_run(self._crawler, "blocked")


def _was_asked(fetch: Fetch) -> bool:
    """Whether anything was asked of the site: what robots.txt disallows says nothing of the rest."""
    disallowed = fetch.outcome is Outcome.BLOCKED and fetch.status is None
    return fetch.outcome is not Outcome.SKIPPED and not disallowed


def _is_odd(fetch: Fetch) -> bool:
    if fetch.kind is FetchKind.LISTING and fetch.outcome is Outcome.INVALID:
        return True
    if fetch.article is not None and is_bare(fetch.article):
        return True  # a design not known yet has a date at least
    return fetch.outcome in _ODD or (fetch.status or 0) >= 500
