"""`str()` and `%s` write the coroutine's own text."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def status(name: str) -> str:
    return str(client.get_collection(name))  # error: QDR202


async def size(name: str) -> str:
    return "%s points" % client.count(name)  # error: QDR202


async def main() -> None:
    assert "coroutine" in await status("docs")
    assert "coroutine" in await size("docs")
