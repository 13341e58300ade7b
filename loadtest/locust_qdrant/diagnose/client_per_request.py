"""A client for each request: a TLS context, a pool and a connection, thrown away every time."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING

from locust_qdrant.diagnose.bench import hold
from locust_qdrant.diagnose.problem import NOTICEABLE_RATIO, Diagnosis, in_rounds

if TYPE_CHECKING:
    from locust_qdrant.diagnose.bench import Bench

_REQUESTS = 5


class ClientPerRequest:
    """A client is meant to live as long as the service."""

    name = "client"
    title = "a client for each request"
    remedy = "make one client when the service starts, and close it when it ends"
    rule = "QDR303"
    versions = "every version"
    heading = ""

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare requests through new clients with requests through one."""
        async with bench.client() as shared:

            async def anew() -> float:
                began = time.perf_counter()
                for _ in range(_REQUESTS):
                    async with bench.client() as client:
                        await client.get_collections()
                return (time.perf_counter() - began) / _REQUESTS * 1000

            async def reused() -> float:
                began = time.perf_counter()
                for _ in range(_REQUESTS):
                    await shared.get_collections()
                return (time.perf_counter() - began) / _REQUESTS * 1000

            comparison = await in_rounds(bench.rounds, "ms", anew, reused)
            held = (await hold(anew())).longest
        return Diagnosis(
            present=median(comparison.before) >= NOTICEABLE_RATIO * median(comparison.after),
            meaning="a request, client included",
            comparison=comparison,
            details=(f"making a client holds the loop for up to {held * 1000:,.1f} ms",),
        )
