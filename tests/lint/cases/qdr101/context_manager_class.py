"""`__enter__` and `__aenter__` return what the `as` binds."""

from types import TracebackType

from qdrant_client import QdrantClient


class Session:
    def __init__(self) -> None:
        self._client = QdrantClient(url="http://localhost:6333")

    def __enter__(self) -> QdrantClient:
        return self._client

    def __exit__(self, *_: object) -> None:
        self._client.close()

    async def __aenter__(self) -> "Session":
        return self

    async def __aexit__(self, kind: type, error: Exception, trace: TracebackType) -> None:
        self._client.close()

    async def size(self) -> int:
        return self._client.count("docs").count  # error: QDR101


async def main() -> None:
    with Session() as client:
        client.count("docs")  # error: QDR101
    async with Session() as session:
        await session.size()
