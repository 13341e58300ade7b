"""An HTTP/1.1 server for answers that come from elsewhere, on nothing but a parser in C.

A framework took longer over a request than the engine over a search. Here a request is one
callback and its answer one write; requests of a connection are answered one after the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

import httptools

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping, Sequence

    Header = tuple[bytes, bytes]
    Respond = Callable[["Response"], None]
    Handler = Callable[["HttpRequest", Respond], None]

# Qdrant's default `max_request_size_mb`.
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_HEAD_BYTES = 128 * 1024

# As in Qdrant: so long may a request's head take, and may a connection be idle.
HEAD_SECONDS = 5.0
# And so long may nothing come of a body.
BODY_SECONDS = 60.0
_SWEEP_SECONDS = 1.0

_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True)
class HttpRequest:
    """One whole request; names of headers are in lower case.

    `body_bytes` is the size of the body; where it is more than `MAX_BODY_BYTES`, `body` is empty.
    """

    method: bytes
    target: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    body_bytes: int
    keep_alive: bool


@dataclass(frozen=True)
class Response:
    """One whole response; its length is added when it is sent. `chunked` hides the length."""

    status: int
    headers: Sequence[Header] = ()
    body: bytes = b""
    without_body: bool = False
    chunked: bool = False


@dataclass
class _Draft:
    """A request that is arriving."""

    target: bytes = b""
    headers: dict[bytes, bytes] = field(default_factory=dict)
    head_bytes: int = 0
    chunks: list[bytes] = field(default_factory=list)
    body_bytes: int = 0


class HttpServer:
    """Accepts connections on a socket that listens, until `stop`."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None
        self._all_gone: asyncio.Event | None = None

    async def start(self, listener: socket.socket) -> None:
        """Begin to accept."""
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self._handler, self._add, self._remove), sock=listener
        )
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self, seconds: float) -> None:
        """Accept no more, and let what was asked be answered for so many seconds at most."""
        if self._server is None or self._sweeper is None:
            return
        self._server.close()
        self._sweeper.cancel()
        for connection in list(self._connections):
            connection.finish()
        if self._connections:
            self._all_gone = asyncio.Event()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._all_gone.wait(), seconds)
        for connection in list(self._connections):
            connection.abort()

    def _add(self, connection: _Connection) -> None:
        self._connections.add(connection)

    def _remove(self, connection: _Connection) -> None:
        self._connections.discard(connection)
        if not self._connections and self._all_gone is not None:
            self._all_gone.set()

    async def _sweep(self) -> None:
        """Close connections whose request does not arrive."""
        while True:
            await asyncio.sleep(min(_SWEEP_SECONDS, HEAD_SECONDS))
            now = time.monotonic()
            for connection in list(self._connections):
                if connection.deadline < now:
                    connection.abort()


class _Connection(asyncio.Protocol):
    """One client. `deadline` is until when something has to come from it."""

    def __init__(
        self,
        handler: Handler,
        opened: Callable[[_Connection], None],
        closed: Callable[[_Connection], None],
    ) -> None:
        self._handler = handler
        self._opened, self._closed = opened, closed
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._draft = _Draft()
        self._waiting: deque[HttpRequest] = deque()
        self._busy = False
        self._last = False
        self.deadline = time.monotonic() + HEAD_SECONDS

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport  # type: ignore[assignment]
        self._opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client: whatever it asked, nobody waits any more."""
        del exc
        self._closed(self)
        self._transport = None
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        """Parse, which calls the functions below."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._last = (
                True  # another protocol was offered: the request counts, the offer does not
            )
        except httptools.HttpParserError:
            self._refuse()

    def on_message_begin(self) -> None:
        """Begin with a request."""
        self._draft = _Draft()
        self.deadline = time.monotonic() + HEAD_SECONDS

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._draft.target += url
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._draft.headers[name.lower()] = value
        self._count(len(name) + len(value))

    def on_headers_complete(self) -> None:
        """Ask for the body where the client waits for that."""
        self.deadline = time.monotonic() + BODY_SECONDS
        if self._draft.headers.get(b"expect", b"").lower() == b"100-continue":
            self._write(_CONTINUE)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, while it is not too large."""
        self.deadline = time.monotonic() + BODY_SECONDS
        draft = self._draft
        draft.body_bytes += len(body)
        if draft.body_bytes <= MAX_BODY_BYTES:
            draft.chunks.append(body)
        else:
            draft.chunks.clear()

    def on_message_complete(self) -> None:
        """Have the request answered, or put it behind those before it."""
        draft, parser = self._draft, self._parser
        request = HttpRequest(
            parser.get_method(),
            draft.target,
            draft.headers,
            b"".join(draft.chunks),
            draft.body_bytes,
            parser.should_keep_alive(),
        )
        if self._busy:
            self._waiting.append(request)
        else:
            self._answer(request)

    def finish(self) -> None:
        """Close when all that was asked is answered."""
        self._last = True
        if not self._busy and self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def _answer(self, request: HttpRequest) -> None:
        self._busy = True
        self.deadline = float("inf")

        def respond(response: Response) -> None:
            keep = request.keep_alive and not self._last
            self._write(_packed(response, keep_alive=keep))
            self._busy = False
            self.deadline = time.monotonic() + HEAD_SECONDS
            if not keep:
                self._close()
            elif self._waiting:
                self._answer(self._waiting.popleft())

        self._handler(request, respond)

    def _count(self, size: int) -> None:
        self._draft.head_bytes += size
        if self._draft.head_bytes > MAX_HEAD_BYTES:
            raise ValueError("the head of the request is too large")

    def _refuse(self) -> None:
        self._write(_packed(Response(400), keep_alive=False))
        self._close()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def _close(self) -> None:
        self._waiting.clear()
        if self._transport is not None:
            self._transport.close()


def _packed(response: Response, *, keep_alive: bool) -> bytes:
    """Return the bytes of a response."""
    body = response.body
    parts = [_STATUS_LINES[response.status]]
    for name, value in response.headers:
        parts += (name, b": ", value, b"\r\n")
    if response.chunked:
        parts.append(b"transfer-encoding: chunked\r\n")
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    else:
        parts.append(b"content-length: %d\r\n" % len(body))
    if not keep_alive:
        parts.append(b"connection: close\r\n")
    parts += (_date(), b"\r\n")
    if not response.without_body:
        parts.append(body)
    return b"".join(parts)


def _date() -> bytes:
    """Return the header with the time, made once a second."""
    global _date_second, _date_line  # noqa: PLW0603  a cache of one
    now = int(time.time())
    if now != _date_second:
        _date_second = now
        _date_line = f"date: {formatdate(now, usegmt=True)}\r\n".encode()
    return _date_line


_date_second, _date_line = 0, b""
