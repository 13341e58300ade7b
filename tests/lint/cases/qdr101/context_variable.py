"""A context variable carries the sync client."""

from contextvars import ContextVar

from qdrant_client import QdrantClient

current_client: ContextVar[QdrantClient] = ContextVar("current_client")


async def size(name: str) -> int:
    return current_client.get().count(name).count  # error: QDR101


async def main() -> None:
    current_client.set(QdrantClient(url="http://localhost:6333"))
    await size("docs")
