"""The same client is made again in each turn."""

from qdrant_client import AsyncQdrantClient


async def sizes(names: list[str]) -> dict[str, int]:
    result = {}
    for name in names:
        client = AsyncQdrantClient(url="http://localhost:6333")  # error: QDR303
        result[name] = (await client.count(name)).count
        await client.close()
    return result


async def main() -> None:
    await sizes(["docs", "images"])
