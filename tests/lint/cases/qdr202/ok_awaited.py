"""With brackets around the `await` everything is the result's."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def describe(name: str) -> str:
    if not await client.collection_exists(name):
        return f"{name} is missing"
    size = (await client.count(name)).count
    points, _ = await client.scroll(name, limit=size)
    return f"{name}: {len(points)} of {(await client.count(name)).count}"


async def records(ids: list[int]) -> list[models.Record]:
    first = (await client.retrieve("docs", ids=ids))[0]
    return [first, *await client.retrieve("docs", ids=ids[1:])]


async def main() -> None:
    await describe("docs")
    await records([1, 2])
