"""What our commands share: checked usage, errors in one line, exit codes that mean something.

It stands outside ``crawler/commands``, where Scrapy takes every class for a command.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sqlite3
import sys
import time
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, TextIO

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler import config
from crawler.errors import Exit, TintucError
from pipelines.database.errors import DatabaseError, damaged, explain

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

ENDING: Final = 10.0
"""Seconds after a signal to stop in which further ones are ignored. Ending takes back what is half
written and commits what is whole; a second Ctrl-C in the middle of that would leave the half there."""


class _Outlet(io.FileIO):
    """Standard output or error, of which nobody hears when the reader (head, less) has seen enough.

    What is written afterwards goes nowhere, and the command goes on to its end and exit code.
    """

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(data).nbytes


def outlive_readers() -> None:
    """Let no reader of standard output or error that goes away end the command."""
    if sys.stdout is sys.__stdout__ and sys.stdout is not None:  # None: closed, as by ``>&-``
        sys.stdout = _outliving(sys.stdout)
    if sys.stderr is sys.__stderr__ and sys.stderr is not None:
        sys.stderr = _outliving(sys.stderr)


def _outliving(stream: TextIO) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(_Outlet(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=bool(stream.line_buffering),
    )


def stop_on_signals() -> None:
    """Let Ctrl-C and a service manager's SIGTERM raise KeyboardInterrupt, once in ``ENDING`` seconds."""
    last = -ENDING

    def stop(*_: object) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= ENDING:
            last = now
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as a shell has it for a job in the background
            signal.signal(number, stop)


def refuse_unknown_options(args: list[str]) -> None:
    """Scrapy passes unknown options on as arguments; here they are a mistake.

    Raises:
        UsageError: an argument looks like an option.
    """
    unknown = [arg for arg in args if arg.startswith("-") and arg != "-"]
    if unknown:
        raise UsageError(f"unknown option: {unknown[0]} (see -h for those there are)", print_help=False)


def say(message: str) -> None:
    """One line for a person, on standard error."""
    print(f"tintuc: {message}", file=sys.stderr)


class TintucCommand(ScrapyCommand):
    """A command of ours: :meth:`work` does it and returns an exit code.

    Our own errors and the database's become one line on standard error and their exit code;
    any other exception is a bug and keeps its traceback, unless the database is damaged: then anything
    may go wrong. A reader of the output that goes away ends nothing; a signal ends it cleanly.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        refuse_unknown_options(args)
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        outlive_readers()
        stop_on_signals()
        try:
            self.exitcode = self._worked(args, opts)
        except TintucError as error:
            self.fail(str(error), error.code)
        except DatabaseError as error:
            self.fail(str(error), Exit.FAILED)
        except KeyboardInterrupt:
            self.fail("stopped", Exit.STOPPED)

    def _worked(self, args: list[str], opts: argparse.Namespace) -> int:
        try:
            return self.work(args, opts)
        except (UsageError, TintucError, DatabaseError):
            raise
        except Exception as error:
            ours = self._damage(error)
            if ours is None:
                raise
            raise ours from error

    def _damage(self, error: Exception) -> DatabaseError | None:
        """What the database has to do with an error that nobody expected; None: nothing, it is a bug."""
        from pipelines.database.verify import is_damaged  # much, and hardly ever needed

        path = self.database_path()
        known = explain(error, path) if isinstance(error, sqlite3.Error) else None
        return known or (damaged(path) if is_damaged(path) else None)

    @abstractmethod
    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do what the command is for; return its exit code.

        Raises:
            TintucError: it could not be done.
            DatabaseError: the database could not be used.
        """

    @property
    def configured(self) -> Settings:
        """The settings of this call."""
        assert self.settings is not None, "Scrapy sets it before a command runs"
        return self.settings

    def database_path(self) -> Path:
        """The path of the database that this call is about."""
        return config.database_path(self.configured)

    def take_no_arguments(self, args: list[str]) -> None:
        """Refuse arguments, where a command has none.

        Raises:
            UsageError: there are some.
        """
        if args:
            raise UsageError(f"unknown argument: {args[0]}", print_help=False)

    def fail(self, message: str, code: int = Exit.FAILED) -> NoReturn:
        """Say in one line what is wrong, and end with an exit code."""
        say(message)
        sys.exit(int(code))
