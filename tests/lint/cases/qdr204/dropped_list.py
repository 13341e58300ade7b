"""Coroutines in a list that the plain function throws away."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def drop_all(names: list[str]) -> None:
    [client.delete_collection(name) for name in names]  # error: QDR204


def drop_some(names: list[str]) -> None:
    for name in names:
        _ = name.startswith("tmp-") and client.delete_collection(name)  # error: QDR204


def main() -> None:
    drop_all(["docs", "images"])
    drop_some(["docs", "tmp-docs"])
