"""How likely it is that so few have something by chance."""

from __future__ import annotations

from math import comb

_SUREST = 0.98
"""No share is taken for surer than this: one odd page must not be an impossible event."""


def at_most(present: int, of: int, usual: float) -> float:
    """The probability that at most ``present`` of ``of`` have what a share ``usual`` has (binomial)."""
    p = min(max(usual, 0.0), _SUREST)
    return min(1.0, sum(comb(of, k) * p**k * (1 - p) ** (of - k) for k in range(present + 1)))
