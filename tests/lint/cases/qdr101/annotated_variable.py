"""The annotation of a variable tells what an untyped container holds."""

from types import SimpleNamespace

from qdrant_client import QdrantClient

state = SimpleNamespace(qdrant=QdrantClient(url="http://localhost:6333"))


async def size() -> int:
    client: QdrantClient = state.qdrant
    return client.count("docs").count  # error: QDR101


async def main() -> None:
    await size()
