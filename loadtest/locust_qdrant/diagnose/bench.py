"""What the examinations share: clients, collections of their own, and a watch on the event loop."""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from qdrant_client import AsyncQdrantClient, models

from locust_qdrant.probe.loop_lag import LoopLag

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable
    from pathlib import Path

    from locust_qdrant.client.factory import ClientSettings

_SETTLE_TICKS = 3


class Hold(NamedTuple):
    """What an awaitable did to the loop that ran it.

    Attributes:
        seconds: how long it took.
        longest: the longest time in seconds for which the loop ran nothing else.
        cpu: processor time in seconds that this process used meanwhile.
    """

    seconds: float
    longest: float
    cpu: float


@dataclass
class Bench:
    """The server, how often to measure, and what has to be tidied up.

    Attributes:
        settings: how clients are made.
        rounds: how often each figure is taken, without and with the remedy in turn.
        model: name of a fastembed model.
        model_folder: where that model lies; None for where fastembed keeps what it downloaded.
    """

    settings: ClientSettings
    rounds: int = 3
    model: str = "BAAI/bge-small-en-v1.5"
    model_folder: Path | None = None

    @asynccontextmanager
    async def client(self, *, grpc: bool = False) -> AsyncIterator[AsyncQdrantClient]:
        """Enter with a client made from the settings, which is closed at the end."""
        client = AsyncQdrantClient(**replace(self.settings, grpc=grpc).arguments())
        try:
            yield client
        finally:
            await client.close()

    @asynccontextmanager
    async def collection(
        self, dim: int, points: int = 0
    ) -> AsyncIterator[tuple[str, AsyncQdrantClient]]:
        """Enter with the name of a new collection and a client; the collection is removed."""
        name = f"locust_qdrant_diagnose_{secrets.token_hex(4)}"
        config = models.VectorParams(size=dim, distance=models.Distance.DOT)
        async with self.client() as client:
            await client.create_collection(name, vectors_config=config)
            try:
                for start in range(0, points, 100):
                    await client.upsert(name, points_of(dim, min(100, points - start), start))
                yield name, client
            finally:
                await client.delete_collection(name)


async def hold(work: Awaitable[object]) -> Hold:
    """Await `work`, and return what it did to the loop."""
    lag = LoopLag()
    lag.start()
    await asyncio.sleep(_SETTLE_TICKS * lag.interval)
    quiet = len(lag.samples())
    began, cpu = time.perf_counter(), time.process_time()
    await work
    taken, used = time.perf_counter() - began, time.process_time() - cpu
    # The tick that was held up comes now.
    await asyncio.sleep(_SETTLE_TICKS * lag.interval)
    lag.stop()
    return Hold(taken, max(lag.samples()[quiet:], default=0.0), used)


@cache
def vectors(dim: int, count: int) -> list[list[float]]:
    """Return `count` vectors of shape (dim,), the same at every call."""
    random = np.random.default_rng(0)
    made: list[list[float]] = random.standard_normal((count, dim), dtype=np.float32).tolist()
    return made


def points_of(dim: int, count: int, first: int = 0) -> list[models.PointStruct]:
    """Return `count` points with ids from `first` on."""
    return [
        models.PointStruct(id=first + number, vector=vector, payload={"number": first + number})
        for number, vector in enumerate(vectors(dim, count))
    ]
