"""A small HTTP/1.1 server on loopback, in a thread of its own; standard library only.

It parses requests, asks a handler for the answer and sends it, spoilt where the answer says so.
It never listens on anything but 127.0.0.1 and never waits longer than :data:`PATIENCE`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from typing import Final

from .web import Answer, Request

HOST: Final = "127.0.0.1"
PATIENCE: Final = 120.0
"""Seconds after which even a hanging or dripping answer is cut."""
_LONGEST_HEAD: Final = 65_536

Handler = Callable[[str, str, dict[str, str]], tuple[Request, Answer]]


class Server:
    """Serves one handler on 127.0.0.1 from :meth:`start` to :meth:`stop`."""

    def __init__(self, handler: Handler, *, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.handler = handler
        self._wanted_port = port
        self._tls = tls
        self.port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="replica", daemon=True)
        self._ready = threading.Event()
        self._problem: OSError | None = None
        self.connections: set[_Connection] = set()

    def start(self) -> None:
        """Listen; returns once connections are accepted. Raises OSError where the port is taken."""
        self._thread.start()
        self._ready.wait()
        if self._problem:
            self._thread.join()
            raise self._problem

    def stop(self) -> None:
        """Close everything at once, answers in progress included."""
        if self._thread.is_alive() and self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _run(self) -> None:
        loop = self._loop = asyncio.new_event_loop()
        try:
            server = loop.run_until_complete(self._listen(loop))
        except OSError as problem:
            self._problem = problem
            self._ready.set()
            loop.close()
            return
        self._ready.set()
        loop.run_forever()
        # First accept no more, then let what is being accepted arrive: asyncio leaks a connection
        # whose server was closed under it.
        for sock in server.sockets:
            loop.remove_reader(sock.fileno())
        self._close_all(loop)
        server.close()
        loop.close()

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        server = await loop.create_server(
            lambda: _Connection(self, loop), HOST, self._wanted_port, ssl=self._tls, backlog=512
        )
        self.port = server.sockets[0].getsockname()[1]
        return server

    def _close_all(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let connections that are just being accepted arrive, then drop them all."""
        for _ in range(3):
            loop.run_until_complete(asyncio.sleep(0))
            for connection in list(self.connections):
                connection.close()
        while self.connections:
            loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(asyncio.sleep(0))


class _Connection(asyncio.Protocol):
    """One connection: requests one after the other, in order."""

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._loop = loop
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._slow: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections.add(self)

    def connection_lost(self, _reason: Exception | None) -> None:
        self._server.connections.discard(self)
        self._transport = None
        if self._slow:
            self._slow.cancel()

    def close(self) -> None:
        """Drop the connection at once."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._serve()

    def _serve(self) -> None:
        while self._transport and self._slow is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > _LONGEST_HEAD:
                    self.close()
                return
            head = bytes(self._buffer[:end])
            del self._buffer[: end + 4]
            self._one(head)

    def _one(self, head: bytes) -> None:
        method, target, headers = parsed(head)
        if not method:
            self._finish(Answer(400, b"bad request\n"), keep=False)
            return
        _, answer = self._server.handler(method, target, headers)
        body = b"" if method == "HEAD" or answer.status == 304 else answer.body
        keep = headers.get("connection", "").lower() != "close"
        self._send(answer, body, keep=keep)

    def _send(self, answer: Answer, body: bytes, *, keep: bool) -> None:
        if answer.hang or answer.drip:
            self._slow = self._loop.create_task(self._slowly(answer, body))
        elif answer.cut is not None:
            if answer.cut >= 0:
                self._write(answer.head(length=_length(answer, body)) + body[: answer.cut])
            self._reset()
        else:
            self._finish(answer, keep=keep and answer.declared is None, body=body)

    def _finish(self, answer: Answer, *, keep: bool, body: bytes | None = None) -> None:
        body = answer.body if body is None else body
        if not keep:
            answer = answer.with_header("Connection", "close")
        self._write(answer.head(length=_length(answer, body)) + body)
        if not keep and self._transport:
            self._transport.close()

    def _write(self, data: bytes) -> None:
        if self._transport:
            self._transport.write(data)

    def _reset(self) -> None:
        """Break the connection so that the other side sees a reset, not an end."""
        transport = self._transport
        if transport is None:
            return
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._loop.call_later(0.02, transport.abort)

    async def _slowly(self, answer: Answer, body: bytes) -> None:
        deadline = time.monotonic() + PATIENCE
        if answer.hang:
            await asyncio.sleep(PATIENCE)
        elif answer.drip:
            step, pause = answer.drip
            self._write(answer.head(length=_length(answer, body)))
            for start in range(0, len(body), step):
                if self._transport is None or time.monotonic() > deadline:
                    break
                self._write(body[start : start + step])
                await asyncio.sleep(pause)
        if self._transport:
            self._transport.close()


def _length(answer: Answer, body: bytes) -> int:
    return len(body) if answer.declared is None else answer.declared


def parsed(head: bytes) -> tuple[str, str, dict[str, str]]:
    """Method, target and headers; an empty method where the request makes no sense."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/"):
        return "", "", {}
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    target = words[1]
    if "://" in target:
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    return words[0].upper(), target, headers
