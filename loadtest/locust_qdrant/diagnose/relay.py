"""A relay that forgets idle connections without telling either side, as a load balancer does."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def forgetful_relay(host: str, port: int, idle: float) -> AsyncIterator[int]:
    """Run a relay in front of `host` and `port`, and give its own port on loopback.

    Args:
        host: where it leads to.
        port: of that host.
        idle: seconds without a byte after which nothing passes on a connection any more.
    """
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        their_reader, their_writer = await asyncio.open_connection(host, port)
        link = _Link(idle)
        for ends in ((reader, their_writer), (their_reader, writer)):
            task = asyncio.create_task(link.pass_on(*ends))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Link:
    def __init__(self, idle: float) -> None:
        self._idle = idle
        self._last = asyncio.get_running_loop().time()

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes one way, as long as they come often enough."""
        with suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                now = asyncio.get_running_loop().time()
                if now - self._last <= self._idle:
                    self._last = now
                    writer.write(data)
        writer.close()
