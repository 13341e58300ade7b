"""The second coroutine takes the first one's name before it was awaited."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def index(name: str) -> None:
    job = client.create_payload_index(name, "title", field_schema="text")  # error: QDR201
    job = client.create_payload_index(name, "lang", field_schema="keyword")
    await job


async def main() -> None:
    await index("docs")
