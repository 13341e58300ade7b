"""The heartbeat of a service: how long an endpoint that does nothing takes beside the traffic."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.results import Lateness
from locust_qdrant.targets.http.client import NO_ANSWER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import ClientSession

#: Seconds between two beats.
INTERVAL = 0.02


class HttpHeartbeat:
    """Asks the same address again and again.

    Whoever waits for an answer asks nothing meanwhile: each beat that was left out counts with the
    wait that it would have had (Gil Tene's correction of coordinated omission). A beat without an
    answer counts with the time until that was known.

    Args:
        url: what is asked.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._beats: list[Lateness] = []

    async def run(self, session: ClientSession) -> None:
        """Beat until cancelled."""
        while True:
            due = now()
            try:
                async with session.get(self._url) as answer:
                    await answer.read()
            except NO_ANSWER:
                pass
            self.note(due, now() - due)
            await asyncio.sleep(max(0.0, due + INTERVAL - now()))

    def note(self, due: float, seconds: float) -> None:
        """Count a beat, and those that its lateness kept from being sent."""
        while seconds > 0:
            self._beats.append(Lateness(due, seconds))
            due, seconds = due + INTERVAL, seconds - INTERVAL

    def beats(self) -> Sequence[Lateness]:
        """Return the beats so far; safe from any thread."""
        return list(self._beats)
