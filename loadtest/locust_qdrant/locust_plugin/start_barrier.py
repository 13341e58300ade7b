"""When traffic begins, and whether it is to end early: asked by the driver, told by its caller."""

from __future__ import annotations

from typing import Protocol

from locust_qdrant.metrics.record import now


class StartBarrier(Protocol):
    """What stands between a driver that is ready and its traffic."""

    def begin(self) -> float:
        """Return when the traffic begins, in seconds since the epoch; called once all is ready."""

    def is_closed(self) -> bool:
        """Tell whether the traffic is to end before its time; asked ten times a second."""


class OpenBarrier:
    """Lets traffic begin at once and go on until its time is up."""

    def begin(self) -> float:
        """Return this moment."""
        return now()

    def is_closed(self) -> bool:
        """Return false."""
        return False
