"""Old versions of the library had no async client; the import decides."""

import inspect

try:
    from qdrant_client import AsyncQdrantClient as Client
except ImportError:
    from qdrant_client import QdrantClient as Client  # type: ignore[assignment]

client = Client(url="http://localhost:6333")


async def size(name: str) -> int:
    result = client.count(name)
    return (await result if inspect.isawaitable(result) else result).count


async def main() -> None:
    assert await size("docs") == 2
