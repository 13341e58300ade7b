"""A user that leaves open all that can be left open."""

import asyncio

from locust import task
from locust.exception import StopUser
from locust_qdrant import AsyncQdrantUser
from qdrant_client import AsyncQdrantClient

LEFT = []


async def sleep_for_ever() -> None:
    await asyncio.sleep(1000)


class Careless(AsyncQdrantUser):
    @task
    async def leak(self) -> None:
        LEFT.append(asyncio.create_task(sleep_for_ever()))
        self.client.get_collections()  # noqa: QDR201 - that nobody awaits it is what is tested
        client = AsyncQdrantClient(self.host, check_compatibility=False)
        client.http.client._async_client._transport._pool._max_keepalive_connections = 1
        await client.get_collections()
        LEFT.append(client)
        raise StopUser


class Careful(AsyncQdrantUser):
    @task
    async def work(self) -> None:
        await self.client.get_collections()
        raise StopUser
