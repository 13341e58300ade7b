"""One `case` awaits, the other forgets."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def handle(command: list[str]) -> None:
    match command:
        case ["create", name]:
            await client.create_snapshot(name)
        case ["drop", name]:
            client.delete_collection(name)  # error: QDR201


async def main() -> None:
    await handle(["create", "docs"])
    await handle(["drop", "docs"])
