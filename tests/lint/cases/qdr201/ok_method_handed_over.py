"""The method itself is handed over, and called by whoever awaits it."""

from contextlib import AsyncExitStack

import anyio
import httpx
from fastapi import BackgroundTasks, FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()
client = AsyncQdrantClient(url="http://localhost:6333")


@app.post("/snapshots")
async def snapshot(tasks: BackgroundTasks) -> str:
    tasks.add_task(client.create_snapshot, "docs")
    return "started"


async def drop_all(names: list[str]) -> None:
    async with anyio.create_task_group() as group:
        for name in names:
            group.start_soon(client.delete_collection, name)


async def main() -> None:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(client.close)
        await drop_all(["docs", "images"])
        transport = httpx.ASGITransport(app=app)
        http = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://service"),
        )
        assert (await http.post("/snapshots")).json() == "started"
