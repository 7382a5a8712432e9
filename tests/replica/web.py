"""What goes over the wire: a request as the replica saw it, an answer and the ways it may go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

REASONS: Final = {
    200: "OK",
    301: "Moved Permanently",
    302: "Found",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}
HTML: Final = "text/html; charset=utf-8"
XML: Final = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request: ``target`` is path and query as sent, ``headers`` have lower-case names.

    ``index`` counts from 0, ``at`` is seconds since the replica started (monotonic).
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    index: int = 0
    at: float = 0.0

    @property
    def path(self) -> str:
        """The path, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, without its question mark."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, and how the server is to spoil it.

    ``declared``: the Content-Length to claim instead of the true one. ``cut``: send so many bytes
    of the body (below 0: not even the head), then reset the connection. ``drip``: (bytes, seconds) between bytes of the body.
    ``hang``: answer nothing until the server stops or the client leaves. ``plain``: headers are
    complete, add none of the server's own.
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    declared: int | None = None
    cut: int | None = None
    drip: tuple[int, float] | None = None
    hang: bool = False

    def with_header(self, name: str, value: str) -> Answer:
        """The same answer with one header set anew."""
        from dataclasses import replace

        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))

    def head(self, *, length: int) -> bytes:
        """Status line and headers as bytes."""
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Whatever')}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += [f"Content-Length: {length}", "", ""]
        return "\r\n".join(lines).encode("latin-1")


def page(body: str | bytes, *, status: int = 200, kind: str = HTML) -> Answer:
    """An answer with a body of one content type."""
    data = body.encode() if isinstance(body, str) else body
    return Answer(status, data, (("Content-Type", kind),))
