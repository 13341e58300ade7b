"""Users that count what they do, so that Locust's statistics can be held against their count.

Each completed call is one line in a file of this process in the folder that COUNTS names.
"""

import os
import random
from pathlib import Path

from locust import constant, events, task
from locust.env import Environment
from locust.exception import StopUser
from locust_qdrant import AsyncQdrantUser, SyncQdrantUser
from qdrant_client import models

COLLECTION = os.environ["COLLECTION"]
COUNTS = Path(os.environ["COUNTS"])
DIMENSION = 8


def count(name: str) -> None:
    with (COUNTS / str(os.getpid())).open("a") as file:
        file.write(f"{name}\n")


@events.test_stop.add_listener
def what_a_listener_sees(environment: Environment, **_: object) -> None:
    (COUNTS.parent / "seen").write_text(str(environment.stats.total.num_requests))


def vector() -> list[float]:
    return [random.random() for _ in range(DIMENSION)]


def points() -> list[models.PointStruct]:
    return [models.PointStruct(id=random.getrandbits(63), vector=vector(), payload={"a": "b"})]


class Async(AsyncQdrantUser):
    """Goes on for ever, or for as many calls as CALLS says."""

    wait_time = constant(0.01)
    left = float(os.environ.get("CALLS", "inf"))

    def once(self, name: str) -> None:
        count(name)
        self.left -= 1
        if self.left == 0:
            raise StopUser

    @task(4)
    async def query(self) -> None:
        await self.client.query_points(COLLECTION, query=vector())
        self.once("query_points")

    @task
    async def write(self) -> None:
        await self.client.upsert(COLLECTION, points())
        self.once("upsert")


class Sync(SyncQdrantUser):
    wait_time = constant(0.01)

    @task(4)
    def query(self) -> None:
        self.client.query_points(COLLECTION, query=vector())
        count("query_points")

    @task
    def write(self) -> None:
        self.client.upsert(COLLECTION, points())
        count("upsert")


class Wrong(AsyncQdrantUser):
    """Asks for what is not there."""

    wait_time = constant(0.01)

    @task
    async def query(self) -> None:
        await self.client.query_points("nowhere", query=vector())
