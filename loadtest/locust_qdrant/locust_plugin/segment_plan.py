"""What the traffic of one process is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locust_qdrant.client.interface import ClientFactory
    from locust_qdrant.config.model import Load
    from locust_qdrant.targets.interface import Target


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
