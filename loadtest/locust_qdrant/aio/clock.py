"""Waiting for a moment on the clock of the records."""

from __future__ import annotations

import asyncio

from locust_qdrant.records import now


async def sleep_until(moment: float) -> None:
    """Sleep until `moment`, in seconds since the epoch, and never wake before it."""
    # More than once: a timer of uvloop is precise to a millisecond, and may be early.
    while (wait := moment - now()) > 0:  # noqa: ASYNC110 - nobody sets an event for a moment
        await asyncio.sleep(wait)
