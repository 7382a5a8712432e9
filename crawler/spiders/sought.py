"""What a run was asked for by name (sections, a search, a tag), until some page of the site answers for it.

An address that nobody linked to is a guess: where the site has no such page that is no error of
the site. But where nothing answers at all, the run says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.items import Fetch, Outcome

if TYPE_CHECKING:
    from scrapy.http import Request
    from scrapy.statscollectors import StatsCollector

    from crawler.spiders.arguments import Arguments

_GONE: Final = frozenset({404, 410})
_GUESS: Final = "the address was a guess"


class Sought:
    """The names that nothing has answered for yet."""

    def __init__(self, arguments: Arguments):
        self._open = set(names_of(arguments))

    def ask(self, request: Request, name: str = "", *, guessed: bool = False) -> Request:
        """Let a request stand for a name (empty: for none); ``guessed``: no link of the site's led there."""
        request.meta.update(sought=name, guessed=guessed)
        return request

    def guess(self, request: Request) -> Request:
        """A request for what the site may do without."""
        return self.ask(request, guessed=True)

    def answered(self, request: Request | None) -> None:
        """A request was answered with what it was asked for as."""
        if request is not None:
            self.settle(request.meta.get("sought", ""))

    def settle(self, name: str) -> None:
        """A name needs no answer any more: an earlier run had it, and this one goes on from there."""
        self._open.discard(name)

    def excuse(self, fetch: Fetch, request: Request) -> bool:
        """Where a guess led to nothing, say that it was one; gives whether it did."""
        if not request.meta.get("guessed") or fetch.status not in _GONE:
            return False
        fetch.outcome = Outcome.SKIPPED
        fetch.reason = f"{fetch.reason}; {_GUESS}"
        return True

    def miss(self, fetch: Fetch, request: Request | None, why: str) -> None:
        """Put down that something else than what was asked for was answered."""
        guessed = request is not None and request.meta.get("guessed")
        fetch.outcome = Outcome.SKIPPED if guessed else Outcome.INVALID
        fetch.reason = f"{why}; {_GUESS}" if guessed else why

    def tell(self, stats: StatsCollector) -> None:
        """At the end of a run: put down what nothing answered for, for health to see."""
        for name in self._open:
            stats.set_value(f"tintuc/unanswered/{name}", 1)


def names_of(arguments: Arguments) -> tuple[str, ...]:
    """What was asked for, as a person calls it."""
    if arguments.tag:
        return (f"tag {arguments.tag.name or arguments.tag.url}",)
    if arguments.query:
        return (f"search {arguments.query}",)
    return tuple(f"section {slug}" for slug in arguments.sections)
