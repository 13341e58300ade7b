"""The right side of `and` and `or` is made, and dropped with the value of the whole."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def clean_up(confirmed: bool, keep: bool) -> None:
    confirmed and client.delete_collection("docs")  # error: QDR201
    keep or client.delete_collection("archive")  # error: QDR201


async def main() -> None:
    await clean_up(confirmed=True, keep=False)
