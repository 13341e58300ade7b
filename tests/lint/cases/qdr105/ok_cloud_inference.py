"""With cloud inference the server embeds."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333", cloud_inference=True)


async def find(text: str) -> int:
    document = models.Document(text=text, model="BAAI/bge-small-en-v1.5")
    response = await client.query_points("docs", query=document)
    return len(response.points)


async def main() -> None:
    await find("desert planet")
