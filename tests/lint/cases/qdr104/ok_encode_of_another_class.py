"""Strings and classes of one's own have an `encode`, too."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


class HashEncoder:
    def encode(self, text: str) -> list[float]:
        return [float(byte) for byte in text.encode("utf-8")[:4]]


async def find(text: str) -> int:
    vector = HashEncoder().encode(text)
    return len((await client.query_points("docs", query=vector)).points)


async def main() -> None:
    await find("desert planet")
