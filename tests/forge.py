"""A process that has the product's code loaded, and runs each command in a fork of itself.

    python -m tests.forge

Takes a JSON object a line, the words of a command, its environment and files for its output, and answers
with the number of its process, then with its end. Must load neither the settings, which look at the
environment, nor a reactor, which would not survive a fork.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import sys
import time
from typing import Final, NoReturn

import scrapy.__main__
import scrapy.commands
from scrapy import cmdline
from scrapy.settings import default_settings as defaults
from scrapy.utils.misc import load_object

import crawler
import pipelines
from crawler.parsers.byline.grammar import read_byline

SETTINGS: Final = "crawler.settings"


def load() -> None:
    """Import what a command of ours imports, but for what must be read in the fork."""
    for package in (crawler, pipelines, scrapy.commands):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name != SETTINGS:
                importlib.import_module(found.name)
    for components in (defaults.DOWNLOADER_MIDDLEWARES_BASE, defaults.SPIDER_MIDDLEWARES_BASE):
        for path in components:
            load_object(path)
    read_byline("TTXVN")  # compiles what the first article that is read compiles
    assert not {SETTINGS, "twisted.internet.reactor"} & set(sys.modules)


def become(words: list[str], environment: dict[str, str], out: str, err: str) -> NoReturn:
    """Be ``python -m scrapy WORDS`` from here on."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    for file, number in ((os.devnull, 0), (out, 1), (err, 2)):
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.argv = [str(scrapy.__main__.__file__), *words]
    cmdline.execute()
    raise AssertionError("Scrapy's command line always ends the process")


def main() -> None:
    """Carry out orders, a line each, until there are no more: answer with the process, then with its end."""
    load()
    gc.freeze()  # a fork that does not look through what was loaded shares it
    with os.fdopen(os.dup(0)) as orders, os.fdopen(os.dup(1), "w") as answers:
        for line in orders:
            pid = os.fork()
            if pid == 0:
                answers.close()
                become(**json.loads(line))
            print(pid, file=answers, flush=True)
            _, status = os.waitpid(pid, 0)
            print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


if __name__ == "__main__":
    main()
