"""The `await` belongs to the factory; the call on its result has none."""

from qdrant_client import AsyncQdrantClient


async def connect(url: str) -> AsyncQdrantClient:
    return AsyncQdrantClient(url=url)


async def drop(url: str, name: str) -> None:
    (await connect(url)).delete_collection(name)  # error: QDR201


async def main() -> None:
    await drop("http://localhost:6333", "docs")
