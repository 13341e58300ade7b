"""A conditional expression as a statement drops whichever coroutine it makes."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def forget(ids: list[int], *, everything: bool) -> None:
    (
        client.delete_collection("docs")  # error: QDR201
        if everything
        else client.delete("docs", points_selector=ids)  # error: QDR201
    )
    client.clear_payload("docs", points_selector=ids) if ids else None  # error: QDR201


async def main() -> None:
    await forget([1], everything=True)
    await forget([1], everything=False)
