"""The assignment expression names the coroutine, and that is all."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def optimise(name: str) -> None:
    (job := client.update_collection(name, optimizers_config=None))  # error: QDR201


async def main() -> None:
    await optimise("docs")
