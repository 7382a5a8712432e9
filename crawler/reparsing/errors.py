"""What can keep the raw archive from being read again: one clear line each, saying what to do next."""

from __future__ import annotations

from crawler.errors import TintucError


class ReparseError(TintucError):
    """The raw archive can't be read again, or not to its end; what was recorded stays recorded."""


class NoArchiveError(ReparseError):
    """There is no raw archive."""


class MissingExtraError(ReparseError):
    """A library of the optional extra is not installed."""


class ClusterError(ReparseError):
    """The cluster can't be reached, has no workers, or can't do the work."""


class WorkerLostError(ReparseError):
    """The processes that read keep dying."""
