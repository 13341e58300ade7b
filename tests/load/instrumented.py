"""`locust-qdrant` with a client that was wrapped, as a package for tracing wraps it, and badly.

Usage: python instrumented.py FAULT run ...
"""

from __future__ import annotations

import asyncio
import functools
import sys
import time
from typing import Any

import httpx
from locust_qdrant.cli import main
from lost_place import lose_a_place
from qdrant_client import AsyncQdrantClient

BURNT_SECONDS = 0.01
LEFT: list[object] = []
CLIENTS: list[AsyncQdrantClient] = []


async def send_for_ever() -> None:
    await asyncio.sleep(1000)


async def flush() -> None:
    """Do nothing."""


async def blocks_briefly(_: str) -> None:
    """Hold the loop until a span is sent."""
    time.sleep(0.25)  # noqa: ASYNC251 - that it blocks is what is tested


async def blocks_long(_: str) -> None:
    """Do the same, over a slow line."""
    time.sleep(0.8)  # noqa: ASYNC251 - as above


async def burns(_: str) -> None:
    """Take the processor to describe the request."""
    end = time.thread_time() + BURNT_SECONDS
    while time.thread_time() < end:
        pass


async def leaks(url: str) -> None:
    """Leave a task, a coroutine and a connection, once."""
    if LEFT:
        return
    LEFT.append(asyncio.create_task(send_for_ever()))
    flush()
    limits = httpx.Limits(max_keepalive_connections=1)
    client = AsyncQdrantClient(url=url, check_compatibility=False, limits=limits)
    LEFT.append(client)
    await client.get_collections()


async def loses_a_place(url: str) -> None:
    """Give up two requests, once, so that a client with one connection keeps none."""
    if LEFT:
        return
    LEFT.append(url)
    await lose_a_place(CLIENTS[0])


FAULTS = {
    each.__name__: each
    for each in (
        blocks_briefly,
        blocks_long,
        burns,
        leaks,
        loses_a_place,
    )
}


def wrap(fault: str) -> None:
    query = AsyncQdrantClient.query_points

    @functools.wraps(query)
    async def wrapped(self: AsyncQdrantClient, *args: Any, **more: Any) -> Any:
        CLIENTS.append(self)
        await FAULTS[fault](self.init_options["url"])
        return await query(self, *args, **more)

    AsyncQdrantClient.query_points = wrapped


if __name__ == "__main__":
    wrap(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
