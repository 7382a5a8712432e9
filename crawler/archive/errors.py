"""What can go wrong with the raw archive: one clear line each, saying what to do next."""

from __future__ import annotations

from crawler.errors import TintucError


class ArchiveError(TintucError):
    """The raw archive can't be written or read."""


class ArchiveFullError(ArchiveError):
    """No room is left where the raw archive lies."""


class ArchiveWriteError(ArchiveError):
    """The raw archive can't be written for another reason than a full disk."""


class MissingArchiveError(ArchiveError):
    """A file of the raw archive is not there: moved, or deleted by the retention."""


class BrokenRecordError(ArchiveError):
    """A record of the raw archive is torn or damaged, or there is none at that place."""


class DamagedError(Exception):
    """Saved bytes are not what they should be; says how. Never leaves this room."""
