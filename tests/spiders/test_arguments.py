"""The spider's arguments are checked before anything is fetched, with one clear line each."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.errors import ArgumentError, Exit, TintucError, WrongUsageError
from crawler.site.tags import Tag
from crawler.site.urls import HANOI, ORIGIN
from crawler.spiders.arguments import Arguments

URL = f"{ORIGIN}/thoi-su/tin-20250711140623717.htm"


def test_nothing_given_is_the_whole_site() -> None:
    assert Arguments.read({}).is_whole_site


def test_sections_are_slugs_in_any_case_once_each() -> None:
    assert Arguments.read({"sections": " thoi-su,Kinh-Te,thoi-su "}).sections == ("thoi-su", "kinh-te")


def test_a_section_that_only_the_database_knows_is_known() -> None:
    assert Arguments.read({"sections": "moi-la"}, known_sections=["moi-la"]).sections == ("moi-la",)


def test_days_are_inclusive_local_dates() -> None:
    arguments = Arguments.read({"since": "2024-04-01", "until": "2024-04-30"})
    assert (arguments.since, arguments.until) == (date(2024, 4, 1), date(2024, 4, 30))
    first = datetime(2024, 4, 1, tzinfo=HANOI)
    assert arguments.covers(first)
    assert not arguments.covers(first - timedelta(seconds=1))
    last = datetime(2024, 4, 30, 23, 59, 59, tzinfo=HANOI)
    assert arguments.covers(last)
    assert not arguments.covers(last + timedelta(seconds=1))


def test_slack_widens_the_days_on_both_sides() -> None:
    arguments = Arguments.read({"since": "2024-04-02", "until": "2024-04-02"})
    just_before = datetime(2024, 4, 1, 23, 30, tzinfo=HANOI)
    just_after = datetime(2024, 4, 3, 0, 30, tzinfo=HANOI)
    assert arguments.covers(just_before, timedelta(hours=1))
    assert arguments.covers(just_after, timedelta(hours=1))
    assert not arguments.covers(just_before, timedelta(minutes=10))


def test_one_url_or_a_file_of_them(tmp_path: Path) -> None:
    assert Arguments.read({"url": "http://www.baotintuc.vn/thoi-su/tin-20250711140623717.htm?a=1"}).urls == (
        URL,
    )
    file = tmp_path / "urls.txt"
    file.write_text(
        f"\ufeff# những bài cần xem lại\n{URL}\n\n{URL}\n{ORIGIN}/tin-post12.html\n", encoding="utf-8"
    )
    assert Arguments.read({"urls": str(file)}).urls == (URL, f"{ORIGIN}/tin-post12.html")


def test_a_tag_is_a_name_a_slug_or_an_address() -> None:
    assert Arguments.read({"tag": " #Bến Tre "}).tag == Tag(name="Bến Tre")
    address = f"{ORIGIN}/tag/ben-tre-tag4711.html"
    assert Arguments.read({"tag": address + "?ref=1"}).tag == Tag(name="", url=address)


def test_recheck_nothing() -> None:
    assert Arguments.read({"recheck": "0"}).recheck == 0


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"sections": "thoi-sự"}, "did you mean thoi-su"),
        ({"sections": "xyzzy-plugh"}, "unknown section 'xyzzy-plugh'"),
        ({"sections": " , "}, "sections= is empty"),
        ({"since": "hom-qua"}, "since=2024-04-01"),
        ({"since": "2024-02-30"}, "not a day"),
        ({"since": "20240401"}, "not a day"),
        ({"since": "2999-01-01"}, "in the future"),
        ({"since": "2024-05-01", "until": "2024-04-30"}, "is after until"),
        ({"url": "https://example.com/a-post1.html"}, "not the address of an article"),
        ({"url": "thoi-su"}, "not the address of an article"),
        ({"url": f"{ORIGIN}/thoi-su-472ct0.htm"}, "not the address of an article"),
        ({"urls": "/does/not/exist.txt"}, "can't be read"),
        ({"recheck": "-1"}, "whole number"),
        ({"recheck": "nhiều"}, "whole number"),
        ({"query": "  "}, "query= is empty"),
        ({"tag": " "}, "tag= is empty"),
        ({"tag": "#"}, "tag= is empty"),
        ({"tag": f"{ORIGIN}/thoi-su/"}, "not the address of a tag page"),
    ],
)
def test_a_value_that_cant_be_used_is_one_line_and_exit_1(given: dict[str, str], says: str) -> None:
    with pytest.raises(ArgumentError, match=says) as caught:
        Arguments.read(given)
    assert caught.value.code is Exit.FAILED
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"section": "thoi-su"}, "did you mean sections="),
        ({"foo": "1"}, "unknown argument foo="),
        ({"until": "2024-04-30"}, "needs since="),
        ({"sections": "thoi-su", "url": URL}, "don't go together"),
        ({"url": URL, "urls": "x"}, "don't go together"),
        ({"query": "Bến Tre", "tag": "Bến Tre"}, "don't go together"),
    ],
)
def test_a_use_that_does_not_exist_is_one_line_and_exit_2(given: dict[str, str], says: str) -> None:
    with pytest.raises(WrongUsageError, match=says) as caught:
        Arguments.read(given)
    assert caught.value.code is Exit.USAGE


def test_a_file_of_urls_names_the_line_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    file.write_text(f"{URL}\nkhông phải địa chỉ\n", encoding="utf-8")
    with pytest.raises(ArgumentError, match="line 2"):
        Arguments.read({"urls": str(file)})


@pytest.mark.parametrize("content", [b"", b"# chi co ghi chu\n", b"\xff\xfe\x00"])
def test_a_file_of_urls_without_any_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "urls.txt"
    file.write_bytes(content)
    with pytest.raises(TintucError, match=r"urls\.txt"):
        Arguments.read({"urls": str(file)})
