"""Each request needs the answer of the one before."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def more_like(point_id: int) -> list[models.ScoredPoint]:
    record = (await client.retrieve("docs", ids=[point_id], with_vectors=True))[0]
    response = await client.query_points("docs", query=record.id)
    return response.points


async def scroll_all(name: str) -> list[models.Record]:
    records, offset = await client.scroll(name)
    while offset is not None:
        page, offset = await client.scroll(name, offset=offset)
        records += page
    return records


async def main() -> None:
    await more_like(1)
    await scroll_all("docs")
