"""Known problems in the code of a service, each beside its remedy.

    locust-qdrant serve &
    locust -f examples/diagnose/locustfile.py --headless -u 5 -t 20s --host http://localhost:6333 \\
        --tags upload-points

Tags: upload-points, inference, gather, client-per-request; with `-remedy` behind them, the remedy.
The wrong lines are those that the linter flags; a comment keeps it silent here.
"""

from __future__ import annotations

import asyncio
from random import random

from fastembed import TextEmbedding
from locust import constant, tag, task
from locust_qdrant import AsyncQdrantUser
from qdrant_client import AsyncQdrantClient, models

COLLECTION, DIM, POINTS, QUERIES, BOUND = "diagnose", 384, 256, 100, 8
MODEL = "BAAI/bge-small-en-v1.5"
TEXT = "What does the event loop do while a text becomes a vector?"


def vector() -> list[float]:
    return [random() for _ in range(DIM)]


def points() -> list[models.PointStruct]:
    return [models.PointStruct(id=number, vector=vector()) for number in range(POINTS)]


class Service(AsyncQdrantUser):
    wait_time = constant(0.1)

    async def on_start(self) -> None:
        if not await self.client.collection_exists(COLLECTION):
            config = models.VectorParams(size=DIM, distance=models.Distance.COSINE)
            await self.client.create_collection(COLLECTION, config)

    @tag("upload-points")
    @task
    async def upload_points(self) -> None:
        self.client.upload_points(COLLECTION, points())  # noqa: QDR103

    @tag("upload-points-remedy")
    @task
    async def upsert(self) -> None:
        await self.client.upsert(COLLECTION, points())

    @tag("inference")
    @task
    async def embed_in_the_client(self) -> None:
        await self.client.query_points(COLLECTION, models.Document(text=TEXT, model=MODEL))  # noqa: QDR105

    @tag("inference-remedy")
    @task
    async def embed_in_a_thread(self) -> None:
        await self.client.query_points(COLLECTION, await asyncio.to_thread(embedded, TEXT))

    @tag("gather")
    @task
    async def gather_everything(self) -> None:
        await asyncio.gather(*(self.ask() for _ in range(QUERIES)))

    @tag("gather-remedy")
    @task
    async def gather_with_a_bound(self) -> None:
        bound = asyncio.Semaphore(BOUND)

        async def ask() -> None:
            async with bound:
                await self.ask()

        await asyncio.gather(*(ask() for _ in range(QUERIES)))

    @tag("client-per-request")
    @task
    async def make_a_client(self) -> None:
        client = AsyncQdrantClient(self.host, check_compatibility=False)
        await client.query_points(COLLECTION, vector(), limit=1)
        await client.close()

    @tag("client-per-request-remedy")
    @task
    async def ask(self) -> None:
        await self.client.query_points(COLLECTION, vector(), limit=1)


def embedded(text: str) -> list[float]:
    """Return the embedding of a text; the model is loaded once."""
    if not _models:
        _models.append(TextEmbedding(MODEL))
    return next(iter(_models[0].embed([text]))).tolist()


_models: list[TextEmbedding] = []
