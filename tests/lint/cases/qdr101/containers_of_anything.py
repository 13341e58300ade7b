"""The annotation says nothing of what is in the container; the program does."""

from contextvars import ContextVar
from typing import Any

from qdrant_client import QdrantClient

registry: dict[str, Any] = {}
pool: list[object] = [QdrantClient("http://localhost:6333")]
services: dict = dict(client=QdrantClient("http://localhost:6333"))
current: ContextVar[Any] = ContextVar("current")


def register(name: str, value: Any) -> None:
    registry[name] = value


def first(*clients: Any) -> Any:
    return clients[0]


class Models:
    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def load(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = QdrantClient(name)
        return self._loaded[name]


async def main() -> None:
    register("client", QdrantClient("http://localhost:6333"))
    current.set(QdrantClient("http://localhost:6333"))
    registry["client"].get_collections()  # error: QDR101
    pool[0].get_collections()  # error: QDR101
    services["client"].get_collections()  # error: QDR101
    current.get().get_collections()  # error: QDR101
    Models().load("http://localhost:6333").get_collections()  # error: QDR101
    client = first(pool[0])  # type: QdrantClient
    client.get_collections()  # error: QDR101
    globals()["pool"][0].get_collections()  # error: QDR101
