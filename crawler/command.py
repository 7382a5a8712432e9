"""What our commands share: checked usage, errors in one line, exit codes that mean something.

It stands outside ``crawler/commands``, where Scrapy takes every class for a command.
"""

from __future__ import annotations

import argparse
import signal
import sys
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler import config
from crawler.errors import Exit, TintucError
from pipelines.database.errors import DatabaseError


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
    any other exception is a bug and keeps its traceback.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        refuse_unknown_options(args)
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's way to say stop
        try:
            self.exitcode = self.work(args, opts)
        except TintucError as error:
            self.fail(str(error), error.code)
        except DatabaseError as error:
            self.fail(str(error), Exit.FAILED)
        except KeyboardInterrupt:
            self.fail("stopped", Exit.STOPPED)

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
