"""Whatever the brackets hold, the `await` before them gets the coroutine."""

from qdrant_client import AsyncQdrantClient

docs = AsyncQdrantClient(url="http://localhost:6333")
images = AsyncQdrantClient(url="http://localhost:6333")


async def size(kind: str) -> int:
    result = await (docs.count("docs") if kind == "docs" else images.count("images"))
    return result.count


async def exists(client: AsyncQdrantClient | None, name: str) -> bool:
    return await (client or docs).collection_exists(name)


async def names(wanted: list[str]) -> list[str]:
    return [name for name in wanted if await docs.collection_exists(name)]


async def main() -> None:
    await size("docs")
    await exists(None, "docs")
    await names(["docs", "images"])
