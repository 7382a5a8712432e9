"""Running the product's commands as a user does: as processes of their own, on a database of their own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forking

ROOT = Path(__file__).parents[1]
QUICK = {"DOWNLOAD_DELAY": "0", "AUTOTHROTTLE_ENABLED": "0", "RETRY_TIMES": "0", "TINTUC_BACKOFF": "0"}
"""No politeness towards a replica on loopback."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line of an error; fails where there are more, or a traceback."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert len(lines) == 1, self.err
        return lines[0]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a database, and the commands run on it."""

    folder: Path

    @property
    def database(self) -> Path:
        """Where the commands keep their record."""
        return self.folder / "baotintuc.db"

    def scrapy(
        self, *args: str | Path, site: str | None = None, timeout: float = 120, **settings: Any
    ) -> Ended:
        """Run ``scrapy ...``; ``site`` is the origin crawled, settings go in as -s."""
        command = self.command(*args, **settings)
        environment = self.environment(site)
        if forking.suits(environment):
            done = forking.run(command[3:], environment, timeout)
        else:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        return Ended(done.returncode, done.stdout, done.stderr)

    def crawl(self, site: str, *args: str | Path, **settings: Any) -> Ended:
        """Run ``scrapy crawl baotintuc`` against a replica, without politeness."""
        return self.scrapy("crawl", "baotintuc", *args, site=site, **{**QUICK, **settings})

    def command(self, *args: str | Path, **settings: Any) -> list[str]:
        """The command line that :meth:`scrapy` runs."""
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        return [sys.executable, "-m", "scrapy", *map(str, args), *options]

    def environment(self, site: str | None = None) -> dict[str, str]:
        """The environment that :meth:`scrapy` runs in."""
        ours = {"TINTUC_DATABASE": str(self.database), "TINTUC_ARCHIVE": str(self.folder / "archive")}
        if site:
            ours["TINTUC_SITE"] = site
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TINTUC_")}
        return kept | ours | {"NO_COLOR": "1", "COLUMNS": "160"}

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Ask the database."""
        with self.connection() as conn:
            return conn.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        """The single value that a query answers."""
        (row,) = self.rows(sql, *values)
        return row[0]

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own, as any reader has it."""
        with closing(sqlite3.connect(self.database)) as conn:
            conn.row_factory = sqlite3.Row
            yield conn

    def outcomes(self, kind: str = "article") -> dict[str, int]:
        """How many fetches of a kind came to which outcome in the latest run."""
        sql = "SELECT outcome, count(*) FROM fetches WHERE kind = ? AND run_id = (SELECT max(id) FROM runs) GROUP BY 1"
        return {row[0]: row[1] for row in self.rows(sql, kind)}
