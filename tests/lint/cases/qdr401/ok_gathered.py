"""Independent requests are under way together."""

import asyncio

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def overview() -> tuple[int, int]:
    docs, images = await asyncio.gather(client.count("docs"), client.count("images"))
    return docs.count, images.count


async def find_all(vectors: list[list[float]]) -> list[list[models.ScoredPoint]]:
    requests = [models.QueryRequest(query=vector) for vector in vectors]
    responses = await client.query_batch_points("docs", requests=requests)
    return [response.points for response in responses]


async def main() -> None:
    await overview()
    await find_all([[0.1, 0.2], [0.3, 0.4]])
