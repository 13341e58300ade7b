"""A client without a name cannot be closed."""

from qdrant_client import AsyncQdrantClient


async def names(url: str) -> list[str]:
    response = await AsyncQdrantClient(url=url).get_collections()  # error: QDR304
    return [collection.name for collection in response.collections]


async def main() -> None:
    await names("http://localhost:6333")
