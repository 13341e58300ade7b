"""A task has attributes, a truth value and a result of its own."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def size(name: str) -> int:
    task = asyncio.create_task(client.count(name), name=f"count {name}")
    task.add_done_callback(lambda done: print(f"{done.get_name()} is done"))
    while not task.done():
        await asyncio.sleep(0)
    return task.result().count


async def sizes(names: list[str]) -> list[int]:
    tasks = [asyncio.create_task(client.count(name)) for name in names]
    if not tasks:
        return []
    done, _ = await asyncio.wait(tasks)
    return [task.result().count for task in done]


async def main() -> None:
    await size("docs")
    await sizes(["docs", "images"])
