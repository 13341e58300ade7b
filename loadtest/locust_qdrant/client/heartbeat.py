"""A heartbeat beside the traffic: what any other task of the service would feel."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.results import Lateness

if TYPE_CHECKING:
    from collections.abc import Sequence


async def sleep_until(moment: float) -> None:
    """Sleep until `moment`, in seconds since the epoch, and never wake before it."""
    # More than once: a timer of uvloop is precise to a millisecond, and may be early.
    while (wait := moment - now()) > 0:  # noqa: ASYNC110 - nobody sets an event for a moment
        await asyncio.sleep(wait)


INTERVAL = 0.010


class Heartbeat:
    """A task that wants to wake every `interval` seconds, and notes how late it did.

    The times are absolute: a task that wakes 50 ms late has missed beats, and each of them counts
    with the lateness that it had.

    Args:
        interval: seconds between two beats.
    """

    def __init__(self, interval: float = INTERVAL) -> None:
        self._interval = interval
        self._beats: list[Lateness] = []

    async def run(self) -> None:
        """Beat until cancelled."""
        due = now()
        while True:
            due += self._interval
            await sleep_until(due)
            self._beats.append(Lateness(due, now() - due))

    def beats(self) -> Sequence[Lateness]:
        """Return the beats so far; safe from any thread."""
        return list(self._beats)
