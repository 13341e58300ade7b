"""A class that happens to be called QdrantClient is not the one of qdrant-client."""


class QdrantClient:
    """Counts in memory."""

    def __init__(self, url: str) -> None:
        self.url = url

    def count(self, name: str) -> int:
        return len(name)


async def size() -> int:
    client = QdrantClient(url="memory://")
    return client.count("docs")


async def main() -> None:
    assert await size() == 4
