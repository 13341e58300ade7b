"""Both branches make the coroutine; one of them forgets it."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def drop(name: str, *, backup: bool) -> bool:
    if backup:
        client.create_snapshot(name)  # error: QDR201
    else:
        await client.clear_payload(name, points_selector=[1])
    done = client.delete_collection(name) if backup else None
    return bool(await done) if done else False


async def main() -> None:
    await drop("docs", backup=True)
    await drop("docs", backup=False)
