"""One stretch of traffic: what it is made of, when it begins, and whether it is to end early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from locust_qdrant.metrics.record import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust_qdrant.config.model import Load
    from locust_qdrant.targets.interface import ClientFactory, Target


@dataclass(frozen=True)
class SegmentPlan:
    """One stretch of traffic, on one path and in one process.

    Attributes:
        path: `async` or `sync`.
        load: how much, and when, of all processes together.
        seed: where chance begins.
        settings: how the client is made.
        target: who makes the requests.
        worker: number of this process, from zero; it takes its part of the load.
        workers: number of processes.
    """

    path: str
    load: Load
    seed: int
    settings: ClientFactory
    target: Target
    worker: int = 0
    workers: int = 1


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
