from typing import Any

from qdrant_client import AsyncQdrantClient, QdrantClient

URL = "http://localhost:6333"


def _make() -> QdrantClient:
    return QdrantClient(url=URL)


_FACTORIES = {"by_table": _make, "plain": _make}


def __getattr__(name: str) -> Any:
    if name == "client":
        return QdrantClient(url=URL)
    if name == "awaited":
        value = globals()[name] = AsyncQdrantClient(url=URL)
        return value
    if name in _FACTORIES:
        value = _FACTORIES[name]()
        globals()[name] = value
        return value
    raise AttributeError(name)
