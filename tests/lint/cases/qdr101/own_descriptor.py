"""An attribute made by a descriptor class of the project, which is given a factory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qdrant_client import QdrantClient


class Connected:
    def __init__(self, factory: Callable[[], Any]) -> None:
        self.factory = factory

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"_{name}"

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        client = getattr(instance, self.name, None)
        if client is None:
            client = self.factory()
            setattr(instance, self.name, client)
        return client


class Store:
    client = Connected(lambda: QdrantClient(url="http://localhost:6333"))

    async def size(self) -> int:
        return self.client.count("docs").count  # error: QDR101


async def main() -> None:
    await Store().size()
