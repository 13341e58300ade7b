"""Two functions that call each other end in a request."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def walk(names: list[str]) -> int:
    return visit(names[0], names[1:]) if names else 0


def visit(name: str, rest: list[str]) -> int:
    return client.count(name).count + walk(rest)


async def main() -> None:
    assert walk(["docs", "images"]) == 4  # error: QDR102
