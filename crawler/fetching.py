"""From what Scrapy answered to a :class:`Fetch`: the request's side of the ledger, in words.

Decides nothing about articles; a failure is named for what it is, never absorbed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity.exceptions import VerificationError

from crawler.items import Fetch, FetchKind, Outcome, RawPage
from crawler.site.pages import Refused, Unreadable
from crawler.site.urls import canonical


class RefusedError(IgnoreRequest):
    """A request that is not made; the message is the reason in the ledger."""

    outcome: Outcome = Outcome.SKIPPED


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def fetch_of(response: Response, kind: FetchKind, at: datetime | None = None) -> Fetch:
    """What a response says for the ledger; its outcome is still open.

    Args:
        response: the answer, redirects followed.
        kind: what it was asked for as.
        at: when it was answered; now where not given.
    """
    request = response.request
    assert request is not None, "Scrapy gives every response its request"
    asked = first_url(request)
    seconds = request.meta.get("download_latency")
    return Fetch(
        kind=kind,
        url=asked,
        fetched_at=at or now(),
        status=response.status,
        bytes=len(response.body),
        elapsed_ms=round(seconds * 1000) if seconds is not None else None,
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        aliases=_other_urls(asked, [*request.meta.get("redirect_urls", []), response.url]),
        raw=_raw(request, response),
    )


def fetch_of_error(error: BaseException, request: Request, kind: FetchKind) -> Fetch:
    """What a failed request says for the ledger: outcome and reason."""
    if isinstance(error, HttpError):
        fetch = fetch_of(error.response, kind)
        fetch.outcome, fetch.reason = _of_status(error.response)
        return fetch
    outcome, reason = _of_error(error)
    if outcome is Outcome.SKIPPED and request.meta.get("redirect_urls"):
        outcome = Outcome.HTTP_ERROR  # the site did answer: it is not to be asked again with every run
    return Fetch(kind=kind, url=first_url(request), fetched_at=now(), outcome=outcome, reason=reason)


@contextmanager
def reading(fetch: Fetch) -> Iterator[None]:
    """Read an answer; one that is not what it was asked for as says so in its outcome."""
    try:
        yield
        fetch.outcome = Outcome.READ
    except Unreadable as error:
        refused = isinstance(error, Refused)
        fetch.outcome = Outcome.BLOCKED if refused else Outcome.INVALID
        fetch.reason = str(error)


def first_url(request: Request) -> str:
    """The URL that was asked for first, before redirects, in canonical form."""
    url = (request.meta.get("redirect_urls") or [request.url])[0]
    return canonical(url) or url


def _other_urls(asked: str, urls: list[str]) -> tuple[str, ...]:
    known = (canonical(url) for url in urls)
    return tuple(dict.fromkeys(url for url in known if url and url != asked))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _raw(request: Request, response: Response) -> RawPage:
    return RawPage(
        body=response.body,
        url=response.url,
        status=response.status,
        headers=_pairs(response.headers.items()),
        request_headers=_pairs(request.headers.items()),
    )


def _pairs(headers: Iterable[tuple[bytes, list[bytes]]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers for value in values
    )


def _of_status(response: Response) -> tuple[Outcome, str | None]:
    status = response.status
    if status == 304:
        return Outcome.NOT_MODIFIED, None
    if status in (401, 403, 429):
        return Outcome.BLOCKED, f"the site refused with status {status}"
    if 300 <= status < 400:
        return Outcome.HTTP_ERROR, f"redirected with status {status} to nowhere"
    gone = {404: "not found", 410: "gone"}.get(status)
    return Outcome.HTTP_ERROR, f"status {status}" + (f": {gone}" if gone else "")


_TOO_LARGE: Final = "the answer is larger than the limit (DOWNLOAD_MAXSIZE)"

# The first that fits decides; each in words a person understands.
_ERRORS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (DownloadTimeoutError, "no whole answer within the time limit"),
    (CannotResolveHostError, "the host name could not be resolved"),
    (DownloadConnectionRefusedError, "the connection was refused"),
    (ResponseDataLossError, "the answer was cut: fewer bytes came than were announced"),
    (DownloadCancelledError, _TOO_LARGE),
    (DownloadFailedError, "the connection broke"),
)


def _of_error(error: BaseException) -> tuple[Outcome, str]:
    if isinstance(error, RefusedError):
        return error.outcome, str(error)
    if isinstance(error, IgnoreRequest):
        if "max redirections" in str(error):
            return Outcome.HTTP_ERROR, "redirected too often"
        if "DOWNLOAD_MAXSIZE" in str(error):  # what Scrapy says of a body that grew too large unpacked
            return Outcome.NETWORK_ERROR, _TOO_LARGE
        return Outcome.SKIPPED, str(error) or "the request was dropped"
    return Outcome.NETWORK_ERROR, _tls_trouble(error) or _words_for(error)


def _words_for(error: BaseException) -> str:
    known = (words for kind, words in _ERRORS if isinstance(error, kind))
    return next(known, f"{type(error).__name__}: {error}")


def _tls_trouble(error: BaseException) -> str | None:
    """What is wrong with the secure connection, where that is why a request failed.

    Scrapy says only that the connection broke; the causes hang on what Twisted raised below it.
    """
    causes = [failure.value for failure in getattr(error.__cause__, "reasons", ())]
    if any(isinstance(cause, VerificationError) or "verify failed" in str(cause) for cause in causes):
        return "the certificate does not verify, and TINTUC_TLS=strict takes no such"
    said = [cause.args[0] for cause in causes if isinstance(cause, SSL.Error) and cause.args]
    words = [entry[-1] for entries in said if isinstance(entries, list) for entry in entries]
    return f"no secure connection: {words[0]}" if words else None
