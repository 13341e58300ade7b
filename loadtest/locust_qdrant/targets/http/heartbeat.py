"""The heartbeat of a service: how long an endpoint that does nothing takes beside the traffic."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from locust_qdrant.targets.http.sender import NO_ANSWER
from locust_qdrant.targets.http.tally import Latencies

if TYPE_CHECKING:
    from aiohttp import ClientSession

INTERVAL = 0.02
_RIGHT_BELOW = 400


class HttpHeartbeat:
    """Asks the same address again and again.

    Args:
        session: makes the requests.
        url: what is asked.

    Attributes:
        latencies: of right answers, corrected for those that were not asked meanwhile.
        lost: number of heartbeats without a right answer.
    """

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self.latencies = Latencies()
        self.lost = 0

    async def beat(self, end: float) -> None:
        """Ask every `INTERVAL` seconds until the clock (`time.perf_counter`) shows `end`."""
        while (start := time.perf_counter()) < end:
            if await self._ask():
                self.latencies.add_corrected(time.perf_counter() - start, INTERVAL)
            else:
                self.lost += 1
            await asyncio.sleep(max(0.0, start + INTERVAL - time.perf_counter()))

    async def _ask(self) -> bool:
        try:
            async with self._session.get(self._url) as answer:
                await answer.read()
                return answer.status < _RIGHT_BELOW
        except NO_ANSWER:
            return False
