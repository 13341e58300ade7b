"""A helper calls whatever it gets; here it gets a client's method, there something harmless."""

from collections.abc import Callable
from typing import Any

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def attempt(function: Callable[..., Any], *args: Any) -> Any:
    for _ in range(3):
        try:
            return function(*args)
        except ConnectionError:
            continue
    return None


class Store:
    def _guarded(self, what: str, function: Callable[[], Any]) -> Any:
        return function()

    async def size(self) -> int:
        self._guarded("nothing", lambda: 0)
        return self._guarded("count", lambda: client.count("docs")).count  # error: QDR102


async def main() -> None:
    attempt(len, "docs")
    attempt(client.count, "docs")  # error: QDR102
    await Store().size()
