"""`getattr` with a fixed name, and a table of methods."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
actions = {"snapshot": client.create_snapshot, "drop": client.delete_collection}


async def size(name: str) -> int:
    return getattr(client, "count")(name).count  # error: QDR101


async def act(action: str, name: str) -> None:
    actions[action](name)  # error: QDR101


async def main() -> None:
    await size("docs")
    await act("drop", "docs")
