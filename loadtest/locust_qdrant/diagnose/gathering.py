"""`asyncio.gather` over everything at once: whoever else uses the client waits behind all of it."""

from __future__ import annotations

import asyncio
import time
from statistics import median
from typing import TYPE_CHECKING

from locust_qdrant.client.failures import SERVER_FAILURES
from locust_qdrant.diagnose.bench import vectors
from locust_qdrant.diagnose.problem import NOTICEABLE_RATIO, Diagnosis, in_rounds

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from qdrant_client import AsyncQdrantClient

    from locust_qdrant.diagnose.bench import Bench

_DIM, _POINTS, _QUERIES, _BOUND = 128, 500, 200, 8
_BEGIN = 0.05


class Gathering:
    """A burst without a bound."""

    name = "gather"
    title = "`gather` without a bound holds up everybody else"
    remedy = f"bound it with `asyncio.Semaphore({_BOUND})`, or send one `query_batch_points`"
    rule = "QDR402"
    versions = "every version"
    heading = ""

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare how long somebody else's request takes beside a burst, unbounded and bounded."""
        failures = [0, 0]
        async with bench.collection(_DIM, points=_POINTS) as (name, client):

            async def unbounded() -> float:
                return await _bystander(client, name, _QUERIES, failures, 0)

            async def bounded() -> float:
                return await _bystander(client, name, _BOUND, failures, 1)

            comparison = await in_rounds(bench.rounds, "ms", unbounded, bounded)
        details = []
        if any(failures):
            details.append(f"failed requests: {failures[0]} unbounded, {failures[1]} bounded")
        return Diagnosis(
            present=median(comparison.before) >= NOTICEABLE_RATIO * median(comparison.after),
            meaning=f"another request beside a gather of {_QUERIES} queries",
            comparison=comparison,
            details=tuple(details),
        )


async def _bystander(
    client: AsyncQdrantClient, name: str, bound: int, failures: list[int], side: int
) -> float:
    """Return how many milliseconds a query takes that comes while a burst is under way."""
    barrier = asyncio.Semaphore(bound)

    async def one(number: int) -> None:
        async with barrier:
            failures[side] += await _failed(_query(client, name, number))

    async def burst() -> None:
        await asyncio.gather(*(one(number) for number in range(_QUERIES)))

    under_way = asyncio.create_task(burst())
    await asyncio.sleep(_BEGIN)
    began = time.perf_counter()
    failures[side] += await _failed(_query(client, name, 0))
    taken = time.perf_counter() - began
    await under_way
    return taken * 1000


async def _query(client: AsyncQdrantClient, name: str, number: int) -> None:
    chosen = vectors(_DIM, 100)
    await client.query_points(name, chosen[number % len(chosen)], limit=10)


async def _failed(request: Awaitable[None]) -> int:
    try:
        await request
    except SERVER_FAILURES:
        return 1
    return 0
