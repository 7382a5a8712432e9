"""The running replica: the site, a server in front of it, and the controls tests turn."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from crawler.items import Kind

from .article import Block, BlockKind, ReplicaArticle
from .faults import Fault
from .legacy import LegacyServer
from .newsroom import HANOI, KIND_WEIGHTS, Newsroom, Plan
from .saved import SavedPages
from .sections import SECTIONS, SectionSpec
from .server import Server
from .site import Site, gzipped, not_found
from .tls import tls_context
from .web import Answer, Request, page


class Elsewhere:
    """Another server on this machine, where nobody should ever come: counts who does."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self._server = Server(self._handle)

    def _handle(self, method: str, target: str, headers: dict[str, str]) -> tuple[Request, Answer]:
        self.requests.append(target)
        return Request(method, target, headers), page("<html><body><h1>Nội bộ</h1></body></html>")

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()


class Replica:
    """A stand-in for the site on 127.0.0.1; use it as a context manager.

    ``articles``: how many to begin with. ``now``: the site's present (aware; default: the real
    one, to the minute); ``days``: over how many days before it the articles are spread.
    ``templates``: the designs articles are drawn from (2016, 2021, 2026). ``kinds``: the kinds they
    are drawn from. ``sections``: how many, or their slugs. ``cms``: old, new or both. ``weight``:
    light, or real (about 280 KB a page). ``noise``: side boxes differ at every request. ``gzip``:
    compress for clients that accept it. ``tls``: None, self-signed,
    expired, wrong-host, or legacy (no secure renegotiation). ``redirects``: how
    moved articles point to their new address (site, origin, relative). All methods may be called
    from any thread.
    """

    def __init__(
        self,
        seed: int = 1,
        articles: int = 200,
        *,
        now: datetime | None = None,
        days: float = 2.5,
        templates: Sequence[str] = ("2021", "2026"),
        kinds: Sequence[Kind] = tuple(KIND_WEIGHTS),
        sections: int | Sequence[str] = 20,
        cms: str = "both",
        feed_size: int = 50,
        old_dates: str = "rfc",
        validators: bool = True,
        weight: str = "light",
        noise: bool = False,
        gzip: bool = False,
        robots: str | None = None,
        redirects: str = "site",
        tls: str | None = None,
        port: int = 0,
    ) -> None:
        self.seed = seed
        self.now = (now or datetime.now(HANOI)).astimezone(HANOI).replace(second=0, microsecond=0)
        self._lock = threading.RLock()
        self._newsroom = Newsroom(seed, _sections(sections), templates, [Kind(kind) for kind in kinds])
        for moment in _times(seed, articles, self.now, days):
            self._newsroom.plan(moment)
        self.site = Site(
            self._newsroom,
            self.now,
            cms=cms,
            feed_size=feed_size,
            old_dates=old_dates,
            validators=validators,
            real_weight=weight == "real",
            noise=noise,
            redirects=redirects,
            **({} if robots is None else {"robots": robots}),
        )
        self._gzip = gzip
        self._tls = tls
        self._saved: SavedPages | None = None
        self._faults: list[tuple[re.Pattern[str], Fault]] = []
        self._started = time.monotonic()
        self._log: list[Request] = []
        self._server = self._listener(port)

    def _listener(self, port: int) -> Server | LegacyServer:
        if self._tls == "legacy":
            return LegacyServer(self._handle, port=port)
        return Server(self._handle, port=port, tls=tls_context(self._tls) if self._tls else None)

    # --- running --------------------------------------------------------------------------------

    def start(self) -> Self:
        """Begin to serve."""
        self._server.start()
        self.site.origin = self.origin
        return self

    def stop(self) -> None:
        """Stop serving; connections are dropped."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def origin(self) -> str:
        """Where it listens: ``http://127.0.0.1:<port>``."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self._server.port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.port

    # --- what it says ---------------------------------------------------------------------------

    @property
    def articles(self) -> list[ReplicaArticle]:
        """Every article as its page says it now, oldest first; withdrawn ones left out."""
        with self._lock:
            plans = [plan for plan in self._newsroom.plans if plan.id not in self.site.withdrawn]
            return [self.site.article(plan.serial) for plan in plans]

    @property
    def plans(self) -> list[Plan]:
        """What listings and feeds say of every article, oldest first; withdrawn ones included."""
        with self._lock:
            return list(self._newsroom.plans)

    @property
    def sections(self) -> tuple[SectionSpec, ...]:
        """Its sections, those for photos, videos and the like included."""
        return self.site.all_sections

    def article(self, id_: str) -> ReplicaArticle:
        """The article with an id (an old id of a moved one leads to it too); KeyError without one."""
        with self._lock:
            return self.site.article(self.site.serial(id_))

    def page(self, target: str) -> Answer:
        """What the server would answer to a plain GET, without a connection, fault or log entry."""
        with self._lock:
            return self._plain(Request("GET", target))

    # --- the log --------------------------------------------------------------------------------

    @property
    def requests(self) -> list[Request]:
        """Every request so far, in order."""
        with self._lock:
            return list(self._log)

    @property
    def hits(self) -> Counter[str]:
        """How often each target was asked for."""
        return Counter(request.target for request in self.requests)

    def clear_log(self) -> None:
        """Forget the requests so far."""
        with self._lock:
            self._log.clear()

    # --- changing the site ----------------------------------------------------------------------

    def advance(self, span: timedelta) -> datetime:
        """Let time pass on the site; answers the new present."""
        with self._lock:
            self.now += span
            self.site.now = self.now
            return self.now

    def publish(
        self,
        count: int = 1,
        *,
        at: datetime | None = None,
        template: str | None = None,
        section: str | None = None,
        kind: Kind | None = None,
        near_duplicate_of: str | None = None,
        series: str | None = None,
    ) -> list[ReplicaArticle]:
        """Publish new articles at ``at`` (default: the site's present).

        ``near_duplicate_of``: the id of an article whose text they share but for a sentence.
        ``series``: ``weather`` or ``gold``, whose texts differ from day to day by their figures.
        """
        with self._lock:
            twin = self.site.serial(near_duplicate_of) if near_duplicate_of else None
            plans = [
                self._newsroom.plan(
                    at or self.now, template=template, section=section, kind=kind, twin_of=twin, series=series
                )
                for _ in range(count)
            ]
            self.site.changed()
            return [self.site.article(plan.serial) for plan in plans]

    def edit(
        self, id_: str, *, paragraph: str | None = None, at: datetime | None = None, **fields: object
    ) -> ReplicaArticle:
        """Change an article: ``headline=``, ``lead=``, ``byline=``, ``tags=``, ``blocks=``... as given.

        ``paragraph`` is added at the end of the body; with nothing given, a sentence of correction
        is. The new CMS tells of the edit (``modified_at``), the old one does not.
        """
        with self._lock:
            serial = self.site.serial(id_)
            item, moment = self.site.article(serial), at or self.now
            if not fields and paragraph is None:
                paragraph = f"Bản tin được cập nhật lần {item.revision} lúc {moment:%H:%M} {item.id}."
            if paragraph is not None:
                blocks = fields.get("blocks", item.blocks)
                fields["blocks"] = (*blocks, Block(BlockKind.PARAGRAPH, (paragraph,)))  # type: ignore[misc]
            if item.template == "2026":
                fields.setdefault("modified_at", moment)
            edited = replace(item, revision=item.revision + 1, edited_at=moment, **fields)  # type: ignore[arg-type]
            self._put(serial, edited)
            return edited

    def _put(self, serial: int, item: ReplicaArticle) -> None:
        self.site.edited[serial] = item
        plan = self._newsroom.plans[serial]
        self._newsroom.plans[serial] = replace(
            plan,
            id=item.id,
            path=item.path,
            template=item.template,
            headline=item.headline,
            lead=item.lead,
            published_at=item.published_at,
            created_at=item.created_at,
        )
        self.site.changed()

    def withdraw(self, id_: str, status: int = 410) -> None:
        """Take an article off the site: its URL answers 410 (or 404), no list names it."""
        with self._lock:
            self.site.withdrawn[id_] = status
            self.site.changed()

    def restore(self, id_: str) -> None:
        """Put a withdrawn article back."""
        with self._lock:
            del self.site.withdrawn[id_]
            self.site.changed()

    def move(self, id_: str) -> ReplicaArticle:
        """Move an article of the old CMS to the new one: a post with the same text; the old URL redirects."""
        with self._lock:
            serial = self.site.serial(id_)
            item = self.site.article(serial)
            number = 100_000 + serial
            post = replace(
                item,
                id=str(number),
                path=f"/{item.slug}-post{number}.html",
                template="2026",
                created_at=None,
                section=replace(item.section, parent_id=None),
                modified_at=item.published_at,
                revision=item.revision + 1,
                edited_at=self.now,
            )
            self.site.moved[id_] = serial
            self._put(serial, post)
            return post

    def redesign(self, *, on: bool = True) -> None:
        """Serve every article in a design that no selector knows (or go back)."""
        with self._lock:
            self.site.design = "redesign" if on else None

    def serve_saved(self, path: str | Path) -> list[str]:
        """Serve saved pages (a folder, .html, .html.gz, .warc, .warc.gz) at their own paths instead
        of the generated site; everything else is 404. Answers the paths it has."""
        with self._lock:
            self._saved = SavedPages(Path(path))
            return self._saved.paths

    # --- faults ---------------------------------------------------------------------------------

    def fault(self, where: str | re.Pattern[str], fault: Fault) -> Fault:
        """Let ``fault`` befall every request whose target (path and query) matches ``where``.

        A string matches whole, ``*`` in it stands for anything; the fault set last wins.
        """
        pattern = where if isinstance(where, re.Pattern) else _glob(where)
        with self._lock:
            self._faults.insert(0, (pattern, fault))
        return fault

    def heal(self) -> None:
        """Take all faults away."""
        with self._lock:
            self._faults.clear()

    @contextmanager
    def failing(self, where: str | re.Pattern[str], fault: Fault) -> Iterator[Fault]:
        """A fault for the length of a ``with`` block."""
        pattern = where if isinstance(where, re.Pattern) else _glob(where)
        entry = (pattern, fault)
        with self._lock:
            self._faults.insert(0, entry)
        try:
            yield fault
        finally:
            with self._lock:
                self._faults.remove(entry)

    # --- answering ------------------------------------------------------------------------------

    def _handle(self, method: str, target: str, headers: dict[str, str]) -> tuple[Request, Answer]:
        with self._lock:
            request = Request(method, target, headers, len(self._log), time.monotonic() - self._started)
            self._log.append(request)
            fault = next(
                (fault for pattern, fault in self._faults if pattern.fullmatch(target) and fault.strikes()),
                None,
            )
            answer = fault.befall(request, self._plain, self.origin) if fault else self._plain(request)
        if self._gzip and answer.body and not fault and "gzip" in headers.get("accept-encoding", ""):
            answer = gzipped(answer)
        return request, answer

    def _plain(self, request: Request) -> Answer:
        if self._saved is not None:
            return self._saved.answer(request) or not_found()
        return self.site.answer(request)


def _glob(where: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in where.split("*")), re.DOTALL)


def _sections(wanted: int | Sequence[str]) -> list[SectionSpec]:
    if isinstance(wanted, int):
        return list(SECTIONS[:wanted])
    return [spec for spec in SECTIONS if spec.slug in wanted]


def _times(seed: int, count: int, now: datetime, days: float) -> list[datetime]:
    """When each article was published: in order, spread over the days, never in the future."""
    random = Random(f"{seed}:times")
    step = timedelta(days=days) / max(1, count)
    return [now - step * (count - index) + step * (random.random() * 0.9) for index in range(count)]
