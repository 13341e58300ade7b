"""A property made by a decorator class of the project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qdrant_client import QdrantClient


class lazy:
    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function
        self.name = function.__name__

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Store:
    @lazy
    def client(self) -> QdrantClient:
        return QdrantClient(url="http://localhost:6333")

    async def size(self) -> int:
        return self.client.count("docs").count  # error: QDR101


async def main() -> None:
    await Store().size()
