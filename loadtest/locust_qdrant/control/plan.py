"""What the traffic of one process is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.aio.performing import Cast
    from locust_qdrant.workload.model import Load


@dataclass(frozen=True)
class Plan:
    """One stretch of traffic, on one path and in one process.

    Attributes:
        path: `async` or `sync`.
        load: how much, and when, of all processes together.
        seed: where chance begins.
        settings: how the client is made.
        cast: who makes the requests.
        worker: number of this process, from zero; it takes its part of the load.
        workers: number of processes.
    """

    path: str
    load: Load
    seed: int
    settings: ClientSettings
    cast: Cast
    worker: int = 0
    workers: int = 1
