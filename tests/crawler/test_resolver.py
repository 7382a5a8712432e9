"""The site's names never lead to a private address."""

from __future__ import annotations

import pytest
from twisted.internet.error import DNSLookupError

from crawler.resolver import _guard


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.0.10", "169.254.1.1", "::1", "fd00::1", "0.0.0.0"]
)
def test_a_private_address_is_refused(address: str) -> None:
    with pytest.raises(DNSLookupError, match="private address"):
        _guard(address, "baotintuc.vn")


@pytest.mark.parametrize("address", ["203.162.71.77", "2001:4860:4860::8888"])
def test_a_public_address_is_passed_on(address: str) -> None:
    assert _guard(address, "baotintuc.vn") == address
