"""Entering or leaving the `with` block asks the server."""

from collections.abc import Iterator
from contextlib import contextmanager

from qdrant_client import QdrantClient


class Maintenance:
    def __init__(self, client: QdrantClient) -> None:
        self.client = client

    def __enter__(self) -> "Maintenance":
        self.client.create_snapshot("docs")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.delete_collection("old")


@contextmanager
def temporary_collection(client: QdrantClient) -> Iterator[str]:
    client.recreate_collection("tmp", vectors_config={})
    yield "tmp"


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    with Maintenance(client):  # error: QDR102
        pass
    with temporary_collection(client) as name:  # error: QDR102
        assert name == "tmp"
