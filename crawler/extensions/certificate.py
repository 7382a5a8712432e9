"""The site's certificate: whether it would have verified, asked once a run and recorded.

Certificates are not verified by default, since the site's chain is known to fail. So that
nobody forgets, each run notes how it stands, and health warns.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler import config

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_PATIENCE: Final = 15.0
"""Seconds for a connection and a handshake, beside the run."""


class CertificateExtension:
    """Shakes hands with the site once, as a strict client does."""

    def __init__(self, crawler: Crawler, host: str, port: int):
        self._crawler = crawler
        self._address = (host, port)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watch a run.

        Raises:
            NotConfigured: the spider keeps no record, or the site is not asked by https.
        """
        if not getattr(crawler.spider, "keeps_record", False):
            raise NotConfigured
        origin = urlsplit(config.site_origin(crawler.settings))
        if origin.scheme != "https" or not origin.hostname:
            raise NotConfigured
        extension = cls(crawler, origin.hostname, origin.port or 443)
        crawler.signals.connect(extension._ask, signal=signals.spider_opened)
        return extension

    async def _ask(self) -> None:
        verifies, trouble = await _verifies(*self._address)
        if verifies is not None:
            self._crawler.stats.set_value("tintuc/tls/verified", int(verifies))
        if trouble is not None:
            self._crawler.stats.set_value("tintuc/tls/handshake", trouble)


async def _verifies(host: str, port: int) -> tuple[bool | None, str | None]:
    """Whether a strict client accepts the certificate (None: there is no connection to try it on), and
    what kept it from seeing one: a server that only speaks as servers did long ago."""
    try:
        context = ssl.create_default_context()
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port, ssl=context), _PATIENCE)
    except ssl.SSLCertVerificationError:
        return False, None
    except ssl.SSLError as error:
        return False, (error.reason or str(error)).replace("_", " ").lower()
    except (OSError, TimeoutError) as error:
        logger.info("the certificate of %s could not be looked at: %s", host, error)
        return None, None
    writer.close()
    return True, None
