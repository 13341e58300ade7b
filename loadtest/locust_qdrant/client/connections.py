"""How many connections an HTTP client has opened, counted where they are opened.

httpx's own `trace` extension would tell, too, and call back twenty times for each request.
"""

# ruff: noqa: ANN401 - what httpcore gives is passed on as it is

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    import httpx


class ConnectionCounter:
    """Counts the connections of one client.

    Attributes:
        opened: number of connections that were opened so far.
    """

    def __init__(self) -> None:
        self.opened = 0


def count_connections(client: httpx.AsyncClient | httpx.Client) -> ConnectionCounter | None:
    """Count what `client` opens from now on; None if this version of httpx hides its pool."""
    counter = ConnectionCounter()
    transports = [getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()]
    pools: list[Any] = [getattr(each, "_pool", None) for each in transports if each is not None]
    for pool in pools:
        backend = getattr(pool, "_network_backend", None)
        if isinstance(backend, httpcore.AsyncNetworkBackend):
            pool._network_backend = _AsyncBackend(backend, counter)  # noqa: SLF001 - no other way in
        elif isinstance(backend, httpcore.NetworkBackend):
            pool._network_backend = _Backend(backend, counter)  # noqa: SLF001 - as above
        else:
            return None
    return counter


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self, backend: httpcore.AsyncNetworkBackend, counter: ConnectionCounter) -> None:
        self._backend = backend
        self._counter = counter

    async def connect_tcp(self, *arguments: Any, **keywords: Any) -> httpcore.AsyncNetworkStream:
        stream = await self._backend.connect_tcp(*arguments, **keywords)
        self._counter.opened += 1
        return stream

    async def connect_unix_socket(
        self, *arguments: Any, **keywords: Any
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._backend.connect_unix_socket(*arguments, **keywords)
        self._counter.opened += 1
        return stream

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend, counter: ConnectionCounter) -> None:
        self._backend = backend
        self._counter = counter

    def connect_tcp(self, *arguments: Any, **keywords: Any) -> httpcore.NetworkStream:
        stream = self._backend.connect_tcp(*arguments, **keywords)
        self._counter.opened += 1
        return stream

    def connect_unix_socket(self, *arguments: Any, **keywords: Any) -> httpcore.NetworkStream:
        stream = self._backend.connect_unix_socket(*arguments, **keywords)
        self._counter.opened += 1
        return stream

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)
