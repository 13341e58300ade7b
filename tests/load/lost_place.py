"""Callers that give up in the very turn of the loop in which their request gets a connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from qdrant_client import AsyncQdrantClient


async def lose_a_place(client: AsyncQdrantClient) -> None:
    """Make httpcore lose a place in the pool of `client`, which nobody else uses meanwhile.

    See https://github.com/encode/httpcore/issues/1093.
    """
    pool: Any = client._client.rest.client._async_client._transport._pool
    every = [asyncio.create_task(client.get_collections()) for _ in range(pool._max_connections)]
    await _until(lambda: len(pool._requests) == len(every) and pool._requests[-1].connection)
    waiting = asyncio.create_task(client.get_collections())
    await _until(lambda: len(pool._requests) > len(every))
    (*_, request) = pool._requests
    every[0].cancel()
    await _until(lambda: request.connection)
    waiting.cancel()
    await asyncio.gather(waiting, *every, return_exceptions=True)


async def _until(happened: Callable[[], object]) -> None:
    # Turn by turn: one turn later is too late.
    while not happened():  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(0)
