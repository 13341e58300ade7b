"""`close` of the sync client returns None."""

from qdrant_client import QdrantClient


async def shut_down(client: QdrantClient) -> None:
    await client.close()  # error: QDR203


async def main() -> None:
    await shut_down(QdrantClient(url="http://localhost:6333"))
