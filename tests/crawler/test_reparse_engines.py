"""Engines give the same readings in the same order, and lose none when a process dies."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.reparsing.engines import LIVES, Done, Inline, Pool
from crawler.reparsing.errors import WorkerLostError
from crawler.reparsing.reading import Task
from tests.crawler.past import pages, record, warcs
from tests.running import ROOT, Place


def tasks(place: Place, size: int = 2) -> list[Task]:
    """The pages of an archive in tasks of two."""
    rows = place.rows("SELECT archive_file, archive_offset FROM fetches ORDER BY id")
    folder = str(place.folder / "archive")
    parts = [rows[at : at + size] for at in range(0, len(rows), size)]
    return [
        Task(folder=folder, file=part[0][0], offsets=tuple(offset for _, offset in part)) for part in parts
    ]


def told(done: Iterator[Done]) -> list[tuple[object, ...]]:
    """Readings as they compare: texts that are derived from others left out."""
    return [
        (task, reading.offset, reading.trouble, reading.page and (reading.page.fetch, reading.page.hashes))
        for task, readings in done
        for reading in readings
    ]


def worker_ids(pool: Pool) -> list[int]:
    return list(pool._pool._processes)


def die(_task: Task) -> None:
    """What reading a task must never do to the process that reads it."""
    os._exit(9)


@pytest.fixture
def filled(place: Place) -> Place:
    record(place, pages(24, seed=12))
    return place


def test_processes_read_what_one_reads(filled: Place) -> None:
    some = tasks(filled)
    with Pool(2) as pool:
        assert told(pool.read(some)) == told(Inline().read(some))


def test_a_process_that_is_killed_loses_nothing(filled: Place) -> None:
    some = tasks(filled)
    with Pool(2) as pool:
        done = pool.read(some)
        first = next(done)
        for id_ in worker_ids(pool):
            os.kill(id_, signal.SIGKILL)
        assert told(iter([first, *done])) == told(Inline().read(some))


def test_processes_that_always_die_end_with_one_line(filled: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.reparsing.engines.read_task", die)
    with Pool(1) as pool, pytest.raises(WorkerLostError, match=f"died {LIVES} times") as caught:
        list(pool.read(tasks(filled)))
    assert warcs(filled)[0].name in str(caught.value)


def test_no_more_is_under_way_than_a_few_tasks(filled: Place) -> None:
    asked: list[Task] = []

    def asking() -> Iterator[Task]:
        for task in tasks(filled, size=1):
            asked.append(task)
            yield task

    with Pool(1) as pool:
        next(pool.read(asking()))
    assert len(asked) < 24 / 2


ORPHANS = """
import sys
from crawler.reparsing.engines import Pool
from crawler.reparsing.reading import Task
if __name__ == "__main__":
    pool = Pool(2)
    list(pool.read([Task(folder=sys.argv[1], file="none", offsets=(0,))] * 20))
    print(*pool._pool._processes, flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux: waits for processes of others")
def test_processes_end_with_the_one_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        handles = [os.pidfd_open(int(id_)) for id_ in process.stdout.readline().split()]
        assert handles
        process.kill()
        for handle in handles:
            assert select.select([handle], [], [], 30)[0], "a process outlived the one it worked for"
            os.close(handle)


def test_a_process_that_reads_starts_without_the_libraries_of_a_crawl() -> None:
    script = "import sys, crawler.reparsing.reading; print({'scrapy', 'twisted', 'warcio', 'rich'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


LOADED = """
import sys
if __name__ == "__mp_main__":
    open(sys.argv[1] + "/loaded", "w").close()  # a process that reads has come here
from crawler.reparsing.engines import Pool
from crawler.reparsing.reading import Task
if __name__ == "__main__":
    with Pool(2) as pool:
        print(len(list(pool.read([Task(folder=sys.argv[1], file="none", offsets=(0,))] * 20))))
"""


def test_a_process_that_reads_does_not_load_the_program_that_started_it(tmp_path: Path) -> None:
    """That would be Scrapy's command line again, in every one of them: half of what a start takes."""
    script = tmp_path / "program.py"
    script.write_text(LOADED)
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("20\n", "")
    assert not (tmp_path / "loaded").exists()
