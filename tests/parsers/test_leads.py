"""The rules of the lead: all of it is read, wherever the page holds it, and it is no paragraph of the body."""

from __future__ import annotations

import pytest

from crawler.items import Article
from tests.parsers.test_pages import NEW, new, old, read

FIRST = "Ba xã ven sông Ba Lai đã có điện trở lại."
SECOND = "Hai xã còn lại phải chờ nước rút."


def lead_2021(lead: str, body: str = "<p>Một.</p>", **rest: str) -> Article:
    """A page of template 2021 with this markup as its lead, as read."""
    return read(old(body, **rest).replace('<h2 class="sapo">Mở đầu.</h2>', lead))


def lead_2026(lead: str, body: str = "<p>Một.</p>") -> Article:
    """A page of template 2026 with this lead, as read."""
    return read(new(body).replace("<p>Mở đầu.</p>", lead), NEW)


class TestRepeated:
    """What the body only says again of the lead is no paragraph of it."""

    @pytest.mark.parametrize(
        "parts",
        [
            (f"{FIRST} {SECOND}",),
            (FIRST, SECOND),
            (f"(TTXVN) - {FIRST}", SECOND),
            ("Ba xã ven sông Ba Lai", "đã có điện trở lại.", "Hai xã còn lại", "phải chờ nước rút."),
        ],
    )
    def test_in_one_paragraph_or_several(self, parts: tuple[str, ...]) -> None:
        body = "".join(f"<p>{part}</p>" for part in parts) + '<p>Một.</p><img src="/a/b.jpg"><p>Hai.</p>'
        for article in (
            lead_2021(f'<h2 class="sapo">{FIRST}<br>{SECOND}</h2>', body),
            lead_2026(f"<p>{FIRST}</p><p>{SECOND}</p>", body),
        ):
            assert (article.lead, article.body) == (f"{FIRST} {SECOND}", "Một.\n\nHai.")
            assert [photo.paragraph for photo in article.photos] == [1]

    @pytest.mark.parametrize("said", [(FIRST,), (SECOND, FIRST), (FIRST, "Một.", SECOND)])
    def test_in_part_or_in_another_order_it_stays(self, said: tuple[str, ...]) -> None:
        article = lead_2026(f"<p>{FIRST}</p><p>{SECOND}</p>", "".join(f"<p>{one}</p>" for one in said))
        assert article.body == "\n\n".join(said)
