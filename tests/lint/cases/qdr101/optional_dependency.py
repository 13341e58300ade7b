"""The import stands under `try`, as for an optional dependency."""

try:
    from qdrant_client import QdrantClient
except ImportError:
    QdrantClient = None  # type: ignore[assignment, misc]


class VectorStore:
    def __init__(self, url: str) -> None:
        if QdrantClient is None:
            raise RuntimeError("install qdrant-client to use the vector store")
        self._client = QdrantClient(url=url)

    async def size(self) -> int:
        return self._client.count("docs").count  # error: QDR101


async def main() -> None:
    await VectorStore("http://localhost:6333").size()
