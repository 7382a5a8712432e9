"""``scrapy reparse --engine dask`` and ``--parquet``: the same readings on many machines."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from crawler.parsers import parse_article
from tests.crawler import past
from tests.crawler.past import dump, number, pages, record, warcs
from tests.crawler.test_reparse_engines import tasks, told
from tests.replica import Replica
from tests.running import ROOT, Place

SMALL = 30_000
"""Bytes in one file of the raw archive: a handful of pages, so that there are many tasks."""


def needs(library: str) -> pytest.MarkDecorator:
    """Skip where a library of the extra is not installed."""
    return pytest.mark.skipif(
        find_spec(library) is None, reason=f"{library} is not installed: pip install -e '.[dask]'"
    )


@contextmanager
def started(folder: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Dask, ended with the test."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_TEMPORARY_DIRECTORY": str(folder)}
    with (folder / f"{command[0]}-{len(list(folder.iterdir()))}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{command[0]}", *command[1:]],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers on loopback: its address, and the workers."""
    from distributed import Client

    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        local = ("--host", "127.0.0.1")
        dask = ("dask_scheduler", *local, "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        stack.enter_context(started(folder, *dask))
        worker = ("dask_worker", "--no-nanny", "--no-dashboard", "--nthreads", "1", *local)
        workers = [stack.enter_context(started(folder, *worker, "--scheduler-file", str(file))) for _ in "ab"]
        with Client(scheduler_file=str(file), timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        yield address, workers


@pytest.fixture(scope="module")
def past_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 pages in many small files, half of them read wrong, some not at all."""
    place = Place(tmp_path_factory.mktemp("past"))
    some = pages(40, seed=14)
    record(place, some[:20], past.shouting, max_bytes=SMALL)
    record(place, some[20:32], max_bytes=SMALL, hours=1)
    record(place, some[32:], past.blind, max_bytes=SMALL, hours=2)
    assert len(warcs(place)) > 8
    return place.folder


def copied(folder: Path, where: Path) -> Place:
    shutil.copytree(folder, where)
    return Place(where)


def rows(place: Place) -> list[Any]:
    return [dump(place, *past.TABLES, "fetches"), dump(place, "revisions", but=["seen_at"])]


@needs("distributed")
class TestDask:
    def test_a_cluster_of_its_own_records_what_the_local_engine_does(
        self, past_folder: Path, tmp_path: Path
    ) -> None:
        local, dask = copied(past_folder, tmp_path / "local"), copied(past_folder, tmp_path / "dask")
        assert local.scrapy("reparse", "--jobs", 1).code == 0
        ended = dask.scrapy("reparse", "--engine", "dask", "--jobs", 2)
        assert ended.code == 0, ended.err
        assert (number(ended.err, "changed"), number(ended.err, "became articles")) == (20, 8)
        assert rows(dask) == rows(local)
        assert "Traceback" not in ended.err

    def test_two_workers_that_run_already_do(
        self, past_folder: Path, tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
    ) -> None:
        local, dask = copied(past_folder, tmp_path / "local"), copied(past_folder, tmp_path / "dask")
        assert local.scrapy("reparse", "--jobs", 1).code == 0
        ended = dask.scrapy("reparse", "--engine", "dask", "--scheduler", cluster[0])
        assert ended.code == 0, ended.err
        assert rows(dask) == rows(local)

    def test_a_worker_killed_in_the_middle_loses_nothing(
        self, past_folder: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
    ) -> None:
        from crawler.reparsing.cluster import Cluster
        from crawler.reparsing.engines import Inline

        address, workers = cluster
        some = tasks(Place(past_folder), size=1)
        with Cluster(address, 2) as engine:
            done = engine.read(some)
            first = next(done)
            workers[0].kill()
            workers[0].wait()
            assert told(iter([first, *done])) == told(Inline().read(some))

    def test_a_cluster_that_is_not_there_is_one_line(
        self, past_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from crawler.reparsing import cluster
        from crawler.reparsing.errors import ClusterError

        monkeypatch.setattr(cluster, "PATIENCE", 0.2)
        with pytest.raises(ClusterError, match="no Dask scheduler answers at tcp://127"):
            cluster.Cluster("tcp://127.0.0.1:9", 1)
        with pytest.raises(ClusterError, match="no Dask scheduler answers at nonsense"):
            cluster.Cluster("nonsense://x", 1)

    def test_a_server_of_another_kind_is_no_cluster(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As at the port of Dask's own web pages: it takes the connection and keeps it."""
        from crawler.reparsing import cluster
        from crawler.reparsing.errors import ClusterError

        monkeypatch.setattr(cluster, "PATIENCE", 1)
        with (
            Replica(seed=1, articles=1) as replica,
            pytest.raises(ClusterError, match="something else answers"),
        ):
            cluster.Cluster(f"tcp://127.0.0.1:{replica.port}", 1)


@needs("pyarrow")
class TestParquet:
    def test_every_page_of_every_file_without_a_database(self, past_folder: Path, tmp_path: Path) -> None:
        from pyarrow import parquet

        place = copied(past_folder, tmp_path / "here")
        files = [f"{path.parent.name}/{path.name}.parquet" for path in warcs(place)]
        place.database.unlink()
        ended = place.scrapy("reparse", "--parquet", tmp_path / "out", "--jobs", 2)
        assert ended.code == 0, ended.err
        made = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
        assert sorted(path.relative_to(tmp_path / "out").as_posix() for path in made) == sorted(files)
        table = parquet.read_table(tmp_path / "out").to_pylist()  # the folder as one table
        by_url = {row["url"]: row for row in table}
        assert len(table) == len(by_url) == 40
        for page in pages(40, seed=14):
            article = parse_article(page.body, page.url)
            row = by_url[page.url]
            assert [row[name] for name in ("id", "headline", "lead", "body", "template")] == [
                *(article.id, article.headline, article.lead, article.body, article.template)
            ]
            assert [one["name"] for one in row["contributors"]] == [one.name for one in article.contributors]
            assert [one["caption"] for one in row["photos"]] == [one.caption for one in article.photos]
            assert json.loads(row["sources"]) == article.sources
        assert not place.database.exists()

    def test_it_says_how_many_pages_were_wanted(self, past_folder: Path, tmp_path: Path) -> None:
        place = copied(past_folder, tmp_path / "here")
        ended = place.scrapy("reparse", "--parquet", tmp_path / "out", "--template", "2030")
        assert ended.code == 0
        assert re.search(r"tintuc: 0 of the 40 pages of \d+ files written to ", ended.err)

    def test_an_empty_folder_is_one_line(self, place: Place, tmp_path: Path) -> None:
        (place.folder / "archive").mkdir()
        ended = place.scrapy("reparse", "--parquet", tmp_path / "out")
        assert ended.code == 1
        assert "no WARC file lies in" in ended.line

    def test_filters_and_broken_records(self, past_folder: Path, tmp_path: Path) -> None:
        from pyarrow import parquet

        place = copied(past_folder, tmp_path / "here")
        broken = warcs(place)[0]
        broken.write_bytes(broken.read_bytes()[:-300])
        id_ = parse_article(pages(40, seed=14)[30].body, pages(40, seed=14)[30].url).id
        ended = place.scrapy("reparse", "--parquet", tmp_path / "out", "--id", id_, "--jobs", 1)
        assert ended.code == 3
        assert f"{broken}, byte " in ended.err
        table = parquet.read_table(tmp_path / "out").to_pylist()
        assert [row["id"] for row in table if row["outcome"] is None] == [id_]
        assert [row["outcome"] for row in table if row["id"] is None] == ["invalid"]

    @needs("distributed")
    def test_dask_writes_the_same(self, past_folder: Path, tmp_path: Path) -> None:
        from pyarrow import parquet

        place = Place(past_folder)
        for engine in ("local", "dask"):
            options = ("--parquet", tmp_path / engine, "--engine", engine, "--jobs", 2)
            assert place.scrapy("reparse", *options).code == 0
        names, others = (
            sorted(path.relative_to(tmp_path / engine) for path in (tmp_path / engine).rglob("*.parquet"))
            for engine in ("local", "dask")
        )
        assert len(names) > 8
        assert names == others
        for name in names:
            assert parquet.read_table(tmp_path / "dask" / name).equals(
                parquet.read_table(tmp_path / "local" / name)
            )


@pytest.mark.parametrize(
    ("library", "options"),
    [
        ("distributed", ("--engine", "dask")),
        ("distributed", ("--engine", "dask", "--dry-run")),
        ("pyarrow", ("--parquet", "out")),
    ],
)
def test_without_the_extra_one_line_says_how_to_install_it(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, options: tuple[str, ...]
) -> None:
    record(place, pages()[:1])
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / f"{library}.py").write_text("raise ModuleNotFoundError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    ended = place.scrapy("reparse", *options)
    assert ended.code == 1
    assert ended.line == f"tintuc: {library} is not installed: pip install 'tintuc[dask]' (in a checkout:" + (
        " .venv/bin/pip install -e '.[dask]')"
    )
    assert not (ROOT / "out").exists()
