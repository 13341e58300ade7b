"""The probe: around a piece of code, or around an ASGI service."""

from __future__ import annotations

import asyncio
import hmac
import os
import platform
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .loop_lag import LoopLag, summarise
from .profile import LoopLagFigures, Profile
from .sampler import LoopSampler

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from types import TracebackType

    from typing_extensions import Self

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Receive, Send], Awaitable[None]]

TOKEN_VARIABLE = "LOCUST_QDRANT_PROBE_TOKEN"  # noqa: S105 - the name of a variable
PROFILE_PATH = "/-/loop-profile"


class LoopProbe:
    """Measures how late an event loop is, and which lines hold it.

    In a coroutine, `with LoopProbe() as probe: ...` and then `probe.profile()`. Around an ASGI
    service, `app.add_middleware(LoopProbe)` (Starlette, FastAPI) or
    `app.asgi_app = LoopProbe(app.asgi_app)` (Quart): it runs from the start of the service, or from
    its first request, to its end, and answers its profile to `GET path` with the header
    `Authorization: Bearer TOKEN`. Without a token, the path is the service's own.

    Args:
        app: the ASGI service, None in a `with` statement.
        interval: seconds between two looks at the loop.
        late: how far behind the loop has to be, in seconds, for its stack to be taken.
        root: the project's root: the user's own code is what lies below it. The working directory
            if not given.
        token: who knows it may read the profile; the environment variable
            `LOCUST_QDRANT_PROBE_TOKEN` if not given.
        path: where the profile is served.
    """

    def __init__(
        self,
        app: App | None = None,
        *,
        interval: float = 0.005,
        late: float = 0.02,
        root: str | os.PathLike[str] | None = None,
        token: str | None = None,
        path: str = PROFILE_PATH,
    ) -> None:
        self._app = app
        self._interval = interval
        self._late = late
        self._token = token or os.environ.get(TOKEN_VARIABLE) or ""
        self._path = path
        self._sampler = LoopSampler(Path(root or Path.cwd()).resolve(), interval, late)
        self._lag = LoopLag(interval, self._sampler.tick)
        self._loop = ""
        self._began = 0.0
        self._seconds = 0.0
        self._runs = False

    def start(self) -> None:
        """Start watching the loop that runs in this thread.

        Raises:
            RuntimeError: no loop runs here, the probe runs already, or gevent has replaced threads.
        """
        if self._runs:
            raise RuntimeError("This LoopProbe runs already: make another one.")
        _refuse_replaced_threads()
        kind = type(asyncio.get_running_loop())
        self._loop = f"{kind.__module__}.{kind.__qualname__}"
        self._sampler.start()
        self._lag.start()
        self._began = time.perf_counter()
        self._runs = True

    def stop(self) -> None:
        """Stop watching; call it on the same loop. The profile stays; again, nothing happens."""
        if not self._runs:
            return
        self._lag.stop()
        self._sampler.stop()
        self._seconds += time.perf_counter() - self._began
        self._runs = False

    def lags(self) -> list[float]:
        """Return every lag of the loop so far, in seconds; safe from any thread."""
        return self._lag.samples()

    def profile(self) -> Profile:
        """Return what was seen so far; safe from any thread, also while the loop is held."""
        running = time.perf_counter() - self._began if self._runs else 0.0
        return Profile(
            loop=self._loop,
            python=platform.python_version(),
            seconds=round(self._seconds + running, 3),
            interval=self._interval * 1000,
            late=self._late * 1000,
            lag=lag_figures(self._lag.samples()),
            starved=round(self._sampler.starved * 1000, 3),
            lines=tuple(self._sampler.lines()),
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI has it."""
        if self._app is None:
            raise TypeError("This LoopProbe is around no service: give it one, LoopProbe(app).")
        if not self._runs:
            self.start()
        if scope["type"] == "lifespan":
            try:
                await self._app(scope, receive, send)
            finally:
                self.stop()
        elif self._token and scope["type"] == "http" and scope["path"] == self._path:
            await self._answer(scope, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Message, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            await _respond(send, 405, b"", (b"allow", b"GET"))
        elif not hmac.compare_digest(_authorization(scope), b"Bearer " + self._token.encode()):
            await _respond(send, 401, b"", (b"www-authenticate", b"Bearer"))
        else:
            body = self.profile().to_json().encode()
            await _respond(send, 200, body, (b"content-type", b"application/json"))


def _authorization(scope: Message) -> bytes:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next((value for name, value in headers if name.lower() == b"authorization"), b"")


async def _respond(send: Send, status: int, body: bytes, header: tuple[bytes, bytes]) -> None:
    headers = [
        header,
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def lag_figures(lags: list[float]) -> LoopLagFigures:
    """Return the figures of lags in seconds."""
    lag = summarise(lags)
    shares = [sum(each > limit for each in lags) / max(1, len(lags)) for limit in (0.01, 0.05, 0.1)]
    return LoopLagFigures(
        lag.ticks,
        *(round(seconds * 1000, 3) for seconds in (lag.p50, lag.p99, lag.worst)),
        *(round(share, 6) for share in shares),
    )


def _refuse_replaced_threads() -> None:
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and monkey.is_module_patched("threading"):
        raise RuntimeError(
            "gevent has replaced Python's threads in this process, so nobody could watch a held "
            "loop: set LOCUST_SKIP_MONKEY_PATCH=1 before Locust is imported."
        )
