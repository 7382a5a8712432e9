"""What the machine and the line to the site have to do with it: disk space, the clock, certificates."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.health.thresholds import Thresholds
from crawler.health.verdict import Check, Level
from pipelines.database.history import Disk, History

_MB = 1_000_000
_NAMED = 5
"""Runs named one by one."""


def check(history: History, lines: Thresholds) -> Iterator[Check]:
    """The checks on disks, on the clock and on the site's certificate."""
    for disk in history.disks:
        yield _disk(disk, lines)
    if history.ahead:
        yield _clock(history.ahead)
    if history.run and history.run.tls_verified is not None:
        yield _certificate(history.run.tls_handshake, verified=history.run.tls_verified)


def _disk(disk: Disk, lines: Thresholds) -> Check:
    free = disk.free / _MB
    level = Level.FAIL if free < lines.disk_fail_mb else Level.WARN if free < lines.disk_warn_mb else Level.OK
    return Check(
        "disk",
        level,
        f"{free:,.0f} MB free for {disk.path}",
        f"at least {lines.disk_warn_mb:,.0f} MB",
        "make room, or have old raw pages deleted (TINTUC_ARCHIVE_DAYS)",
    )


def _clock(ahead: tuple[int, ...]) -> Check:
    """Runs of a clock that was ahead: those after them do not go by their times, but the record has them."""
    more = f" and {len(ahead) - _NAMED} more" if len(ahead) > _NAMED else ""
    saw = f"dated later than now: run {', '.join(map(str, ahead[:_NAMED]))}{more}"
    advice = (
        "see whether the clock is right now, and is kept so (timedatectl). If it is, nothing needs to be"
        " done: later runs do not go by those times, though they stay wrong in the record"
    )
    return Check("clock", Level.WARN, saw, "a clock that is right", advice)


def _certificate(handshake: str | None, *, verified: bool) -> Check:
    if handshake is not None:
        saw = f"a strict client gets no secure connection to the site: {handshake}"
        advice = "leave TINTUC_TLS empty; that is for the site's people to mend, not here"
        return Check("certificate", Level.WARN, saw, "a server that keeps today's rules", advice)
    return Check(
        "certificate",
        Level.OK if verified else Level.WARN,
        f"the site's certificate {'verifies' if verified else 'does not verify'}",
        "one that verifies",
        "leave TINTUC_TLS empty while it does not, as is known of the site's chain; once it does,"
        " TINTUC_TLS=strict holds it to that",
    )
