"""The project has a module and a class of the library's names, with coroutines."""

from app.qdrant_client import QdrantClient, qdrant_client


async def size(client: QdrantClient, name: str) -> int:
    return await client.count(name)


async def main() -> None:
    assert await size(QdrantClient(), "docs") == 2
    assert await qdrant_client.count("docs") == 2
    assert qdrant_client.describe() == "wrapper"
