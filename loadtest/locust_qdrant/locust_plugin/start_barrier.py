"""When traffic begins, and whether it is to end early: asked by the driver, told by its caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from locust_qdrant.metrics.record import now

if TYPE_CHECKING:
    from collections.abc import Callable


class StartBarrier(Protocol):
    """What stands between a driver that is ready and its traffic."""

    def begin(self) -> float:
        """Return when the traffic begins, in seconds since the epoch; called once all is ready."""

    def is_closed(self) -> bool:
        """Tell whether the traffic is to end before its time; asked ten times a second."""


class OpenBarrier:
    """Lets traffic begin at once and go on until its time is up, or until `is_over` says so.

    Args:
        is_over: tells whether there is nothing left to drive, such as a service that has ended.
    """

    def __init__(self, is_over: Callable[[], bool] = lambda: False) -> None:
        self._is_over = is_over

    def begin(self) -> float:
        """Return this moment."""
        return now()

    def is_closed(self) -> bool:
        """Tell whether the traffic is to end before its time."""
        return self._is_over()
