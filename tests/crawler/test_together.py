"""Many at once on one file: a crawl, an ingest that waits for it, readers that wait for nobody, and a
second crawl that is turned away."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.replica import Answer, Request
from tests.running import QUICK, ROOT, Place
from tests.watching import WatchedReplica

STORED = 6
"""Article pages that are answered before the site stands still."""


class HeldReplica(WatchedReplica):
    """Answers ``STORED`` article pages, and the others once it is let go."""

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.released = threading.Event()

    def __exit__(self, *error: object) -> None:
        self.released.set()  # whatever failed: nobody waits for an answer any more
        super().__exit__(*error)

    def _handle(self, method: str, target: str, headers: dict[str, str]) -> tuple[Request, Answer]:
        answered = super()._handle(method, target, headers)
        if self._articles_asked > STORED:
            assert self.released.wait(120)
        return answered


@contextmanager
def started(
    place: Place, site: str, *args: str | Path, **settings: object
) -> Iterator[subprocess.Popen[str]]:
    """A command that runs beside the test; its error output is one pipe."""
    process = subprocess.Popen(
        place.command(*args, **settings),
        cwd=ROOT,
        env=place.environment(site),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = process.communicate(timeout=180)
    return process.returncode, err


def saved_page(folder: Path) -> Path:
    """A page of another site's day, that the crawl will not meet."""
    folder.mkdir()
    with WatchedReplica(seed=77, articles=1) as other:
        (article,) = other.articles
        (folder / f"{article.id}.html").write_bytes(other.page(article.path).body)
    return folder


def test_a_crawl_an_ingest_and_three_readers_share_one_file(place: Place) -> None:
    saved = saved_page(place.folder / "saved")
    (own,) = (path.stem for path in saved.iterdir())
    with HeldReplica(seed=21, articles=30, sections=2) as site:
        with started(place, site.origin, "crawl", "baotintuc", **QUICK) as crawl:
            site.wait_for_articles(STORED + 1)
            with (
                started(place, site.origin, "ingest", saved, TINTUC_WAIT="180") as ingest,
                started(place, site.origin, "search", "thu") as searching,
                started(place, site.origin, "verify") as verifying,
                started(place, site.origin, "backup", place.folder / "copy.db") as saving,
            ):
                for reader in (searching, verifying, saving):
                    code, err = ended(reader)
                    assert code == 0, err
                second = place.crawl(site.origin)
                assert second.code == 75, second.err
                assert "is in use by" in second.line
                assert crawl.poll() is None, "the readers and the second crawl came while it ran"
                site.released.set()
                for writer in (crawl, ingest):
                    code, err = ended(writer)
                    assert code == 0, err
        expected = {article.id for article in site.articles} | {own}
    assert {row["id"] for row in place.rows("SELECT id FROM articles")} == expected
    assert [row["spider"] for row in place.rows("SELECT spider FROM runs ORDER BY id")].count(
        "baotintuc"
    ) == 1
    assert place.scrapy("verify").code == 0
