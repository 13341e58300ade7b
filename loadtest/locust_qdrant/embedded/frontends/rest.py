"""The REST front: passes what is asked on to the engine unread, and its answer back."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]

from locust_qdrant.embedded.frames import CallKind
from locust_qdrant.embedded.frontends.access import refusal
from locust_qdrant.embedded.frontends.http import MAX_BODY_BYTES, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from locust_qdrant.embedded.frames import Frame
    from locust_qdrant.embedded.frontends.http import Header, HttpRequest, Respond
    from locust_qdrant.embedded.frontends.link import EngineLink

# Answered by the front itself, without the engine.
HEALTH = {
    "/healthz": b"healthz check passed",
    "/livez": b"healthz check passed",
    "/readyz": b"all shards are ready",
}

# What Qdrant, too, answers without an API key.
OPEN_PATHS = frozenset({"/", *HEALTH})

_JSON, _TEXT = b"application/json", b"text/plain; charset=utf-8"
_VARY = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
_METHODS = b"GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, TRACE, CONNECT"


class TooLargeError(Exception):
    """A body is larger than allowed."""


class RestFront:
    """Answers requests of HTTP, most of them through the engine."""

    def __init__(self, link: EngineLink, api_key: str | None) -> None:
        self._link = link
        self._api_key = api_key

    def handle(self, request: HttpRequest, respond: Respond) -> None:
        """Answer one request, now or when the engine has."""
        headers = request.headers
        if request.method == b"OPTIONS" and b"access-control-request-method" in headers:
            respond(_preflight(headers))
            return
        path = request.target.partition(b"?")[0].decode("latin-1").rstrip("/") or "/"
        if self._api_key is not None and path not in OPEN_PATHS:
            reason = refusal(self._api_key, lambda name: _text(headers.get(name.encode())))
            if reason is not None:
                respond(_response(request, 401, _TEXT, reason.encode()))
                return
        if path in HEALTH and request.method == b"GET":
            respond(_response(request, 200, _TEXT, HEALTH[path]))
            return
        try:
            body = _body(request)
        except TooLargeError:
            respond(_error(request, 400, _too_large(request)))
        except (EOFError, zlib.error, brotli.error):
            sentence = "Payload error: the body is not what its encoding says"
            respond(_error(request, 400, sentence))
        else:
            self._forward(request, body, respond)

    def _forward(self, request: HttpRequest, body: bytes, respond: Respond) -> None:
        def answered(frame: Frame | None) -> None:
            if frame is None:
                sentence = "Service internal error: the engine process has ended"
                respond(_error(request, 500, sentence))
                return
            media_type, *lines = frame.head.split(b"\n")
            more = [(name, value) for name, _, value in (line.partition(b": ") for line in lines)]
            respond(_response(request, frame.code, media_type, frame.body, more))

        self._link.send(CallKind.REST, request.method + b" " + request.target, body, answered)


def _response(
    request: HttpRequest, status: int, media_type: bytes, body: bytes, more: Iterable[Header] = ()
) -> Response:
    """Return an answer with what browsers ask for, compressed where the client wants it."""
    headers = [_VARY, *more]
    if media_type:
        headers.append((b"content-type", media_type))
    accepted = request.headers.get(b"accept-encoding")
    coding = b"" if accepted is None or not body else _preferred(accepted)
    if coding:
        body = _CODINGS[coding](body)
        headers += [(b"content-encoding", coding), (b"vary", b"accept-encoding")]
    origin = request.headers.get(b"origin")
    if origin is not None:
        headers.append((b"access-control-allow-origin", origin))
    # As from Qdrant, whose compressed bodies come in chunks, without their length.
    return Response(status, headers, body, request.method == b"HEAD", chunked=bool(coding))


def _error(request: HttpRequest, status: int, sentence: str) -> Response:
    document = {"status": {"error": sentence}, "time": 0.0}
    body = json.dumps(document, ensure_ascii=False).encode()
    return _response(request, status, _JSON, body)


def _preflight(headers: Mapping[bytes, bytes]) -> Response:
    """Tell a browser that every page may ask."""
    allowed = [
        _VARY,
        (b"access-control-allow-origin", headers.get(b"origin", b"*")),
        (b"access-control-allow-methods", _METHODS),
    ]
    asked = headers.get(b"access-control-request-headers")
    if asked is not None:
        allowed.append((b"access-control-allow-headers", asked))
    return Response(200, allowed)


_CODINGS: Mapping[bytes, Callable[[bytes], bytes]] = {
    b"br": lambda body: brotli.compress(body, quality=3),
    b"gzip": lambda body: gzip.compress(body, compresslevel=1, mtime=0),
    b"deflate": lambda body: zlib.compress(body, level=1),
}


def _preferred(accepted: bytes) -> bytes:
    """Return the coding that the client likes best, none as empty; of several alike the smallest.

    That is Brotli, then gzip, as Qdrant chooses.
    """
    weights: dict[bytes, float] = {}
    for part in accepted.split(b","):
        name, _, parameter = part.partition(b";")
        try:
            weights[name.strip()] = float(parameter.strip().removeprefix(b"q=") or 1)
        except ValueError:
            weights[name.strip()] = 0.0
    best = max(_CODINGS, key=lambda coding: weights.get(coding, 0.0))
    return best if weights.get(best, 0.0) > 0 else b""


def _body(request: HttpRequest) -> bytes:
    """Return the request's body, decoded.

    Raises:
        TooLargeError: it is larger than allowed, before or after decoding.
    """
    if request.body_bytes > MAX_BODY_BYTES:
        raise TooLargeError
    coding = request.headers.get(b"content-encoding")
    return request.body if coding is None else _decoded(request.body, coding)


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


def _too_large(request: HttpRequest) -> str:
    length = _text(request.headers.get(b"content-length")) or f"over {MAX_BODY_BYTES}"
    return (
        f"Payload error: JSON payload ({length} bytes) is larger than allowed"
        f" (limit: {MAX_BODY_BYTES} bytes)."
    )
