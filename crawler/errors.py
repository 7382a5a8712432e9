"""Errors that end a command: one clear line for a person, and an exit code for a scheduler."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of our commands; other people's scripts rely on them."""

    HEALTHY = 0
    FAILED = 1
    """Could not run or go on: a bad value, an unreadable database, a full disk."""
    USAGE = 2
    UNHEALTHY = 3
    """Ran, but a health check failed, an input could not be read, or ``verify`` found something."""
    LOCKED = 75
    """Another run holds the lock (``EX_TEMPFAIL`` of sysexits.h: try again later)."""
    STOPPED = 130
    """Stopped by a signal."""


class TintucError(Exception):
    """What went wrong and what to do next, in one line; ``code`` is the exit code it leads to."""

    code: Exit = Exit.FAILED


class ArgumentError(TintucError):
    """An argument has a value that can't be used."""


class WrongUsageError(TintucError):
    """An argument that does not exist, or two that don't go together."""

    code = Exit.USAGE


class LockedError(TintucError):
    """Another run holds the lock on the database."""

    code = Exit.LOCKED
