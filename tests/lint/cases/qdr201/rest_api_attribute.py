"""The generated REST API below the async client returns coroutines, too."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def drop(name: str) -> None:
    client.http.collections_api.delete_collection(name)  # error: QDR201


async def main() -> None:
    await drop("docs")
