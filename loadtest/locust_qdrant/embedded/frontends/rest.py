"""The REST front: passes what is asked on to the engine unread, and its answer back.

An ASGI application without a framework: the engine knows the routes.
"""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

import brotli  # type: ignore[import-untyped]

from locust_qdrant.embedded.frames import Kind
from locust_qdrant.embedded.frontends.access import refusal
from locust_qdrant.embedded.frontends.link import EngineGoneError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from locust_qdrant.embedded.frontends.link import EngineLink

    Header = tuple[bytes, bytes]
    Message = dict[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Receive, Send], Awaitable[None]]

# Qdrant's default `max_request_size_mb`.
MAX_BODY_BYTES = 32 * 1024 * 1024

# Answered by the front itself, without the engine.
HEALTH = frozenset({"/healthz", "/livez", "/readyz"})

# What Qdrant, too, answers without an API key.
OPEN_PATHS = frozenset({"/", *HEALTH})

_JSON, _TEXT = b"application/json", b"text/plain; charset=utf-8"
_VARY = b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
_METHODS = b"GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, TRACE, CONNECT"


class TooLargeError(Exception):
    """A body is larger than allowed."""


class RestFront:
    """The ASGI application."""

    def __init__(self, link: EngineLink, api_key: str | None) -> None:
        self._link = link
        self._api_key = api_key

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        method, path = scope["method"], scope["path"]
        answer = _Answer(method, headers, send)
        if method == "OPTIONS" and b"access-control-request-method" in headers:
            await answer.preflight()
            return
        if path not in OPEN_PATHS:
            reason = refusal(self._api_key, lambda name: _text(headers.get(name.encode())))
            if reason is not None:
                await answer.send(401, _TEXT, reason.encode())
                return
        if path in HEALTH:
            await answer.send(200, _TEXT, path.removeprefix("/").encode() + b" check passed")
            return
        try:
            body = await _read_body(receive, headers)
        except TooLargeError:
            await answer.error(400, _too_large(headers))
        except (EOFError, zlib.error, brotli.error):
            await answer.error(400, "Payload error: the body is not what its encoding says")
        else:
            if body is not None:  # else the client has hung up
                await self._forward(scope, body, answer)

    async def _forward(self, scope: Message, body: bytes, answer: _Answer) -> None:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        head = method.encode() + b" " + scope["raw_path"]
        if scope["query_string"]:
            head += b"?" + scope["query_string"]
        try:
            frame = await self._link.call(Kind.REST, head, body)
        except EngineGoneError:
            await answer.error(500, "Service internal error: the engine process has ended")
        else:
            media_type, *lines = frame.head.split(b"\n")
            more = [(name, value) for name, _, value in (line.partition(b": ") for line in lines)]
            await answer.send(frame.code, media_type, frame.body, more)


class _Answer:
    """One response: with what browsers ask for, and compressed where the client wants it."""

    def __init__(self, method: str, headers: Mapping[bytes, bytes], send: Send) -> None:
        self._bodyless = method == "HEAD"
        self._headers = headers
        self._send = send

    async def send(
        self, status: int, media_type: bytes, body: bytes, more: Iterable[Header] = ()
    ) -> None:
        """Send a whole response."""
        headers = [(b"vary", _VARY), *more]
        if media_type:
            headers.append((b"content-type", media_type))
        accepted = self._headers.get(b"accept-encoding")
        coding = b"" if accepted is None or not body else _preferred(accepted)
        if coding:
            body = _CODINGS[coding](body)
            # As from Qdrant, whose compressed bodies come in chunks, without their length.
            headers += [(b"content-encoding", coding), (b"vary", b"accept-encoding")]
        else:
            headers.append((b"content-length", str(len(body)).encode()))
        if b"origin" in self._headers:
            headers.append((b"access-control-allow-origin", self._headers[b"origin"]))
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": b"" if self._bodyless else body})

    async def error(self, status: int, sentence: str) -> None:
        """Send what went wrong, in Qdrant's form."""
        document = {"status": {"error": sentence}, "time": 0.0}
        await self.send(status, _JSON, json.dumps(document, ensure_ascii=False).encode())

    async def preflight(self) -> None:
        """Tell a browser that every page may ask."""
        asked = self._headers.get(b"access-control-request-headers")
        headers = [
            (b"content-length", b"0"),
            (b"vary", _VARY),
            (b"access-control-allow-origin", self._headers.get(b"origin", b"*")),
            (b"access-control-allow-methods", _METHODS),
        ]
        if asked is not None:
            headers.append((b"access-control-allow-headers", asked))
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._send({"type": "http.response.body", "body": b""})


_CODINGS: Mapping[bytes, Callable[[bytes], bytes]] = {
    b"br": lambda body: brotli.compress(body, quality=3),
    b"gzip": lambda body: gzip.compress(body, compresslevel=1, mtime=0),
    b"deflate": lambda body: zlib.compress(body, level=1),
}


def _preferred(accepted: bytes) -> bytes:
    """Return the coding that the client likes best, of several alike the first; none is empty."""
    best, best_weight = b"", 0.0
    for part in accepted.split(b","):
        name, _, parameter = part.partition(b";")
        try:
            weight = float(parameter.strip().removeprefix(b"q=") or 1)
        except ValueError:
            weight = 0.0
        if name.strip() in _CODINGS and weight > best_weight:
            best, best_weight = name.strip(), weight
    return best


async def _read_body(receive: Receive, headers: Mapping[bytes, bytes]) -> bytes | None:
    """Return the request's body, decoded; None when the client has hung up.

    Raises:
        TooLargeError: it is larger than allowed, before or after decoding.
    """
    chunks, length = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        length += len(chunk)
        if length > MAX_BODY_BYTES:
            raise TooLargeError
        chunks.append(chunk)
        if not message.get("more_body"):
            break
    body = b"".join(chunks) if len(chunks) > 1 else chunks[0]
    coding = headers.get(b"content-encoding", b"")
    return _decoded(body, coding) if coding else body


def _decoded(body: bytes, coding: bytes) -> bytes:
    if coding == b"br":
        decoded: bytes = brotli.decompress(body)
        if len(decoded) > MAX_BODY_BYTES:
            raise TooLargeError
        return decoded
    # 32 and more: gzip or zlib, whichever its header says.
    if coding in {b"gzip", b"deflate"}:
        decoder = zlib.decompressobj(32 + zlib.MAX_WBITS)
        decoded = decoder.decompress(body, MAX_BODY_BYTES)
        if decoder.unconsumed_tail:
            raise TooLargeError
        return decoded
    return body


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _too_large(headers: Mapping[bytes, bytes]) -> str:
    length = _text(headers.get(b"content-length")) or f"over {MAX_BODY_BYTES}"
    return (
        f"Payload error: JSON payload ({length} bytes) is larger than allowed"
        f" (limit: {MAX_BODY_BYTES} bytes)."
    )
