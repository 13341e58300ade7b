"""A coroutine that is made only when it is wanted, and awaited then."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def describe(name: str, *, with_size: bool) -> str:
    job = client.count(name) if with_size else None
    text = name
    if job is not None:
        text += f": {(await job).count} points"
    return text


async def cancel(name: str) -> None:
    job = client.delete_collection(name)
    job.close()


async def main() -> None:
    await describe("docs", with_size=True)
    await describe("docs", with_size=False)
    await cancel("docs")
