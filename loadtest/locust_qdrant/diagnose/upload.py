"""`AsyncQdrantClient.upload_points` is a plain function that blocks until everything is written."""

from __future__ import annotations

import asyncio
import inspect
from statistics import median
from typing import TYPE_CHECKING

from qdrant_client import AsyncQdrantClient

from locust_qdrant.diagnose.bench import hold, points_of
from locust_qdrant.diagnose.problem import NOTICEABLE_RATIO, Diagnosis, in_rounds

if TYPE_CHECKING:
    from locust_qdrant.diagnose.bench import Bench

_DIM, _POINTS, _BATCH = 384, 512, 64
_MEANING = f"loop held while {_POINTS} points x {_DIM} are written"


class Upload:
    """qdrant-client issues 508, 691, 722 and 798."""

    name = "upload"
    title = "`upload_points` of the asynchronous client blocks"
    remedy = "write `await client.upsert(...)` for each batch"
    rule = "QDR103"
    versions = "qdrant-client from 1.11 on"
    heading = ""

    async def examine(self, bench: Bench) -> Diagnosis:
        """Compare `upload_points` with awaited upserts of the same batches."""
        if inspect.iscoroutinefunction(AsyncQdrantClient.upload_points):
            return Diagnosis(False, _MEANING, None, ("this client's is a coroutine function",))
        async with bench.collection(_DIM) as (name, client):
            points = points_of(_DIM, _POINTS)

            async def upload() -> None:
                # The very call that blocks is what is measured here.
                client.upload_points(name, points, batch_size=_BATCH)  # noqa: QDR103

            async def upsert() -> None:
                for start in range(0, _POINTS, _BATCH):
                    await client.upsert(name, points[start : start + _BATCH])
                    await asyncio.sleep(0)

            async def uploading() -> float:
                return (await hold(upload())).longest * 1000

            async def upserting() -> float:
                return (await hold(upsert())).longest * 1000

            comparison = await in_rounds(bench.rounds, "ms", uploading, upserting)
        return Diagnosis(
            present=median(comparison.before) >= NOTICEABLE_RATIO * median(comparison.after),
            meaning=_MEANING,
            comparison=comparison,
        )
