"""The subclass overrides a coroutine method with a plain one."""

from qdrant_client import AsyncQdrantClient


class CountingClient(AsyncQdrantClient):
    calls = 0

    def collection_exists(self, collection_name: str, **_: object) -> bool:  # type: ignore[override]
        self.calls += 1
        return collection_name == "docs"


async def main() -> None:
    client = CountingClient(url="http://localhost:6333")
    if client.collection_exists("docs") and not client.collection_exists("images"):
        print(f"asked {client.calls} times")
    await client.close()
