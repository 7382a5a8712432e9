"""The redesign night, rehearsed: the site changes its template between two runs to one that nobody knows.

What may not happen is that rows are empty and nobody notices. What has to: articles keep coming,
the runs fail and say which fields went missing, the raw pages are kept; and once someone has
written the new template's file, one command repairs every article.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.archive.reader import read_record
from tests.comparing import differences, printed_fields, stored_fields
from tests.replica import Replica, ReplicaArticle
from tests.running import ROOT, Ended, Place

CALM = {"TINTUC_HEALTH_DISK_WARN_MB": 0, "TINTUC_HEALTH_DISK_FAIL_MB": 0}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
NOT_ON_THE_NEW_PAGES = {"related", "template"}  # the new design recommends nothing; and it is another one

TEMPLATE = '''"""Template 2027: what someone writes the morning after."""

from __future__ import annotations

from typing import Final

from crawler.parsers.templates.base import Template

TEMPLATE_2027: Final = Template(
    name="2027",
    marks=("h1.x-hed", "article.x-text"),
    region=("main.x-story",),
    headline=("h1.x-hed",),
    lead=("p.x-dek",),
    published=("time.x-when[datetime]",),
    byline=("p.x-by",),
    section=("nav.x-nav a:last-of-type",),
    body=("article.x-text",),
)
'''


@dataclass(frozen=True, slots=True)
class Night:
    """What happened: the runs before and after the change, and the articles that came in the new design."""

    place: Place
    before: Ended
    after: Ended
    again: Ended
    published: list[ReplicaArticle]
    reread: ReplicaArticle

    @property
    def in_new_design(self) -> list[ReplicaArticle]:
        """All articles whose latest page is one of the new design."""
        return [*self.published, self.reread]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """The night itself: a healthy run, the change, the next run, and a look at an article stored before."""
    place = Place(tmp_path_factory.mktemp("night"))
    with Replica(seed=40, articles=80, sections=6, days=1, kinds=("text",)) as replica:
        before = place.crawl(replica.origin, **CALM)
        replica.advance(timedelta(minutes=10))
        replica.redesign()
        published = replica.publish(16)
        after = place.crawl(replica.origin, **CALM)
        reread = replica.articles[3]
        again = place.crawl(replica.origin, "-a", f"url={reread.url}", **CALM)
    yield Night(place, before, after, again, published, reread)


@pytest.fixture(scope="module")
def next_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The next version of the program: one file more, and nothing else touched."""
    folder = tmp_path_factory.mktemp("version")
    for package in ("crawler", "pipelines"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "crawler/parsers/templates/t2027.py").write_text(TEMPLATE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def morning(night: Night, next_version: Path) -> Ended:
    """``tintuc reparse`` with the next version."""
    return tintuc(next_version, night.place, "reparse")


def tintuc(version: Path, place: Place, *args: str) -> Ended:
    """Run a command of another version of the program than this checkout's."""
    code = "import sys; sys.argv[0] = 'tintuc'; from crawler.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *args],
        cwd=place.folder,
        env=place.environment() | {"PYTHONPATH": str(version)},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def test_the_run_before_is_well(night: Night) -> None:
    assert night.before.code == 0, night.before.err
    assert "health:" not in night.before.err


def test_articles_keep_coming_and_what_they_say_is_true(night: Night) -> None:
    wrong = {}
    with night.place.connection() as conn:
        for article in night.published:
            stored, printed = stored_fields(conn, article.id), printed_fields(article.article)
            wrong[article.id] = [
                name for name in ("headline", "lead", "published_at") if stored[name] != printed[name]
            ]
            assert stored["template"] == "generic"
            assert article.paragraphs[0] in stored["body"]
    assert [fields for fields in wrong.values() if fields] == []


def test_the_run_fails_and_names_the_fields_that_went_missing(night: Night) -> None:
    assert night.after.code == 3
    lines = night.after.err.splitlines()
    assert lines[0].startswith("health: FAIL")
    assert "FAIL template: no template recognised 16 of the run's 16 text articles" in lines[1]
    (missing,) = [line for line in lines if "fields: " in line]
    assert "captions in 0 of 16" in missing
    assert "photos in 0 of 16" in missing
    assert "docs/operations.md" in night.after.err


def test_it_goes_on_failing_until_someone_does_something(night: Night) -> None:
    assert night.again.code == 3
    assert night.place.scrapy("health", **CALM).code == 3


def test_the_raw_pages_are_in_the_archive(night: Night) -> None:
    rows = night.place.rows(
        "SELECT url, archive_file, archive_offset FROM fetches WHERE kind = 'article' AND run_id > 1"
    )
    assert {row["url"] for row in rows} == {article.url for article in night.in_new_design}
    for row in rows:
        page = read_record(night.place.folder / "archive", row["archive_file"], row["archive_offset"])
        assert page.url == row["url"]
        assert b'class="x-hed"' in page.body


def test_warcio_takes_a_page_out_as_the_manual_says(night: Night) -> None:
    (query,) = re.findall(r"SELECT a\.url.*?LIMIT 5", OPERATIONS, re.DOTALL)
    for url, file, offset in night.place.rows(query):
        command = [Path(sys.executable).with_name("warcio"), "extract", "--payload"]
        archive = night.place.folder / "archive" / file
        page = subprocess.run([*command, archive, str(offset)], capture_output=True, check=True).stdout
        assert b'class="x-hed"' in page
        assert url.encode() in page


def test_a_new_file_and_reparse_repair_every_article(night: Night, morning: Ended) -> None:
    assert morning.code == 0, morning.err
    wrong = []
    with night.place.connection() as conn:
        for article in night.in_new_design:
            stored, printed = stored_fields(conn, article.id), printed_fields(article.article)
            assert stored["template"] == "2027"
            lines = differences(stored, printed)
            wrong += [line for line in lines if line.split(":")[0] not in NOT_ON_THE_NEW_PAGES]
    assert wrong == []
    assert night.place.one("SELECT count(*) FROM articles WHERE template = 'generic'") == 0


def test_what_was_read_that_night_is_kept_as_a_revision_of_the_parsers(night: Night, morning: Ended) -> None:
    rows = night.place.rows("SELECT article_id, template FROM revisions WHERE cause = 'parser'")
    assert {tuple(row) for row in rows} == {(article.id, "generic") for article in night.in_new_design}


def test_the_next_run_is_well_again(night: Night, morning: Ended, next_version: Path) -> None:
    health = tintuc(next_version, night.place, "health", "--json", *_settings())
    assert '"template"' in health.out
    assert health.code == 0, health.out
    assert night.place.scrapy("verify").code == 0


def _settings() -> list[str]:
    return [part for name, value in CALM.items() for part in ("-s", f"{name}={value}")]
