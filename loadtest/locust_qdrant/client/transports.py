"""HTTP libraries that can move the bytes of an `AsyncQdrantClient` in the place of httpx's own.

With `transport=`, httpx ignores the client's `limits`, `verify` and `http2`. So each transport here
is given them itself: a remedy must not drop what TLS was told.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import httpx

from locust_qdrant.errors import UsageError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

#: The names of transports, and the distribution that brings each; None for what is always there.
DISTRIBUTIONS = {"httpx": None, "httpx2": "httpx2", "aiohttp": "httpx-aiohttp"}

#: What an error of httpcore2 is called in httpx, which is what qdrant-client and its users know.
_ERRORS = (
    "ConnectTimeout",
    "ReadTimeout",
    "WriteTimeout",
    "PoolTimeout",
    "ConnectError",
    "ReadError",
    "WriteError",
    "ProxyError",
    "UnsupportedProtocol",
    "LocalProtocolError",
    "RemoteProtocolError",
)


def transport(
    name: str, verify: ssl.SSLContext | bool, limits: httpx.Limits, *, http2: bool
) -> httpx.AsyncBaseTransport | None:
    """Return the transport `name` with its settings, None for the one that httpx makes itself.

    Raises:
        UsageError: its package is not installed, or it does not know HTTP/2.
    """
    if name == "httpx":
        return None
    if name == "aiohttp":
        if http2:
            raise UsageError("transport aiohttp has no HTTP/2: leave out one of the two.")
        make: Callable[..., httpx.AsyncBaseTransport] = _module(
            "httpx_aiohttp", name
        ).AiohttpTransport
        return make(verify=verify, limits=limits)
    return _Httpx2Transport(_module("httpx2", name), verify, limits, http2=http2)


def _module(name: str, of: str) -> Any:  # noqa: ANN401 - optional packages
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UsageError(
            f"transport {of} needs the package {DISTRIBUTIONS[of]}: pip install {DISTRIBUTIONS[of]}"
        ) from error


class _Httpx2Transport(httpx.AsyncBaseTransport):
    """httpx2's own transport, for a client of httpx: qdrant-client takes no client of httpx2."""

    def __init__(
        self,
        httpx2: Any,  # noqa: ANN401 - a module
        verify: ssl.SSLContext | bool,
        limits: httpx.Limits,
        *,
        http2: bool,
    ) -> None:
        self._core = importlib.import_module("httpcore2")
        inner = httpx2.AsyncHTTPTransport(
            verify=verify,
            http2=http2,
            limits=httpx2.Limits(
                max_connections=limits.max_connections,
                max_keepalive_connections=limits.max_keepalive_connections,
                keepalive_expiry=limits.keepalive_expiry,
            ),
        )
        self._pool = inner._pool  # noqa: SLF001 - it is made by public options, and asked as httpx2 does
        self._known = {getattr(self._core, each): getattr(httpx, each) for each in _ERRORS}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        sent = self._core.Request(
            method=request.method,
            url=self._core.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = await self._pool.handle_async_request(sent)
        except Exception as error:
            raise self._translated(error) from error
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, self._translated),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    def _translated(self, error: Exception) -> Exception:
        known = self._known.get(type(error))
        return error if known is None else known(str(error))


class _Body(httpx.AsyncByteStream):
    def __init__(
        self,
        stream: Any,  # noqa: ANN401 - httpcore2's
        translated: Callable[[Exception], Exception],
    ) -> None:
        self._stream = stream
        self._translated = translated

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._stream:
                yield part
        except Exception as error:
            raise self._translated(error) from error

    async def aclose(self) -> None:
        await self._stream.aclose()
