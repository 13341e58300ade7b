"""The plain function takes the coroutine for the result."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def describe(name: str) -> str:
    if not client.collection_exists(name):  # error: QDR204
        return "missing"
    return f"{name}: {client.count(name)}"  # error: QDR204


def size(name: str) -> int:
    result = client.count(name)  # error: QDR204
    return result.count


def main() -> None:
    describe("docs")
    size("docs")
