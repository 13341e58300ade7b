"""A plain function may hand the coroutine to the running loop."""

import asyncio

from qdrant_client import AsyncQdrantClient


class Writer:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client
        self.tasks: list[asyncio.Task[object]] = []

    def forget(self, ids: list[int]) -> None:
        job = self.client.delete("docs", points_selector=ids)
        self.tasks.append(asyncio.create_task(job))

    def on_done(self, _: "asyncio.Task[object]") -> None:
        self.tasks.append(asyncio.ensure_future(self.client.create_snapshot("docs")))


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    writer = Writer(client)
    writer.forget([1])
    writer.tasks[0].add_done_callback(writer.on_done)
    await writer.tasks[0]
    await asyncio.sleep(0)
    await asyncio.gather(*writer.tasks)
    await client.close()
