"""`match` compares the coroutine with the patterns, and none fits."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def label(name: str) -> str:
    match client.collection_exists(name):  # error: QDR202
        case True:
            return "there"
        case False:
            return "missing"
    return "nobody knows"


async def main() -> None:
    assert await label("docs") == "nobody knows"
