"""A `Document` for the async client is embedded by the client itself, on the loop."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def find(text: str) -> list[models.ScoredPoint]:
    response = await client.query_points(  # error: QDR105
        "docs", query=models.Document(text=text, model="BAAI/bge-small-en-v1.5")
    )
    return response.points


async def main() -> None:
    await find("desert planet")
