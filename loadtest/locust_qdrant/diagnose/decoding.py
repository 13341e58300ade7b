"""A response is turned into objects on the event loop, however large it is."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from locust_qdrant.diagnose.bench import hold, vectors
from locust_qdrant.diagnose.problem import NOTICEABLE_SECONDS, Diagnosis, in_rounds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from qdrant_client import AsyncQdrantClient

    from locust_qdrant.diagnose.bench import Bench

_DIM, _HITS = 768, 500


class Decoding:
    """Large answers hold up everybody else."""

    name = "response"
    title = "large responses are decoded on the loop"
    remedy = "ask for fewer hits and for no vectors (`with_vectors=False`), or prefer gRPC"
    rule = ""
    versions = "qdrant-client 1.20.0 and before"
    heading = "decoding-on-the-loop"

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare a query that asks for vectors with one that does not."""
        async with bench.collection(_DIM, points=_HITS) as (name, client):
            heavy, light = _query(client, name, True), _query(client, name, False)
            comparison = await in_rounds(bench.rounds, "ms", heavy, light)
            async with bench.client(grpc=True) as over_grpc:
                measure = _query(over_grpc, name, True)
                held = median([await measure() for _ in range(bench.rounds)])
        return Diagnosis(
            present=median(comparison.before) >= NOTICEABLE_SECONDS * 1000,
            meaning=f"loop held by the answer with {_HITS} hits and their vectors of {_DIM}",
            comparison=comparison,
            details=(f"the same over gRPC: {held:,.1f} ms",),
        )


def _query(
    client: AsyncQdrantClient, name: str, with_vectors: bool
) -> Callable[[], Awaitable[float]]:
    async def measure() -> float:
        query = client.query_points(
            name, vectors(_DIM, 1)[0], limit=_HITS, with_vectors=with_vectors
        )
        return (await hold(query)).longest * 1000

    return measure
