"""A call takes whole seconds only; the constant says less."""

from qdrant_client import AsyncQdrantClient

PATIENCE = 0.5
client = AsyncQdrantClient(url="http://localhost:6333")


async def main() -> None:
    await client.count("articles", timeout=PATIENCE)  # error: QDR404
