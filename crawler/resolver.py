"""DNS with a guard: the site's own names never lead to a private address.

A name server that is wrong, or lies, could point the site's name at a machine inside somebody's
network. Only an origin that ``TINTUC_SITE`` names may be private: the replica is.
"""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.site.urls import HOSTS

_WAIT: Final = (1, 3, 11, 45)


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver; what it finds for the site's hosts must be a public address."""

    def getHostByName(self, name: str, timeout: Any = _WAIT) -> Deferred[str]:  # noqa: N802 - Twisted's name
        """Look a host name up; fails with DNSLookupError where it leads inside."""
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(_guard, name) if name in HOSTS else found


def _guard(address: str, name: str) -> str:
    if not ipaddress.ip_address(address).is_global:
        raise DNSLookupError(f"{name} resolves to the private address {address}")
    return address
