"""An ordinary locustfile with `async def` tasks: many searches, some writes.

locust -f examples/locustfile.py --headless -u 50 -r 10 -t 20s --host http://localhost:6333
"""

import random
from uuid import uuid4

from locust import between, events, tag, task
from locust.env import Environment
from locust.runners import WorkerRunner
from locust_qdrant import AsyncQdrantUser
from qdrant_client import QdrantClient, models

COLLECTION = "locust_example"
DIMENSION = 128


def random_vector() -> list[float]:
    return [random.gauss(0, 1) for _ in range(DIMENSION)]


@events.test_start.add_listener
def create_collection(environment: Environment, **_: object) -> None:
    if isinstance(environment.runner, WorkerRunner) or environment.host is None:
        return  # one process creates it, the master or the only one, and nobody on a guess
    key = environment.parsed_options.qdrant_api_key
    client = QdrantClient(url=environment.host, api_key=key, check_compatibility=False)
    if not client.collection_exists(COLLECTION):
        size = models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE)
        client.create_collection(COLLECTION, vectors_config=size)


class SearchUser(AsyncQdrantUser):
    """Searches most of the time, and adds a few documents now and then."""

    wait_time = between(0.05, 0.15)

    @tag("read")
    @task(4)
    async def search(self) -> None:
        await self.client.query_points(COLLECTION, query=random_vector(), limit=10)

    @tag("write")
    @task
    async def add_documents(self) -> None:
        points = [
            models.PointStruct(
                id=str(uuid4()), vector=random_vector(), payload={"source": "locust"}
            )
            for _ in range(10)
        ]
        await self.client.upsert(COLLECTION, points)
