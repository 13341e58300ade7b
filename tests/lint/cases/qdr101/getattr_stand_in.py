"""`__getattr__` hands every attribute on to a client that is built when it is first needed."""

from typing import Any

from qdrant_client import QdrantClient


class LazyClient:
    def __init__(self, url: str) -> None:
        self._url = url
        self._client: QdrantClient | None = None

    def _connected(self) -> QdrantClient:
        if self._client is None:
            self._client = QdrantClient(url=self._url)
        return self._client

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        attribute = getattr(self._connected(), name)
        return attribute


client = LazyClient("http://localhost:6333")


async def main() -> None:
    client.count("docs")  # error: QDR101
