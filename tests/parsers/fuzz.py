"""The fuzz run: mutated and hostile pages against ``parse_article``.

``python -m tests.parsers.fuzz --pages 20000 --seed 1``: each page must give an Article or one of
our own errors, never a defect, within 2 seconds and 300 MB. Starts from the fixtures (and the
real pages, where they are at hand); the same seed makes the same pages.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Final

from crawler.parsers import parse_article
from crawler.parsers.errors import DefectError, ParseError
from tests.parsers import real
from tests.parsers.fixtures import cases

MOST_SECONDS: Final = 2.0
MOST_MEGABYTES: Final = 300
LARGEST: Final = 5_000_000
SHARE: Final = 500
"""Mutated pages a process: their memory is measured together."""

URL: Final = "https://baotintuc.vn/xa-hoi/bai-thu-nghiem-20240316083015204.htm"

Mutation = Callable[[bytes, bytes, random.Random], bytes]

_TAGS: Final = (b"<p>", b"</p>", b"<div>", b"</div>", b"<figure>", b"<table>", b"</table>", b"<td>", b"<br>",
                b"<script>", b"</script>", b"<!--", b"-->", b"<h1 class='detail-title'>", b"<noscript>",
                b"<div class='article__body'>", b"<figcaption>", b"<svg>", b"<select>", b"<a href='", b"&nbsp;",
                b"&#x110000;", b"&#0;", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"<![CDATA[", b"<plaintext>", b"<template>")  # fmt: skip


def truncated(page: bytes, _: bytes, chance: random.Random) -> bytes:
    """Cut anywhere."""
    return page[: chance.randrange(len(page))]


def spliced(page: bytes, other: bytes, chance: random.Random) -> bytes:
    """The beginning of one page and the end of another."""
    return page[: chance.randrange(len(page))] + other[chance.randrange(len(other)) :]


def bytes_changed(page: bytes, _: bytes, chance: random.Random) -> bytes:
    """Some bytes overwritten."""
    changed = bytearray(page)
    for _number in range(chance.randint(1, 60)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def tags_inserted(page: bytes, _: bytes, chance: random.Random) -> bytes:
    """Tags, marks and broken characters in the middle of anything."""
    for _number in range(chance.randint(1, 12)):
        at = chance.randrange(len(page))
        page = page[:at] + chance.choice(_TAGS) * chance.choice((1, 1, 3, 40)) + page[at:]
    return page


def part_removed(page: bytes, _: bytes, chance: random.Random) -> bytes:
    """A part taken out."""
    start = chance.randrange(len(page))
    return page[:start] + page[start + chance.randrange(1, 4000) :]


def part_repeated(page: bytes, _: bytes, chance: random.Random) -> bytes:
    """A part many times over."""
    start = chance.randrange(len(page))
    part = page[start : start + chance.randrange(1, 2000)]
    return page[:start] + part * chance.randint(2, 30) + page[start:]


def tags_shuffled(page: bytes, _: bytes, chance: random.Random) -> bytes:
    """The tags of a page in another order."""
    pieces = page.split(b"<")
    start = chance.randrange(len(pieces))
    middle = pieces[start : start + 40]
    chance.shuffle(middle)
    return b"<".join([*pieces[:start], *middle, *pieces[start + 40 :]])


def reencoded(page: bytes, _: bytes, chance: random.Random) -> bytes:
    """In another encoding than declared."""
    text = page.decode("utf-8", errors="replace")
    return text.encode(
        chance.choice(("utf-16", "utf-16-le", "utf-32", "cp1258", "latin-1", "utf-7")), "replace"
    )


def nested(page: bytes, _: bytes, chance: random.Random) -> bytes:
    """Something nested in the middle, as deep as 100,000."""
    at = chance.randrange(len(page))
    tag = chance.choice((b"<div>", b"<b>", b"<p>", b"<table><tr><td>", b"<ul><li>", b"<figure>", b"<font>"))
    return page[:at] + tag * chance.choice((10, 200, 255, 300, 3000, 100_000)) + page[at:]


def attributes_changed(page: bytes, _: bytes, chance: random.Random) -> bytes:
    """Addresses, dates and class names replaced by nonsense."""
    old = chance.choice(
        (b"https://", b"2026-", b"2024-", b"class=", b"content=", b"src=", b"href=", b"@type")
    )
    new = chance.choice((b"", b"http://[", b"javascript:", b"9999-99-", b"\xc3", b"x" * 3000, b"//", b"\n\t"))
    return page.replace(old, new, chance.randint(1, 40))


MUTATIONS: Final[tuple[Mutation, ...]] = (
    truncated,
    spliced,
    bytes_changed,
    tags_inserted,
    part_removed,
    part_repeated,
    tags_shuffled,
    reencoded,
    nested,
    attributes_changed,
)

_HEAD: Final = (
    b"<!DOCTYPE html><html><head><meta charset=utf-8><title>T</title><meta property='og:type' content='article'>"
    b"<meta property='og:title' content='T'>"
)
_START: Final = (
    _HEAD
    + b"</head><body><div class='detail-left'><h1 class='detail-title'>T</h1><div class='date'><span class='txt'>"
    b"16/03/2024 08:45</span></div><h2 class='sapo'>L</h2><div class='boxdetail'><div class='contents'>"
)
_END: Final = b"</div><div class='author'>A (TTXVN)</div></div></div></body></html>"
_NEW: Final = (
    _HEAD + b"</head><body><div class='article'><h1 class='article__title'>T</h1><div class='article__body'>"
)


_MANY: Final = 19_000  # tags: just below the limit


def _fill(size: int, piece: bytes) -> bytes:
    return piece * ((size - 2_000) // len(piece))


def _full(size: int, piece: bytes) -> bytes:
    return _START + _fill(size, piece) + _END


def _nesting(_: int) -> Iterator[tuple[str, bytes]]:
    """Deep, and wide below a depth that is allowed."""
    for tag in (
        b"div",
        b"b",
        b"p",
        b"a",
        b"font",
        b"li",
        b"td",
        b"table",
        b"select",
        b"h2",
        b"button",
        b"svg",
    ):
        name = tag.decode()
        yield f"nested {name}", _START + b"<%s>" % tag * 100_000 + b"x" + b"</%s>" % tag * 100_000 + _END
        yield f"nested {name}, few", _START + b"<%s>" % tag * 9_400 + b"x" + b"</%s>" % tag * 9_400 + _END
        yield (
            f"nested {name}, shallow",
            _START + (b"<%s>" % tag * 220 + b"x" + b"</%s>" % tag * 220) * 40 + _END,
        )


def _blocks(_: int) -> Iterator[tuple[str, bytes]]:
    """Many blocks, pictures and frames."""
    yield "many paragraphs", _START + b"<p>chu</p>" * (_MANY // 2) + _END
    yield "many open paragraphs", _START + b"<p>chu" * _MANY + _END
    yield "many long paragraphs", _START + b"<p>" + (b"chu " * 12 + b"<p>") * 9_000 + _END
    yield "many pictures", _START + b"".join(b"<img src=/a/%d.jpg>" % i for i in range(_MANY)) + _END
    yield "many figures", _START + b"".join(
        b"<figure><img src=/a/%d.jpg><figcaption>c</figcaption></figure>" % i for i in range(3_100)
    ) + _END  # fmt: skip
    yield "a figure of all", _START + b"<figure>" + b"".join(
        b"<img src=/a/%d.jpg><figcaption>c %d</figcaption>" % (i, i) for i in range(6_000)
    ) + b"</figure>" + _END  # fmt: skip
    yield "a table of pictures", _START + b"<table>" + b"".join(
        b"<tr><td><img src=/a/%d.jpg></td></tr><tr><td>c</td></tr>" % i for i in range(2_000)
    ) + b"</table>" + _END  # fmt: skip
    yield (
        "a table of text",
        _START + b"<table>" + b"<tr><td>a</td><td>b</td></tr>" * 3_100 + b"</table>" + _END,
    )
    yield (
        "tables in tables",
        _START
        + b"<table><tr><td>" * 47
        + b"<img src=/a.jpg><p>x" * 9_000
        + b"</td></tr></table>" * 47
        + _END,
    )
    yield "many links", _START + b"<p><a href=/x/y-20240101000000000.htm>x</a></p>" * 4_700 + _END
    yield "many tags in new", _NEW + b"<div class='layout-image-2'><p>x</p></div>" * 4_700 + _END
    yield (
        "many groups",
        _NEW + b"<div class='layout-image-2'>" * 140 + b"<img data-src=/a.jpg><p>x</p>" * 6_000 + _END,
    )
    yield "quotes in quotes", _NEW + (b"<blockquote>" * 100 + b"x" + b"</blockquote>" * 100) * 90 + _END


def _pictures(_: int) -> Iterator[tuple[str, bytes]]:
    """Pictures and captions, within one another and behind one another."""
    image, numbered = b"<img src=/a/i.jpg>", [b"<img src=/a/%d.jpg>" % i for i in range(9_000)]
    group, said = b"<div class='layout-image-2'>", [b"c %d" % i for i in range(6_000)]
    yield "a figure in a group", _NEW + group + b"<figure>" + image * 18_000 + _END
    yield "figures in figures", _NEW + b"<figure>" * 100 + image * 9_000 + _END
    yield "tables of pictures in tables", _NEW + b"<table class=picture><tr><td>" * 47 + image * 18_000 + _END
    for name, tag in (
        ("captions", b"<div class=caption>%s</div>"),
        ("figcaptions", b"<figcaption>%s</figcaption>"),
    ):
        captions = b"".join(tag % one for one in said)
        yield f"{name} behind pictures", _NEW + b"".join(numbered[:6_000]) + captions + _END
        yield f"{name} in a group", _NEW + group + b"".join(numbered[:6_000]) + captions + _END
    credit = b"<figcaption>" + "Ảnh: AFP ".encode() + b"%s</figcaption>"
    yield "credits in a group", _NEW + group + b"x" + b"".join(numbered[:6_000]) + b"".join(credit % one for one in said) + _END  # fmt: skip
    yield "a credit below each picture", _START + b"".join(
        b"<figure>%s<figcaption>c</figcaption></figure><p>%s</p>" % (one, "Ảnh: AFP".encode()) for one in numbered[:3_000]
    ) + _END  # fmt: skip
    yield "a long caption of all", _NEW + b"<figure>" + b"".join(numbered) + b"<figcaption>" + b"chu " * 90_000 + b"</figcaption></figure>" + _END  # fmt: skip
    yield "captions in captions", _NEW + b"<div class=caption>" * 140 + b"<p>x</p>" * 9_000 + _END
    yield "a row of pictures over one of captions", _START + b"<table><tr>" + b"".join(
        b"<td colspan=100>%s</td>" % one for one in numbered[:3_000]
    ) + b"</tr><tr>" + b"<td colspan=100>c.</td>" * 3_000 + b"</tr></table>" + _END  # fmt: skip
    yield "rows of pictures", _START + b"<table>" + b"".join(b"<tr><td>%s</td></tr>" % one for one in numbered[:4_500]) + _END  # fmt: skip
    yield "many videos", _NEW + b"".join(b"<video src=/a%d.mp4></video>" % i for i in range(9_000)) + _END
    yield (
        "twins",
        _NEW + b"<p data-display=mobile>a</p>" * 4_500 + b"<p data-display=desktop>a</p>" * 4_500 + _END,
    )


def _within(_: int) -> Iterator[tuple[str, bytes]]:
    """Lists, links, quotations and boxes, many and within one another."""
    link = b"<a href='/mua-lu-post798033.html'>x</a>"
    yield "links in lists in lists", _NEW + b"<ul><li>" * 70 + link * 9_000 + b"x y" + _END
    yield "a paragraph of links", _NEW + b"<p>" + link * 9_000 + b"</p>" + _END
    yield "an open table", _START + b"<table><tr><td>a</td></tr>" + b"<p>x</p>" * 9_000 + _END
    yield (
        "wide and high cells",
        _START + b"<table>" + b"<tr><td colspan=100 rowspan=999>a<td>b</tr>" * 3_000 + _END,
    )
    for name, outer, inner in (
        ("authors in quotations", b"<blockquote>", b"<i class=author>x</i>"),
        ("author blocks in quotations", b"<blockquote>", b"<div class=author>x</div>"),
        ("paragraphs in boxes", b"<div class=related-news>", b"<p>x y z</p>"),
        ("links in boxes", b"<div class=article-relate>", b"<p class=story__heading>%s</p>" % link),
        ("hidden", b"<div hidden>", b"<p>x y z</p>"),
        ("advertisements", b"<ins data-x=1>", b"<p>x y z</p>"),
        ("answers", b"<div class=interview-zone><div class=meta>", b"<span class=time>x</span>"),
    ):
        for start in (_START, _NEW):
            many = outer * (140 // outer.count(b"<")) + inner * (18_000 // inner.count(b"<"))
            yield f"{name}, {'2026' if start is _NEW else '2021'}", start + many + _END


def _texts(size: int) -> Iterator[tuple[str, bytes]]:
    """Long and odd texts."""
    yield "one word", _full(size, b"chu")
    yield "half a megabyte of words", _START + b"<p>" + b"chu viet " * 100_000 + b"</p>" + _END
    yield "half a megabyte of blanks", _START + b"<p>" + b"  \n\t" * 120_000 + b"x</p>" + _END
    yield "half a megabyte of breaks", _START + b"<p>" + b"chu<br>" * 9_000 + b"</p>" + _END
    yield "half a megabyte of entities", _START + b"<p>" + b"&nbsp;&ocirc;" * 40_000 + b"</p>" + _END
    yield "combining marks", _START + b"<p>a" + "\u0301\u0323".encode() * 200_000 + b"</p>" + _END
    yield "headline without end", _HEAD + b"<h1 class='detail-title'>" + b"chu " * 200_000
    yield "long byline", _START + b"</div><div class=author>" + b"A, " * 300_000 + _END
    yield "long bracketed byline", _START + b"</div><div class=author>" + b"(A/" * 300_000 + _END
    yield "long caption", _START + b"<figure><img src=/a.jpg><figcaption>" + "Ảnh: ".encode() * 100_000 + b"</figcaption></figure>" + _END  # fmt: skip
    yield "long date", _START.replace(b"16/03/2024 08:45", b"1" * 900_000) + _END
    yield "dates before the body, 2016", b"<div class=newsdetail><h1>x</h1>" + b"<i class=time>x</i>" * 9_000 + b"<div class=content-btt><p>x</p></div></div>"  # fmt: skip
    yield "many dates", _START.replace(b"16/03/2024 08:45", b"16/03/2024 " * 90_000) + _END
    yield "long signature", _START + b"<p>" + b"A " * 300_000 + b"</p>" + _END


def _attributes(size: int) -> Iterator[tuple[str, bytes]]:
    """Attributes and broken markup."""
    yield (
        "many attributes",
        _START + b"<p " + b"".join(b"a%d=1 " % i for i in range(380_000)) + b">x</p>" + _END,
    )
    yield "many short tags of attributes", _START + (b"<p " + b"a b c d e f g " * 14 + b">") * 18_000 + _END
    yield "a long attribute", _START + b"<p title='" + _fill(size, b"x") + b"'>x</p>" + _END
    yield "a long class", _START + b"<p class='" + b"contents " * 20_000 + b"'>x</p>" + _END
    yield "many classes", _START + (b"<p class='" + b"contents " * 20 + b"'>x</p>") * 9_000 + _END
    yield "comments", _full(size, b"<!-- x -->")
    yield "open comments", _full(size, b"<!-- x ")
    yield "open tags", _full(size, b"<")
    yield "open scripts", _full(size, b"<script ")
    yield "a script without end", _START + b"<script>" + _fill(size, b"x=1;") + _END
    yield "half-open scripts", _full(size, b"<script></scrip")
    yield "slashes", _full(size, b"</")


def _scripts(size: int) -> Iterator[tuple[str, bytes]]:
    """Inline images, scripts and metadata."""
    yield "inline images", _START + _fill(size, b"<img src='data:image/png;base64,AAAA'>") + _END
    yield "an inline image without end", _START + b'<img src="data:image/png;base64,' + _fill(size, b"QUJD")
    yield "many inline images", _START + (b"<img src='data:;base64," + b"A" * 200 + b"'>") * 18_000 + _END
    yield "base64 without end", _START + _fill(size, b";base64,x")
    yield (
        "JSON-LD, deep",
        _HEAD + b"<script type='application/ld+json'>" + b"[" * 400_000 + b"</script>" + _START,
    )
    yield "JSON-LD, long", _HEAD + b"<script type='application/ld+json'>[" + _fill(size, b'{"@type":"A"},') + b"1]</script>" + _START + _END  # fmt: skip
    yield "JSON-LD, many", _HEAD + b"<script type='application/ld+json'>{\"@type\":\"A%d\"}</script>" * 9_000 + _START + _END  # fmt: skip
    yield "JSON-LD, commas", _HEAD + b"<script type='application/ld+json'>[" + b", " * 200_000 + b"</script>" + _START + _END  # fmt: skip
    yield "JSON-LD, blanks", _HEAD + b"<script type='application/ld+json'>" + b" ;" * 240_000 + b"x</script>" + _START + _END  # fmt: skip
    yield "a setting without end", _HEAD + b"<script>cmsConfig={adsZone: '" + b"\\" * 4_000_000 + b"</script>" + _NEW + _END  # fmt: skip
    yield (
        "many settings",
        _HEAD + b"<script>cmsConfig={" + b"adsZone :" * 400_000 + b"</script>" + _NEW + _END,
    )
    yield "many metas", _HEAD + b"<meta property='article:tag' content='a,b,c,d'>" * 18_000 + _START + _END
    yield (
        "a long tag list",
        _HEAD + b"<meta property='article:tag' content='" + b"a," * 90_000 + b"'>" + _START + _END,
    )


def _others(size: int) -> Iterator[tuple[str, bytes]]:
    """No template, odd bytes, odd addresses."""
    yield "generic, many", _HEAD + b"<body>" + b"<p>chu viet dai dong</p>" * 9_000
    yield (
        "generic, within its limit",
        _HEAD + b"<body>" + b"<div><p>chu viet dai dong co dau</p></div>" * 1_600,
    )
    yield "generic, long", _HEAD + b"<body><p>" + b"chu viet " * 100_000
    yield "generic, nested", _HEAD + b"<body>" + b"<div>" * 200 + b"<p>chu viet dai dong</p>" * 4_000
    yield "zeros", b"\0" * size
    yield "blanks", b" " * size
    yield "high bytes", b"\xff" * size
    yield "broken UTF-8", _START + _fill(size, b"\xe1\xbb") + _END
    yield "UTF-16 of all", ("\ufeff" + (_START + b"<p>x</p>" * 4_000 + _END).decode()).encode("utf-16-le")
    yield (
        "frames",
        _START + b"<iframe src='https://baotintuc.vn/Player.aspx?fileId=/a.mp4'></iframe>" * 9_000 + _END,
    )
    yield "addresses", _START + (b"<img src='http://" + b"[" * 500 + b"'>") * 4_000 + _END
    yield (
        "a long canonical link",
        _HEAD + b"<link rel=canonical href='" + b"/a" * 90_000 + b"'>" + _START + _END,
    )


def hostile(size: int = LARGEST) -> Iterator[tuple[str, bytes]]:
    """Pages made to be slow, deep or large, none of ``size`` bytes or more, by name."""
    for pages in (_nesting, _blocks, _pictures, _within, _texts, _attributes, _scripts, _others):
        yield from pages(size)


@dataclass(slots=True)
class Report:
    """What a run met: outcomes by name, and every page that broke a rule."""

    outcomes: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_name: str = ""
    megabytes: float = 0.0

    def take(self, name: str, page: bytes, url: str = URL) -> None:
        """Parse one page and note what became of it."""
        start = time.process_time()
        try:
            outcome = f"article by template {parse_article(page, url).template}"
        except DefectError as error:
            outcome = "DEFECT"
            self.broken.append(f"{name}: {error} ({error.__cause__!r})")
        except ParseError as error:
            outcome = type(error).__name__
        seconds = time.process_time() - start
        self.outcomes[outcome] += 1
        if seconds > self.slowest:
            self.slowest, self.slowest_name = seconds, name
        if seconds > MOST_SECONDS and len(page) <= LARGEST:
            self.broken.append(f"{name}: {seconds:.1f} s for {len(page):,} bytes")

    def add(self, other: Report) -> None:
        """Take over what another run met."""
        self.outcomes.update(other.outcomes)
        self.broken.extend(other.broken)
        self.megabytes = max(self.megabytes, other.megabytes)
        if other.slowest > self.slowest:
            self.slowest, self.slowest_name = other.slowest, other.slowest_name


def megabytes() -> float:
    """The most memory this process has ever held."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1024 * 1024 if sys.platform == "darwin" else 1024)


def seeds() -> list[bytes]:
    """The pages that mutations start from."""
    return [*(case.page for case in cases()), *(real.page(id_) for id_ in real.expected())]


def mutated(pages: list[bytes], chance: random.Random) -> tuple[str, bytes]:
    """One mutated page, and the names of what was done to it."""
    page = chance.choice(pages)
    names = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        mutation = chance.choice(MUTATIONS)
        names.append(mutation.__name__)
        page = mutation(page, chance.choice(pages), chance) or b"<"
    return " + ".join(names), page[:LARGEST]


def run(count: int, seed: str) -> Report:
    """Parse ``count`` mutated pages in this process."""
    report = Report()
    chance, pages = random.Random(seed), seeds()
    for number in range(count):
        name, page = mutated(pages, chance)
        report.take(f"{seed}, {number}: {name}", page)
    return report


def run_hostile(size: int = LARGEST) -> Report:
    """Parse the hostile pages in this process."""
    report = Report()
    for name, page in hostile(size):
        report.take(name, page)
    return report


def _share(count: int, seed: str) -> Report:
    """One share of a run in a process of its own, whose memory is measured; no pages: the hostile ones."""
    report = run(count, seed) if count else run_hostile()
    report.megabytes = megabytes()
    if report.megabytes > MOST_MEGABYTES:
        report.broken.append(f"{seed}: {report.megabytes:.0f} MB held at the most")
    return report


def run_in_shares(count: int, seed: int) -> Report:
    """The hostile pages and ``count`` mutated ones, each share of SHARE in a process of its own."""
    total = Report()
    shares = [0, *([SHARE] * (count // SHARE)), *([count % SHARE] if count % SHARE else [])]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for report in pool.map(_share, shares, [f"{seed}.{number}" for number in range(len(shares))]):
            total.add(report)
    return total


def main(arguments: list[str] | None = None) -> int:
    """Run from the shell; exits with 1 where a page broke a rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.parsers.fuzz", description=__doc__)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    report = run_in_shares(options.pages, options.seed)
    for outcome, number in report.outcomes.most_common():
        print(f"{number:8,}  {outcome}")
    print(f"{sum(report.outcomes.values()):,} pages in {time.perf_counter() - start:.0f} s,", end=" ")
    print(f"slowest {report.slowest:.2f} s ({report.slowest_name}), {report.megabytes:.0f} MB at the most")
    for line in report.broken[:50]:
        print(f"BROKEN  {line}")
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
