"""An exit stack hands out the client that it will close."""

from contextlib import AsyncExitStack, ExitStack, closing

from qdrant_client import QdrantClient


async def sizes(url: str) -> tuple[int, int]:
    async with AsyncExitStack() as stack:
        client = stack.enter_context(closing(QdrantClient(url=url)))
        first = client.count("docs").count  # error: QDR101
    with ExitStack() as stack:
        other = stack.enter_context(closing(QdrantClient(url=url)))
        return first, other.count("images").count  # error: QDR101


async def main() -> None:
    await sizes("http://localhost:6333")
