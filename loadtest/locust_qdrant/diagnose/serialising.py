"""An upsert turns its points into bytes on the event loop before its first `await`."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from locust_qdrant.diagnose.bench import hold, points_of
from locust_qdrant.diagnose.problem import NOTICEABLE_SECONDS, Diagnosis, in_rounds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from qdrant_client import AsyncQdrantClient

    from locust_qdrant.diagnose.bench import Bench

_DIM, _BATCH, _SMALL = 1536, 256, 32
_FURTHER = ((384, 64), (384, 256), (1536, 64))


class Serialising:
    """qdrant-client issue 1175."""

    name = "upsert"
    title = "upserts are serialised on the loop"
    remedy = f"send batches of {_SMALL} points instead of {_BATCH}, or prefer gRPC"
    rule = ""
    versions = "qdrant-client 1.20.0 and before"
    heading = "encoding-on-the-loop"

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare how long one large upsert holds the loop with the longest of small ones."""
        async with bench.collection(_DIM) as (name, client):
            large = _upserting(client, name, _DIM, _BATCH, _BATCH)
            small = _upserting(client, name, _DIM, _BATCH, _SMALL)
            comparison = await in_rounds(bench.rounds, "ms", large, small)
            async with bench.client(grpc=True) as over_grpc:
                held = await _typical(bench, _upserting(over_grpc, name, _DIM, _BATCH, _BATCH))
        details = [f"{_BATCH} points x {_DIM} over gRPC: {held:,.1f} ms"]
        for dim, batch in _FURTHER:
            async with bench.collection(dim) as (name, client):
                held = await _typical(bench, _upserting(client, name, dim, batch, batch))
            details.append(f"{batch} points x {dim}: {held:,.1f} ms")
        return Diagnosis(
            present=median(comparison.before) >= NOTICEABLE_SECONDS * 1000,
            meaning=f"loop held by an upsert of {_BATCH} points x {_DIM}",
            comparison=comparison,
            details=tuple(details),
        )


def _upserting(
    client: AsyncQdrantClient, name: str, dim: int, points: int, batch: int
) -> Callable[[], Awaitable[float]]:
    """Return what writes points in batches and tells for how many ms the loop was held."""

    async def write() -> None:
        everything = points_of(dim, points)
        for start in range(0, points, batch):
            await client.upsert(name, everything[start : start + batch])

    async def measure() -> float:
        return (await hold(write())).longest * 1000

    return measure


async def _typical(bench: Bench, measure: Callable[[], Awaitable[float]]) -> float:
    return median([await measure() for _ in range(bench.rounds)])
