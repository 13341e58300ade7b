"""ASGI middleware around a service under test: a heartbeat, and the probe, a span at a time."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from locust_qdrant.probe import LoopProbe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from pathlib import Path

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Receive, Send], Awaitable[None]]

#: An endpoint that does nothing, beside those of the service.
HEARTBEAT_PATH = "/-/heartbeat"

#: Ends a span of time in which the probe looked, and begins the next.
SPAN_PATH = "/-/loop-span"

_MICROSECONDS = 1_000_000


class Spans:
    """Answers two paths itself, on the loop of the service, and leaves the others to it.

    One path does nothing: it is the heartbeat. The other, for who knows the token, ends a span of
    time and begins the next: it answers with what the probe saw in the one that ended.

    Args:
        app: the service.
        root: the project's root: the user's own code is what lies below it.
        token: what the second path asks for.
    """

    def __init__(self, app: App, *, root: Path, token: str) -> None:
        self._app = app
        self._root = root
        self._token = token
        self._span: _Span | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI has it."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path == HEARTBEAT_PATH:
            await _answer(send, 204, b"")
        elif path == SPAN_PATH:
            known = _token_of(scope)
            if not hmac.compare_digest(known, self._token.encode()):
                await _answer(send, 401, b"")
                return
            seen = {} if self._span is None else self._span.end()
            self._span = _Span(self._root)
            await _answer(send, 200, json.dumps(seen).encode())
        else:
            await self._app(scope, receive, send)


class _Span:
    """The probe, and every lag of the loop, from now to the end."""

    def __init__(self, root: Path) -> None:
        self._probe = LoopProbe(root=root)
        self._probe.start()

    def end(self) -> dict[str, Any]:
        self._probe.stop()
        lags = Counter(round(each * _MICROSECONDS) for each in self._probe.lags())
        return {"profile": asdict(self._probe.profile()), "lags": sorted(lags.items())}


def _token_of(scope: Message) -> bytes:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    given = next((value for name, value in headers if name == b"authorization"), b"")
    return given.removeprefix(b"Bearer ")


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
