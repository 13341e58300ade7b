"""A cached property saves nothing where each call makes an object of its own."""

from functools import cached_property

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


class Names:
    @cached_property
    def all(self) -> list[str]:
        return [one.name for one in client.get_collections().collections]


async def page() -> list[str]:
    return Names().all  # error: QDR102


async def main() -> None:
    await page()
    await page()
