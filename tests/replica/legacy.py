"""A TLS server of the old kind: no secure renegotiation, which OpenSSL 3 clients refuse by default.

Python's ``ssl`` cannot play it, since OpenSSL always answers with the extension; so this is the one
handshake such a server needs, written out: TLS 1.2, ECDHE-ECDSA, AES-128-GCM, an unsigned-for
certificate. For tests on loopback only: it protects nothing and must never serve anything else.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import socket
import struct
import threading
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .server import HOST, Handler, parsed
from .tls import certificate

_CIPHER: Final = b"\xc0\x2b"  # ECDHE-ECDSA-AES128-GCM-SHA256
_VERSION: Final = b"\x03\x03"
_CHANGE, _ALERT, _HANDSHAKE, _DATA = 20, 21, 22, 23
_BIGGEST: Final = 16_384


class _EndError(Exception):
    """The other side left, or does not go on."""


def prf(secret: bytes, label: bytes, seed: bytes, length: int) -> bytes:
    """The pseudo-random function of TLS 1.2 (RFC 5246, section 5)."""
    seed = label + seed
    block, made = seed, b""
    while len(made) < length:
        block = hmac.digest(secret, block, "sha256")
        made += hmac.digest(secret, block + seed, "sha256")
    return made[:length]


class _Sealed:
    """One direction of the connection, encrypted."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._cipher, self._salt, self._count = AESGCM(key), salt, 0

    def _about(self, kind: int, length: int) -> bytes:
        head = struct.pack(">QB2sH", self._count, kind, _VERSION, length)
        self._count += 1
        return head

    def seal(self, kind: int, data: bytes) -> bytes:
        nonce = struct.pack(">Q", self._count)
        return nonce + self._cipher.encrypt(self._salt + nonce, data, self._about(kind, len(data)))

    def open(self, kind: int, data: bytes) -> bytes:
        nonce, rest = data[:8], data[8:]
        return self._cipher.decrypt(self._salt + nonce, rest, self._about(kind, len(rest) - 16))


class _Connection:
    """The server's side of one connection: handshake, then bytes in and out."""

    def __init__(self, sock: socket.socket, key: ec.EllipticCurvePrivateKey, der: bytes) -> None:
        self._sock, self._key, self._der = sock, key, der
        self._heard = b""
        self._pending = b""
        self._in: _Sealed | None = None
        self._out: _Sealed | None = None

    # --- records --------------------------------------------------------------------------------

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            more = self._sock.recv(length - len(data))
            if not more:
                raise _EndError
            data += more
        return data

    def _record(self) -> tuple[int, bytes]:
        kind, _, length = struct.unpack(">B2sH", self._exactly(5))
        data = self._exactly(length)
        if self._in is not None and kind != _CHANGE:
            data = self._in.open(kind, data)
        if kind == _ALERT:
            raise _EndError
        return kind, data

    def _send(self, kind: int, data: bytes) -> None:
        for start in range(0, len(data), _BIGGEST):
            part = data[start : start + _BIGGEST]
            if self._out is not None:
                part = self._out.seal(kind, part)
            self._sock.sendall(struct.pack(">B2sH", kind, _VERSION, len(part)) + part)

    def _message(self) -> tuple[int, bytes]:
        while len(self._pending) < 4 or len(self._pending) < 4 + int.from_bytes(self._pending[1:4], "big"):
            kind, data = self._record()
            if kind != _HANDSHAKE:
                raise _EndError
            self._pending += data
        length = 4 + int.from_bytes(self._pending[1:4], "big")
        message, self._pending = self._pending[:length], self._pending[length:]
        self._heard += message
        return message[0], message[4:]

    def _say(self, kind: int, body: bytes) -> None:
        message = bytes([kind]) + len(body).to_bytes(3, "big") + body
        self._heard += message
        self._send(_HANDSHAKE, message)

    # --- handshake ------------------------------------------------------------------------------

    def shake_hands(self) -> None:
        """The whole handshake; raises where the client leaves (as OpenSSL 3 does by default)."""
        _, hello = self._message()
        theirs, ours = hello[2:34], os.urandom(32)
        share = ec.generate_private_key(ec.SECP256R1())
        self._greet(theirs, ours, share)
        _, exchange = self._message()
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), exchange[1:])
        master = prf(share.exchange(ec.ECDH(), point), b"master secret", theirs + ours, 48)
        keys = prf(master, b"key expansion", ours + theirs, 40)
        if self._record()[0] != _CHANGE:
            raise _EndError
        self._in = _Sealed(keys[:16], keys[32:36])
        self._message()
        self._send(_CHANGE, b"\x01")
        self._out = _Sealed(keys[16:32], keys[36:40])
        self._say(20, prf(master, b"server finished", sha256(self._heard).digest(), 12))

    def _greet(self, theirs: bytes, ours: bytes, share: ec.EllipticCurvePrivateKey) -> None:
        """Hello without the extension for secure renegotiation, certificate, key share."""
        self._say(2, _VERSION + ours + b"\x00" + _CIPHER + b"\x00")
        entry = len(self._der).to_bytes(3, "big") + self._der
        self._say(11, len(entry).to_bytes(3, "big") + entry)
        point = share.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        params = b"\x03\x00\x17" + bytes([len(point)]) + point
        signature = self._key.sign(theirs + ours + params, ec.ECDSA(hashes.SHA256()))
        self._say(12, params + b"\x04\x03" + len(signature).to_bytes(2, "big") + signature)
        self._say(14, b"")

    # --- data -----------------------------------------------------------------------------------

    def read(self) -> bytes:
        """Some bytes the client sent."""
        kind, data = self._record()
        return data if kind == _DATA else b""

    def write(self, data: bytes) -> None:
        """Bytes for the client."""
        self._send(_DATA, data)

    def say_goodbye(self) -> None:
        """Tell the client that nothing more comes."""
        self._send(_ALERT, b"\x01\x00")


class LegacyServer:
    """Serves a handler over such TLS, a thread a connection; the interface of :class:`Server`.

    Answers that hang, drip or break off are sent whole here.
    """

    def __init__(self, handler: Handler, *, port: int = 0) -> None:
        self._handler, self._wanted_port = handler, port
        self._key, made = certificate("self-signed")
        self._der = made.public_bytes(serialization.Encoding.DER)
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self.port = 0

    def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        self._listener = socket.create_server((HOST, self._wanted_port))
        self.port = self._listener.getsockname()[1]
        self._spawn(self._accept)

    def stop(self) -> None:
        """Close everything and wait for the threads."""
        if self._listener is None:
            return
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _spawn(self, target: object, *words: object) -> None:
        thread = threading.Thread(target=target, args=words, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        assert self._listener is not None
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(sock)
            self._spawn(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        try:
            with contextlib.suppress(_EndError, OSError):
                connection = _Connection(sock, self._key, self._der)
                connection.shake_hands()
                self._converse(connection)
        finally:
            with self._lock:
                self._open.discard(sock)
            sock.close()

    def _converse(self, connection: _Connection) -> None:
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                data += connection.read()
            head, _, data = data.partition(b"\r\n\r\n")
            method, target, headers = parsed(head)
            _, answer = self._handler(method, target, headers)
            body = b"" if method == "HEAD" or answer.status == 304 else answer.body
            connection.write(answer.head(length=len(body)) + body)
            if headers.get("connection", "").lower() == "close":
                connection.say_goodbye()
                return
