"""The REST client's connection pool costs more processor time the more requests are under way.

httpcore looks through all connections for each request (`_async/connection_pool.py` in 1.0): with
N requests under way that is work of the order of N squared, on the event loop.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from locust_qdrant.diagnose.bench import hold, vectors
from locust_qdrant.diagnose.problem import NOTICEABLE_RATIO, Diagnosis, in_rounds
from locust_qdrant.diagnose.stub import LATENCY, stub

if TYPE_CHECKING:
    from locust_qdrant.diagnose.bench import Bench

_DIM = 64
_MANY, _FEW, _REQUESTS = 200, 10, 400
_OTHERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("the pool that the client takes for 127.0.0.1", {"connections": None, "keepalive": 0}),
    ("100 connections, all kept alive", {"connections": 100, "keepalive": 100}),
)


class Pool:
    """encode/httpcore pull request 1035."""

    name = "pool"
    title = "the connection pool collapses under many requests"
    remedy = f"bound the requests under way with `asyncio.Semaphore({_FEW})`, or prefer gRPC"
    rule = "QDR402"
    versions = "httpcore 1.0.9"
    heading = "the-pool-itself"

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare the client's CPU a request with many and with few requests under way."""
        with stub() as url:
            here = replace(bench, settings=replace(bench.settings, url=url, grpc=False))
            comparison = await in_rounds(
                bench.rounds, "ms CPU", partial(_cpu, here, _MANY), partial(_cpu, here, _FEW)
            )
            details = [f"against a stub that answers in {LATENCY * 1000:.0f} ms"]
            for label, changes in _OTHERS:
                other = replace(here, settings=replace(here.settings, **changes))
                cpu = await _cpu(other, _MANY)
                details.append(f"{_MANY} under way, {label}: {cpu:,.2f} ms CPU")
        ratio = comparison.ratio
        return Diagnosis(
            present=ratio is not None
            and (ratio.ratio if ratio.low is None else ratio.low) >= NOTICEABLE_RATIO,
            meaning=f"client's CPU a request with {_MANY} under way",
            comparison=comparison,
            details=tuple(details),
        )


async def _cpu(bench: Bench, under_way: int) -> float:
    """Return the processor time of a request through a new client, in milliseconds."""
    async with bench.client() as client:

        async def worker(numbers: range) -> None:
            for _ in numbers:
                await client.query_points("any", vectors(_DIM, 1)[0], limit=1)

        async def traffic() -> None:
            await asyncio.gather(
                *(worker(range(first, _REQUESTS, under_way)) for first in range(under_way))
            )

        return (await hold(traffic())).cpu / _REQUESTS * 1000
