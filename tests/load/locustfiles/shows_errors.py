"""Users whose server repeats their key, and whose own mistakes name it."""

from locust import constant, task
from locust_qdrant import AsyncQdrantUser


class Shows(AsyncQdrantUser):
    wait_time = constant(0.2)

    @task
    async def ask(self) -> None:
        await self.client.get_collections()

    @task
    async def stumble(self) -> None:
        raise KeyError(self.environment.parsed_options.qdrant_api_key)
