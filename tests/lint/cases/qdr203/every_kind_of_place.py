"""An `await` on a sync call fails wherever it stands."""

from contextlib import suppress

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def describe(name: str) -> str:
    with suppress(TypeError):
        return f"{await client.count(name)} points"  # error: QDR203
    with suppress(TypeError):
        if not await client.collection_exists(name):  # error: QDR203
            return "missing"
    with suppress(TypeError):
        sizes = [await client.count(other) for other in ("docs", "images")]  # error: QDR203
        return str(sizes)
    with suppress(TypeError):
        for record in await client.retrieve(name, ids=[1]):  # error: QDR203
            return str(record.id)
    return "unknown"


async def main() -> None:
    assert await describe("docs") == "unknown"
