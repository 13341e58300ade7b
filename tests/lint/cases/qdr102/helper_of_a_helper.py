"""Three plain functions lie between the coroutine and the request."""

from qdrant_client import QdrantClient


def connect() -> QdrantClient:
    return QdrantClient(url="http://localhost:6333")


def size(name: str) -> int:
    return connect().count(name).count


def sizes(names: list[str]) -> dict[str, int]:
    return {name: size(name) for name in names}


def report(names: list[str]) -> str:
    return ", ".join(f"{name}: {count}" for name, count in sizes(names).items())


async def main() -> None:
    print(report(["docs", "images"]))  # error: QDR102
