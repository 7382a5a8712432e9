"""Makes articles out of the topics: headline, lead, body, byline, captions, tags.

Deterministic: everything is drawn from generators seeded by the site's seed and the article's
serial number, never from a clock or from ``hash()``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from crawler.items import Contributor, ContributorKind, Kind, Photo, Video

from .article import Block, BlockKind
from .grammar import Writer, capital
from .pools import POOLS
from .topics import TOPICS
from .vocabulary import COMMON_DETAILS, COMMUNES, GIVENS, MIDDLES, PROVINCES, SURNAMES

_STROKES: Final = str.maketrans({"đ": "d", "Đ": "D"})


def slugify(text: str) -> str:
    """The text as the site writes it in a URL: lower case, no diacritics, hyphens."""
    plain = unicodedata.normalize("NFD", text.translate(_STROKES))
    kept = "".join(c if c.isalnum() and c.isascii() else " " if c in " -/" else "" for c in plain.lower())
    return "-".join(kept.split())


def _banks(topic_name: str) -> dict[str, tuple[str, ...]]:
    return {**TOPICS[topic_name].banks, **POOLS[topic_name]}


def fixed_words(topic_name: str, random: Random, published: datetime) -> dict[str, str]:
    """The words that stay the same throughout one article: place, people, the topic's own."""
    day = f"ngày {published.day}/{published.month}"
    place = random.choice(PROVINCES)
    words = {"noi": place, "tinh": place, "ngay": day, "commune": random.choice(COMMUNES)}
    writer = Writer(random, _banks(topic_name), words)
    for bank in ("xa", "nuoc", *TOPICS[topic_name].banks):
        writer.fixed[bank] = writer.pick(bank)
    writer.fixed["nguoncap"] = capital(writer.pick("nguon"))
    for bank in (*TOPICS[topic_name].banks, "ngay"):
        writer.fixed[bank + "cap"] = capital(writer.fixed[bank])
    return writer.fixed


@dataclass(frozen=True, slots=True)
class Opening:
    """How an article begins: what listings and feeds show of it."""

    words: dict[str, str]
    headline: str
    lead: str


def opening(topic_name: str, random: Random, published: datetime) -> Opening:
    """Headline and lead of a new article on a topic."""
    topic = TOPICS[topic_name]
    words = fixed_words(topic_name, random, published)
    writer = Writer(random, _banks(topic_name), words)
    headline = writer.sentence(random.choice(topic.headlines))
    return Opening(words=words, headline=headline, lead=writer.sentence(random.choice(topic.leads)))


class BodyWriter:
    """Writes the body of one article from its topic and fixed words."""

    def __init__(self, topic_name: str, words: dict[str, str], random: Random) -> None:
        self.topic = TOPICS[topic_name]
        self.random = random
        self.writer = Writer(random, _banks(topic_name), words)
        self._details = self._shuffled((*self.topic.details, *COMMON_DETAILS))
        self._quotes = self._shuffled(self.topic.quotes)

    def _shuffled(self, bank: tuple[str, ...]) -> list[str]:
        return self.random.sample(bank, len(bank))

    def _detail(self) -> str:
        if not self._details:
            self._details = self._shuffled((*self.topic.details, *COMMON_DETAILS))
        return self._details.pop()

    def sentence(self) -> str:
        """One plain sentence: an opening, a detail, a tail, not always all of them."""
        text = self._detail()
        dice = self.random.random()
        if dice < 0.6:
            text = "{mo}, " + text
        if dice > 0.4:
            text += " {duoi}"
        if self.random.random() < 0.25:
            text += "; " + self._detail()
        return self.writer.sentence(text) + "."

    def paragraph(self) -> str:
        """One paragraph of two to four sentences."""
        return " ".join(self.sentence() for _ in range(self.random.randint(2, 4)))

    def passage(self) -> str:
        """A longer paragraph, for pages that have little text otherwise."""
        return " ".join(self.sentence() for _ in range(7))

    def quote(self) -> str:
        """One paragraph that somebody says, in one of the printed forms."""
        if not self._quotes:
            self._quotes = self._shuffled(self.topic.quotes)
        said = self._quotes.pop()
        form = self.random.choice(
            (
                "“{q}”, {who} [chia sẻ|cho biết|nói|bộc bạch].",
                "{Who} [tâm sự|kể|khẳng định|nhấn mạnh]: “{q}”.",
                '"{q}", {who} [nói thêm|chia sẻ|nhớ lại] [sau buổi làm việc|bên hiên nhà|khi được hỏi|lúc chia tay].',
                "{Who}: “{q}”. {more}",
                "“{q}”, {who} [trăn trở|quả quyết|giải thích]. {more}",
            )
        )
        person = self.writer.write("{nguoi}, {chuc}")
        return self._said(form, said, person)

    def _said(self, form: str, said: str, person: str) -> str:
        text = form.replace("{q}", capital(said)).replace("{more}", self.sentence())
        return self.writer.sentence(text.replace("{who}", person).replace("{Who}", capital(person)))

    def items(self) -> tuple[str, ...]:
        """A short list."""
        return tuple(
            self.writer.sentence(self._detail() + " {duoi}") + ";" for _ in range(self.random.randint(2, 5))
        )

    def rows(self) -> tuple[str, ...]:
        """A small table, cells parted by tabs."""
        head = "Địa bàn\tĐơn vị\tKết quả"
        lines = (self.writer.write("{thon}\t{luong}\t{pct}") for _ in range(self.random.randint(2, 5)))
        return (head, *(capital(line) for line in lines))

    def subhead(self) -> str:
        """A heading inside the body."""
        return self.writer.sentence(self.random.choice(self.topic.subheads))

    def caption(self) -> str:
        """The description of a photo, with its full stop."""
        text = self.random.choice(self.topic.captions) + self.random.choice(
            ("", "", " {duoi}", ", {moc}", " [sáng|chiều|trưa] {ngay}")
        )
        return self.writer.sentence(text) + "."

    def tags(self) -> tuple[str, ...]:
        """Two to six tags, none twice."""
        count = self.random.randint(2, 6)
        wanted = (self.writer.write(tag) for tag in self.random.sample(self.topic.tags, len(self.topic.tags)))
        return tuple(dict.fromkeys(tag for tag in wanted if "," not in tag))[:count]

    def entry(self, moment: datetime) -> tuple[str, str]:
        """Time line and text of one entry of a live article."""
        return (f"{moment:%H:%M} Ngày {moment:%d/%m/%Y}", self.paragraph())


# --- the body as blocks -------------------------------------------------------------------------

Photos = Callable[[int], str]
"""Gives the address of photo number n (from 1) of an article."""


def text_blocks(body: BodyWriter, photos: Photos) -> list[Block]:
    """The body of an ordinary article: 3 to 15 paragraphs with photos, sometimes a list or a table."""
    random = body.random
    count = random.choice((3, 4, 5, 6, 6, 7, 8, 9, 11, 15))
    blocks: list[Block] = []
    for position in range(count):
        if position > 2 and random.random() < 0.12:
            blocks.append(Block(BlockKind.SUBHEAD, (body.subhead(),)))
        said = position > 0 and random.random() < 0.25
        blocks.append(Block(BlockKind.PARAGRAPH, (body.quote() if said else body.paragraph(),)))
    _adorn(blocks, body)
    return _with_photos(blocks, body, photos, random.choice((0, 1, 1, 1, 2, 3)))


def _adorn(blocks: list[Block], body: BodyWriter) -> None:
    dice = body.random.random()
    at = body.random.randint(2, len(blocks))
    if dice < 0.06:
        blocks.insert(at, Block(BlockKind.LIST, body.items()))
    elif dice < 0.09:
        blocks.insert(at, Block(BlockKind.TABLE, body.rows()))
    elif dice < 0.15:
        blocks.insert(at, Block(BlockKind.QUOTE, (body.quote(),)))


def _with_photos(blocks: list[Block], body: BodyWriter, photos: Photos, count: int) -> list[Block]:
    places = sorted(body.random.sample(range(len(blocks)), min(count, len(blocks))), reverse=True)
    if count == 1 and body.random.random() < 0.7:
        places = [0]
    for number, place in zip(range(len(places), 0, -1), places, strict=True):
        blocks.insert(place, Block(BlockKind.PHOTO, photo=photo(body, photos(number))))
    return blocks


def photo(body: BodyWriter, url: str) -> Photo:
    """A photo with a caption in one of the printed forms; one in eight has none."""
    random = body.random
    credit = random.choice(
        ("TTXVN phát", "TTXVN", f"{reporter(random)}/TTXVN", f"{reporter(random)}/Báo Tin tức")
    )
    dice = random.random()
    if dice < 0.12:
        return Photo(url=url)
    if dice < 0.22:
        return Photo(url=url, credit=credit, caption_raw=f"Ảnh minh họa: {credit}")
    caption = body.caption()
    if dice < 0.42:
        return Photo(url=url, caption=caption, caption_raw=caption)
    label = "Ảnh tư liệu" if dice > 0.92 else "Ảnh"
    return Photo(url=url, caption=caption, credit=credit, caption_raw=f"{caption} {label}: {credit}")


def photo_blocks(body: BodyWriter, photos: Photos) -> list[Block]:
    """A photo story: a paragraph or two, then many photos."""
    blocks = [Block(BlockKind.PARAGRAPH, (body.passage(),)) for _ in range(body.random.randint(1, 3))]
    for number in range(1, body.random.randint(5, 12)):
        blocks.append(Block(BlockKind.PHOTO, photo=photo(body, photos(number))))
    return blocks


def infographic_blocks(body: BodyWriter, photos: Photos) -> list[Block]:
    """One wide picture and hardly any text."""
    return [
        Block(BlockKind.PHOTO, photo=Photo(url=photos(1))),
        Block(BlockKind.PARAGRAPH, (body.passage(),)),
    ]


def longform_blocks(body: BodyWriter, photos: Photos) -> list[Block]:
    """A long read: chapters with subheads, quotes and wide photos."""
    blocks: list[Block] = []
    for chapter in range(body.random.randint(3, 5)):
        if chapter:
            blocks.append(Block(BlockKind.SUBHEAD, (body.subhead(),)))
        blocks.extend(
            Block(BlockKind.PARAGRAPH, (body.paragraph(),)) for _ in range(body.random.randint(2, 4))
        )
        blocks.append(Block(BlockKind.PHOTO, photo=photo(body, photos(chapter + 1))))
        blocks.append(Block(BlockKind.PARAGRAPH, (body.quote(),)))
    return blocks


def video_blocks(body: BodyWriter, video: Video) -> list[Block]:
    """A video and a few paragraphs."""
    return [
        Block(BlockKind.VIDEO, video=video),
        *(Block(BlockKind.PARAGRAPH, (body.passage(),)) for _ in range(body.random.randint(1, 3))),
    ]


def live_blocks(body: BodyWriter, published: datetime) -> list[Block]:
    """Entries with their time, the newest first, as a live report prints them."""
    hours = range(body.random.randint(3, 7), 0, -1)
    return [
        Block(BlockKind.ENTRY, body.entry(published.replace(minute=(hour * 7) % 60, hour=min(23, 7 + hour))))
        for hour in hours
    ]


# --- who signs ----------------------------------------------------------------------------------


def reporter(random: Random) -> str:
    """An invented name: a pen name of two syllables, or the whole name."""
    middle = random.choice(MIDDLES[2:])
    pen = f"{middle} {random.choice([given for given in GIVENS if given != middle])}"
    if random.random() < 0.5:
        return pen
    return f"{random.choice(SURNAMES)} {pen}"


def _person(name: str, agency: str | None, role: str = "text") -> Contributor:
    return Contributor(kind=ContributorKind.PERSON, name=name, role=role, agency=agency)


def byline(kind: Kind, random: Random) -> tuple[str, tuple[Contributor, ...]]:
    """A byline as printed, and the contributors in it."""
    one, two = reporter(random), reporter(random)
    own = random.choice(("Báo Tin tức", "Báo Tin tức và Dân tộc"))
    forms: tuple[tuple[str, tuple[Contributor, ...]], ...] = (
        (f"{one} (TTXVN)", (_person(one, "TTXVN"),)),
        (f"{one} (TTXVN)", (_person(one, "TTXVN"),)),
        (f"{one} – {two} (TTXVN)", (_person(one, "TTXVN"), _person(two, "TTXVN"))),
        (f"{one} - {two} (TTXVN)", (_person(one, "TTXVN"), _person(two, "TTXVN"))),
        (f"TTXVN/{own}", (Contributor(kind=ContributorKind.AGENCY, agency=f"TTXVN/{own}"),)),
        (f"Tin, ảnh: {one} (TTXVN)", (_person(one, "TTXVN", "text,photo"),)),
        (f"Bài, ảnh: {one}/{own}", (_person(one, own, "text,photo"),)),
        (f"{one}/{own}", (_person(one, own),)),
        (f"{one}, {two} (TTXVN)", (_person(one, "TTXVN"), _person(two, "TTXVN"))),
        ("PV/TTXVN", (Contributor(kind=ContributorKind.DESK, name="PV", agency="TTXVN"),)),
    )
    if kind in (Kind.PHOTO, Kind.LONGFORM) and random.random() < 0.6:
        return (f"Chùm ảnh, clip: {one}/{own}", (_person(one, own, "photo,video"),))
    return random.choice(forms)
