"""A plain function inside a coroutine cannot await either."""

from qdrant_client import AsyncQdrantClient


async def index(client: AsyncQdrantClient, names: list[str]) -> None:
    def add_index(name: str) -> None:
        client.create_payload_index(name, "title", field_schema="text")  # error: QDR204

    for name in names:
        add_index(name)


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await index(client, ["docs", "images"])
    await client.close()
