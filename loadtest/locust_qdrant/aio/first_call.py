"""The first call of a process imports what the client needs: a tenth of a second on the loop."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from locust_qdrant.aio.clients import async_client
from locust_qdrant.aio.failures import SERVER_FAILURES

if TYPE_CHECKING:
    from locust_qdrant.aio.clients import ClientSettings

_MOST_SECONDS = 3.0


async def make_first_call(settings: ClientSettings) -> None:
    """Ask the server's version with a client that nobody records, so that no request pays for it.

    A server that does not answer is left for the traffic to find.
    """
    client = async_client(settings, deque(maxlen=0))
    with suppress(*SERVER_FAILURES, asyncio.TimeoutError):
        await asyncio.wait_for(client.info(), _MOST_SECONDS)
    await client.close()
