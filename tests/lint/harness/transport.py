"""In the place of the network: each request is noted, and answered at once."""

from __future__ import annotations

import asyncio
import importlib
import ssl
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from .answers import answer

if TYPE_CHECKING:
    from collections.abc import Callable


class Witness(Protocol):
    """Who is told of each request."""

    def sent(self) -> None:
        """Note a synchronous request, made by the caller's stack."""

    def sending(self, request: Any, body: bytes, connections: object) -> Callable[[], None]:
        """Note an asynchronous request of the caller's stack; the result notes its answer."""

    def unanswered(self, error: LookupError) -> None:
        """Note that nothing is known to answer a request with."""


def replace_network(current: Callable[[], Witness | None]) -> None:
    """Answer, for the rest of this process, every HTTP request without a network.

    The clients, their connection pools and their parsing are the real ones: only the two methods
    that would write to a socket are replaced. ``httpx2`` is what newer OpenAI clients use, and
    ``httpx_aiohttp`` what Cohere's asynchronous one takes where it is installed.

    Args:
        current: Returns whom to tell, or None outside a run.
    """
    # Nothing is encrypted, and making a context is most of what making a client costs.
    ssl.create_default_context = cache(ssl.create_default_context)  # type: ignore[assignment]
    for name in ("httpx", "httpx2"):
        try:
            library = importlib.import_module(name)
        except ImportError:
            continue
        _replace(library, current)
    try:
        over_aiohttp = importlib.import_module("httpx_aiohttp")
    except ImportError:
        return
    httpx = importlib.import_module("httpx")
    over_aiohttp.AiohttpTransport.handle_async_request = (
        httpx.AsyncHTTPTransport.handle_async_request
    )


def _replace(library: Any, current: Callable[[], Witness | None]) -> None:
    def handle_request(_: Any, request: Any) -> Any:
        witness = current()
        if witness is not None:
            witness.sent()
        return _response(library, request, request.read(), witness)

    async def handle_async_request(self: Any, request: Any) -> Any:
        witness = current()
        body = await request.aread()
        if witness is None:
            return _response(library, request, body, None)
        done = witness.sending(request, body, connections=self)
        # Others may send before this one is answered.
        await asyncio.sleep(0)
        done()
        return _response(library, request, body, witness)

    library.HTTPTransport.handle_request = handle_request
    library.AsyncHTTPTransport.handle_async_request = handle_async_request


def _response(library: Any, request: Any, body: bytes, witness: Witness | None) -> Any:
    try:
        content = answer(request.method, request.url.path, body)
    except LookupError as error:
        if witness is not None:
            witness.unanswered(error)
        raise
    if isinstance(content, str):
        stream = {"content-type": "text/event-stream"}
        return library.Response(200, text=content, headers=stream, request=request)
    return library.Response(200, json=content, request=request)
