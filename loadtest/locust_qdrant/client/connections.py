"""A request on its way through the HTTP library, seen at three places that every request passes.

The transport is where it goes in and its head comes out; httpcore's network backend is where
connections are opened and written to; aiohttp's connector is where they are handed out. Nothing
else tells as much at this price: httpcore's own `trace` extension calls back twenty times for each
request, and costs half as much as the request.
"""

# ruff: noqa: ANN401 - what the libraries give is passed on as it is

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from locust_qdrant.client.exchange import (
    EVERYTHING,
    HEAD_AND_BODY,
    REST,
    FollowedExchange,
    Station,
    current,
    telling,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

#: aiohttp writes in a task of its own; when that is done, nobody says.
_AIOHTTP_TELLS = telling(Station.POOL, Station.CONNECTING, Station.BODY, Station.TRANSPORT)


class Connections:
    """What is known of the connections of one HTTP client.

    Attributes:
        opened: number of connections that were opened so far, None where nobody could count.
        library: the HTTP library under the client, and its version.
        http_version: that of the last answer, such as `HTTP/1.1`; empty before the first.
    """

    def __init__(self, library: str) -> None:
        self.opened: int | None = 0
        self.library = library
        self.http_version = ""
        self._pools: list[Callable[[], tuple[int, int]]] = []

    def open_and_held(self) -> tuple[int, int]:
        """Return how many connections there are, and how many are busy though nobody uses them.

        To be asked when no request is under way.
        """
        counts = [count() for count in self._pools]
        return sum(there for there, _ in counts), sum(held for _, held in counts)

    def note_opened(self) -> None:
        """Count one more."""
        if self.opened is not None:
            self.opened += 1

    def note_pool(self, count: Callable[[], tuple[int, int]]) -> None:
        """Ask `count` for the connections of a pool that are there, and those held by nobody."""
        self._pools.append(count)


def watch_connections(client: httpx.AsyncClient | httpx.Client) -> Connections:
    """Watch what `client` does from now on."""
    found = Connections(_library(client._transport))  # noqa: SLF001 - there is no other way in
    observed = _observed(client._transport, found)  # noqa: SLF001 - as above
    client._transport = observed  # noqa: SLF001 - as above
    mounts: dict[Any, Any] = client._mounts  # noqa: SLF001 - as above
    for pattern, transport in mounts.items():
        if transport is not None:
            mounts[pattern] = _observed(transport, found)
    return found


def _observed(transport: Any, found: Connections) -> Any:
    pool: Any = getattr(transport, "_pool", None)
    backend: Any = getattr(pool, "_network_backend", None)
    if isinstance(transport, httpx.AsyncBaseTransport):
        if hasattr(backend, "connect_tcp"):
            pool._network_backend = _AsyncBackend(backend, found)  # noqa: SLF001 - as above
            found.note_pool(lambda: _of_httpcore(pool))
            return _AsyncTransport(transport, found, EVERYTHING)
        if _is_aiohttp(transport):
            return _AiohttpTransport(transport, found, _AIOHTTP_TELLS)
        found.opened = None
        return _AsyncTransport(transport, found, HEAD_AND_BODY)
    if hasattr(backend, "connect_tcp"):
        pool._network_backend = _Backend(backend, found)  # noqa: SLF001 - as above
        found.note_pool(lambda: _of_httpcore(pool))
        return _Transport(transport, found, EVERYTHING)
    found.opened = None
    return _Transport(transport, found, HEAD_AND_BODY)


def _is_aiohttp(transport: object) -> bool:
    return type(transport).__module__.startswith("httpx_aiohttp")


def _library(transport: Any) -> str:
    """Return what moves the bytes, such as `httpcore 1.0.9`."""
    if _is_aiohttp(transport):
        name = "aiohttp"
    else:
        name = type(getattr(transport, "_pool", transport)).__module__.partition(".")[0]
    with suppress(PackageNotFoundError):
        return f"{name} {version(name)}"
    return name


def _of_httpcore(pool: Any) -> tuple[int, int]:
    there = [each for each in pool._connections if not each.is_closed()]  # noqa: SLF001 - as above
    used = {id(request.connection) for request in pool._requests}  # noqa: SLF001 - as above
    held = sum(not each.is_idle() and id(each) not in used for each in there)
    return len(there), held


def _set_out(tells: tuple[bool, ...]) -> FollowedExchange | None:
    """Note that a request goes into the transport; returns its exchange if it is followed."""
    seen = current.get()
    if seen is None:
        return None
    seen.sent(REST)
    if not isinstance(seen, FollowedExchange):
        return None
    seen.told = tells
    seen.move(Station.POOL)
    return seen


def _followed() -> FollowedExchange | None:
    """Return the exchange of the call that runs here, if it is followed."""
    seen = current.get()
    return seen if isinstance(seen, FollowedExchange) else None


class _AsyncTransport(httpx.AsyncBaseTransport):
    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        found: Connections,
        tells: tuple[bool, ...],
    ) -> None:
        self._transport = transport
        self._found = found
        self._tells = tells

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    # Coroutines that are waited for here cost each request something, if it is followed or not.
    def handle_async_request(self, request: httpx.Request) -> Coroutine[Any, Any, httpx.Response]:
        seen = _set_out(self._tells)
        answer = self._transport.handle_async_request(request)
        return answer if seen is None else self._follow(seen, answer)

    async def _follow(
        self, seen: FollowedExchange, answer: Coroutine[Any, Any, httpx.Response]
    ) -> httpx.Response:
        response = await answer
        seen.move(Station.BODY)
        self._found.http_version = response.extensions.get("http_version", b"").decode()
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Transport(httpx.BaseTransport):
    def __init__(
        self, transport: httpx.BaseTransport, found: Connections, tells: tuple[bool, ...]
    ) -> None:
        self._transport = transport
        self._found = found
        self._tells = tells

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        seen = _set_out(self._tells)
        response = self._transport.handle_request(request)
        if seen is not None:
            seen.move(Station.BODY)
            self._found.http_version = response.extensions.get("http_version", b"").decode()
        return response

    def close(self) -> None:
        self._transport.close()


class _AiohttpTransport(_AsyncTransport):
    """The transport of httpx-aiohttp, which makes its session with the first request."""

    _watched: object = None

    def handle_async_request(self, request: httpx.Request) -> Coroutine[Any, Any, httpx.Response]:
        transport: Any = self._transport
        if self._watched is None:
            session = transport.client
            if not hasattr(session, "connector"):
                session = transport.client = transport.get_client()
            self._watched = session.connector
            _watch_connector(session.connector, self._found)
        return super().handle_async_request(request)


def _watch_connector(connector: Any, found: Connections) -> None:
    connect, create = connector.connect, connector._create_connection  # noqa: SLF001 - as above

    async def connecting(*arguments: Any, **keywords: Any) -> Any:
        connection = await connect(*arguments, **keywords)
        _move(Station.FIRST_BYTE)
        return connection

    async def creating(*arguments: Any, **keywords: Any) -> Any:
        _move(Station.CONNECTING)
        connection = await create(*arguments, **keywords)
        found.note_opened()
        return connection

    def count() -> tuple[int, int]:
        idle = sum(map(len, connector._conns.values()))  # noqa: SLF001 - as above
        used = len(connector._acquired)  # noqa: SLF001 - as above
        return idle + used, used

    connector.connect, connector._create_connection = connecting, creating  # noqa: SLF001 - as above
    found.note_pool(count)


def _move(station: int) -> None:
    seen = _followed()
    if seen is not None:
        seen.move(station)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, backend: httpcore.AsyncNetworkBackend, found: Connections) -> None:
        self._backend = backend
        self._found = found

    async def connect_tcp(self, *arguments: Any, **keywords: Any) -> httpcore.AsyncNetworkStream:
        _move(Station.CONNECTING)
        stream = await self._backend.connect_tcp(*arguments, **keywords)
        self._found.note_opened()
        return _AsyncStream(stream)

    async def connect_unix_socket(
        self, *arguments: Any, **keywords: Any
    ) -> httpcore.AsyncNetworkStream:
        _move(Station.CONNECTING)
        stream = await self._backend.connect_unix_socket(*arguments, **keywords)
        self._found.note_opened()
        return _AsyncStream(stream)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        # Nothing is noted of what comes back: the transport does, a head at a time.
        self.read = stream.read  # type: ignore[method-assign]
        self.aclose = stream.aclose  # type: ignore[method-assign]
        self.get_extra_info = stream.get_extra_info  # type: ignore[method-assign]

    def write(self, buffer: bytes, timeout: float | None = None) -> Coroutine[Any, Any, None]:
        seen, writing = _followed(), self._stream.write(buffer, timeout)
        if not buffer or seen is None or seen.station == Station.BODY:
            # An answer that is being read: HTTP/2 acknowledges what it got.
            return writing
        return _send(seen, writing)

    async def start_tls(self, *arguments: Any, **keywords: Any) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(await self._stream.start_tls(*arguments, **keywords))


async def _send(seen: FollowedExchange, writing: Coroutine[Any, Any, None]) -> None:
    seen.move(Station.SENDING)
    await writing
    seen.move(Station.FIRST_BYTE)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend, found: Connections) -> None:
        self._backend = backend
        self._found = found

    def connect_tcp(self, *arguments: Any, **keywords: Any) -> httpcore.NetworkStream:
        _move(Station.CONNECTING)
        stream = self._backend.connect_tcp(*arguments, **keywords)
        self._found.note_opened()
        return _Stream(stream)

    def connect_unix_socket(self, *arguments: Any, **keywords: Any) -> httpcore.NetworkStream:
        _move(Station.CONNECTING)
        stream = self._backend.connect_unix_socket(*arguments, **keywords)
        self._found.note_opened()
        return _Stream(stream)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self.read = stream.read  # type: ignore[method-assign]
        self.close = stream.close  # type: ignore[method-assign]
        self.get_extra_info = stream.get_extra_info  # type: ignore[method-assign]

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        seen = _followed()
        if not buffer or seen is None:
            self._stream.write(buffer, timeout)
            return
        seen.move(Station.SENDING)
        self._stream.write(buffer, timeout)
        seen.move(Station.FIRST_BYTE)

    def start_tls(self, *arguments: Any, **keywords: Any) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(*arguments, **keywords))
