"""A damaged database: whatever the bytes, a command ends with an exit code of the contract and no traceback."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from pipelines.database import migrations
from tests.benchmarks.material import as_article, story
from tests.pipelines.news import ARTICLES, NOW, make
from tests.running import Ended, Place

PAGE = 4096
SEEDS = (*range(10), 11, 108, 165)
"""Ten as they come; a page of the index; two whose schema cannot even be named."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("damage") / "news.db"
    more = (as_article(story(n, paragraphs=9), 100 + n, published_at=NOW) for n in range(5))
    db = make(path, (*ARTICLES, *more))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path.read_bytes()


def _bytes(data: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 3, 20))):
        data[random.randrange(len(data))] = random.randrange(256)


def _bits(data: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 3, 20))):
        data[random.randrange(100, len(data))] ^= 1 << random.randrange(8)


def _noise(data: bytearray, random: Random) -> None:
    at = random.randrange(1, len(data) // PAGE) * PAGE
    data[at : at + PAGE] = random.randbytes(PAGE)


def _pages(data: bytearray, random: Random) -> None:
    one, other = (random.randrange(1, len(data) // PAGE) * PAGE for _ in "ab")
    data[one : one + PAGE] = data[other : other + PAGE]


def _piece(data: bytearray, random: Random) -> None:
    at, length = random.randrange(100, len(data) - 50), random.randrange(1, 50)
    data[at : at + length] = random.randbytes(length)


WAYS: tuple[Callable[[bytearray, Random], None], ...] = (_bytes, _bits, _noise, _pages, _piece)


def damaged(sound: bytes, seed: int) -> bytes:
    random, data = Random(seed), bytearray(sound)
    WAYS[random.randrange(len(WAYS))](data, random)
    return bytes(data)


def of_the_contract(ended: Ended) -> Ended:
    assert ended.code in (0, 1, 3), ended.err
    assert "Traceback" not in ended.err
    assert ended.code != 1 or ended.line
    return ended


@pytest.mark.parametrize("seed", SEEDS)
def test_no_damage_ends_a_command_with_a_traceback(place: Place, sound: bytes, seed: int) -> None:
    bad = damaged(sound, seed)
    for command in (
        ("verify",),
        ("search", "bến tre đường giá OR tỉnh"),
        ("health",),
        ("backup", place.folder / "copy.db", "--force"),
        ("verify", "--repair"),
    ):
        place.database.write_bytes(bad)
        of_the_contract(place.scrapy(*command))
        for beside in ("-wal", "-shm"):
            Path(f"{place.database}{beside}").unlink(missing_ok=True)


@pytest.fixture
def filled(place: Place, sound: bytes) -> Place:
    place.database.write_bytes(sound)
    return place


def plant(place: Place, *statements: str) -> None:
    with sqlite3.connect(place.database) as conn:
        for statement in statements:
            conn.execute(statement)
    conn.close()


class TestATextThatCannotBeRead:
    @pytest.fixture
    def broken(self, filled: Place) -> Place:
        plant(filled, "UPDATE articles SET body = CAST(x'c328' AS TEXT) WHERE id = '1'")
        return filled

    @pytest.mark.parametrize("options", [(), ("--repair",)])
    def test_verify_names_the_article(self, broken: Place, options: tuple[str, ...]) -> None:
        ended = broken.scrapy("verify", "--json", *options)
        (finding,) = json.loads(ended.out)
        assert (ended.code, finding["kind"], finding["article_id"]) == (3, "encoding", "1")

    @pytest.mark.parametrize("command", [("search", "hàm luông"), ("backup", "copy.db")])
    def test_who_reads_it_says_so_in_one_line(self, broken: Place, command: tuple[str, ...]) -> None:
        name, argument = command
        ended = broken.scrapy(name, broken.folder / argument if name == "backup" else argument)
        assert ended.code == 1
        assert "damaged" in ended.line
        assert "`scrapy verify`" in ended.line
        assert not (broken.folder / "copy.db").exists()


@pytest.mark.parametrize("statement", ["DELETE FROM articles_fts_config", "DROP TABLE articles_fts_data"])
def test_an_index_that_cannot_be_opened_is_one_line_and_repaired(filled: Place, statement: str) -> None:
    plant(filled, statement)
    ended = filled.scrapy("search", "bến tre")
    assert ended.code == 1
    assert "`scrapy verify --repair` makes it anew" in ended.line
    assert filled.scrapy("verify").code == 3
    assert filled.scrapy("verify", "--repair").code == 0
    assert "2 of 2" in filled.scrapy("search", "bến tre dừa").out


class TestATableThatIsMissing:
    @pytest.fixture
    def without(self, filled: Place) -> Place:
        plant(filled, "DROP TABLE hosts")
        return filled

    @pytest.mark.parametrize(
        "command",
        [
            ("search", "bến tre"),
            ("health",),
            ("backup", "copy.db"),
            ("ingest", "tests"),
            ("crawl", "baotintuc"),
        ],
    )
    def test_is_said_in_one_line_that_leads_to_verify(self, without: Place, command: tuple[str, ...]) -> None:
        ended = without.scrapy(*command, site="http://127.0.0.1:9")
        assert ended.code == 1
        assert "table hosts is missing" in ended.line
        assert "`scrapy verify`" in ended.line

    def test_is_what_verify_finds(self, without: Place) -> None:
        for options in ((), ("--repair",)):
            ended = without.scrapy("verify", *options)
            assert ended.code == 3
            assert ended.out.startswith("tables: table hosts is missing")


def test_a_marked_database_without_a_table_is_one_line(place: Place) -> None:
    mark, version = migrations.APPLICATION_ID, migrations.newest_version()
    plant(place, f"PRAGMA application_id = {mark}", f"PRAGMA user_version = {version}")
    for command in ("search", "x"), ("health",), ("crawl", "baotintuc"):
        ended = place.scrapy(*command, site="http://127.0.0.1:9")
        assert ended.code == 1
        assert "is missing, and" in ended.line
    assert place.scrapy("verify").code == 3
